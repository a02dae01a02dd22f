// Time as the serial upload sees it: real, or a test's own.
#pragma once

#include <chrono>
#include <functional>

namespace otaru::host::serial {

class SerialTime {
 public:
  using Milliseconds = std::chrono::milliseconds;
  virtual ~SerialTime() = default;
  virtual Milliseconds now() = 0;  ///< since some moment; never goes back
  virtual void pause(Milliseconds length) = 0;
};

/// The machine's steady clock.
class RealTime final : public SerialTime {
 public:
  Milliseconds now() override;
  void pause(Milliseconds length) override;
};

}  // namespace otaru::host::serial
