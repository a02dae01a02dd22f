#include "life.hpp"

#include <stdexcept>

#include <otaru/board/random.hpp>
#include <otaru/update/trial.hpp>
#include <otaru/update/update.hpp>

#include "cached_crypto.hpp"
#include "part.hpp"
#include "truth.hpp"

namespace powercut {

using otaru::Bytes;
using otaru::Status;
using otaru::board::NorModel;
using otaru::board::PowerCut;
using otaru::flash::SlotId;
using otaru::update::Started;
using Trial = otaru::update::Trial<Part, CachedCrypto>;
using Update = otaru::update::Update<Part, CachedCrypto>;

namespace {

constexpr std::uint32_t kTries = 3;
constexpr int kMostStarts = 16;

}  // namespace

const char* name(Harm harm) {
  constexpr const char* kNames[] = {"none",           "brick",          "unverified",
                                    "lost fall-back", "foreign region", "behaviour"};
  return kNames[static_cast<std::size_t>(harm)];
}

class Board::Body {
 public:
  explicit Body(const Scenario& scenario)
      : scenario_(scenario),
        images_(*scenario.images),
        store_(lived_in_flash(scenario)),
        nor_(store_),
        part_(nor_),
        flicker_(nor_),
        judge_(map_named(scenario.layout->name), contents(images_)) {
    if (scenario.key) keys_.push_back(*scenario.key);
    trust_.keys = keys_;
    trust_.board = "ameba_rtl8721d";
    judge_.remember(store_);
    run(scenario.setup);
    if (outcome_.harm != Harm::none)
      throw std::logic_error(scenario.name + ": the setup fails with power: " + outcome_.why);
    judge_.remember(store_);
    first_ = truth_;
    nor_.snapshot();
  }

  const Scenario& scenario() const { return scenario_; }
  void rewind() {
    nor_.restore();
    truth_ = first_;
    switch_off();
  }
  void keep() {
    nor_.snapshot();
    kept_.push_back(truth_);
  }
  void go_back() {
    nor_.restore();
    truth_ = kept_.back();
    switch_off();
  }
  void forget() {
    nor_.release();
    kept_.pop_back();
  }
  void trace_to(std::vector<std::string>* trace) { part_.trace_to(trace); }

  Passage passage(const std::vector<Step>& steps, const std::optional<Cut>& cut) {
    switch_off();
    outcome_ = {};
    part_.power_on();
    part_.count_from_here();
    if (cut) nor_.arm(power_cut(*cut));
    run(steps);
    nor_.disarm();
    Passage passage{!nor_.powered(), part_.asked(), outcome_};
    if (passage.cut) {
      passage.outcome = {};
      ++truth_.cuts;
      truth_.readings = cut->readings;
      const std::uint32_t record = scenario_.layout->slot(target()).record();
      if (truth_.writing && part_.last_at() == record) truth_.memory_cut = true;
    }
    return passage;
  }

 private:
  const Image& image(int number) const { return images_[static_cast<std::size_t>(number)]; }
  SlotId target() const { return truth_.slot == 0 ? SlotId::ota2 : SlotId::ota1; }
  void note(const std::string& line) {
    if (part_.tracing()) part_.note(line);
  }
  bool fail(Harm harm, const std::string& why) {
    outcome_ = {harm, why};
    note(std::string("    ") + name(harm) + ": " + why);
    return false;
  }
  void switch_off() {
    update_.reset();
    trial_.reset();
  }

  void run(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      bool going = false;
      switch (step.kind) {
        case Step::Kind::settle: going = settle(); break;
        case Step::Kind::push: going = push(step); break;
        case Step::Kind::half_push: going = half_push(step); break;
      }
      if (!going || !nor_.powered()) return;
    }
  }

