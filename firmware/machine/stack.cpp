#include "stack.hpp"

#include <algorithm>

namespace otaru::firmware {
namespace {

constexpr unsigned char kPaint = 0xA5;
constexpr std::ptrdiff_t kOwnFrame = 64;  // bytes that painting itself may need

unsigned char* stack_pointer() noexcept {
  unsigned char* now = nullptr;
  asm volatile("mov %0, sp" : "=r"(now));
  return now;
}

}  // namespace

void paint_stack() noexcept {
  for (volatile unsigned char* at = stack_lowest; at < stack_pointer() - kOwnFrame; ++at) *at = kPaint;
}

std::uint32_t deepest_stack() noexcept {
  const unsigned char* const deepest =
      std::find_if(stack_lowest, stack_top, [](unsigned char byte) { return byte != kPaint; });
  return static_cast<std::uint32_t>(stack_top - deepest);
}

}  // namespace otaru::firmware
