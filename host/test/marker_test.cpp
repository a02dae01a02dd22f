#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/host/marker.hpp>

namespace otaru::host {
namespace {

using namespace std::string_literals;

const std::string kWhole =
    "\x7FOTARU-IMAGE/1\nname=MyAmeba\nversion=1.2.3\nboard=ameba_rtl8721d\nlibrary=0.1.0\n\0"s;

std::optional<Marker> find_in(std::string_view text) {
  return find_marker(std::as_bytes(std::span(text)));
}

TEST(Marker, IsFoundWhereverItStands) {
  const auto marker = find_in("code"s + kWhole + "more code");
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->offset, 4u);
  EXPECT_EQ(marker->name, "MyAmeba");
  EXPECT_EQ(marker->version, "1.2.3");
  EXPECT_EQ(marker->board, "ameba_rtl8721d");
  EXPECT_EQ(marker->library, "0.1.0");
}

TEST(Marker, IsNotFoundWhereNoneIs) {
  EXPECT_FALSE(find_in(""));
  EXPECT_FALSE(find_in("an image of a sketch without the library"));
}

TEST(Marker, CutOffAnywhereIsNone) {
  std::size_t cuts = 0;
  for (std::size_t size = 0; size < kWhole.size(); ++size, ++cuts)
    EXPECT_FALSE(find_in(std::string_view(kWhole).substr(0, size))) << size;
  EXPECT_GT(cuts, 50u);
}

TEST(Marker, OfAnotherShapeIsPassedOver) {
  // What a program that looks for markers holds itself.
  const auto marker = find_in("\x7FOTARU-IMAGE/1\n\0"s + kWhole);
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->offset, 16u);
  EXPECT_FALSE(find_in("\x7FOTARU-IMAGE/1\nversion=1\nname=x\nboard=b\nlibrary=1\n\0"s));
  EXPECT_FALSE(find_in("\x7FOTARU-IMAGE/1\nname=x\nversion=1\nboard=b\nlibrary=1\nmore=1\n\0"s));
  EXPECT_FALSE(
      find_in("\x7FOTARU-IMAGE/1\nname=" + std::string(256, 'x') + "\nversion=1\nboard=b\nlibrary=1\n\0"s));
}

TEST(Marker, SpeaksToPeopleWithoutTheControlCharactersOfAnImage) {
  const auto marker = find_in("\x7FOTARU-IMAGE/1\nname=a\x1B[2Jb\nversion=1\nboard=b\nlibrary=1\n\0"s);
  ASSERT_TRUE(marker);
  EXPECT_EQ(to_text(marker).find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace otaru::host
