// What `otaru doctor` makes of the Arduino IDE and the serial ports.
#include <algorithm>

#include <fmt/format.h>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

Check of_package(const IdeFinding& package) {
  Check check{"ide", "Arduino IDE", Verdict::fine, {}, {}};
  using State = IdeFinding::State;
  switch (package.state) {
    case State::installed:
      check.message = fmt::format("{} is set up: Upload sends the sketch just compiled.", package.package);
      break;
    case State::not_installed:
      check.verdict = Verdict::warning;
      check.message =
          fmt::format("{} is not set up: Upload to a network port would send an old file.", package.package);
      check.advice = "otaru ide install, then start the IDE again.";
      break;
    case State::out_of_date:
      check.verdict = Verdict::warning;
      check.message = fmt::format("{} was set up by another version, or for another place.", package.package);
      check.advice = "otaru ide install, then start the IDE again.";
      break;
    case State::damaged:
      check.verdict = Verdict::wrong;
      check.message = fmt::format("{} is set up by half.", package.package);
      check.advice = "otaru ide install repairs it; then start the IDE again.";
      break;
  }
  if (!package.message.empty()) check.message += " " + package.message;
  return check;
}

/// Programs that open every serial port that appears, and so disturb uploads.
bool grabs_ports(const std::string& program) {
  return program.find("ModemManager") != std::string::npos || program.find("brltty") != std::string::npos;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Check of_port(const SerialFinding& port, bool asked) {
  Check check{"serial_port", "Serial port " + port.path, Verdict::fine, {}, {}};
  const std::string what = port.description.empty() ? "" : " (" + port.description + ")";
  if (!port.may_open) {
    check.verdict = asked ? Verdict::wrong : Verdict::warning;
    check.message = fmt::format("It is there{}, but cannot be opened: {}", what, port.why_not);
    return check;
  }
  if (port.holders && !port.holders->empty()) {
    check.verdict = asked ? Verdict::wrong : Verdict::warning;
    check.message = fmt::format("It is there{}, but in use by {}.", what, joined(*port.holders));
    check.advice =
        std::ranges::any_of(*port.holders, grabs_ports)
            ? "This program opens serial ports by itself: remove it, or have it leave this one alone."
            : "End it, or close its serial monitor, before an upload by the cable.";
    return check;
  }
  check.message = fmt::format("It is there{} and may be opened", what);
  check.message += port.holders ? "; no program that can be seen has it."
                                : ". Whether another program has it is not known.";
  return check;
}

}  // namespace

std::vector<Check> check_ide(const std::vector<IdeFinding>& packages) {
  std::vector<Check> checks;
  for (const IdeFinding& package : packages) checks.push_back(of_package(package));
  if (checks.empty())
    checks.push_back(
        {"ide", "Arduino IDE", Verdict::unknown,
         "No AmebaD package of an Arduino IDE was found in the usual folders.",
         "Only if you use the IDE: install the package by its boards manager, then otaru ide install."});
  return checks;
}

std::vector<Check> check_serial(const std::vector<SerialFinding>& ports,
                                const std::vector<std::string>& wanted) {
  std::vector<Check> checks;
  for (const std::string& path : wanted) {
    const auto port = std::ranges::find(ports, path, &SerialFinding::path);
    checks.push_back(
        port != ports.end()
            ? of_port(*port, true)
            : Check{"serial_port", "Serial port " + path, Verdict::wrong, "There is no such serial port.",
                    "Plug the board in, with a cable that carries data; otaru doctor without --port lists "
                    "the ports there are."});
  }
  if (!wanted.empty()) return checks;
  for (const SerialFinding& port : ports) checks.push_back(of_port(port, false));
  if (checks.empty())
    checks.push_back(
        {"serial_port", "Serial ports", Verdict::unknown, "No serial port was found.",
         "Only for a first upload and the monitor: plug the board in, with a cable that carries data."});
  return checks;
}

}  // namespace otaru::host
