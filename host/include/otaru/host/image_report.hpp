// What a file is, every header field, every segment, and everything that is wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/bytes.hpp>
#include <otaru/host/colour.hpp>
#include <otaru/host/file_kind.hpp>
#include <otaru/host/finding.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/host/sha256.hpp>

namespace otaru::host {

/// One image header of an OTA file as it stands there, right or wrong, and the image that it announces.
struct OtaImageReport {
  std::uint32_t header_offset = 0;  ///< in the file, bytes
  std::string id;                   ///< the 4 letters; others as `\xNN`; without the zero byte of `RDP`
  std::uint32_t header_length = 0;
  std::uint32_t stated_sum = 0;
  std::uint32_t length = 0;
  std::uint32_t offset = 0;
  std::uint32_t flash_address = 0;

  bool present = false;  ///< the file holds the whole image; what follows is only known then
  std::uint32_t computed_sum = 0;
  Sha256 digest{};
  FileKind kind = FileKind::unknown;
  Image2Report image2;
};

/// The report on a whole file. Which parts are filled depends on `kind`.
struct FileReport {
  std::string file;
  FileKind kind = FileKind::unknown;
  std::uint64_t size = 0;
  std::uint32_t sum = 0;  ///< of every byte of the file
  Sha256 digest{};
  Findings findings;

  std::uint32_t version = 0;       ///< OTA file
  std::uint32_t header_count = 0;  ///< OTA file, as stated
  std::vector<OtaImageReport> images;
  Image2Report image2;                     ///< image 2
  std::vector<BootSegment> boot_segments;  ///< boot image
};

/// Looks at all of `content`; `file` is the name to show.
FileReport inspect_file(std::string file, Bytes content);

/// Judges the seal of every image in the report by `keys`, and adds what is wrong to the problems: a
/// signature by none of them (`seal_key`, `seal_signature`), and an image without a seal (`seal_missing`).
/// Does nothing without keys.
void judge_seals(FileReport& report, const std::vector<NamedKey>& keys);

/// One object; its keys do not change: `file`, `kind` (`ota`, `image2`, `boot`, `unknown`), `size`, `sha256`,
/// `byte_sum`, `ok`; for an OTA file `version`, `header_count` and `images` (each `id`, `header_offset`,
/// `header_length`, `stated_sum`, `length`, `offset`, `flash_address`, `computed_sum`, `sha256`, `kind`,
/// `segments`, `padding`, `seal`, `marker`); for an image 2 `segments`, `padding`, `seal` and `marker`, for a
/// boot image `segments` and `padding`; at the end `problems` and `warnings` (each `code`, `offset`,
/// `message`). `seal` is as to_json(SealReport) says, `marker` as to_json(Marker), null without one. Sizes
/// and offsets are numbers, addresses, sums and versions `0x...` strings. Offsets of segments and padding
/// count from the start of their image, all others from that of the file.
nlohmann::ordered_json to_json(const FileReport& report);

/// Tables for people.
std::string to_text(const FileReport& report, ColourDepth colours);

}  // namespace otaru::host
