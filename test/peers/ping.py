"""`ping.py ADDRESS SIZE COUNT`: echo requests (RFC 792) with SIZE bytes of data; each must come back as it went."""

import os
import socket
import struct
import sys
import time

from internet_checksum import checksum


def main():
    address, size, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wire = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    wire.settimeout(5)
    for number in range(count):
        data = struct.pack("!HH", os.getpid() & 0xFFFF, number) + os.urandom(size)
        wire.sendto(struct.pack("!BBH", 8, 0, checksum(b"\x08\x00\x00\x00" + data)) + data, (address, 0))
        start = time.monotonic()
        while True:
            packet, source = wire.recvfrom(2048)
            if source[0] == address and packet[20:22] == b"\x00\x00" and packet[24:] == data:
                break
        print(f"{size} bytes came back in {(time.monotonic() - start) * 1000:.1f} ms", flush=True)


main()
