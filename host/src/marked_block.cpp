#include <span>

#include <otaru/host/marked_block.hpp>
#include <otaru/host/sha256.hpp>

namespace otaru::host {
namespace {

// The first mark also tells how the file was, and what the body was: `# >>> otaru [new] [joined] HASH >>>
// text`.
constexpr std::string_view kFirstMark = "# >>> otaru ";
constexpr std::string_view kLastMark = "# <<< otaru <<<";
constexpr std::string_view kNewFile = "new ";
constexpr std::string_view kLineEnded = "joined ";  // the last line had no end, and got one
constexpr std::string_view kAdvice =
    " >>> Leave these lines as they are; `otaru ide uninstall` takes them out.\n";

/// An editor may turn line ends into those of Windows; that is no change of what they say.
std::string fingerprint(std::string_view body) {
  std::string lines;
  for (const char c : body)
    if (c != '\r') lines += c;
  return hex(sha256(std::as_bytes(std::span(lines)))).substr(0, 16);
}

/// Where `mark` starts a line; npos if nowhere.
std::size_t find_line(std::string_view text, std::string_view mark, std::size_t from = 0) {
  for (std::size_t at = text.find(mark, from); at != std::string_view::npos; at = text.find(mark, at + 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return std::string_view::npos;
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::string marked(std::string_view body, bool new_file, bool line_ended) {
  std::string block(kFirstMark);
  if (new_file) block += kNewFile;
  if (line_ended) block += kLineEnded;
  block += fingerprint(body);
  block += kAdvice;
  block += body;
  block += kLastMark;
  block += '\n';
  return block;
}

}  // namespace

MarkedBlock find_block(std::string_view text) {
  MarkedBlock block;
  const std::size_t first = find_line(text, kFirstMark);
  const std::size_t last = find_line(text, kLastMark);
  if (first == std::string_view::npos && last == std::string_view::npos) {
    block.before = text;
    return block;
  }
  block.state = MarkedBlock::State::broken;
  if (first == std::string_view::npos || last == std::string_view::npos || last < first) return block;
  if (find_line(text, kFirstMark, first + 1) != std::string_view::npos ||
      find_line(text, kLastMark, last + 1) != std::string_view::npos)
    return block;

  const std::size_t body = line_end(text, first);
  std::string_view words = text.substr(first + kFirstMark.size(), body - first - kFirstMark.size());
  block.made_file = take(words, kNewFile);
  const bool line_ended = take(words, kLineEnded);
  block.body = text.substr(body, last - body);
  block.before = text.substr(0, first);
  block.after = text.substr(line_end(text, last));
  // Lines behind the block need the line end; without them it goes as it came.
  if (line_ended && block.after.empty() && block.before.ends_with('\n')) block.before.pop_back();
  block.state =
      words.starts_with(fingerprint(block.body)) ? MarkedBlock::State::intact : MarkedBlock::State::edited;
  return block;
}

std::string with_block(const std::optional<std::string>& text, std::string_view body) {
  const MarkedBlock block = find_block(text.value_or(""));
  const bool ends_line = block.before.empty() || block.before.ends_with('\n');
  const bool new_file = block.state == MarkedBlock::State::absent ? !text.has_value() : block.made_file;
  return block.before + (ends_line ? "" : "\n") + marked(body, new_file, !ends_line) + block.after;
}

std::optional<std::string> without_block(std::string_view text) {
  const MarkedBlock block = find_block(text);
  std::string rest = block.before + block.after;
  if (rest.empty() && block.made_file) return std::nullopt;
  return rest;
}

}  // namespace otaru::host
