#include <array>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/ide_build.hpp>
#include <otaru/host/ide_patterns.hpp>
#include <otaru/host/ide_setup.hpp>
#include <otaru/host/marked_block.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

/// A file of the package in which lines of ours may stand.
struct LocalFile {
  fs::path path;
  std::optional<std::string> text;  ///< nothing if there is no such file
  MarkedBlock block;
  std::string wanted;  ///< the lines that should stand there
};

std::optional<std::string> read_text(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  const std::vector<std::byte> content = read_file(path);
  return std::string(reinterpret_cast<const char*>(content.data()), content.size());
}

LocalFile local_file(const fs::path& path, std::string wanted) {
  LocalFile file{path, read_text(path), {}, std::move(wanted)};
  file.block = find_block(file.text.value_or(""));
  return file;
}

using LocalFiles = std::array<LocalFile, 2>;

/// boards.local.txt is written first, and named last: without it the patterns do no harm.
LocalFiles local_files(const IdePackage& package, const fs::path& program) {
  return {local_file(package.folder / "boards.local.txt", boards_lines(package)),
          local_file(package.folder / "platform.local.txt", platform_lines(package, program))};
}

IdeReport judged(const IdePackage& package, const LocalFiles& files) {
  using State = MarkedBlock::State;
  IdeReport report{package.folder, package.version, IdeState::damaged, {}, {}, {}};
  report.program = program_in(files[1].block.body);
  for (const LocalFile& file : files) {
    if (file.block.state == State::broken) {
      report.message = fmt::format(
          "In '{}' one of the two marks around the lines of otaru is missing, or there twice. Delete these "
          "lines "
          "with an editor, from '# >>> otaru' to '# <<< otaru', and run `otaru ide install` again.",
          file.path.string());
      return report;
    }
  }
  for (const LocalFile& file : files) {
    if (file.block.state == State::edited) {
      report.message = fmt::format(
          "In '{}' somebody has changed the lines of otaru. Move what you want to keep out of them, behind "
          "'# <<< otaru'; then --force writes or removes them all the same.",
          file.path.string());
      return report;
    }
  }
  const bool first = files[0].block.state == State::intact;
  const bool second = files[1].block.state == State::intact;
  std::error_code error;
  if (!first && !second) {
    report.state = IdeState::not_installed;
  } else if (first != second) {
    report.message = fmt::format("Lines of otaru are missing in '{}'. Run `otaru ide install` again.",
                                 files[first ? 1 : 0].path.string());
  } else if (!fs::is_regular_file(report.program, error)) {
    report.message = fmt::format(
        "The program that Upload starts is no longer there: '{}'. Run `otaru ide install` "
        "with the otaru that is to be used.",
        report.program.string());
  } else if (files[0].block.body != files[0].wanted || files[1].block.body != files[1].wanted) {
    report.state = IdeState::out_of_date;
    report.message =
        "It was set up by another otaru, or for other boards. `otaru ide install` brings it up to date.";
  } else {
    report.state = IdeState::installed;
  }
  return report;
}

/// Somebody's changes are not thrown away unasked, and a broken file is not guessed at.
void refuse_if_changed(const IdeReport& report, const LocalFiles& files, bool force) {
  for (const LocalFile& file : files) {
    if (file.block.state == MarkedBlock::State::broken ||
        (file.block.state == MarkedBlock::State::edited && !force))
      throw BadInput(report.message);
  }
}

void remove_file(const fs::path& path) {
  std::error_code error;
  if (!fs::remove(path, error) && error)
    throw BadInput(
        fmt::format("Cannot remove '{}': {}. Check its permissions.", path.string(), error.message()));
}

}  // namespace

std::string_view to_string(IdeState state) noexcept {
  switch (state) {
    case IdeState::installed: return "installed";
    case IdeState::not_installed: return "not_installed";
    case IdeState::out_of_date: return "out_of_date";
    case IdeState::damaged: return "damaged";
  }
  return "damaged";
}

IdeReport ide_status(const IdePackage& package, const fs::path& program) {
  return judged(package, local_files(package, program));
}

IdeReport ide_install(const IdePackage& package, const fs::path& program, bool force) {
  const LocalFiles files = local_files(package, program);
  IdeReport report = judged(package, files);
  refuse_if_changed(report, files, force);
  for (const LocalFile& file : files) {
    const std::string text = with_block(file.text, file.wanted);
    if (file.text == text) continue;
    write_file(file.path, text);
    report.changed.push_back(file.path);
  }
  std::vector<fs::path> changed = std::move(report.changed);
  report = ide_status(package, program);
  report.changed = std::move(changed);
  return report;
}

IdeReport ide_uninstall(const IdePackage& package, const fs::path& program, bool force) {
  const LocalFiles files = local_files(package, program);
  IdeReport report = judged(package, files);
  refuse_if_changed(report, files, force);
  // The patterns go first: while they stand they need the rest.
  for (std::size_t i = files.size(); i-- > 0;) {
    const LocalFile& file = files[i];
    if (file.block.state == MarkedBlock::State::absent) continue;
    if (const std::optional<std::string> text = without_block(*file.text)) {
      write_file(file.path, *text);
    } else {
      remove_file(file.path);
    }
    report.changed.push_back(file.path);
  }
  std::string kept;
  for (const IdeBoard& board : package.boards)
    restore_misc_folders(package.tools / board.tool, report.changed, kept);
  std::vector<fs::path> changed = std::move(report.changed);
  report = ide_status(package, program);
  report.changed = std::move(changed);
  report.message += kept;
  return report;
}

nlohmann::ordered_json to_json(const IdeReport& report) {
  nlohmann::ordered_json changed = nlohmann::ordered_json::array();
  for (const fs::path& file : report.changed) changed.push_back(file.string());
  return {{"package", report.folder.string()},
          {"version", report.version},
          {"state", to_string(report.state)},
          {"program", report.program.empty() ? nlohmann::ordered_json()
                                             : nlohmann::ordered_json(report.program.string())},
          {"message", report.message},
          {"changed", changed}};
}

}  // namespace otaru::host
