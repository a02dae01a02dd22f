// The part of a file report that is about OTA files.
#pragma once

#include <otaru/host/image_report.hpp>

namespace otaru::host {

/// Fills version, header_count and images of `report`, and adds what is wrong with the file.
void inspect_ota_file(Bytes content, FileReport& report);

}  // namespace otaru::host
