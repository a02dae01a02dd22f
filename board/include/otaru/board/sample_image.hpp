// Made-up programs for a virtual board, for demonstrations and benchmarks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace otaru::board {

inline constexpr std::uint32_t kSmallestSampleImage = 32 * 1024;  ///< bytes

/// An image 2 of exactly `size` bytes with the segments, load addresses and padding of real ones. Its code
/// and data are generated: the same for the same `seed`, others for another.
///
/// A size that is no multiple of 4 KiB gives an image without the padding at its end.
/// Throws std::invalid_argument for less than kSmallestSampleImage; whether a slot holds it is not checked.
std::vector<std::byte> make_sample_image(std::uint32_t size, std::uint32_t seed);

}  // namespace otaru::board
