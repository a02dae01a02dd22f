"""A DHCP server on eth0: `dhcp_server.py SERVER FIRST`, its own address, and the first that it gives, of one /24 network.

Each client has an address of its own, which it is offered and granted; one that asks for another is told no (RFC 2131,
4.3.1 and 4.3.2). Prints `ready`, then a line for each answer: `OFFER ADDRESS MAC`, `ACK ADDRESS MAC` or `NAK ADDRESS MAC`.
"""

import socket
import struct
import sys

DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
NAMES = {OFFER: "OFFER", ACK: "ACK", NAK: "NAK"}
COOKIE = b"\x63\x82\x53\x63"
MASK, LEASE, KIND, SERVER, WANTED = 1, 51, 53, 54, 50  # options: RFC 2132
SO_BINDTODEVICE = 25


def options_of(packet):
    """{code: value} of what follows the cookie; a broken end is left out."""
    found, at = {}, 240
    while at + 1 < len(packet) and packet[at] != 255:
        if packet[at] == 0:
            at += 1
            continue
        found[packet[at]] = packet[at + 2:at + 2 + packet[at + 1]]
        at += 2 + packet[at + 1]
    return found


def reply(request, kind, client, server):
    """The answer to `request`: BOOTREPLY with its xid, flags and hardware address."""
    given = client if kind != NAK else bytes(4)
    options = {KIND: bytes([kind]), SERVER: server}
    if kind != NAK:
        options |= {MASK: bytes([255, 255, 255, 0]), LEASE: struct.pack("!I", 3600)}
    head = struct.pack("!4B4s2s2s4s4s4s4s16s", 2, 1, 6, 0, request[4:8], bytes(2), request[10:12], bytes(4), given,
                       bytes(4), bytes(4), request[28:44])
    return head + bytes(192) + COOKIE + b"".join(bytes([code, len(value)]) + value
                                                 for code, value in options.items()) + b"\xff" + bytes(60)


def main():
    server, first = map(socket.inet_aton, sys.argv[1:3])
    clients = {}  # their addresses
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    asked.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, b"eth0\0")
    asked.bind(("", 67))
    print("ready", flush=True)
    while True:
        request = asked.recv(2048)
        if len(request) < 240 or request[0] != 1 or request[236:240] != COOKIE:
            continue
        options, mac = options_of(request), request[28:34]
        client = clients.setdefault(mac, first[:3] + bytes([first[3] + len(clients)]))
        wanted = options.get(WANTED) or request[12:16]
        if options.get(SERVER, server) != server:
            continue  # it chose another server
        if options.get(KIND) == bytes([DISCOVER]):
            kind, wanted = OFFER, client
        elif options.get(KIND) == bytes([REQUEST]):
            kind = ACK if wanted == client else NAK
        else:
            continue
        asked.sendto(reply(request, kind, client, server), ("255.255.255.255", 68))
        print(NAMES[kind], socket.inet_ntoa(wanted), mac.hex(":"), flush=True)


main()
