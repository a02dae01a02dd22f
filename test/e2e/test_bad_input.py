"""Whatever is sent to a board costs at most the connection (SAFETY: hostile input).

One named test for each fault of stock boards that a user could meet. After each of them the board still runs what it
ran, its flash is as it was where it matters, and the next good update works.
"""

import concurrent.futures
import socket
import struct
import time

import pytest

import images
import uploaders
from images import changed, image2, ota_header, push_stream
from virtual_board import assert_updated, differences

IMAGE = image2(184_320, seed=11)
FLOOD = 512 * 1024


@pytest.fixture
def victim(board, push):
    """A running board which must have survived when the test ends."""
    before = board.flash()
    yield board
    assert board.running(), "the board has ended"
    assert board.boots == 1, "the board has booted again"
    assert board.show()["boots"] == "OTA1"
    allowed = [board.layout.slot("OTA2"), board.layout.record("OTA1")]
    assert differences(before, board.flash(), allowed) == []
    before = board.flash()
    good = image2(184_320, seed=12)
    push(good, board)
    assert board.wait_for_boot(2) == "OTA2"
    assert_updated(board, before, "OTA2", good)


def refused(board, stream, code):
    """Sends `stream`, and asserts that the board says why it does not want it, in a line that arrives."""
    line = uploaders.last_line(uploaders.push_raw(board, stream))
    assert line.split()[:3] == ["OTARU/1", "error", code], line
    assert len(line.split()) > 5, "the reason is told in words too"
    board.wait_for(f"({code})")


def untouched(board, stream, code):
    """The same, and slot OTA2 has not been touched at all."""
    before = board.flash()
    refused(board, stream, code)
    assert board.flash() == before


def with_header(header, body=IMAGE):
    file = header + body
    return images.announcement(file) + file


def test_header_count_times_header_length_that_overflows_a_buffer_is_refused(victim):
    untouched(victim, with_header(ota_header(IMAGE, count=0x0AAAAAAB, header_length=24)), "header_count")
    untouched(victim, with_header(ota_header(IMAGE, count=0xFFFFFFFF, header_length=0xFFFFFFFF)), "header_count")


def test_a_header_length_other_than_24_is_refused(victim):
    for length in (0, 23, 25, 0x10000, 0xFFFFFFFF):
        untouched(victim, with_header(ota_header(IMAGE, header_length=length)), "header_length")


def test_more_than_two_headers_are_refused(victim):
    headers = b"".join(ota_header(IMAGE, identity=identity)[8:] for identity in (b"OTA1", b"OTA2", b"RDP\0"))
    untouched(victim, with_header(struct.pack("<II", 1, 3) + headers), "header_count")


def test_no_header_and_two_headers_are_refused(victim):
    for count in (0, 2):
        untouched(victim, with_header(ota_header(IMAGE, count=count)), "header_count")


def test_an_image_of_length_0_is_refused(victim):
    untouched(victim, with_header(ota_header(b""), b""), "image_length")


def test_an_image_beyond_the_slot_is_refused(victim):
    for length in (images.LARGEST + 1, victim.layout.SLOT, 0x200000, 0x7FFFFFFF, 0xFFFFFFDF):
        untouched(victim, with_header(ota_header(IMAGE, length=length)), "image_length")


def test_a_whole_file_that_is_larger_than_the_slot_is_refused(victim):
    untouched(victim, push_stream(image2(images.LARGEST + 4096, seed=1)), "image_length")


def test_an_offset_inside_the_header_is_refused(victim):
    for offset in (0, 8, 31):
        untouched(victim, with_header(ota_header(IMAGE, offset=offset)), "image_offset")


def test_an_offset_beyond_the_stream_is_refused(victim):
    for offset in (33, len(IMAGE) + 32, 0x7FFFFFFF, 0xFFFFFFFF):
        untouched(victim, with_header(ota_header(IMAGE, offset=offset)), "image_offset")


def test_a_wrong_id_is_refused(victim):
    for identity in (b"OTA3", b"OTA\0", b"ota1", b"RDP\0", b"\0\0\0\0", b"\xff\xff\xff\xff"):
        untouched(victim, with_header(ota_header(IMAGE, identity=identity)), "image_id")


def test_a_length_that_is_not_the_announced_one_is_refused(victim):
    untouched(victim, push_stream(IMAGE, length=len(IMAGE) - 4096), "announced_size")
    untouched(victim, push_stream(IMAGE, length=len(IMAGE) + 4096), "announced_size")


