#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <otaru/board/download_mode.hpp>
#include <otaru/board/random.hpp>
#include <otaru/flash/layout.hpp>

namespace otaru::board {
namespace {

// Not shared with the computer's side on purpose: two readings of SPEC-serial.md that must agree.
constexpr std::uint8_t kStx = 0x02, kEnd = 0x04, kSetBaud = 0x05, kAck = 0x06, kCheckBaud = 0x07;
constexpr std::uint8_t kNak = 0x15, kErase = 0x17, kCancel = 0x18, kRead = 0x20, kStatus = 0x26, kSum = 0x27;

struct Rate {
  std::uint8_t index;
  std::uint32_t baud;
};
constexpr std::array kRates{Rate{0x0D, 115'200}, Rate{0x10, 230'400},   Rate{0x12, 460'800},
                            Rate{0x14, 921'600}, Rate{0x18, 1'500'000}, Rate{0x1D, 3'000'000}};

constexpr std::string_view kLoaderMagic = "OTARU-LOADER-MODEL 1\n";
constexpr std::size_t kLoaderSize = 4'700;  // about that of the vendor's, and no multiple of a frame's data

std::uint8_t number(std::byte b) noexcept {
  return std::to_integer<std::uint8_t>(b);
}

std::uint32_t load_le24(Bytes from) noexcept {
  return std::uint32_t{number(from[0])} | std::uint32_t{number(from[1])} << 8 |
         std::uint32_t{number(from[2])} << 16;
}

std::uint32_t load_le16(Bytes from) noexcept {
  return std::uint32_t{number(from[0])} | std::uint32_t{number(from[1])} << 8;
}

}  // namespace

std::vector<std::byte> make_stand_in_loader() {
  std::vector<std::byte> loader(kLoaderSize);
  Random random(kLoaderAddress);
  for (std::byte& b : loader) b = random.byte();
  std::ranges::copy(std::as_bytes(std::span(kLoaderMagic)), loader.begin());
  return loader;
}

void DownloadMode::reset(Time now) {
  stage_ = Stage::rom;
  baud_ = kFirstBaud;
  data_mode_ = false;
  protected_ = true;
  reading_.reset();
  pending_.clear();
  output_.clear();
  std::ranges::fill(ram_, std::byte{0xFF});
  constexpr std::string_view kBanner = "\r#Flash Download Start \n\r";
  put(std::as_bytes(std::span(kBanner)));
  next_nak_ = now + kNakPeriod;
}

void DownloadMode::put(Bytes bytes) {
  if (output_.empty() || output_.back().baud != baud_) output_.push_back({baud_, {}});
  output_.back().bytes.insert(output_.back().bytes.end(), bytes.begin(), bytes.end());
}

std::vector<DownloadMode::Output> DownloadMode::take_output() {
  return std::exchange(output_, {});
}

DownloadMode::Time DownloadMode::next_tick() const noexcept {
  if (reading_) return reading_since_ + kReadPatience;
  return pending_.empty() ? next_nak_ : pending_since_ + kPatience;
}

void DownloadMode::tick(Time now) {
  if (stage_ == Stage::lost || now < next_tick()) {
    if (stage_ == Stage::lost) next_nak_ = now + kNakPeriod;
    return;
  }
  if (reading_) {
    reading_.reset();
  } else if (!pending_.empty()) {
    const bool frame = number(pending_.front()) == kStx;
    pending_.clear();
    if (frame) bad_frame();
  } else {
    put(kNak);
  }
  next_nak_ = now + kNakPeriod;
}

void DownloadMode::receive(Bytes bytes, std::uint32_t baud, Time now) {
  if (stage_ == Stage::lost) return;
  for (const std::byte b : bytes) {
    // What a UART makes of another rate depends on the bits; no byte of the protocol survives here.
    take(baud == baud_ ? b : b ^ std::byte{0x5A}, now);
    if (baud_ != baud && pending_.empty() && stage_ == Stage::lost) return;
  }
  next_nak_ = now + kNakPeriod;
}

/// Bytes of the command that has begun; nullopt while too few have come to know.
std::optional<std::size_t> DownloadMode::wanted() const noexcept {
  const bool loader = stage_ == Stage::loader;
  switch (number(pending_.front())) {
    case kStx: return data_mode_ ? kFrame : 0;
    case kSetBaud: return 2;
    case kErase:
    case kRead: return loader ? 6 : 0;
    case kSum: return loader ? 7 : 0;
    case kStatus:
      if (!loader) return 0;
      if (pending_.size() < 3) return std::nullopt;
      return 3u + number(pending_[2]);
    case kEnd:
    case kCheckBaud:
    case kCancel: return 1;
    default: return 0;  // no command: dropped
  }
}

void DownloadMode::take(std::byte byte, Time now) {
  if (reading_) return reading_reply(number(byte), now);
  pending_.push_back(byte);
  pending_since_ = now;
  const std::optional<std::size_t> length = wanted();
  if (!length || pending_.size() < *length) return;
  if (*length != 0) obey(now);
  pending_.clear();
}

void DownloadMode::obey(Time now) {
  switch (number(pending_.front())) {
    case kStx: return take_frame();
    case kSetBaud: return set_baud();
    case kCheckBaud:
      data_mode_ = true;
      sequence_ = 1;
      last_taken_.reset();
      bad_frames_ = 0;
      return put(kAck);
    case kEnd: return end(now);
    case kCancel:
      data_mode_ = false;
      baud_ = kFirstBaud;
      return;
    case kErase: return erase();
    case kRead: return start_read(now);
    case kStatus:
      if (number(pending_[1]) == 1 && pending_.size() == 4) protected_ = pending_[3] != std::byte{0};
      return put(kAck);
    case kSum: return checksum();
  }
}

void DownloadMode::set_baud() {
  const auto* rate =
      std::ranges::find(kRates, number(pending_[1]), [](const Rate& known) { return known.index; });
  if (rate == kRates.end()) return put(kNak);
  put(kAck);
  baud_ = rate->baud;
}

void DownloadMode::bad_frame() {
  if (++bad_frames_ < kTries) return put(kNak);
  put(kCancel);
  data_mode_ = false;
  baud_ = kFirstBaud;
}

void DownloadMode::take_frame() {
  const Bytes frame(pending_);
  const std::uint8_t sequence = number(frame[1]);
  const auto sum = static_cast<std::uint8_t>(byte_sum(frame.subspan(3, 4 + kData)));
  const bool whole = (sequence ^ number(frame[2])) == 0xFF && sum == number(frame[kFrame - 1]);
  const bool again = last_taken_ == sequence;
  if (!whole || (sequence != sequence_ && !again)) return bad_frame();
  if (again) return put(kAck);  // its ACK was lost on the way; the data is in already
  if (store(load_le32(frame.subspan(3)), frame.subspan(7, kData)) != Status::ok) return bad_frame();
  bad_frames_ = 0;
  last_taken_ = sequence;
  sequence_ = static_cast<std::uint8_t>(sequence + 1);
  put(kAck);
}

Status DownloadMode::store(std::uint32_t address, Bytes data) {
  if (address >= kLoaderAddress && address + data.size() <= kLoaderAddress + ram_.size()) {
    if (stage_ != Stage::rom) return Status::out_of_range;  // the loader would overwrite itself
    std::ranges::copy(data, ram_.begin() + static_cast<std::ptrdiff_t>(address - kLoaderAddress));
    return Status::ok;
  }
  if (stage_ != Stage::loader || address < flash::kFlashBase) return Status::out_of_range;
  if (protected_) return Status::ok;  // a protected part ignores writing, and nobody is told
  const std::uint32_t at = address - flash::kFlashBase;
  for (std::uint32_t page = 0; page < data.size(); page += flash::kPageSize) {
    const Status status = part_.program(at + page, data.subspan(page, flash::kPageSize));
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

void DownloadMode::end(Time now) {
  put(kAck);
  baud_ = kFirstBaud;
  next_nak_ = now + kNakPeriod;
  const bool was_data = std::exchange(data_mode_, false);
  if (stage_ != Stage::rom || !was_data) return;
  const std::vector<std::byte> loader = make_stand_in_loader();
  const bool ours = equal(Bytes(ram_).first(loader.size()), loader);
  stage_ = ours ? Stage::loader : Stage::lost;
}

void DownloadMode::erase() {
  const std::uint32_t at = load_le24(Bytes(pending_).subspan(1));
  const std::uint32_t count = load_le16(Bytes(pending_).subspan(4));
  const bool inside =
      at % flash::kSectorSize == 0 && at <= part_.size() && count <= (part_.size() - at) / flash::kSectorSize;
  if (!inside) return put(kNak);
  for (std::uint32_t i = 0; i < count && !protected_; ++i)
    if (part_.erase_sector(at + i * flash::kSectorSize) != Status::ok) return put(kNak);
  put(kAck);
}

void DownloadMode::start_read(Time now) {
  const std::uint32_t at = load_le24(Bytes(pending_).subspan(1));
  const std::uint32_t count = load_le16(Bytes(pending_).subspan(4));
  if (at > part_.size() || count == 0 || count > (part_.size() - at) / flash::kSectorSize) return put(kNak);
  reading_ = Reading{.next = at, .end = at + count * flash::kSectorSize, .sequence = 1, .ending = false};
  reading_since_ = now;
  bad_frames_ = 0;
  send_read_frame();
}

void DownloadMode::send_read_frame() {
  std::array<std::byte, kData + 4> frame{};
  const MutableBytes data = MutableBytes(frame).subspan(3, kData);
  frame[0] = std::byte{kStx};
  frame[1] = std::byte{reading_->sequence};
  frame[2] = ~frame[1];
  (void)part_.read_by_command(reading_->next, data);
  frame[kData + 3] = static_cast<std::byte>(byte_sum(data));
  put(frame);
}

/// What the computer says to a frame that it was sent.
void DownloadMode::reading_reply(std::uint8_t byte, Time now) {
  reading_since_ = now;
  const bool accepted = byte == kAck;
  if (!accepted && (byte != kNak || ++bad_frames_ >= kTries)) {
    reading_.reset();
    return;
  }
  if (reading_->ending) {
    if (accepted) return reading_.reset();
    return put(kEnd);
  }
  if (accepted) {
    bad_frames_ = 0;
    reading_->next += kData;
    ++reading_->sequence;
  }
  if (reading_->next < reading_->end) return send_read_frame();
  reading_->ending = true;
  put(kEnd);
}

void DownloadMode::checksum() {
  const std::uint32_t at = load_le24(Bytes(pending_).subspan(1));
  const std::uint32_t length = load_le24(Bytes(pending_).subspan(4));
  if (at > part_.size() || length > part_.size() - at) return put(kNak);
  std::uint32_t sum = 0;
  std::array<std::byte, flash::kPageSize> page{};
  for (std::uint32_t done = 0; done < length; done += flash::kPageSize) {
    const std::uint32_t here = std::min(flash::kPageSize, length - done);
    page.fill(std::byte{0});  // a last word that is not whole counts with zeros
    (void)part_.read_by_command(at + done, MutableBytes(page).first(here));
    for (std::uint32_t word = 0; word < here; word += 4) sum += load_le32(Bytes(page).subspan(word, 4));
  }
  std::array<std::byte, 5> reply{std::byte{kSum}};
  store_le32(MutableBytes(reply).subspan(1), sum);
  put(reply);
}

}  // namespace otaru::board
