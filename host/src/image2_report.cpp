#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <otaru/flash/layout.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

using image::Image2Walk;
using image::Segment;
using image::SegmentKind;

constexpr std::uint32_t kHeader = image::kSegmentHeaderSize;

std::string_view code(Status status) noexcept {
  switch (status) {
    case Status::km0_signature: return "km0_signature";
    case Status::km0_segment: return "km0_segment";
    case Status::km4_signature: return "km4_signature";
    default: return "km4_segment";
  }
}

/// What the walk was about to read when it stopped; PSRAM and IMG3 count as one for people.
std::string_view next_part(Status status, std::size_t found) noexcept {
  if (status == Status::km0_signature || (status == Status::km0_segment && found == 0)) return "KM0 XIP";
  if (status == Status::km0_segment) return "KM0 RAM";
  if (status == Status::km4_signature || found == 2) return "KM4 XIP";
  return found == 3 ? "KM4 RAM" : "KM4 PSRAM or IMG3";
}

std::string missing_signature(Status status, std::string_view part) {
  if (status == Status::km0_signature) {
    return "The signature 81958711 is missing: no boot loader would start this image. Build the sketch "
           "again.";
  }
  if (status == Status::km4_signature) {
    return "No signature 81958711 where the boot loader looks for KM4: a stock board would hang until a "
           "serial "
           "upload. Build the sketch again.";
  }
  return fmt::format("The header of the {} segment does not start with 81958711. Build the sketch again.",
                     part);
}

std::string wrong_size(std::string_view part, std::uint32_t size, std::uint32_t room) {
  if (size == 0) return fmt::format("The {} segment is empty: there is no code to start.", part);
  return fmt::format(
      "The {} segment says it has {} but only {} follow its header. The file is cut off or damaged.", part,
      bytes_text(size), grouped(room));
}

std::string ends_too_early(std::string_view part, std::size_t length) {
  return fmt::format("The image ends after {}, before the header of its {} segment. The file is cut off.",
                     bytes_text(length), part);
}

/// Takes headers until the image ends or the walk can go no further.
void walk_headers(Image2Walk& walk, Bytes image, std::uint32_t position, Findings& findings) {
  const auto problem = [&](Status status, std::uint32_t at, std::string message) {
    findings.problems.push_back({std::string(code(status)), position + at, std::move(message)});
  };
  while (walk.wanted() != Image2Walk::kDone) {
    const std::uint32_t at = walk.wanted();
    std::array<std::byte, kHeader> header{};
    std::ranges::copy(image.subspan(at, kHeader), header.begin());
    const Status status = walk.take(header);
    if (status == Status::ok) continue;

    const std::string_view part = next_part(status, walk.segments().size());
    const bool signature = image::starts_with(header, image::kImage2Signature);
    if (!signature) {
      problem(status, at, missing_signature(status, part));
      // As if it were there: sizes that lead on inside the image show what else is wrong.
      std::ranges::copy(image::kImage2Signature, header.begin());
      if (walk.take(header) == Status::ok) continue;
      return;
    }
    const std::uint32_t room = static_cast<std::uint32_t>(image.size()) - at - kHeader;
    return problem(status, at, wrong_size(part, image::read_segment_header(header).size, room));
  }
  if (const Status status = walk.finish(); status != Status::ok) {
    const auto length = static_cast<std::uint32_t>(image.size());
    problem(status, length, ends_too_early(next_part(status, walk.segments().size()), image.size()));
  }
}

void find_padding(Bytes image, std::uint32_t position, Image2Report& report, Findings& findings) {
  const auto length = static_cast<std::uint32_t>(image.size());
  const std::vector<Segment>& segments = report.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::uint32_t start = segments[i].end();
    const bool last = i + 1 == segments.size();
    const std::uint32_t stop =
        last ? std::min(align_up(start, image::kPartAlignment), length) : segments[i + 1].offset;
    if (stop <= start) continue;
    const bool blank = is_blank(image.subspan(start, stop - start));
    report.padding.push_back({start, stop - start, blank});
    if (!blank) {
      findings.warnings.push_back({"padding", position + start,
                                   fmt::format("The {} behind {} are not all 0xFF, as padding is.",
                                               bytes_text(stop - start), name(segments[i].kind))});
    }
  }
}

