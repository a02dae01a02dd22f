// What a tool has to say about a file: what is wrong with it, and what deserves a look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/host/colour.hpp>

namespace otaru::host {

struct Finding {
  std::string code;                     ///< for programs; does not change
  std::optional<std::uint32_t> offset;  ///< in the file, bytes, where one byte or field is to blame
  std::string message;                  ///< for people: one or two sentences
};

struct Findings {
  std::vector<Finding> problems;  ///< the file is not what it should be
  std::vector<Finding> warnings;  ///< it may still do what is wanted

  bool ok() const noexcept { return problems.empty(); }
};

/// `[{"code":..,"offset":..|null,"message":..}, ...]`
nlohmann::ordered_json to_json(const std::vector<Finding>& findings);

/// A line for each problem, then for each warning; empty if there are none.
std::string to_text(const Findings& findings, ColourDepth colours);

}  // namespace otaru::host
