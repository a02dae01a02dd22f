/* What a board with keys takes from Mbed TLS 2.28: SHA-256 and the verification of ECDSA on P-256, small
 * rather than fast. The budget of mbed/budget.json is measured with it. With a password:
 * mbedtls_board_password.h. */
#ifndef OTARU_MBEDTLS_BOARD_H
#define OTARU_MBEDTLS_BOARD_H

#define MBEDTLS_HAVE_ASM /* the multiplication that a Cortex-M33 has */
#define MBEDTLS_SHA256_C /* not the smaller one: every byte of an image is hashed twice */
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 32 /* bytes: nothing is longer than P-256 */
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_WINDOW_SIZE 2       /* fewer points kept in RAM at once */
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0 /* none kept between verifications */
#define MBEDTLS_ECP_NO_INTERNAL_RNG     /* blinding hides secrets, and a verification has none */
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C

/* The heap is memory that the board hands over (memory_buffer_alloc.h), so that it can be counted: what is
 * needed at once, in bytes. A run prints what it took (mbed/proof/machine.cpp). */
#ifndef OTARU_BOARD_HEAP_SIZE
#define OTARU_BOARD_HEAP_SIZE 3328
#endif
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C

/* Called where that memory was overwritten by somebody. The board provides it. */
#ifdef __cplusplus
extern "C" {
#endif
void otaru_heap_broken(int status);
#ifdef __cplusplus
}
#endif
#define MBEDTLS_PLATFORM_EXIT_MACRO otaru_heap_broken

#include "mbedtls/check_config.h"

#endif
