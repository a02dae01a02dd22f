#include <algorithm>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/host/serial_session.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::host::serial {
namespace {

using flash::kFlashBase;
using flash::kSectorSize;
using flash::Region;
using Kind = SerialFailure::Kind;

constexpr const char* kFlashAsItWas =
    " The board's flash is as it was: reset it, and it starts what it started before.";

std::string range_text(const Region& region) {
  return fmt::format("{} to {}", hex32(region.address()), hex32(region.address() + region.size - 1));
}

/// What a boot loader or the ROM looks for before it starts anything.
bool starts_with_signature(Bytes content) noexcept {
  return image::starts_with(content, image::kImage2Signature) ||
         image::starts_with(content, image::kCalibrationPattern);
}

bool spared(std::uint32_t offset) noexcept {
  return offset >= kRadioCalibration.offset && offset < kRadioCalibration.end();
}

}  // namespace

SerialSession::SerialSession(os::SerialPort& port, SerialTime& time, SessionOptions options,
                             SessionWatcher& watcher)
    : port_(port),
      time_(time),
      options_(std::move(options)),
      watcher_(watcher),
      link_(port, time, [&watcher] { return watcher.interrupted(); }) {}

/// Adds to a failure what it means for the board, and what to do.
void SerialSession::explain(Kind kind, const std::string& message, bool port_gone) {
  std::string text = message;
  switch (stage_) {
    case Stage::asleep:
      if (kind == Kind::interrupted) text += " Nothing was sent to the board.";
      break;
    case Stage::sending:
      if (kind == Kind::broken && !port_gone) {
        text += " Try a lower rate: --baud 115200.";
        kind = Kind::refused;
      } else if (kind == Kind::refused) {
        text +=
            " If an earlier command ended without a reset, its loader still runs and answers instead of the "
            "chip: press the board's reset button with the download button held, and try again.";
      }
      text += kFlashAsItWas;
      break;
    case Stage::loader:
      if (kind == Kind::broken && !port_gone) {
        text +=
            " The loader does not run on the board: see that --loader is the one for AmebaD "
            "(imgtool_flashloader_amebad.bin).";
        kind = Kind::refused;
      }
      text += kFlashAsItWas;
      break;
    case Stage::untouched:
      if (uploading_) text += kFlashAsItWas;
      break;
    case Stage::writing:
      text +=
          " The board's flash is only partly written: it may start an older program, or nothing. It is not "
          "lost, for download mode does not depend on the flash: run the same command again, and if that "
          "fails too, with --baud 115200.";
      break;
    case Stage::written:
      text +=
          " The new program is in flash, but what follows it was not finished, so an older program in OTA2 "
          "may still start. Run the same command again.";
      break;
    case Stage::done:
      text += " The upload itself is done and checked: press the board's reset button.";
      break;
  }
  throw SerialFailure(kind, text);
}

template <typename Work>
auto SerialSession::guarded(Work work) {
  try {
    return work();
  } catch (const SerialFailure& failure) {
    if (failure.kind() == Kind::interrupted) link_.cancel();
    explain(failure.kind(), failure.what(), false);
  } catch (const os::SerialPortError& error) {
    explain(stage_ == Stage::asleep ? Kind::no_port : Kind::broken, error.what(), true);
  }
}

/// From a board in whatever state to one that runs the loader.
void SerialSession::begin() {
  const auto tell = [this](const std::string& line) { watcher_.say(line); };
  by_lines_ =
      enter_download_mode(port_, time_, link_, options_.entry, options_.wait, tell) == Entry::automatic;
  stage_ = Stage::sending;
  const Bytes loader = options_.loader;
  link_.open_data(options_.baud);
  link_.send(kLoaderAddress, loader, false,
             [&](std::size_t done) { watcher_.progress("loader", done, loader.size()); });
  stage_ = Stage::loader;
  link_.end_data();
  link_.clear_protection();
  stage_ = Stage::untouched;
}

void SerialSession::finish() {
  if (by_lines_) {
    reset_board(port_, time_);
  } else {
    watcher_.say("Press the board's reset button now: it starts what is in its flash.");
  }
}

std::vector<std::uint32_t> SerialSession::sums(const std::vector<Region>& regions) {
  std::vector<std::uint32_t> found;
  for (const Region& region : regions) found.push_back(link_.checksum(region.offset, region.size));
  return found;
}

void SerialSession::erase(const Region& region, const std::string& what) {
  watcher_.say(fmt::format("Erasing {} ({})", what, range_text(region)));
  link_.erase(region.offset, region.size,
              [&](std::size_t done) { watcher_.progress("erase", done, region.size); });
}

/// Takes over from the board what the step keeps; `same` if the board holds all of it already.
void SerialSession::resolve(UploadStep& step, bool& same) {
  same = false;
  if (step.keep.empty() && !step.compare_first) return;
  const std::vector<std::byte> old = link_.read(step.offset, step.region().size);
  for (const Region& region : step.keep) {
    const Bytes kept = Bytes(old).subspan(region.offset - step.offset, region.size);
    // A board without calibration takes what the file has.
    if (region.offset == kRadioCalibration.offset && is_blank(kept)) continue;
    copy(kept, MutableBytes(step.content).subspan(region.offset - step.offset));
  }
  same = step.compare_first && equal(old, step.content);
}