@pytest.mark.parametrize("sent", [0, 1, 11, 12, 13, 43, 44, 75, 76, 5000, 100_000, len(push_stream(IMAGE)) - 1])
def test_a_short_stream_is_not_taken_for_success(victim, sent):
    with uploaders.connect(victim) as connection:
        connection.sendall(push_stream(IMAGE)[:sent])
        connection.shutdown(socket.SHUT_WR)
        said = uploaders.read_to_end(connection)
    assert uploaders.last_line(said).startswith("OTARU/1 error closed")


def test_an_image_that_differs_from_its_checksum_is_refused(victim):
    refused(victim, push_stream(IMAGE, checksum=images.byte_sum(IMAGE) ^ 1), "image_sum")


def test_a_file_that_differs_from_its_announcement_is_refused(victim):
    file = images.ota_file(IMAGE)
    refused(victim, images.announcement(file, checksum=images.byte_sum(file) + 1) + file, "announced_sum")


def test_bytes_that_sum_right_but_are_no_image_are_refused(victim):
    for content in (bytes(200_000), b"\xff" * 200_000, b"no image at all " * 12_500, IMAGE[::-1]):
        untouched(victim, push_stream(content), "km0_signature")


def test_km0_right_and_km4_wrong_is_refused_for_it_would_hang_the_boot_loader(victim):
    at = images.km4_offset(IMAGE)
    for signature in (b"\xff" * 8, b"8195871\0", bytes(8)):
        refused(victim, push_stream(changed(IMAGE, at, signature)), "km4_signature")


def test_an_image_that_ends_before_km4_is_refused(victim):
    cut = IMAGE[:images.km4_offset(IMAGE)]
    refused(victim, push_stream(cut), "km4_signature")


def test_a_segment_that_leaves_the_image_is_refused(victim):
    for size in (0x7FFFFFFF, 0xFFFFFFE0, 0xFFFFFFFF, len(IMAGE)):
        untouched(victim, push_stream(changed(IMAGE, 8, struct.pack("<I", size))), "km0_segment")
    at = images.km4_offset(IMAGE)
    refused(victim, push_stream(changed(IMAGE, at + 8, struct.pack("<I", len(IMAGE)))), "km4_segment")


def test_a_connection_that_sends_nothing_is_ended_with_a_word(victim):
    with uploaders.connect(victim) as connection:
        said = uploaders.read_to_end(connection, timeout=15)
    assert uploaders.last_line(said).startswith("OTARU/1 error timed_out")


def test_a_connection_that_sends_nothing_blocks_nobody(board, push):
    silent = [uploaders.connect(board) for _ in range(10)]
    push(IMAGE, board)
    assert board.wait_for_boot(2) == "OTA2"
    for connection in silent:
        connection.close()


def test_a_port_scan_does_not_end_the_listener(victim):
    for _ in range(200):
        uploaders.connect(victim).close()


def test_a_scan_that_resets_does_not_end_the_listener(victim):
    for _ in range(50):
        uploaders.reset(uploaders.connect(victim))


@pytest.mark.parametrize("probe", [b"GET / HTTP/1.1\r\nHost: board\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                                   b"SSH-2.0-OpenSSH_9.2p1\r\n", b"\0" * 64, b"\n" * 1000])
def test_another_protocol_does_not_end_the_listener(victim, probe):
    with uploaders.connect(victim) as connection:
        connection.sendall(probe)
        connection.shutdown(socket.SHUT_WR)
        assert b"OTARU/1 error" in uploaders.read_to_end(connection)


@pytest.mark.parametrize("sent", [0, 6, 12, 40, 60, 50_000, 150_000])
def test_a_reset_without_fin_costs_only_the_connection(victim, sent):
    connection = uploaders.connect(victim)
    connection.sendall(push_stream(IMAGE)[:sent])
    if sent > 1000:
        victim.wait_for("Erase is ongoing")
    uploaders.reset(connection)
    if sent:  # who sends nothing has not tried to update, and is not told of
        victim.wait_for("(closed)")


def test_a_knock_is_not_called_an_attempt(board, push):
    for end in (uploaders.reset, socket.socket.close):
        end(uploaders.connect(board))
    push(image2(seed=3), board)
    assert board.wait_for_boot(2) == "OTA2"
    assert not [line for line in board.lines if "Refused" in line]


def test_one_byte_at_a_time_is_as_good_as_any_other_pace(board):
    image = image2(seed=13)
    stream = push_stream(image)
    with uploaders.connect(board) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(stream)):
            connection.send(stream[at:at + 1])
        assert uploaders.last_line(uploaders.read_to_end(connection)).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(image)] == image


