// otaru_powercut: cuts the power of virtual boards, and counts what it broke. `make powercut` runs it.
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "sweep.hpp"

namespace {

constexpr const char* kUsage =
    "otaru_powercut [--least N] [--cuts N] [--seconds S] [--threads T] [--seed N] [--scenario TEXT] "
    "[--failures N]\n"
    "               [--replay ID] [--list]\n"
    "Cuts power before, inside and after flash operations of updates, trials and roll backs, and judges what "
    "boots.\n"
    "  --least N        after all single cuts and pairs go on with random ones until there are N (1000000)\n"
    "  --cuts N         stop after N power failures, whatever is left (0: no limit)\n"
    "  --seconds S      stop after S seconds (0: no limit)\n"
    "  --scenario TEXT  only scenarios with every word of TEXT in their name\n"
    "  --failures N     stop after N failures (20)\n"
    "  --replay ID      run one case that was printed, with a trace of every operation\n"
    "  --list           print the scenarios\n";

struct Arguments {
  powercut::Options options;
  std::string replay;
  bool list = false;
};

/// Throws std::invalid_argument or std::out_of_range for what it does not know.
Arguments read(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--list") {
      arguments.list = true;
      continue;
    }
    if (i + 1 == count) throw std::invalid_argument(word + ": unknown, or its value is missing");
    const std::string value = words[++i];
    if (word == "--least")
      arguments.options.least = std::stoull(value);
    else if (word == "--cuts")
      arguments.options.cuts = std::stoull(value);
    else if (word == "--seconds")
      arguments.options.seconds = std::stod(value);
    else if (word == "--threads")
      arguments.options.threads = static_cast<unsigned>(std::stoul(value));
    else if (word == "--seed")
      arguments.options.seed = static_cast<std::uint32_t>(std::stoul(value));
    else if (word == "--failures")
      arguments.options.most_failures = static_cast<unsigned>(std::stoul(value));
    else if (word == "--scenario")
      arguments.options.scenario = value;
    else if (word == "--replay")
      arguments.replay = value;
    else
      throw std::invalid_argument(word + ": unknown");
  }
  if (arguments.options.threads == 0) throw std::invalid_argument("--threads: at least 1");
  return arguments;
}

int replay(const std::string& id, const std::vector<powercut::Scenario>& scenarios) {
  const auto [scenario, cuts] = powercut::read_case_id(id, scenarios);
  std::vector<std::string> trace;
  const powercut::Outcome outcome = powercut::replay(scenarios[scenario], cuts, &trace);
  for (const std::string& line : trace) std::printf("%s\n", line.c_str());
  std::printf("%s %s\n", powercut::name(outcome.harm), outcome.why.c_str());
  return outcome.harm == powercut::Harm::none ? 0 : 1;
}

int sweep(const std::vector<powercut::Scenario>& scenarios, const powercut::Options& options) {
  const auto start = std::chrono::steady_clock::now();
  powercut::Sweep sweep(scenarios, options);
  const powercut::Tally tally = sweep.run();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu scenarios; single cuts: %llu (%s), pairs: %llu (%s), random: %llu\n", scenarios.size(),
              static_cast<unsigned long long>(sweep.singles()), sweep.singles_complete() ? "all" : "a part",
              static_cast<unsigned long long>(sweep.pairs()), sweep.pairs_complete() ? "all" : "a part",
              static_cast<unsigned long long>(sweep.deeper()));
  if (tally.foreign + tally.behaviour > 0)
    std::printf("foreign_regions=%llu broken_promises=%llu\n", static_cast<unsigned long long>(tally.foreign),
                static_cast<unsigned long long>(tally.behaviour));
  std::printf("cuts=%llu bricks=%llu unverified=%llu lost_fallbacks=%llu seconds=%.1f\n",
              static_cast<unsigned long long>(tally.cuts), static_cast<unsigned long long>(tally.bricks),
              static_cast<unsigned long long>(tally.unverified),
              static_cast<unsigned long long>(tally.lost_fallbacks), seconds);
  for (const std::string& scenario : sweep.never_cut())
    std::fprintf(stderr, "%s: power was never cut in it; give it more time\n", scenario.c_str());
  return tally.failures() == 0 && tally.cuts > 0 && sweep.never_cut().empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // failures are seen when they are found, in a file too
  try {
    const Arguments arguments = read(count, words);
    std::vector<powercut::Scenario> scenarios = powercut::make_scenarios();
    if (!arguments.replay.empty()) return replay(arguments.replay, scenarios);
    std::erase_if(scenarios, [&](const powercut::Scenario& scenario) {
      return !powercut::matches(scenario.name, arguments.options.scenario);
    });
    if (arguments.list) {
      for (const powercut::Scenario& scenario : scenarios)
        std::printf("%s%s\n", scenario.name.c_str(), scenario.critical ? " (every pair)" : "");
      return 0;
    }
    if (scenarios.empty())
      throw std::invalid_argument("--scenario: no scenario has that in its name; see --list");
    return sweep(scenarios, arguments.options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "otaru_powercut: %s\n%s", error.what(), kUsage);
    return 2;
  }
}
