// The order of the examination and its end, with probes that answer from a table.
#include <map>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/doctor.hpp>

namespace otaru::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

DiscoveredBoard board(std::string name, std::string address, std::uint16_t port, bool otaru) {
  DiscoveredBoard made;
  made.host = name + ".local";
  made.label = name + " at " + address;
  made.name = std::move(name);
  made.address = std::move(address);
  made.port = port;
  made.board = "ameba_rtl8721d";
  made.otaru = otaru;
  made.txt = {{"auth_upload", "yes"}, {"slot", "OTA1"}};
  return made;
}

class Doctor : public ::testing::Test {
 protected:
  Doctor() {
    probes_.interfaces = [] {
      net::Interface cable{2, "eth0", {}};
      cable.addresses.push_back(
          {mdns::Family::ipv4, mdns::endpoint(mdns::Ipv4Address{192, 0, 2, 1}, 0).address, 24});
      return std::vector{cable};
    };
    probes_.multicast = [](auto) { return MulticastEcho{true, {"eth0"}, {}, {}, {}}; };
    probes_.look = [this](auto, const auto&) { return boards_; };
    probes_.resolve = [this](const std::string& name, auto) { return names_[name]; };
    probes_.knock = [this](const std::string& address, std::uint16_t port, auto) {
      knocks_.push_back(address + ":" + std::to_string(port));
      const auto answer = answers_.find(knocks_.back());
      return answer == answers_.end() ? Knock::refused : answer->second;
    };
  }

  DoctorSummary ask(const std::string& target) {
    DoctorQuestion question;
    if (!target.empty()) question.board = parse_push_target(target);
    return examine(question, probes_, [this](const Check& check) { checks_.push_back(check); });
  }

  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const Check& check : checks_) codes.push_back(check.code);
    return codes;
  }

  const Check& check(const std::string& code) const {
    static const Check kNone;
    for (const Check& one : checks_)
      if (one.code == code) return one;
    ADD_FAILURE() << "no check " << code;
    return kNone;
  }

  DoctorProbes probes_;
  std::vector<DiscoveredBoard> boards_;
  std::map<std::string, std::vector<std::string>> names_;
  std::map<std::string, Knock> answers_;
  std::vector<std::string> knocks_;
  std::vector<Check> checks_;
};

TEST_F(Doctor, ABoardThatIsThereAndOpenIsFine) {
  boards_ = {board("MyAmeba", "192.0.2.7", 8020, true)};
  answers_["192.0.2.7:8020"] = Knock::open;
  const DoctorSummary summary = ask("MyAmeba");
  EXPECT_EQ(summary.exit_code(), 0);
  EXPECT_EQ(summary.fine, checks_.size());
  EXPECT_THAT(codes(), ElementsAre("network", "mdns_port", "multicast", "neighbours", "found", "same_network",
                                   "kind", "port", "password", "slot", "board_id"));
}

TEST_F(Doctor, ABoardOfAnotherNameEndsWith3AndTheOthersAreNamed) {
  boards_ = {board("Other", "192.0.2.8", 8020, true)};
  EXPECT_EQ(ask("MyAmeba").exit_code(), 3);
  EXPECT_EQ(check("found").verdict, Verdict::wrong);
  EXPECT_THAT(check("found").message, HasSubstr("Other at 192.0.2.8"));
  EXPECT_THAT(knocks_, IsEmpty());
}

TEST_F(Doctor, AClosedPortOfTheAskedBoardEndsWith3) {
  boards_ = {board("MyAmeba", "192.0.2.7", 8020, true)};
  EXPECT_EQ(ask("MyAmeba").exit_code(), 3);
  EXPECT_EQ(check("port").verdict, Verdict::wrong);
}

TEST_F(Doctor, WithoutAQuestionEachBoardIsLookedAtAndNoneIsThisComputersFault) {
  boards_ = {board("A", "192.0.2.7", 8020, true), board("B", "192.0.2.8", 8020, true)};
  answers_["192.0.2.7:8020"] = Knock::open;
  EXPECT_EQ(ask("").exit_code(), 0);
  EXPECT_THAT(knocks_, ElementsAre("192.0.2.7:8020", "192.0.2.8:8020"));
  EXPECT_THAT(codes(), Not(Contains("found")));
}

TEST_F(Doctor, AStockBoardsListenerIsNotTouched) {
  boards_ = {board("MyAmeba", "192.0.2.7", 5000, false)};
  EXPECT_EQ(ask("MyAmeba").exit_code(), 0);
  EXPECT_THAT(knocks_, ElementsAre("192.0.2.7:5000"));
  EXPECT_EQ(check("port").verdict, Verdict::unknown);
  EXPECT_EQ(check("advertised_port").verdict, Verdict::warning);
}

TEST_F(Doctor, AnAnnouncedPortIsNotKnockedAtUnlessItIsABoardOfOurs) {
  boards_ = {board("MyAmeba", "192.0.2.7", 8082, false), board("Other", "192.0.2.8", 80, false)};
  EXPECT_EQ(ask("").exit_code(), 0);
  EXPECT_THAT(knocks_, ElementsAre("192.0.2.7:9", "192.0.2.8:9"));
  EXPECT_EQ(check("port").verdict, Verdict::unknown);
  EXPECT_THAT(codes(), Not(Contains("advertised_port")));
}

