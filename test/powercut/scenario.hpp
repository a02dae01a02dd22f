// What a board goes through while its power is cut: the list of scenarios.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/status.hpp>

#include "judge.hpp"

namespace powercut {

/// What the sketch in an image does while it is on trial.
enum class Manner : std::uint8_t {
  confirms,
  crashes,  ///< before it confirms, every time
  rejects,  ///< finds itself that it does not work, at its first start
};

struct Image {
  std::string name;
  Content bytes;
  Manner manner = Manner::confirms;
  bool bootable = true;  ///< false: a board must refuse it
};

/// The numbers of the images that every scenario has.
enum ImageNumber : int {
  kFactory,
  kEarlier,
  kOld,
  kNew,
  kBad,
  kRejecting,
  kNext,
  kBroken,
  kUnsealed,
  kBadEarlier,
  kSpare,
  kImages
};

struct Step {
  enum class Kind : std::uint8_t {
    settle,     ///< power on and start until the board runs and asks for no reset
    push,       ///< a whole update, then settle
    half_push,  ///< an update whose sender goes away half way
  };
  Kind kind = Kind::settle;
  int image = kFactory;
  otaru::Status expected = otaru::Status::ok;  ///< of the push
  bool wrong_sum = false;                      ///< announces another byte sum than the image has
};

struct Scenario {
  std::string name;
  const otaru::flash::Layout* layout = nullptr;
  std::shared_ptr<const std::vector<Image>> images;
  std::optional<otaru::crypto::PublicKey> key;  ///< the board takes sealed images only
  std::vector<Step> setup;                      ///< from the factory flash, with power
  std::vector<Step> script;                     ///< the part that power is cut in
  std::vector<Step> recovery;                   ///< what happens after every cut
  bool critical = false;                        ///< every pair of cuts
  bool real = false;                            ///< real geometry: random cuts, for time
};

/// Shrunken map: slots of 20 KiB, so that images have 2 or 3 sectors.
extern const otaru::flash::Layout kTiny;

/// All of them, in a fixed order. Signs the sealed images, so takes some milliseconds.
std::vector<Scenario> make_scenarios();

}  // namespace powercut
