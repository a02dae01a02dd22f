#include <otaru/mdns/responder.hpp>
