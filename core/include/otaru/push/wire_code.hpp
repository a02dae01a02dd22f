// The words for a refusal that go over the wire: stable, whatever Status is called inside.
#pragma once

#include <string_view>

#include <otaru/status.hpp>

namespace otaru::push {

/// The `<code>` of an error line: lower case letters, digits and `_`. Never changed once released.
std::string_view wire_code(Status status) noexcept;

/// The `<text>` of an error line: what is wrong and, where a person can do something, what. At most 100
/// characters, printable ASCII.
std::string_view wire_text(Status status) noexcept;

}  // namespace otaru::push
