// `otaru doctor`: what is fine, what is wrong, and what to do.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/doctor.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

struct Options {
  std::string board;
  std::vector<std::string> interfaces;
  std::vector<std::string> serial_ports;
  bool json = false;
};

/// Prints each check as soon as it is done, with a heading above those of one subject.
class Printer {
 public:
  Printer(const Context& context, bool json) : context_(context), json_(json) {}

  void print(const host::Check& check) {
    if (json_) {
      print_json(host::to_json(check));
      return;
    }
    if (check.subject != subject_) fmt::print("{}\n", check.subject);
    subject_ = check.subject;
    fmt::print("{}", host::to_text(check, {context_.out.colours(), context_.out.unicode()}));
    std::fflush(stdout);
  }

  void print(const host::DoctorSummary& summary) {
    if (json_)
      print_json(host::to_json(summary));
    else
      fmt::print("{}", host::to_text(summary));
  }

 private:
  const Context& context_;
  bool json_;
  std::string subject_;
};

ExitCode doctor(const Options& options, const Context& context) {
  host::DoctorQuestion question;
  if (!options.board.empty()) question.board = host::parse_push_target(options.board);
  question.serial_ports = options.serial_ports;
  Printer printer(context, options.json);
  const host::DoctorSummary summary = host::examine(question, host::make_doctor_probes(options.interfaces),
                                                    [&](const host::Check& check) { printer.print(check); });
  printer.print(summary);
  return static_cast<ExitCode>(summary.exit_code());
}

}  // namespace

void add_doctor_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("doctor", "find out why a board is not found or not updated");
  command
      ->add_option("BOARD", options->board,
                   "a board's name or address: MyAmeba, 192.0.2.7, 192.0.2.7:8020; else all that answer")
      ->type_name("NAME|IP[:PORT]");
  command
      ->add_option("--interface", options->interfaces,
                   "use this network interface and no others (repeatable)")
      ->type_name("IF")
      ->allow_extra_args(false);
  command->add_option("--port", options->serial_ports, "look at this serial port and no others (repeatable)")
      ->type_name("PORT")
      ->allow_extra_args(false);
  add_json_flag(*command, options->json);
  command->callback(
      [options, &context] { context.run = [options, &context] { return doctor(*options, context); }; });
}

}  // namespace otaru::cli
