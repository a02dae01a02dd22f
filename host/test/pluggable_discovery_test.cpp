#include <stdexcept>

#include <gtest/gtest.h>

#include <otaru/host/pluggable_discovery.hpp>

namespace otaru::host {
namespace {

using Json = nlohmann::ordered_json;

/// An IDE, and a network with the ports that the test puts there.
class Conversation : public testing::Test {
 protected:
  /// Says a line; gives the answers to it.
  std::vector<Json> say(const std::string& line) {
    said_.clear();
    alive_ = discovery_.take(line);
    return said_;
  }

  /// The one answer: its event, with `!` before an error.
  std::string event(const std::string& line) {
    const auto answers = say(line);
    if (answers.size() != 1) return "answers: " + std::to_string(answers.size());
    if (answers[0].value("error", false)) return "!" + answers[0].at("eventType").get<std::string>();
    return answers[0].at("eventType");
  }

  std::vector<Json> said_;
  std::vector<IdePort> ports_;
  int runs_ = 0;
  bool alive_ = true;
  std::string fault_;
  PluggableDiscovery discovery_{{[this] {
                                   if (!fault_.empty()) throw std::runtime_error(fault_);
                                   ++runs_;
                                   discovery_.set_ports(ports_);
                                 },
                                 [this] { --runs_; },
                                 [this](const Json& message) { said_.push_back(message); }}};
};

const IdePort kPort{
    "192.0.2.7", "MyAmeba at 192.0.2.7", "a1", {{"port", "8020"}, {"board", "ameba_rtl8721d"}}};

TEST_F(Conversation, SaysHelloFirstAndOnce) {
  for (const char* early : {"START", "LIST", "START_SYNC", "STOP", "FOO", ""})
    EXPECT_EQ(event(early), "!command_error") << early;
  EXPECT_EQ(say("HELLO 1 \"Arduino IDE 2.3\"")[0],
            Json::parse(R"({"eventType":"hello","protocolVersion":1,"message":"OK"})"));
  EXPECT_EQ(event("HELLO 1 \"again\""), "!hello");
  EXPECT_EQ(event("START"), "start");
}

TEST_F(Conversation, TakesNewerClientsAndNoBrokenGreetings) {
  for (const char* broken : {"HELLO", "HELLO 1", "HELLO x \"a\"", "HELLO 0 \"a\"", "HELLO 1 a",
                             "HELLO 1 \"\"", "HELLO 1 \"a\"b\"", "HELLO 99999999999999999999 \"a\""})
    EXPECT_EQ(event(broken), "!hello") << broken;
  EXPECT_EQ(say("hello 7 \"the future\"\r")[0].at("protocolVersion"), 1);
}

TEST_F(Conversation, ListsPortsBetweenStartAndStop) {
  (void)say("HELLO 1 \"a\"");
  EXPECT_EQ(event("LIST"), "!list");
  EXPECT_EQ(event("STOP"), "!stop");
  ports_ = {kPort};
  EXPECT_EQ(event("START"), "start");
  EXPECT_EQ(event("START"), "!start");
  EXPECT_EQ(event("START_SYNC"), "!start_sync");
  EXPECT_EQ(say("LIST")[0], Json::parse(R"({"eventType":"list","ports":[{"address":"192.0.2.7",
      "label":"MyAmeba at 192.0.2.7","protocol":"network","protocolLabel":"Network port","hardwareId":"a1",
      "properties":{"board":"ameba_rtl8721d","port":"8020"}}]})"));
  said_.clear();
  discovery_.set_ports({});
  EXPECT_TRUE(said_.empty()) << "no events without START_SYNC";
  EXPECT_EQ(say("LIST")[0].at("ports"), Json::array());
  EXPECT_EQ(event("STOP"), "stop");
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(event("LIST"), "!list");
}

