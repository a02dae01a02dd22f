// `otaru key new|show`.
#include <memory>
#include <string>

#include <fmt/format.h>

#include <otaru/host/key_files.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

struct KeyArguments {
  std::string file;
  bool force = false;
  bool json = false;
};

void print(const host::NamedKey& key, bool json) {
  if (json) {
    print_json(host::to_json(key));
  } else {
    fmt::print("{}", host::to_text(key));
  }
}

ExitCode make(const KeyArguments& arguments) {
  const host::NamedKey key = host::make_key_files(arguments.file, arguments.force);
  if (!arguments.json) {
    fmt::print(
        "Wrote {0}: the private key. It seals: keep it secret, and keep a copy in a safe place.\n"
        "Wrote {0}.pub: the public key, for boards.\n\n",
        arguments.file);
  }
  print(key, arguments.json);
  return ExitCode::done;
}

ExitCode show(const KeyArguments& arguments) {
  print(host::load_any_key(arguments.file), arguments.json);
  return ExitCode::done;
}

void add_new(CLI::App& key, Context& context) {
  CLI::App* const command = key.add_subcommand("new", "make a key: FILE (private, mode 0600) and FILE.pub");
  const auto arguments = std::make_shared<KeyArguments>();
  command->add_option("file", arguments->file, "the private key's file")->required()->type_name("FILE");
  command->add_flag("--force", arguments->force, "overwrite key files that exist");
  add_json_flag(*command, arguments->json);
  command->callback([&context, arguments] { context.run = [arguments] { return make(*arguments); }; });
}

void add_show(CLI::App& key, Context& context) {
  CLI::App* const command =
      key.add_subcommand("show", "tell a key's id and its public half, also as an array for a sketch");
  const auto arguments = std::make_shared<KeyArguments>();
  command->add_option("file", arguments->file, "a private or a public key")->required()->type_name("FILE");
  add_json_flag(*command, arguments->json);
  command->callback([&context, arguments] { context.run = [arguments] { return show(*arguments); }; });
}

}  // namespace

void add_key_command(CLI::App& app, Context& context) {
  CLI::App* const key = app.add_subcommand("key", "make and show the keys that seal images");
  key->require_subcommand(1);
  add_new(*key, context);
  add_show(*key, context);
}

}  // namespace otaru::cli