def test_of_two_uploaders_at_once_one_succeeds_and_the_other_is_told_busy(board):
    first = uploaders.connect(board)
    stream = push_stream(IMAGE)
    first.sendall(stream[:100_000])
    board.wait_for("Erase is ongoing")
    line = uploaders.last_line(uploaders.push_raw(board, push_stream(image2(184_320, seed=14))))
    assert line.startswith("OTARU/1 error busy")
    first.sendall(stream[100_000:])
    assert uploaders.last_line(uploaders.read_to_end(first)).startswith("OTARU/1 ok slot=OTA2")
    first.close()
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(IMAGE)] == IMAGE


def test_of_four_uploaders_at_once_exactly_one_succeeds_and_flash_holds_its_image(board):
    candidates = [image2(184_320, seed=20 + number) for number in range(4)]
    connections = [uploaders.connect(board) for _ in candidates]  # before the first of them can end in a reset

    def try_to_push(image, connection):
        try:
            connection.sendall(push_stream(image))
            return uploaders.last_line(uploaders.read_to_end(connection))
        except ConnectionError:  # the board has reset into another's image
            return "reset"

    with concurrent.futures.ThreadPoolExecutor(len(candidates)) as pool:
        verdicts = list(pool.map(try_to_push, candidates, connections))
    winners = [image for image, verdict in zip(candidates, verdicts) if verdict.startswith("OTARU/1 ok")]
    assert len(winners) == 1, verdicts
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:184_320] == winners[0]


def test_a_second_update_right_after_the_first_works(board):
    first, second = image2(184_320, seed=15), image2(184_320, seed=16)
    assert uploaders.last_line(uploaders.push_raw(board, push_stream(first))).startswith("OTARU/1 ok slot=OTA2")
    deadline = time.monotonic() + 10
    while True:  # the reset takes a moment, in which nothing listens
        assert time.monotonic() < deadline
        try:
            line = uploaders.last_line(uploaders.push_raw(board, push_stream(second)))
        except ConnectionError:
            continue
        if line.startswith("OTARU/1 ok"):
            break
    assert line.startswith("OTARU/1 ok slot=OTA1")
    assert board.wait_for_boot(3) == "OTA1"
    assert board.slot("OTA1")[:len(second)] == second


def test_an_update_after_a_broken_one_does_not_wait_for_it(victim):
    with uploaders.connect(victim) as connection:
        connection.sendall(push_stream(IMAGE)[:100_000])
        victim.wait_for("Erase is ongoing")
    victim.wait_for("(closed)")


def test_the_refusal_reaches_a_sender_that_goes_on_sending_much_more(victim):
    """Closing on unread bytes would reset the connection: the line would be lost, a stock uploader would die."""
    bad = with_header(ota_header(IMAGE, identity=b"OTAX"))
    with uploaders.connect(victim) as connection:
        uploaders.send_at_leisure(connection, bad[:100_000], pause=0.005)
        connection.sendall(bytes(FLOOD))
        connection.shutdown(socket.SHUT_WR)
        said = uploaders.read_to_end(connection)
    assert said.startswith(b"OTARU/1 error image_id")


def test_what_follows_the_image_is_dropped_without_a_reset(board):
    with uploaders.connect(board) as connection:
        connection.sendall(push_stream(IMAGE) + bytes(FLOOD))
        connection.shutdown(socket.SHUT_WR)
        said = uploaders.read_to_end(connection)
    assert uploaders.last_line(said).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(IMAGE)] == IMAGE


def test_a_sender_that_never_reads_cannot_hold_the_board(board):
    with uploaders.connect(board) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.sendall(push_stream(image2(images.LARGEST, seed=17)))
        assert board.wait_for_boot(2) == "OTA2"


def test_the_program_tells_a_refusal_from_a_lost_connection(victim, push):
    """A damaged file is found before it is sent; what only the board can see is told by exit code 4."""
    too_large = image2(images.LARGEST + 4096, seed=1)
    result = push(images.ota_file(too_large), victim, check=False)
    assert result.returncode in (2, 4), result.stdout + result.stderr
    assert result.stderr
    damaged = changed(images.ota_file(IMAGE), 100_000, bytes(16))
    assert push(damaged, victim, check=False).returncode == 2
