# Mbed TLS, built from its Debian source package with configurations of our own: otaru::mbedtls for this machine,
# otaru_mbedtls_board and otaru_mbedtls_board_password for a Cortex-M33.
# docs/decisions/0007-mbedtls-from-source.md says why.

include(OtaruDebianSource)
otaru_debian_source(OTARU_MBEDTLS mbedtls 2.28 include/mbedtls/version.h)

# What mbed/config/mbedtls_host.h switches on. A file too few fails at the link.
set(sources
  aes asn1parse asn1write base64 bignum ccm cipher cipher_wrap constant_time ctr_drbg ecdh ecdsa ecjpake ecp ecp_curves
  entropy entropy_poll hmac_drbg md oid pem pk pk_wrap pkcs5 pkparse pkwrite platform platform_util sha256
  ssl_ciphersuites ssl_cli ssl_msg ssl_srv ssl_tls)
list(TRANSFORM sources REPLACE "(.+)" "${OTARU_MBEDTLS}/library/\\1.c")
set(OTARU_MBEDTLS_INCLUDES ${OTARU_MBEDTLS}/include ${CMAKE_SOURCE_DIR}/mbed/config)

# Only the sanitizers are ours: warnings in others' code are theirs to judge.
add_library(otaru_mbedtls STATIC ${sources})
add_library(otaru::mbedtls ALIAS otaru_mbedtls)
target_include_directories(otaru_mbedtls SYSTEM PUBLIC ${OTARU_MBEDTLS_INCLUDES})
target_compile_definitions(otaru_mbedtls PUBLIC
  MBEDTLS_CONFIG_FILE=<$<IF:$<PLATFORM_ID:Windows>,mbedtls_windows.h,mbedtls_host.h>>)
# Others' code, of which nobody wants to step through the curve: without this, a handshake of a debug build takes as
# long as one of a board.
target_compile_options(otaru_mbedtls PRIVATE -O2)
target_link_libraries(otaru_mbedtls PRIVATE otaru_sanitizers)

# otaru_mbedtls_for_m33(<target> CONFIG <header> SOURCES <names>...): Mbed TLS as a header of mbed/config switches it
# on, never built for this machine. OTARU_MBEDTLS_CONFIG of the target is the definition for those who include it.
function(otaru_mbedtls_for_m33 target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CONFIG" "SOURCES")
  list(TRANSFORM arg_SOURCES REPLACE "(.+)" "${OTARU_MBEDTLS}/library/\\1.c")
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${OTARU_MBEDTLS_INCLUDES})
  set(config MBEDTLS_CONFIG_FILE=<${arg_CONFIG}>)
  target_compile_definitions(${target} PRIVATE ${config})
  set_target_properties(${target} PROPERTIES OTARU_MBEDTLS_CONFIG ${config})
endfunction()

set(sources
  asn1parse asn1write bignum constant_time ecdsa ecp ecp_curves memory_buffer_alloc platform platform_util sha256)
otaru_mbedtls_for_m33(otaru_mbedtls_board CONFIG mbedtls_board.h SOURCES ${sources})
list(APPEND sources aes ccm cipher cipher_wrap ecjpake md ssl_ciphersuites ssl_msg ssl_srv ssl_tls)
otaru_mbedtls_for_m33(otaru_mbedtls_board_password CONFIG mbedtls_board_password.h SOURCES ${sources})
