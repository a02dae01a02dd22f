// Serial ports by POSIX terminals (IEEE Std 1003.1, General Terminal Interface).
#include "serial_port_posix.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <otaru/os/serial_port.hpp>

namespace otaru::os {
namespace {

using Why = SerialPortError::Why;
using std::chrono::milliseconds;
constexpr milliseconds kWriteLimit{5000};

std::string reason(int error) {
  return std::strerror(error);  // a port is used by one thread
}

class Port final : public SerialPort {
 public:
  Port(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() override {
    (void)::ioctl(descriptor_, TIOCNXCL);
    ::close(descriptor_);
  }

  void set_up() {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
      throw SerialPortError(Why::busy, path_ + " is in use by another program. Close its serial monitor.");
    termios settings{};
    if (::tcgetattr(descriptor_, &settings) != 0)
      throw SerialPortError(Why::no_port, path_ + " is no serial port.");
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    // Without HUPCL closing the port leaves the lines alone, and so the board.
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | HUPCL);
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 0;
    if (::tcsetattr(descriptor_, TCSANOW, &settings) != 0) fail("set up");
    (void)::ioctl(descriptor_, TIOCEXCL);
    int lines = TIOCM_DTR | TIOCM_RTS;  // the system asserts both when it opens a port
    (void)::ioctl(descriptor_, TIOCMBIC, &lines);
    (void)::tcflush(descriptor_, TCIFLUSH);
  }

  std::size_t read(std::span<std::byte> into, milliseconds limit) override {
    if (!wait(POLLIN, limit)) return 0;
    const ssize_t count = ::read(descriptor_, into.data(), into.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    lost();  // readable, and the end of file: hung up
  }

  void write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(count));
      } else if (count < 0 && errno == EAGAIN) {
        if (!wait(POLLOUT, kWriteLimit))
          throw SerialPortError(Why::failed, path_ + " takes no bytes any more.");
      } else if (count == 0 || errno != EINTR) {
        lost();
      }
    }
  }

  void drain() override {
    while (::tcdrain(descriptor_) != 0)
      if (errno != EINTR) lost();
  }

  void discard_input() override {
    if (::tcflush(descriptor_, TCIFLUSH) != 0) lost();
  }

  void set_baud(std::uint32_t baud) override {
    if (set_serial_baud(descriptor_, baud)) return;
    if (errno == EIO || errno == ENXIO || errno == ENODEV) lost();
    throw SerialPortError(Why::rate, path_ + " does not do " + std::to_string(baud) +
                                         " baud. Give a lower rate with --baud, 115200 for example.");
  }

  void set_lines(bool dtr, bool rts) override {
    int lines = 0;
    if (::ioctl(descriptor_, TIOCMGET, &lines) == 0) {
      lines &= ~(TIOCM_DTR | TIOCM_RTS);
      lines |= (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
      if (::ioctl(descriptor_, TIOCMSET, &lines) == 0) return;
    }
    if (errno == EIO || errno == ENXIO || errno == ENODEV) lost();
    throw SerialPortError(Why::no_lines, path_ + " has no RTS and DTR lines.");
  }

 private:
  bool wait(short what, milliseconds limit) {
    pollfd entry{.fd = descriptor_, .events = what, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(limit.count()));
    if (ready < 0 && errno != EINTR) lost();
    if (ready > 0 && (entry.revents & what) == 0) lost();
    return ready > 0;
  }

  [[noreturn]] void lost() {
    throw SerialPortError(Why::lost, path_ + " is gone: the cable was pulled, or the board lost its power.");
  }

  [[noreturn]] void fail(const char* what) {
    throw SerialPortError(Why::failed, "cannot " + std::string(what) + " " + path_ + ": " + reason(errno));
  }

  std::string path_;
  int descriptor_;
};

}  // namespace

std::unique_ptr<SerialPort> open_serial_port(const std::string& path, std::uint32_t baud) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    switch (errno) {
      case ENOENT:
      case ENXIO:
      case ENODEV:
      case EIO: throw SerialPortError(Why::missing, "there is no port " + path + ".");
      case EACCES:
      case EPERM:
        throw SerialPortError(Why::denied,
                              path + ": permission denied. " + std::string(serial_permission_advice()));
      case EBUSY:
        throw SerialPortError(Why::busy, path + " is in use by another program. Close its serial monitor.");
      default: throw SerialPortError(Why::failed, "cannot open " + path + ": " + reason(errno));
    }
  }
  auto port = std::make_unique<Port>(path, descriptor);
  port->set_up();
  port->set_baud(baud);
  return port;
}

}  // namespace otaru::os
