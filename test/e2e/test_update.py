"""The main job: an image pushed over the network is written to the free slot, verified, and booted."""

import concurrent.futures
import hashlib
import subprocess

import pytest

import images
import uploaders
from images import image2
from virtual_board import assert_updated


def assert_boots(board, slot, image):
    shown = board.show()
    assert shown["boots"] == slot
    entry = next(entry for entry in shown["slots"] if entry["name"] == slot)
    assert entry["signature"] == "valid"
    if len(image) % 4096 == 0:  # else the segment headers do not tell where the file ended
        assert entry["image"]["length"] == len(image)
        assert entry["image"]["sha256"] == hashlib.sha256(image).hexdigest()


@pytest.mark.parametrize("layout", images.LAYOUTS.values(), ids=images.LAYOUTS.keys())
def test_three_updates_in_a_row_alternate_slots_and_flash_holds_exactly_the_image(make_board, push, layout):
    board = make_board(layout=layout).start(image2(seed=100))
    assert board.show()["boots"] == "OTA1"
    for number, target in enumerate(("OTA2", "OTA1", "OTA2"), start=1):
        before = board.flash()
        image = image2(184_320 + number * 4096, seed=number)
        result = push(image, board)
        assert f"verified the image in {target}" in result.stdout
        assert result.stdout.rstrip().endswith("Client Disconnected.")
        assert board.wait_for_boot(number + 1) == target
        assert_updated(board, before, target, image)
        assert_boots(board, target, image)


@pytest.mark.parametrize("size", [184_320, 737_280, images.LARGEST, 184_321, 300_001, 500_255, 737_279,
                                  images.LARGEST - 1])
def test_an_image_of_any_size_up_to_the_largest_arrives_whole(board, push, size):
    before = board.flash()
    image = image2(size, seed=size)
    push(image, board)
    assert board.wait_for_boot(2) == "OTA2"
    assert_updated(board, before, "OTA2", image)
    assert_boots(board, "OTA2", image)


@pytest.mark.parametrize("psram", [None, 0, 5000])
def test_an_image_with_and_without_psram_segment_arrives_whole(board, push, psram):
    before = board.flash()
    image = image2(204_800, seed=3, psram=psram)
    push(image, board)
    assert board.wait_for_boot(2) == "OTA2"
    assert_updated(board, before, "OTA2", image)


def test_a_packed_file_and_its_image_give_the_same_flash(board, push):
    image = image2(200_704, seed=4)
    push(images.ota_file(image, version=0x01020304, address=0x0800B000), board)
    board.wait_for_boot(2)
    assert board.slot("OTA2")[:len(image)] == image
    push(image, board)
    board.wait_for_boot(3)
    assert board.slot("OTA1")[:len(image)] == image


def test_the_program_finds_the_board_by_its_name(otaru, board, tmp_path):
    image = image2(seed=5)
    (tmp_path / "image").write_bytes(image)
    result = subprocess.run([otaru, "push", tmp_path / "image", "--to", board.name, "--interface", "lo"],
                            capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    assert board.name in result.stdout
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(image)] == image


def test_the_stock_uploader_gets_a_clean_close_and_the_board_boots_its_image(board):
    for number, target in enumerate(("OTA2", "OTA1"), start=2):
        before = board.flash()
        image = image2(368_640, seed=number)
        file = images.ota_file(image, address=0x0800B000)
        assert uploaders.StockUploader(board).push(images.announcement(file), file) == "Client Disconnected."
        assert board.wait_for_boot(number) == target
        assert_updated(board, before, target, image)


def test_a_stock_uploader_with_a_bad_file_gets_a_clean_close_too(board):
    file = images.ota_file(image2(368_640, seed=1), identity=b"OTAX")
    assert uploaders.StockUploader(board).push(images.announcement(file), file) == "Client Disconnected."
    assert board.running() and board.boots == 1


def test_a_board_says_what_it_has_written_and_ends_with_its_verdict(board):
    image = image2(368_640, seed=6)
    lines = uploaders.push_raw(board, images.push_stream(image, version=0x01020304)).decode().splitlines()
    progress = [tuple(map(int, line.split()[2:])) for line in lines[:-1]]
    assert all(line.startswith("OTARU/1 progress ") for line in lines[:-1])
    assert len(progress) > 3 and progress == sorted(progress)
    assert progress[-1] == (len(image), len(image))
    assert lines[-1] == "OTARU/1 ok slot=OTA2 version=0x01020304"


def test_an_announcement_that_says_nothing_is_accepted(board):
    file = images.ota_file(image2(seed=7))
    said = uploaders.push_raw(board, images.announcement(file, checksum=0, size=0) + file)
    assert uploaders.last_line(said).startswith("OTARU/1 ok slot=OTA2")


def test_twenty_boards_are_pushed_to_at_once(make_board, push):
    boards = [make_board().launch_with(image2(seed=0)) for _ in range(20)]
    for board in boards:
        board.find_port()
    new = [image2(184_320, seed=50 + number) for number in range(len(boards))]
    with concurrent.futures.ThreadPoolExecutor(len(boards)) as pool:
        results = list(pool.map(push, new, boards))
    assert len(results) == 20
    for board, image in zip(boards, new):
        assert board.wait_for_boot(2) == "OTA2"
        assert board.slot("OTA2")[:len(image)] == image
