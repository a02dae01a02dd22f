"""The other end of an emulated board's cable: frames over UDP on loopback, in this process alone."""

import random
import socket
import struct
import threading
import time

import pytest

OURS = bytes.fromhex("020000000001")  # our MAC; the board's is QEMU's default
BOARD = bytes.fromhex("525400123456")
BROADCAST = b"\xff" * 6
MDNS_MAC = bytes.fromhex("01005e0000fb")
MDNS = (224, 0, 0, 251)
ARP, IPV4 = 0x0806, 0x0800
ICMP, IGMP, UDP = 1, 2, 17


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(to, kind, payload):
    return (to + OURS + struct.pack(">H", kind) + payload).ljust(60, b"\0")


def udp_frame(mac, source, source_port, to, port, data, hops=64):
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(data), 0, 0, hops, UDP, 0, bytes(source), bytes(to))
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return frame(mac, IPV4, header + struct.pack(">HHHH", source_port, port, 8 + len(data), 0) + data)


def arp_question(ours, asked):
    return frame(BROADCAST, ARP, struct.pack(">HHBBH6s4s6s4s", 1, IPV4, 6, 4, 1, OURS, bytes(ours), b"", bytes(asked)))


class Packet:
    """What the board sent: the fields that tests ask for."""

    def __init__(self, data):
        self.kind = struct.unpack_from(">H", data, 12)[0]
        self.to_mac, self.from_mac = data[:6], data[6:12]
        self.protocol = self.port = None
        if self.kind == ARP:
            self.operation = struct.unpack_from(">H", data, 20)[0]
            self.source, self.target = tuple(data[28:32]), tuple(data[38:42])
        elif self.kind == IPV4:
            self.hops, self.protocol = data[22], data[23]
            self.source, self.to = tuple(data[26:30]), tuple(data[30:34])
            length = struct.unpack_from(">H", data, 16)[0]
            self.body = data[14 + 4 * (data[14] & 15):14 + length]
            if self.protocol == UDP:
                self.port = struct.unpack_from(">H", self.body, 2)[0]
                self.data = self.body[8:]


class Cable:
    """Give `network` to the emulator. Keeps all that the board sends, and gives it an address if it has one to give."""

    def __init__(self, gives=None):
        self.gives = gives  # (10, 9, 8, 7): answers DHCP with that
        self.packets = []
        self._news = threading.Condition()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self._board = free.getsockname()
        here, there = (f"127.0.0.1:{port}" for port in (self._socket.getsockname()[1], self._board[1]))
        self.network = f"socket,model=lan9118,udp={here},localaddr={there}"
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._socket.close()

    def send(self, data):
        self._socket.sendto(data, self._board)

    def _read(self):
        while True:
            try:
                data = self._socket.recv(4096)
            except OSError:
                return
            packet = Packet(data)
            if self.gives and packet.port == 67:
                self._answer_dhcp(packet.data)
            with self._news:
                self.packets.append(packet)
                self._news.notify_all()

    def _answer_dhcp(self, asked):
        """RFC 2131: an offer for a DISCOVER, an acknowledgement for a REQUEST."""
        kind = asked[asked.index(b"\x35\x01", 236) + 2]
        answer = {1: 2, 3: 5}.get(kind)
        if not answer:
            return
        server = bytes([*self.gives[:3], 1])
        head = struct.pack(">BBBBIHH4s4s4s4s16s", 2, 1, 6, 0, struct.unpack_from(">I", asked, 4)[0], 0, 0, b"",
                           bytes(self.gives), server, b"", BOARD).ljust(236, b"\0")
        options = (b"\x63\x82\x53\x63\x35\x01" + bytes([answer]) + b"\x36\x04" + server + b"\x33\x04\x00\x00\x0e\x10"
                   + b"\x01\x04\xff\xff\xff\x00\x03\x04" + server + b"\xff")
        self.send(udp_frame(BROADCAST, server, 67, (255, 255, 255, 255), 68, head + options))

    def wait_for(self, what, wanted, since=0, asking=None, seconds=30):
        """The first packet from number `since` on for which `wanted` is true; sends `asking` each second meanwhile."""
        deadline = time.monotonic() + seconds
        asked = 0.0
        while time.monotonic() < deadline:
            if asking and time.monotonic() - asked > 1:
                asked = time.monotonic()
                self.send(asking)
            with self._news:
                for packet in self.packets[since:]:
                    if wanted(packet):
                        return packet
                self._news.wait(0.1)
        return pytest.fail(f"the board has not sent {what}; it sent {len(self.packets)} packets")


def flood(cable, address, count, seed):
    """Frames of all lengths and kinds, few of which mean anything."""
    chance = random.Random(seed)
    for number in range(count):
        to = chance.choice([BOARD, BROADCAST, MDNS_MAC, chance.randbytes(6)])
        body = chance.randbytes(chance.choice([0, 1, 20, 46, 100, 700, 1500, 1600, 2100]))
        if number % 3 == 0:
            cable.send(udp_frame(to, (10, 9, 8, 1), 5353, chance.choice([address, MDNS]), chance.choice([5353, 68, 9]), body))
        else:
            cable.send(to + OURS + struct.pack(">H", chance.choice([ARP, IPV4, 0x86DD, 0x0600])) + body)
        if number % 50 == 0:
            time.sleep(0.002)  # a loopback socket that is full loses them before the board does
