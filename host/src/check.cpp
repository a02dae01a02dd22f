#include <array>

#include <fmt/format.h>

#include <otaru/host/check.hpp>

namespace otaru::host {
namespace {

struct Look {
  std::string_view word;
  std::string_view sign;
  std::string_view label;
  Colour colour;
};

constexpr Colour kQuiet{0x80, 0x80, 0x80};

const Look& look_of(Verdict verdict) noexcept {
  static constexpr std::array<Look, 4> kLooks{{{"fine", "\u2713", "fine   ", kGood},
                                               {"warning", "!", "warning", kWarning},
                                               {"wrong", "\u2717", "WRONG  ", kFault},
                                               {"unknown", "?", "unknown", kQuiet}}};
  return kLooks[static_cast<std::size_t>(verdict)];
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  return look_of(verdict).word;
}

nlohmann::ordered_json to_json(const Check& check) {
  return {{"event", "check"},         {"check", check.code},
          {"subject", check.subject}, {"verdict", to_string(check.verdict)},
          {"message", check.message}, {"advice", check.advice}};
}

std::string to_text(const Check& check, CheckLook look) {
  const Look& shown = look_of(check.verdict);
  const std::string_view sign = look.unicode ? shown.sign : shown.label;
  const std::string indent(look.unicode ? 4 : 2 + shown.label.size() + 2, ' ');
  std::string text = fmt::format("  {}{}{}\n", painted(sign, shown.colour, look.colours),
                                 look.unicode ? " " : "  ", check.message);
  if (!check.advice.empty()) text += fmt::format("{}To do: {}\n", indent, check.advice);
  return text;
}

}  // namespace otaru::host
