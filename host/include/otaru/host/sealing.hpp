// Seals image files: puts a seal into them, signed here or elsewhere. docs/SPEC-seal.md.
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
#include <otaru/image/ota_file.hpp>
#include <otaru/image/seal.hpp>

namespace otaru::host {

/// What a new seal is to say of its image.
struct SealTerms {
  std::string board;
  std::array<std::uint16_t, 3> version{};
  std::uint32_t counter = 0;
  std::uint64_t not_after = 0;               ///< seconds since 1970 UTC; 0: never expires
  std::vector<crypto::PublicKey> next_keys;  ///< they replace the board's; at most image::kMaxSealKeys
};

/// An image 2, or an OTA file with one, that is being sealed.
///
/// The seal is the last 512 bytes of the image, within the length and the sum of an OTA file's header;
/// nothing else of the image changes.
class SealFile {
 public:
  /// Takes a file apart.
  /// @throws BadInput  it is no whole image 2 and no OTA file with one, damaged, or holds several images
  SealFile(std::string name, std::vector<std::byte> content);

  const std::string& name() const noexcept { return name_; }
  /// It has a seal, right or wrong, signed or not.
  bool sealed() const noexcept;
  /// What deserves a look, though not in the way of a seal.
  const Findings& findings() const noexcept { return findings_; }

  /// Puts a seal without a signature in place, instead of one that is there.
  /// @throws BadInput  terms that do not fit a seal, or an image that would no longer fit its slot
  void put_seal(const SealTerms& terms, const crypto::PublicKey& signer);

  /// What is to be signed: SHA-256 of the seal's first 448 bytes. Only with a seal of a known format.
  crypto::Digest digest() const;

  /// Puts a signature into the seal.
  /// @throws BadInput  there is no seal, it names another key, speaks of another image, or the signature is
  /// not one of `signer` over digest()
  void attach(const crypto::Signature& signature, const crypto::PublicKey& signer);

  /// The file with what was done to it.
  std::vector<std::byte> content() const;

  /// One object; its keys do not change: `output`, `kind`, `size`, `sha256` (both of the file), `board`,
  /// `version`, `counter`, `not_after`, `key_id`, `digest`, `signed`.
  nlohmann::ordered_json to_json(const std::string& output) const;
  /// For people: what was written and what is left to do.
  std::string to_text(const std::string& output) const;

 private:
  /// The seal in the image. @throws BadInput  there is none of a known format
  image::SealView seal() const;

  std::string name_;
  std::optional<image::OtaHeader> header_;  // of an OTA file
  std::vector<std::byte> image_;
  Findings findings_;
};

/// Reads a signature as signers write it: 64 bytes (r, then s, big-endian) or DER.
/// @throws BadInput  it is neither
crypto::Signature read_signature(const std::string& name, Bytes file);

}  // namespace otaru::host
