#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/host/failure.hpp>
#include <otaru/host/image_report.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/push_file.hpp>
#include <otaru/host/seal_terms.hpp>
#include <otaru/host/sealing.hpp>

#include "test_keys.hpp"

namespace otaru::host {
namespace {

using Content = std::vector<std::byte>;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

SealTerms terms() {
  return {.board = "ameba_rtl8721d", .version = {1, 4, 0}, .counter = 7, .not_after = 0, .next_keys = {}};
}

Content sealed(const Content& content, const SealTerms& wanted = terms(),
               const mbed::SigningKey& key = golden_key()) {
  SealFile file("a.bin", content);
  file.put_seal(wanted, key.public_key());
  file.attach(key.sign(file.digest()).value(), key.public_key());
  return file.content();
}

FileReport judged(const Content& content, const mbed::SigningKey& key = golden_key()) {
  FileReport report = inspect_file("a.bin", content);
  judge_seals(report, {named(key)});
  return report;
}

// Signatures are deterministic (RFC 6979), so that sealed files can be compared byte by byte.
TEST(Sealing, MakesTheSealedVectors) {
  EXPECT_EQ(sealed(golden("image2-no-psram.bin")), golden("sealed-plain.bin"));
  SealTerms all = terms();
  all.version = {65535, 0, 9};
  all.counter = 0xFFFF'FFFF;
  all.not_after = parse_not_after("2099-12-31").value();
  all.next_keys = {golden_key().public_key(), small_key(1).public_key(), small_key(2).public_key(),
                   small_key(3).public_key()};
  EXPECT_EQ(sealed(golden("image2-no-psram.bin"), all), golden("sealed-all-fields.bin"));
}

TEST(Sealing, AppendsTheSealAndChangesNothingElseOfAnImage2) {
  const Content image = golden("image2-psram.bin");
  const Content file = sealed(image);
  ASSERT_EQ(file.size(), image.size() + 512);
  EXPECT_TRUE(std::equal(image.begin(), image.end(), file.begin()));
  const FileReport report = judged(file);
  EXPECT_TRUE(report.findings.ok());
  EXPECT_TRUE(report.findings.warnings.empty());
  ASSERT_TRUE(report.image2.seal);
  EXPECT_EQ(report.image2.seal->verified, true);
}

TEST(Sealing, OfAnOtaFileIsThePackingOfTheSealedImage) {
  const Content image = golden("image2-psram.bin");
  PackOptions options;
  options.version = 0x0102'0304;
  options.address = 0x0800'B000;
  const Content file = pack({{image::ImageId::ota2, "a", image}}, options).content;
  EXPECT_EQ(sealed(file), pack({{image::ImageId::ota2, "a", sealed(image)}}, options).content);
}

TEST(Sealing, LeavesAFileThatCanBePushed) {
  EXPECT_NO_THROW(check_push_file("a", sealed(golden("image2-psram.bin"))));
  EXPECT_NO_THROW(check_push_file("a", sealed(golden("ota-one-sdk.bin"))));
}

TEST(Sealing, AgainReplacesTheSeal) {
  const Content image = golden("image2-psram.bin");
  SealTerms other = terms();
  other.counter = 8;
  SealFile file("a", sealed(image));
  EXPECT_TRUE(file.sealed());
  EXPECT_EQ(sealed(sealed(image), other), sealed(image, other));
}

TEST(Sealing, TakesAnImageUpToTheLastByteOfItsSlot) {
  const std::uint32_t room = flash::kAmebaD2Mb.ota1.capacity();
  EXPECT_EQ(sealed(image::made_image2_of(room - 512)).size(), room);
  EXPECT_THAT([&] { sealed(image::made_image2_of(room - 511)); },
              ThrowsMessage<BadInput>(HasSubstr("a slot holds at most")));
}

TEST(Sealing, RefusesWhatIsNoWholeImage) {
  Content cut = golden("image2-psram.bin");
  cut.resize(0x1500);
  Content damaged = golden("ota-one-sdk.bin");
  damaged[100] ^= std::byte{1};
  for (const auto& [content, word] : {std::pair<Content, const char*>{cut, "cut off"},
                                      {damaged, "add up to"},
                                      {golden("ota-three-imagetool.bin"), "3 images"},
                                      {golden("blob-1234.bin"), "neither"},
                                      {Content{}, "neither"}})
    EXPECT_THAT([&file = content] { SealFile("a", file); }, ThrowsMessage<BadInput>(HasSubstr(word)));
}

TEST(Sealing, RefusesTermsThatDoNotFit) {
  const Content image = golden("image2-psram.bin");
  SealTerms long_name = terms();
  long_name.board = std::string(33, 'x');
  EXPECT_THAT([&] { sealed(image, long_name); }, ThrowsMessage<BadInput>(HasSubstr("no board type")));
  SealTerms many_keys = terms();
  many_keys.next_keys.resize(5);
  EXPECT_THAT([&] { sealed(image, many_keys); }, ThrowsMessage<BadInput>(HasSubstr("at most 4")));
}

TEST(Sealing, WarnsOfADateThatHasPassed) {
  SealTerms past = terms();
  past.not_after = parse_not_after("2020-01-01").value();
  SealFile file("a", golden("image2-psram.bin"));
  file.put_seal(past, golden_key().public_key());
  ASSERT_EQ(file.findings().warnings.size(), 1u);
  EXPECT_EQ(file.findings().warnings[0].code, "seal_expired");
}

TEST(Sealing, InTwoStepsIsTheSameAsInOne) {
  const mbed::SigningKey key = golden_key();
  SealFile first("a", golden("ota-one-sdk.bin"));
  first.put_seal(terms(), key.public_key());
  const FileReport between = inspect_file("a", first.content());
  ASSERT_TRUE(between.findings.ok());
  ASSERT_EQ(between.findings.warnings.size(), 1u);
  EXPECT_EQ(between.findings.warnings[0].code, "seal_unsigned");

  SealFile second("a", first.content());
  EXPECT_EQ(second.digest(), first.digest());
  second.attach(key.sign(second.digest()).value(), key.public_key());
  EXPECT_EQ(second.content(), sealed(golden("ota-one-sdk.bin")));
}

TEST(Sealing, AttachesNothingThatIsNotRight) {
  const mbed::SigningKey key = golden_key();
  const mbed::SigningKey other = small_key(5);
  SealFile file("a", golden("image2-psram.bin"));
  EXPECT_THAT([&] { file.attach({}, key.public_key()); }, ThrowsMessage<BadInput>(HasSubstr("has no seal")));
  file.put_seal(terms(), key.public_key());
  const Content before = file.content();
  EXPECT_THAT([&] { file.attach(other.sign(file.digest()).value(), other.public_key()); },
              ThrowsMessage<BadInput>(HasSubstr("Name the key")));
  EXPECT_THAT([&] { file.attach(other.sign(file.digest()).value(), key.public_key()); },
              ThrowsMessage<BadInput>(HasSubstr("without hashing it again")));
  EXPECT_EQ(file.content(), before);

  Content changed = before;
  changed[50] ^= std::byte{1};
  SealFile changed_file("a", changed);
  EXPECT_THAT([&] { changed_file.attach(key.sign(changed_file.digest()).value(), key.public_key()); },
              ThrowsMessage<BadInput>(HasSubstr("speaks of another image")));
}

TEST(Sealing, ReadsRawSignaturesAndRefusesOtherThings) {
  const crypto::Signature signature =
      golden_key().sign(SealFile("a", golden("sealed-plain.bin")).digest()).value();
  EXPECT_EQ(read_signature("s", signature), signature);
  EXPECT_THAT([] { read_signature("s", Content(63)); }, ThrowsMessage<BadInput>(HasSubstr("63 bytes")));
  EXPECT_THAT([] { read_signature("s", {}); }, ThrowsMessage<BadInput>(HasSubstr("no signature")));
}

TEST(Sealing, AsJsonHasTheKeysThatScriptsRelyOn) {
  const auto json = SealFile("a", golden("sealed-plain.bin")).to_json("out.bin");
  EXPECT_EQ(json["output"], "out.bin");
  EXPECT_EQ(json["kind"], "image2");
  EXPECT_EQ(json["size"], 8704);
  EXPECT_EQ(json["version"], "1.4.0");
  EXPECT_EQ(json["counter"], 7);
  EXPECT_EQ(json["not_after"], nullptr);
  EXPECT_EQ(json["signed"], true);
  EXPECT_EQ(json["digest"].get<std::string>().size(), 64u);
}

}  // namespace
}  // namespace otaru::host
