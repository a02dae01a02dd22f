#include <algorithm>

#include <otaru/image/image2.hpp>

namespace otaru::image {

std::uint32_t Image2Walk::position() const noexcept {
  if (count_ == 0) return 0;
  const std::uint32_t end = segments_[count_ - 1].end();
  const bool starts_a_part = step_ == Step::km4_xip || step_ == Step::img3;
  if (!starts_a_part) return end;
  return end <= align_down(kDone, kPartAlignment) ? align_up(end, kPartAlignment) : kDone;
}

bool Image2Walk::fits(std::uint32_t offset) const noexcept {
  return std::uint64_t{offset} + kSegmentHeaderSize <= length_;
}

std::uint32_t Image2Walk::wanted() const noexcept {
  if (step_ == Step::done) return kDone;
  const std::uint32_t at = position();
  return fits(at) ? at : kDone;
}

Status Image2Walk::fault(bool signature_missing) const noexcept {
  switch (step_) {
    case Step::km0_xip: return signature_missing ? Status::km0_signature : Status::km0_segment;
    case Step::km0_ram: return Status::km0_segment;
    case Step::km4_xip: return signature_missing ? Status::km4_signature : Status::km4_segment;
    default: return Status::km4_segment;
  }
}

Status Image2Walk::take(Bytes header) noexcept {
  const std::uint32_t at = wanted();
  if (at == kDone || header.size() != kSegmentHeaderSize) return Status::wrong_state;

  if (!starts_with(header, kImage2Signature)) {
    // A KM4 part that fills its sectors has no padding: what stands behind it is no IMG3 either.
    const bool full_part = step_ == Step::km4_psram && at % kPartAlignment == 0;
    if (step_ == Step::img3 || full_part) {
      step_ = Step::done;
      return Status::ok;
    }
    // Linkers that place nothing in PSRAM leave the padding where its header would stand.
    if (step_ == Step::km4_psram && is_blank(header.first(kSignatureSize))) {
      step_ = Step::img3;
      return Status::ok;
    }
    return fault(true);
  }

  const SegmentHeader fields = read_segment_header(header);
  const std::uint32_t room = length_ - at - kSegmentHeaderSize;
  const bool code = step_ == Step::km0_xip || step_ == Step::km4_xip;
  if (fields.size > room || (code && fields.size == 0)) return fault(false);

  segments_[count_++] = {static_cast<SegmentKind>(step_), at, fields};
  step_ = static_cast<Step>(static_cast<std::uint8_t>(step_) + 1);
  return Status::ok;
}

Status Image2Walk::finish() const noexcept {
  return step_ >= Step::km4_psram ? Status::ok : fault(true);
}

std::uint32_t Image2Walk::padded_end() const noexcept {
  return count_ == 0 ? 0 : align_up(segments_[count_ - 1].end(), kPartAlignment);
}

Status Image2Stream::feed(Bytes chunk) noexcept {
  for (;;) {
    const std::uint32_t wanted = walk_.wanted();
    if (wanted == Image2Walk::kDone) return Status::ok;
    const std::size_t skipped = std::min<std::size_t>(wanted - position_, chunk.size());
    position_ += static_cast<std::uint32_t>(skipped);
    chunk = chunk.subspan(skipped);
    const std::size_t taken = std::min(header_.size() - held_, chunk.size());
    copy(chunk.first(taken), MutableBytes(header_).subspan(held_));
    held_ += taken;
    if (held_ < header_.size()) return Status::ok;
    chunk = chunk.subspan(taken);
    if (const Status status = walk_.take(header_); status != Status::ok) return status;
    // Padding may end within the bytes where a header could have stood: the next one begins there.
    position_ = std::min(walk_.wanted(), wanted + kSegmentHeaderSize);
    held_ = wanted + kSegmentHeaderSize - position_;
    copy(Bytes(header_).last(held_), header_);
  }
}

}  // namespace otaru::image
