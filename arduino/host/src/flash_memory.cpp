#include <algorithm>
#include <array>
#include <vector>

#include "FlashMemory.h"
#include "board.hpp"
#include "console.hpp"

namespace {

using otaru::Bytes;
using otaru::MutableBytes;
using otaru::board::NorModel;
using otaru::flash::kPageSize;
using otaru::flash::kSectorSize;
using otaru::sketch::the_board;

/// The stock functions tell nobody of a failure; the console does.
void note(otaru::Status status) {
  if (status != otaru::Status::ok)
    otaru::sketch::say("[flash] FlashMemory asks for what is outside of the flash");
}

void read_flash(unsigned int at, MutableBytes out) {
  note(the_board().with_flash([&](NorModel& part) { return part.read(at, out); }));
}

void program_flash(unsigned int at, Bytes data) {
  while (!data.empty()) {
    const std::size_t size = std::min<std::size_t>(data.size(), kPageSize - at % kPageSize);
    note(the_board().with_flash([&](NorModel& part) { return part.program(at, data.first(size)); }));
    at += static_cast<unsigned int>(size);
    data = data.subspan(size);
  }
}

void erase_flash(unsigned int at, unsigned int size) {
  for (unsigned int done = 0; done < size; done += kSectorSize)
    note(the_board().with_flash([&](NorModel& part) { return part.erase_sector(at + done); }));
}

}  // namespace

FlashMemoryClass FlashMemory(FLASH_MEMORY_APP_BASE, kSectorSize);

FlashMemoryClass::FlashMemoryClass(unsigned int address, unsigned int size)
    : buf_size(0), buf(nullptr), address_(0) {
  begin(address, size);
}

FlashMemoryClass::~FlashMemoryClass() {
  delete[] buf;
}

void FlashMemoryClass::begin(unsigned int address, unsigned int size) {
  delete[] buf;
  buf = new unsigned char[size]();
  buf_size = size;
  address_ = address;
}

void FlashMemoryClass::read() {
  read_flash(address_, std::as_writable_bytes(std::span(buf, buf_size)));
}

void FlashMemoryClass::update(bool erase) {
  if (erase) erase_flash(address_, buf_size);
  program_flash(address_, std::as_bytes(std::span(buf, buf_size)));
}

unsigned int FlashMemoryClass::readWord(unsigned int offset) {
  unsigned int word = 0;
  read_flash(address_ + offset, std::as_writable_bytes(std::span(&word, 1)));
  return word;
}

void FlashMemoryClass::writeWord(unsigned int offset, unsigned int data) {
  const unsigned int at = address_ + offset;
  program_flash(at, std::as_bytes(std::span(&data, 1)));
  if (readWord(offset) == data) return;
  const unsigned int sector = at - at % kSectorSize;
  std::array<std::byte, kSectorSize> kept{};
  read_flash(sector, kept);
  std::ranges::copy(std::as_bytes(std::span(&data, 1)), kept.begin() + (at - sector));
  erase_flash(sector, kSectorSize);
  program_flash(sector, kept);
}
