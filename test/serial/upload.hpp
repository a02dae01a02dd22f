// An upload to a modelled board, as the tests start it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <otaru/board/download_mode.hpp>
#include <otaru/board/slot_report.hpp>
#include <otaru/host/serial_session.hpp>

#include "board_port.hpp"
#include "image/made_image2.hpp"

namespace otaru::serial_test {

namespace serial = host::serial;

class Watcher final : public serial::SessionWatcher {
 public:
  void say(const std::string& line) override { lines.push_back(line); }
  void progress(const std::string&, std::size_t done, std::size_t total) override {
    in_bounds = in_bounds && done <= total;
  }
  bool interrupted() override { return stop_after && lines.size() > *stop_after; }

  std::vector<std::string> lines;
  std::optional<std::size_t> stop_after;
  bool in_bounds = true;
};

inline serial::SessionOptions session_options() {
  serial::SessionOptions options;
  options.entry = serial::Entry::manual;
  options.loader = board::make_stand_in_loader();
  return options;
}

inline serial::FlashPiece image_piece(std::uint32_t seed, std::uint32_t km4_xip = 3000) {
  return {"image2", flash::kAmebaD2Mb.ota1.offset, image::made_image2({.km4_xip = km4_xip, .seed = seed})};
}

/// Puts an image into a slot without asking anybody.
inline void preset(BoardPort& port, const flash::Region& slot, Bytes image) {
  copy(image, MutableBytes(port.flash).subspan(slot.offset));
}

struct Outcome {
  std::optional<serial::SerialFailure::Kind> failure;  ///< none: it says that it worked
  std::string message;
};

template <typename Work>
Outcome outcome_of(Work work) {
  try {
    work();
    return {};
  } catch (const serial::SerialFailure& failure) {
    return {failure.kind(), failure.what()};
  }
}

inline Outcome upload(BoardPort& port, const serial::UploadPlan& plan, Watcher& watcher,
                      const serial::SessionOptions& options = session_options()) {
  return outcome_of([&] { serial::SerialSession(port, port.time, options, watcher).upload(plan); });
}

inline std::optional<flash::SlotId> boots(const BoardPort& port) {
  const auto report = board::report_flash(port.flash, flash::kAmebaD2Mb);
  return report.selection.boots() ? report.selection.slot : std::nullopt;
}

}  // namespace otaru::serial_test
