#include <algorithm>

#include <otaru/image/seal.hpp>

namespace otaru::image {
namespace {

// Where the fields stand, bytes from the start of the seal.
constexpr std::size_t kFormat = 8;
constexpr std::size_t kSize = 12;
constexpr std::size_t kBoard = 16;
constexpr std::size_t kVersion = 48;
constexpr std::size_t kCounter = 56;
constexpr std::size_t kLength = 60;
constexpr std::size_t kNotAfter = 64;
constexpr std::size_t kSha256 = 72;
constexpr std::size_t kKeyId = 104;
constexpr std::size_t kKeyCount = 112;
constexpr std::size_t kKeys = 128;
static_assert(kKeys + kMaxSealKeys * sizeof(crypto::PublicKey) <= kSealSigned);
static_assert(kSealSigned + sizeof(crypto::Signature) == kSealSize);

std::uint16_t load_le16(Bytes from) noexcept {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(from[0]) | std::to_integer<unsigned>(from[1])
                                                                             << 8);
}

template <std::size_t N>
std::array<std::byte, N> load_array(Bytes from) noexcept {
  std::array<std::byte, N> to;
  copy(from.first(N), to);
  return to;
}

}  // namespace

void write_seal(const Seal& seal, MutableBytes to) noexcept {
  std::fill_n(to.begin(), kSealSize, std::byte{0});
  copy(kSealMagic, to);
  store_le32(to.subspan(kFormat), kSealFormat);
  store_le32(to.subspan(kSize), kSealSize);
  copy(std::as_bytes(std::span(seal.board)), to.subspan(kBoard));
  for (std::size_t i = 0; i < seal.version.size(); ++i) {
    to[kVersion + 2 * i] = static_cast<std::byte>(seal.version[i]);
    to[kVersion + 2 * i + 1] = static_cast<std::byte>(seal.version[i] >> 8);
  }
  store_le32(to.subspan(kCounter), seal.counter);
  store_le32(to.subspan(kLength), seal.length);
  store_le32(to.subspan(kNotAfter), static_cast<std::uint32_t>(seal.not_after));
  store_le32(to.subspan(kNotAfter + 4), static_cast<std::uint32_t>(seal.not_after >> 32));
  copy(seal.sha256, to.subspan(kSha256));
  copy(seal.key_id, to.subspan(kKeyId));
  store_le32(to.subspan(kKeyCount), static_cast<std::uint32_t>(seal.next_keys.size()));
  MutableBytes key = to.subspan(kKeys);
  for (const crypto::PublicKey& next : seal.next_keys) {
    copy(next, key);
    key = key.subspan(next.size());
  }
}

void attach_signature(const crypto::Signature& signature, MutableBytes seal) noexcept {
  copy(signature, seal.subspan(kSealSigned));
}

bool looks_sealed(Bytes start) noexcept {
  return start.size() >= kSealMagic.size() && equal(start.first(kSealMagic.size()), kSealMagic);
}

Result<SealView> SealView::open(Bytes bytes) noexcept {
  if (bytes.size() != kSealSize || !looks_sealed(bytes)) return Status::seal_missing;
  if (load_le32(bytes.subspan(kFormat)) != kSealFormat || load_le32(bytes.subspan(kSize)) != kSealSize)
    return Status::seal_format;
  const SealView seal(bytes);
  if (seal.key_count() > kMaxSealKeys) return Status::seal_format;
  return seal;
}

std::string_view SealView::board() const noexcept {
  const Bytes field = bytes_.subspan(kBoard, kMaxBoardName);
  std::size_t size = 0;
  while (size < field.size() && field[size] != std::byte{0}) ++size;
  return {reinterpret_cast<const char*>(field.data()), size};
}

std::array<std::uint16_t, 3> SealView::version() const noexcept {
  const Bytes field = bytes_.subspan(kVersion);
  return {load_le16(field), load_le16(field.subspan(2)), load_le16(field.subspan(4))};
}

std::uint32_t SealView::counter() const noexcept {
  return load_le32(bytes_.subspan(kCounter));
}

std::uint64_t SealView::not_after() const noexcept {
  return load_le32(bytes_.subspan(kNotAfter)) | std::uint64_t{load_le32(bytes_.subspan(kNotAfter + 4))} << 32;
}

std::uint32_t SealView::length() const noexcept {
  return load_le32(bytes_.subspan(kLength));
}
crypto::Digest SealView::sha256() const noexcept {
  return load_array<32>(bytes_.subspan(kSha256));
}
KeyId SealView::key_id() const noexcept {
  return load_array<kKeyIdSize>(bytes_.subspan(kKeyId));
}
std::uint32_t SealView::key_count() const noexcept {
  return load_le32(bytes_.subspan(kKeyCount));
}

crypto::PublicKey SealView::next_key(std::uint32_t index) const noexcept {
  return load_array<sizeof(crypto::PublicKey)>(bytes_.subspan(kKeys + index * sizeof(crypto::PublicKey)));
}

crypto::Signature SealView::signature() const noexcept {
  return load_array<sizeof(crypto::Signature)>(bytes_.subspan(kSealSigned));
}

}  // namespace otaru::image
