"""A board as Avahi, the mDNS of Linux desktops, sees it; and mdns-scan."""

import pathlib
import signal

import pytest

from avahi import Avahi

IMAGE = pathlib.Path(__file__).resolve().parent.parent / "golden/image2-small.bin"


@pytest.fixture
def avahi(desk, tmp_path):
    return Avahi(desk, tmp_path)


def test_browse_finds_port_txt_and_address_in_both_families(board_host, avahi):
    board_host.announced("MyAmeba", 8020, "board=ameba_rtl8721d", "otaru=1")
    found = avahi.browse()
    txt = ["board=ameba_rtl8721d", "otaru=1"]
    [ipv4] = found["MyAmeba", "IPv4"]
    assert ipv4[0] == "MyAmeba.local" and ipv4[2:] == (8020, txt)
    [ipv6] = found["MyAmeba", "IPv6"]
    assert ipv6[0] == "MyAmeba.local" and ipv6[2:] == (8020, txt)
    addresses = {ipv4[1], ipv6[1]}
    assert board_host.address in addresses
    assert addresses <= {board_host.address, board_ipv6(board_host)}


def test_browse_shows_a_board_that_wants_a_password(board_host, avahi, lan, workdir):
    (workdir / "password").write_text("open sesame\n")
    board = board_host.start(lan.otaru, "board", "run", "--flash", workdir / "flash.bin", "--image", IMAGE, "--interface",
                             "eth0", "--password-file", workdir / "password")
    board.wait_for("announced as", seconds=15)
    [found] = avahi.browse()["MyAmeba", "IPv4"]
    assert "auth_upload=yes" in found[3]


def board_ipv6(host):
    return host.ip("-6", "-o", "addr", "show", "eth0").split("inet6 ")[1].split("/")[0]


def test_resolve_gives_the_addresses_of_a_board(board_host, avahi):
    board_host.announced()
    assert avahi.run_ok("avahi-resolve", "-4n", "MyAmeba.local").split() == ["MyAmeba.local", board_host.address]
    assert avahi.run_ok("avahi-resolve", "-6n", "MyAmeba.local").split() == ["MyAmeba.local",
                                                                            board_ipv6(board_host)]


def test_browse_loses_a_board_at_its_goodbye(board_host, avahi):
    board = board_host.announced()
    browser = avahi.start("stdbuf", "-oL", "avahi-browse", "-p", "_arduino._tcp")
    browser.wait_for(r"^\+;eth0;IPv4;MyAmeba;")
    board.stop()
    browser.wait_for(r"^-;eth0;IPv[46];MyAmeba;", seconds=4)


def test_two_boards_of_one_name_are_found_by_two_names(board_host, lan, avahi):
    board_host.announced("MyAmeba", 8020)
    lan.host("second").announced("MyAmeba", 8021)
    ports = {name: [entry[2] for entry in entries]
             for (name, family), entries in avahi.browse().items() if family == "IPv4"}
    assert ports == {"MyAmeba": [8020], "MyAmeba-2": [8021]}


def test_a_board_shares_the_port_with_an_avahi_of_the_same_machine(avahi, desk, lan):
    desk.announced("MyAmeba", 8020)
    assert ("MyAmeba", "IPv4") in avahi.browse(), "seen by the machine itself"
    other = lan.host("other")
    assert other.discover("--for", "2s")["MyAmeba"]["address"] == desk.address, "and by others"


def test_discover_finds_a_stock_board_that_avahi_publishes(avahi, lan):
    publisher = avahi.start("avahi-publish", "-s", "Stock board", "_arduino._tcp", "5000", "board=ameba_rtl8721d",
                            "auth_upload=no", "tcp_check=no", "ssh_upload=no")
    publisher.wait_for("Established")
    other = lan.host("other")
    found = other.discover("--for", "2s")
    assert found.keys() == {"Stock board"}
    board = found["Stock board"]
    assert not board["otaru"]
    assert (board["host"], board["address"], board["port"]) == ("desk.local", avahi.host.address, 5000)
    assert board["label"] == f"Stock board at {avahi.host.address}"
    table = other.run_ok(lan.otaru, "discover", "--for", "1s")
    assert "stock" in table and "5000" not in table, "nothing listens there"


def test_discover_sees_a_board_of_avahi_come_and_go(avahi, lan):
    watch = lan.host("other").start(lan.otaru, "discover", "--watch", "--json")
    publisher = avahi.start("avahi-publish", "-s", "Stock board", "_arduino._tcp", "5000")
    watch.wait_for_json(event="found", name="Stock board")
    publisher.stop()
    watch.wait_for_json(event="gone", name="Stock board")
    assert watch.stop(signal.SIGINT) == 0


def test_mdns_scan_shows_a_board(board_host, desk):
    desk.ip("route", "add", "224.0.0.0/4", "dev", "eth0")  # it leaves it to the routes which interface it joins on
    board_host.announced()
    desk.start("stdbuf", "-oL", "mdns-scan").wait_for(r"\+ MyAmeba\._arduino\._tcp\.local")
