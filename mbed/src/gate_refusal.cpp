#include <algorithm>

#include <otaru/mbed/gate_refusal.hpp>

namespace otaru::mbed {
namespace {

using namespace std::string_view_literals;  // they know their size: a board has no strlen

struct Words {
  std::string_view code;
  std::string_view text;
};

constexpr Words words(GateRefusal refusal) noexcept {
  switch (refusal) {
    case GateRefusal::none: return {"ok"sv, "done"sv};
    case GateRefusal::password_required:
      return {"password_required"sv, "this board wants a password; use `otaru push --password-file`"sv};
    case GateRefusal::password_wrong: return {"password_wrong"sv, "wrong password"sv};
    case GateRefusal::no_password: return {"no_password"sv, "this board has no password; push without one"sv};
    case GateRefusal::too_many_guesses:
      return {"too_many_guesses"sv, "wrong passwords were tried; try again later"sv};
    case GateRefusal::channel_broken: return {"channel_broken"sv, "the secure channel broke; try again"sv};
    case GateRefusal::busy: return {"busy"sv, "too many connections at once; try again"sv};
  }
  return {"internal"sv, "unknown"sv};
}

}  // namespace

std::string_view wire_code(GateRefusal refusal) noexcept {
  return words(refusal).code;
}
std::string_view wire_text(GateRefusal refusal) noexcept {
  return words(refusal).text;
}

RefusalLine::RefusalLine(GateRefusal refusal, std::uint32_t wait_s) noexcept {
  add("OTARU/1 error ");
  add(wire_code(refusal));
  add(" ");
  add(wire_text(refusal));
  if (wait_s != 0) {
    std::array<char, 10> digits{};
    std::size_t first = digits.size();
    for (; wait_s != 0; wait_s /= 10) digits[--first] = static_cast<char>('0' + wait_s % 10);
    add(" (in ");
    add({digits.data() + first, digits.size() - first});
    add(" s)");
  }
  add("\n");
}

void RefusalLine::add(std::string_view text) noexcept {
  const std::size_t taken = std::min(text.size(), text_.size() - size_);
  std::copy_n(text.begin(), taken, text_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += taken;
}

}  // namespace otaru::mbed
