// Stands before the stock library of this name: the IDE prefers the sketchbook. The class is Otaru's.
#ifndef OTA_BY_OTARU_H
#define OTA_BY_OTARU_H

#include <Otaru.h>  // first, so that the IDE finds the library
#include <OtaruStock.h>

#endif
