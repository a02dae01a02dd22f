/* What computers and virtual boards take from Mbed TLS 2.28, and nothing else: SHA-256, ECDSA on P-256, key
 * files, and TLS 1.2 with the one suite that needs a password and no certificate. */
#ifndef OTARU_MBEDTLS_HOST_H
#define OTARU_MBEDTLS_HOST_H

/* core's Crypto seam */
#define MBEDTLS_HAVE_ASM /* for bignum */
#define MBEDTLS_SHA256_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C

/* Keys made here, signatures by RFC 6979, blinding */
#define MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_MD_C
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_ENTROPY_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES /* no tables made at first use: several threads start at once */

/* Key files. PKCS #5 only to tell a key with a password from a damaged one. */
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_PK_WRITE_C
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_PEM_WRITE_C
#define MBEDTLS_BASE64_C
#define MBEDTLS_PKCS5_C
#define MBEDTLS_CIPHER_C

/* TLS with a password: both ends. Bytes go in and out by mbedtls_ssl_set_bio(); no sockets, no clock. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_IN_CONTENT_LEN \
  2048 /* our own records are never longer (SPEC-push.md): 14 KiB less a buffer */
#define MBEDTLS_SSL_OUT_CONTENT_LEN 2048
#define MBEDTLS_KEY_EXCHANGE_ECJPAKE_ENABLED
#define MBEDTLS_ECJPAKE_C
#define MBEDTLS_CCM_C
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS_ECJPAKE_WITH_AES_128_CCM_8

#include "mbedtls/check_config.h"

#endif
