#include <otaru/mdns/message_reader.hpp>

namespace otaru::mdns {

namespace {

constexpr std::size_t kCountsAt = 4;  // in the header

}  // namespace

MessageReader::MessageReader(Bytes message) noexcept : message_(message) {
  if (message.size() < kHeaderLength || message.size() > 0xFFFF) malformed_ = true;
}

bool MessageReader::fail() noexcept {
  malformed_ = true;
  return false;
}

// What questions and records begin with.
bool MessageReader::read_head(NameRef& name, std::uint16_t& type, std::uint16_t& rr_class,
                              bool& top_bit) noexcept {
  const std::size_t end = name_end(message_, at_);
  if (end == 0 || end + 4 > message_.size()) return fail();
  name = NameRef(message_, at_);
  type = load_be16(message_, end);
  const std::uint16_t class_bits = load_be16(message_, end + 2);
  rr_class = class_bits & (kTopBit - 1);
  top_bit = (class_bits & kTopBit) != 0;
  at_ = end + 4;
  ++read_;
  return true;
}

bool MessageReader::next(Question& question) noexcept {
  if (malformed_ || read_ >= load_be16(message_, kCountsAt)) return false;
  return read_head(question.name, question.type, question.rr_class, question.unicast);
}

bool MessageReader::next(Record& record) noexcept {
  for (Question skipped; next(skipped);) {
  }
  if (malformed_) return false;
  // read_ counts the questions too: in which of the sections, of which the
  // questions are the first, does it lie?
  std::uint32_t section = 0;
  for (std::uint32_t section_end = 0;; ++section) {
    if (section == 4) return false;
    section_end += load_be16(message_, kCountsAt + std::size_t{2} * section);
    if (read_ < section_end) break;
  }
  record.section = static_cast<Section>(section - 1);
  if (!read_head(record.name, record.type, record.rr_class, record.cache_flush)) return false;
  constexpr std::size_t kTtlAndLength = 6;
  if (message_.size() - at_ < kTtlAndLength) return fail();
  record.ttl_s = load_be32(message_, at_);
  const std::size_t length = load_be16(message_, at_ + 4);
  at_ += kTtlAndLength;
  if (length > message_.size() - at_ || !split_data(record, length)) return fail();
  at_ += length;
  return true;
}

bool MessageReader::split_data(Record& record, std::size_t length) noexcept {
  const Bytes data = message_.subspan(at_, length);
  record.data = {data, {}, {}};
  std::size_t before = 0;
  switch (record.type) {
    case kTypeA: return length == 4;
    case kTypeAaaa: return length == 16;
    case kTypeSrv: before = 6; break;
    case kTypePtr:
    case kTypeCname:
    case kTypeNsec: break;
    default: return true;
  }
  // The name's pointers may lead anywhere before, but its own bytes end inside the record.
  const Bytes up_to_end = message_.first(at_ + length);
  const std::size_t end = name_end(up_to_end, at_ + before);
  if (length <= before || end == 0) return false;
  record.data = {data.first(before), NameRef(message_, at_ + before), up_to_end.subspan(end)};
  return record.type == kTypeNsec || record.data.suffix.empty();
}

}  // namespace otaru::mdns
