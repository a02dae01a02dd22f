// Reads DNS messages that anybody may have sent.
#pragma once

#include <otaru/mdns/message.hpp>

namespace otaru::mdns {

/// Goes once through a message: first its questions, then its records. Never reads outside of it, whatever
/// the counts and lengths say. Questions and records refer to the message's bytes, nothing is copied.
class MessageReader {
 public:
  explicit MessageReader(Bytes message) noexcept;

  /// All zero if the message is shorter than a header.
  Header header() const noexcept {
    if (message_.size() < kHeaderLength) return {};
    return {load_be16(message_, 0), load_be16(message_, 2), load_be16(message_, 4),
            load_be16(message_, 6), load_be16(message_, 8), load_be16(message_, 10)};
  }

  /// True if the message is shorter than its header, or a question or record read so far was broken. What
  /// came before the broken one is sound.
  bool malformed() const noexcept { return malformed_; }

  /// @return false after the last question, or at a broken one
  bool next(Question& question) noexcept;

  /// Reads the next record of any section; skips questions not read yet.
  /// @return false after the last record, or at a broken one
  bool next(Record& record) noexcept;

 private:
  bool fail() noexcept;
  bool read_head(NameRef& name, std::uint16_t& type, std::uint16_t& rr_class, bool& top_bit) noexcept;
  bool split_data(Record& record, std::size_t length) noexcept;

  Bytes message_;
  std::size_t at_ = kHeaderLength;
  std::uint32_t read_ = 0;  ///< questions, then questions and records
  bool malformed_ = false;
};

}  // namespace otaru::mdns
