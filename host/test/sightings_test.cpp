#include <gtest/gtest.h>

#include <otaru/host/sightings.hpp>

namespace otaru::host {
namespace {

using Kind = Sightings::News::Kind;

Sighting sighting(mdns::InterfaceId interface, const std::string& name, const std::string& address) {
  Sighting seen;
  seen.interface = interface;
  seen.board.name = name;
  seen.board.host = name + ".local";
  seen.board.address = address;
  seen.board.port = 8020;
  seen.addresses = {address};
  return seen;
}

Sighting with_id(Sighting seen, const std::string& id) {
  seen.board.txt["id"] = id;
  return seen;
}

TEST(Sightings, TellsABoardSeenByTwoInterfacesOnce) {
  Sightings sightings;
  const auto first = sightings.take(sighting(2, "MyAmeba", "192.0.2.7"));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->kind, Kind::found);
  EXPECT_FALSE(sightings.take(sighting(3, "MyAmeba", "192.0.2.7")).has_value());
  EXPECT_EQ(sightings.boards().size(), 1u);
}

TEST(Sightings, KeepsABoardWhileAnyInterfaceStillShowsIt) {
  Sightings sightings;
  (void)sightings.take(sighting(2, "MyAmeba", "192.0.2.7"));
  (void)sightings.take(sighting(3, "MyAmeba", "192.0.2.7"));
  EXPECT_FALSE(sightings.lose(sighting(2, "MyAmeba", "192.0.2.7")).has_value());
  const auto last = sightings.lose(sighting(3, "MyAmeba", "192.0.2.7"));
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->kind, Kind::gone);
  EXPECT_TRUE(sightings.boards().empty());
}

TEST(Sightings, TellsTwoBoardsOfOneNameOnTwoNetworksApart) {
  Sightings sightings;
  (void)sightings.take(sighting(2, "MyAmeba", "192.0.2.7"));
  EXPECT_TRUE(sightings.take(sighting(3, "MyAmeba", "198.51.100.7")).has_value());
  EXPECT_EQ(sightings.boards().size(), 2u);
}

TEST(Sightings, KnowsABoardWithTwoAddressesByItsId) {
  Sightings sightings;
  (void)sightings.take(with_id(sighting(2, "MyAmeba", "192.0.2.7"), "a1"));
  EXPECT_FALSE(sightings.take(with_id(sighting(3, "MyAmeba", "198.51.100.7"), "a1")).has_value());
  EXPECT_TRUE(sightings.take(with_id(sighting(4, "MyAmeba", "192.0.2.7"), "b2")).has_value())
      << "the same address on another network, another board";
}

TEST(Sightings, TellsAChangeOnceAndSilenceOtherwise) {
  Sightings sightings;
  Sighting seen = sighting(2, "MyAmeba", "192.0.2.7");
  (void)sightings.take(seen);
  EXPECT_FALSE(sightings.take(seen).has_value());
  seen.board.txt["ver"] = "2";
  const auto changed = sightings.take(seen);
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->kind, Kind::changed);
  EXPECT_EQ(changed->board.txt.at("ver"), "2");
}

TEST(Sightings, PrefersTheInterfaceThatShowsAnIpv4Address) {
  Sightings sightings;
  (void)sightings.take(with_id(sighting(2, "MyAmeba", "fe80::7%eth0"), "a1"));
  const auto changed = sightings.take(with_id(sighting(3, "MyAmeba", "192.0.2.7"), "a1"));
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->kind, Kind::changed);
  EXPECT_EQ(changed->board.address, "192.0.2.7");
}

TEST(SameText, IgnoresCapitalsOfAsciiOnly) {
  EXPECT_TRUE(same_text("MyAmeba", "mYaMEBA"));
  EXPECT_FALSE(same_text("MyAmeba", "MyAmeba-2"));
  EXPECT_FALSE(same_text("\xC3\x84", "\xC3\xA4")) << "names are compared as DNS does";
}

}  // namespace
}  // namespace otaru::host
