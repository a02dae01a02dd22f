// One board living through a scenario: starts, updates, power cuts, and a judge who looks at every start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario.hpp"

namespace powercut {

/// A cut, where and how, and which way the boot loader's reading of flickering signatures falls after it.
struct Cut {
  std::uint32_t operation = 0;  ///< of the script, or of the recovery from the cut before
  char how = 'b';               ///< b before, a after; inside: y some bytes, i some bits, u unstable bits
  std::uint32_t seed = 0;
  std::uint8_t readings = 0;  ///< bit n, modulo 8: at start n, an OTA2 that may be read as valid is

  friend bool operator==(const Cut&, const Cut&) = default;
};

enum class Harm : std::uint8_t {
  none,
  brick,          ///< nothing boots, or what boots hangs, or the board resets for ever
  unverified,     ///< something boots that is none of the images which passed their checks
  lost_fallback,  ///< a trial runs without a whole old image, or a bad image stays
  foreign,        ///< a region changed that is nobody's to write
  behaviour,      ///< everything is safe, but not what was promised
};
const char* name(Harm harm);

struct Outcome {
  Harm harm = Harm::none;
  std::string why;
};

/// A board of its own flash. Throws std::logic_error if the scenario does not even work with power.
class Board {
 public:
  explicit Board(const Scenario& scenario);
  ~Board();

  const Scenario& scenario() const;

  /// Goes back to the start of the script.
  void rewind();
  /// Remembers this moment, which is right after a cut; goes back to it; forgets it.
  void keep();
  void go_back();
  void forget();

  struct Passage {
    bool cut = false;              ///< power failed in it
    std::uint64_t operations = 0;  ///< asked for in it
    Outcome outcome;
  };
  /// Runs the script, or the recovery, from the state as it is; power fails at `cut`, if the passage gets
  /// there.
  Passage script(const std::optional<Cut>& cut);
  Passage recovery(const std::optional<Cut>& cut);

  void trace_to(std::vector<std::string>* trace);

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace powercut