void check_length(Bytes image, std::uint32_t position, Image2Report& report, Findings& findings) {
  const auto length = static_cast<std::uint32_t>(image.size());
  const std::uint32_t end = align_up(report.segments.back().end(), image::kPartAlignment);
  if (length > end) {
    report.trailing = length - end;
    findings.warnings.push_back(
        {"trailing_bytes", position + end,
         fmt::format("{} stand behind the last segment and belong to none.", bytes_text(report.trailing))});
  }
  if (length % image::kPartAlignment != 0) {
    findings.warnings.push_back(
        {"odd_length", std::nullopt,
         fmt::format(
             "The image has {}, which is no multiple of 4096 as the linker's files are. Check that the "
             "copy is complete.",
             bytes_text(length))});
  }
}

/// Images of AmebaD boards are all linked to the same addresses. A marker may say that the board is another
/// one.
bool is_for_ameba(const std::optional<Marker>& marker) {
  return !marker || marker->board.starts_with("ameba");
}

void check_load_address(const Segment& segment, std::uint32_t position, Findings& findings) {
  if (segment.kind != SegmentKind::km0_xip && segment.kind != SegmentKind::km4_xip) return;
  const std::uint32_t right = segment.kind == SegmentKind::km0_xip ? kKm0XipAddress : kKm4XipAddress;
  if (segment.header.load_address == right) return;
  findings.warnings.push_back(
      {"load_address", position + segment.offset + 12,
       fmt::format("{} is linked to {}, not to {} as for an AmebaD. Check the board chosen in the IDE.",
                   name(segment.kind), hex32(segment.header.load_address), hex32(right))});
}

}  // namespace

Image2Report inspect_image2(Bytes image, std::uint32_t position, Findings& findings) {
  Image2Report report;
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  const std::size_t problems_before = findings.problems.size();
  walk_headers(walk, image, position, findings);
  const bool whole = findings.problems.size() == problems_before;

  report.segments.assign(walk.segments().begin(), walk.segments().end());
  report.marker = find_marker(image);
  if (is_for_ameba(report.marker))
    for (const Segment& segment : report.segments) check_load_address(segment, position, findings);
  report.seal = inspect_seal(image, position, findings);
  if (whole) {
    const Bytes body = report.seal ? image.first(report.seal->offset) : image;
    find_padding(body, position, report, findings);
    check_length(body, position, report, findings);
  }
  if (image.size() > kLargestImage) {
    findings.problems.push_back(
        {"image_length", std::nullopt,
         fmt::format("The image has {}, but a slot holds at most {}. Make the sketch smaller.",
                     bytes_text(image.size()), grouped(kLargestImage))});
  }
  return report;
}

std::optional<Finding> warn_of_no_marker(const Image2Report& report) {
  if (report.marker) return std::nullopt;
  return Finding{
      "no_marker", std::nullopt,
      "The image does not have the Otaru library. Once it runs, the board may take no more updates "
      "over the air: then only a serial upload helps."};
}

std::vector<BootSegment> inspect_boot_image(Bytes content, Findings& findings) {
  std::vector<BootSegment> segments;
  std::uint32_t at = 0;
  const auto length = static_cast<std::uint32_t>(content.size());
  while (length - at >= kHeader) {
    const Bytes rest = content.subspan(at);
    const bool known = image::starts_with(rest, image::kCalibrationPattern) ||
                       image::starts_with(rest, image::kImage2Signature);
    if (!known) break;
    const image::SegmentHeader header = image::read_segment_header(rest);
    segments.push_back({at, header});
    if (header.size > length - at - kHeader) {
      findings.problems.push_back(
          {"boot_segment", at, wrong_size("boot", header.size, length - at - kHeader)});
      return segments;
    }
    at += kHeader + header.size;
  }
  if (segments.empty()) {
    findings.problems.push_back(
        {"boot_segment", 0,
         fmt::format("The boot image ends after {}, within its header.", bytes_text(length))});
  }
  if (constexpr std::uint32_t kRoom = flash::kAmebaD2Mb.km0_boot.size; length > kRoom) {
    findings.problems.push_back({"image_length", std::nullopt,
                                 fmt::format("The boot image has {}, but its place in flash {}.",
                                             bytes_text(length), grouped(kRoom))});
  }
  return segments;
}

}  // namespace otaru::host
