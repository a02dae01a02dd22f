// The seal: a signed trailer inside an image, which stock boards carry without noticing. docs/SPEC-seal.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/result.hpp>

namespace otaru::image {

inline constexpr std::uint32_t kSealSize = 512;  ///< bytes; the last ones of a sealed image
inline constexpr std::uint32_t kSealFormat = 1;
inline constexpr std::size_t kSealSigned = 448;   ///< bytes of the seal that its signature is over
inline constexpr std::size_t kMaxBoardName = 32;  ///< bytes
inline constexpr std::size_t kMaxSealKeys = 4;    ///< keys of the next key set
inline constexpr std::size_t kKeyIdSize = 8;      ///< bytes

/// ASCII `OTARUSEA`, then the format version.
inline constexpr std::array<std::byte, 8> kSealMagic{std::byte{'O'}, std::byte{'T'}, std::byte{'A'},
                                                     std::byte{'R'}, std::byte{'U'}, std::byte{'S'},
                                                     std::byte{'E'}, std::byte{'A'}};

/// The first 8 bytes of the SHA-256 of a public key: tells keys apart, proves nothing.
using KeyId = std::array<std::byte, kKeyIdSize>;

/// What a seal says, for who writes one.
struct Seal {
  std::string_view board;                  ///< board type, at most kMaxBoardName bytes
  std::array<std::uint16_t, 3> version{};  ///< firmware version: major, minor, patch
  std::uint32_t counter = 0;               ///< security counter: never goes down
  std::uint64_t not_after = 0;             ///< seconds since 1970 UTC; 0: never expires
  std::uint32_t length = 0;                ///< of the image before the seal, bytes
  crypto::Digest sha256{};                 ///< of the image before the seal
  KeyId key_id{};                          ///< of the key that signs
  std::span<const crypto::PublicKey>
      next_keys;  ///< at most kMaxSealKeys; they replace the board's; none: those stay
};

/// Writes a seal with an empty signature. What is not used is 0. `to` holds kSealSize bytes.
void write_seal(const Seal& seal, MutableBytes to) noexcept;

/// Puts a signature over the first kSealSigned bytes of `seal` into it.
void attach_signature(const crypto::Signature& signature, MutableBytes seal) noexcept;

/// True if these bytes name themselves a seal.
bool looks_sealed(Bytes start) noexcept;

/// A seal in its bytes. A view: the bytes must outlive it. Says nothing of whether the signature is right.
class SealView {
 public:
  SealView() = default;

  /// @param bytes  the last kSealSize bytes of an image
  /// @retval seal_missing  they do not name themselves a seal
  /// @retval seal_format   a version, size or count that this code does not know
  static Result<SealView> open(Bytes bytes) noexcept;

  std::string_view board() const noexcept;  ///< points into the bytes
  std::array<std::uint16_t, 3> version() const noexcept;
  std::uint32_t counter() const noexcept;
  std::uint64_t not_after() const noexcept;
  std::uint32_t length() const noexcept;
  crypto::Digest sha256() const noexcept;
  KeyId key_id() const noexcept;
  std::uint32_t key_count() const noexcept;
  crypto::PublicKey next_key(std::uint32_t index) const noexcept;  ///< index below key_count()
  crypto::Signature signature() const noexcept;
  Bytes signed_bytes() const noexcept { return bytes_.first(kSealSigned); }

 private:
  explicit SealView(Bytes bytes) noexcept : bytes_(bytes) {}
  Bytes bytes_;
};

}  // namespace otaru::image
