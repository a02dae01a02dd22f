#include <thread>

#include <otaru/host/serial_time.hpp>

namespace otaru::host::serial {

SerialTime::Milliseconds RealTime::now() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

void RealTime::pause(Milliseconds length) {
  std::this_thread::sleep_for(length);
}

}  // namespace otaru::host::serial
