#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/host/sketch_build.hpp>
#include <otaru/host/sketch_source.hpp>
#include <otaru/os/child_process.hpp>
#include <otaru/os/program.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

constexpr auto kLongestCompile = std::chrono::minutes(10);
constexpr int kNoSuchProgram = 127;

std::string text_of(const fs::path& path) {
  const std::vector<std::byte> content = read_file(path);
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

std::string digest(const std::string& text) {
  return hex(sha256(std::as_bytes(std::span(text))));
}

/// Everything that a program depends on, as text. Headers count by what they hold; libraries and the
/// compiler, which are large, by size and time.
class Ingredients {
 public:
  void add(const std::string& word) { text_ += word + '\n'; }
  void add_content(const fs::path& path) { text_ += path.string() + '\n' + text_of(path) + '\n'; }
  void add_stamp(const fs::path& path) {
    const auto time = fs::last_write_time(path).time_since_epoch().count();
    text_ += fmt::format("{} {} {}\n", path.string(), fs::file_size(path), time);
  }
  void add_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) add_content(file);
  }
  std::string key() const { return digest(text_).substr(0, 32); }

 private:
  std::string text_;
};

std::string key_of(const SketchFiles& files, const SketchKit& kit) {
  Ingredients all;
  all.add_stamp(kit.compiler);
  for (const std::string& flag : kit.flags) all.add(flag);
  for (const fs::path& folder : kit.includes) all.add_folder(folder);
  for (const std::string& word : kit.link) {
    all.add(word);
    if (fs::is_regular_file(word)) all.add_stamp(word);
  }
  for (const auto* paths : {&files.inos, &files.sources, &files.headers})
    for (const fs::path& path : *paths) all.add_content(path);
  return all.key();
}

/// A folder that is gone when this is.
class WorkFolder {
 public:
  explicit WorkFolder(const fs::path& within)
      : path_(within / fmt::format("work-{:08x}{:08x}", std::random_device{}(), std::random_device{}())) {
    std::error_code error;
    fs::create_directories(path_, error);
    if (error)
      throw BadInput(
          fmt::format("cannot make a folder in {} ({}): give one that can be written with XDG_CACHE_HOME",
                      within.string(), error.message()));
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

class Builder {
 public:
  Builder(const SketchFiles& files, const SketchKit& kit, const fs::path& work)
      : files_(files), kit_(kit), work_(work) {}

  fs::path build() {
    std::vector<InoFile> inos;
    for (const fs::path& ino : files_.inos) inos.push_back({ino.string(), text_of(ino)});
    const fs::path cpp = work_ / (files_.name + ".ino.cpp");
    write_file(cpp, sketch_as_cpp(inos));
    compile(cpp);
    for (const fs::path& source : files_.sources) compile(source);

    fs::path program = work_ / files_.name;
    std::vector<std::string> arguments = objects_;
    arguments.insert(arguments.end(), kit_.link.begin(), kit_.link.end());
    arguments.insert(arguments.end(), {"-o", program.string()});
    run(arguments);
    return program;
  }

  const std::string& said() const noexcept { return said_; }

 private:
  void compile(const fs::path& source) {
    const bool c = source.extension() == ".c";
    std::vector<std::string> arguments;
    for (const std::string& flag : kit_.flags)
      if (!c || !flag.starts_with("-std=")) arguments.push_back(flag);
    arguments.push_back("-I" + files_.inos.front().parent_path().string());
    for (const fs::path& folder : kit_.includes) arguments.push_back("-I" + folder.string());
    const std::string object = (work_ / fmt::format("{}.o", objects_.size())).string();
    arguments.insert(arguments.end(), {"-x", c ? "c" : "c++", "-c", source.string(), "-o", object});
    run(arguments);
    objects_.push_back(object);
  }

  void run(const std::vector<std::string>& arguments) {
    os::ChildProcess compiler({.program = kit_.compiler, .arguments = arguments, .folder = {}});
    const std::optional<int> code = compiler.wait(kLongestCompile);
    std::string said;
    for (const std::string& line : compiler.lines()) said += line + '\n';
    if (code == 0) {
      said_ += said;
      return;
    }
    if (code == kNoSuchProgram && said.empty())
      throw BadInput(fmt::format("the compiler {} cannot be run: install it, or run `make` again",
                                 kit_.compiler.string()));
    throw BadInput(fmt::format("the sketch {} does not compile:\n{}", files_.name, said));
  }

  const SketchFiles& files_;
  const SketchKit& kit_;
  const fs::path& work_;
  std::vector<std::string> objects_;
  std::string said_;
};

}  // namespace

SketchKit read_sketch_kit(const fs::path& folder) {
  const fs::path path = folder / SketchKit::kFileName;
  if (!fs::is_regular_file(path))
    throw BadInput(
        fmt::format("sketches need {} beside the program, which `make` leaves in its build folder: run the "
                    "otaru that stands there",
                    SketchKit::kFileName));
  SketchKit kit;
  std::istringstream lines(text_of(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    const std::string kind = line.substr(0, space);
    const std::string value = space == std::string::npos ? "" : line.substr(space + 1);
    if (kind == "compiler") kit.compiler = value;
    if (kind == "flag") kit.flags.push_back(value);
    if (kind == "include") kit.includes.emplace_back(value);
    if (kind == "link") kit.link.push_back(value);
  }
  const auto demand = [](const fs::path& needed) {
    if (!fs::exists(needed))
      throw BadInput(
          fmt::format("{} is missing, which sketches are built with: run `make`", needed.string()));
  };
  demand(kit.compiler);
  for (const fs::path& include : kit.includes) demand(include);
  for (const std::string& word : kit.link)
    if (word.starts_with('/')) demand(word);
  return kit;
}

fs::path sketch_cache() {
  const auto below = [](const char* variable, const char* folder) -> std::optional<fs::path> {
    const std::optional<std::string> value = os::environment_variable(variable);
    if (!value || value->empty()) return std::nullopt;
    return fs::path(*value) / folder;
  };
  if (const auto cache = below("XDG_CACHE_HOME", "otaru")) return *cache / "sketches";
  if (const auto cache = below("HOME", ".cache/otaru")) return *cache / "sketches";
  return fs::temp_directory_path() / "otaru-sketches";
}

BuiltSketch build_sketch(const fs::path& sketch, const SketchKit& kit, const fs::path& cache) {
  const SketchFiles files = find_sketch(sketch);
  const fs::path home = files.inos.front().parent_path();
  const fs::path shelf = cache / fmt::format("{}-{}", files.name, digest(home.string()).substr(0, 16));
  BuiltSketch built{.program = shelf / key_of(files, kit), .from_cache = true, .compiler_said = {}};
  if (fs::is_regular_file(built.program)) return built;

  const WorkFolder work(shelf);
  Builder builder(files, kit, work.path());
  const fs::path program = builder.build();
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(shelf))
    if (entry.is_regular_file()) fs::remove(entry.path(), error);
  fs::rename(program, built.program);
  built.from_cache = false;
  built.compiler_said = builder.said();
  return built;
}

}  // namespace otaru::host
