// `otaru image pack|show|layout`.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/image_report.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/host/layout_svg.hpp>
#include <otaru/host/layout_text.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/placement.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

struct PackArguments {
  std::string image2;
  std::string output = "OTA_All.bin";
  std::string version = "0xFFFFFFFF";
  std::string ota2;
  std::string rdp;
  std::string compatibility;
  std::string address;
  std::string layout{flash::kAmebaD2Mb.name};
  bool force = false;
  bool json = false;
};

std::uint32_t number(std::string_view option, const std::string& text) {
  if (const auto value = host::parse_number(text)) return *value;
  throw host::BadInput(
      fmt::format("{} is '{}', which is no number from 0 to 0xFFFFFFFF. Write it as 0x01020304 or 16909060.",
                  option, text));
}

ExitCode pack(const PackArguments& arguments, const Context& context) {
  host::PackOptions options;
  options.layout = &host::layout_named(arguments.layout);
  options.version = number("--version", arguments.version);
  if (!arguments.address.empty()) options.address = number("--address", arguments.address);
  if (arguments.compatibility == "imagetool") options.compatibility = host::Compatibility::imagetool;
  if (arguments.compatibility == "sdk") options.compatibility = host::Compatibility::sdk;

  std::vector<host::ImageInput> inputs;
  inputs.push_back({image::ImageId::ota1, arguments.image2, host::read_file(arguments.image2)});
  if (!arguments.ota2.empty())
    inputs.push_back({image::ImageId::ota2, arguments.ota2, host::read_file(arguments.ota2)});
  if (!arguments.rdp.empty())
    inputs.push_back({image::ImageId::rdp, arguments.rdp, host::read_file(arguments.rdp)});

  const host::PackedFile packed = host::pack(inputs, options);
  const bool write = packed.findings.ok() || arguments.force;
  if (write) host::write_file(arguments.output, Bytes(packed.content));

  fmt::print(stderr, "{}", host::to_text(packed.findings, context.err.colours()));
  if (arguments.json)
    print_json(host::to_json(packed, inputs, write ? std::optional(arguments.output) : std::nullopt));
  if (!write)
    throw Failure(ExitCode::bad_input, "Nothing was written. --force writes the file all the same.");
  if (!arguments.json) fmt::print("{}", host::to_text(packed, inputs, arguments.output));
  return ExitCode::done;
}

void add_pack(CLI::App& image, Context& context) {
  CLI::App* const command =
      image.add_subcommand("pack", "build an OTA file (OTA_All.bin) from a compiled image 2");
  const auto arguments = std::make_shared<PackArguments>();
  command->add_option("image2", arguments->image2, "what the compilation leaves: km0_km4_image2.bin")
      ->required()
      ->type_name("IMAGE2");
  command->add_option("-o,--output", arguments->output, "the file to write")
      ->capture_default_str()
      ->type_name("FILE");
  command->add_option("--version", arguments->version, "firmware version, 32 bits")
      ->capture_default_str()
      ->type_name("NUMBER");
  command
      ->add_option("--ota2", arguments->ota2, "a second image, OTA2; boards take only files with one image")
      ->type_name("FILE");
  command->add_option("--rdp", arguments->rdp, "an RDP image; boards take only files with one image")
      ->type_name("FILE");
  command
      ->add_option("--compat", arguments->compatibility,
                   "write the flash addresses that another tool writes: the image tool's or the SDK's")
      ->check(CLI::IsMember({"imagetool", "sdk"}))
      ->type_name("TOOL");
  command
      ->add_option(
          "--address", arguments->address,
          "flash address of IMAGE2, which boards ignore; the default is slot OTA1's (of --ota2: slot OTA2's, "
          "of --rdp: 0xFFFFFFFF, no place in the map)")
      ->type_name("ADDRESS");
  command->add_option("--layout", arguments->layout, "flash layout: ameba-d-2mb or ameba-d-4mb-factory")
      ->capture_default_str()
      ->type_name("NAME");
  command->add_flag("--force", arguments->force, "write the file whatever is wrong with it");
  add_json_flag(*command, arguments->json);
  command->callback(
      [&context, arguments] { context.run = [&context, arguments] { return pack(*arguments, context); }; });
}

