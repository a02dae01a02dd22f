// Bringing a cleared signature back: the rewrite of OTA2's first sector through the Backup sector.
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/result.hpp>
#include <otaru/update/signature.hpp>

namespace otaru::update {

/// The Backup sector while it keeps the first sector of OTA2: where the known signature would stand, it holds
/// the slot's number, 3 bytes `OTB`, and a check value (4 bytes of the SHA-256 of the other 4,088 bytes). The
/// header is programmed last, so a header that is valid speaks for a whole copy.
template <flash::Flash F, crypto::Crypto C>
class BackupSector {
 public:
  BackupSector(F& part, C& library, const flash::Layout& layout) noexcept
      : part_(part), library_(library), layout_(layout) {}

  /// True if a whole copy of OTA2's first sector is here.
  Result<bool> valid() noexcept {
    Header found;
    if (const Status status = part_.read(layout_.backup.offset, found); status != Status::ok) return status;
    if (!equal(Bytes(found).first(4), kName)) return false;
    const Result<Header> expected = header();
    if (!expected) return expected.error();
    return found == *expected;
  }

  /// Copies OTA2's first sector here, but for its signature. Blocks for one erase and 33 programs.
  /// Power cut: the copy is whole or not valid(); OTA2 is as it was.
  Status save() noexcept {
    if (const Status status = part_.erase_sector(layout_.backup.offset); status != Status::ok) return status;
    if (const Status status = copy_sector(layout_.ota2.offset, layout_.backup.offset); status != Status::ok)
      return status;
    return settle();
  }

  /// Programs the header again, so that a valid copy stays valid.
  Status settle() noexcept {
    const Result<Header> expected = header();
    if (!expected) return expected.error();
    return program_checked(part_, layout_.backup.offset, *expected);
  }

  /// Brings the copy back into OTA2: erases its first sector, programs it but for the signature, reads it
  /// back. Blocks for one erase and 33 programs.
  /// Power cut: OTA2 has no signature and the copy stays valid(): restore again.
  Status restore() noexcept {
    // A signature that a cut set by halves must not stand, however it reads, while what it speaks for is
    // erased.
    if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    if (const Status status = part_.erase_sector(layout_.ota2.offset); status != Status::ok) return status;
    return copy_sector(layout_.backup.offset, layout_.ota2.offset);
  }

  /// Ends the copy's validity for good. Blocks for one program. Power cut: it may still be valid().
  Status clear() noexcept {
    constexpr Header kZeros{};
    return program_checked(part_, layout_.backup.offset, kZeros);
  }

  /// True if a header of ours stands here that is no longer whole: a clear() was cut.
  Result<bool> half_cleared() noexcept {
    Header found;
    if (const Status status = part_.read(layout_.backup.offset, found); status != Status::ok) return status;
    // Clearing only turns ones into zeros: what is left of the name are some of its ones, and no others.
    bool some = false;
    for (std::size_t i = 0; i < kName.size(); ++i) {
      if ((found[i] & ~kName[i]) != std::byte{0}) return false;
      some = some || found[i] != std::byte{0};
    }
    return some;
  }

 private:
  using Header = std::array<std::byte, image::kSignatureSize>;
  static constexpr std::array<std::byte, 4> kName{std::byte{2}, std::byte{'O'}, std::byte{'T'},
                                                  std::byte{'B'}};
  static constexpr std::uint32_t kPiece = 128;

  /// The header that fits what stands behind it.
  Result<Header> header() noexcept {
    typename C::Sha256 hash(library_);
    std::array<std::byte, kPiece> piece;
    for (std::uint32_t at = 0; at < flash::kSectorSize; at += kPiece) {
      if (const Status status = part_.read(layout_.backup.offset + at, piece); status != Status::ok)
        return status;
      hash.add(Bytes(piece).subspan(at == 0 ? image::kSignatureSize : 0));
    }
    const crypto::Digest digest = hash.finish();
    Header made;
    copy(kName, made);
    copy(Bytes(digest).first(4), MutableBytes(made).subspan(4));
    return made;
  }

  /// Copies a sector but for its first 8 bytes, into an erased one, and compares.
  Status copy_sector(std::uint32_t from, std::uint32_t to) noexcept {
    std::array<std::byte, kPiece> piece;
    for (std::uint32_t at = 0; at < flash::kSectorSize; at += kPiece) {
      if (const Status status = part_.read(from + at, piece); status != Status::ok) return status;
      const std::uint32_t skipped = at == 0 ? image::kSignatureSize : 0;
      const Bytes data = Bytes(piece).subspan(skipped);
      if (is_blank(data)) continue;
      if (const Status status = program_checked(part_, to + at + skipped, data); status != Status::ok)
        return status;
    }
    return Status::ok;
  }

  F& part_;
  C& library_;
  const flash::Layout& layout_;
};

}  // namespace otaru::update
