// `otaru ide built|upload`: what the IDE starts after a compilation, and for Upload to a network port.
#include <charconv>
#include <memory>
#include <string>

#include <fmt/format.h>

#include <otaru/host/ide_build.hpp>
#include <otaru/host/push_target.hpp>

#include "ide_commands.hpp"
#include "push_command.hpp"

namespace otaru::cli {
namespace {

struct BuildOptions {
  std::string build;
  std::string sketch;
  std::string image;
};

ExitCode built(const BuildOptions& options, const Context& context) {
  const host::IdeBuildReport report = host::finish_ide_build({options.build, options.sketch, options.image});
  if (report.written.empty()) {
    fmt::print(stderr, "{}", host::to_text(report.packed.findings, context.err.colours()));
    // No reason to refuse the compilation: by cable it may still be of use.
    print_warning(context, "This sketch cannot be sent over the air, so there is no OTA_All.bin of it.");
    return ExitCode::done;
  }
  // Mere warnings come when it is pushed: most compilations are not for a push.
  for (const auto& file : report.written) fmt::print("Wrote {}\n", file.string());
  return ExitCode::done;
}

struct UploadOptions {
  BuildOptions build;
  std::string to;
  std::string announced;
  std::string password;
};

/// The IDE leaves what it does not know as it stands in the pattern: `{network.port}`.
std::uint16_t number_or_0(const std::string& text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : std::uint16_t{0};
}

/// What the board is said to announce has no say here: anybody in the network can announce in its name.
bool stands_for_none(const std::string& password) {
  return password == "-" || password == "{network.password}" || password == "{upload.field.password}";
}

ExitCode upload(const UploadOptions& options, const Context& context) {
  PushOptions push_options;
  push_options.file = host::file_to_upload(options.build.build, options.build.sketch).string();
  push_options.name = options.build.sketch;
  push_options.to = options.to;
  if (!host::parse_push_target(options.to).port)
    push_options.ports = host::ports_to_try(number_or_0(options.announced));
  if (!stands_for_none(options.password)) push_options.password = options.password;
  return push(push_options, context);
}

void add_build_options(CLI::App& command, BuildOptions& options) {
  command.add_option("--build", options.build, "the folder that it was compiled in")
      ->required()
      ->type_name("DIR");
  command.add_option("--sketch", options.sketch, "the sketch's name: Blinky.ino")->type_name("NAME");
}

void add_built(CLI::App& ide, Context& context) {
  CLI::App* const command =
      ide.add_subcommand("built", "(the IDE starts it) make OTA_All.bin of what was just compiled");
  const auto options = std::make_shared<BuildOptions>();
  add_build_options(*command, *options);
  command->add_option("--image", options->image, "km0_km4_image2.bin where the package's tool makes it")
      ->required()
      ->type_name("IMAGE2");
  command->callback(
      [options, &context] { context.run = [options, &context] { return built(*options, context); }; });
}

void add_upload(CLI::App& ide, Context& context) {
  CLI::App* const command =
      ide.add_subcommand("upload", "(the IDE starts it) push what was just compiled to a network port");
  const auto options = std::make_shared<UploadOptions>();
  add_build_options(*command, options->build);
  command->add_option("--to", options->to, "the board's address")->required()->type_name("ADDRESS[:PORT]");
  // Each of these may come empty, as `--password=`.
  command->add_option("--announced", options->announced, "the port that it announces")
      ->expected(0, 1)
      ->type_name("PORT");
  command->add_option("--password", options->password, "its password; - or nothing for none")
      ->expected(0, 1)
      ->type_name("TEXT");
  command->callback(
      [options, &context] { context.run = [options, &context] { return upload(*options, context); }; });
}

}  // namespace

void add_ide_build_commands(CLI::App& ide, Context& context) {
  add_built(ide, context);
  add_upload(ide, context);
}

}  // namespace otaru::cli
