// Trial boot: what the board does at every start before the sketch runs. docs/DESIGN-trial.md has the proof.
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/result.hpp>
#include <otaru/update/backup.hpp>
#include <otaru/update/signature.hpp>
#include <otaru/update/slot_check.hpp>
#include <otaru/update/slot_state.hpp>

namespace otaru::update {

/// What start() found and did.
enum class Started : std::uint8_t {
  normal,        ///< a confirmed image, or one without a record, runs
  on_trial,      ///< a try was marked: arm the watchdog, and confirm() once the image works
  no_fallback,   ///< the trial failed, but the other slot holds nothing that could boot: stay here
  rolled_back,   ///< the other image was rejected and is retired; this one runs
  commit_done,   ///< a commit that a power cut left unfinished was finished: reset, the new image boots
  rolling_back,  ///< this image was rejected and retired: reset, the other one boots
  flash_failed,  ///< the part does not do what it is told: go on with what runs
};

/// True if the board must reset now.
constexpr bool needs_reset(Started started) noexcept {
  return started == Started::commit_done || started == Started::rolling_back;
}

/// Counts an image's tries, confirms it, or brings the old one back.
///
/// Every step either changes nothing that counts or leaves a state from which start() goes on; so a power
/// cut at any moment costs at most another start. Works on the two slots' signatures, their record sectors
/// and the Backup sector, and nothing else.
template <flash::Flash F, crypto::Crypto C>
class Trial {
 public:
  /// @param running        the slot that the running image was booted from
  /// @param tries_allowed  starts that an image has to get itself confirmed in, 1 to kMaxTries
  Trial(F& part, C& library, const flash::Layout& layout, flash::SlotId running,
        std::uint32_t tries_allowed = 3) noexcept
      : part_(part), library_(library), layout_(layout), running_(running), tries_allowed_(tries_allowed) {}

  /// To be called once at every start, before the sketch. Blocks for hashing one image, or two where
  /// something is to be finished (about 50 ms a megabyte), and for a rewrite of one sector at a roll back.
  Started start() noexcept {
    const Result<Started> started = settle();
    return started ? *started : Started::flash_failed;
  }

  /// The running image works: it stays. Blocks for one program. Does nothing unless it is on trial.
  /// Power cut: still on trial, or confirmed.
  Status confirm() noexcept {
    if (own_.state != TrialState::pending) return Status::ok;
    if (const Status status = mark_confirmed(part_, slot(running_)); status != Status::ok) return status;
    own_.state = TrialState::confirmed;
    return Status::ok;
  }

  /// The running image does not work: rejects it now, without waiting for its tries to run out. Does nothing
  /// unless it is on trial: once confirmed, an image has no fall-back that could be relied on.
  /// Power cut: start() goes on with the roll back, or the image is still on trial.
  /// @return rolling_back, no_fallback, flash_failed, or normal if it is not on trial
  Started reject() noexcept {
    if (!on_trial()) return Started::normal;
    const Result<Started> done = use_up_and_roll_back();
    return done ? *done : Started::flash_failed;
  }

  /// The running image is on trial: its fall-back must not be overwritten. False if there is no fall-back.
  bool on_trial() const noexcept { return own_.state == TrialState::pending && !stranded_; }

  flash::SlotId running() const noexcept { return running_; }
  /// What is known of the running image; `none` if its record does not fit it. After start().
  const SlotState& own() const noexcept { return own_; }
  /// What the other slot's sector says.
  const SlotState& other_slot() const noexcept { return other_; }

 private:
  const flash::Slot& slot(flash::SlotId id) const noexcept { return layout_.slot(id); }
  BackupSector<F, C> backup() noexcept { return {part_, library_, layout_}; }

  Result<Started> settle() noexcept {
    const Result<SlotState> own = read_slot_state(part_, library_, slot(running_));
    if (!own) return own.error();
    own_ = *own;
    if (own_.state != TrialState::none && !image_fits(part_, library_, slot(running_), own_.record))
      own_ = {};
    const Result<SlotState> other = read_slot_state(part_, library_, slot(flash::other(running_)));
    if (!other) return other.error();
    other_ = *other;

    const Result<bool> saved = backup().valid();
    if (!saved) return saved.error();
    if (*saved) return settle_backup();
    const Result<bool> half_cleared = backup().half_cleared();
    if (!half_cleared) return half_cleared.error();
    if (*half_cleared) {
      if (const Status status = backup().clear(); status != Status::ok) return status;
    }
    return settle_own();
  }

  /// A copy of OTA2's first sector exists: a roll back from OTA1 is under way, or just over.
  Result<Started> settle_backup() noexcept {
    if (running_ == flash::SlotId::ota2 && other_.state == TrialState::rejected) {
      // OTA2 is whole again and boots; its signature may have been torn.
      if (const Status status = set_signature(part_, layout_.ota2); status != Status::ok) return status;
      if (const Status status = finish_roll_back(); status != Status::ok) return status;
      // An image that was stranded on its own trial comes back to that.
      return own_.state == TrialState::pending ? settle_own() : Started::rolled_back;
    }
    if (running_ == flash::SlotId::ota1 && own_.state == TrialState::rejected) return roll_back();
    if (const Status status = backup().clear(); status != Status::ok) return status;  // of an earlier life
    return settle_own();
  }

