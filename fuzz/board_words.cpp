// What a board says to the uploader, which may be no board of ours, nor mean well: in pieces of any size it
// means the same, nothing that is kept can play with a terminal, and what a board of ours says is read.
//
// The input's first byte is the size of the pieces (0: all at once), the second chooses a line of our own;
// the rest is what the board sends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include <otaru/host/board_words.hpp>
#include <otaru/push/status_line.hpp>

namespace {

using namespace otaru;
using host::BoardWords;
using push::ParsedLine;
using push::Reply;

void require(bool holds) {
  if (!holds) std::abort();
}

BoardWords hear(Bytes bytes, std::size_t piece) {
  BoardWords words;
  std::uint32_t written = 0;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    static_cast<void>(words.take(bytes.first(size)));
    bytes = bytes.subspan(size);
    require(words.written() >= written);  // progress never goes back
    require(words.written() <= words.total());
    written = words.written();
  }
  words.end();
  return words;
}

bool harmless(const std::string& text) {
  return text.size() <= 1024 &&
         std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

void check_parsed(std::string_view line) {
  const ParsedLine parsed = push::parse_status_line(line);
  const auto inside = [&](std::string_view part) {
    return part.empty() ||
           (part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size());
  };
  require(inside(parsed.slot) && inside(parsed.version) && inside(parsed.code) && inside(parsed.text));
  require(parsed.kind == ParsedLine::Kind::other || line.starts_with("OTARU/1 "));
  if (parsed.kind == ParsedLine::Kind::error)
    require(!parsed.code.empty() && parsed.code.find(' ') == parsed.code.npos);
}

/// A line of our own is understood, whatever it tells.
void check_own(unsigned which, Bytes numbers) {
  const std::uint32_t first = numbers.size() < 4 ? 0 : load_le32(numbers);
  const std::uint32_t second = numbers.size() < 8 ? 0xFFFF'FFFF : load_le32(numbers.subspan(4));
  const auto slot = (which & 4) != 0 ? flash::SlotId::ota1 : flash::SlotId::ota2;
  Reply reply = Reply::progress(first, second);
  if (which % 3 == 1) reply = Reply::ok(slot, first);
  if (which % 3 == 2) reply = Reply::error(static_cast<Status>(which / 3 % 20));
  const push::StatusLine line(reply);
  require(!line.text().empty() && line.text().back() == '\n');
  const ParsedLine parsed = push::parse_status_line(line.text().substr(0, line.text().size() - 1));
  switch (which % 3) {
    case 0:
      require(parsed.kind == ParsedLine::Kind::progress && parsed.written == first && parsed.total == second);
      break;
    case 1:
      require(parsed.kind == ParsedLine::Kind::ok && parsed.slot == name(slot));
      require(std::stoul(std::string(parsed.version), nullptr, 16) == first);
      break;
    default: require(parsed.kind == ParsedLine::Kind::error && !parsed.text.empty()); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < 2) return 0;
  const auto piece = std::to_integer<std::size_t>(input[0]);
  const Bytes said = input.subspan(2);

  const BoardWords whole = hear(said, std::max<std::size_t>(said.size(), 1));
  const BoardWords pieces = hear(said, piece == 0 ? 1 : piece);
  require(whole.verdict() == pieces.verdict() && whole.spoke() == pieces.spoke());
  require(whole.written() == pieces.written() && whole.total() == pieces.total());
  require(whole.slot() == pieces.slot() && whole.version() == pieces.version());
  require(whole.code() == pieces.code() && whole.text() == pieces.text());
  require(whole.spoke() || whole.verdict() == BoardWords::Verdict::none);
  require(harmless(whole.slot()) && harmless(whole.version()) && harmless(whole.code()) &&
          harmless(whole.text()));

  check_parsed({reinterpret_cast<const char*>(said.data()), said.size()});
  check_own(std::to_integer<unsigned>(input[1]), said);
  return 0;
}
