"""Faults of stock boards that a user could meet and that are about more than one connection.

The others of SAFETY's list, one bad connection each, are in test_bad_input.py. SECURITY.md has the whole table.
"""

import struct

import pytest

import images
import seals
import uploaders
from images import image2, push_stream

OLD = image2(184_320, seed=31)


@pytest.fixture(params=["OTA1", "OTA2"])
def running_in(request, make_board, push):
    """A board that runs an image in this slot."""
    board = make_board().start(OLD)
    if request.param == "OTA2":
        push(OLD, board)
        assert board.wait_for_boot(2) == "OTA2"
        board.wait_for("[trial] confirmed")
    board.old, board.new = request.param, "OTA2" if request.param == "OTA1" else "OTA1"
    board.updates = 0 if request.param == "OTA1" else 1
    return board


def signature(board, slot):
    return board.slot(slot)[:8]


def test_the_old_signature_stands_until_the_new_image_is_whole(running_in):
    """Stock: the old image is made unbootable first, and a cut from there on leaves nothing that boots."""
    board, image = running_in, image2(184_320, seed=32)
    stream = push_stream(image)
    with uploaders.connect(board) as connection:
        connection.sendall(stream[:-1])
        board.wait_for("Erase is ongoing", board.updates + 1)
        assert signature(board, board.old) == images.SIGNATURE
        assert signature(board, board.new) != images.SIGNATURE
        assert board.show()["boots"] == board.old
        connection.sendall(stream[-1:])
        assert uploaders.last_line(uploaders.read_to_end(connection)).startswith("OTARU/1 ok")
    board.wait_for(f"{board.new} boots (address")
    assert board.show()["boots"] == board.new


def test_a_cut_in_the_middle_of_an_update_boots_the_old_image_again(running_in):
    board = running_in
    with uploaders.connect(board) as connection:
        connection.sendall(push_stream(image2(184_320, seed=33))[:100_000])
        board.wait_for("Erase is ongoing", board.updates + 1)
        board.cut_power()
    board.start()
    assert board.wait_for_boot(1) == board.old
    assert board.slot(board.old)[:len(OLD)] == OLD


@pytest.mark.parametrize("version", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF])
def test_a_newer_image_is_not_refused_by_an_older_board_nor_the_other_way_round(board, version):
    """The version of an OTA file is for people: what may follow what is the seal's matter, by its counter."""
    for boots, (slot, its_version) in enumerate((("OTA2", version), ("OTA1", 0x01020304), ("OTA2", version)), start=2):
        image = image2(seed=boots)
        said = uploaders.last_line(uploaders.push_raw(board, push_stream(image, version=its_version)))
        assert said.startswith(f"OTARU/1 ok slot={slot} version=0x{its_version:08X}"), said
        assert board.wait_for_boot(boots) == slot
        board.wait_for("[trial] confirmed", boots - 1)
        assert board.slot(slot)[:len(image)] == image


def of_format(sealed, number):
    at = len(sealed) - seals.SIZE + 8
    return images.changed(sealed, at, struct.pack("<I", number))


def test_a_seal_of_a_later_format_is_no_matter_to_a_board_without_keys(board, push, seal):
    later = of_format(seal(image2(seed=34)), 2)
    assert uploaders.last_line(uploaders.push_raw(board, push_stream(later))).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(later)] == later


def test_a_seal_of_a_later_format_is_refused_with_a_reason_by_a_board_with_keys(make_board, keys, push, seal):
    board = make_board(board_options=["--key", keys / "old.pub"]).start(image2(seed=0))
    later = of_format(seal(image2(seed=35)), 2)
    said = uploaders.last_line(uploaders.push_raw(board, push_stream(later)))
    assert said.split()[:3] == ["OTARU/1", "error", "seal_format"] and len(said.split()) > 5
    push(seal(image2(seed=36)), board)
    assert board.wait_for_boot(2) == "OTA2"
