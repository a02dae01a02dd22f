// One thing that `otaru doctor` looked at, and what it found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <otaru/host/colour.hpp>

namespace otaru::host {

enum class Verdict : std::uint8_t {
  fine,
  warning,  ///< it may still work, or only something else will not
  wrong,    ///< it will not work before this is mended
  unknown,  ///< it could not be found out
};

/// `fine`, `warning`, `wrong`, `unknown`.
std::string_view to_string(Verdict verdict) noexcept;

struct Check {
  std::string code;     ///< for programs; does not change
  std::string subject;  ///< what was looked at: this computer, a board, a port. For people
  Verdict verdict = Verdict::unknown;
  std::string message;  ///< what was found: one or two sentences
  std::string advice;   ///< what to do; empty if there is nothing to do
};

/// `{"event":"check","check":..,"subject":..,"verdict":..,"message":..,"advice":..}`
nlohmann::ordered_json to_json(const Check& check);

/// How a check is shown: a tick and its like on a terminal that knows them, else words.
struct CheckLook {
  ColourDepth colours = ColourDepth::none;
  bool unicode = false;
};

/// A line with the message and, where there is one, a line with the advice.
std::string to_text(const Check& check, CheckLook look);

}  // namespace otaru::host
