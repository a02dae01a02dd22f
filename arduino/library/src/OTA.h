// The stock library's header by its name. Where the stock library is installed too, the IDE takes that one:
// see the README for the library that stands before it.
#ifndef OTARU_OTA_H
#define OTARU_OTA_H

#include "OtaruStock.h"

#endif
