// What a subcommand shares with main: its exit codes, how it runs, and how it ends.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "terminal.hpp"

namespace otaru::cli {

/// The program's exit codes: a contract with scripts.
enum class ExitCode : int {
  done = 0,        ///< a warning may say what is not known
  bad_input = 2,   ///< bad usage, or an input file that is missing, unreadable or not what it should be
  no_board = 3,    ///< no such board, or no connection
  refused = 4,     ///< the board refused or could not verify the image
  connection = 5,  ///< the connection broke; the outcome is unknown
};

/// Ends the program: main prints `what()` to stderr and exits with the code. (otaru::host::BadInput does the
/// same with bad_input.)
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// A subcommand lives in a file of its own and shows main one function,
/// `void add_X_command(CLI::App& app, Context& context)`: it declares names and options, and has the chosen
/// command leave in `run` what is to be done once the whole command line is known to be right.
struct Context {
  std::function<ExitCode()> run;
  Terminal out{stdout};
  Terminal err{stderr};
};

/// Prints `object` as one line on stdout at once. File names that are not UTF-8 do not end the program.
void print_json(const nlohmann::ordered_json& object);

/// Prints `Warning: <message>` on stderr.
void print_warning(const Context& context, const std::string& message);

}  // namespace otaru::cli