  /// Starts the board until it runs and asks for no reset. False: the power failed, or something is wrong.
  bool settle() {
    switch_off();
    for (int start = 0; start < kMostStarts; ++start) {
      int slot = 0;
      if (!boot(start, slot)) return false;
      const int running = judge_.identify(store_, flicker_, slot);
      trial_.emplace(part_, library_, *scenario_.layout, slot == 0 ? SlotId::ota1 : SlotId::ota2, kTries);
      const Started started = trial_->start();
      note("  " + image(running).name + " starts in OTA" + std::to_string(slot + 1) + ": start() says " +
           std::to_string(static_cast<int>(started)));
      if (!nor_.powered()) return false;
      if (needs_reset(started)) continue;
      if (started == Started::flash_failed)
        return fail(Harm::behaviour, "start() says that the flash failed");
      if (started == Started::on_trial) {
        bool reset = false;
        if (!on_trial(running, reset)) return false;
        if (reset) continue;
      }
      return settled(running, slot, started);
    }
    return fail(Harm::brick, "the board resets for ever");
  }

  /// The judge lets the stock rule choose, and looks at whatever it may choose.
  bool boot(int start, int& slot) {
    const Boot boot = judge_.boot(store_, flicker_);
    if (boot.nothing) return fail(Harm::brick, "no slot boots for certain");
    for (int i = 0; i < 2; ++i) {
      if (!boot.slot[i]) continue;
      if (!judge_.km4_stands(store_, flicker_, i))
        return fail(Harm::brick, "the boot loader does not find KM4");
      const int found = judge_.identify(store_, flicker_, i);
      if (found == Judge::no_image)
        return fail(Harm::unverified, "OTA" + std::to_string(i + 1) + " is no whole image");
      const bool known = found == truth_.running || (found == truth_.candidate && truth_.verified);
      if (!known) return fail(Harm::unverified, "'" + image(found).name + "' boots, but was never verified");
      if (found != truth_.running && !truth_.confirmed && !truth_.confirm_begun &&
          !judge_.restorable(store_, flicker_, truth_.slot, truth_.running))
        return fail(Harm::lost_fallback, "'" + image(found).name + "' is on trial and the old image is gone");
    }
    // The slot that does not win must not wait there half written: a serial tool that erases the other is
    // enough.
    for (int i = 0; i < 2; ++i)
      if (judge_.may_be_chosen(store_, flicker_, i) &&
          judge_.identify(store_, flicker_, i) == Judge::no_image)
        return fail(Harm::unverified,
                    "OTA" + std::to_string(i + 1) + " bears a signature over no whole image");
    if (const std::string_view region = judge_.foreign_change(store_, flicker_); !region.empty())
      return fail(Harm::foreign, std::string(region) + " changed");
    const bool may_use_backup = truth_.slot == 1 && truth_.candidate >= 0;
    if (!may_use_backup && truth_.candidate < 0 && judge_.backup_changed(store_, flicker_))
      return fail(Harm::foreign, "Backup changed without a roll back");
    const bool choose_second = boot.slot[1] && (!boot.slot[0] || (truth_.readings >> start % 8 & 1) != 0);
    if (boot.slot[0] && boot.slot[1])
      note("  a flickering signature: OTA" + std::to_string(choose_second + 1));
    slot = choose_second ? 1 : 0;
    return true;
  }

  bool on_trial(int running, bool& reset) {
    if (running != truth_.candidate || truth_.confirmed)
      return fail(Harm::behaviour, "'" + image(running).name + "' is on trial again");
    if (++truth_.trial_starts > kTries) return fail(Harm::behaviour, "more starts on trial than allowed");
    if (!truth_.committed) note("  (its commit was finished by a start)");
    update_.emplace(part_, library_, *scenario_.layout, *trial_, trust_);
    const std::uint64_t before = part_.asked();
    if (update_->begin({static_cast<std::uint32_t>(image(kNext).bytes.size()), 0}) != Status::trial_pending ||
        part_.asked() != before)
      return fail(Harm::behaviour, "a push was not refused while an image is on trial");
    switch (image(running).manner) {
      case Manner::crashes: reset = true; return true;
      case Manner::rejects: {
        truth_.rejects = true;
        const Started rejected = trial_->reject();
        if (!nor_.powered()) return false;
        if (rejected != Started::rolling_back)
          return fail(Harm::lost_fallback, "reject() does not roll back");
        reset = true;
        return true;
      }
      case Manner::confirms: break;
    }
    truth_.confirm_begun = true;
    const Status confirmed = trial_->confirm();
    if (!nor_.powered()) return false;
    if (confirmed != Status::ok) return fail(Harm::behaviour, "confirm() fails");
    truth_.confirmed = true;
    return true;
  }

