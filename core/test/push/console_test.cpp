#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/push/console.hpp>

namespace otaru::push {
namespace {

std::vector<std::string> lines_for(const Action& action) {
  std::vector<std::string> lines;
  tell_update(action, "192.0.2.7", flash::SlotId::ota2, flash::kAmebaD2Mb.ota2, 737'280,
              [&lines](const ConsoleLine& line) { lines.emplace_back(line.c_str()); });
  return lines;
}

Action at(Note note) {
  Action action;
  action.note = note;
  return action;
}

TEST(ConsoleLine, WritesNumbersAndText) {
  EXPECT_EQ(ConsoleLine("a ").add_decimal(0).add(" ").add_decimal(4'294'967'295U).text(), "a 0 4294967295");
  EXPECT_EQ(ConsoleLine().add_hex(0x0810'600A).text(), "0810600a");
}

TEST(ConsoleLine, CutsWhatDoesNotFitAndStaysEnded) {
  const ConsoleLine line(std::string(500, 'x'));
  EXPECT_LT(line.text().size(), 500U);
  EXPECT_EQ(std::string(line.c_str()).size(), line.text().size());
}

TEST(TellUpdate, KeepsTheStockLinesToTheLetter) {
  EXPECT_EQ(lines_for(at(Note::announced)),
            (std::vector<std::string>{"[syncOTAAddr] OTA_INDEX_1 will be upgraded (OTA2, asked by 192.0.2.7)",
                                      "[beginOTA] Receive file_info done"}));
  EXPECT_EQ(lines_for(at(Note::header_good)),
            (std::vector<std::string>{"[beginOTA] Receive firmware header done",
                                      "[beginOTA] Get OTA header done"}));
  EXPECT_EQ(lines_for(at(Note::started)), std::vector<std::string>{"Erase is ongoing..."});
  EXPECT_EQ(lines_for(at(Note::downloaded)),
            (std::vector<std::string>{"Update file size: 737280 bytes, start addr:08106000",
                                      "[beginOTA] Download new firmware done"}));
  EXPECT_EQ(lines_for(at(Note::verified)), std::vector<std::string>{"OTA image(08106000) checksum ok!!!"});
  EXPECT_EQ(lines_for(at(Note::committed)),
            (std::vector<std::string>{"[change_ota_signature] Update OTA success!",
                                      "[beginOTA] Ready to reboot", "[beginOTA] Update task exit"}));
  EXPECT_TRUE(lines_for(at(Note::none)).empty());
}

TEST(TellUpdate, SaysWhoWasRefusedAndWhy) {
  Action action = at(Note::refused);
  action.reason = Status::too_short;
  EXPECT_EQ(lines_for(action),
            (std::vector<std::string>{"[beginOTA] Refused 192.0.2.7: the file ended too early (too_short)",
                                      "Waiting for client ..."}));
}

}  // namespace
}  // namespace otaru::push
