// What `otaru push` and `otaru ide upload` have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "context.hpp"

namespace otaru::cli {

struct PushOptions {
  std::string file;
  std::string name;  ///< what messages call the file; empty: as `file` says
  std::string to;
  std::uint16_t port = 0;
  std::vector<std::uint16_t> ports;  ///< to try one after another; empty: by `port` and `to`
  std::string idle_timeout = "45s";
  std::string look_again = "20s";
  std::string wait = "30s";
  std::vector<std::string> interfaces;
  std::string password_file;
  std::string password;
  bool force = false;
  bool json = false;
};

/// Pushes, and tells of it. @return done; other ends are thrown as Failure
ExitCode push(const PushOptions& options, const Context& context);

}  // namespace otaru::cli
