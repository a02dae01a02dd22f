// Going back to an earlier content of the flash at the price of the sectors that changed since.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <otaru/bytes.hpp>

namespace otaru::board {

/// An undo log of whole sectors. Marks nest; without a mark nothing is logged.
///
/// Memory: 4 KiB for each sector at its first change after a mark; kept for the next use after `rewind`.
class SectorJournal {
 public:
  /// `store` is the flash's content, whole sectors; it outlives the journal.
  explicit SectorJournal(MutableBytes store);

  /// Remembers the content of this moment. Costs nothing by itself.
  void mark();

  /// To be called before the `length` bytes at `at` change.
  void about_to_change(std::uint32_t at, std::uint32_t length);

  /// Puts back the content of the last mark, which stays.
  void rewind() noexcept;

  /// Forgets the last mark; the content stays, and an earlier mark can still be gone back to.
  void release() noexcept;

  /// Sectors in the log: what a rewind through all marks would copy.
  std::size_t held() const noexcept { return log_.size(); }

 private:
  struct Entry {
    std::uint32_t sector;
    std::size_t earlier;  // what newest_ said of the sector before this entry
  };

  MutableBytes store_;
  std::vector<std::size_t> marks_;   // log_.size() when the mark was set
  std::vector<Entry> log_;           // oldest first
  std::vector<std::byte> contents_;  // a sector for each entry of log_
  std::vector<std::size_t> newest_;  // for each sector: 1 + index of its newest entry in log_, or 0
};

}  // namespace otaru::board
