// The judge must be able to fail: every harm that the sweep counts is planted here, and found.
#include "judge.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "images.hpp"
#include "sweep.hpp"

namespace powercut {
namespace {

/// Unstable bits as a test wants them.
class Planted final : public Flicker {
 public:
  std::map<std::uint32_t, std::byte> bits;

  bool none() const override { return bits.empty(); }
  std::byte of(std::uint32_t at) const override {
    const auto found = bits.find(at);
    return found == bits.end() ? std::byte{0} : found->second;
  }
  bool any(std::uint32_t at, std::uint32_t length) const override {
    const auto found = bits.lower_bound(at);
    return found != bits.end() && found->first < at + length;
  }
};

class JudgeOfATinyBoard : public testing::Test {
 protected:
  JudgeOfATinyBoard() {
    for (std::uint32_t i = 0; i < map_.size; ++i) flash_[i] = static_cast<std::byte>(i * 7);
    std::fill_n(flash_.begin() + map_.slot[0].at, map_.slot[0].size, std::byte{0xFF});
    std::fill_n(flash_.begin() + map_.slot[1].at, map_.slot[1].size, std::byte{0xFF});
    judge_.remember(flash_);
  }

  void put(int slot, int image) {
    const Content& bytes = (*images_)[static_cast<std::size_t>(image)].bytes;
    std::copy(bytes.begin(), bytes.end(), flash_.begin() + map_.slot[slot].at);
  }
  std::byte& at(std::uint32_t offset) { return flash_[offset]; }
  Boot boot() const { return judge_.boot(flash_, flicker_); }
  int found(int slot) const { return judge_.identify(flash_, flicker_, slot); }

