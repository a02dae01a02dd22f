#include "options.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

namespace otaru::sketch {
namespace {

template <class Number>
Number number(std::string_view option, std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument(std::string(option) + " takes a number, not '" + std::string(text) + "'");
  return value;
}

bool one_of(std::string_view option, std::string_view text, std::string_view yes, std::string_view no) {
  if (text != yes && text != no)
    throw std::invalid_argument(std::string(option) + " takes " + std::string(yes) + " or " +
                                std::string(no));
  return text == yes;
}

using Reader = std::function<void(Options&, std::string_view option, const std::string& text)>;

template <class Number>
Reader into(std::optional<Number> Options::*member) {
  return [member](Options& options, std::string_view option, const std::string& text) {
    options.*member = number<Number>(option, text);
  };
}

const std::map<std::string_view, Reader>& readers() {
  static const std::map<std::string_view, Reader> all{
      {"--flash", [](Options& o, auto, const std::string& text) { o.flash = text; }},
      {"--image", [](Options& o, auto, const std::string& text) { o.image = text; }},
      {"--name", [](Options& o, auto, const std::string& text) { o.name = text; }},
      {"--port", into(&Options::port)},
      {"--board", [](Options& o, auto, const std::string& text) { o.board = text; }},
      {"--bind", [](Options& o, auto, const std::string& text) { o.bind = text; }},
      {"--interface", [](Options& o, auto, const std::string& text) { o.interfaces.push_back(text); }},
      {"--layout",
       [](Options& o, auto option, const std::string& text) {
         const bool big = one_of(option, text, flash::kAmebaD4MbFactory.name, flash::kAmebaD2Mb.name);
         o.layout = big ? &flash::kAmebaD4MbFactory : &flash::kAmebaD2Mb;
       }},
      {"--tries", into(&Options::tries)},
      {"--confirm-after-ms", into(&Options::confirm_after_ms)},
      {"--watchdog-ms", into(&Options::watchdog_ms)},
      {"--boots", into(&Options::boots)},
      {"--timing", [](Options& o, auto option,
                      const std::string& text) { o.model_timing = one_of(option, text, "model", "off"); }},
      {"--console", [](Options& o, auto option,
                       const std::string& text) { o.pty = one_of(option, text, "pty", "stdout"); }},
      {"--wifi",
       [](Options& o, auto option, const std::string& text) { o.wifi = one_of(option, text, "up", "down"); }},
      {"--booted", [](Options& o, auto option,
                      const std::string& text) { o.booted = number<std::uint32_t>(option, text); }},
  };
  return all;
}

}  // namespace

Options parse(int argc, const char* const* argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto reader = readers().find(option);
    if (reader == readers().end()) throw std::invalid_argument("there is no option " + std::string(option));
    if (i + 1 == argc) throw std::invalid_argument(std::string(option) + " needs a value");
    reader->second(options, option, argv[i + 1]);
  }
  if (options.flash.empty()) throw std::invalid_argument("--flash FILE is missing");
  return options;
}

std::vector<std::string> command_line_after_reset(const Options& options, const std::string& program) {
  std::vector<std::string> words{program};
  const auto add = [&words](const char* option, const std::string& text) {
    words.insert(words.end(), {option, text});
  };
  const auto add_number = [&add](const char* option, const auto& value) {
    if (value) add(option, std::to_string(*value));
  };
  add("--flash", options.flash.string());
  if (options.name) add("--name", *options.name);
  add_number("--port", options.port);
  if (options.board) add("--board", *options.board);
  if (!options.bind.empty()) add("--bind", options.bind);
  for (const std::string& interface : options.interfaces) add("--interface", interface);
  add("--layout", std::string(options.layout->name));
  add_number("--tries", options.tries);
  add_number("--confirm-after-ms", options.confirm_after_ms);
  add_number("--watchdog-ms", options.watchdog_ms);
  add_number("--boots", options.boots);
  if (options.model_timing) add("--timing", "model");
  if (options.pty) add("--console", "pty");
  if (!options.wifi) add("--wifi", "down");
  add("--booted", std::to_string(options.booted + 1));
  return words;
}

std::string usage() {
  return "A sketch, built for the virtual board. `otaru board run --sketch` starts it; by itself it takes\n"
         "--flash FILE [--image IMAGE2] [--name NAME] [--port PORT] [--board TYPE] [--bind ADDRESS]\n"
         "[--interface IF]... [--layout NAME] [--tries N] [--confirm-after-ms MS] [--watchdog-ms MS]\n"
         "[--boots N] [--timing off|model] [--console stdout|pty] [--wifi up|down]\n";
}

}  // namespace otaru::sketch
