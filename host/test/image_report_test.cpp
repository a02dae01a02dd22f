#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/image_report.hpp>

#include "golden.hpp"

namespace otaru::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImageReport, KnowsWhatTheManifestOfTheVectorsSays) {
  const std::vector<std::byte> text = golden("manifest.json");
  const auto* letters = reinterpret_cast<const char*>(text.data());
  const auto manifest = nlohmann::ordered_json::parse(letters, letters + text.size());
  ASSERT_EQ(manifest.size(), 9u);
  for (const auto& [name, expected] : manifest.items()) {
    const auto json = to_json(inspect_file(name, golden(name.c_str())));
    EXPECT_EQ(json["size"], expected["size"]) << name;
    EXPECT_EQ(json["sha256"], expected["sha256"]) << name;
    EXPECT_EQ(std::stoul(json["byte_sum"].get<std::string>(), nullptr, 16),
              std::stoul(expected["byte_sum"].get<std::string>(), nullptr, 16))
        << name;
  }
}

TEST(ImageReport, AsJsonHasTheKeysThatScriptsRelyOn) {
  const auto json = to_json(inspect_file("a.bin", golden("ota-one-imagetool.bin")));
  EXPECT_EQ(json["file"], "a.bin");
  EXPECT_EQ(json["kind"], "ota");
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["version"], "0xFFFFFFFF");
  EXPECT_EQ(json["header_count"], 1);
  const auto& image = json["images"].at(0);
  EXPECT_EQ(image["id"], "OTA1");
  EXPECT_EQ(image["stated_sum"], image["computed_sum"]);
  EXPECT_EQ(image["length"], 16384);
  EXPECT_EQ(image["offset"], 32);
  EXPECT_EQ(image["flash_address"], "0x0800B000");
  EXPECT_EQ(image["kind"], "image2");
  ASSERT_EQ(image["segments"].size(), 5u);
  EXPECT_EQ(image["segments"][2]["kind"], "KM4 XIP");
  EXPECT_EQ(image["segments"][2]["offset"], 0x2000);
  EXPECT_EQ(image["segments"][2]["load_address"], "0x0E000020");
  EXPECT_EQ(image["padding"][0]["blank"], true);
  EXPECT_TRUE(json["problems"].empty());
  EXPECT_TRUE(json["warnings"].empty());
}

TEST(ImageReport, OfAnImage2HasItsSegmentsAtTheTop) {
  const auto json = to_json(inspect_file("a.bin", golden("image2-no-psram.bin")));
  EXPECT_EQ(json["kind"], "image2");
  EXPECT_EQ(json["segments"].size(), 4u);
  EXPECT_FALSE(json.contains("images"));
}

TEST(ImageReport, SaysWhatAnUnknownFileShouldHaveBeen) {
  const FileReport report = inspect_file("a.bin", golden("blob-1234.bin"));
  ASSERT_EQ(report.findings.problems.size(), 1u);
  EXPECT_EQ(report.findings.problems[0].code, "not_recognised");
  EXPECT_THAT(report.findings.problems[0].message, HasSubstr("km0_km4_image2.bin"));
  EXPECT_THAT(inspect_file("a", {}).findings.problems.at(0).message, HasSubstr("empty"));
}

TEST(ImageReport, AsTextShowsEveryHeaderFieldAndSegment) {
  const std::string text = to_text(inspect_file("a.bin", golden("ota-one-imagetool.bin")), ColourDepth::none);
  for (const char* expected :
       {"a.bin: OTA file, 16,416 bytes", "firmware version", "header count", "image id", "header length",
        "checksum", "image length", "offset", "flash address", "0x0026ADFB", "KM0 XIP", "KM0 RAM", "KM4 XIP",
        "KM4 RAM", "KM4 PSRAM", "padding", "No problems."}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "no colours where none are wanted";
}

TEST(ImageReport, AsTextNamesEveryProblemWithItsOffset) {
  std::vector<std::byte> file = golden("ota-one-imagetool.bin");
  file[16] ^= std::byte{1};
  const std::string text = to_text(inspect_file("a.bin", file), ColourDepth::none);
  EXPECT_THAT(text, HasSubstr("Problem at 0x10: The bytes of image OTA1 add up to 0x0026ADFB"));
  EXPECT_THAT(text, HasSubstr("WRONG"));
  EXPECT_THAT(text, HasSubstr("1 problem."));
}

}  // namespace
}  // namespace otaru::host
