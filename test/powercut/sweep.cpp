#include "sweep.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <otaru/board/random.hpp>

namespace powercut {
namespace {

/// The ways in which one operation is cut. Unstable bits have the most outcomes, so the most seeds.
std::vector<Cut> all_ways(std::uint32_t operation, std::uint32_t salt, std::uint32_t seeds) {
  std::vector<Cut> all{{operation, 'b', 0, 0}, {operation, 'a', 0, 0}};
  for (std::uint32_t i = 0; i < seeds; ++i) {
    const std::uint32_t seed = salt + i;
    all.push_back({operation, 'y', seed, 0});
    all.push_back({operation, 'i', seed, 0});
    for (std::uint32_t j = 0; j < 2; ++j) {
      all.push_back({operation, 'u', 2 * seed + j, 0x00});
      all.push_back({operation, 'u', 2 * seed + j, 0xFF});
      all.push_back({operation, 'u', 2 * seed + j, 0x55});
    }
  }
  return all;
}

constexpr std::uint32_t kSingleSeeds = 4;

/// For pairs: after an operation is the same as before the next, but for the last.
std::vector<Cut> few_ways(std::uint32_t operation, std::uint64_t operations, std::uint32_t salt) {
  const std::uint8_t readings = static_cast<std::uint8_t>(salt * 0x55 ^ operation);
  std::vector<Cut> few{{operation, 'b', 0, readings},
                       {operation, 'y', salt, readings},
                       {operation, 'i', salt, readings},
                       {operation, 'u', salt, readings},
                       {operation, 'u', salt + 1, static_cast<std::uint8_t>(~readings)}};
  if (operation + 1 == operations) few.push_back({operation, 'a', 0, readings});
  return few;
}
constexpr std::uint32_t kMostDepth = 5;
constexpr std::uint32_t kRandomCases = 8;  // on one board, one after the other
constexpr std::uint32_t kRealOnceIn = 40;  // real boards take a hundred times as long

}  // namespace

bool matches(const std::string& name, const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;)
    if (name.find(word) == std::string::npos) return false;
  return true;
}

std::string case_id(const Scenario& scenario, const std::vector<Cut>& cuts) {
  std::string id = scenario.name + ":";
  for (const Cut& cut : cuts) {
    if (id.back() != ':') id += ',';
    id += std::to_string(cut.operation) + cut.how + std::to_string(cut.seed) + "." +
          std::to_string(cut.readings);
  }
  return id;
}

std::pair<std::size_t, std::vector<Cut>> read_case_id(const std::string& id,
                                                      const std::vector<Scenario>& scenarios) {
  const std::size_t colon = id.find(':');
  const auto scenario = std::ranges::find(scenarios, id.substr(0, colon), &Scenario::name);
  if (colon == std::string::npos || scenario == scenarios.end())
    throw std::invalid_argument("no such scenario");
  std::vector<Cut> cuts;
  for (std::size_t at = colon + 1; at < id.size();) {
    unsigned operation = 0, seed = 0, readings = 0;
    char how = 0;
    int length = 0;
    if (std::sscanf(id.c_str() + at, "%u%c%u.%u%n", &operation, &how, &seed, &readings, &length) != 4 ||
        std::string("bayiu").find(how) == std::string::npos || readings > 255)
      throw std::invalid_argument("not a list of cuts");
    cuts.push_back({operation, how, seed, static_cast<std::uint8_t>(readings)});
    at += static_cast<std::size_t>(length);
    if (at < id.size() && id[at++] != ',') throw std::invalid_argument("not a list of cuts");
  }
  return {static_cast<std::size_t>(scenario - scenarios.begin()), cuts};
}

Outcome replay(const Scenario& scenario, const std::vector<Cut>& cuts, std::vector<std::string>* trace) {
  Board board(scenario);
  board.trace_to(trace);
  board.rewind();
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::optional<Cut> cut = i < cuts.size() ? std::optional(cuts[i]) : std::nullopt;
    if (trace) trace->push_back(i == 0 ? "script" : "recovery from cut " + std::to_string(i));
    const Board::Passage passage = i == 0 ? board.script(cut) : board.recovery(cut);
    if (passage.outcome.harm != Harm::none) return passage.outcome;
    if (!passage.cut) break;
  }
  return {};
}

/// One thread: its own boards, so that threads share nothing but counters.
class Sweep::Worker {
 public:
  explicit Worker(Sweep& sweep) : sweep_(sweep) {}

