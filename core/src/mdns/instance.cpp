#include <otaru/mdns/instance.hpp>

namespace otaru::mdns {

void Instance::forget() noexcept {
  ptr_ = srv_ = txt_life_ = {};
  address_count_ = 0;
  txt_length_ = 0;
  outbox_ = 0;
  told_ = changed_ = gone_ = false;
}

std::string_view Instance::name() const noexcept {
  return {reinterpret_cast<const char*>(label_.data()) + 1, std::to_integer<std::size_t>(label_[0])};
}

std::string_view Instance::host(std::span<char> to) const noexcept {
  std::size_t size = 0;
  const auto put = [&](char letter) {
    if (size < to.size()) to[size++] = letter;
  };
  LabelWalk walk{NameRef(target_)};
  for (Bytes label = walk.next(); srv_.known() && !label.empty(); label = walk.next()) {
    if (size > 0) put('.');
    for (std::byte byte : label) {
      const unsigned value = std::to_integer<unsigned>(byte);
      const char letter = static_cast<char>(value);
      if (letter == '.' || letter == '\\') put('\\');
      if (value >= 0x20 && value != 0x7F) {  // UTF-8 as it is
        put(letter);
      } else {
        put('\\');
        for (unsigned digit : {value / 100, value / 10 % 10, value % 10}) put(static_cast<char>('0' + digit));
      }
    }
  }
  return {to.data(), size};
}

}  // namespace otaru::mdns
