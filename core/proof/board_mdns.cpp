// Stands for the program of a board with mDNS in the size budget: all of board.cpp, and what the responder
// needs. Its functions are kept by the roots of core/budget.json.
#include <otaru/mdns/responder.hpp>
#include <otaru/mdns/txt.hpp>

#include "board.cpp"  // NOLINT(bugprone-suspicious-include): one program for each line of the budget

namespace otaru::proof {

using Responder = mdns::Responder<>;

// Raw memory, because a port makes the responder when it knows the board's name: no static constructor.
extern std::byte responder_memory[sizeof(Responder)];
alignas(Responder) std::byte responder_memory[sizeof(Responder)];

extern mdns::Txt<> txt;
constinit mdns::Txt<> txt;

extern std::byte packet[mdns::kMaxPacket];  // one at a time, in or out
std::byte packet[mdns::kMaxPacket];

}  // namespace otaru::proof
