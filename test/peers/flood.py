"""A bad neighbour: `flood.py MOST MAC ADDRESS` sends frames on eth0 that nobody asked for, until it is ended (SIGTERM)
or has sent MOST.

Broadcast and multicast, and unicast to the board with that MAC and address: noise, broken ARP, IP, TCP and DNS, and
sound ones that do not concern it. The same ones each time. It takes a quarter of the board's time at most, however slow
the machine is: after one frame of each kind the board has to say where it is (ARP), and is left alone for three times
as long as that took, and LEAST_PAUSE at least. Prints `begun`, how many it sent, and how often the board answered.
"""

import random
import signal
import socket
import struct
import sys
import time

from internet_checksum import checksum

EVERYBODY, MDNS_GROUP = b"\xff" * 6, b"\x01\x00\x5e\x00\x00\xfb"
OWN = b"\x02\x00\x00\x00\x66\x66"
ARP, IP, IPV6 = 0x0806, 0x0800, 0x86DD
ICMP, IGMP, TCP, UDP = 1, 2, 6, 17
LEAST_PAUSE = 0.008  # seconds: 2000 frames a second
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


def wire_for(kind):
    """A socket on eth0: frames of this kind come in."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(kind))
    wire.bind(("eth0", kind))
    wire.settimeout(1)
    return wire


def answered(wire, mac, board):
    """Asks the board for its address. @return whether it said it within a second"""
    wire.send(frame(mac, ARP, arp(1, OWN, board[:3] + b"\x63", board)))
    end = time.monotonic() + 1
    while time.monotonic() < end:
        try:
            heard = wire.recv(2000)
        except TimeoutError:
            break
        if heard[:12] == OWN + mac and heard[20:22] == b"\0\2":
            return True
    return False


def main():
    most, mac, board = int(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", "")), socket.inet_aton(sys.argv[3])
    makers = kinds(mac, board)
    wire = wire_for(ARP)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("begun", flush=True)
    sent = answers = 0
    while sent < most and not ended:
        begun = time.monotonic()
        for make in makers:
            wire.send(make())
        sent += len(makers)
        answers += answered(wire, mac, board)
        time.sleep(max(LEAST_PAUSE, 3 * (time.monotonic() - begun)))
    print(f"sent {sent} answered {answers}", flush=True)


main()
