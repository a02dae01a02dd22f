"""Asks for `_arduino._tcp.local` with plain sockets, and prints how long each answer took, in seconds.

`asker.py multicast|unicast|legacy ADDRESS TIMES`: from port 5353, the same with the QU bit, from another port.
"""

import socket
import struct
import sys
import time

GROUP = ("224.0.0.251", 5353)
QUESTION = b"\x08_arduino\x04_tcp\x05local\x00" + struct.pack("!H", 12)


def main():
    way, address, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    asker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    asker.bind(("", 0 if way == "legacy" else 5353))
    asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    asker.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP[0]) + socket.inet_aton(address))
    asker.settimeout(3)
    for number in range(times):
        query = struct.pack("!6H", number if way == "legacy" else 0, 0, 1, 0, 0, 0)
        query += QUESTION + struct.pack("!H", 0x8001 if way == "unicast" else 1)
        start = time.monotonic()
        asker.sendto(query, GROUP)
        while True:
            packet = asker.recv(9000)
            flags, _, answers = struct.unpack("!3H", packet[2:8])
            if flags & 0x8000 and answers and b"\x08_arduino" in packet:
                break
        print(f"{time.monotonic() - start:.4f}", flush=True)
        time.sleep(1.1)  # a record is multicast once a second at most (RFC 6762, section 6)


main()
