"""The emulated board on a cable whose other end is the test: how it gets its address, and what it says by mDNS."""

import json
import os
import socket
import tempfile
import time

import pytest

import ethernet
from arm_board import firmware

ADDRESS = (10, 9, 8, 7)
QUESTION = (b"\0\0\0\0\0\1\0\0\0\0\0\0" + b"\x08_arduino\x04_tcp\x05local\0" + b"\0\x0c\0\x01")  # PTR, RFC 6762


@pytest.fixture
def board_on(make_arm_board):
    """Switches a board on at the end of a cable."""
    cables = []

    def make(gives=None, more=()):
        cable = ethernet.Cable(gives)
        cables.append(cable)
        board = make_arm_board(more=more).install(firmware("v1"))
        board.launch_program(board.command(cable.network))
        return board, cable

    yield make
    for cable in cables:
        cable.close()


def asks_for_an_address(packet):
    return packet.port == 67


def announces(packet):
    return packet.port == 5353 and packet.to == ethernet.MDNS and b"\x08_arduino\x04_tcp" in packet.data


def test_an_address_by_dhcp_is_announced_and_a_question_to_the_group_is_answered(board_on):
    board, cable = board_on(gives=ADDRESS)
    announced = cable.wait_for("an announcement", announces)
    assert announced.source == ADDRESS and announced.hops == 255 and announced.to_mac == ethernet.MDNS_MAC
    assert bytes(ADDRESS) in announced.data
    joined = [packet for packet in cable.packets if packet.protocol == ethernet.IGMP and packet.body[4:8] == bytes(ethernet.MDNS)]
    assert joined, "it joined the group before it spoke to it"

    board.wait_for("Listening on port")
    time.sleep(2.5)  # the two announcements of RFC 6762, 8.3, are over
    since = len(cable.packets)
    answer = cable.wait_for("an answer", announces, since, asking=ethernet.udp_frame(
        ethernet.MDNS_MAC, (10, 9, 8, 1), 5353, ethernet.MDNS, 5353, QUESTION, hops=255))
    assert answer.source == ADDRESS and answer.hops == 255


def test_without_a_server_it_takes_a_link_local_address_until_one_answers(board_on):
    board, cable = board_on()
    cable.wait_for("a question for an address", asks_for_an_address)
    announced = cable.wait_for("an announcement", announces)
    assert announced.source[:2] == (169, 254)
    probes = [packet for packet in cable.packets
              if packet.kind == ethernet.ARP and packet.target == announced.source and packet.source == (0, 0, 0, 0)]
    assert len(probes) >= 3, "RFC 3927 wants the address probed before it is used"
    board.wait_for("Listening on port")

    cable.gives = ADDRESS
    later = cable.wait_for("an announcement of the new address", lambda packet: announces(packet) and packet.source == ADDRESS)
    assert bytes(ADDRESS) in later.data


def test_a_cable_that_was_out_brings_the_address_back_when_it_is_in(board_on):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "qmp")
        board, cable = board_on(gives=ADDRESS, more=("-qmp", f"unix:{path},server=on,wait=off"))
        board.wait_for("Listening on port")
        cable.wait_for("an announcement", announces)
        with socket.socket(socket.AF_UNIX) as control, control.makefile("rw") as lines:
            control.connect(path)
            control.settimeout(10)

            def tell(command, **arguments):
                print(json.dumps({"execute": command, "arguments": arguments}), file=lines, flush=True)
                while "return" not in (answer := json.loads(lines.readline())):
                    assert "error" not in answer, answer

            tell("qmp_capabilities")
            tell("set_link", name="lan9118.0", up=False)
            time.sleep(1)  # it looks four times a second
            since = len(cable.packets)
            tell("set_link", name="lan9118.0", up=True)
            cable.wait_for("a question for its address", asks_for_an_address, since)
            cable.wait_for("an announcement", announces, since)
        assert board.boots >= 1


def test_a_flood_of_broken_frames_leaves_it_working(board_on):
    board, cable = board_on(gives=ADDRESS)
    board.wait_for("Listening on port")

    def answers(since):
        answer = cable.wait_for("an answer to ARP", lambda packet: packet.kind == ethernet.ARP and packet.operation == 2, since,
                                asking=ethernet.arp_question((10, 9, 8, 1), ADDRESS))
        return answer.source == ADDRESS and answer.from_mac == ethernet.BOARD

    assert answers(since=0)
    for seed in range(3):
        since = len(cable.packets)
        ethernet.flood(cable, ADDRESS, 1500, seed)
        assert answers(since)
        complaints = [packet for packet in cable.packets[since:] if packet.protocol == ethernet.ICMP]
        assert len(complaints) > 10, "the flood has not reached it: nobody listens on port 9"
    assert [line for line in board.lines if "[fault]" in line or "broken" in line or "[watchdog]" in line] == []
    assert len(board.boot_lines()) == 1