  /// The board runs: is it the image that must run, and is everything at rest?
  bool settled(int running, int slot, Started started) {
    const Boot boot = judge_.boot(store_, flicker_);
    if (boot.nothing || (boot.slot[0] && boot.slot[1]))
      return fail(Harm::behaviour, "what boots next is not settled after a whole start");
    if (running == truth_.candidate && running != truth_.running) {
      if (image(running).manner != Manner::confirms)
        return fail(Harm::lost_fallback, "'" + image(running).name + "' does not work and stays");
      if (!truth_.confirm_begun)
        return fail(Harm::behaviour, "'" + image(running).name + "' runs without a trial");
      if (!judge_.recorded(store_, flicker_, slot, running) ||
          (truth_.confirmed && !judge_.confirmed(store_, flicker_, slot)))
        return fail(Harm::behaviour, "a confirmed image without a whole record and mark");
      truth_.confirmed = true;
      return true;
    }
    if (truth_.confirmed) return fail(Harm::behaviour, "the old image runs though the new one was confirmed");
    if (truth_.candidate < 0 || truth_.candidate == truth_.running) return true;
    const Image& candidate = image(truth_.candidate);
    // A good image too, when cuts used up its tries; or a bad one whose starts were all cut.
    if (judge_.recorded(store_, flicker_, 1 - slot, truth_.candidate) &&
        judge_.rejected(store_, flicker_, 1 - slot))
      remember_rejection();
    if (candidate.manner == Manner::confirms) {
      if (truth_.committed && truth_.cuts < kTries)
        return fail(Harm::behaviour, "the new image is gone after fewer cuts than it has tries");
      return true;
    }
    if (truth_.committed && truth_.cuts == 0 && candidate.manner == Manner::crashes &&
        truth_.trial_starts != kTries)
      return fail(Harm::behaviour, "not as many tries as allowed");
    if (truth_.committed && truth_.trial_starts + truth_.cuts < kTries && candidate.manner == Manner::crashes)
      return fail(Harm::behaviour, "tries were counted that never were");
    if (truth_.trial_starts > 0) {
      if (started == Started::normal) return fail(Harm::behaviour, "a roll back that nobody is told of");
      if (!judge_.rejected(store_, flicker_, 1 - slot))
        return fail(Harm::behaviour, "rolled back but not rejected");
    }
    return true;
  }

  void remember_rejection() {
    truth_.rejected = truth_.candidate;
    truth_.ever_rejected |= 1u << truth_.candidate;
  }

  /// Begins an update on the running board: what worked until now is the fall-back from here.
  void begin_update(int number) {
    const Boot boot = judge_.boot(store_, flicker_);
    const int slot = boot.slot[1] ? 1 : 0;
    const int rejected = truth_.rejected;
    const unsigned ever_rejected = truth_.ever_rejected;
    const bool memory_cut = truth_.memory_cut;
    const bool same_side = slot == truth_.slot;
    truth_ = Truth{.running = judge_.identify(store_, flicker_, slot), .slot = slot, .candidate = number};
    truth_.writing = true;
    truth_.ever_rejected = ever_rejected;
    if (same_side) {
      truth_.rejected = rejected;
      truth_.memory_cut = memory_cut;
    }
    if (!update_ || update_->target() != target())
      update_.emplace(part_, library_, *scenario_.layout, *trial_, trust_);
  }

  bool half_push(const Step& asked) {
    const Step step = with_news(asked);
    begin_update(step.image);
    const Content& bytes = image(step.image).bytes;
    const auto length = static_cast<std::uint32_t>(bytes.size());
    if (update_->begin({length, otaru::byte_sum(bytes)}) != Status::ok ||
        update_->append(Bytes(bytes).first(length * 5 / 6)) != Status::ok)
      return fail(Harm::behaviour, "half an update fails");
    update_->abandon();
    return true;
  }

