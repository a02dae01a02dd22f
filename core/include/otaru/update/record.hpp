// The trial record: what a slot's last sector says of the image in the slot. docs/SPEC-trial.md.
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/result.hpp>

namespace otaru::update {

inline constexpr std::uint32_t kRecordMagic = 0x5254'544F;  ///< `OTTR`
inline constexpr std::uint32_t kRecordFormat = 1;
inline constexpr std::size_t kRecordSize = 112;  ///< bytes, at the start of the sector, within its first page

/// Marks stand behind the record, each in a unit of its own that is programmed once and never erased alone.
inline constexpr std::uint32_t kMarkSize = 16;
inline constexpr std::uint32_t kMarksOffset = 256;  ///< from the start of the sector
inline constexpr std::uint32_t kMaxTries = 8;
inline constexpr std::uint32_t kConfirmedOffset = kMarksOffset + kMaxTries * kMarkSize;
inline constexpr std::uint32_t kRejectedOffset = kConfirmedOffset + kMarkSize;
inline constexpr std::uint32_t kWritingOffset = kRejectedOffset + kMarkSize;

/// Said of an image when it is written.
struct Record {
  std::uint32_t sequence = 0;           ///< one more than that of the image which received it
  std::uint32_t length = 0;             ///< of the image, bytes
  std::uint32_t version = 0xFFFF'FFFF;  ///< of the OTA file that it came in
  crypto::Digest sha256{};              ///< of the image, its signature included
  crypto::Digest rejected =
      none();  ///< an earlier image of this slot that was rejected; none(): there is none

  /// A digest that stands for no image: all 0xFF, as erased flash.
  static constexpr crypto::Digest none() noexcept {
    crypto::Digest digest{};
    digest.fill(std::byte{0xFF});
    return digest;
  }
};

using RecordBytes = std::array<std::byte, kRecordSize>;

namespace detail {
inline constexpr std::size_t kChecked = 96;  ///< bytes that the check value covers
inline constexpr std::size_t kCheckSize = 16;
}  // namespace detail

/// The record as it stands in flash. The check value is the first 16 bytes of the SHA-256 of what precedes
/// it.
template <crypto::Crypto C>
RecordBytes encode(C& library, const Record& record) noexcept {
  RecordBytes bytes;
  bytes.fill(std::byte{0xFF});
  const MutableBytes all(bytes);
  store_le32(all, kRecordMagic);
  store_le32(all.subspan(4), kRecordFormat);
  store_le32(all.subspan(8), record.sequence);
  store_le32(all.subspan(12), record.length);
  store_le32(all.subspan(16), record.version);
  copy(record.sha256, all.subspan(32));
  copy(record.rejected, all.subspan(64));
  typename C::Sha256 hash(library);
  hash.add(all.first(detail::kChecked));
  copy(Bytes(hash.finish()).first(detail::kCheckSize), all.subspan(detail::kChecked));
  return bytes;
}

/// Reads a record. @retval wrong_state  these bytes are not one, or not a whole one
template <crypto::Crypto C>
Result<Record> decode(C& library, const RecordBytes& bytes) noexcept {
  const Bytes all(bytes);
  if (load_le32(all) != kRecordMagic || load_le32(all.subspan(4)) != kRecordFormat)
    return Status::wrong_state;
  typename C::Sha256 hash(library);
  hash.add(all.first(detail::kChecked));
  const crypto::Digest check = hash.finish();
  if (!equal(Bytes(check).first(detail::kCheckSize), all.subspan(detail::kChecked)))
    return Status::wrong_state;
  Record record;
  record.sequence = load_le32(all.subspan(8));
  record.length = load_le32(all.subspan(12));
  record.version = load_le32(all.subspan(16));
  copy(all.subspan(32, 32), record.sha256);
  copy(all.subspan(64, 32), record.rejected);
  return record;
}

}  // namespace otaru::update
