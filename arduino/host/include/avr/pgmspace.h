// Arduino on the virtual board: constants in flash are constants.
#ifndef OTARU_SKETCH_PGMSPACE_H
#define OTARU_SKETCH_PGMSPACE_H

#define PROGMEM
#define PSTR(literal) (literal)
#define pgm_read_byte(address) (*reinterpret_cast<const unsigned char*>(address))

#endif