void SerialSession::check(const UploadStep& step, Bytes content) {
  std::uint32_t sum = link_.checksum(step.offset, step.region().size);
  // The answer itself may have been damaged on its way.
  if (sum != word_sum(content)) sum = link_.checksum(step.offset, step.region().size);
  if (sum == word_sum(content)) return;
  throw SerialFailure(
      Kind::refused, fmt::format("The board's checksum of {} is {}, that of {} is {}.",
                                 range_text(step.region()), hex32(sum), step.what, hex32(word_sum(content))));
}

void SerialSession::write_step(UploadStep step, std::size_t before, std::size_t total) {
  bool same = false;
  resolve(step, same);
  if (same) {
    watcher_.say(fmt::format("{}: the board holds it already", step.what));
    return watcher_.progress("write", before + step.content.size(), total);
  }
  stage_ = Stage::writing;
  if (step.erase_size > 0) erase({step.offset, step.erase_size}, "for " + step.what);
  watcher_.say(fmt::format("Writing {} ({})", step.what, range_text(step.region())));
  const std::uint32_t address = step.region().address();
  std::vector<std::byte> content = step.content;
  const bool bootable = starts_with_signature(content);
  if (bootable) std::fill_n(content.begin(), image::kSignatureSize, std::byte{0xFF});
  link_.open_data(options_.baud);
  link_.send(address, content, true,
             [&](std::size_t done) { watcher_.progress("write", before + done, total); });
  link_.end_data();
  check(step, content);
  if (!bootable) return;
  // Programming 0xFF changes nothing: of this frame only the signature arrives.
  link_.open_data(options_.baud);
  link_.send(address, Bytes(step.content).first(image::kSignatureSize), false);
  link_.end_data();
  check(step, step.content);
}

void SerialSession::upload(const UploadPlan& plan) {
  uploading_ = true;
  guarded([&] {
    begin();
    watcher_.say("Noting what must not change");
    const std::vector<std::uint32_t> before = sums(plan.untouched);
    std::size_t done = 0;
    for (const Region& region : plan.erase_first) {
      stage_ = Stage::writing;
      erase(region, "what is there");
    }
    for (const UploadStep& step : plan.steps) {
      write_step(step, done, plan.bytes);
      done += step.content.size();
    }
    if (!plan.erase_last.empty()) stage_ = Stage::written;
    for (const Region& region : plan.erase_last) {
      erase(region, "OTA2, so that no older program starts from there");
      const std::uint32_t sum = link_.checksum(region.offset, region.size);
      if (sum != word_sum(std::vector<std::byte>(region.size, std::byte{0xFF})))
        throw SerialFailure(Kind::refused, "The board did not erase OTA2.");
    }
    const std::vector<std::uint32_t> after = sums(plan.untouched);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const Region& region = plan.untouched[i];
      if (before[i] == after[i] || before[i] == link_.checksum(region.offset, region.size)) continue;
      throw SerialFailure(
          Kind::refused,
          fmt::format("What was to stay as it was has changed, between {}: a command was damaged on its way. "
                      "Write the boot images again if it covers theirs.",
                      range_text(region)));
    }
    watcher_.say("All of it is in flash: the board's checksums agree.");
    stage_ = Stage::done;
    finish();
  });
}

std::vector<std::byte> SerialSession::read(std::uint32_t offset, std::uint32_t size) {
  return guarded([&] {
    begin();
    link_.set_baud(options_.baud);
    std::vector<std::byte> content =
        link_.read(offset, size, [&](std::size_t done) { watcher_.progress("read", done, size); });
    finish();
    return content;
  });
}

Comparison SerialSession::verify(const std::vector<FlashPiece>& pieces, const flash::Layout& layout) {
  return guarded([&] {
    begin();
    link_.set_baud(options_.baud);
    Comparison result;
    for (const FlashPiece& piece : pieces) {
      const std::uint32_t start = align_down(piece.offset, kSectorSize);
      const std::uint32_t size = align_up(piece.end(), kSectorSize) - start;
      const std::vector<std::byte> held =
          link_.read(start, size, [&](std::size_t done) { watcher_.progress("read", done, size); });
      Difference difference{.what = piece.what, .first = 0, .count = 0};
      for (std::uint32_t i = 0; i < piece.bytes.size(); ++i) {
        const std::uint32_t at = piece.offset + i;
        if (held[at - start] == piece.bytes[i] || spared(at)) continue;
        if (difference.count++ == 0) difference.first = at;
      }
      if (difference.count > 0) result.differences.push_back(difference);
      if (piece.offset == layout.ota1.offset)
        result.older_ota2 =
            image::starts_with(link_.read(layout.ota2.offset, kSectorSize), image::kImage2Signature);
    }
    finish();
    return result;
  });
}

}  // namespace otaru::host::serial
