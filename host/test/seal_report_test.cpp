#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/image_report.hpp>

#include "test_keys.hpp"

namespace otaru::host {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> codes(const std::vector<Finding>& findings) {
  std::vector<std::string> list;
  for (const Finding& finding : findings) list.push_back(finding.code);
  return list;
}

FileReport judged(std::vector<std::byte> content, const std::vector<NamedKey>& keys) {
  FileReport report = inspect_file("a.bin", content);
  judge_seals(report, keys);
  return report;
}

std::vector<std::byte> changed(const char* name, std::size_t at) {
  std::vector<std::byte> content = golden(name);
  content.at(at) ^= std::byte{1};
  return content;
}

constexpr std::size_t kSealAt = 8192;  // in the sealed vectors

TEST(SealReport, TellsEveryFieldAndThatTheSealIsRight) {
  const auto json = to_json(judged(golden("sealed-all-fields.bin"), {named(golden_key(), "k.pub")}));
  EXPECT_EQ(json["ok"], true);
  const auto& seal = json["seal"];
  EXPECT_EQ(seal["offset"], kSealAt);
  EXPECT_EQ(seal["format"], 1);
  EXPECT_EQ(seal["board"], "ameba_rtl8721d");
  EXPECT_EQ(seal["version"], "65535.0.9");
  EXPECT_EQ(seal["counter"], 0xFFFF'FFFF);
  EXPECT_EQ(seal["not_after"], "2099-12-31T23:59:59Z");
  EXPECT_EQ(seal["length"], kSealAt);
  EXPECT_EQ(seal["length_fits"], true);
  EXPECT_EQ(seal["sha256"], "86a470b984bd18f5f2b211fe945f7d73df4b28811cdf024532195e8207f3ecc8");
  EXPECT_EQ(seal["sha256_fits"], true);
  EXPECT_EQ(seal["key_id"], to_json(named(golden_key()))["id"]);
  ASSERT_EQ(seal["next_keys"].size(), 4u);
  EXPECT_EQ(seal["next_keys"][1]["public_key"], to_json(named(small_key(1)))["public_key"]);
  EXPECT_EQ(seal["verified"], true);
  EXPECT_EQ(seal["verified_by"], "k.pub");
}

TEST(SealReport, SaysNothingOfTheSignatureWithoutAKey) {
  const auto json = to_json(judged(golden("sealed-plain.bin"), {}));
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["seal"]["verified"], nullptr);
  EXPECT_EQ(json["seal"]["verified_by"], nullptr);
  EXPECT_EQ(json["seal"]["not_after"], nullptr);
}

TEST(SealReport, IsNullForAnImageWithoutASeal) {
  const auto json = to_json(judged(golden("image2-no-psram.bin"), {}));
  EXPECT_EQ(json["seal"], nullptr);
  EXPECT_EQ(json["ok"], true);
  const auto ota = to_json(judged(golden("ota-one-sdk.bin"), {}));
  EXPECT_EQ(ota["images"][0]["seal"], nullptr);
}

TEST(SealReport, WithAKeyAnImageWithoutASealIsAProblem) {
  const FileReport report = judged(golden("ota-one-sdk.bin"), {named(golden_key())});
  EXPECT_EQ(codes(report.findings.problems), (std::vector<std::string>{"seal_missing"}));
}

TEST(SealReport, FindsTheRightKeyAmongSeveral) {
  const FileReport report =
      judged(golden("sealed-plain.bin"), {named(small_key(1), "1"), named(golden_key(), "2")});
  EXPECT_EQ(report.image2.seal->verified_by, "2");
}

TEST(SealReport, ByAnotherKeyIsAProblem) {
  const FileReport report = judged(golden("sealed-plain.bin"), {named(small_key(1))});
  EXPECT_EQ(codes(report.findings.problems), (std::vector<std::string>{"seal_key"}));
  EXPECT_EQ(report.image2.seal->verified, false);
}

TEST(SealReport, OfAChangedSealIsAProblem) {
  for (const std::size_t at :
       {kSealAt + 16, kSealAt + 56, kSealAt + 130, kSealAt + 447, kSealAt + 448, kSealAt + 511}) {
    const FileReport report = judged(changed("sealed-plain.bin", at), {named(golden_key())});
    EXPECT_EQ(codes(report.findings.problems), (std::vector<std::string>{"seal_signature"})) << at;
  }
}

TEST(SealReport, OfAChangedImageIsAProblemWithoutAnyKey) {
  const FileReport report = judged(changed("sealed-plain.bin", 5000), {});
  EXPECT_EQ(codes(report.findings.problems), (std::vector<std::string>{"seal_image"}));
  EXPECT_EQ(report.findings.problems[0].offset, kSealAt);
  EXPECT_TRUE(report.image2.seal->length_fits);
  EXPECT_FALSE(report.image2.seal->sha256_fits);
}

TEST(SealReport, OfAnotherFormatSaysSoAndNoMore) {
  const FileReport report = judged(changed("sealed-plain.bin", kSealAt + 8), {named(golden_key())});
  EXPECT_EQ(codes(report.findings.warnings), (std::vector<std::string>{"seal_format"}));
  EXPECT_FALSE(report.image2.seal->known);
  EXPECT_FALSE(to_json(report)["seal"].contains("board"));
  EXPECT_THAT(to_text(report, ColourDepth::none), HasSubstr("not known here"));
}

TEST(SealReport, AsTextExplains) {
  const std::string text =
      to_text(judged(golden("sealed-all-fields.bin"), {named(golden_key(), "k.pub")}), ColourDepth::none);
  for (const char* expected : {"ameba_rtl8721d", "65535.0.9", "4294967295", "2099-12-31T23:59:59Z",
                               "as this image's", "next key", "right, by k.pub", "No problems."})
    EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_THAT(to_text(judged(golden("image2-psram.bin"), {}), ColourDepth::none), HasSubstr("not sealed"));
  EXPECT_THAT(to_text(judged(golden("sealed-plain.bin"), {named(small_key(1))}), ColourDepth::none),
              HasSubstr("WRONG"));
}

}  // namespace
}  // namespace otaru::host
