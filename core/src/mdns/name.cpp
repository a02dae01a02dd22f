#include <otaru/mdns/message.hpp>
#include <otaru/mdns/name.hpp>

namespace otaru::mdns {

namespace {

constexpr unsigned kPointer = 0xC0;

unsigned at(Bytes bytes, std::size_t index) {
  return std::to_integer<unsigned>(bytes[index]);
}

unsigned fold(std::byte letter) {
  const unsigned value = std::to_integer<unsigned>(letter);
  return value - 'A' < 26u ? value + ('a' - 'A') : value;
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

std::optional<std::size_t> name_end(Bytes message, std::size_t offset) noexcept {
  std::optional<std::size_t> end;
  std::size_t lowest = offset;  // a pointer must go below the place where the piece it ends began
  std::size_t total = 1;
  for (;;) {
    if (offset >= message.size()) return {};
    const unsigned length = at(message, offset);
    if ((length & kPointer) == kPointer) {
      if (offset + 2 > message.size()) return {};
      if (!end) end = offset + 2;
      offset = load_be16(message, offset) & 0x3FFFu;
      if (offset >= lowest || offset < kHeaderLength) return {};
      lowest = offset;
      continue;
    }
    if (length > kMaxLabel) return {};
    if (length == 0) break;
    total += length + 1;
    offset += length + 1;
    if (total > kMaxName) return {};
  }
  return end ? end : offset + 1;
}

bool same_name(NameRef a, NameRef b) noexcept {
  LabelWalk walk_a(a);
  LabelWalk walk_b(b);
  for (;;) {
    const Bytes label_a = walk_a.next();
    const Bytes label_b = walk_b.next();
    if (label_a.size() != label_b.size()) return false;
    if (label_a.empty()) return true;
    for (std::size_t i = 0; i < label_a.size(); ++i)
      if (fold(label_a[i]) != fold(label_b[i])) return false;
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
