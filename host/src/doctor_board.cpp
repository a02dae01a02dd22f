// What `otaru doctor` makes of a board.
#include <array>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

/// TXT `board` of the boards that the AmebaD package for the Arduino IDE knows.
constexpr std::array<std::string_view, 2> kKnownBoards{"ameba_rtl8721d", "ameba_rtl8720dn"};

Check of_board(std::string code, const Patient& patient, Verdict verdict, std::string message,
               std::string advice = {}) {
  return {std::move(code), patient.label, verdict, std::move(message), std::move(advice)};
}

std::string txt_entry(const Patient& patient, const std::string& key) {
  if (!patient.seen) return {};
  const auto entry = patient.seen->txt.find(key);
  return entry == patient.seen->txt.end() ? std::string() : clean_text(entry->second);
}

/// Only what was asked for can be wrong: others' boards are no fault of this computer.
Verdict out_of_reach(const Patient& patient) noexcept {
  return patient.asked ? Verdict::wrong : Verdict::warning;
}

std::string silence() {
  return fmt::format("no answer within {} s", kKnockLimit.count() / 1000);
}

constexpr std::string_view kSilentAdvice =
    "Either it is off or has another address by now (its serial monitor shows it), or a firewall or client "
    "isolation "
    "lies between. On this computer allow outgoing TCP.";

constexpr std::string_view kUsedUp =
    " If it is a stock board, this attempt has used up its listener: reset it before an upload.";

}  // namespace

bool is_stock(const Patient& patient) noexcept {
  return patient.seen && !patient.seen->otaru;
}

Check check_kind(const Patient& patient) {
  if (!patient.seen)
    return of_board("kind", patient, Verdict::unknown,
                    "It did not answer by mDNS: whether it is a board, of which kind, with which program and "
                    "whether it wants a password is not known.");
  if (patient.seen->otaru) {
    const std::string version = txt_entry(patient, "ver");
    return of_board(
        "kind", patient, Verdict::fine,
        "It runs Otaru" + (version.empty() ? "." : ", its program's version is " + version + "."));
  }
  return of_board(
      "kind", patient, Verdict::warning,
      "It announces itself as stock sketches do: by the stock library, or by Otaru's class OTA, which cannot "
      "be told apart from here. The stock library gives no verdict, does not check what it boots, and keeps "
      "no "
      "way back.",
      "If it is the stock library, put Otaru into its sketch; docs/user/from-the-stock-library.md says how.");
}

Check check_open_port(const Patient& patient, std::uint16_t port, Knock knock) {
  const bool certain = patient.seen && patient.seen->otaru;
  switch (knock) {
    case Knock::open:
      return of_board(
          "port", patient, Verdict::fine,
          fmt::format("Port {} is open: it listens for updates.{}", port, certain ? "" : kUsedUp));
    case Knock::refused:
      return of_board("port", patient, out_of_reach(patient),
                      fmt::format("{} answers, but nothing listens on port {}.", patient.address, port),
                      "Reset the board: its update listener is not running. If it listens elsewhere, name "
                      "the port: its serial "
                      "monitor says \"Listening on port ...\".");
    case Knock::unreachable:
      return of_board("port", patient, out_of_reach(patient),
                      fmt::format("There is no way to {} from here.", patient.address),
                      "Bring this computer and the board into the same network.");
    case Knock::timed_out: break;
  }
  return of_board("port", patient, out_of_reach(patient),
                  fmt::format("Port {} of {}: {}.", port, patient.address, silence()),
                  std::string(kSilentAdvice));
}

Check check_reach(const Patient& patient, std::uint16_t port, Knock knock) {
  if (knock == Knock::open || knock == Knock::refused)
    return of_board(
        "port", patient, Verdict::unknown,
        fmt::format("{} can be reached. Where it listens was not tried: a stock board serves one connection, "
                    "and then "
                    "none before its next reset.",
                    patient.address),
        "Name the port to have it tried, as in " + patient.address + ":8020; push tries 8020, then 8082.");
  if (knock == Knock::unreachable) return check_open_port(patient, port, knock);
  return of_board("port", patient, out_of_reach(patient), fmt::format("{}: {}.", patient.address, silence()),
                  std::string(kSilentAdvice));
}

Check check_advertised_port(const Patient& patient, Knock knock) {
  const unsigned port = patient.seen ? patient.seen->port : 0;
  if (knock == Knock::open)
    return of_board("advertised_port", patient, Verdict::fine,
                    fmt::format("Something listens on port {}, which it announces.", port));
  return of_board(
      "advertised_port", patient, Verdict::warning,
      fmt::format("It announces port {}, where nothing listens; stock sketches do so.", port),
      "Name the port of the sketch's beginOTA: otaru push FILE --to " + patient.address + " --port PORT.");
}

Check check_password(const Patient& patient) {
  const std::optional<bool> wanted = patient.seen->wants_password();
  if (!wanted)
    return of_board(
        "password", patient, Verdict::unknown,
        "It does not say whether it has a password. A stock board has none: anybody in this network "
        "can update it.",
        "If its sketch sets one, give it to push all the same.");
  if (*wanted)
    return of_board(
        "password", patient, Verdict::fine, "It wants a password.",
        "Give it by --password-file or the variable OTARU_PASSWORD; the Arduino IDE asks for it.");
  return of_board("password", patient, Verdict::warning,
                  "It has no password: anybody in this network can update it.",
                  "Set one in its sketch: Otaru.setPassword(...).");
}

Check check_slot(const Patient& patient) {
  const std::string slot = txt_entry(patient, "slot");
  if (slot == "OTA2")
    return of_board(
        "slot", patient, Verdict::fine,
        "It runs from OTA2. An upload by the serial cable goes to OTA1, and OTA2 would keep booting: otaru "
        "flash ends OTA2 by itself, the IDE only with Tools > Erase Flash.");
  if (slot == "OTA1")
    return of_board("slot", patient, Verdict::fine, "It runs from OTA1; the next update goes to OTA2.");
  return of_board(
      "slot", patient, Verdict::unknown,
      "It does not say which slot it runs from. A board boots OTA2 whenever there is an image in it.",
      "If an upload by the serial cable seems without effect, an older OTA2 boots: use otaru flash.");
}

Check check_board_id(const Patient& patient) {
  const std::string& id = patient.seen->board;
  for (const std::string_view known : kKnownBoards)
    if (id == known)
      return of_board("board_id", patient, Verdict::fine, fmt::format("The Arduino IDE knows it: {}.", id));
  return of_board(
      "board_id", patient, Verdict::warning,
      id.empty()
          ? "It does not say which board it is."
          : fmt::format("It says that it is a '{}', which the AmebaD package does not know.", clean_text(id)),
      "The Arduino IDE may not offer it for upload: the sketch's TXT entry `board` should be "
      "ameba_rtl8721d or ameba_rtl8720dn.");
}

}  // namespace otaru::host
