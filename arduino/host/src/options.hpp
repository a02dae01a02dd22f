// What the sketch's program is started with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <otaru/flash/layout.hpp>

namespace otaru::sketch {

/// Where a value is missing, the sketch decides.
struct Options {
  std::filesystem::path flash;
  std::filesystem::path image;  ///< put into OTA1 at the first start, unless empty
  std::optional<std::string> name;
  std::optional<std::uint16_t> port;  ///< 0 takes a free one
  std::optional<std::string> board;   ///< TXT `board`
  std::string bind;                   ///< an IPv4 address of this machine; empty: all of them
  std::vector<std::string> interfaces;
  const flash::Layout* layout = &flash::kAmebaD2Mb;
  std::optional<std::uint32_t> tries;
  std::optional<std::uint32_t> confirm_after_ms;
  std::optional<std::uint32_t> watchdog_ms;
  std::optional<std::uint32_t> boots;  ///< end when it has booted so often
  bool model_timing = false;
  bool pty = false;          ///< the console is a pseudo-terminal
  bool wifi = true;          ///< false: WiFi.begin() fails
  std::uint32_t booted = 0;  ///< starts before this one: a reset hands this on
};

/// Reads the command line of the program, which `otaru board run --sketch` writes.
/// @throws std::invalid_argument  what() says which word is wrong
Options parse(int argc, const char* const* argv);

/// The command line of the start after a reset: without the first image, with the port that was chosen.
/// `program` comes first.
std::vector<std::string> command_line_after_reset(const Options& options, const std::string& program);

/// How the program is used, for people.
std::string usage();

}  // namespace otaru::sketch
