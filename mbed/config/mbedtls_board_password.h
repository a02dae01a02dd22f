/* What a board with keys and a password takes from Mbed TLS 2.28: all of mbedtls_board.h, and a server of TLS
 * 1.2 with the one suite that needs a password and no certificate. */
#ifndef OTARU_MBEDTLS_BOARD_PASSWORD_H
#define OTARU_MBEDTLS_BOARD_PASSWORD_H

#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_IN_CONTENT_LEN 2048 /* as mbedtls_host.h, which is the other end */
#define MBEDTLS_SSL_OUT_CONTENT_LEN 2048
#define MBEDTLS_KEY_EXCHANGE_ECJPAKE_ENABLED
#define MBEDTLS_ECJPAKE_C
#define MBEDTLS_CCM_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES   /* in flash, not in RAM */
#define MBEDTLS_AES_FEWER_TABLES /* a quarter of them */
#define MBEDTLS_MD_C
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS_ECJPAKE_WITH_AES_128_CCM_8

/* A connection, and a verification while it is open. */
#define OTARU_BOARD_HEAP_SIZE 11264

#include "mbedtls_board.h"

#endif
