// Text that strangers on the network chose, made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace otaru::host {

/// `text` with `?` for each control character (C0, DEL, C1), so that it cannot play with a terminal.
std::string clean_text(std::string_view text);

}  // namespace otaru::host
