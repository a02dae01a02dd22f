/* The parts of the AmebaD port: each is a file. */
#ifndef OTARU_AMEBA_PORT_H
#define OTARU_AMEBA_PORT_H

#include "otaru_engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ameba_flash.c */
int otaru_ameba_flash_read(void* context, uint32_t at, void* out, size_t length);
int otaru_ameba_flash_program(void* context, uint32_t at, const void* data, size_t length);
int otaru_ameba_flash_erase_sector(void* context, uint32_t at);
int otaru_ameba_flash_erase_block(void* context, uint32_t at);

/* ameba_network.c */
int otaru_ameba_own_address(void* context, uint8_t address[4]);
int otaru_ameba_mac(void* context, uint8_t mac[6]);
int otaru_ameba_tcp_listen(void* context, uint16_t port);
int otaru_ameba_tcp_accept(void* context, int listener, otaru_peer* from);
int otaru_ameba_tcp_receive(void* context, int connection, void* out, size_t length);
int otaru_ameba_tcp_send(void* context, int connection, const void* data, size_t length);
void otaru_ameba_tcp_shutdown(void* context, int connection);
void otaru_ameba_close(void* context, int handle);
int otaru_ameba_mdns_open(void* context, const uint8_t own[4]);
int otaru_ameba_mdns_receive(void* context, int handle, void* out, size_t length, otaru_peer* from);
int otaru_ameba_mdns_send(void* context, int handle, const void* data, size_t length, const otaru_peer* to);

#ifdef __cplusplus
}
#endif

#endif