  Status whole_update(const Content& bytes, std::uint32_t sum) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    if (const Status status = update_->begin({length, sum}); status != Status::ok) return status;
    for (std::uint32_t at = 0; at < length; at += 4096) {
      const Bytes piece = Bytes(bytes).subspan(at, std::min<std::uint32_t>(4096, length - at));
      if (const Status status = update_->append(piece); status != Status::ok) return status;
    }
    while (!update_->verified())
      if (const Status status = update_->verify(16 * 1024); status != Status::ok) return status;
    truth_.verified = true;
    if (const Status status = update_->commit(); status != Status::ok) return status;
    truth_.committed = true;
    truth_.writing = false;
    truth_.cuts = 0;
    return Status::ok;
  }

  /// The image of a step, or another one if that very image runs already: a push brings something new.
  Step with_news(Step step) const {
    const Boot boot = judge_.boot(store_, flicker_);
    if (judge_.identify(store_, flicker_, boot.slot[1] ? 1 : 0) == step.image) step.image = kSpare;
    return step;
  }

  bool push(const Step& asked) {
    const Step step = with_news(asked);
    const bool known_as_rejected = truth_.rejected == step.image;
    begin_update(step.image);
    const bool must_refuse = known_as_rejected && truth_.rejected == step.image && !truth_.memory_cut;
    const bool may_refuse = (truth_.ever_rejected >> step.image & 1) != 0;
    const Content& bytes = image(step.image).bytes;
    note("  push of '" + image(step.image).name + "'");
    const Status status = whole_update(bytes, otaru::byte_sum(bytes) + (step.wrong_sum ? 1 : 0));
    if (!nor_.powered()) return false;
    note("  the update says " + std::to_string(static_cast<int>(status)));
    truth_.writing = false;
    const Status expected = must_refuse ? Status::rejected_before : step.expected;
    if (status != expected && !(may_refuse && !must_refuse && status == Status::rejected_before) &&
        !(step.expected == Status::rejected_before && status == Status::ok && !must_refuse))
      return fail(Harm::behaviour, "the update of '" + image(step.image).name + "' says " +
                                       std::to_string(static_cast<int>(status)) + ", not " +
                                       std::to_string(static_cast<int>(expected)));
    if (status != Status::ok && truth_.verified)
      return fail(Harm::behaviour, "refused after it was verified");
    if (status == Status::ok) {
      const Boot boot = judge_.boot(store_, flicker_);
      const int target = 1 - truth_.slot;
      if (!boot.slot[target] || boot.slot[1 - target])
        return fail(Harm::behaviour, "the sender was told ok, but the new image is not what boots next");
    }
    return settle();
  }

  const Scenario& scenario_;
  const std::vector<Image>& images_;
  std::vector<std::byte> store_;
  NorModel nor_;
  Part part_;
  NorFlicker flicker_;
  Judge judge_;
  CachedCrypto& library_ = library_of_this_thread();
  std::vector<otaru::crypto::PublicKey> keys_;
  otaru::update::Trust trust_{};
  std::optional<Trial> trial_;
  std::optional<Update> update_;
  Truth truth_;
  Truth first_;
  std::vector<Truth> kept_;
  Outcome outcome_;
};

Board::Board(const Scenario& scenario) : body_(std::make_unique<Body>(scenario)) {}
Board::~Board() = default;
const Scenario& Board::scenario() const {
  return body_->scenario();
}
void Board::rewind() {
  body_->rewind();
}
void Board::keep() {
  body_->keep();
}
void Board::go_back() {
  body_->go_back();
}
void Board::forget() {
  body_->forget();
}
Board::Passage Board::script(const std::optional<Cut>& cut) {
  return body_->passage(scenario().script, cut);
}
Board::Passage Board::recovery(const std::optional<Cut>& cut) {
  return body_->passage(scenario().recovery, cut);
}
void Board::trace_to(std::vector<std::string>* trace) {
  body_->trace_to(trace);
}

}  // namespace powercut
