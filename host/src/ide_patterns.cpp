#include <set>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/ide_patterns.hpp>

namespace otaru::host {
namespace {

constexpr std::string_view kProgramLine = "# program: ";

/// TXT `board` of a board with this chip, as its sketch announces it.
std::string_view announced_board(std::string_view chip) {
  return chip == "RTL8720DN" ? "ameba_rtl8720dn" : "ameba_rtl8721d";
}

std::string checked(const std::filesystem::path& program) {
  // Both IDEs read these files as UTF-8.
  const std::u8string letters = program.u8string();
  std::string text(letters.begin(), letters.end());
  if (!program.is_absolute() || text.find_first_of("\"{}\r\n") != std::string::npos)
    throw BadInput(
        fmt::format("The IDE cannot start '{}': its patterns take only full paths without quotes, braces "
                    "and line ends. Put the program elsewhere, and run it from there.",
                    text));
  return text;
}

}  // namespace

std::string platform_lines(const IdePackage& package, const std::filesystem::path& program) {
  const std::string otaru = checked(program);
  std::set<std::string> tools;
  for (const IdeBoard& board : package.boards) tools.insert(board.tool);

  std::string lines = fmt::format("{}{}\n", kProgramLine, otaru);
  // A numbered hook: the stock one has no number, and IDEs differ in which of both run, and in which order.
  // So ours takes the image where the package's tool leaves it, and does what the stock one does, too.
  for (const std::string& tool : tools) {
    lines += fmt::format(
        "recipe.hooks.objcopy.postobjcopy.90.pattern=\"{}\" ide built --build \"{{build.path}}\" --sketch "
        "\"{{build.project_name}}\" --image \"{{runtime.tools.{}.path}}/km0_km4_image2.bin\"\n",
        otaru, tool);
    // For IDE 1.8, which knows whether the board wants a password, and asks for it.
    lines += fmt::format(
        "tools.{}.upload.network_pattern=\"{}\" ide upload --build \"{{build.path}}\" --sketch "
        "\"{{build.project_name}}\" --to \"{{serial.port}}\" \"--announced={{network.port}}\" "
        "\"--password={{network.password}}\"\n",
        tool, otaru);
  }
  // For IDE 2 and arduino-cli. Who names one discovery has to name all, and the serial monitor as well.
  lines +=
      "pluggable_discovery.required.0=builtin:serial-discovery\n"
      "pluggable_discovery.required.1=builtin:mdns-discovery\n"
      "pluggable_monitor.required.serial=builtin:serial-monitor\n";
  lines += fmt::format("pluggable_discovery.otaru.pattern=\"{}\" ide discovery\n", otaru);
  // IDE 2 asks for a password always, and takes no empty one. What the board announces of it is not passed
  // on: a stranger's announcement must not make a password that was typed be left out.
  lines +=
      "tools.otaru.upload.params.verbose=\n"
      "tools.otaru.upload.params.quiet=\n"
      "tools.otaru.upload.field.password=Password (if the board has none: -)\n"
      "tools.otaru.upload.field.password.secret=true\n";
  lines += fmt::format(
      "tools.otaru.upload.pattern=\"{}\" ide upload --build \"{{build.path}}\" --sketch "
      "\"{{build.project_name}}\" "
      "--to \"{{upload.port.address}}\" \"--announced={{upload.port.properties.port}}\" "
      "\"--password={{upload.field.password}}\"\n",
      otaru);
  return lines;
}

std::string boards_lines(const IdePackage& package) {
  std::string lines;
  for (const IdeBoard& board : package.boards) {
    // The built-in conversion of older packages ends where a discovery is named; these lines stand for it.
    for (const char* port : {"default", "serial"})
      lines += fmt::format("{}.upload.tool.{}={}\n", board.id, port, board.tool);
    lines += fmt::format("{}.upload.tool.network=otaru\n", board.id);
    int number = board.upload_ports;
    for (const auto& [vendor, product] : board.usb_ids) {
      lines += fmt::format("{0}.upload_port.{1}.vid={2}\n{0}.upload_port.{1}.pid={3}\n", board.id, number++,
                           vendor, product);
    }
    lines += fmt::format("{}.upload_port.{}.board={}\n", board.id, number++, announced_board(board.chip));
    lines += fmt::format("{}.upload_port.{}.board={}\n", board.id, number, board.id);
  }
  return lines;
}

std::filesystem::path program_in(std::string_view platform_lines) {
  const std::size_t at = platform_lines.find(kProgramLine);
  if (at == std::string_view::npos) return {};
  std::string_view line = platform_lines.substr(at + kProgramLine.size());
  line = line.substr(0, line.find_first_of("\r\n"));
  return std::u8string(line.begin(), line.end());
}

}  // namespace otaru::host
