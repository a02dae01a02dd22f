#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

struct Words {
  /// Lengths are taken by the compiler: a board has no strlen.
  template <std::size_t kCode, std::size_t kText>
  consteval Words(const char (&c)[kCode], const char (&t)[kText]) : code(c, kCode - 1), text(t, kText - 1) {}

  std::string_view code;
  std::string_view text;
};

constexpr Words words(Status status) noexcept {
  switch (status) {
    case Status::ok: return {"ok", "done"};
    case Status::out_of_range: return {"out_of_range", "more bytes than announced"};
    case Status::misaligned: return {"internal", "a flash access was misaligned; please report this"};
    case Status::flash_failed:
      return {"flash_failed", "the board's flash does not hold what was written; try again"};
    case Status::header_count:
      return {"header_count", "a board takes a file with exactly one image; pack it again"};
    case Status::image_id: return {"image_id", "the image is not named OTA1 or OTA2; pack it again"};
    case Status::header_length:
      return {"header_length", "the image header is not 24 bytes long; pack it again"};
    case Status::image_offset: return {"image_offset", "the image does not start at byte 32; pack it again"};
    case Status::image_length: return {"image_length", "the image is empty or larger than the slot"};
    case Status::announced_size: return {"announced_size", "the file is not as long as announced"};
    case Status::announced_sum: return {"announced_sum", "the file was changed on its way; send it again"};
    case Status::image_sum:
      return {"image_sum", "the image does not match the checksum in its header; pack it again"};
    case Status::too_short: return {"too_short", "the file ended too early"};
    case Status::km0_signature: return {"km0_signature", "this is not an image 2: no signature at its start"};
    case Status::km0_segment: return {"km0_segment", "a KM0 segment is missing or leaves the image"};
    case Status::km4_signature: return {"km4_signature", "no KM4 part where the boot loader looks for it"};
    case Status::km4_segment: return {"km4_segment", "a KM4 segment is missing or leaves the image"};
    case Status::seal_missing:
      return {"seal_missing", "this board takes sealed images only; seal it with `otaru seal`"};
    case Status::seal_format: return {"seal_format", "the seal is of a kind that this board does not know"};
    case Status::seal_key: return {"seal_key", "sealed with a key that this board does not know"};
    case Status::seal_signature: return {"seal_signature", "the seal's signature is wrong"};
    case Status::seal_image: return {"seal_image", "the image was changed after it was sealed"};
    case Status::seal_board: return {"seal_board", "sealed for another type of board"};
    case Status::seal_counter:
      return {"seal_counter", "its security counter is lower than that of the running image"};
    case Status::seal_expired: return {"seal_expired", "its seal has expired; seal it again"};
    case Status::trial_pending:
      return {"trial_pending", "the running image is still on trial; try again when it is confirmed"};
    case Status::rejected_before:
      return {"rejected_before", "this image was tried and rejected; push with --force to try it again"};
    case Status::busy: return {"busy", "another update is under way; try again when it has ended"};
    case Status::password_required:
      return {"password_required", "this board wants a password; push with `otaru push --password-file FILE`"};
    case Status::password_wrong: return {"password_wrong", "the password is wrong"};
    case Status::no_password:
      return {"no_password", "this board has no password; push without one to send in the clear"};
    case Status::too_many_guesses:
      return {"too_many_guesses", "wrong passwords were tried; try again later"};
    case Status::channel_broken:
      return {"channel_broken", "the secure channel broke: bytes that are no TLS, or were changed; try again"};
    case Status::timed_out: return {"timed_out", "the sender was silent or too slow"};
    case Status::closed: return {"closed", "the connection ended before the file did"};
    case Status::wrong_state: return {"internal", "a step was out of order; please report this"};
  }
  return {"internal", "unknown"};
}

}  // namespace

std::string_view wire_code(Status status) noexcept {
  return words(status).code;
}
std::string_view wire_text(Status status) noexcept {
  return words(status).text;
}

}  // namespace otaru::push
