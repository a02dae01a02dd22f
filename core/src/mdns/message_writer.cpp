#include <algorithm>

#include <otaru/mdns/message_writer.hpp>

namespace otaru::mdns {

MessageWriter::MessageWriter(MutableBytes buffer, std::uint16_t id, std::uint16_t flags) noexcept
    : buffer_(buffer.first(std::min<std::size_t>(buffer.size(), 0x3FFF))),  // what a pointer can reach
      size_(kHeaderLength) {
  header_.id = id;
  header_.flags = flags;
  if (buffer_.size() < kHeaderLength) size_ = buffer_.size();
}

void MessageWriter::put(Bytes bytes) noexcept {
  if (overflowed_ || bytes.size() > buffer_.size() - size_) {
    overflowed_ = true;
    return;
  }
  copy(bytes, buffer_.subspan(size_));
  size_ += bytes.size();
}

void MessageWriter::put16(std::uint32_t value) noexcept {
  const std::array<std::byte, 2> bytes = {static_cast<std::byte>(value >> 8), static_cast<std::byte>(value)};
  put(bytes);
}

void MessageWriter::put_name(NameRef name, bool compressed) noexcept {
  // Only names that were complete before this one: its own labels are not followed by an end yet.
  const std::size_t complete = names_;
  LabelWalk rest(name);
  while (!overflowed_) {
    const NameRef here = rest.rest();
    const Bytes label = rest.next();
    for (std::size_t i = 0; i < complete && compressed && !label.empty(); ++i) {
      if (same_name(NameRef(buffer_.first(size_), name_at_[i]), here)) {
        put16(0xC000u | name_at_[i]);
        return;
      }
    }
    if (!label.empty() && names_ < name_at_.size()) name_at_[names_++] = static_cast<std::uint16_t>(size_);
    const auto length = static_cast<std::byte>(label.size());
    put(Bytes(&length, 1));
    put(label);
    if (label.empty()) return;
  }
}

void MessageWriter::put_head(NameRef name, std::uint16_t type, std::uint16_t class_bits) noexcept {
  put_name(name, true);
  put16(type);
  put16(class_bits);
}

bool MessageWriter::question(NameRef name, std::uint16_t type, std::uint16_t class_bits) noexcept {
  const std::size_t size_before = size_;
  const std::uint8_t names_before = names_;
  put_head(name, type, class_bits);
  if (!kept(size_before, names_before)) return false;
  ++header_.questions;
  return true;
}

bool MessageWriter::record(Section section, NameRef name, std::uint16_t type, std::uint16_t class_bits,
                           std::uint32_t ttl_s, const Rdata& data) noexcept {
  const std::size_t size_before = size_;
  const std::uint8_t names_before = names_;
  put_head(name, type, class_bits);
  put16(ttl_s >> 16);
  put16(ttl_s);
  const std::size_t length_at = size_;
  put16(0);
  put(data.prefix);
  if (!data.name.empty()) put_name(data.name, type != kTypeSrv || !plain_srv_);
  put(data.suffix);
  if (!kept(size_before, names_before)) return false;
  store_be16(buffer_, length_at, static_cast<std::uint32_t>(size_ - length_at - 2));
  switch (section) {
    case Section::answer: ++header_.answers; break;
    case Section::authority: ++header_.authorities; break;
    case Section::additional: ++header_.additionals; break;
  }
  return true;
}

bool MessageWriter::kept(std::size_t size_before, std::uint8_t names_before) noexcept {
  if (!overflowed_) return true;
  overflowed_ = false;
  size_ = size_before;
  names_ = names_before;
  return false;
}

Bytes MessageWriter::finish() noexcept {
  if (buffer_.size() < kHeaderLength) return {};
  const std::array<std::uint16_t, 6> words = {header_.id,      header_.flags,       header_.questions,
                                              header_.answers, header_.authorities, header_.additionals};
  for (std::size_t i = 0; i < words.size(); ++i) store_be16(buffer_, 2 * i, words[i]);
  return buffer_.first(size_);
}

}  // namespace otaru::mdns
