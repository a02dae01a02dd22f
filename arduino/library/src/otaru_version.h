/* The library's version, that of the project. */
#ifndef OTARU_VERSION_H
#define OTARU_VERSION_H

#define OTARU_VERSION "0.1.0"

#endif
