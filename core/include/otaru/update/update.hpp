// One update of the free slot, from the first byte to the commit, wherever the bytes come from.
#pragma once

#include <cstdint>
#include <optional>

#include <otaru/boot/select.hpp>
#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/status.hpp>
#include <otaru/update/signature.hpp>
#include <otaru/update/slot_verifier.hpp>
#include <otaru/update/slot_writer.hpp>

namespace otaru::update {

/// Updates the slot that is not running: begin, append ..., verify ..., commit. One at a time.
///
/// After a commit nothing more is written: the next begin() belongs to the image that was just committed.
/// Never touches anything outside the target slot, except that the commit of an image in OTA1 clears the
/// signature of OTA2, which would win otherwise. Until the commit, nothing in the target slot can boot.
/// After any error the update is over and begin() starts the next.
///
/// Power cut: before the commit's signature program the running image boots; after it the new one does.
/// With OTA1 as the target, a cut between signature and clearing leaves OTA2 (the old image) booting.
template <flash::Flash F>
class Update {
 public:
  /// @param running  the slot that the running image was booted from; the other one is the target
  Update(F& part, const flash::Layout& layout, flash::SlotId running) noexcept
      : part_(part), layout_(layout), target_(other(running)), writer_(part, layout.slot(target_)) {}

  flash::SlotId target() const noexcept { return target_; }
  const flash::Slot& slot() const noexcept { return layout_.slot(target_); }
  bool active() const noexcept { return stage_ != Stage::idle; }
  std::uint32_t written() const noexcept { return writer_.written(); }
  /// All announced bytes were taken.
  bool complete() const noexcept { return stage_ != Stage::idle && writer_.complete(); }

  /// Starts an update. Blocks for one sector erase.
  ///
  /// @param length  of the image, bytes
  /// @param sum     byte sum that the image must have
  /// @retval busy          an update is under way, or one was committed and the reset is due
  /// @retval image_length  0 or more than the slot holds; flash was not touched
  /// @retval flash_failed  the part reported an error; or only the target could boot, flash was not touched
  Status begin(std::uint32_t length, std::uint32_t sum) noexcept {
    if (active()) return Status::busy;
    if (length == 0 || length > slot().capacity()) return Status::image_length;
    if (const Status status = check_fall_back(); status != Status::ok) return status;
    headers_ = image::Image2Stream(length);
    length_ = length;
    sum_ = sum;
    stage_ = Stage::writing;
    return keep(writer_.begin(length));
  }

  /// Takes the next bytes of the image: checks segment headers as they pass, writes whole pages.
  ///
  /// @retval km0_*, km4_*  as image::Image2Walk::take; the bytes up to the faulty header may be in flash
  /// @retval out_of_range  more bytes than announced
  /// @retval flash_failed  the part reported an error
  Status append(Bytes chunk) noexcept {
    if (stage_ != Stage::writing) return Status::wrong_state;
    if (const Status status = headers_.feed(chunk); status != Status::ok) return keep(status);
    return keep(writer_.append(chunk));
  }

  /// Reads back up to `most` bytes of what was written; call until verified() or an error.
  ///
  /// @retval too_short     bytes are missing
  /// @retval image_sum     flash does not hold bytes of the announced sum
  /// @retval km0_*, km4_*  flash does not hold a whole image 2
  Status verify(std::uint32_t most) noexcept {
    if (stage_ == Stage::writing) {
      if (!writer_.complete()) return keep(Status::too_short);
      verifier_.emplace(part_, slot(), length_);
      stage_ = Stage::verifying;
    }
    if (stage_ != Stage::verifying) return Status::wrong_state;
    if (const Status status = verifier_->step(most); status != Status::ok) return keep(status);
    if (!verifier_->done()) return Status::ok;
    if (const Status status = verifier_->finish(sum_); status != Status::ok) return keep(status);
    stage_ = Stage::verified;
    return Status::ok;
  }

  bool verified() const noexcept { return stage_ == Stage::verified; }

  /// Makes the new image the one that boots. Blocks for two programs.
  ///
  /// @retval wrong_state   not verified
  /// @retval flash_failed  the signature could not be set (the old image boots), or OTA2 not cleared
  Status commit() noexcept {
    if (stage_ != Stage::verified) return Status::wrong_state;
    stage_ = Stage::idle;
    if (const Status status = set_signature(part_, slot()); status != Status::ok) return status;
    if (target_ == flash::SlotId::ota1) {
      if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    }
    stage_ = Stage::committed;
    return Status::ok;
  }

  /// Ends an update that will not be finished. Touches no flash: without its signature nothing boots.
  void abandon() noexcept {
    if (stage_ != Stage::committed) stage_ = Stage::idle;
  }

 private:
  enum class Stage : std::uint8_t { idle, writing, verifying, verified, committed };

  /// A commit to OTA1 may have failed after it retired OTA2: then the target is the only slot that boots.
  Status check_fall_back() noexcept {
    const Result<bool> running = boot::has_signature(part_, layout_.slot(flash::other(target_)));
    if (!running || *running) return running.error();
    const Result<bool> target = boot::has_signature(part_, slot());
    return *target ? Status::flash_failed : target.error();
  }

  Status keep(Status status) noexcept {
    if (status != Status::ok) stage_ = Stage::idle;
    return status;
  }

  F& part_;
  const flash::Layout& layout_;
  flash::SlotId target_;
  Stage stage_ = Stage::idle;
  std::uint32_t length_ = 0;
  std::uint32_t sum_ = 0;
  image::Image2Stream headers_{0};
  SlotWriter<F> writer_;
  std::optional<SlotVerifier<F>> verifier_;
};

}  // namespace otaru::update