  void singles() {
    for (std::size_t i; (i = sweep_.next_single_++) < sweep_.singles_.size();) {
      const Unit& unit = sweep_.singles_[i];
      if (unit.operation == kFirst) {
        board_of(unit.scenario);
        single_cut(unit.scenario, {static_cast<std::uint32_t>(operations_[unit.scenario] / 2), 'i', 1, 0});
        if (sweep_.scenarios_[unit.scenario].real) boards_.erase(unit.scenario);
        ++sweep_.finished_[0];
        continue;
      }
      if (sweep_.over()) return;
      if (unit.operation != kSpread) {
        for (const Cut& cut : all_ways(unit.operation, sweep_.options_.seed * 100, kSingleSeeds))
          if (!sweep_.over()) single_cut(unit.scenario, cut);
        if (!sweep_.over()) ++sweep_.finished_[0];
        continue;
      }
      board_of(unit.scenario);
      const auto last = static_cast<std::uint32_t>(operations_[unit.scenario]) - 1;
      for (const std::uint32_t at : {0u, 1u, last / 2, last - 8, last - 4, last - 1})
        for (const Cut& cut : few_ways(at, 0, sweep_.options_.seed))
          if (!sweep_.over()) single_cut(unit.scenario, cut);
      boards_.erase(unit.scenario);  // megabytes
      if (!sweep_.over()) ++sweep_.finished_[0];
    }
  }

  void pairs() {
    for (std::size_t i; (i = sweep_.next_pair_++) < sweep_.pairs_.size() && !sweep_.over();) {
      const Unit& unit = sweep_.pairs_[i];
      Board& board = board_of(unit.scenario);
      for (const Cut& first :
           few_ways(unit.operation, operations_[unit.scenario], sweep_.options_.seed * 100)) {
        if (sweep_.over()) return;
        board.rewind();
        if (!board.script(first).cut) continue;
        sweep_.count(1, unit.scenario, 1);
        board.keep();
        const std::uint64_t operations = board.recovery(std::nullopt).operations;
        for (std::uint32_t at = 0; at < operations && !sweep_.over(); ++at)
          for (const Cut& second : few_ways(at, operations, sweep_.options_.seed * 100 + unit.operation))
            second_cut(board, unit.scenario, first, second);
        board.forget();
      }
      if (!sweep_.over()) ++sweep_.finished_[1];
    }
  }

  void random(std::uint64_t least) {
    while (!sweep_.over() && sweep_.in_phase_[2] < least) {
      otaru::board::Random random(std::uint64_t{sweep_.options_.seed} << 32 | sweep_.next_random_++);
      for (int i = 0; i < 4; ++i) random.bits();
      const std::size_t scenario = random.below(static_cast<std::uint32_t>(sweep_.scenarios_.size()));
      const bool real = sweep_.scenarios_[scenario].real;
      if (real && random.below(kRealOnceIn) != 0) continue;
      for (std::uint32_t i = 0; i < kRandomCases && !sweep_.over(); ++i) random_case(scenario, random);
      if (real) boards_.erase(scenario);
    }
  }

  Board& board_of(std::size_t scenario) {
    std::unique_ptr<Board>& board = boards_[scenario];
    if (!board) {
      board = std::make_unique<Board>(sweep_.scenarios_[scenario]);
      board->rewind();
      const Board::Passage whole = board->script(std::nullopt);
      operations_[scenario] = whole.operations;
      if (whole.outcome.harm != Harm::none) sweep_.failed(board->scenario(), {}, whole.outcome);
    }
    return *board;
  }

 private:
  void random_case(std::size_t scenario, otaru::board::Random& random) {
    Board& board = board_of(scenario);
    const std::uint32_t depth = 1 + random.below(kMostDepth);
    std::vector<Cut> cuts;
    board.rewind();
    std::uint64_t operations = operations_[scenario];
    for (;;) {
      std::optional<Cut> cut;
      if (cuts.size() < depth) cut = draw_cut(random, operations);
      const Board::Passage passage = cuts.empty() ? board.script(cut) : board.recovery(cut);
      if (cut) cuts.push_back(*cut);
      if (passage.cut) sweep_.count(2, scenario, 1);
      if (passage.outcome.harm != Harm::none) {
        sweep_.failed(board.scenario(), cuts, passage.outcome);
        break;
      }
      if (!passage.cut) break;
      operations = operations_[scenario];
    }
  }

  void single_cut(std::size_t scenario, const Cut& cut) {
    Board& board = board_of(scenario);
    board.rewind();
    Board::Passage passage = board.script(cut);
    if (passage.cut) sweep_.count(0, scenario, 1);
    if (passage.cut && passage.outcome.harm == Harm::none) passage = board.recovery(std::nullopt);
    if (passage.outcome.harm != Harm::none) sweep_.failed(board.scenario(), {cut}, passage.outcome);
  }

  void second_cut(Board& board, std::size_t scenario, const Cut& first, const Cut& second) {
    board.go_back();
    Board::Passage passage = board.recovery(second);
    if (passage.cut) sweep_.count(1, scenario, 1);
    if (passage.cut && passage.outcome.harm == Harm::none) passage = board.recovery(std::nullopt);
    if (passage.outcome.harm != Harm::none) sweep_.failed(board.scenario(), {first, second}, passage.outcome);
  }

