#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

/// Code and text in one constant, a zero byte between them: a board has no strlen, and each pointer costs it
/// 4 bytes.
struct Words {
  template <std::size_t kSize>
  consteval Words(const char (&both)[kSize]) : code(both) {
    while (both[code_size] != '\0') ++code_size;
    text_size = static_cast<std::uint8_t>(kSize - 2 - code_size);
  }

  const char* code;
  std::uint8_t code_size = 0;
  std::uint8_t text_size = 0;
};

consteval Words words(Status status) noexcept {
  switch (status) {
    case Status::ok: return "ok\0done";
    case Status::out_of_range: return "out_of_range\0more bytes than announced";
    case Status::misaligned: return "internal\0misaligned flash access; please report this";
    case Status::flash_failed:
      return "flash_failed\0the board's flash does not hold what was written; try again";
    case Status::header_count: return "header_count\0a board takes files with one image; pack it again";
    case Status::image_id: return "image_id\0the image is not named OTA1 or OTA2; pack it again";
    case Status::header_length: return "header_length\0the image header is not 24 bytes long; pack it again";
    case Status::image_offset: return "image_offset\0the image does not start at byte 32; pack it again";
    case Status::image_length: return "image_length\0the image is empty or larger than the slot";
    case Status::announced_size: return "announced_size\0the file is not as long as announced";
    case Status::announced_sum: return "announced_sum\0the file was changed on its way; send it again";
    case Status::image_sum: return "image_sum\0the image does not match its checksum; pack it again";
    case Status::too_short: return "too_short\0the file ended too early";
    case Status::km0_signature: return "km0_signature\0this is not an image 2: no signature at its start";
    case Status::km0_segment: return "km0_segment\0a KM0 segment is missing or leaves the image";
    case Status::km4_signature: return "km4_signature\0no KM4 part where the boot loader looks for it";
    case Status::km4_segment: return "km4_segment\0a KM4 segment is missing or leaves the image";
    case Status::seal_missing:
      return "seal_missing\0this board takes sealed images only; seal it with `otaru seal`";
    case Status::seal_format: return "seal_format\0a kind of seal that this board does not know";
    case Status::seal_key: return "seal_key\0sealed with a key that this board does not know";
    case Status::seal_signature: return "seal_signature\0the seal's signature is wrong";
    case Status::seal_image: return "seal_image\0the image was changed after it was sealed";
    case Status::seal_board: return "seal_board\0sealed for another type of board";
    case Status::seal_counter: return "seal_counter\0its security counter is below that of the running image";
    case Status::seal_expired: return "seal_expired\0its seal has expired; seal it again";
    case Status::trial_pending:
      return "trial_pending\0the running image is still on trial; try again when confirmed";
    case Status::rejected_before:
      return "rejected_before\0this image was tried and rejected; push with --force to try it again";
    case Status::busy: return "busy\0another update is under way; try again when it has ended";
    case Status::timed_out: return "timed_out\0the sender was silent or too slow";
    case Status::closed: return "closed\0the connection ended before the file did";
    case Status::wrong_state: return "internal\0step out of order; please report this";
  }
  return "internal\0unknown";
}

// A table, because the switch itself would cost a board 400 bytes more.
template <std::size_t... kStatus>
consteval std::array<Words, sizeof...(kStatus)> table_of(std::index_sequence<kStatus...>) noexcept {
  return {words(static_cast<Status>(kStatus))...};
}
constexpr auto kUnknown = static_cast<std::size_t>(kLastStatus) + 1;
constexpr auto kWords = table_of(std::make_index_sequence<kUnknown + 1>());

const Words& words_of(Status status) noexcept {
  return kWords[std::min(static_cast<std::size_t>(status), kUnknown)];
}

}  // namespace

std::string_view wire_code(Status status) noexcept {
  const Words& words = words_of(status);
  return {words.code, words.code_size};
}
std::string_view wire_text(Status status) noexcept {
  const Words& words = words_of(status);
  return {words.code + words.code_size + 1, words.text_size};
}

}  // namespace otaru::push
