// Finds the functions that a C++ text defines at its top level, by its braces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace otaru::host {

/// A function's head, such as `static int f(int a)`.
struct FunctionHeader {
  std::size_t at = 0;  ///< where it begins in the text
  std::string text;    ///< on one line, without comments
};

/// The functions that can be declared again: no templates, members or default arguments. The preprocessor's
/// conditions are not evaluated.
std::vector<FunctionHeader> functions_of(std::string_view cpp);

}  // namespace otaru::host
