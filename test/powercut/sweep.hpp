// Cuts, by the million: every single one, every pair where it matters, and random deeper ones.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "life.hpp"

namespace powercut {

struct Options {
  std::uint64_t least = 1'000'000;  ///< random cuts follow all single ones and pairs until there are so many
  std::uint64_t cuts = 0;           ///< stop after so many, whatever is left; 0: no such limit
  double seconds = 0;               ///< stop after so long; 0: no such limit
  unsigned threads = 2;
  std::uint32_t seed = 1;
  std::string scenario;         ///< only those whose name holds every word of this
  unsigned most_failures = 20;  ///< stop after so many
};

struct Tally {
  std::uint64_t cuts = 0;  ///< power failures that happened
  std::uint64_t bricks = 0;
  std::uint64_t unverified = 0;
  std::uint64_t lost_fallbacks = 0;
  std::uint64_t foreign = 0;
  std::uint64_t behaviour = 0;

  std::uint64_t failures() const { return bricks + unverified + lost_fallbacks + foreign + behaviour; }
};

/// A case by name: `scenario:17u3.255,4b0.0`, a cut after the other; `scenario:` is the scenario without any.
std::string case_id(const Scenario& scenario, const std::vector<Cut>& cuts);
/// True if every word of `text` stands in the name.
bool matches(const std::string& name, const std::string& text);
/// Throws std::invalid_argument for what is not a case of these scenarios.
std::pair<std::size_t, std::vector<Cut>> read_case_id(const std::string& id,
                                                      const std::vector<Scenario>& scenarios);

/// Runs one case, and writes what happened line by line.
Outcome replay(const Scenario& scenario, const std::vector<Cut>& cuts, std::vector<std::string>* trace);

class Sweep {
 public:
  Sweep(const std::vector<Scenario>& scenarios, const Options& options);

  /// Prints each failure as it is found. @return what was counted
  Tally run();

  /// Cuts by phase, and scenarios without a single cut (there must be none where every single one was asked
  /// for).
  std::uint64_t singles() const { return in_phase_[0]; }
  std::uint64_t pairs() const { return in_phase_[1]; }
  std::uint64_t deeper() const { return in_phase_[2]; }
  bool singles_complete() const { return complete_[0]; }
  bool pairs_complete() const { return complete_[1]; }
  const std::vector<std::string>& never_cut() const { return never_cut_; }

 private:
  struct Unit {
    std::size_t scenario;
    std::uint32_t operation;  // of the script; kSpread on the real map: some from its start to its end
  };
  static constexpr std::uint32_t kSpread = 0xFFFF'FFFF;
  static constexpr std::uint32_t kFirst = 0xFFFF'FFFE;  // one cut, however little time there is
  class Worker;

  bool over() const;
  void count(int phase, std::size_t scenario, std::uint64_t cuts);
  void failed(const Scenario& scenario, const std::vector<Cut>& cuts, const Outcome& outcome);

  const std::vector<Scenario>& scenarios_;
  Options options_;
  std::vector<Unit> singles_;
  std::vector<Unit> pairs_;
  std::atomic<std::size_t> next_single_{0};
  std::atomic<std::size_t> next_pair_{0};
  std::atomic<std::uint32_t> next_random_{0};
  std::atomic<std::uint64_t> cuts_{0};
  std::atomic<std::uint64_t> in_phase_[3]{};
  std::atomic<std::size_t> finished_[2]{};
  bool complete_[2]{};
  std::vector<std::atomic<std::uint64_t>> of_scenario_;
  std::vector<std::string> never_cut_;
  std::mutex printing_;
  Tally tally_;
  std::atomic<std::uint64_t> failures_{0};
  std::chrono::steady_clock::time_point until_;
};

}  // namespace powercut
