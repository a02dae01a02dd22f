/* What computers take, on Windows: there Mbed TLS brings printf functions of its own, in its platform module.
 */
#ifndef OTARU_MBEDTLS_WINDOWS_H
#define OTARU_MBEDTLS_WINDOWS_H

#define MBEDTLS_PLATFORM_C

#include "mbedtls_host.h"

#endif
