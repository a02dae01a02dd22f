"""`otaru doctor` where networks differ, are missing, or belong to somebody else. About 25 s, nearly all of it its own limits."""

import json

import pytest

from network import ip


@pytest.fixture
def doctor(desk, lan, tmp_path):
    """Runs it on the desk; gives the exit code and the checks by their codes."""
    def run(*arguments):
        result = desk.run("env", f"HOME={tmp_path}", lan.otaru, "doctor", "--json", *arguments, seconds=60)
        *checks, summary = [json.loads(line) for line in result.stdout.splitlines()]
        assert summary["exit"] == result.returncode, result.stdout + result.stderr
        return result.returncode, {check["check"]: check for check in checks}
    return run


def test_a_board_in_the_network_is_named_with_its_interface_and_a_closed_port_is_wrong(board_host, doctor):
    board_host.announced()
    code, checks = doctor("MyAmeba")
    assert checks["same_network"]["verdict"] == "fine" and "eth0" in checks["same_network"]["message"]
    assert (code, checks["port"]["verdict"]) == (3, "wrong")
    assert "nothing listens on port 8020" in checks["port"]["message"]


def test_a_board_with_an_address_of_another_network_is_seen_but_out_of_reach(lan, doctor):
    other = lan.host("other", plugged_in=False)
    other.plug_in(address=False)
    other.ip("addr", "add", "203.0.113.5/24", "dev", "eth0")
    other.announced()
    code, checks = doctor("203.0.113.5:8020")
    assert code == 3
    assert checks["same_network"]["verdict"] == "warning" and "none" in checks["same_network"]["message"]
    assert checks["port"]["verdict"] == "wrong"


def test_an_address_where_nobody_is_ends_with_3_in_time(desk, doctor):
    code, checks = doctor("198.51.100.200")
    assert (code, checks["port"]["verdict"]) == (3, "wrong")
    assert checks["found"]["verdict"] == "warning"


def test_without_a_network_that_is_what_is_wrong(desk, doctor):
    desk.ip("link", "set", "eth0", "down")
    code, checks = doctor()
    assert (code, checks["network"]["verdict"]) == (2, "wrong")


def test_of_two_networks_the_one_that_the_board_is_on_is_named(lan, desk, board_host, doctor):
    desk.ip("link", "add", "cellar", "type", "veth", "peer", "name", "stairs", "netns", lan.switch)
    desk.ip("addr", "add", "203.0.113.9/24", "dev", "cellar")
    ip("-n", lan.switch, "link", "set", "stairs", "up")
    desk.ip("link", "set", "cellar", "up")
    board_host.announced()
    _, checks = doctor("MyAmeba")
    assert "2 networks" in checks["network"]["message"]
    assert "by eth0" in checks["same_network"]["message"]


def test_a_program_that_keeps_port_5353_is_told(board_host, desk, doctor):
    board_host.announced()
    keep = ("import socket, time\nfor family in (socket.AF_INET, socket.AF_INET6):\n"
            "    s = socket.socket(family, socket.SOCK_DGRAM)\n"
            "    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)\n"
            "    s.bind(('', 5353)); globals()[f'kept{family}'] = s\n"
            "print('kept', flush=True); time.sleep(60)")
    desk.start("/usr/bin/python3", "-c", keep).wait_for("^kept$")
    _, checks = doctor("MyAmeba")
    assert [checks[code]["verdict"] for code in ("mdns_port", "multicast", "found")] == ["warning", "unknown", "fine"]
