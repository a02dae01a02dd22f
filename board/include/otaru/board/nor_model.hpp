// The virtual board's flash part: NOR rules, wear, virtual time and power cuts on bytes that others own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <otaru/board/power_cut.hpp>
#include <otaru/board/random.hpp>
#include <otaru/board/sector_journal.hpp>
#include <otaru/board/timing.hpp>
#include <otaru/board/unstable_bits.hpp>
#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>

namespace otaru::board {

/// What a part has done since it was made. Refused calls and calls without power are not counted.
struct NorStatistics {
  std::uint64_t reads = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t programs = 0;
  std::uint64_t bytes_programmed = 0;
  std::uint64_t sector_erases = 0;
  std::uint64_t block_erases = 0;
  std::chrono::nanoseconds reading{0};  ///< virtual time
  std::chrono::nanoseconds programming{0};
  std::chrono::nanoseconds erasing{0};

  std::chrono::nanoseconds busy() const noexcept { return reading + programming + erasing; }
};

/// How often sectors were erased since the part was made. A block erase wears each of its 16 sectors.
struct Wear {
  std::uint32_t max;    ///< of the sector erased most often
  std::uint64_t total;  ///< sector erasures
};

/// A NOR flash part (satisfies flash::Flash) on a store of bytes: a vector, or a file (NorFile).
///
/// Changes go into the store at once and front to back, so that a process killed inside an operation
/// leaves a store that a power cut could have left. Nothing sleeps: time is only counted, see `on_busy`.
/// Not thread-safe.
class NorModel {
 public:
  /// `store` is the content: a multiple of 4 KiB, at most 2 GiB, alive as long as the model, changed by
  /// nobody else. Throws std::invalid_argument for another size.
  explicit NorModel(MutableBytes store, const Timing& timing = {});

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(store_.size()); }

  /// By memory-mapped access. Without power: `flash_failed`, and `out` is as it was.
  Status read(std::uint32_t at, MutableBytes out) noexcept;
  Status program(std::uint32_t at, Bytes data) noexcept;
  Status erase_sector(std::uint32_t at) noexcept;
  Status erase_block(std::uint32_t at) noexcept;

  /// As `read`, but in the time that read commands of 4 bytes take: how the stock receiver verifies.
  Status read_by_command(std::uint32_t at, MutableBytes out) noexcept;

  /// The bytes themselves, at no cost and without power too. An unstable bit shows as 1.
  Bytes content() const noexcept { return store_; }

  /// Called at the end of every operation with the time that the part would have been busy. A board that
  /// runs in real time sleeps here. Must not throw.
  std::function<void(std::chrono::nanoseconds)> on_busy;

  const Timing& timing() const noexcept { return timing_; }
  const NorStatistics& statistics() const noexcept { return statistics_; }

  /// Programs and erases so far, torn ones included, those cut before they began not: what
  /// PowerCut::at_operation counts.
  std::uint64_t operations() const noexcept;

  /// How often the sector at `at` (bytes, inside the part) was erased.
  std::uint32_t wear_of(std::uint32_t at) const noexcept { return wear_[at / flash::kSectorSize]; }
  Wear wear() const noexcept;

  /// Power fails at the operation that `cut` names, counted from now. That operation leaves what `cut`
  /// says and returns `flash_failed`, whatever it has done; so do all calls after it, which change nothing
  /// and are not counted, until `power_on`. Replaces a cut that has not happened yet.
  void arm(const PowerCut& cut) noexcept { cut_ = cut; }
  void disarm() noexcept { cut_.reset(); }

  /// Power fails now, between two operations.
  void power_off() noexcept { powered_ = false; }
  void power_on() noexcept { powered_ = true; }
  bool powered() const noexcept { return powered_; }

  /// True if a cut has left bits that read differently each time.
  bool has_unstable_bits() const noexcept { return !unstable_.empty(); }
  /// Which they are: for a judge who must know every reading that is possible.
  const UnstableBits& unstable_bits() const noexcept { return unstable_; }

  /// Remembers content, unstable bits, power and armed cut. Snapshots nest: each is put on the last.
  void snapshot();

  /// Puts back what the last snapshot remembers; it stays, so that the same state can be tried again.
  /// Costs a copy of 4 KiB for each sector that changed. Statistics, wear and time go on counting.
  /// Without a snapshot nothing happens.
  void restore();

  /// Forgets the last snapshot and leaves everything as it is now.
  void release() noexcept;

 private:
  struct State {
    UnstableBits unstable;
    Random random;
    std::optional<PowerCut> cut;
    bool powered;
  };

  Status fetch(std::uint32_t at, MutableBytes out, std::chrono::nanoseconds time) noexcept;
  Status erase(std::uint32_t at, std::uint32_t unit, std::chrono::nanoseconds time,
               std::uint64_t& count) noexcept;
  void write(std::uint32_t at, Bytes data) noexcept;
  void lift(std::uint32_t at, std::uint32_t length) noexcept;
  void tear_program(std::uint32_t at, Bytes data, const PowerCut& cut) noexcept;
  void tear_erase(std::uint32_t at, std::uint32_t unit, const PowerCut& cut) noexcept;
  std::optional<PowerCut> due_cut() noexcept;
  Status finish(std::chrono::nanoseconds time) noexcept;

  MutableBytes store_;
  Timing timing_;
  NorStatistics statistics_;
  std::vector<std::uint32_t> wear_;  // erasures of each sector
  UnstableBits unstable_;
  Random random_;  // of unstable bits; seeded by the cut
  std::optional<PowerCut> cut_;
  bool powered_ = true;
  SectorJournal journal_;
  std::vector<State> snapshots_;
};

static_assert(flash::Flash<NorModel>);

}  // namespace otaru::board
