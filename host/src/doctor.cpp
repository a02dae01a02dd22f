#include <algorithm>
#include <system_error>

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/doctor.hpp>
#include <otaru/host/sightings.hpp>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

/// Where nothing listens on any board: who refuses it, is there.
constexpr std::uint16_t kNobodysPort = 9;  // discard (RFC 863)

/// What the stock mDNS examples announce, and where the stock update library never listens.
constexpr std::uint16_t kStockAnnouncement = 5000;

bool is_address(const std::string& text) {
  std::error_code error;
  (void)asio::ip::make_address(text, error);
  return !error;
}

std::string label_of(const DiscoveredBoard& board) {
  return clean_text(board.label);
}

class Examination {
 public:
  Examination(const DoctorQuestion& question, const DoctorProbes& probes, const CheckHandler& tell)
      : question_(question), probes_(probes), tell_(tell) {}

  DoctorSummary run() {
    look_at_network();
    if (question_.board)
      look_at_asked(*question_.board);
    else
      for (const DiscoveredBoard& board : boards_)
        look_at({label_of(board), board.address, board, {}, false});
    if (probes_.ide) take(check_ide(probes_.ide()));
    if (probes_.serial_ports) take(check_serial(probes_.serial_ports(), question_.serial_ports));
    return summary_;
  }

 private:
  void take(const Check& check) {
    summary_.count(check.verdict);
    tell_(check);
  }
  void take(const std::vector<Check>& checks) {
    for (const Check& check : checks) take(check);
  }

  bool is_asked(const DiscoveredBoard& board) const {
    if (!question_.board) return false;
    const PushTarget& target = *question_.board;
    // Several boards may run on one machine: then the port tells which is meant.
    const bool other_port = board.otaru && target.port && *target.port != board.port;
    return is_called(board, target.name) || (board.address == target.name && !other_port);
  }

  void look_at_network() {
    interfaces_ = probes_.interfaces();
    take(check_interfaces(interfaces_));
    MulticastEcho echo;
    try {
      echo = probes_.multicast(kEchoLimit);
      boards_ = probes_.look(kLookLimit, [this](const DiscoveredBoard& board) { return is_asked(board); });
    } catch (const std::system_error& error) {
      echo.troubles.push_back(fmt::format("mDNS cannot be spoken here: {}.", error.what()));
    }
    take(check_multicast(echo));
    take(check_neighbours(echo, boards_.size()));
  }

  void look_at_asked(const PushTarget& target) {
    Patient patient{target.name, target.name, {}, target.port, true};
    auto seen = std::ranges::find_if(boards_, [&](const DiscoveredBoard& board) {
      return is_asked(board) && (!target.port || board.port == *target.port);
    });
    if (seen == boards_.end())
      seen = std::ranges::find_if(boards_, [this](const DiscoveredBoard& board) { return is_asked(board); });
    if (seen != boards_.end()) {
      patient = {label_of(*seen), seen->address, *seen, target.port, true};
      take({"found",
            patient.label,
            Verdict::fine,
            fmt::format("It answers by mDNS as {}, host {}.", clean_text(seen->name), clean_text(seen->host)),
            {}});
      look_for_namesakes(patient);
    } else if (is_address(target.name)) {
      take({"found", patient.label, Verdict::warning,
            fmt::format(
                "No board at this address answers by mDNS within {} s, so the Arduino IDE does not show it.",
                kLookLimit.count() / 1000),
            "See what was found out about multicast above. It can still be pushed to by its address."});
    } else if (!resolve(patient)) {
      not_found(patient);
      return;
    }
    look_at(patient);
  }

  bool resolve(Patient& patient) {
    const std::vector<std::string> addresses = probes_.resolve(patient.address, kLookupLimit);
    if (addresses.empty()) return false;
    patient.address = addresses.front();
    patient.label = fmt::format("{} at {}", patient.label, patient.address);
    take({"found",
          patient.label,
          Verdict::warning,
          "No board of this name answers by mDNS; the network's name service (DNS) knows a machine of this "
          "name.",
          {}});
    return true;
  }

