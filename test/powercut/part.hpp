// The flash as the board sees it: the model, with every operation written down.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <otaru/board/nor_model.hpp>

#include "judge.hpp"

namespace powercut {

/// A NorModel that remembers where its last operation was, and tells a trace of all if asked.
class Part {
 public:
  explicit Part(otaru::board::NorModel& nor) noexcept : nor_(&nor) {}

  std::uint32_t size() const noexcept { return nor_->size(); }
  otaru::Status read(std::uint32_t at, otaru::MutableBytes out) noexcept { return nor_->read(at, out); }
  otaru::Status program(std::uint32_t at, otaru::Bytes data) noexcept {
    return done("program", at, data.size(), nor_->program(at, data));
  }
  otaru::Status erase_sector(std::uint32_t at) noexcept {
    return done("erase sector", at, otaru::flash::kSectorSize, nor_->erase_sector(at));
  }
  otaru::Status erase_block(std::uint32_t at) noexcept {
    return done("erase block", at, otaru::flash::kBlockSize, nor_->erase_block(at));
  }

  /// Operations asked for since count_from_here(), the one that was cut included.
  std::uint64_t asked() const noexcept { return asked_; }
  void count_from_here() noexcept { asked_ = 0; }
  std::uint32_t last_at() const noexcept { return last_at_; }  ///< where the last one was

  void trace_to(std::vector<std::string>* trace) noexcept { trace_ = trace; }
  void note(const std::string& line) {
    if (trace_) trace_->push_back(line);
  }
  bool tracing() const noexcept { return trace_ != nullptr; }

 private:
  otaru::Status done(const char* what, std::uint32_t at, std::size_t length, otaru::Status status) noexcept {
    if (!was_off_) {
      ++asked_;
      last_at_ = at;
      if (trace_) {
        char line[96];
        std::snprintf(line, sizeof line, "    %4llu %s %06x +%zu%s",
                      static_cast<unsigned long long>(asked_ - 1), what, at, length,
                      nor_->powered() ? "" : "  <- power fails");
        trace_->push_back(line);
      }
    }
    was_off_ = !nor_->powered();
    return status;
  }

 public:
  void power_on() noexcept {
    nor_->power_on();
    was_off_ = false;
  }

 private:
  otaru::board::NorModel* nor_;
  std::uint64_t asked_ = 0;
  std::uint32_t last_at_ = 0;
  bool was_off_ = false;
  std::vector<std::string>* trace_ = nullptr;
};

static_assert(otaru::flash::Flash<Part>);

/// The model's unstable bits for the judge.
class NorFlicker final : public Flicker {
 public:
  explicit NorFlicker(const otaru::board::NorModel& nor) : nor_(&nor) {}
  bool none() const override { return !nor_->has_unstable_bits(); }
  std::byte of(std::uint32_t at) const override { return nor_->unstable_bits().of(at); }
  bool any(std::uint32_t at, std::uint32_t length) const override {
    return nor_->unstable_bits().any(at, length);
  }

 private:
  const otaru::board::NorModel* nor_;
};

}  // namespace powercut