  const Map& map_ = map_named("tiny");
  std::shared_ptr<const std::vector<Image>> images_ = make_images(Size::tiny, nullptr);
  Content flash_ = Content(map_.size);
  Planted flicker_;
  Judge judge_{map_, {&(*images_)[0].bytes, &(*images_)[1].bytes}};
};

TEST_F(JudgeOfATinyBoard, KnowsTheFourCasesOfTheBootRule) {
  EXPECT_TRUE(boot().nothing);
  put(0, 0);
  EXPECT_TRUE(boot().slot[0] && !boot().slot[1] && !boot().nothing);
  put(1, 1);
  EXPECT_TRUE(!boot().slot[0] && boot().slot[1] && !boot().nothing) << "OTA2 wins";
  at(map_.slot[0].at) = std::byte{0};
  EXPECT_TRUE(!boot().slot[0] && boot().slot[1] && !boot().nothing);
}

TEST_F(JudgeOfATinyBoard, SeesEveryReadingOfASignatureThatFlickers) {
  put(0, 0);
  put(1, 1);
  flicker_.bits[map_.slot[1].at + 3] = std::byte{0x01};
  EXPECT_TRUE(boot().slot[0] && boot().slot[1] && !boot().nothing);
  at(map_.slot[0].at) = std::byte{0};
  EXPECT_TRUE(boot().slot[1] && boot().nothing) << "OTA2 flickers and nothing stands behind it: a brick";
  at(map_.slot[1].at + 3) |= std::byte{0x80};  // a bit that is wrong in every reading
  EXPECT_TRUE(!boot().slot[1] && boot().nothing);
}

TEST_F(JudgeOfATinyBoard, FindsAKm4HeaderThatIsNotWhereTheLoaderLooks) {
  put(0, 0);
  EXPECT_TRUE(judge_.km4_stands(flash_, flicker_, 0));
  at(map_.slot[0].at + 0x1000) ^= std::byte{1};
  EXPECT_FALSE(judge_.km4_stands(flash_, flicker_, 0));
  put(0, 0);
  at(map_.slot[0].at + 8 + 2) = std::byte{0x40};  // a KM0 segment that leaves the slot
  EXPECT_FALSE(judge_.km4_stands(flash_, flicker_, 0));
  put(0, 0);
  flicker_.bits[map_.slot[0].at + 0x1000] = std::byte{1};
  EXPECT_FALSE(judge_.km4_stands(flash_, flicker_, 0));
}

TEST_F(JudgeOfATinyBoard, TakesNoImageForWholeThatDiffersInOneBitOrFlickers) {
  put(0, 1);
  EXPECT_EQ(found(0), 1);
  const auto length = static_cast<std::uint32_t>((*images_)[1].bytes.size());
  std::size_t tried = 0;
  for (std::uint32_t i = 8; i < length; i += 97, ++tried) {
    at(map_.slot[0].at + i) ^= std::byte{4};
    EXPECT_EQ(found(0), Judge::no_image) << i;
    at(map_.slot[0].at + i) ^= std::byte{4};
    flicker_.bits[map_.slot[0].at + i] = std::byte{4};
    EXPECT_EQ(found(0), Judge::no_image) << i;
    flicker_.bits.clear();
  }
  EXPECT_GT(tried, 50u);
  EXPECT_EQ(found(0), 1);
}

TEST_F(JudgeOfATinyBoard, MissesAFallBackThatIsNotWhole) {
  put(0, 0);
  EXPECT_TRUE(judge_.restorable(flash_, flicker_, 0, 0));
  EXPECT_FALSE(judge_.restorable(flash_, flicker_, 0, 1)) << "another image";
  at(map_.slot[0].at) = std::byte{0};
  EXPECT_FALSE(judge_.restorable(flash_, flicker_, 0, 0)) << "OTA1 must be ready to boot";
  put(1, 0);
  at(map_.slot[1].at) = std::byte{0};
  EXPECT_TRUE(judge_.restorable(flash_, flicker_, 1, 0)) << "OTA2 gets its signature back";
  at(map_.slot[1].at + 100) ^= std::byte{1};
  EXPECT_FALSE(judge_.restorable(flash_, flicker_, 1, 0)) << "no Backup stands in for its first sector";
  put(1, 0);
  at(map_.slot[1].at + 0x1000 + 100) ^= std::byte{1};
  EXPECT_FALSE(judge_.restorable(flash_, flicker_, 1, 0));
}

TEST_F(JudgeOfATinyBoard, NamesARegionThatChanged) {
  EXPECT_EQ(judge_.foreign_change(flash_, flicker_), "");
  for (const auto& [region, name] : {std::pair{map_.km0_boot, "KM0 boot"},
                                     {map_.system_data, "system data"},
                                     {map_.km4_boot, "KM4 boot"},
                                     {map_.user_data, "user data"}}) {
    at(region.at + region.size - 1) ^= std::byte{0x10};
    EXPECT_EQ(judge_.foreign_change(flash_, flicker_), name);
    at(region.at + region.size - 1) ^= std::byte{0x10};
    flicker_.bits[region.at] = std::byte{1};
    EXPECT_EQ(judge_.foreign_change(flash_, flicker_), name) << "it flickers";
    flicker_.bits.clear();
  }
  at(map_.backup.at) ^= std::byte{1};
  EXPECT_TRUE(judge_.backup_changed(flash_, flicker_));
}

TEST_F(JudgeOfATinyBoard, ReadsNoRecordOrMarkWhereThereIsNone) {
  put(0, 0);
  EXPECT_FALSE(judge_.recorded(flash_, flicker_, 0, 0));
  EXPECT_FALSE(judge_.confirmed(flash_, flicker_, 0));
  EXPECT_FALSE(judge_.rejected(flash_, flicker_, 0));
}

TEST(CaseId, NamesACaseAndIsReadBack) {
  const std::vector<Scenario> scenarios = make_scenarios();
  ASSERT_GT(scenarios.size(), 50u);
  const std::vector<Cut> cuts{{17, 'u', 3, 255}, {4, 'b', 0, 0}};
  const std::string id = case_id(scenarios[5], cuts);
  EXPECT_EQ(read_case_id(id, scenarios), (std::pair{std::size_t{5}, cuts}));
  for (const char* wrong : {"", "nothing:1b0.0", "17u3.255"})
    EXPECT_THROW(read_case_id(wrong, scenarios), std::invalid_argument) << wrong;
  EXPECT_THROW(read_case_id(scenarios[5].name + ":17x3.255", scenarios), std::invalid_argument);
  EXPECT_THROW(read_case_id(scenarios[5].name + ":17u3.999", scenarios), std::invalid_argument);
}

TEST(Replay, OfACaseGoesTheSameWayEveryTime) {
  const std::vector<Scenario> scenarios = make_scenarios();
  std::size_t compared = 0;
  for (const Scenario& scenario : scenarios) {
    if (scenario.real) continue;
    for (const std::uint32_t operation : {1u, 5u, 9u, 13u}) {
      std::vector<std::string> first, second;
      const std::vector<Cut> cuts{{operation, 'u', 7, 0x55}, {operation + 2, 'i', 8, 0xAA}};
      EXPECT_EQ(replay(scenario, cuts, &first).harm, Harm::none) << case_id(scenario, cuts);
      replay(scenario, cuts, &second);
      EXPECT_EQ(first, second);
      compared += first.size();
    }
  }
  EXPECT_GT(compared, 1000u);
}

}  // namespace
}  // namespace powercut
