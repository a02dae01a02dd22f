// Writes DNS messages, with compressed names.
#pragma once

#include <array>

#include <otaru/mdns/message.hpp>

namespace otaru::mdns {

/// Writes one message into a buffer: questions first, then the records of each section in order. What does
/// not fit is left out whole.
class MessageWriter {
 public:
  MessageWriter(MutableBytes buffer, std::uint16_t id, std::uint16_t flags) noexcept;

  /// @return false if it did not fit: the message is as before
  bool question(NameRef name, std::uint16_t type, std::uint16_t class_bits) noexcept;

  /// @param class_bits the class, with kTopBit for cache flush
  /// @return false if it did not fit: the message is as before
  bool record(Section section, NameRef name, std::uint16_t type, std::uint16_t class_bits,
              std::uint32_t ttl_s, const Rdata& data) noexcept;

  void add_flags(std::uint16_t flags) noexcept { header_.flags = header_.flags | flags; }
  const Header& header() const noexcept { return header_; }

  /// From now on the hosts of SRV records are written in full, as plain DNS readers need it (RFC 2782; RFC
  /// 6762, section 18.14).
  void write_srv_in_full() noexcept { plain_srv_ = true; }

  /// True if there is neither a question nor a record.
  bool empty() const noexcept { return size_ <= kHeaderLength; }

  /// Completes the header. @return the message; empty if the buffer cannot hold even a header
  Bytes finish() noexcept;

 private:
  void put(Bytes bytes) noexcept;
  void put16(std::uint32_t value) noexcept;
  void put_head(NameRef name, std::uint16_t type, std::uint16_t class_bits) noexcept;
  void put_name(NameRef name, bool compressed) noexcept;
  bool kept(std::size_t size_before, std::uint8_t names_before) noexcept;

  MutableBytes buffer_;
  Header header_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
  bool plain_srv_ = false;
  std::uint8_t names_ = 0;
  std::array<std::uint16_t, 20> name_at_{};  ///< labels that a later name can point at
};

}  // namespace otaru::mdns
