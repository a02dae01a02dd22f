#include <algorithm>

#include <otaru/bytes.hpp>
#include <otaru/push/decimal.hpp>
#include <otaru/push/status_line.hpp>
#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

using namespace std::string_view_literals;  // lengths from the compiler: a board has no strlen

constexpr std::string_view kProtocol = "OTARU/1 ";

/// Takes the text up to the next space off `rest`.
std::string_view next_word(std::string_view& rest) noexcept {
  const auto end = static_cast<std::size_t>(std::find(rest.begin(), rest.end(), ' ') - rest.begin());
  const std::string_view word(rest.data(), end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

/// Takes `prefix` off the start of `text`; false, and nothing taken, if it is not there.
bool take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool read_decimal(std::string_view word, std::uint32_t& value) noexcept {
  if (word.empty() || word.size() > 10) return false;
  std::uint64_t read = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return false;
    read = read * 10 + static_cast<std::uint64_t>(c - '0');
  }
  value = static_cast<std::uint32_t>(read);
  return read <= 0xFFFF'FFFF;
}

}  // namespace

StatusLine& StatusLine::add(std::string_view text) noexcept {
  const std::size_t taken = std::min(text.size(), text_.size() - size_);
  copy(std::as_bytes(std::span(text.data(), taken)), std::as_writable_bytes(std::span(text_).subspan(size_)));
  size_ = static_cast<std::uint8_t>(size_ + taken);
  return *this;
}

StatusLine& StatusLine::add_decimal(std::uint32_t value) noexcept {
  Digits digits;
  return add(decimal(value, digits));
}

StatusLine& StatusLine::add_hex(std::uint32_t value) noexcept {
  add("0x"sv);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (int shift = 28; shift >= 0; shift -= 4) add({kDigits.data() + (value >> shift & 15), 1});
  return *this;
}

StatusLine::StatusLine(const Reply& reply) noexcept {
  if (reply.kind == Reply::Kind::none) return;
  add(kProtocol);
  switch (reply.kind) {
    case Reply::Kind::none: break;
    case Reply::Kind::progress:
      add("progress "sv).add_decimal(reply.written).add(" "sv).add_decimal(reply.total);
      break;
    case Reply::Kind::ok:
      add("ok slot="sv).add(name(reply.slot)).add(" version="sv).add_hex(reply.version);
      break;
    case Reply::Kind::error:
      add("error "sv).add(wire_code(reply.reason)).add(" "sv).add(wire_text(reply.reason));
      break;
  }
  add("\n"sv);
}

ParsedLine parse_status_line(std::string_view line) noexcept {
  ParsedLine parsed;
  std::string_view rest = line;
  if (!take(rest, kProtocol)) return parsed;
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  const std::string_view word = next_word(rest);
  if (word == "progress"sv) {
    const bool numbers =
        read_decimal(next_word(rest), parsed.written) && read_decimal(next_word(rest), parsed.total);
    if (numbers) parsed.kind = ParsedLine::Kind::progress;
  } else if (word == "ok"sv) {
    parsed.kind = ParsedLine::Kind::ok;
    while (!rest.empty()) {
      std::string_view entry = next_word(rest);
      if (take(entry, "slot="sv))
        parsed.slot = entry;
      else if (take(entry, "version="sv))
        parsed.version = entry;
    }
  } else if (word == "error"sv) {
    parsed.code = next_word(rest);
    parsed.text = rest;
    if (!parsed.code.empty()) parsed.kind = ParsedLine::Kind::error;
  }
  return parsed;
}

}  // namespace otaru::push
