#include <otaru/mdns/message.hpp>
#include <otaru/mdns/name.hpp>

namespace otaru::mdns {

namespace {

constexpr unsigned kPointer = 0xC0;

unsigned at(Bytes bytes, std::size_t index) {
  return std::to_integer<unsigned>(bytes[index]);
}

int fold(std::byte letter) {
  const int value = std::to_integer<int>(letter);
  return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
}

}  // namespace

Bytes LabelWalk::next() noexcept {
  if (name_.empty()) return {};
  for (;;) {
    const unsigned length = std::to_integer<unsigned>(name_.message[name_.offset]);
    if ((length & kPointer) == kPointer) {
      name_.offset = (length & 0x3Fu) << 8 | std::to_integer<unsigned>(name_.message[name_.offset + 1]);
      continue;
    }
    if (length == 0) return {};
    const std::byte* label = name_.message + name_.offset + 1;
    name_.offset += 1 + length;
    return {label, length};
  }
}

std::size_t name_end(Bytes message, std::size_t offset) noexcept {
  std::size_t end = 0;
  std::size_t lowest = offset;  // a pointer must go below the place where the piece it ends began
  std::size_t total = 1;
  while (offset < message.size()) {
    const unsigned length = at(message, offset);
    if ((length & kPointer) == kPointer) {
      if (offset + 2 > message.size()) return 0;
      if (end == 0) end = offset + 2;
      offset = load_be16(message, offset) & 0x3FFFu;
      if (offset >= lowest || offset < kHeaderLength) return 0;
      lowest = offset;
      continue;
    }
    if (length == 0) return end != 0 ? end : offset + 1;
    total += length + 1;
    offset += length + 1;
    if (length > kMaxLabel || total > kMaxName) return 0;
  }
  return 0;
}

int compare_bytes(Bytes a, Bytes b, Letters letters) noexcept {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    int difference = std::to_integer<int>(a[i]) - std::to_integer<int>(b[i]);
    if (difference != 0 && letters == Letters::either) difference = fold(a[i]) - fold(b[i]);
    if (difference != 0) return difference;
  }
  return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

int compare(NameRef a, NameRef b, Letters letters) noexcept {
  LabelWalk walk_a(a);
  LabelWalk walk_b(b);
  for (;;) {
    const Bytes label_a = walk_a.next();
    const Bytes label_b = walk_b.next();
    // The length comes before the label, so it counts first.
    int difference = static_cast<int>(label_a.size()) - static_cast<int>(label_b.size());
    if (difference == 0) difference = compare_bytes(label_a, label_b, letters);
    if (difference != 0 || label_a.empty()) return difference;
  }
}

std::size_t copy_name(NameRef name, MutableBytes to) noexcept {
  std::size_t size = 0;
  LabelWalk walk(name);
  for (;;) {
    const Bytes label = walk.next();
    if (size + 1 + label.size() > to.size()) return 0;
    to[size++] = static_cast<std::byte>(label.size());
    if (label.empty()) return size;
    for (std::byte letter : label) to[size++] = letter;
  }
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0u) == 0x80u) --limit;
  return {text.data(), limit};
}

std::size_t append_label(MutableBytes to, std::size_t at_byte, std::string_view label) noexcept {
  label = cut_utf8(label, kMaxLabel);
  if (label.empty() || at_byte + label.size() + 2 > to.size()) return at_byte;
  to[at_byte++] = static_cast<std::byte>(label.size());
  for (char letter : label) to[at_byte++] = static_cast<std::byte>(letter);
  return at_byte;
}

std::size_t append_labels(MutableBytes to, std::size_t at_byte, std::string_view dotted) noexcept {
  while (!dotted.empty()) {
    std::size_t length = 0;
    while (length < dotted.size() && dotted[length] != '.') ++length;
    const std::size_t next =
        length > kMaxLabel ? at_byte : append_label(to, at_byte, {dotted.data(), length});
    if (next == at_byte || length == dotted.size()) return next;
    at_byte = next;
    dotted.remove_prefix(length + 1);
  }
  return at_byte;
}

}  // namespace otaru::mdns
