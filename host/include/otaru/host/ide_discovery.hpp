// `otaru ide discovery`: tells an IDE of the boards that mDNS shows, and of those on the list.
#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace otaru::host {

struct IdeDiscoveryOptions {
  std::vector<std::string>
      interfaces;  ///< names of the interfaces to use, and no others; empty for every usable one
  std::filesystem::path board_list;  ///< looked at again every two seconds
};

/// Answers command lines from `commands` until QUIT or the end of the stream; blocks as long. While it runs
/// it owns a thread, from which it calls `send` (one JSON message) and `warning` (a sentence for people), one
/// at a time.
void run_ide_discovery(std::istream& commands, const IdeDiscoveryOptions& options,
                       std::function<void(const nlohmann::ordered_json&)> send,
                       std::function<void(const std::string&)> warning);

}  // namespace otaru::host
