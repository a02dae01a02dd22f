// Stands for the program of a board with mDNS in the size budget: all of board.cpp, and the responder.
#include "board.cpp"  // NOLINT(bugprone-suspicious-include): one program for each line of the budget

namespace otaru::proof {

extern const char* name_on_the_network;
constinit const char* name_on_the_network = "MyAmeba";

}  // namespace otaru::proof
