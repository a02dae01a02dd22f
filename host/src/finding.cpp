#include <fmt/format.h>

#include <otaru/host/finding.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

std::string line(std::string_view word, Colour colour, const Finding& finding, ColourDepth colours) {
  const std::string where = finding.offset ? fmt::format(" at {}", hex_offset(*finding.offset)) : "";
  return fmt::format("{}{}: {}\n", painted(word, colour, colours), where, finding.message);
}

}  // namespace

nlohmann::ordered_json to_json(const std::vector<Finding>& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    nlohmann::ordered_json entry{{"code", finding.code}, {"offset", nullptr}, {"message", finding.message}};
    if (finding.offset) entry["offset"] = *finding.offset;
    list.push_back(std::move(entry));
  }
  return list;
}

std::string to_text(const Findings& findings, ColourDepth colours) {
  std::string text;
  for (const Finding& problem : findings.problems) text += line("Problem", kFault, problem, colours);
  for (const Finding& warning : findings.warnings) text += line("Warning", kWarning, warning, colours);
  return text;
}

}  // namespace otaru::host
