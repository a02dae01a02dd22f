// Stands for the program of a board without mDNS in the size budget (core/budget.json): what has external
// linkage here is kept in the link, with all that it needs, besides all functions of the C boundary. It
// defines what such a board keeps in static memory.
#include <otaru/c/otaru.h>

extern "C" {

otaru_device proof_device;  // receiver, slot writer, commit
otaru_flash proof_flash;    // the port's functions
otaru_action proof_action;  // with the reply that is being sent
}
