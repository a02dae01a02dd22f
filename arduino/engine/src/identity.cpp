#include "identity.hpp"

#include "port.hpp"

namespace otaru::engine {
namespace {

using namespace std::string_view_literals;

// The byte that comes first stands apart: an image must hold no other marker's start than its own.
constexpr char kMarkerByte = '\x7F';
constexpr std::string_view kMarkerStart = "OTARU-IMAGE/1\n"sv;
constexpr std::size_t kMaxMarker = 256;  // bytes, with its end

}  // namespace

std::string_view marker_value(const char* marker, std::string_view key) noexcept {
  std::string_view rest = text_of(marker, kMaxMarker);
  if (rest.empty() || rest.front() != kMarkerByte) return {};
  rest.remove_prefix(1);
  if (!rest.starts_with(kMarkerStart)) return {};
  rest.remove_prefix(kMarkerStart.size());
  while (!rest.empty()) {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != '\n') ++end;
    const std::string_view line(rest.data(), end);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == '=')
      return {line.data() + key.size() + 1, line.size() - key.size() - 1};
    rest.remove_prefix(end < rest.size() ? end + 1 : end);
  }
  return {};
}

void Identity::describe(bool password, std::string_view slot, mdns::Txt<256>& txt) const noexcept {
  txt.clear();
  (void)txt.add("board"sv, board.text());
  (void)txt.add("auth_upload"sv, password ? "yes"sv : "no"sv);
  (void)txt.add("tcp_check"sv, "no"sv);
  (void)txt.add("ssh_upload"sv, "no"sv);
  (void)txt.add("otaru"sv, "1"sv);
  (void)txt.add("ver"sv, version.text());
  (void)txt.add("slot"sv, slot);
  (void)txt.add("id"sv, id.text());
}

}  // namespace otaru::engine
