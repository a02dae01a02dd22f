// How the computer side says that a person has to do something else.
#pragma once

#include <stdexcept>

namespace otaru::host {

/// An input file or option that is missing, unreadable or not what it should be. `what()` is for people: one
/// sentence that names the file and the fault, and what to do next. The program ends with exit code 2.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace otaru::host
