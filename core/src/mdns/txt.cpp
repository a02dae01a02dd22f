#include <algorithm>

#include <otaru/mdns/txt.hpp>

namespace otaru::mdns {

namespace {

constexpr char kEquals[] = "=";

bool same_letters(std::string_view a, std::string_view b) {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

// Where the first `=` is, or the end. (string_view::find needs memchr, which a bare board may lack.)
std::size_t find_equals(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '=') ++at;
  return at;
}

}  // namespace

bool TxtWalk::next(std::string_view& entry) noexcept {
  while (!rest_.empty()) {
    const std::size_t length = std::to_integer<std::size_t>(rest_[0]);
    if (length >= rest_.size()) break;
    // Text in a packet is bytes: char may look at any object's bytes.
    entry = {reinterpret_cast<const char*>(rest_.data()) + 1, length};
    rest_ = rest_.subspan(1 + length);
    if (length > 0) return true;
  }
  rest_ = {};
  return false;
}

std::string_view txt_value(Bytes txt, std::string_view key) noexcept {
  TxtWalk walk(txt);
  for (std::string_view entry; walk.next(entry);) {
    const std::size_t equals = find_equals(entry);
    if (!same_letters({entry.data(), equals}, key)) continue;
    entry.remove_prefix(std::min(equals + 1, entry.size()));
    return entry;
  }
  return {};
}

Status append_txt(MutableBytes to, std::size_t& length, std::string_view key,
                  std::string_view value) noexcept {
  constexpr std::size_t kMaxEntry = 255;
  if (key.empty()) return Status::too_short;
  std::size_t end = length + 1;
  for (const std::string_view part : {key, std::string_view(kEquals, 1), value}) {
    for (const char letter : part) {
      if (letter == '=' && part.data() != kEquals) return Status::out_of_range;
      if (end >= to.size() || end - length > kMaxEntry) return Status::too_short;
      to[end++] = static_cast<std::byte>(letter);
    }
  }
  to[length] = static_cast<std::byte>(end - length - 1);
  length = end;
  return Status::ok;
}

}  // namespace otaru::mdns
