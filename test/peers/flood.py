"""A bad neighbour: `flood.py COUNT PAUSE_MS MAC ADDRESS` sends COUNT frames on eth0 that nobody asked for.

Broadcast and multicast, and unicast to the board with that MAC and address: noise, broken ARP, IP, TCP and DNS, and
sound ones that do not concern it. The same ones each time. Prints `begun`, and how many it sent.
"""

import random
import socket
import struct
import sys
import time

from internet_checksum import checksum

EVERYBODY, MDNS_GROUP = b"\xff" * 6, b"\x01\x00\x5e\x00\x00\xfb"
OWN = b"\x02\x00\x00\x00\x66\x66"
ARP, IP, IPV6 = 0x0806, 0x0800, 0x86DD
ICMP, IGMP, TCP, UDP = 1, 2, 6, 17
numbers = random.Random(5)


def noise(most):
    return numbers.randbytes(numbers.randrange(most))


def frame(to, kind, data):
    return to + OWN + struct.pack("!H", kind) + data


def ip(protocol, source, target, data, fragment=0, length=None):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data) if length is None else length, numbers.randrange(65536),
                       fragment, 64, protocol, 0, source, target)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def udp(source, target, port, data):
    head = struct.pack("!4H", numbers.randrange(1024, 65536), port, 8 + len(data), 0)  # 0: without a checksum
    return ip(UDP, source, target, head + data)


def arp(operation, sender, sender_address, target_address):
    return struct.pack("!HHBBH", 1, IP, 6, 4, operation) + sender + sender_address + bytes(6) + target_address


def kinds(mac, board):
    """What makes a frame, for each kind of trouble."""
    broadcast, group = board[:3] + b"\xff", bytes([224, 0, 0, 251])

    def stranger():
        return board[:3] + bytes([numbers.randrange(100, 250)])

    def question():
        return struct.pack("!6H", 0, 0, 1, 0, 0, 0) + b"\x08_arduino\x04_tcp\x05local\x00\x00\x0c\x00\x01"

    return [
        lambda: frame(EVERYBODY, numbers.randrange(65536), noise(1500)),
        lambda: frame(mac, numbers.choice([ARP, IP, IPV6]), noise(1500)),
        lambda: frame(EVERYBODY, ARP, arp(1, OWN, stranger(), stranger())),  # who has it?
        lambda: frame(EVERYBODY, ARP, arp(1, OWN, stranger(), board)),
        lambda: frame(mac, ARP, arp(2, OWN, stranger(), board)),  # answers that nobody asked for
        lambda: frame(EVERYBODY, ARP, arp(1, OWN, stranger(), board)[:numbers.randrange(28)]),
        lambda: frame(EVERYBODY, IP, udp(stranger(), broadcast, numbers.randrange(65536), noise(1400))),
        lambda: frame(EVERYBODY, IP, udp(stranger(), b"\xff" * 4, 68, b"\x02\x01\x06\x00" + noise(1400))),  # as DHCP's
        lambda: frame(mac, IP, udp(stranger(), board, numbers.randrange(65536), noise(1400))),
        lambda: frame(MDNS_GROUP, IP, udp(stranger(), group, 5353, noise(1400))),
        lambda: frame(MDNS_GROUP, IP, udp(stranger(), group, 5353, question() + noise(200))),
        lambda: frame(mac, IP, ip(TCP, stranger(), board, struct.pack("!HH", numbers.randrange(65536), 8020) + noise(60))),
        lambda: frame(mac, IP, ip(ICMP, stranger(), board, b"\x08\x00" + noise(1400))),
        lambda: frame(mac, IP, ip(IGMP, stranger(), group, noise(40))),
        lambda: frame(mac, IP, ip(UDP, stranger(), board, noise(1400), fragment=0x2000 | numbers.randrange(0x2000))),
        lambda: frame(mac, IP, ip(TCP, stranger(), board, noise(40), length=numbers.randrange(65536))),
    ]


def main():
    count, pause = int(sys.argv[1]), float(sys.argv[2]) / 1000
    makers = kinds(bytes.fromhex(sys.argv[3].replace(":", "")), socket.inet_aton(sys.argv[4]))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind(("eth0", 0))
    print("begun", flush=True)
    for number in range(count):
        wire.send(makers[number % len(makers)]())
        time.sleep(pause)
    print(f"sent {count}", flush=True)


main()