  /// Half of the cuts fall on the last operations (commit, starts, roll back), or the first (begin).
  static Cut draw_cut(otaru::board::Random& random, std::uint64_t operations) {
    const auto all = static_cast<std::uint32_t>(std::max<std::uint64_t>(operations, 1));
    std::uint32_t at = random.below(all);
    const std::uint32_t bias = random.below(4);
    if (bias == 0) at = all - 1 - random.below(std::min(all, 48u));
    if (bias == 1) at = random.below(std::min(all, 12u));
    const char how = "bayiuuuu"[random.below(8)];
    return {at, how, random.bits() % 100'000, static_cast<std::uint8_t>(random.bits())};
  }

  Sweep& sweep_;
  std::map<std::size_t, std::unique_ptr<Board>> boards_;
  std::map<std::size_t, std::uint64_t> operations_;
};

Sweep::Sweep(const std::vector<Scenario>& scenarios, const Options& options)
    : scenarios_(scenarios), options_(options), of_scenario_(scenarios.size()) {}

bool Sweep::over() const {
  if (failures_ >= options_.most_failures) return true;
  if (options_.cuts != 0 && cuts_ >= options_.cuts) return true;
  return options_.seconds > 0 && std::chrono::steady_clock::now() >= until_;
}

void Sweep::count(int phase, std::size_t scenario, std::uint64_t cuts) {
  cuts_ += cuts;
  in_phase_[phase] += cuts;
  of_scenario_[scenario] += cuts;
}

void Sweep::failed(const Scenario& scenario, const std::vector<Cut>& cuts, const Outcome& outcome) {
  const std::lock_guard lock(printing_);
  ++failures_;
  switch (outcome.harm) {
    case Harm::brick: ++tally_.bricks; break;
    case Harm::unverified: ++tally_.unverified; break;
    case Harm::lost_fallback: ++tally_.lost_fallbacks; break;
    case Harm::foreign: ++tally_.foreign; break;
    default: ++tally_.behaviour; break;
  }
  std::printf("%s: %s\n  replay: --replay %s\n", name(outcome.harm), outcome.why.c_str(),
              case_id(scenario, cuts).c_str());
  std::vector<std::string> trace;
  replay(scenario, cuts, &trace);
  const std::size_t shown = failures_ == 1 ? 400 : 0;  // of the first; the others can be replayed
  for (std::size_t i = trace.size() > shown ? trace.size() - shown : 0; i < trace.size(); ++i)
    std::printf("  %s\n", trace[i].c_str());
}

Tally Sweep::run() {
  until_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                  std::chrono::duration<double>(options_.seconds));
  {
    // Which operations there are to cut: each scenario once with power, which must do no harm.
    for (std::size_t i = 0; i < scenarios_.size(); ++i) {
      if (scenarios_[i].real) {
        singles_.push_back({i, kSpread});
        continue;
      }
      Board board(scenarios_[i]);
      board.rewind();
      const Board::Passage passage = board.script(std::nullopt);
      if (passage.outcome.harm != Harm::none) {
        failed(scenarios_[i], {}, passage.outcome);
        continue;
      }
      for (std::uint32_t at = 0; at < passage.operations; ++at) {
        singles_.push_back({i, at});
        if (scenarios_[i].critical) pairs_.push_back({i, at});
      }
    }
    if (failures_ > 0) return tally_;
    // So that a sweep that is stopped early has been everywhere.
    std::shuffle(singles_.begin(), singles_.end(), std::minstd_rand(options_.seed));
    std::vector<Unit> firsts;
    for (std::size_t i = 0; i < scenarios_.size(); ++i) firsts.push_back({i, kFirst});
    singles_.insert(singles_.begin(), firsts.begin(), firsts.end());
    std::shuffle(pairs_.begin(), pairs_.end(), std::minstd_rand(options_.seed));
  }
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options_.threads; ++i)
    threads.emplace_back([this] {
      Worker worker(*this);
      worker.singles();
      worker.random(options_.least / 10);
      worker.pairs();
      const std::uint64_t done = in_phase_[0] + in_phase_[1];
      worker.random(options_.least > done ? options_.least - done : 0);
    });
  for (std::thread& thread : threads) thread.join();
  complete_[0] = finished_[0] == singles_.size();
  complete_[1] = finished_[1] == pairs_.size();
  for (std::size_t i = 0; i < scenarios_.size(); ++i)
    if (of_scenario_[i] == 0) never_cut_.push_back(scenarios_[i].name);
  tally_.cuts = cuts_;
  return tally_;
}

}  // namespace powercut
