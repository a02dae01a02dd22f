// Writes an image into a slot, front to back.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/segment.hpp>
#include <otaru/result.hpp>
#include <otaru/update/signature.hpp>
#include <otaru/update/slot_state.hpp>

namespace otaru::update {

/// Writes an image front to back into one slot, erasing just ahead of the data.
///
/// The image's signature (its first 8 bytes) is kept back: it stays 0xFF in flash, so nothing written here
/// can boot until the commit programs it. Erases 64 KiB blocks where that is cheaper, sectors elsewhere, and
/// nothing where the flash is blank already.
///
/// Memory: this object only (about 300 bytes); never allocates. Not thread-safe.
/// Power cut: the slot holds a prefix of the image and no signature, so the running image still boots.
template <flash::Flash F>
class SlotWriter {
 public:
  SlotWriter(F& part, const flash::Slot& slot) noexcept : part_(part), slot_(slot) {}

  /// Makes the slot ready for an image of `length` bytes: clears a signature that it still carries, then
  /// marks that writing begins, so that nothing old can speak for the new image. Blocks for two programs.
  ///
  /// The record sector keeps saying so until finish(). In a slot with an interrupted history no sector is
  /// believed to be blank.
  ///
  /// @retval out_of_range  `length` is 0 or more than the slot's capacity; nothing was changed
  /// @retval flash_failed  the part reported an error
  [[gnu::noinline]] Status begin(std::uint32_t length, SlotHistory history) noexcept {
    if (length == 0 || length > slot_.capacity()) return Status::out_of_range;
    length_ = length;
    written_ = 0;
    erased_until_ = slot_.offset;
    history_ = history;
    image::Signature found{};
    if (const Status status = part_.read(slot_.offset, found); status != Status::ok) return status;
    if (!is_blank(found)) {
      if (const Status status = clear_signature(part_, slot_); status != Status::ok) return status;
    }
    // Always: a mark that a cut left between blank and set must be set before data is touched again.
    return mark_writing(part_, slot_);
  }

  /// Appends `chunk`. Blocks for at most one erase for each erase boundary crossed, and one program a page.
  ///
  /// @retval ok            all of `chunk` is taken; whole pages are in flash, except the signature bytes
  /// @retval out_of_range  `chunk` does not fit in the announced length; nothing was written
  /// @retval flash_failed  the part reported an error; the slot's content is undefined
  Status append(Bytes chunk) noexcept {
    if (chunk.size() > length_ - written_) return Status::out_of_range;
    while (!chunk.empty()) {
      const std::size_t filled = written_ % flash::kPageSize;
      const std::size_t taken = std::min(page_.size() - filled, chunk.size());
      copy(chunk.first(taken), MutableBytes(page_).subspan(filled));
      written_ += static_cast<std::uint32_t>(taken);
      chunk = chunk.subspan(taken);
      if (filled + taken == page_.size() || written_ == length_) {
        if (const Status status = flush(filled + taken); status != Status::ok) return status;
      }
    }
    return Status::ok;
  }

  /// False while sectors behind the image may be half erased since an interrupted update: the record to come
  /// says that the whole slot is clean.
  bool clean() const noexcept {
    return history_ == SlotHistory::clean || (complete() && erased_until_ >= slot_.record());
  }

  /// Erases the next block or sector behind the image. Blocks for one erase. To be called until clean().
  Status erase_behind() noexcept {
    const std::uint32_t at = erased_until_;
    if (at % flash::kBlockSize == 0 && slot_.record() - at >= flash::kBlockSize) {
      erased_until_ += flash::kBlockSize;
      return part_.erase_block(at);
    }
    erased_until_ += flash::kSectorSize;
    return part_.erase_sector(at);
  }

  /// Makes the record sector ready for a record. Blocks for one sector erase.
  /// @retval wrong_state  bytes are missing, or the slot is not clean()
  Status finish() noexcept {
    if (!complete() || !clean()) return Status::wrong_state;
    return part_.erase_sector(slot_.record());
  }

  /// Bytes taken so far.
  std::uint32_t written() const noexcept { return written_; }
  bool complete() const noexcept { return written_ == length_; }

 private:
  /// Sector erases that cost as much as one block erase (BOARD: 38.5 ms against 150 ms).
  static constexpr std::uint32_t kSectorsWorthABlock = 4;

  Status flush(std::size_t filled) noexcept {
    const std::uint32_t page = slot_.offset + align_down(written_ - 1, flash::kPageSize);
    if (page >= erased_until_) {
      if (const Status status = erase_ahead(page); status != Status::ok) return status;
    }
    Bytes data = Bytes(page_).first(filled);
    std::uint32_t at = page;
    if (page == slot_.offset) {
      const std::size_t kept_back = std::min(image::kSignatureSize, filled);
      data = data.subspan(kept_back);
      at += static_cast<std::uint32_t>(kept_back);
    }
    if (is_blank(data)) return Status::ok;
    return part_.program(at, data);
  }

  /// Erases from `page` to the end of its block where the whole block is the slot's data, else its sector.
  Status erase_ahead(std::uint32_t page) noexcept {
    const std::uint32_t image_end = slot_.offset + length_;
    if (page % flash::kBlockSize == 0 && slot_.record() - page >= flash::kBlockSize) {
      const std::uint32_t end = page + flash::kBlockSize;
      std::uint32_t used = 0;
      for (std::uint32_t at = page; at < std::min(end, image_end); at += flash::kSectorSize) {
        const Result<bool> erased = is_erased(at);
        if (!erased) return erased.error();
        if (!*erased) ++used;
      }
      if (used == 0 || used >= kSectorsWorthABlock) {
        erased_until_ = end;
        return used == 0 ? Status::ok : part_.erase_block(page);
      }
    }
    const std::uint32_t sector = align_down(page, flash::kSectorSize);
    erased_until_ = sector + flash::kSectorSize;
    const Result<bool> erased = is_erased(sector);
    if (!erased) return erased.error();
    return *erased ? Status::ok : part_.erase_sector(sector);
  }

  /// True if the sector is blank and can be believed to be.
  [[gnu::noinline]] Result<bool> is_erased(std::uint32_t sector) noexcept {
    if (history_ == SlotHistory::interrupted) return false;
    constexpr std::uint32_t kPiece = 64;
    std::array<std::byte, kPiece> piece;
    for (std::uint32_t at = sector; at < sector + flash::kSectorSize; at += kPiece) {
      if (const Status status = part_.read(at, piece); status != Status::ok) return status;
      if (!is_blank(piece)) return false;
    }
    return true;
  }

  F& part_;
  const flash::Slot& slot_;
  std::uint32_t length_ = 0;
  std::uint32_t written_ = 0;
  std::uint32_t erased_until_ = 0;
  SlotHistory history_ = SlotHistory::interrupted;
  std::array<std::byte, flash::kPageSize> page_{};
};

}  // namespace otaru::update
