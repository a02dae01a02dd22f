// The virtual board that a sketch's program is: its flash, its boot rule, its reset, its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <otaru/board/nor_file.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/flash/layout.hpp>

#include "options.hpp"

namespace otaru::sketch {

/// One for the whole program. Functions may be called by any thread, unless they say otherwise.
class Board {
 public:
  /// Powers the board on: opens or makes the flash file and puts the first image in place. Throws
  /// board::NorFileError or std::runtime_error.
  explicit Board(Options options);

  const Options& options() const noexcept { return options_; }

  /// Prints what a start prints and finds the slot that boots. False if none does.
  bool boot();
  flash::SlotId running() const noexcept { return running_; }

  /// The number of this start: 1 after power on.
  std::uint32_t boots() const noexcept { return options_.booted + 1; }
  /// True if this is the last start that was asked for.
  bool last_boot() const noexcept { return options_.boots && boots() >= *options_.boots; }

  /// Runs `use` on the flash part, alone.
  template <class Use>
  auto with_flash(const Use& use) {
    const std::lock_guard lock(flash_mutex_);
    return use(part_);
  }
  std::chrono::nanoseconds time_to_receive(std::size_t bytes) const noexcept {
    return options_.model_timing ? part_.timing().receive(bytes) : std::chrono::nanoseconds(0);
  }

  /// The port is the board's from now on, also after a reset.
  void keep_port(std::uint16_t port);

  /// What has to be done before the program ends, such as a goodbye. Called once, by any thread; the last
  /// comes first.
  void at_end(std::function<void()> work);

  /// A reset: the program starts again from its beginning, with fresh memory. Also from a signal handler of a
  /// crash.
  [[noreturn]] void reset() noexcept;
  /// The program ends as asked for: after what at_end() was given, with `code`.
  [[noreturn]] void end(int code);

  /// A number that tells this board from others, always the same for the same flash file.
  std::uint64_t identity() const;

 private:
  void prepare_reset();

  Options options_;
  std::vector<std::string> reset_words_;  // ready for a crash, when nothing may be allocated
  std::vector<char*> reset_arguments_;
  board::NorFile file_;
  board::NorModel part_;
  std::mutex flash_mutex_;
  flash::SlotId running_ = flash::SlotId::ota1;
  std::mutex end_mutex_;
  std::vector<std::function<void()>> at_end_;
};

/// The board. Set by main before anything of the sketch's runs.
Board& the_board() noexcept;
void set_the_board(Board& board) noexcept;

}  // namespace otaru::sketch
