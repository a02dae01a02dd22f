// Figures of this machine, by its own clock, with no modelled delays and only on the loopback interface.
#pragma once

#include <filesystem>
#include <vector>

#include "rows.hpp"

namespace otaru::bench {

/// Runs `program` (otaru) as boards and as uploaders, in a temporary folder. What cannot be measured here,
/// such as mDNS beside a program that keeps port 5353 for itself, becomes a row that says so.
std::vector<RealRow> measure_real_time(const std::filesystem::path& program);

}  // namespace otaru::bench