struct ShowArguments {
  std::string file;
  std::vector<std::string> keys;
  bool json = false;
};

ExitCode show(const ShowArguments& arguments, const Context& context) {
  const std::vector<host::NamedKey> keys = host::load_public_keys(arguments.keys);
  host::FileReport report = host::inspect_file(arguments.file, host::read_file(arguments.file));
  host::judge_seals(report, keys);
  if (arguments.json) {
    print_json(host::to_json(report));
  } else {
    fmt::print("{}", host::to_text(report, context.out.colours()));
  }
  return report.findings.ok() ? ExitCode::done : ExitCode::bad_input;
}

void add_show(CLI::App& image, Context& context) {
  CLI::App* const command = image.add_subcommand(
      "show", "tell what a file is, every header and segment, its seal, and what is wrong with it");
  const auto arguments = std::make_shared<ShowArguments>();
  command->add_option("file", arguments->file, "an OTA file, an image 2 or a boot image")
      ->required()
      ->type_name("FILE");
  command->add_option("--key", arguments->keys, "public key that the seal must be by; may be repeated")
      ->type_name("PUB")
      ->allow_extra_args(false);
  add_json_flag(*command, arguments->json);
  command->callback(
      [&context, arguments] { context.run = [&context, arguments] { return show(*arguments, context); }; });
}

struct LayoutArguments {
  std::vector<std::string> files;
  std::string layout{flash::kAmebaD2Mb.name};
  std::string svg;
  bool json = false;
};

ExitCode layout(const LayoutArguments& arguments, const Context& context) {
  const flash::Layout& map = host::layout_named(arguments.layout);
  std::vector<host::PlacedRange> ranges;
  for (const std::string& text : arguments.files) {
    const host::FileArgument file = host::parse_file_argument(text);
    const std::vector<host::PlacedRange> placed = host::place(file, host::read_file(file.file), map);
    ranges.insert(ranges.end(), placed.begin(), placed.end());
  }
  const host::MemoryLayout result = host::compare(map, std::move(ranges));
  if (!arguments.svg.empty()) host::write_file(arguments.svg, host::to_svg(result));
  if (arguments.json) {
    print_json(host::to_json(result));
  } else {
    fmt::print("{}",
               host::to_text(result, {context.out.width(), context.out.colours(), context.out.unicode()}));
    if (!arguments.svg.empty()) fmt::print("Wrote {}\n", arguments.svg);
  }
  return result.ok() ? ExitCode::done : ExitCode::bad_input;
}

void add_layout(CLI::App& image, Context& context) {
  CLI::App* const command = image.add_subcommand(
      "layout", "show where files lie in flash, and whether they overlap or leave their slot");
  const auto arguments = std::make_shared<LayoutArguments>();
  command
      ->add_option("file", arguments->files,
                   "files, each with @ and its flash address if it is not to go where it usually goes")
      ->required()
      ->type_name("FILE[@ADDRESS]");
  command->add_option("--layout", arguments->layout, "flash layout: ameba-d-2mb or ameba-d-4mb-factory")
      ->capture_default_str()
      ->type_name("NAME");
  command->add_option("--svg", arguments->svg, "draw the picture into this file as well")
      ->type_name("OUT.svg");
  add_json_flag(*command, arguments->json);
  command->callback(
      [&context, arguments] { context.run = [&context, arguments] { return layout(*arguments, context); }; });
}

}  // namespace

void add_image_command(CLI::App& app, Context& context) {
  CLI::App* const image = app.add_subcommand("image", "build, read and place image files");
  image->require_subcommand(1);
  add_pack(*image, context);
  add_show(*image, context);
  add_layout(*image, context);
}

}  // namespace otaru::cli
