"""Attacks by name: RFC 9124, section 4.2, and the lists of TUF and Uptane. SECURITY.md says which test shows what.

The attacker has the network: sends what he likes, and changes what others send. He holds no key of the board's owner,
but keys of his own, and every image that the owner ever sealed.
"""

import hashlib
import json
import re
import socket
import struct
import threading
import time

import pytest

import images
import seals
import uploaders
from images import changed, image2, push_stream
from virtual_board import assert_updated, differences

IMAGE = image2(seed=41)
MEGABYTE = 1 << 20


@pytest.fixture
def keyed(make_board, keys):
    """A board with the owner's key, which runs an image that came by serial."""
    return make_board(board_options=["--key", keys / "old.pub"]).start(image2(seed=0))


@pytest.fixture
def owner_signs(keys, tmp_path):
    """Seals any bytes by the owner's key, without asking what they are: `otaru seal` refuses what is no image."""
    def sign(body, counter=7, board=seals.BOARD):
        fields = seals.unsigned(body, seals.point_of(keys / "old.pub"), board=board, version=(1, 4, 0), counter=counter)
        digest = tmp_path / "digest"
        digest.write_bytes(hashlib.sha256(fields).digest())
        return body + fields + seals.raw(seals.openssl("pkeyutl", "-sign", "-inkey", keys / "old", "-in", digest))

    return sign


def verdict(board, stream):
    """The last line that the board says to it."""
    return uploaders.last_line(uploaders.push_raw(board, stream))


def refused(board, content, code):
    """Pushes `content` with all sums right. The board says `code`, goes on, and nothing boots that should not."""
    before = board.flash()
    line = verdict(board, push_stream(content))
    assert line.split()[:3] == ["OTARU/1", "error", code], line
    assert board.running() and board.boots == 1
    assert board.show()["boots"] == "OTA1"
    assert differences(before, board.flash(), [board.layout.slot("OTA2")]) == []


def still_takes(board, sealed, boots=2, slot="OTA2"):
    assert verdict(board, push_stream(sealed)).startswith(f"OTARU/1 ok slot={slot}")
    assert board.wait_for_boot(boots) == slot
    assert board.slot(slot)[:len(sealed)] == sealed


def test_seals_made_here_are_as_good_as_those_of_the_program(keyed, owner_signs):
    """Otherwise the refusals below would prove nothing."""
    still_takes(keyed, owner_signs(IMAGE))


@pytest.mark.parametrize("body", [b"\x99\x99\x96\x96\x3f\xcc\x66\xfc" + bytes(20_000), images.ota_file(IMAGE),
                                  bytes(20_000), b"\xff" * 20_000], ids=["boot image", "OTA file", "zeros", "blank"])
def test_threat_img_format_sealed_bytes_of_another_kind_are_refused(keyed, owner_signs, seal, body):
    before = keyed.flash()
    refused(keyed, owner_signs(body), "km0_signature")
    assert keyed.flash() == before
    still_takes(keyed, seal(IMAGE))


@pytest.mark.parametrize("identity", [b"OTA1", b"OTA2"])
@pytest.mark.parametrize("address", [0, 0x08000000, 0x08002000, 0x08004000, 0x08006000, 0x08100000, 0x0FFFFFFF])
def test_threat_img_location_the_sender_does_not_choose_where_an_image_goes(board, identity, address):
    before = board.flash()
    assert verdict(board, push_stream(IMAGE, address=address, identity=identity)).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"
    assert_updated(board, before, "OTA2", IMAGE)


class OnPath:
    """Stands between an uploader and a board, and may change what is sent."""

    def __init__(self, board, change):
        self._board, self._change = board, change
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with self._listener, self._listener.accept()[0] as uploader, uploaders.connect(self._board) as board:
            stream = b""
            while len(stream) < 12 or len(stream) < 12 + struct.unpack_from("<I", stream, 8)[0]:
                stream += uploader.recv(65536)
            board.sendall(self._change(stream))
            board.shutdown(socket.SHUT_WR)
            uploader.sendall(uploaders.read_to_end(board))

    def join(self):
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()


def test_threat_net_onpath_an_image_changed_on_its_way_is_refused_and_the_sender_told(keyed, push, seal):
    sealed, other = seal(IMAGE), image2(seed=42)
    attacks = {
        "seal_key": lambda stream: push_stream(seal(other, key="stranger")),
        "seal_missing": lambda stream: push_stream(other),
        "seal_image": lambda stream: push_stream(other + sealed[-seals.SIZE:]),
        "announced_sum": lambda stream: changed(stream, 9000, bytes([stream[9000] ^ 1])),
        "closed": lambda stream: stream[:-1],
    }
    for code, change in attacks.items():
        path = OnPath(keyed, change)
        result = push(sealed, path, "--json", check=False)
        path.join()
        assert result.returncode == 4, result.stdout + result.stderr
        assert json.loads(result.stdout.splitlines()[-1])["code"] == code
        assert keyed.boots == 1 and keyed.show()["boots"] == "OTA1"
    path = OnPath(keyed, lambda stream: stream)
    assert push(sealed, path).returncode == 0, "who changes nothing is no matter"
    assert keyed.wait_for_boot(2) == "OTA2"


