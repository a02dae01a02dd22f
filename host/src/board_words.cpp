#include <utility>

#include <otaru/host/board_words.hpp>
#include <otaru/host/clean_text.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::host {
namespace {

/// Any version of the protocol: a board of a later version is no stock board.
constexpr std::string_view kEveryVersion = "OTARU/";

/// Longer than the lines of today, so that later boards may say more.
constexpr std::size_t kLongestLine = 1024;

}  // namespace

bool BoardWords::take(Bytes bytes) {
  bool news = false;
  for (const std::byte byte : bytes) {
    if (verdict_ != Verdict::none) break;
    const auto letter = static_cast<char>(byte);
    if (letter == '\n') {
      news = take_line() || news;
    } else if (line_.size() == kLongestLine) {
      too_long_ = true;
    } else {
      line_ += letter;
    }
  }
  return news;
}

void BoardWords::end() {
  if (verdict_ == Verdict::none && push::parse_status_line(line_).kind == push::ParsedLine::Kind::error)
    take_line();
  line_.clear();
}

bool BoardWords::take_line() {
  const std::string line = std::exchange(line_, {});
  if (std::exchange(too_long_, false) || !line.starts_with(kEveryVersion)) return false;
  spoke_ = true;
  const push::ParsedLine parsed = push::parse_status_line(line);
  switch (parsed.kind) {
    case push::ParsedLine::Kind::progress:
      if (parsed.written <= written_ || parsed.written > parsed.total) return false;
      written_ = parsed.written;
      total_ = parsed.total;
      return true;
    case push::ParsedLine::Kind::ok:
      verdict_ = Verdict::ok;
      slot_ = clean_text(parsed.slot);
      version_ = clean_text(parsed.version);
      return true;
    case push::ParsedLine::Kind::error:
      verdict_ = Verdict::error;
      code_ = clean_text(parsed.code);
      text_ = clean_text(parsed.text);
      return true;
    case push::ParsedLine::Kind::other: break;
  }
  return false;
}

}  // namespace otaru::host