TEST_F(Conversation, TellsWhatComesChangesAndGoes) {
  (void)say("HELLO 1 \"a\"");
  ports_ = {kPort};
  const auto begin = say("START_SYNC");
  ASSERT_EQ(begin.size(), 2u);
  EXPECT_EQ(begin[0].at("eventType"), "start_sync") << "the answer, and then what is there";
  EXPECT_EQ(begin[1].at("eventType"), "add");
  EXPECT_EQ(begin[1].at("port").at("address"), "192.0.2.7");
  EXPECT_EQ(event("LIST"), "!list");
  EXPECT_EQ(event("START_SYNC"), "!start_sync");
  EXPECT_EQ(event("START"), "!start");

  said_.clear();
  discovery_.set_ports({kPort});
  EXPECT_TRUE(said_.empty());
  IdePort changed = kPort;
  changed.properties["port"] = "9000";
  discovery_.set_ports({changed});
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_EQ(said_[0].at("eventType"), "add");
  said_.clear();
  discovery_.set_ports({});
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_EQ(said_[0],
            Json::parse(R"({"eventType":"remove","port":{"address":"192.0.2.7","protocol":"network"}})"));

  EXPECT_EQ(event("STOP"), "stop");
  EXPECT_EQ(say("START_SYNC").size(), 2u) << "all is told anew";
}

TEST_F(Conversation, TellsWhyItCannotStartAndCanTryAgain) {
  (void)say("HELLO 1 \"a\"");
  fault_ = "There is no interface 'wlan9'.";
  EXPECT_EQ(
      say("START_SYNC")[0],
      Json::parse(R"({"eventType":"start_sync","error":true,"message":"There is no interface 'wlan9'."})"));
  EXPECT_EQ(event("START"), "!start");
  fault_.clear();
  EXPECT_EQ(event("START"), "start");
}

TEST_F(Conversation, EndsWithQuitAtAnyTime) {
  EXPECT_EQ(event("QUIT"), "quit");
  EXPECT_FALSE(alive_);
  (void)say("HELLO 1 \"a\"");
  (void)say("START");
  EXPECT_EQ(event("QUIT"), "quit");
  EXPECT_FALSE(alive_);
  EXPECT_EQ(runs_, 0);
}

TEST_F(Conversation, GoesOnAfterUnknownCommands) {
  (void)say("HELLO 1 \"a\"");
  EXPECT_EQ(say("FOO bar")[0],
            Json::parse(R"({"eventType":"command_error","error":true,"message":"Unknown command FOO"})"));
  EXPECT_TRUE(alive_);
  EXPECT_EQ(event("START"), "start");
}

TEST(IdePort, OfABoardHasItsTxtEntriesWithoutControlCharacters) {
  DiscoveredBoard board;
  board.name = "MyAmeba";
  board.host = "MyAmeba.local";
  board.address = "192.0.2.7";
  board.port = 8020;
  board.label = "MyAmeba at 192.0.2.7";
  board.txt = {{"id", "a1"}, {"auth_upload", "yes"}, {"port", "1"}, {"x", "\x1b[2J"}};
  const IdePort port = port_of(board);
  EXPECT_EQ(port.hardware_id, "a1");
  EXPECT_EQ(port.properties.at("auth_upload"), "yes");
  EXPECT_EQ(port.properties.at("port"), "8020") << "a TXT entry is no port";
  EXPECT_EQ(port.properties.at("x"), "?[2J");
}

TEST(IdePort, OfABoardHasNothingThatTheIdesCommandLineCouldBreakAt) {
  DiscoveredBoard board;
  board.name = "a\"b {password}";
  board.host = "it's.local";
  board.address = "192.0.2.7";
  board.label = "a\"b {password} at 192.0.2.7";
  board.txt = {{"id", "`x`"}, {"{k}", "no\" \"--to=192.0.2.66"}, {"auth_upload", "no\" \"--password=-"}};
  const IdePort port = port_of(board);
  EXPECT_EQ(port.label, "a?b ?password? at 192.0.2.7");
  EXPECT_EQ(port.hardware_id, "?x?");
  EXPECT_EQ(port.properties.at("name"), "a?b ?password?");
  EXPECT_EQ(port.properties.at("hostname"), "it?s.local");
  EXPECT_EQ(port.properties.at("?k?"), "no? ?--to=192.0.2.66");
  EXPECT_FALSE(port.properties.contains("auth_upload")) << "only yes or no is handed on";
}

TEST(IdePort, OfAListedBoardHasThePortOfItsAddress) {
  EXPECT_EQ(port_of(ListedBoard{"192.0.2.7:9000", "Cellar"}).properties.at("port"), "9000");
  const IdePort port = port_of(ListedBoard{"192.0.2.7", "192.0.2.7"});
  EXPECT_EQ(port.properties.at("port"), "8020");
  EXPECT_EQ(port.label, "192.0.2.7");
  EXPECT_EQ(port_of(ListedBoard{"192.0.2.7", "Cellar"}).label, "Cellar at 192.0.2.7");
}

}  // namespace
}  // namespace otaru::host
