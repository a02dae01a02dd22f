#include "context.hpp"

#include <cstdio>

#include <fmt/format.h>

#include <otaru/host/colour.hpp>

namespace otaru::cli {

void print_json(const nlohmann::ordered_json& object) {
  using Dump = nlohmann::ordered_json::error_handler_t;
  fmt::print("{}\n", object.dump(-1, ' ', false, Dump::replace));
  std::fflush(stdout);
}

void print_warning(const Context& context, const std::string& message) {
  fmt::print(stderr, "{} {}\n", host::painted("Warning:", host::kWarning, context.err.colours()), message);
}

}  // namespace otaru::cli
