# lwIP, built from its Debian source package with a configuration of our own (firmware/net/config): otaru_lwip for a
# Cortex-M33, otaru_lwip_host for this machine, where firmware/net is tested. docs/decisions/0014-lwip-raw.md says why.

include(OtaruDebianSource)
otaru_debian_source(OTARU_LWIP lwip 2.1 src/include/lwip/init.h)

set(OTARU_LWIP_INCLUDES ${OTARU_LWIP}/src/include ${CMAKE_SOURCE_DIR}/firmware/net/config)

# What firmware/net/config/lwipopts.h switches on. A file too few fails at the link.
set(sources
  core/def core/inet_chksum core/init core/ip core/mem core/memp core/netif core/pbuf core/stats core/tcp core/tcp_in
  core/tcp_out core/timeouts core/udp core/ipv4/autoip core/ipv4/dhcp core/ipv4/etharp core/ipv4/icmp core/ipv4/igmp
  core/ipv4/ip4 core/ipv4/ip4_addr netif/ethernet)
list(TRANSFORM sources REPLACE "(.+)" "${OTARU_LWIP}/src/\\1.c")

# For a Cortex-M33 alone: archived by otaru_m33_library() where it is wanted, never built for this machine.
add_library(otaru_lwip STATIC EXCLUDE_FROM_ALL ${sources})
target_include_directories(otaru_lwip PRIVATE ${OTARU_LWIP_INCLUDES})

# For this machine. Only the sanitizers are ours: warnings in others' code are theirs to judge.
add_library(otaru_lwip_host STATIC EXCLUDE_FROM_ALL ${sources})
target_include_directories(otaru_lwip_host SYSTEM PUBLIC ${OTARU_LWIP_INCLUDES})
target_compile_definitions(otaru_lwip_host PUBLIC OTARU_LWIP_ENDS=2)
target_link_libraries(otaru_lwip_host PRIVATE otaru_sanitizers)
