// A sketch's .ino files as C++, the way the Arduino IDE makes it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace otaru::host {

/// The sources of a sketch.
struct SketchFiles {
  std::string name;                            ///< of the sketch: its folder's
  std::vector<std::filesystem::path> inos;     ///< the main one first, the others by name
  std::vector<std::filesystem::path> sources;  ///< .cpp and .c, in the folder and below src/
  std::vector<std::filesystem::path> headers;
};

/// Finds the files of a sketch. @param sketch  its folder, or its main .ino file
/// @throws BadInput  there is no sketch
SketchFiles find_sketch(const std::filesystem::path& sketch);

/// One .ino file.
struct InoFile {
  std::string path;  ///< as compile errors are to name it
  std::string text;
};

/// One C++ source out of the .ino files: Arduino.h comes first, and functions may be used before they are
/// defined.
/// `#line` directives keep the lines that compile errors name those of the files.
///
/// Prototypes are found by looking at the text, without the preprocessor: a function with default arguments,
/// a template and whatever stands in braces get none, as in the IDE.
std::string sketch_as_cpp(const std::vector<InoFile>& files);

/// The prototypes that sketch_as_cpp() adds, in the order of the functions, without `;`.
std::vector<std::string> missing_prototypes(std::string_view cpp);

}  // namespace otaru::host
