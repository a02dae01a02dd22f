#include <fmt/format.h>

#include <otaru/host/monitor_text.hpp>

namespace otaru::host {
namespace {

constexpr std::size_t kRow = 16;

bool printable(unsigned char c) noexcept {
  return c >= 0x20 && c != 0x7F;  // bytes of UTF-8 pass
}

}  // namespace

void MonitorText::text(char letter, std::string_view clock, std::string& out) {
  const bool cr = letter == '\r';
  if (cr || letter == '\n') {
    // CR LF is one end of a line.
    if (!(letter == '\n' && after_cr_)) {
      if (!in_line_ && options_.timestamps) out += fmt::format("[{}] ", clock);
      out += '\n';
      in_line_ = false;
    }
    after_cr_ = cr;
    return;
  }
  after_cr_ = false;
  if (letter != '\t' && !printable(static_cast<unsigned char>(letter))) return;
  if (!in_line_ && options_.timestamps) out += fmt::format("[{}] ", clock);
  in_line_ = true;
  out += letter;
}

std::string MonitorText::row() {
  std::string hex;
  std::string letters;
  for (const char c : row_) {
    const auto byte = static_cast<unsigned char>(c);
    hex += fmt::format("{:02x} ", byte);
    letters += byte < 0x7F && printable(byte) ? c : '.';
  }
  std::string line = options_.timestamps ? fmt::format("[{}] ", row_clock_) : "";
  line += fmt::format("{:08x}  {:<48} {}\n", offset_, hex, letters);
  offset_ += row_.size();
  row_.clear();
  return line;
}

std::string MonitorText::take(Bytes bytes, std::string_view clock) {
  std::string out;
  for (const std::byte b : bytes) {
    const char letter = static_cast<char>(b);
    if (!options_.hex) {
      text(letter, clock, out);
      continue;
    }
    if (row_.empty()) row_clock_ = clock;
    row_ += letter;
    if (row_.size() == kRow) out += row();
  }
  return out;
}

std::string MonitorText::pause() {
  return row_.empty() ? "" : row();
}

std::string MonitorText::end_line() {
  std::string out = pause();
  if (in_line_) out += '\n';
  in_line_ = false;
  return out;
}

}  // namespace otaru::host
