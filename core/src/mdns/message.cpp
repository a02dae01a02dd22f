#include <otaru/mdns/message.hpp>

namespace otaru::mdns {

namespace {

// Gives the bytes of record data one after another, names uncompressed.
class DataWalk {
 public:
  DataWalk(const Rdata& data, Letters letters)
      : piece_(data.prefix),
        labels_(data.name),
        suffix_(data.suffix),
        letters_(letters),
        where_(data.name.empty() ? Where::suffix : Where::prefix) {}

  // The next byte, or -1 at the end.
  int next() {
    for (;;) {
      if (!piece_.empty()) {
        unsigned value = std::to_integer<unsigned>(piece_.front());
        piece_ = piece_.subspan(1);
        if (where_ == Where::label && letters_ == Letters::either && value - 'A' < 26u) value += 'a' - 'A';
        return static_cast<int>(value);
      }
      if (where_ == Where::suffix) return -1;
      // Each label is preceded by its length, and so is the empty one at the end.
      piece_ = labels_.next();
      where_ = Where::label;
      if (!piece_.empty()) return static_cast<int>(piece_.size());
      where_ = Where::suffix;
      piece_ = suffix_;
      return 0;
    }
  }

 private:
  enum class Where : std::uint8_t { prefix, label, suffix };

  Bytes piece_;
  LabelWalk labels_;
  Bytes suffix_;
  Letters letters_;
  Where where_;
};

}  // namespace

int compare(const Rdata& a, const Rdata& b, Letters letters) noexcept {
  DataWalk walk_a(a, letters);
  DataWalk walk_b(b, letters);
  for (;;) {
    const int byte_a = walk_a.next();
    const int byte_b = walk_b.next();
    if (byte_a != byte_b) return byte_a - byte_b;
    if (byte_a < 0) return 0;
  }
}

}  // namespace otaru::mdns
