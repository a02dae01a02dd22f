#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>

#include "temporary_folder.hpp"
#include "test_keys.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(KeyFiles, AreTwoOfWhichTheSecretOneIsForItsOwnerAlone) {
  const TemporaryFolder folder;
  const NamedKey made = make_key_files(folder / "key", false);
  EXPECT_TRUE(made.from_private_key);
  EXPECT_EQ(fs::status(folder / "key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(load_signing_key(folder / "key").public_key(), made.key);
  EXPECT_EQ(load_public_key(folder / "key.pub").key, made.key);
  EXPECT_EQ(load_any_key(folder / "key").key, made.key);
  EXPECT_TRUE(load_any_key(folder / "key").from_private_key);
  EXPECT_FALSE(load_any_key(folder / "key.pub").from_private_key);
}

TEST(KeyFiles, AreNotOverwrittenUnlessForced) {
  const TemporaryFolder folder;
  const NamedKey first = make_key_files(folder / "key", false);
  EXPECT_THAT([&] { make_key_files(folder / "key", false); }, ThrowsMessage<BadInput>(HasSubstr("exists")));
  EXPECT_EQ(load_signing_key(folder / "key").public_key(), first.key);
  fs::remove(folder / "key");
  EXPECT_THAT([&] { make_key_files(folder / "key", false); }, ThrowsMessage<BadInput>(HasSubstr("key.pub")));
  EXPECT_FALSE(fs::exists(folder / "key"));
  EXPECT_NE(make_key_files(folder / "key", true).key, first.key);
}

TEST(KeyFiles, OfTheOtherHalfAreRefusedWithAWord) {
  const TemporaryFolder folder;
  make_key_files(folder / "key", false);
  EXPECT_THAT([&] { load_signing_key(folder / "key.pub"); },
              ThrowsMessage<BadInput>(HasSubstr("public key")));
  EXPECT_THAT([&] { load_public_key(folder / "key"); }, ThrowsMessage<BadInput>(HasSubstr("key.pub")));
}

TEST(KeyFiles, ThatAreNoneSayWhatWasWanted) {
  const TemporaryFolder folder;
  write_file(folder / "text", "text");
  EXPECT_THAT([&] { load_signing_key(folder / "text"); },
              ThrowsMessage<BadInput>(HasSubstr("no private key")));
  EXPECT_THAT([&] { load_public_key(folder / "text"); }, ThrowsMessage<BadInput>(HasSubstr("PEM")));
  EXPECT_THAT([&] { load_any_key(folder / "none"); }, ThrowsMessage<BadInput>(HasSubstr("Cannot read")));
}

TEST(KeyFiles, ShowTheKeyOfTheRfc) {
  const auto json = to_json(named(golden_key(), "k.pub"));
  EXPECT_EQ(json["file"], "k.pub");
  EXPECT_EQ(json["kind"], "public");
  EXPECT_EQ(json["curve"], "P-256");
  EXPECT_EQ(json["id"], "d6c23e2744a840cb");
  EXPECT_EQ(json["public_key"],
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

TEST(KeyFiles, AsTextHaveAnArrayForASketch) {
  const std::string text = to_text(named(golden_key(), "k.pub"));
  EXPECT_THAT(text, HasSubstr("uint8_t otaru_key[64] = {\n    0x60, 0xfe, 0xd4,"));
  EXPECT_THAT(text, HasSubstr("0x22, 0x99,\n};"));
}

}  // namespace
}  // namespace otaru::host
