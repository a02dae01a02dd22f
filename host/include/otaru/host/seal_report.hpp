// What a seal says, and whether it is true.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/host/finding.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/image/seal.hpp>

namespace otaru::host {

struct SealReport {
  std::uint32_t offset = 0;  ///< in the image, bytes
  std::uint32_t format = 0;  ///< as stated; what follows is only known if it is `known`
  bool known = false;        ///< this program knows the format
  std::string board;         ///< control characters shown as `?`
  std::array<std::uint16_t, 3> version{};
  std::uint32_t counter = 0;
  std::uint64_t not_after = 0;  ///< seconds since 1970 UTC; 0: never expires
  std::uint32_t length = 0;     ///< of the image before the seal, as stated
  crypto::Digest sha256{};      ///< of the image before the seal, as stated
  bool length_fits = false;
  bool sha256_fits = false;
  image::KeyId key_id{};
  std::vector<crypto::PublicKey> next_keys;
  crypto::Signature signature{};
  crypto::Digest digest{};  ///< what the signature is over: SHA-256 of the seal's first 448 bytes

  /// After judge_seal: whether the signature is that of one of the keys given; nothing if none was given.
  std::optional<bool> verified;
  std::string verified_by;  ///< the file of that key

  /// A signature is there, right or wrong.
  bool has_signature() const noexcept { return signature != crypto::Signature{}; }
};

/// The seal at the end of an image 2; nothing if it has none.
///
/// @param position  of the image in its file, bytes
/// @param findings  receives what does not fit: `seal_image` as a problem; `seal_format`, `seal_unsigned` and
/// `seal_expired` (by this computer's clock) as warnings
std::optional<SealReport> inspect_seal(Bytes image, std::uint32_t position, Findings& findings);

/// Says whether `seal` was made by one of `keys`, and adds `seal_key` or `seal_signature` to the problems if
/// not. Does nothing without keys.
void judge_seal(SealReport& seal, const std::vector<NamedKey>& keys, std::uint32_t position,
                Findings& findings);

/// `null` without a seal, else one object; its keys do not change: `offset`, `format`, and if that is known
/// `board`, `version`, `counter`, `not_after` (RFC 3339 or null), `length`, `length_fits`, `sha256`,
/// `sha256_fits`, `key_id`, `next_keys` (each `id`, `public_key`), `digest`, `signature` (null while there is
/// none), `verified` (null if no key was given), `verified_by` (a file or null).
nlohmann::ordered_json to_json(const std::optional<SealReport>& seal);

/// For people.
std::string to_text(const std::optional<SealReport>& seal);

}  // namespace otaru::host
