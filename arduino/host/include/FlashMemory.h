// Arduino on the virtual board: the sketch's own flash, as the AmebaD package shows it.
#ifndef OTARU_SKETCH_FLASH_MEMORY_H
#define OTARU_SKETCH_FLASH_MEMORY_H

#define FLASH_MEMORY_APP_BASE 0x00100000

/// A copy of some sectors in RAM, read and written back as a whole. Addresses and sizes are in bytes,
/// multiples of 4 KiB.
class FlashMemoryClass {
 public:
  FlashMemoryClass(unsigned int address, unsigned int size);
  ~FlashMemoryClass();
  FlashMemoryClass(const FlashMemoryClass&) = delete;
  FlashMemoryClass& operator=(const FlashMemoryClass&) = delete;

  void begin(unsigned int address, unsigned int size);
  void read();
  void update(bool erase = true);
  unsigned int readWord(unsigned int offset);
  /// Erases the sector, and keeps the rest of it, only if the word asks for a bit that is 0 in flash.
  void writeWord(unsigned int offset, unsigned int data);

  unsigned int buf_size;
  unsigned char* buf;

 private:
  unsigned int address_;
};
extern FlashMemoryClass FlashMemory;

#endif
