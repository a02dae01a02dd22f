// A shrunken flash map, so that sweeps over whole updates are quick.
#pragma once

#include <otaru/flash/layout.hpp>

namespace otaru::flash {

/// The 2 MB map with short slots: everything up to the slots at its real place, each slot 112 KiB with one
/// aligned 64 KiB block before its last two sectors.
inline constexpr Layout kSmallLayout{
    .name = "small",
    .size = 0x5'0000,
    .km0_boot = {0x0000, 0x2000},
    .backup = {0x2000, 0x1000},
    .system_data = {0x3000, 0x1000},
    .km4_boot = {0x4000, 0x2000},
    .user_data = {0x2'2000, 0x4000},
    .ota1 = {{0x6000, 0x1'C000}},
    .ota2 = {{0x2'6000, 0x1'C000}},
};

}  // namespace otaru::flash
