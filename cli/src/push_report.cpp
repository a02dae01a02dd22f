#include "push_report.hpp"

#include <cmath>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/marker.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/push_pace.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/os/interrupts.hpp>

#include "progress_bar.hpp"

namespace otaru::cli {
namespace {

constexpr unsigned kStep = 20;  // percent between lines in a pipe

void put(const std::string& text) {
  // A reader that went away is no reason to leave a board half written.
  (void)std::fputs(text.c_str(), stdout);
  (void)std::fflush(stdout);
}

void put_json(const nlohmann::ordered_json& object) {
  try {
    print_json(object);
  } catch (const std::system_error&) {
    std::clearerr(stdout);  // as in put()
  }
}

}  // namespace

void PushReport::say(const std::string& line) {
  end_line();
  if (!json_) put(line + "\n");
}

void PushReport::end_line() {
  if (drawing_) put("\n");
  drawing_ = false;
}

void PushReport::file_ready(const host::PushFile& file) {
  std::string program;
  if (const auto marker = host::find_marker(file.bytes))
    program = fmt::format(", {} {}", host::clean_text(marker->name), host::clean_text(marker->version));
  if (file.version != image::kDefaultVersion) program += ", version " + host::hex32(file.version);
  say(fmt::format("{}: {}{}{}", file.name, host::bytes_text(file.bytes.size()), program,
                  file.packed ? ", packed as an OTA file on the way" : ""));
  for (const host::Finding& warning : file.warnings) print_warning(context_, warning.message);
}

void PushReport::connected(const host::BoardPlace& place, std::uint16_t port) {
  const std::string line = fmt::format("Connected to {}, port {}.", place.label, port);
  if (line != told_connection_) say(line);  // once, however often a busy board is tried again
  told_connection_ = line;
}

void PushReport::progress(const host::PushProgress& progress) {
  const bool news = progress.sent != last_.sent || progress.written != last_.written;
  if (!news && last_.total != 0 && !(context_.out.interactive() && !json_)) return;
  last_ = progress;
  if (json_) {
    put_json({{"event", "progress"},
              {"sent", progress.sent},
              {"written", progress.written},
              {"total", progress.total}});
  } else {
    draw(progress);
  }
}

void PushReport::draw(const host::PushProgress& progress) {
  if (context_.out.interactive()) {
    // The last column stays free: some terminals wrap when it is written.
    const int width = context_.out.width() - 1;
    put("\r" + std::string(static_cast<std::size_t>(width), ' ') + "\r" +
        progress_line(progress, context_.out, width));
    drawing_ = true;
    return;
  }
  const host::PushPace pace = host::pace_of(progress);
  // A small file is all sent before the board says anything: what it then writes is news all the same.
  const unsigned percent = progress.board_reports ? pace.written_percent : pace.sent_percent;
  unsigned& told = progress.board_reports ? told_written_percent_ : told_sent_percent_;
  if (percent < told + kStep) return;
  told = percent / kStep * kStep;
  say(host::progress_text(progress));
}

void PushReport::looking_again(std::chrono::milliseconds limit) {
  say(fmt::format("The board gave no verdict. Looking for it on the network again, for at most {} ...",
                  host::time_text(std::chrono::duration<double>(limit).count())));
}

void PushReport::waiting(const host::PushOutcome& outcome, std::chrono::milliseconds limit) {
  end_line();
  if (json_) put_json({{"event", "waiting"}, {"code", outcome.code}, {"message", outcome.message}});
  say(fmt::format("{} Trying again for at most {} ...", outcome.message,
                  host::time_text(std::chrono::duration<double>(limit).count())));
}

bool PushReport::interrupted() {
  return os::interrupted();
}

void PushReport::done(const host::PushOutcome& outcome) {
  end_line();
  if (outcome.status == host::PushStatus::unknown) {
    print_warning(context_, outcome.message);
  } else {
    const double rate = outcome.seconds > 0 ? static_cast<double>(last_.total) / outcome.seconds : 0;
    say(fmt::format("{} ({} in {:.2f} s, {})", outcome.message, host::bytes_text(last_.total),
                    outcome.seconds, host::rate_text(rate)));
  }
  say("Client Disconnected.");
}

void PushReport::result(const host::PushOutcome& outcome) {
  end_line();
  if (!json_) return;
  put_json({{"event", "result"},
            {"status", name(outcome.status)},
            {"slot", outcome.slot},
            {"version", outcome.version},
            {"code", outcome.code},
            {"message", outcome.message},
            {"seconds", std::round(outcome.seconds * 1000) / 1000}});
}

}  // namespace otaru::cli
