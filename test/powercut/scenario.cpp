#include "scenario.hpp"

#include "images.hpp"

namespace powercut {

using otaru::Status;
using Kind = Step::Kind;

const otaru::flash::Layout kTiny{
    .name = "tiny",
    .size = 0xF000,
    .km0_boot = {0x0000, 0x1000},
    .backup = {0x1000, 0x1000},
    .system_data = {0x2000, 0x1000},
    .km4_boot = {0x3000, 0x1000},
    .user_data = {0x9000, 0x1000},
    .ota1 = {{0x4000, 0x5000}},
    .ota2 = {{0xA000, 0x5000}},
};

namespace {

constexpr Step push(int image, Status expected = Status::ok) {
  return {Kind::push, image, expected, false};
}
constexpr Step kSettle{};

/// How the board came to run from the slot that is not the target. Its running image is kOld or kFactory.
struct Life {
  const char* name;
  std::vector<Step> setup;
};

std::vector<Life> lives() {
  return {
      {"ota2-fresh", {kSettle}},                             // OTA1 by serial, OTA2 never written
      {"ota1-fresh", {kSettle, push(kOld)}},                 // OTA1 by serial and valid, OTA2 runs
      {"ota2-aged", {kSettle, push(kEarlier), push(kOld)}},  // OTA1 runs, OTA2 retired
      {"ota1-aged", {kSettle, push(kNew), push(kEarlier), push(kOld)}},  // OTA2 runs, OTA1 with a record
      // OTA2 runs, for the image in OTA1 was rejected; and the other way round.
      {"ota1-rolled", {kSettle, push(kOld), push(kBadEarlier)}},
      {"ota2-rolled", {kSettle, push(kEarlier), push(kOld), push(kBadEarlier)}},
  };
}

struct Tale {
  const char* name;
  std::vector<Step> script;
  std::vector<Step> recovery;
  bool critical;
};

std::vector<Tale> tales() {
  const std::vector<Step> next{kSettle, push(kNext)};
  // With no cut the script's next push would come anyway; after one the sender simply pushes again.
  return {
      {"good", {kSettle, push(kNew)}, next, true},
      {"bad", {kSettle, push(kBad)}, next, true},
      {"rejecting", {kSettle, push(kRejecting)}, next, true},
      {"again",
       {kSettle, push(kBad), push(kBad, Status::rejected_before)},
       {kSettle, push(kBad), push(kNext)},
       false},
      {"memory",
       {kSettle,
        push(kBad),
        {Kind::half_push, kNext, Status::ok, false},
        push(kBad, Status::rejected_before)},
       {kSettle, push(kBad), push(kNext)},
       false},
      {"refused-sum", {kSettle, {Kind::push, kNew, Status::image_sum, true}}, next, false},
      {"refused-km4", {kSettle, push(kBroken, Status::km4_signature)}, next, false},
      {"half", {kSettle, {Kind::half_push, kNext, Status::ok, false}, push(kNew)}, next, false},
      {"short-then-long",
       {kSettle, {Kind::half_push, kNext, Status::ok, false}},
       {kSettle, push(kNew), push(kOld), push(kNext)},
       false},
      {"idle", {kSettle, kSettle}, next, false},
  };
}

}  // namespace

std::vector<Scenario> make_scenarios() {
  const Sealer sealer;
  const auto tiny = make_images(Size::tiny, nullptr);
  const auto tiny_sealed = make_images(Size::tiny, &sealer);
  const auto real = make_images(Size::real, nullptr);
  const auto real_sealed = make_images(Size::real, &sealer);
  std::vector<Scenario> all;
  for (const Life& life : lives())
    for (const Tale& tale : tales()) {
      // A start without any record writes nothing: there is no operation to cut.
      if (std::string_view(life.name) == "ota2-fresh" && std::string_view(tale.name) == "idle") continue;
      all.push_back({std::string("tiny-") + life.name + "-" + tale.name, &kTiny, tiny, std::nullopt,
                     life.setup, tale.script, tale.recovery, tale.critical, false});
    }
  const std::vector<Step> next{kSettle, push(kNext)};
  for (const Life& life : lives()) {
    all.push_back({std::string("tiny-") + life.name + "-sealed",
                   &kTiny,
                   tiny_sealed,
                   sealer.key(),
                   life.setup,
                   {kSettle, push(kNew)},
                   next,
                   false,
                   false});
    all.push_back({std::string("tiny-") + life.name + "-unsealed",
                   &kTiny,
                   tiny_sealed,
                   sealer.key(),
                   life.setup,
                   {kSettle, push(kUnsealed, Status::seal_missing)},
                   next,
                   false,
                   false});
  }
  for (const otaru::flash::Layout* layout : otaru::flash::kLayouts)
    for (const Life& life : lives())
      for (const Tale& tale : tales()) {
        if (!tale.critical) continue;
        all.push_back({std::string(layout->name) + "-" + life.name + "-" + tale.name, layout, real,
                       std::nullopt, life.setup, tale.script, tale.recovery, false, true});
      }
  for (const Life& life : lives())
    all.push_back({std::string("ameba-d-2mb-") + life.name + "-sealed",
                   &otaru::flash::kAmebaD2Mb,
                   real_sealed,
                   sealer.key(),
                   life.setup,
                   {kSettle, push(kNew)},
                   next,
                   false,
                   true});
  return all;
}

}  // namespace powercut
