// Reads a written slot back and judges it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/status.hpp>

namespace otaru::update {

/// Reads an image back from a slot in steps of bounded time, taking the signature as set whatever stands
/// there: its byte sum, its SHA-256 and every segment header, as flash holds them. Changes nothing.
template <flash::Flash F, crypto::Crypto C>
class SlotVerifier {
 public:
  /// @param length  of the image, 1 to the slot's capacity, bytes
  /// @param body    bytes of the image that a seal would speak for; its digest is body_sha256()
  SlotVerifier(F& part, C& library, const flash::Slot& slot, std::uint32_t length,
               std::uint32_t body = 0) noexcept
      : part_(part),
        slot_(slot),
        length_(length),
        body_(body),
        headers_(length),
        hash_(library),
        body_hash_(library) {}

  /// Reads up to `most` further bytes. A mapped read takes about 0.05 us a byte.
  ///
  /// @retval flash_failed, out_of_range  the part could not be read
  /// @retval km0_*, km4_*                a segment header in flash is not what it must be
  [[gnu::noinline]] Status step(std::uint32_t most) noexcept {
    constexpr std::uint32_t kPiece = 128;
    std::array<std::byte, kPiece> piece;
    while (most > 0 && !done()) {
      const std::uint32_t until = read_ < body_ ? body_ : length_;
      const std::uint32_t size = std::min({most, until - read_, kPiece});
      const MutableBytes bytes = MutableBytes(piece).first(size);
      if (const Status status = part_.read(slot_.offset + read_, bytes); status != Status::ok) return status;
      for (std::uint32_t i = read_; i < image::kSignatureSize && i < read_ + size; ++i)
        bytes[i - read_] = image::kImage2Signature[i];
      if (const Status status = headers_.feed(bytes); status != Status::ok) return status;
      sum_ = byte_sum(bytes, sum_);
      hash_.add(bytes);
      read_ += size;
      most -= size;
      if (read_ == body_) body_hash_ = hash_;
    }
    return Status::ok;
  }

  bool done() const noexcept { return read_ == length_; }

  // The findings, once done().

  std::uint32_t sum() const noexcept { return sum_; }
  const image::Image2Stream& headers() const noexcept { return headers_; }
  crypto::Digest sha256() const noexcept {
    typename C::Sha256 hash = hash_;
    return hash.finish();
  }
  crypto::Digest body_sha256() const noexcept {
    typename C::Sha256 hash = body_hash_;
    return hash.finish();
  }

 private:
  F& part_;
  const flash::Slot& slot_;
  std::uint32_t length_;
  std::uint32_t body_;
  std::uint32_t read_ = 0;
  std::uint32_t sum_ = 0;
  image::Image2Stream headers_;
  typename C::Sha256 hash_;
  typename C::Sha256 body_hash_;
};

}  // namespace otaru::update
