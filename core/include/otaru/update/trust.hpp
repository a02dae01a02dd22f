// Who may update this board: the judgement of a seal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/status.hpp>

namespace otaru::update {

/// What a board asks of an image. Without keys it takes every image, and should say so at start.
struct Trust {
  std::span<const crypto::PublicKey> keys;  ///< the board's public keys; the owner keeps them
  std::string_view board;                   ///< its type, as in the seal, such as `ameba_rtl8721d`
  std::uint32_t least_counter = 0;          ///< the security counter of the running image
  std::optional<std::uint64_t> now{};       ///< seconds since 1970 UTC, if the board has a clock

  bool sealed_only() const noexcept { return !keys.empty(); }
};

/// The name of a key in a seal: the first 8 bytes of its SHA-256.
template <crypto::Crypto C>
image::KeyId key_id(C& library, const crypto::PublicKey& key) noexcept {
  typename C::Sha256 hash(library);
  hash.add(key);
  const crypto::Digest digest = hash.finish();
  image::KeyId id;
  copy(Bytes(digest).first(id.size()), id);
  return id;
}

/// Judges a seal. The signature is verified first: nothing else that it says is believed before.
///
/// Blocks for one ES256 verification for each of the board's keys with the seal's key id (mostly one; tens to
/// hundreds of milliseconds on a Cortex-M33).
///
/// @param seal    the last kSealSize bytes of the image
/// @param length  of the image before the seal, bytes
/// @param sha256  of the image before the seal, as it was read back
/// @retval seal_*  what is wrong, in this order: missing, format, key, signature, image, board, counter,
/// expired
template <crypto::Crypto C>
Status judge_seal(C& library, const Trust& trust, Bytes seal, std::uint32_t length,
                  const crypto::Digest& sha256) noexcept {
  const Result<image::SealView> found = image::SealView::open(seal);
  if (!found) return found.error();

  typename C::Sha256 hash(library);
  hash.add(found->signed_bytes());
  const crypto::Digest digest = hash.finish();
  Status verdict = Status::seal_key;
  for (const crypto::PublicKey& key : trust.keys) {
    if (key_id(library, key) != found->key_id()) continue;
    if (library.verify_es256(key, digest, found->signature())) {
      verdict = Status::ok;
      break;
    }
    verdict = Status::seal_signature;
  }
  if (verdict != Status::ok) return verdict;

  if (found->length() != length || found->sha256() != sha256) return Status::seal_image;
  if (!equal(std::as_bytes(std::span(found->board())), std::as_bytes(std::span(trust.board))))
    return Status::seal_board;
  if (found->counter() < trust.least_counter) return Status::seal_counter;
  if (trust.now && found->not_after() != 0 && *trust.now > found->not_after()) return Status::seal_expired;
  return Status::ok;
}

}  // namespace otaru::update
