// Image 2: the walk with all bytes at hand, the stream in chunks of any size, and the report of the tools.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include <otaru/host/image2_report.hpp>
#include <otaru/image/image2.hpp>

namespace {

using otaru::Bytes;
using otaru::Status;
using otaru::image::Image2Stream;
using otaru::image::Image2Walk;
using otaru::image::Segment;

constexpr std::uint32_t kHeader = otaru::image::kSegmentHeaderSize;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  Status status = Status::ok;
  std::vector<Segment> segments;
};

bool same(const Segment& a, const Segment& b) {
  return a.kind == b.kind && a.offset == b.offset && a.header.size == b.header.size &&
         a.header.load_address == b.header.load_address && a.header.secure_boot == b.header.secure_boot;
}

Outcome walk(Bytes image) {
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  Status status = Status::ok;
  std::uint64_t earliest = 0;
  while (status == Status::ok && walk.wanted() != Image2Walk::kDone) {
    const std::uint32_t at = walk.wanted();
    require(at >= earliest);                               // never back
    require(std::uint64_t{at} + kHeader <= image.size());  // never outside
    earliest = std::uint64_t{at} + otaru::image::kSignatureSize;
    status = walk.take(image.subspan(at, kHeader));
    if (status != Status::ok) require(walk.wanted() == at);  // an error leaves it where it was
  }
  if (status == Status::ok) status = walk.finish();
  return {status, {walk.segments().begin(), walk.segments().end()}};
}

/// @param sizes  of the chunks, used in turn; 0 counts as 1
Outcome stream(Bytes image, Bytes sizes) {
  Image2Stream stream(static_cast<std::uint32_t>(image.size()));
  Status status = Status::ok;
  for (std::size_t i = 0; status == Status::ok && !image.empty(); ++i) {
    const std::size_t wish = sizes.empty() ? 1 : std::to_integer<std::size_t>(sizes[i % sizes.size()]);
    const std::size_t chunk = std::clamp<std::size_t>(wish, 1, image.size());
    status = stream.feed(image.first(chunk));
    image = image.subspan(chunk);
  }
  if (status == Status::ok) status = stream.finish();
  return {status, {stream.walk().segments().begin(), stream.walk().segments().end()}};
}

void check_segments(Bytes image, const std::vector<Segment>& segments) {
  std::uint32_t end = 0;
  for (const Segment& segment : segments) {
    require(segment.offset >= end);
    require(std::uint64_t{segment.offset} + kHeader + segment.header.size <= image.size());
    require(otaru::image::starts_with(image.subspan(segment.offset), otaru::image::kImage2Signature));
    end = segment.end();
  }
}

}  // namespace

// The first byte says how many of the next bytes are chunk sizes; the image follows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  const std::size_t count =
      std::min<std::size_t>(std::to_integer<std::size_t>(input[0]) % 8, input.size() - 1);
  const Bytes sizes = input.subspan(1, count);
  const Bytes image = input.subspan(1 + count);

  const Outcome whole = walk(image);
  check_segments(image, whole.segments);
  const Outcome streamed = stream(image, sizes);
  require(streamed.status == whole.status);
  require(std::ranges::equal(streamed.segments, whole.segments, same));

  otaru::host::Findings findings;
  const auto report = otaru::host::inspect_image2(image, 0, findings);
  const bool too_large =
      std::ranges::any_of(findings.problems, [](const auto& f) { return f.code == "image_length"; });
  require((whole.status == Status::ok) == (findings.problems.size() == std::size_t{too_large}));
  require(report.segments.size() >= whole.segments.size());
  const std::string marker = otaru::host::to_text(report.marker);
  require(std::ranges::count(marker, '\n') == 1 && marker.find('\x1B') == std::string::npos);
  require(otaru::host::to_json(report.marker).is_null() == !report.marker.has_value());
  return 0;
}
