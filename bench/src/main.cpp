// otaru_bench: what an update takes, in the board's virtual time and on this machine.
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <otaru/host/files.hpp>

#include "real_time.hpp"
#include "rows.hpp"
#include "update_model.hpp"

namespace {

using namespace otaru;
using bench::RealRow;
using bench::VirtualRow;

constexpr std::uint32_t kImageOfTheLog = 737'280;
constexpr std::array<std::uint32_t, 5> kSizes{184'320, 368'640, 512'000, kImageOfTheLog, 1'019'904};
constexpr double kStock_s = 12.3;
constexpr double kOurs_s = 6.5;

std::vector<VirtualRow> model_rows() {
  std::vector<VirtualRow> rows;
  for (const std::uint32_t bytes : kSizes) {
    rows.push_back(bench::stock_update(bytes));
    if (bytes == kImageOfTheLog)
      rows.back().limit = {.least = kStock_s * 0.95, .most = kStock_s * 1.05, .with_reset = false};
    rows.push_back(bench::our_update(bytes, update::SlotHistory::clean));
    if (bytes == kImageOfTheLog) rows.back().limit = {.least = 0, .most = kOurs_s, .with_reset = true};
    rows.push_back(bench::our_update(bytes, update::SlotHistory::interrupted));
    rows.push_back(bench::flash_limit(bytes));
  }
  return rows;
}

void write_json(const std::string& path, const std::vector<VirtualRow>& model,
                const std::vector<RealRow>& real) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const VirtualRow& row : model) rows.push_back(to_json(row));
  for (const RealRow& row : real) rows.push_back(to_json(row));
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "[\n  " : ",\n  ") + row.dump();
  host::write_file(path, std::string_view(text + "\n]\n"));
}

int run(const std::string& json, bool model_only, const std::string& program) {
  const std::vector<VirtualRow> model = model_rows();
  fmt::print(
      "An update in virtual time, seconds. A model of the board, not a measurement on one: its constants\n"
      "are drawn from a serial log of the stock update (737,280 bytes, 12.3 s) and from driver comments.\n"
      "Counted from the sender's connection to \"Update task exit\", into a slot that is fully programmed.\n"
      "again: ours after an update that was interrupted, which erases the whole slot. limit: the cheapest\n"
      "erases and one program for each page that is not blank, nothing else.\n{}",
      to_text(model));
  std::fflush(stdout);

  std::vector<RealRow> real;
  if (!model_only) {
    real = bench::measure_real_time(program);
    fmt::print(
        "\nOn this machine, real time, loopback only. A miss here is told and no failure: machines are "
        "noisy.\n{}",
        to_text(real));
  }
  if (!json.empty()) write_json(json, model, real);

  for (const VirtualRow& row : model)
    if (!row.met()) return 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures what an update takes. Fails if a figure in virtual time is not as promised.",
               "otaru_bench"};
  std::string json;
  bool model_only = false;
  std::string program;
  app.add_option("--json", json, "write all rows to this file");
  app.add_flag("--model-only", model_only, "virtual time only: no programs, no network");
  app.add_option("--program", program, "the otaru to measure (default: the one built beside this program)");
  CLI11_PARSE(app, argc, argv);
  try {
    if (program.empty())
      program = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "otaru";
    return run(json, model_only, program);
  } catch (const std::exception& error) {
    fmt::print(stderr, "Error: {}\n", error.what());
    return 2;
  }
}