TEST_F(Doctor, AStockBoardsPortIsTriedIfItIsNamed) {
  boards_ = {board("MyAmeba", "192.0.2.7", 5000, false)};
  answers_["192.0.2.7:8082"] = Knock::open;
  EXPECT_EQ(ask("MyAmeba:8082").exit_code(), 0);
  EXPECT_THAT(knocks_, ElementsAre("192.0.2.7:8082"));
  EXPECT_THAT(check("port").message, HasSubstr("used up"));
}

TEST_F(Doctor, AnAddressThatDoesNotAnswerByMdnsIsReachableIfItRefuses) {
  EXPECT_EQ(ask("203.0.113.5").exit_code(), 0);
  EXPECT_THAT(knocks_, ElementsAre("203.0.113.5:9"));
  EXPECT_EQ(check("found").verdict, Verdict::warning);
  EXPECT_EQ(check("same_network").verdict, Verdict::warning);
  EXPECT_EQ(check("kind").verdict, Verdict::unknown);
  EXPECT_THAT(codes(), Not(Contains("slot")));
}

TEST_F(Doctor, AnAddressThatIsSilentEndsWith3) {
  answers_["203.0.113.5:9"] = Knock::timed_out;
  EXPECT_EQ(ask("203.0.113.5").exit_code(), 3);
}

TEST_F(Doctor, ANameOfTheNameServiceIsGoneAfter) {
  names_["board.example"] = {"203.0.113.5"};
  answers_["203.0.113.5:8020"] = Knock::open;
  EXPECT_EQ(ask("board.example:8020").exit_code(), 0);
  EXPECT_THAT(check("port").subject, HasSubstr("board.example at 203.0.113.5"));
}

TEST_F(Doctor, OfSeveralBoardsOnOneAddressThePortTellsWhichIsMeant) {
  boards_ = {board("A", "127.0.0.1", 8020, true), board("Stock", "127.0.0.1", 5000, false),
             board("B", "127.0.0.1", 8021, true)};
  answers_["127.0.0.1:8021"] = Knock::open;
  EXPECT_EQ(ask("127.0.0.1:8021").exit_code(), 0);
  EXPECT_THAT(check("found").subject, HasSubstr("B at"));
}

TEST_F(Doctor, BoardsOfNearlyTheSameNameAreNamed) {
  boards_ = {board("MyAmeba", "192.0.2.7", 8020, true), board("MyAmeba-2", "192.0.2.8", 8020, true),
             board("MyAmebaX", "192.0.2.9", 8020, true)};
  answers_["192.0.2.7:8020"] = Knock::open;
  EXPECT_EQ(ask("myameba").exit_code(), 0);
  EXPECT_EQ(check("namesakes").verdict, Verdict::warning);
  EXPECT_THAT(check("namesakes").message, HasSubstr("MyAmeba-2 at 192.0.2.8"));
  EXPECT_THAT(check("namesakes").message, Not(HasSubstr("MyAmebaX")));
}

TEST_F(Doctor, AComputerWithoutANetworkEndsWith2OrWith3IfABoardWasAskedFor) {
  probes_.interfaces = [] { return std::vector<net::Interface>{}; };
  probes_.multicast = [](auto) { return MulticastEcho{}; };
  EXPECT_EQ(ask("").exit_code(), 2);
  EXPECT_EQ(ask("MyAmeba").exit_code(), 3);
}

TEST_F(Doctor, SocketsThatCannotBeOpenedAreToldAndTheRestIsDone) {
  probes_.multicast = [](auto) -> MulticastEcho {
    throw std::system_error(std::make_error_code(std::errc::permission_denied));
  };
  answers_["192.0.2.7:8020"] = Knock::open;
  EXPECT_EQ(ask("192.0.2.7:8020").exit_code(), 2);
  EXPECT_EQ(check("port").verdict, Verdict::fine);
}

TEST_F(Doctor, IdeAndSerialPortsComeLast) {
  probes_.ide = [] { return std::vector<IdeFinding>{}; };
  probes_.serial_ports = [] { return std::vector<SerialFinding>{}; };
  ask("");
  ASSERT_GE(checks_.size(), 2u);
  EXPECT_EQ(checks_[checks_.size() - 2].code, "ide");
  EXPECT_EQ(checks_.back().code, "serial_port");
}

TEST(DoctorSummary, CountsAndJsonHasTheKeysOfTheContract) {
  DoctorSummary summary;
  for (const Verdict verdict : {Verdict::fine, Verdict::warning, Verdict::wrong, Verdict::unknown})
    summary.count(verdict);
  EXPECT_EQ(to_json(summary).dump(),
            R"({"event":"summary","fine":1,"warnings":1,"wrong":1,"unknown":1,"exit":2})");
  EXPECT_EQ(to_text(summary), "1 fine, 1 warning, 1 wrong, 1 not known.\n");
}

}  // namespace
}  // namespace otaru::host