def test_threat_upd_wrong_precursor_what_a_slot_held_before_does_not_matter(make_board):
    board = make_board().start(image2(seed=0))
    board.stop()
    content = bytearray(board.flash())
    slot = board.layout.slot("OTA2")
    content[slot.offset:slot.end] = (b"whatever was here" * slot.size)[:slot.size]
    board.flash_file.write_bytes(content)
    board.start()
    assert verdict(board, push_stream(IMAGE)).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(IMAGE)] == IMAGE


def test_threat_mfst_override_no_field_outside_the_seal_outweighs_it(keyed, push, seal):
    """`--force` overrides the memory of a failed trial, and nothing else; the OTA header's version says nothing."""
    files = {"seal_missing": IMAGE, "seal_key": seal(IMAGE, key="stranger"), "seal_board": seal(IMAGE, board="other"),
             "seal_expired": seal(IMAGE, "--not-after", "2020-01-01")}
    for code, content in files.items():
        result = push(content, keyed, "--json", "--force", check=False)
        assert json.loads(result.stdout.splitlines()[-1])["code"] == code
        line = verdict(keyed, push_stream(content, version=0xFFFFFFFE))
        assert line.startswith(f"OTARU/1 error {code} ")
    assert keyed.boots == 1
    still_takes(keyed, seal(IMAGE))


def test_threat_img_extra_bytes_added_to_a_sealed_image_are_refused(keyed, seal):
    sealed = seal(IMAGE)
    refused(keyed, sealed + b"extra", "seal_missing")
    refused(keyed, sealed + sealed[-seals.SIZE:], "seal_image")
    refused(keyed, sealed[:-seals.SIZE] + b"extra code" * 100 + sealed[-seals.SIZE:], "seal_image")
    still_takes(keyed, sealed)


def test_threat_img_extra_nothing_of_a_refused_image_stays_behind_the_next_one(keyed, seal):
    large = image2(600 * 1024, seed=43)
    refused(keyed, large, "seal_missing")
    assert large[300_000:301_000] in keyed.slot("OTA2"), "it was written, or this proves nothing"
    sealed = seal(IMAGE)
    still_takes(keyed, sealed)
    behind = keyed.slot("OTA2")[len(sealed):-4096]
    assert behind == b"\xff" * len(behind)


def test_mix_and_match_parts_of_two_sealed_images_are_no_image(keyed, seal):
    first, second = seal(image2(seed=44)), seal(image2(seed=45))
    at = images.km4_offset(first)
    assert at == images.km4_offset(second) and len(first) == len(second)
    refused(keyed, first[:at] + second[at:], "seal_image")  # KM0 of one, KM4 and seal of the other
    refused(keyed, second[:-seals.SIZE] + first[-seals.SIZE:], "seal_image")
    still_takes(keyed, first)


def test_fast_forward_a_refused_counter_is_not_remembered(keyed, seal):
    refused(keyed, seal(IMAGE, key="stranger", counter=0xFFFFFFFF), "seal_key")
    of_another_board = seal(IMAGE, board="ameba_rtl8720dn", counter=0xFFFFFFFF)
    refused(keyed, of_another_board, "seal_board")
    still_takes(keyed, seal(IMAGE, counter=7))


def test_fast_forward_the_counter_of_an_image_that_failed_its_trial_does_not_bind(make_board, keys, seal):
    options = ["--key", keys / "old.pub", "--watchdog", "400ms", "--tries", "1"]
    board = make_board(board_options=options).launch_with(image2(seed=0))
    board.wait_for("Listening on port")
    board.stop()
    board.launch("--misbehave", "crashes").find_port()
    assert verdict(board, push_stream(seal(IMAGE, counter=0xFFFFFFFF))).startswith("OTARU/1 ok")
    board.wait_for("rolled back")
    board.stop()
    board.start()
    still_takes(board, seal(image2(seed=46), counter=7))


def resident_kib(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


@pytest.mark.parametrize("start", [b"", push_stream(IMAGE)[:12], push_stream(IMAGE, identity=b"OTAX"),
                                   push_stream(image2(images.LARGEST, seed=47), checksum=1)],
                         ids=["from the first byte", "behind the announcement", "behind a refusal", "behind the largest image"])
def test_endless_data_costs_one_connection_and_no_memory(board, start):
    verdict(board, push_stream(IMAGE, checksum=1))  # so that all that it needs once is there
    before, sent = resident_kib(board.process), 0
    deadline = time.monotonic() + 10
    with uploaders.connect(board) as connection, pytest.raises(ConnectionError):  # the board ends it
        connection.sendall(start)
        while time.monotonic() < deadline:
            connection.sendall(bytes(MEGABYTE))
            sent += MEGABYTE
    assert sent > 16 * MEGABYTE, "too little to prove anything"
    assert board.running() and board.boots == 1
    assert resident_kib(board.process) - before < 4096, "the board's memory grew"
    assert verdict(board, push_stream(IMAGE)).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"


def test_malicious_mirror_a_sender_that_offers_bad_files_does_not_keep_a_good_one_out(keyed, seal):
    """All senders are equal to a board, and each of its attempts ends."""
    for number in range(5):
        refused(keyed, image2(seed=50 + number), "seal_missing")
    still_takes(keyed, seal(IMAGE))
