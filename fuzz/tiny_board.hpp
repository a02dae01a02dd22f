// The smallest board that has everything a trial works on, for harnesses that write its flash as they like.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include <flash/ram_flash.hpp>
#include <image/made_image2.hpp>
#include <judge.hpp>
#include <mbedtls/sha256.h>

#include <otaru/flash/layout.hpp>
#include <otaru/mbed/crypto.hpp>

namespace tiny {

using Content = std::vector<std::byte>;

inline void must(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// The judge's map of that name, in core's words: the judge has typed it once more for itself.
inline constexpr otaru::flash::Layout kLayout{
    .name = "tiny",
    .size = 0xF000,
    .km0_boot = {0x0000, 0x1000},
    .backup = {0x1000, 0x1000},
    .system_data = {0x2000, 0x1000},
    .km4_boot = {0x3000, 0x1000},
    .user_data = {0x9000, 0x1000},
    .ota1 = {{0x4000, 0x5000}},
    .ota2 = {{0xA000, 0x5000}},
};

/// Bits that are what they are.
class Steady final : public powercut::Flicker {
 public:
  bool none() const override { return true; }
  std::byte of(std::uint32_t) const override { return {}; }
  bool any(std::uint32_t, std::uint32_t) const override { return false; }
};

/// Two whole images.
inline const std::array<Content, 2>& images() {
  static const std::array<Content, 2> made{otaru::image::made_image2({.seed = 21}),
                                           otaru::image::made_image2({.km4_psram = 500, .seed = 22})};
  return made;
}

inline powercut::Judge make_judge() {
  return {powercut::map_named("tiny"), {&images()[0], &images()[1]}};
}

/// By Mbed TLS itself, so that nothing of core stands between.
inline std::array<std::byte, 32> sha256(otaru::Bytes bytes) {
  std::array<std::byte, 32> digest{};
  mbedtls_sha256_ret(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), 0);
  return digest;
}

/// Every region holds something; both slots are blank.
inline otaru::flash::RamFlash make_flash() {
  otaru::flash::RamFlash part(kLayout.size);
  for (const otaru::flash::Region& region :
       {kLayout.km0_boot, kLayout.backup, kLayout.system_data, kLayout.km4_boot, kLayout.user_data})
    for (std::uint32_t i = 0; i < region.size; ++i)
      part.memory[region.offset + i] = static_cast<std::byte>((i * 7 + region.offset / 256) % 251 | 0x80);
  return part;
}

/// Replaces bytes of the part without asking anybody.
inline void put(otaru::flash::RamFlash& part, std::uint32_t at, otaru::Bytes bytes) {
  must(at + bytes.size() <= part.memory.size(), "the harness stays inside the flash");
  std::copy(bytes.begin(), bytes.end(), part.memory.begin() + at);
}

inline otaru::Bytes region(const otaru::flash::RamFlash& part, std::uint32_t at, std::size_t length) {
  return otaru::Bytes(part.memory).subspan(at, length);
}

/// True if nothing differs outside of one range.
inline bool same_outside(const Content& before, const Content& after, std::uint32_t at,
                         std::uint32_t length) {
  return std::equal(before.begin(), before.begin() + at, after.begin()) &&
         std::equal(before.begin() + at + length, before.end(), after.begin() + at + length);
}

/// Takes the input to pieces; what is missing is 0.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  bool ended() const { return rest_.empty(); }
  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<unsigned>(rest_[0]);
    rest_ = rest_.subspan(1);
    return value;
  }
  unsigned word() {
    const unsigned low = byte();
    return low | byte() << 8;
  }
  otaru::Bytes take(std::size_t most) {
    const otaru::Bytes taken = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  otaru::Bytes rest_;
};

}  // namespace tiny
