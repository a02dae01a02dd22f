// What is done to a RamFlash, written down, and failed on demand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include <flash/ram_flash.hpp>

namespace otaru::flash {

struct LogEntry {
  Operation operation;
  std::uint32_t at;
  std::size_t length;

  std::size_t end() const { return at + length; }
  bool operator==(const LogEntry&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const LogEntry& entry) {
  constexpr const char* kNames[] = {"read", "program", "erase sector", "erase block"};
  return out << kNames[static_cast<int>(entry.operation)] << " 0x" << std::hex << entry.at << std::dec << "+"
             << entry.length;
}

/// Writes down every operation that changes the part, in order, from its making on. Outlives its use of
/// the part's hook. `fail_at` counts all operations, reads too, from 0: that one fails and does not happen.
class FlashLog {
 public:
  explicit FlashLog(RamFlash& part) : part_(part) {
    part_.before = [this](Operation operation, std::uint32_t at, std::size_t length) {
      if (asked_++ == fail_at) return Status::flash_failed;
      if (operation != Operation::read) changes_.push_back({operation, at, length});
      return Status::ok;
    };
  }
  ~FlashLog() { part_.before = nullptr; }
  FlashLog(const FlashLog&) = delete;
  FlashLog& operator=(const FlashLog&) = delete;

  std::optional<std::size_t> fail_at;

  const std::vector<LogEntry>& changes() const { return changes_; }
  std::size_t count(Operation operation) const {
    std::size_t found = 0;
    for (const LogEntry& entry : changes_) found += entry.operation == operation ? 1u : 0u;
    return found;
  }
  /// All operations so far, reads and the failed one too.
  std::size_t asked() const { return asked_; }
  void clear() {
    changes_.clear();
    asked_ = 0;
  }

 private:
  RamFlash& part_;
  std::vector<LogEntry> changes_;
  std::size_t asked_ = 0;
};

}  // namespace otaru::flash