  Result<Started> settle_own() noexcept {
    if (own_.state == TrialState::rejected) return roll_back();
    if (own_.state == TrialState::confirmed) {
      // A mark that reads right only by chance must not be lost once the fall-back is overwritten.
      if (const Status status = mark_confirmed(part_, slot(running_)); status != Status::ok) return status;
    }
    if (own_.state != TrialState::pending) return settle_other();
    // The signature, or OTA2's retirement, may be torn by a cut in the commit: settle what this boot shows.
    if (const Status status = set_signature(part_, slot(running_)); status != Status::ok) return status;
    if (running_ == flash::SlotId::ota1) {
      if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    }
    // A try that reads as marked must not be taken back by the next reading, half way through a roll back.
    if (own_.tries > 0) {
      if (const Status status = mark_try(part_, slot(running_), own_.tries - 1); status != Status::ok)
        return status;
    }
    if (own_.tries >= tries_allowed_) return roll_back();
    if (const Status status = mark_try(part_, slot(running_), own_.tries); status != Status::ok)
      return status;
    ++own_.tries;
    return Started::on_trial;
  }

  /// The running image is good. The other may wait for its commit to be finished, or be retired.
  Result<Started> settle_other() noexcept {
    const flash::SlotId other = flash::other(running_);
    if (other_.state == TrialState::rejected) {
      const Result<bool> retired = is_retired(slot(other));
      if (!retired) return retired.error();
      // Another tool may have put another image there since: that one is not ours to retire.
      if (!*retired && image_fits(part_, library_, slot(other), other_.record)) {
        if (const Status status = clear_signature(part_, slot(other)); status != Status::ok) return status;
      }
      return Started::rolled_back;
    }
    // An image that has had a try was committed to the end: it is not running any more for a reason.
    if (other_.state != TrialState::pending || other_.tries > 0 ||
        !image_fits(part_, library_, slot(other), other_.record))
      return Started::normal;
    // Record first: if it was torn, it must be whole before the signature counts.
    if (write_record(part_, library_, slot(other), other_.record) != Status::ok) return Started::normal;
    if (set_signature(part_, slot(other)) != Status::ok) return Started::normal;
    if (other == flash::SlotId::ota1) {
      if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    }
    return Started::commit_done;
  }

  Result<bool> is_retired(const flash::Slot& slot) noexcept {
    std::array<std::byte, 4> found{};
    if (const Status status = part_.read(slot.offset, found); status != Status::ok) return status;
    return found == std::array<std::byte, 4>{};
  }

  /// Leaves no try, so that the decision to roll back cannot flicker, whatever is cut from here on.
  Result<Started> use_up_and_roll_back() noexcept {
    for (; own_.tries < tries_allowed_; ++own_.tries) {
      if (const Status status = mark_try(part_, slot(running_), own_.tries); status != Status::ok)
        return status;
    }
    return roll_back();
  }

  /// Leaves the running image for the other one, if that is whole and was not rejected itself.
  Result<Started> roll_back() noexcept {
    const flash::SlotId other = flash::other(running_);
    const Result<Started> done =
        running_ == flash::SlotId::ota2 ? roll_back_to_ota1(slot(other)) : roll_back_to_ota2(slot(other));
    stranded_ = done && *done == Started::no_fallback;
    return done;
  }

  /// OTA1 was left valid: retiring OTA2 is enough.
  Result<Started> roll_back_to_ota1(const flash::Slot& ota1) noexcept {
    image::Signature found{};
    if (const Status status = part_.read(ota1.offset, found); status != Status::ok) return status;
    const bool bootable = found == image::kImage2Signature;
    // Without a record its signature says that no update has begun to overwrite it.
    const bool whole = other_.state == TrialState::none ? headers_are_whole(part_, ota1)
                                                        : image_fits(part_, library_, ota1, other_.record);
    if (!bootable || other_.state == TrialState::rejected || !whole) return Started::no_fallback;
    if (const Status status = mark_rejected(part_, layout_.ota2); status != Status::ok) return status;
    if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    return Started::rolling_back;
  }

  /// OTA2's signature was cleared, and bits come back only by an erase: rewrite its first sector by way of
  /// the Backup sector. Until the signature stands there again OTA1 boots and goes on here: its rejection,
  /// marked first, and a valid copy tell start() that a roll back is under way.
  Result<Started> roll_back_to_ota2(const flash::Slot& ota2) noexcept {
    const Result<bool> saved = backup().valid();
    if (!saved) return saved.error();
    if (!*saved && (other_.state == TrialState::rejected || !image_is_whole(part_, library_, ota2, other_)))
      return Started::no_fallback;
    if (const Status status = mark_rejected(part_, layout_.ota1); status != Status::ok) return status;
    if (const Status status = *saved ? backup().settle() : backup().save(); status != Status::ok)
      return status;
    if (const Status status = backup().restore(); status != Status::ok) return status;
    if (!image_is_whole(part_, library_, ota2, other_)) return Status::flash_failed;
    if (const Status status = set_signature(part_, ota2); status != Status::ok) return status;
    if (const Status status = finish_roll_back(); status != Status::ok) return status;
    return Started::rolling_back;
  }

  /// OTA2 boots again: retire OTA1, then give the Backup sector up.
  Status finish_roll_back() noexcept {
    if (const Status status = clear_signature(part_, layout_.ota1); status != Status::ok) return status;
    return backup().clear();
  }

  F& part_;
  C& library_;
  const flash::Layout& layout_;
  flash::SlotId running_;
  std::uint32_t tries_allowed_;
  SlotState own_{};
  SlotState other_{};
  bool stranded_ = false;  // the trial failed, and there is nothing to go back to
};

}  // namespace otaru::update
