#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/sketch_source.hpp>

#include "cpp_outline.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

bool has_extension(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  const std::string extension = path.extension().string();
  return std::ranges::find(extensions, extension) != extensions.end();
}

void sort_in(const fs::path& path, SketchFiles& files) {
  if (has_extension(path, {".cpp", ".cc", ".c"})) files.sources.push_back(path);
  if (has_extension(path, {".h", ".hpp"})) files.headers.push_back(path);
}

/// The main file is called as its folder; a single file may be called as it likes.
void put_main_first(const fs::path& folder, SketchFiles& files) {
  std::ranges::sort(files.inos);
  const auto main = std::ranges::find(files.inos, files.name + ".ino",
                                      [](const fs::path& path) { return path.filename().string(); });
  if (main != files.inos.end())
    std::rotate(files.inos.begin(), main, main + 1);
  else if (files.inos.size() > 1)
    throw BadInput(fmt::format("{} has several .ino files, and none is called {}.ino as its folder",
                               folder.string(), files.name));
}

std::size_t line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
}

std::string line_directive(std::size_t line, const std::string& path) {
  std::string quoted;
  for (const char letter : path) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return fmt::format("\n#line {} \"{}\"\n", line, quoted);
}

}  // namespace

SketchFiles find_sketch(const fs::path& sketch) {
  std::error_code error;
  const bool file = fs::is_regular_file(sketch, error) && sketch.extension() == ".ino";
  const fs::path folder = fs::weakly_canonical(file ? sketch.parent_path() / "." : sketch, error);
  if (error || !fs::is_directory(folder))
    throw BadInput(fmt::format("{} is no sketch: give a folder with an .ino file in it", sketch.string()));
  SketchFiles files;
  files.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (entry.path().extension() == ".ino") files.inos.push_back(entry.path());
    sort_in(entry.path(), files);
  }
  if (files.inos.empty())
    throw BadInput(fmt::format("{} is no sketch: there is no .ino file in it", sketch.string()));
  put_main_first(folder, files);
  if (fs::is_directory(folder / "src"))
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder / "src"))
      if (entry.is_regular_file()) sort_in(entry.path(), files);
  std::ranges::sort(files.sources);
  std::ranges::sort(files.headers);
  return files;
}

std::vector<std::string> missing_prototypes(std::string_view cpp) {
  std::vector<std::string> prototypes;
  for (const FunctionHeader& function : functions_of(cpp)) prototypes.push_back(function.text);
  return prototypes;
}

std::string sketch_as_cpp(const std::vector<InoFile>& files) {
  // All functions of all files are declared before the first one is defined.
  std::string prototypes;
  std::optional<std::pair<std::size_t, std::size_t>> first;  // file, and where in it
  for (std::size_t i = 0; i < files.size(); ++i)
    for (const FunctionHeader& function : functions_of(files[i].text)) {
      if (!first) first = {i, function.at};
      prototypes += function.text + ";\n";
    }
  std::string cpp = "#include <Arduino.h>";
  for (std::size_t i = 0; i < files.size(); ++i) {
    const InoFile& file = files[i];
    cpp += line_directive(1, file.path);
    if (first && first->first == i) {
      cpp += file.text.substr(0, first->second);
      const std::size_t line = line_of(file.text, first->second);
      cpp += line_directive(line, file.path) + prototypes + line_directive(line, file.path).substr(1);
      cpp += file.text.substr(first->second);
    } else {
      cpp += file.text;
    }
  }
  return cpp + "\n";
}

}  // namespace otaru::host
