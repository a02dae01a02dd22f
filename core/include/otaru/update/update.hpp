// One update of the free slot, from the first byte to the commit, wherever the bytes come from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <otaru/boot/select.hpp>
#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/status.hpp>
#include <otaru/update/signature.hpp>
#include <otaru/update/slot_state.hpp>
#include <otaru/update/slot_verifier.hpp>
#include <otaru/update/slot_writer.hpp>
#include <otaru/update/trial.hpp>
#include <otaru/update/trust.hpp>

namespace otaru::update {

/// What is asked of an update.
struct Request {
  std::uint32_t length = 0;             ///< of the image, bytes
  std::uint32_t sum = 0;                ///< byte sum that the image must have
  std::uint32_t version = 0xFFFF'FFFF;  ///< of the OTA file; kept in the record
  bool force = false;                   ///< take it although it was rejected before
};

/// Updates the slot that is not running: begin, append ..., verify ..., commit. One at a time.
///
/// After a commit nothing more is written: the next begin() belongs to the image that was just committed.
/// Never touches anything outside the target slot, except that the commit of an image in OTA1 clears the
/// signature of OTA2, which would win otherwise. Until the commit, nothing in the target slot can boot.
/// After any error the update is over and begin() starts the next.
///
/// Power cut: before the commit's signature program the running image boots; after it the new one does, on
/// trial. In between, Trial::start() finishes the commit.
template <flash::Flash F, crypto::Crypto C>
class Update {
 public:
  /// @param trial  after its start(); tells which slot runs, and whether its image is on trial
  /// @param trust  whose images are taken; the owner may change it between updates
  Update(F& part, C& library, const flash::Layout& layout, const Trial<F, C>& trial,
         const Trust& trust) noexcept
      : part_(part),
        library_(library),
        layout_(layout),
        trial_(trial),
        trust_(trust),
        target_(other(trial.running())),
        received_(library),
        writer_(part, layout.slot(target_)) {}

  flash::SlotId target() const noexcept { return target_; }
  const flash::Slot& slot() const noexcept { return layout_.slot(target_); }
  bool active() const noexcept { return stage_ != Stage::idle; }
  std::uint32_t written() const noexcept { return writer_.written(); }
  /// All announced bytes were taken.
  bool complete() const noexcept { return stage_ != Stage::idle && writer_.complete(); }

  /// Starts an update. Blocks for two programs.
  ///
  /// @retval busy           an update is under way, or one was committed and the reset is due
  /// @retval image_length   0 or more than the slot holds; flash was not touched
  /// @retval trial_pending  the running image is on trial; flash was not touched
  /// @retval seal_missing   too short for the seal that this board asks for; flash was not touched
  /// @retval flash_failed   the part reported an error; or only the target could boot, flash was not touched
  Status begin(const Request& request) noexcept {
    if (active()) return Status::busy;
    if (request.length == 0 || request.length > slot().capacity()) return Status::image_length;
    if (trial_.on_trial()) return Status::trial_pending;
    if (trust_.sealed_only() && request.length <= image::kSealSize) return Status::seal_missing;

    if (const Status status = check_fall_back(); status != Status::ok) return status;
    const Result<SlotState> before = read_slot_state(part_, library_, slot());
    if (!before) return before.error();
    const Result<SlotHistory> history = read_slot_history(part_, library_, slot());
    if (!history) return history.error();
    rejected_ = before->rejected;

    request_ = request;
    headers_ = image::Image2Stream(request.length);
    received_ = typename C::Sha256(library_);
    stage_ = Stage::writing;
    return keep(writer_.begin(request.length, *history));
  }

  /// Takes the next bytes of the image: checks segment headers as they pass, writes whole pages.
  ///
  /// @retval km0_*, km4_*  as image::Image2Walk::take; the bytes up to the faulty header may be in flash
  /// @retval out_of_range  more bytes than announced
  /// @retval flash_failed  the part reported an error
  Status append(Bytes chunk) noexcept {
    if (stage_ != Stage::writing) return Status::wrong_state;
    if (const Status status = headers_.feed(chunk); status != Status::ok) return keep(status);
    received_.add(chunk);
    return keep(writer_.append(chunk));
  }

