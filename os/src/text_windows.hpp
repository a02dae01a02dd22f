// UTF-8, as Otaru holds all text, and UTF-16, as Windows takes it.
#pragma once

#include <string>
#include <string_view>

namespace otaru::os {

/// What is no valid text becomes U+FFFD.
std::string to_utf8(std::wstring_view text);
std::wstring to_utf16(std::string_view text);

}  // namespace otaru::os
