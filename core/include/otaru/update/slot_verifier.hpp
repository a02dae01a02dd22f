// Reads a written slot back and judges it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/status.hpp>

namespace otaru::update {

/// Reads an image back from a slot in steps of bounded time, taking the signature as set whatever stands
/// there, and checks its byte sum and every segment header, as flash holds them. Changes nothing.
template <flash::Flash F>
class SlotVerifier {
 public:
  /// @param length  of the image, 1 to the slot's capacity, bytes
  SlotVerifier(F& part, const flash::Slot& slot, std::uint32_t length) noexcept
      : part_(part), slot_(slot), length_(length), headers_(length) {}

  /// Reads up to `most` further bytes. A mapped read takes about 0.05 us a byte.
  ///
  /// @retval flash_failed, out_of_range  the part could not be read
  /// @retval km0_*, km4_*                a segment header in flash is not what it must be
  Status step(std::uint32_t most) noexcept {
    std::array<std::byte, 128> piece;
    while (most > 0 && !done()) {
      const std::uint32_t size = std::min({most, length_ - read_, static_cast<std::uint32_t>(piece.size())});
      const MutableBytes bytes = MutableBytes(piece).first(size);
      if (const Status status = part_.read(slot_.offset + read_, bytes); status != Status::ok) return status;
      for (std::uint32_t i = read_; i < image::kSignatureSize && i < read_ + size; ++i)
        bytes[i - read_] = image::kImage2Signature[i];
      sum_ = byte_sum(bytes, sum_);
      if (const Status status = headers_.feed(bytes); status != Status::ok) return status;
      read_ += size;
      most -= size;
    }
    return Status::ok;
  }

  bool done() const noexcept { return read_ == length_; }

  /// The verdict, once done().
  /// @retval image_sum     the bytes in flash do not add up to `sum`
  /// @retval km0_*, km4_*  a part of the image is missing
  Status finish(std::uint32_t sum) const noexcept {
    if (!done()) return Status::wrong_state;
    return sum_ == sum ? headers_.finish() : Status::image_sum;
  }

 private:
  F& part_;
  const flash::Slot& slot_;
  std::uint32_t length_;
  std::uint32_t read_ = 0;
  std::uint32_t sum_ = 0;
  image::Image2Stream headers_;
};

}  // namespace otaru::update