  /// Reads back up to `most` bytes of what was written; call until verified() or an error. After an
  /// interrupted update the first calls erase what lies behind the image, each for at most 150 ms. The last
  /// call judges: with a seal it blocks for one ES256 verification too.
  ///
  /// @retval too_short        bytes are missing
  /// @retval image_sum        the bytes do not add up to the announced sum
  /// @retval flash_failed     flash holds other bytes than were received
  /// @retval km0_*, km4_*     flash does not hold a whole image 2
  /// @retval seal_*           see judge_seal()
  /// @retval rejected_before  this image was tried here and rejected
  Status verify(std::uint32_t most) noexcept {
    if (stage_ == Stage::writing) {
      if (!writer_.complete()) return keep(Status::too_short);
      if (!writer_.clean()) return keep(writer_.erase_behind());
      verifier_.emplace(part_, library_, slot(), request_.length, body_length());
      stage_ = Stage::verifying;
    }
    if (stage_ != Stage::verifying) return Status::wrong_state;
    if (const Status status = verifier_->step(most); status != Status::ok) return keep(status);
    if (!verifier_->done()) return Status::ok;
    if (const Status status = judge(); status != Status::ok) return keep(status);
    stage_ = Stage::verified;
    return Status::ok;
  }

  bool verified() const noexcept { return stage_ == Stage::verified; }

  /// Makes the new image the one that boots, on trial: its record, then its signature, and where the target
  /// is OTA1 the end of OTA2. Blocks for one sector erase and three programs.
  ///
  /// @retval wrong_state   not verified
  /// @retval flash_failed  the record or signature could not be set (the old image boots), or OTA2 not
  /// cleared
  Status commit() noexcept {
    if (stage_ != Stage::verified) return Status::wrong_state;
    stage_ = Stage::idle;
    if (const Status status = writer_.finish(); status != Status::ok) return status;
    const Record record{trial_.own().record.sequence + 1, request_.length, request_.version, sha256_,
                        rejected_};
    if (const Status status = write_record(part_, library_, slot(), record); status != Status::ok)
      return status;
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

  Status keep(Status status) noexcept {
    if (status != Status::ok) stage_ = Stage::idle;
    return status;
  }

  /// A commit to OTA1 may have failed after it retired OTA2: then the target is the only slot that boots.
  Status check_fall_back() noexcept {
    const Result<bool> running = boot::has_signature(part_, layout_.slot(flash::other(target_)));
    if (!running || *running) return running.error();
    const Result<bool> target = boot::has_signature(part_, slot());
    return *target ? Status::flash_failed : target.error();
  }

  /// Bytes before the seal, if this board asks for one.
  std::uint32_t body_length() const noexcept {
    return trust_.sealed_only() ? request_.length - image::kSealSize : 0;
  }

  Status judge() noexcept {
    if (verifier_->sum() != request_.sum) return Status::image_sum;
    if (const Status status = verifier_->headers().finish(); status != Status::ok) return status;
    sha256_ = verifier_->sha256();
    if (sha256_ != received_.finish()) return Status::flash_failed;
    if (trust_.sealed_only()) {
      if (const Status status = judge_own_seal(); status != Status::ok) return status;
    }
    if (sha256_ == rejected_ && !request_.force) return Status::rejected_before;
    return Status::ok;
  }

  Status judge_own_seal() noexcept {
    const std::uint32_t body = body_length();
    if (const Status status = part_.read(slot().offset + body, seal_); status != Status::ok) return status;
    return judge_seal(library_, trust_, seal_, body, verifier_->body_sha256());
  }

  F& part_;
  C& library_;
  const flash::Layout& layout_;
  const Trial<F, C>& trial_;
  const Trust& trust_;
  flash::SlotId target_;
  Stage stage_ = Stage::idle;
  Request request_{};
  crypto::Digest rejected_ = Record::none();
  crypto::Digest sha256_{};
  image::Image2Stream headers_{0};
  typename C::Sha256 received_;
  SlotWriter<F> writer_;
  std::optional<SlotVerifier<F, C>> verifier_;
  std::array<std::byte, image::kSealSize> seal_{};
};

}  // namespace otaru::update
