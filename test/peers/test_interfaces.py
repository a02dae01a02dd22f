"""Interfaces that come, go and change their addresses; and those that nobody chose."""

import signal
import socket
import struct
import threading

import pytest

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3


@pytest.fixture
def watch(desk, lan):
    return desk.start(lan.otaru, "discover", "--watch", "--json")


def test_a_board_is_found_again_after_its_interface_went_down_and_up(board_host, desk):
    board = board_host.announced()
    desk.find("MyAmeba")
    board_host.ip("link", "set", "eth0", "down")
    assert desk.discover("--for", "1s") == {}
    board_host.ip("link", "set", "eth0", "up")
    board.wait_for("^announced MyAmeba ")
    assert desk.find("MyAmeba")["address"] == board_host.address


def test_the_desk_finds_boards_again_after_its_own_interface_went_down_and_up(board_host, desk, watch):
    board_host.announced()
    watch.wait_for_json(event="found", name="MyAmeba")
    desk.ip("link", "set", "eth0", "down")
    watch.wait_for_json(event="gone", name="MyAmeba", seconds=3)
    desk.ip("link", "set", "eth0", "up")
    watch.wait_for_json(event="found", name="MyAmeba", address=board_host.address)


def test_a_board_is_found_when_its_cable_comes_later(lan, watch):
    late = lan.host("late", plugged_in=False)
    board = late.start(lan.announcer, "MyAmeba", "8020")
    board.wait_for("No network interface can be used now")
    late.plug_in()
    board.wait_for("^announced ")
    watch.wait_for_json(event="found", name="MyAmeba")


def test_a_board_is_found_when_its_address_comes_later(lan, watch):
    late = lan.host("late", plugged_in=False)
    late.plug_in(address=False)
    late.announce("MyAmeba", 8020, "board=ameba_rtl8721d")
    seen = watch.wait_for_json(event="found", name="MyAmeba")
    assert seen["address"].startswith("fe80:"), "IPv6 needs no server to give addresses"
    assert seen["address"].endswith("%eth0")
    late.ip("addr", "add", f"{late.address}/24", "dev", "eth0")
    watch.wait_for_json(event="changed", name="MyAmeba", address=late.address)


def test_a_board_moves_to_its_new_address(board_host, watch):
    board_host.announced()
    watch.wait_for_json(event="found", name="MyAmeba", address=board_host.address)
    board_host.ip("addr", "del", f"{board_host.address}/24", "dev", "eth0")
    board_host.ip("addr", "add", "198.51.100.77/24", "dev", "eth0")
    watch.wait_for_json(event="changed", name="MyAmeba", address="198.51.100.77")


def test_a_board_without_ipv6_is_found(lan, desk):
    host = lan.host("old", plugged_in=False)
    host.run_ok("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
    host.plug_in()
    host.announced()
    assert desk.find("MyAmeba")["address"] == host.address


class Tap:
    """Sees every frame that leaves or enters a host's eth0."""

    def __init__(self, host):
        self.packets = []
        ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(host.namespace, ready), daemon=True)
        self._thread.start()
        assert ready.wait(5)

    def _listen(self, namespace, ready):
        # Only this thread enters the namespace; a socket stays in the one that it was made in.
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{namespace}") as handle:
            assert libc.setns(handle.fileno(), CLONE_NEWNET) == 0
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        tap.bind(("eth0", 0))
        ready.set()
        while True:
            try:
                packet, (_, protocol, *_) = tap.recvfrom(2048)
            except OSError:  # the network is being removed
                return
            if protocol == 0x0800:
                start, udp = 4 * (packet[0] & 15), packet[9] == 17
            elif protocol == 0x86DD:
                start, udp = 40, packet[6] == 17
            else:
                continue
            if udp and 5353 in struct.unpack("!HH", packet[start:start + 4]):
                self.packets.append(packet)


def test_nothing_leaves_an_interface_that_was_not_chosen(lan, board_host):
    tap = Tap(board_host)
    board = board_host.announced("MyAmeba", 8020, interfaces=("lo",))
    assert board_host.find("MyAmeba", "--interface", "lo")["address"] == "127.0.0.1"
    board.stop()
    assert tap.packets == []
    # The tap does see such packets, or the above would say nothing.
    board_host.discover("--for", "300ms")
    assert tap.packets


def test_queries_that_come_in_by_another_interface_are_not_answered(board_host, desk):
    board_host.announced("MyAmeba", 8020, interfaces=("lo",))
    assert desk.discover("--for", "1s") == {}


def test_with_nothing_found_it_says_what_to_check(desk, lan):
    result = desk.run(lan.otaru, "discover", "--for", "300ms", "--json")
    assert (result.returncode, result.stdout) == (3, "")
    for word in ("same network", "serial monitor", "multicast", "firewall"):
        assert word in result.stderr


def test_an_interface_that_does_not_exist_is_named_in_the_error(desk, lan):
    result = desk.run(lan.otaru, "discover", "--interface", "eth7")
    assert result.returncode == 2
    assert 'no network interface "eth7"' in result.stderr and "eth0" in result.stderr


def test_discover_asks_from_another_port_when_5353_is_kept_by_somebody(board_host, desk, lan):
    board_host.announced()
    keep = ("import socket, time\nfor family in (socket.AF_INET, socket.AF_INET6):\n"
            "    s = socket.socket(family, socket.SOCK_DGRAM)\n"
            "    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)\n"
            "    s.bind(('', 5353)); globals()[f'kept{family}'] = s\n"
            "print('kept', flush=True); time.sleep(60)")
    desk.start("/usr/bin/python3", "-c", keep).wait_for("^kept$")
    result = desk.run(lan.otaru, "discover", "--for", "1s", "--json")
    assert result.returncode == 0, result.stderr
    assert f'"address":"{board_host.address}"' in result.stdout
    assert "keeps UDP port 5353 for itself" in result.stderr
    # Answers to such questions are good for 10 s only: a longer watch must not lose the board.
    watch = desk.start(lan.otaru, "discover", "--watch", "--json")
    watch.wait_for_json(event="found", name="MyAmeba")
    with pytest.raises(pytest.fail.Exception):
        watch.wait_for("gone", seconds=13)
    assert watch.stop(signal.SIGINT) == 0
