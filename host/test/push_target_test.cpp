#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(PushTarget, TakesNamesAndAddressesApart) {
  struct Case {
    const char* text;
    const char* name;
    std::optional<std::uint16_t> port;
  };
  const Case cases[]{
      {"MyAmeba", "MyAmeba", {}},
      {"MyAmeba:9000", "MyAmeba", 9000},
      {"MyAmeba.local:8082", "MyAmeba.local", 8082},
      {"My Board v1.2", "My Board v1.2", {}},
      {"192.0.2.7", "192.0.2.7", {}},
      {"192.0.2.7:65535", "192.0.2.7", 65535},
      {"::1", "::1", {}},
      {"2001:db8::7:8020", "2001:db8::7:8020", {}},
      {"[::1]", "::1", {}},
      {"[::1]:8020", "::1", 8020},
  };
  for (const Case& c : cases) {
    const PushTarget target = parse_push_target(c.text);
    EXPECT_EQ(target.name, c.name) << c.text;
    EXPECT_EQ(target.port, c.port) << c.text;
  }
}

TEST(PushTarget, RefusesWhatNamesNoBoard) {
  for (const char* text :
       {"", ":8020", "board:", "board:0", "board:65536", "board:-1", "board:http", "board:80x", "[::1",
        "[board]:80", "[::1]80", "[::1]:", "[]", "192.0.2.999", "192.0.2.256:8020", "1..2.3"}) {
    EXPECT_THROW((void)parse_push_target(text), BadInput) << text;
  }
}

DiscoveredBoard ameba(bool otaru) {
  DiscoveredBoard board;
  board.name = "MyAmeba";
  board.host = "MyAmeba.local";
  board.address = "192.0.2.7";
  board.port = otaru ? 9999 : 5000;
  board.otaru = otaru;
  board.label = "MyAmeba at 192.0.2.7";
  return board;
}

LocateOptions finding(std::optional<DiscoveredBoard> board, std::vector<std::string>* asked = nullptr) {
  LocateOptions options;
  options.find_board = [board, asked](const std::string& name, std::chrono::milliseconds) {
    if (asked != nullptr) asked->push_back(name);
    return board;
  };
  return options;
}

TEST(Locate, TakesAnAddressAsItIsAndAsksNobody) {
  std::vector<std::string> asked;
  const BoardPlace place = locate({"192.0.2.9", {}}, finding(ameba(true), &asked));
  EXPECT_THAT(place.addresses, ElementsAre("192.0.2.9"));
  EXPECT_THAT(place.ports, ElementsAre(8020, 8082));
  EXPECT_EQ(place.mdns_name, "");
  EXPECT_THAT(asked, IsEmpty());
}

TEST(Locate, BelievesThePortOfABoardOfOursOnly) {
  EXPECT_THAT(locate({"myameba", {}}, finding(ameba(true))).ports, ElementsAre(9999));
  EXPECT_THAT(locate({"myameba", {}}, finding(ameba(false))).ports, ElementsAre(8020, 8082));
  EXPECT_THAT(locate({"myameba", 1234}, finding(ameba(true))).ports, ElementsAre(1234));
}

TEST(Locate, RemembersTheNameOfABoardFoundByMdns) {
  std::vector<std::string> asked;
  const BoardPlace place = locate({"myameba.local", {}}, finding(ameba(true), &asked));
  EXPECT_THAT(asked, ElementsAre("myameba.local"));
  EXPECT_EQ(place.mdns_name, "MyAmeba");
  EXPECT_EQ(place.label, "MyAmeba at 192.0.2.7");
  EXPECT_THAT(place.addresses, ElementsAre("192.0.2.7"));
}

TEST(Locate, KnowsWhetherABoardWantsAPasswordFromItsAnnouncementOnly) {
  const auto found = [](bool otaru, const char* auth_upload) {
    LocateOptions options;
    options.find_board = [=](const std::string&, std::chrono::milliseconds) {
      DiscoveredBoard board = ameba(otaru);
      board.txt["auth_upload"] = auth_upload;
      return std::optional(board);
    };
    return locate({"myameba", {}}, options).wants_password;
  };
  EXPECT_EQ(found(true, "yes"), true);
  EXPECT_EQ(found(true, "no"), false);
  EXPECT_EQ(found(false, "yes"), true) << "whoever says it";
  EXPECT_EQ(found(false, "no"), std::nullopt) << "sketches with the class OTA say so, too";
  EXPECT_EQ(found(true, "perhaps"), std::nullopt);
  EXPECT_EQ(locate({"192.0.2.9", {}}, finding(ameba(true))).wants_password, std::nullopt);
}

TEST(Locate, ResolvesLocalhostWithoutMdns) {
  std::vector<std::string> asked;
  const BoardPlace place = locate({"localhost", {}}, finding(ameba(true), &asked));
  EXPECT_THAT(place.addresses, Contains("127.0.0.1"));
  EXPECT_THAT(asked, IsEmpty());
}

TEST(Locate, SaysThatThereIsNoSuchBoard) {
  LocateOptions options;
  options.find_board = [](const std::string&, std::chrono::milliseconds) -> std::optional<DiscoveredBoard> {
    throw std::system_error(std::make_error_code(std::errc::network_down));
  };
  try {
    (void)locate({"NoSuchBoard.local", {}}, options);
    FAIL() << "there is no such board";
  } catch (const NoBoard& failure) {
    EXPECT_EQ(failure.code(), "not_found");
    EXPECT_THAT(failure.what(), HasSubstr("NoSuchBoard.local"));
    EXPECT_THAT(failure.what(), HasSubstr("otaru discover"));
  }
}

TEST(Locate, EndsWhenTheUserWantsToStop) {
  LocateOptions options;
  options.interrupted = [] { return true; };
  try {
    (void)locate({"MyAmeba.local", {}}, options);
    FAIL() << "it was to stop";
  } catch (const NoBoard& failure) {
    EXPECT_EQ(failure.code(), "interrupted");
  }
}

TEST(PushTarget, TriesTheAnnouncedPortFirstAndNeverThatOfStockAnnouncements) {
  EXPECT_THAT(ports_to_try(9000), ElementsAre(9000, 8020, 8082));
  EXPECT_THAT(ports_to_try(8020), ElementsAre(8020, 8082));
  EXPECT_THAT(ports_to_try(8082), ElementsAre(8082, 8020));
  EXPECT_THAT(ports_to_try(5000), ElementsAre(8020, 8082));
  EXPECT_THAT(ports_to_try(0), ElementsAre(8020, 8082));
}

}  // namespace
}  // namespace otaru::host
