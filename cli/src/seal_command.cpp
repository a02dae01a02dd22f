// `otaru seal FILE`: seals with a key, or in two steps with a key that lives elsewhere.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/seal_terms.hpp>
#include <otaru/host/sealing.hpp>
#include <otaru/host/sha256.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

struct SealArguments {
  std::string file;
  std::string output;
  std::string key;
  std::string public_key;
  std::string digest_out;
  std::string attach;
  std::string firmware_version;
  std::string counter;
  std::string board;
  std::string not_after;
  std::vector<std::string> next_keys;
  bool force = false;
  bool json = false;

  const std::string& target() const { return output.empty() ? file : output; }
};

[[noreturn]] void bad_usage(const std::string& message) {
  throw host::BadInput(message);
}

host::SealTerms terms(const SealArguments& arguments) {
  const auto require = [](const std::string& value, std::string_view option) {
    if (value.empty()) bad_usage(fmt::format("A seal needs {}. `otaru seal --help` tells more.", option));
  };
  require(arguments.firmware_version, "--firmware-version");
  require(arguments.counter, "--counter");
  require(arguments.board, "--board");
  host::SealTerms terms;
  terms.board = arguments.board;
  const auto version = host::parse_firmware_version(arguments.firmware_version);
  if (!version)
    bad_usage(fmt::format("'{}' is no firmware version. Write three numbers up to 65535, such as 1.4.0.",
                          arguments.firmware_version));
  terms.version = *version;
  const auto counter = host::parse_number(arguments.counter);
  if (!counter)
    bad_usage(
        fmt::format("'{}' is no security counter. Write a number from 0 to 4294967295.", arguments.counter));
  terms.counter = *counter;
  if (!arguments.not_after.empty()) {
    const auto not_after = host::parse_not_after(arguments.not_after);
    if (!not_after)
      bad_usage(
          fmt::format("'{}' is no date for --not-after. Write 2027-12-31 (its last second, UTC) or "
                      "2027-12-31T12:00:00Z.",
                      arguments.not_after));
    terms.not_after = *not_after;
  }
  for (const host::NamedKey& key : host::load_public_keys(arguments.next_keys))
    terms.next_keys.push_back(key.key);
  return terms;
}

void write(const host::SealFile& file, const SealArguments& arguments, const Context& context) {
  host::write_file(arguments.target(), Bytes(file.content()));
  fmt::print(stderr, "{}", host::to_text(file.findings(), context.err.colours()));
  if (arguments.json) {
    print_json(file.to_json(arguments.target()));
  } else {
    fmt::print("{}", file.to_text(arguments.target()));
  }
}

ExitCode attach(const SealArguments& arguments, const Context& context) {
  if (arguments.public_key.empty())
    bad_usage("--attach needs --public-key: the signature is checked before it is taken.");
  const host::NamedKey key = host::load_public_key(arguments.public_key);
  const crypto::Signature signature =
      host::read_signature(arguments.attach, host::read_file(arguments.attach));
  host::SealFile file(arguments.file, host::read_file(arguments.file));
  file.attach(signature, key.key);
  write(file, arguments, context);
  return ExitCode::done;
}

ExitCode seal(const SealArguments& arguments, const Context& context) {
  if (!arguments.attach.empty()) return attach(arguments, context);
  const bool here = !arguments.key.empty();
  if (!here && (arguments.public_key.empty() || arguments.digest_out.empty()))
    bad_usage(
        "Who signs? Give --key with the private key; or, if that lives elsewhere, --public-key and "
        "--digest-out, and later --attach.");
  const host::SealTerms wanted = terms(arguments);
  host::SealFile file(arguments.file, host::read_file(arguments.file));
  if (file.sealed() && !arguments.force)
    bad_usage(fmt::format("'{}' has a seal already. --force puts a new one in its place.", arguments.file));
  if (here) {
    const mbed::SigningKey key = host::load_signing_key(arguments.key);
    file.put_seal(wanted, key.public_key());
    const std::optional<crypto::Signature> signature = key.sign(file.digest());
    if (!signature)
      bad_usage("Signing failed: the system gives no memory or no randomness. Try again later.");
    file.attach(*signature, key.public_key());
    write(file, arguments, context);
    return ExitCode::done;
  }
  file.put_seal(wanted, host::load_public_key(arguments.public_key).key);
  host::write_file(arguments.digest_out, Bytes(file.digest()));
  write(file, arguments, context);
  if (!arguments.json)
    fmt::print(
        "Wrote {}: the digest to sign (ECDSA P-256, no further hashing), {}\n"
        "Then: otaru seal {} --public-key {} --attach SIGNATURE\n",
        arguments.digest_out, host::hex(file.digest()), arguments.target(), arguments.public_key);
  return ExitCode::done;
}

void add_options(CLI::App& command, SealArguments& arguments) {
  command
      .add_option("file", arguments.file,
                  "an image 2 or an OTA file with one; sealed in place unless -o is given")
      ->required()
      ->type_name("FILE");
  command.add_option("-o,--output", arguments.output, "write the sealed file here")->type_name("FILE");
  CLI::Option* const key =
      command.add_option("--key", arguments.key, "the private key that signs")->type_name("KEY");
  command
      .add_option("--firmware-version", arguments.firmware_version, "version of the firmware, such as 1.4.0")
      ->type_name("X.Y.Z");
  command
      .add_option("--counter", arguments.counter,
                  "security counter; boards refuse an image with a lower one than that which runs")
      ->type_name("NUMBER");
  command.add_option("--board", arguments.board, "board type, as in its TXT record, such as ameba_rtl8721d")
      ->type_name("NAME");
  command
      .add_option("--not-after", arguments.not_after,
                  "boards that know the time refuse the image later: 2027-12-31 or a time of RFC 3339")
      ->type_name("DATE");
  command
      .add_option("--next-key", arguments.next_keys,
                  "public key that replaces the board's keys once this image runs; up to 4 times")
      ->type_name("PUB")
      ->allow_extra_args(false);
  command
      .add_option("--public-key", arguments.public_key,
                  "public half of a key that lives elsewhere, for the two steps")
      ->type_name("PUB")
      ->excludes(key);
  CLI::Option* const digest =
      command.add_option("--digest-out", arguments.digest_out, "first step: write the 32 bytes to sign here")
          ->type_name("FILE")
          ->excludes(key);
  command
      .add_option("--attach", arguments.attach,
                  "second step: put this signature (64 bytes or DER) into the seal, if it is right")
      ->type_name("SIGNATURE")
      ->excludes(key)
      ->excludes(digest);
  command.add_flag("--force", arguments.force, "replace a seal that is there");
  add_json_flag(command, arguments.json);
}

}  // namespace

void add_seal_command(CLI::App& app, Context& context) {
  CLI::App* const command = app.add_subcommand("seal", "seal an image, so that boards with keys take it");
  const auto arguments = std::make_shared<SealArguments>();
  add_options(*command, *arguments);
  command->callback(
      [&context, arguments] { context.run = [&context, arguments] { return seal(*arguments, context); }; });
}

}  // namespace otaru::cli
