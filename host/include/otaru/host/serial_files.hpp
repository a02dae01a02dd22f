// The files of a serial upload, each put where it belongs.
#pragma once

#include <string>
#include <vector>

#include <otaru/flash/layout.hpp>
#include <otaru/host/serial_plan.hpp>

namespace otaru::host::serial {

/// Reads files given as FILE or FILE@ADDRESS: image 2 goes into OTA1, boot images into their regions, the
/// image of an OTA file into OTA1 (whatever address its header states), others where their address says.
///
/// @param insist  take an image that would not boot, or a file that crosses the border of a region
/// @throws BadInput  if a file is missing, of no known place, outside the flash, overlaps another, or (unless
/// `insist`) is not what it should be
std::vector<FlashPiece> load_pieces(const std::vector<std::string>& files, const flash::Layout& layout,
                                    bool insist);

}  // namespace otaru::host::serial
