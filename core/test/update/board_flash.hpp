// The flash of a board that has lived: every region holds something, one slot holds the running image.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <flash/ram_flash.hpp>
#include <flash/small_layout.hpp>
#include <gtest/gtest.h>

#include <otaru/boot/select.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::update {

using Image = std::vector<std::byte>;

inline void fill(flash::RamFlash& part, const flash::Region& region, std::uint32_t seed) {
  for (std::uint32_t i = 0; i < region.size; ++i)
    part.memory[region.offset + i] = static_cast<std::byte>((i * 7 + i / 251 + seed * 13) % 255);
}

inline void blank(flash::RamFlash& part, const flash::Region& region) {
  std::fill_n(part.memory.begin() + region.offset, region.size, std::byte{0xFF});
}

/// Puts `image` into a slot as if it had been written and signed there.
inline void install(flash::RamFlash& part, const flash::Slot& slot, const Image& image) {
  std::copy(image.begin(), image.end(), part.memory.begin() + slot.offset);
}

/// A part of that layout with every byte in use, nothing bootable; but for the slots' last sectors, which are
/// blank where no update of ours was ever written.
inline flash::RamFlash used_part(const flash::Layout& layout) {
  flash::RamFlash part(layout.size);
  fill(part, {0, layout.size}, 3);
  for (const flash::Slot& slot : {layout.ota1, layout.ota2}) blank(part, {slot.record(), flash::kSectorSize});
  return part;
}

/// `length` bytes of a slot, from its start.
inline Image content(const flash::RamFlash& part, const flash::Slot& slot, std::size_t length) {
  const auto start = part.memory.begin() + slot.offset;
  return {start, start + static_cast<std::ptrdiff_t>(length)};
}

/// `image` as the writer leaves it: with the signature kept back.
inline Image without_signature(Image image) {
  std::fill_n(image.begin(), std::min(image.size(), image::kSignatureSize), std::byte{0xFF});
  return image;
}

/// Fails if a byte outside of `region` differs.
inline testing::AssertionResult same_outside(const Image& before, const Image& after,
                                             const flash::Region& region) {
  if (before.size() != after.size()) return testing::AssertionFailure() << "sizes differ";
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] != after[i] && (i < region.offset || i >= region.end()))
      return testing::AssertionFailure() << "byte at " << i << " changed";
  return testing::AssertionSuccess();
}

/// Fails unless the board comes up from that slot.
inline testing::AssertionResult boots(flash::RamFlash& part, const flash::Layout& layout,
                                      flash::SlotId slot) {
  const Result<boot::Selection> selection = boot::select(part, layout);
  if (!selection) return testing::AssertionFailure() << "the flash cannot be read";
  if (!selection->slot) return testing::AssertionFailure() << "no slot is bootable";
  if (*selection->slot != slot)
    return testing::AssertionFailure() << std::string(flash::name(*selection->slot)) << " boots";
  if (!selection->boots()) return testing::AssertionFailure() << "no KM4: the board hangs";
  return testing::AssertionSuccess();
}

/// A layout and the slot that an update goes to: what a test of the writing side is repeated for.
struct Geometry {
  const flash::Layout* layout;
  flash::SlotId target;

  const flash::Slot& slot() const { return layout->slot(target); }
  const flash::Slot& running() const { return layout->slot(flash::other(target)); }
};

inline void PrintTo(const Geometry& geometry, std::ostream* out) {
  *out << geometry.layout->name << " " << flash::name(geometry.target);
}

/// Every slot of every real layout and of the small one.
inline std::vector<Geometry> geometries() {
  std::vector<Geometry> all;
  for (const flash::Layout* layout : {&flash::kAmebaD2Mb, &flash::kAmebaD4MbFactory, &flash::kSmallLayout})
    for (const flash::SlotId target : {flash::SlotId::ota1, flash::SlotId::ota2})
      all.push_back({layout, target});
  return all;
}

inline std::string geometry_name(const testing::TestParamInfo<Geometry>& instance) {
  std::string name(instance.param.layout->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_" + std::string(flash::name(instance.param.target));
}

}  // namespace otaru::update
