// `otaru push FILE --to NAME|HOST[:PORT]`.
#include "push_command.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <otaru/host/discover.hpp>
#include <otaru/host/duration.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/password.hpp>
#include <otaru/host/push_client.hpp>
#include <otaru/mbed/gate_refusal.hpp>
#include <otaru/os/interrupts.hpp>

#include "commands.hpp"
#include "password_prompt.hpp"
#include "push_report.hpp"

namespace otaru::cli {
namespace {

std::chrono::milliseconds time_of(const std::string& option, const std::string& text, bool may_be_0 = false) {
  const auto time = host::parse_duration(text);
  if (!time || (time->count() == 0 && !may_be_0))
    throw host::BadInput("'" + text + "' is no time for " + option + ". Write it as 45s, 500ms or 2m.");
  return *time;
}

std::optional<host::Password> password_of(const PushOptions& options) {
  // The IDE has no other way, and gives an empty one where a board wants none.
  if (!options.password.empty()) return host::make_password(options.password, "the password of --password");
  return host::find_password(options.password_file);
}

/// A board that announces to have no password is not asked to open a secure channel: it might be a stock
/// board, whose listener would be used up by it.
host::PushOutcome no_password_wanted(const host::BoardPlace& place) {
  host::PushOutcome outcome;
  outcome.status = host::PushStatus::refused;
  outcome.code = "no_password";
  outcome.message =
      place.label +
      " announces that it has no password. Nothing was sent. To push without one, in the clear, "
      "leave it out.";
  return outcome;
}

/// Pushes to a board that was found; asks for a password if it wants one and a person is there.
host::PushOutcome push_to(const host::PushFile& file, const host::BoardPlace& place,
                          const host::PushLimits& limits, const host::BoardFinder& find_board,
                          std::optional<host::Password> password, PushReport& report) {
  const auto attempt = [&] {
    return host::push(file, place, limits, find_board, report,
                      password ? std::optional(password->secret) : std::nullopt);
  };
  if (password && place.wants_password == false) return no_password_wanted(place);
  const bool can_ask = !password && can_ask_password();
  if (can_ask && place.wants_password == true) {
    password = ask_password(place.label);
    return attempt();
  }
  host::PushOutcome outcome = attempt();
  if (!can_ask || outcome.code != wire_code(mbed::GateRefusal::password_required)) return outcome;
  report.end_line();
  password = ask_password(place.label);
  return password ? attempt() : outcome;
}

host::PushOutcome run_push(const PushOptions& options, PushReport& report) {
  const std::optional<host::Password> password = password_of(options);
  host::PushLimits limits;
  limits.idle = time_of("--idle-timeout", options.idle_timeout);
  limits.look_again = time_of("--look-again", options.look_again);
  limits.wait = time_of("--wait", options.wait, true);
  host::PushTarget target = host::parse_push_target(options.to);
  if (options.port != 0) target.port = options.port;
  host::PushFile file = host::load_push_file(options.file);
  file.force = options.force;
  if (!options.name.empty()) file.name = options.name;
  report.file_ready(file);

  host::LocateOptions search;
  search.find_board = [&options](const std::string& name, std::chrono::milliseconds limit) {
    return host::find_board(name, limit, options.interfaces);
  };
  search.interrupted = [&report] { return report.interrupted(); };
  host::BoardPlace place = host::locate(target, search);
  if (!options.ports.empty()) place.ports = options.ports;
  return push_to(file, place, limits, search.find_board, password, report);
}

}  // namespace

ExitCode push(const PushOptions& options, const Context& context) {
  os::note_interrupts();
  PushReport report(context, options.json);
  host::PushOutcome outcome;
  try {
    outcome = run_push(options, report);
  } catch (const host::NoBoard& failure) {
    outcome.code = failure.code();
    outcome.message = failure.what();
    report.result(outcome);
    throw Failure(failure.code() == "interrupted" ? ExitCode::connection : ExitCode::no_board,
                  outcome.message);
  }
  report.result(outcome);
  if (outcome.status == host::PushStatus::refused) throw Failure(ExitCode::refused, outcome.message);
  if (outcome.status == host::PushStatus::lost) throw Failure(ExitCode::connection, outcome.message);
  report.done(outcome);
  return ExitCode::done;
}

void add_push_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("push", "send a program to a board over the network");
  auto options = std::make_shared<PushOptions>();
  command->add_option("FILE", options->file, "an OTA file, or an image 2 (packed on the way)")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--to", options->to, "the board's name or address: MyAmeba, 192.0.2.7, board.example:8020")
      ->required()
      ->type_name("NAME|HOST[:PORT]");
  command->add_option("--port", options->port, "the board's port, if it is not the usual one")
      ->check(CLI::Range(1, 65535))
      ->type_name("PORT");
  command
      ->add_option("--idle-timeout", options->idle_timeout,
                   "give up when nothing moved for this long (a stock board erases for 7 s)")
      ->capture_default_str()
      ->type_name("TIME");
  command
      ->add_option("--look-again", options->look_again,
                   "how long to look for a board that gave no verdict, after its reset")
      ->capture_default_str()
      ->type_name("TIME");
  command
      ->add_option(
          "--wait", options->wait,
          "how long to try again while the board is busy with another update, or its program on trial")
      ->capture_default_str()
      ->type_name("TIME");
  command->add_option("--interface", options->interfaces, "look for the board on these interfaces only")
      ->expected(1)
      ->take_all()
      ->type_name("INTERFACE");
  auto* const password_file =
      command
          ->add_option("--password-file", options->password_file,
                       "file with the board's password (or the variable OTARU_PASSWORD; or it is asked for)")
          ->type_name("FILE");
  command
      ->add_option(
          "--password", options->password,
          "the password itself; others on this computer can see it. For the IDE, which has no other way")
      ->excludes(password_file)
      ->type_name("TEXT");
  command->add_flag("--force", options->force,
                    "have the board take an image that it tried and rejected before");
  add_json_flag(*command, options->json);
  command->callback(
      [options, &context] { context.run = [options, &context] { return push(*options, context); }; });
}

}  // namespace otaru::cli