  void not_found(const Patient& patient) {
    std::string others;
    for (const DiscoveredBoard& board : boards_) others += (others.empty() ? "" : ", ") + label_of(board);
    take({"found", patient.label, Verdict::wrong,
          fmt::format("No board of this name answers within {} s.{}", kLookLimit.count() / 1000,
                      others.empty() ? "" : " Others do: " + others + "."),
          "Look at its serial monitor (otaru monitor): does it show an IP address and \"Start mDNS "
          "service\"? If it has "
          "an address, ask about that: otaru doctor ADDRESS."});
    summary_.board_unreachable = true;
  }

  void look_for_namesakes(const Patient& patient) {
    std::string others;
    for (const DiscoveredBoard& board : boards_) {
      const bool same =
          board.name.size() > patient.seen->name.size() + 1 &&
          same_text(board.name.substr(0, patient.seen->name.size() + 1), patient.seen->name + "-");
      if (same && board.address != patient.address) others += (others.empty() ? "" : ", ") + label_of(board);
    }
    if (others.empty()) return;
    take(
        {"namesakes", patient.label, Verdict::warning,
         fmt::format(
             "There are boards of nearly the same name: {}. A board whose name is taken adds a number to it.",
             others),
         "Make sure which one you mean, best by its address, and give each a name of its own in its "
         "sketch."});
  }

  void look_at(const Patient& patient) {
    take(check_network_of(patient, interfaces_));
    take(check_kind(patient));
    look_at_port(patient);
    if (!patient.seen) return;
    take(check_password(patient));
    take(check_slot(patient));
    take(check_board_id(patient));
  }

  void look_at_port(const Patient& patient) {
    const bool ours = patient.seen && patient.seen->otaru;
    Knock knock = Knock::timed_out;
    if (ours || patient.port) {
      const std::uint16_t port = patient.port ? *patient.port : patient.seen->port;
      knock = probes_.knock(patient.address, port, kKnockLimit);
      take(check_open_port(patient, port, knock));
      if (patient.asked && knock != Knock::open) summary_.board_unreachable = true;
      return;
    }
    // A stock board may listen where it announces, and would then take no other connection before its reset.
    const bool announces_stock_port = is_stock(patient) && patient.seen->port == kStockAnnouncement;
    const std::uint16_t port = announces_stock_port ? kStockAnnouncement : kNobodysPort;
    knock = probes_.knock(patient.address, port, kKnockLimit);
    take(check_reach(patient, port, knock));
    if (knock == Knock::timed_out || knock == Knock::unreachable)
      summary_.board_unreachable |= patient.asked;
    else if (announces_stock_port)
      take(check_advertised_port(patient, knock));
  }

  const DoctorQuestion& question_;
  const DoctorProbes& probes_;
  const CheckHandler& tell_;
  DoctorSummary summary_;
  std::vector<net::Interface> interfaces_;
  std::vector<DiscoveredBoard> boards_;
};

}  // namespace

void DoctorSummary::count(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::fine: ++fine; break;
    case Verdict::warning: ++warnings; break;
    case Verdict::wrong: ++wrong; break;
    case Verdict::unknown: ++unknown; break;
  }
}

int DoctorSummary::exit_code() const noexcept {
  if (board_unreachable) return 3;
  return wrong > 0 ? 2 : 0;
}

nlohmann::ordered_json to_json(const DoctorSummary& summary) {
  return {{"event", "summary"},     {"fine", summary.fine},       {"warnings", summary.warnings},
          {"wrong", summary.wrong}, {"unknown", summary.unknown}, {"exit", summary.exit_code()}};
}

std::string to_text(const DoctorSummary& summary) {
  return fmt::format("{} fine, {} {}, {} wrong, {} not known.\n", summary.fine, summary.warnings,
                     summary.warnings == 1 ? "warning" : "warnings", summary.wrong, summary.unknown);
}

DoctorSummary examine(const DoctorQuestion& question, const DoctorProbes& probes, const CheckHandler& tell) {
  return Examination(question, probes, tell).run();
}

}  // namespace otaru::host
