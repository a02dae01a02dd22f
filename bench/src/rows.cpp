#include "rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/host/table.hpp>

namespace otaru::bench {
namespace {

using host::Table;

double rounded(double seconds) {
  return std::round(seconds * 1e6) / 1e6;
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.2f}", seconds);
}

std::string promise(const Limit& limit) {
  if (limit.least > 0) return fmt::format("{:.2f} to {:.2f}", limit.least, limit.most);
  return fmt::format("{}at most {:g}", limit.with_reset ? "with reset " : "", limit.most);
}

std::string_view verdict(bool met) {
  return met ? "met" : "MISSED";
}

}  // namespace

double RealRow::median_s() const {
  std::vector<double> sorted = samples_s;
  std::ranges::sort(sorted);
  return sorted.empty() ? 0 : sorted[sorted.size() / 2];
}

double RealRow::worst_s() const {
  return samples_s.empty() ? 0 : *std::ranges::max_element(samples_s);
}

nlohmann::ordered_json to_json(const VirtualRow& row) {
  nlohmann::ordered_json json{{"name", "update"},
                              {"way", row.way},
                              {"bytes", row.bytes},
                              {"virtual_seconds", rounded(row.total_s())},
                              {"receive_seconds", rounded(row.receive_s)},
                              {"erase_seconds", rounded(row.erase_s)},
                              {"program_seconds", rounded(row.program_s)},
                              {"read_seconds", rounded(row.read_s)},
                              {"reset_seconds", rounded(row.reset_s)}};
  if (row.limit) {
    json["promised_least"] = rounded(row.limit->least);
    json["promised_most"] = rounded(row.limit->most);
    json["promised_with_reset"] = row.limit->with_reset;
    json["met"] = row.met();
  }
  return json;
}

nlohmann::ordered_json to_json(const RealRow& row) {
  nlohmann::ordered_json json{{"name", row.name}};
  if (row.bytes != 0) json["bytes"] = row.bytes;
  if (row.samples_s.empty()) {
    json["real_seconds"] = nullptr;
    json["trouble"] = row.trouble;
  } else {
    json["real_seconds"] = rounded(row.median_s());
    json["worst_seconds"] = rounded(row.worst_s());
  }
  json["samples"] = row.samples_s.size();
  json["promised_most"] = row.promised_s;
  json["met"] = row.met();
  return json;
}

std::string to_text(const std::vector<VirtualRow>& rows) {
  using enum Table::Align;
  Table table(
      {"image, bytes", "way", "receive", "erase", "program", "read", "in all", "with reset", "promised, s"},
      {right, left, right, right, right, right, right, right, left});
  for (const VirtualRow& row : rows)
    table.add({host::grouped(row.bytes), row.way, seconds_text(row.receive_s), seconds_text(row.erase_s),
               seconds_text(row.program_s), seconds_text(row.read_s), seconds_text(row.total_s()),
               row.way == "limit" ? "" : seconds_text(row.total_s() + row.reset_s),
               row.limit ? fmt::format("{}: {}", promise(*row.limit), verdict(row.met())) : ""});
  return table.text();
}

std::string to_text(const std::vector<RealRow>& rows) {
  using enum Table::Align;
  Table table({"what", "median, s", "worst, s", "of", "promised, s"}, {left, right, right, right, left});
  for (const RealRow& row : rows) {
    const bool measured = !row.samples_s.empty();
    table.add({row.what, measured ? fmt::format("{:.3f}", row.median_s()) : "",
               measured ? fmt::format("{:.3f}", row.worst_s()) : "", fmt::format("{}", row.samples_s.size()),
               fmt::format("at most {:g}: {}", row.promised_s,
                           measured ? std::string(verdict(row.met())) : "not measured, " + row.trouble)});
  }
  return table.text();
}

}  // namespace otaru::bench
