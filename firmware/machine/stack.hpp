// The stack, and how deep it has been.
#pragma once

#include <cstdint>

extern "C" {
extern unsigned char stack_lowest[];  // by application.ld
extern unsigned char stack_top[];
}

namespace otaru::firmware {

/// Fills what of the stack is free with a pattern.
void paint_stack() noexcept;

/// Bytes of the stack that were ever used since paint_stack().
std::uint32_t deepest_stack() noexcept;

}  // namespace otaru::firmware
