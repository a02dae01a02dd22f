// Serial ports by the Win32 communications functions. Written to the published interface; only compiled so
// far.
#include <algorithm>
#include <array>
#include <utility>

#include <windows.h>

#include <otaru/os/serial_port.hpp>

namespace otaru::os {
namespace {

using Why = SerialPortError::Why;
using std::chrono::milliseconds;
constexpr DWORD kWriteLimitMs = 5000;

class Port final : public SerialPort {
 public:
  Port(std::string path, HANDLE handle) : path_(std::move(path)), handle_(handle) {}
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() override { ::CloseHandle(handle_); }

  std::size_t read(std::span<std::byte> into, milliseconds limit) override {
    // MAXDWORD twice and a constant: return at once with what is there, else wait for the first byte.
    COMMTIMEOUTS times{};
    times.ReadIntervalTimeout = MAXDWORD;
    times.ReadTotalTimeoutMultiplier = limit.count() > 0 ? MAXDWORD : 0;
    times.ReadTotalTimeoutConstant = static_cast<DWORD>(limit.count());
    times.WriteTotalTimeoutConstant = kWriteLimitMs;
    DWORD count = 0;
    if (::SetCommTimeouts(handle_, &times) == 0 ||
        ::ReadFile(handle_, into.data(), static_cast<DWORD>(into.size()), &count, nullptr) == 0)
      lost();
    return count;
  }

  void write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      DWORD count = 0;
      if (::WriteFile(handle_, bytes.data(), static_cast<DWORD>(bytes.size()), &count, nullptr) == 0) lost();
      if (count == 0) throw SerialPortError(Why::failed, path_ + " takes no bytes any more.");
      bytes = bytes.subspan(count);
    }
  }

  void drain() override {
    if (::FlushFileBuffers(handle_) == 0) lost();
  }

  void discard_input() override {
    if (::PurgeComm(handle_, PURGE_RXCLEAR) == 0) lost();
  }

  void set_baud(std::uint32_t baud) override {
    DCB settings{};
    settings.DCBlength = sizeof settings;
    if (::GetCommState(handle_, &settings) == 0) lost();
    settings.BaudRate = baud;
    settings.ByteSize = 8;
    settings.Parity = NOPARITY;
    settings.StopBits = ONESTOPBIT;
    settings.fBinary = TRUE;
    settings.fParity = FALSE;
    settings.fOutxCtsFlow = settings.fOutxDsrFlow = FALSE;
    settings.fDsrSensitivity = FALSE;
    settings.fOutX = settings.fInX = FALSE;
    settings.fNull = FALSE;
    settings.fAbortOnError = FALSE;
    settings.fDtrControl = DTR_CONTROL_DISABLE;
    settings.fRtsControl = RTS_CONTROL_DISABLE;
    if (::SetCommState(handle_, &settings) == 0)
      throw SerialPortError(Why::rate, path_ + " does not do " + std::to_string(baud) +
                                           " baud. Give a lower rate with --baud, 115200 for example.");
  }

  void set_lines(bool dtr, bool rts) override {
    const bool done = ::EscapeCommFunction(handle_, dtr ? SETDTR : CLRDTR) != 0 &&
                      ::EscapeCommFunction(handle_, rts ? SETRTS : CLRRTS) != 0;
    if (!done) throw SerialPortError(Why::no_lines, path_ + " has no RTS and DTR lines.");
  }

 private:
  [[noreturn]] void lost() {
    throw SerialPortError(Why::lost, path_ + " is gone: the cable was pulled, or the board lost its power.");
  }

  std::string path_;
  HANDLE handle_;
};

}  // namespace

std::unique_ptr<SerialPort> open_serial_port(const std::string& path, std::uint32_t baud) {
  // Ports above COM9 are found by this prefix only; it is right for the others too.
  const std::string device = path.starts_with("\\\\") ? path : "\\\\.\\" + path;
  HANDLE handle =
      ::CreateFileA(device.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  if (handle == INVALID_HANDLE_VALUE) {
    const DWORD error = ::GetLastError();
    if (error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION)
      throw SerialPortError(Why::busy, path + " is in use by another program. Close its serial monitor.");
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
      throw SerialPortError(Why::missing, "there is no port " + path + ".");
    throw SerialPortError(Why::failed,
                          "cannot open " + path + ": Windows error " + std::to_string(error) + ".");
  }
  auto port = std::make_unique<Port>(path, handle);
  DCB settings{};
  settings.DCBlength = sizeof settings;
  if (::GetCommState(handle, &settings) == 0)
    throw SerialPortError(Why::no_port, path + " is no serial port.");
  port->set_baud(baud);
  port->discard_input();
  return port;
}

std::vector<SerialPortEntry> list_serial_ports() {
  std::vector<SerialPortEntry> ports;
  HKEY key = nullptr;
  // The system keeps the names of all serial ports here.
  if (::RegOpenKeyExA(HKEY_LOCAL_MACHINE, "HARDWARE\\DEVICEMAP\\SERIALCOMM", 0, KEY_READ, &key) !=
      ERROR_SUCCESS)
    return ports;
  for (DWORD index = 0;; ++index) {
    std::array<char, 256> name{};
    std::array<char, 256> value{};
    DWORD name_size = name.size();
    DWORD value_size = value.size() - 1;
    DWORD type = 0;
    const LSTATUS status = ::RegEnumValueA(key, index, name.data(), &name_size, nullptr, &type,
                                           reinterpret_cast<BYTE*>(value.data()), &value_size);
    if (status == ERROR_NO_MORE_ITEMS) break;
    if (status != ERROR_SUCCESS || type != REG_SZ) continue;
    SerialPortEntry port;
    port.path = value.data();
    port.description = name.data();
    port.may_open = true;  // Windows tells only when it is opened
    ports.push_back(std::move(port));
  }
  ::RegCloseKey(key);
  std::ranges::sort(ports, {}, &SerialPortEntry::path);
  return ports;
}

}  // namespace otaru::os
