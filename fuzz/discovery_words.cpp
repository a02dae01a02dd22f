// The lines that an IDE, or whoever started the discovery, writes to its stdin: each is answered in JSON of
// the published shape, QUIT ends it, and no order of commands starts the search twice or stops what is not
// running.
//
// The input is the text; boards come and go between the lines, one of them called as the line says.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/host/pluggable_discovery.hpp>

namespace {

using namespace otaru::host;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ports_for = [](std::string_view line) -> std::vector<IdePort> {
    DiscoveredBoard board;
    board.name = board.host = std::string(line);
    board.address = "192.0.2.7";
    board.txt = {{"id", std::string(line)}, {"board", "ameba_rtl8721d"}};
    return {port_of(board), port_of(ListedBoard{"192.0.2.8:8021", std::string(line)})};
  };
  bool searching = false;
  std::size_t answers = 0;
  PluggableDiscovery discovery({.start =
                                    [&] {
                                      require(!searching);
                                      searching = true;
                                    },
                                .stop =
                                    [&] {
                                      require(searching);
                                      searching = false;
                                    },
                                .send =
                                    [&](const nlohmann::ordered_json& message) {
                                      require(message.at("eventType").is_string());
                                      // Text that is not UTF-8 must not stop the answer.
                                      const auto handler = nlohmann::ordered_json::error_handler_t::replace;
                                      require(message.dump(-1, ' ', false, handler).find('\n') ==
                                              std::string::npos);
                                      ++answers;
                                    }});
  bool more = true;
  for (bool there = false; more && !text.empty(); there = !there) {
    const std::size_t end = text.find('\n');
    const std::size_t before = answers;
    const std::string_view line = text.substr(0, end);
    more = discovery.take(line);
    require(answers > before);
    discovery.set_ports(there ? std::vector<IdePort>{} : ports_for(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return 0;
}
