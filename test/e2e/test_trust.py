"""Boards with keys take what their owner sealed, and nothing else."""

import json
import time

import pytest

import images
import seals
import uploaders
from images import image2


@pytest.fixture
def sealed_board(make_board, keys):
    """A running board that was built with the key `old`."""
    return make_board(board_options=["--key", keys / "old.pub"]).start(image2(seed=0))


def refusal(result):
    """The code of a push that the board refused."""
    assert result.returncode == 4, result.stdout + result.stderr
    last = json.loads(result.stdout.splitlines()[-1])
    assert (last["event"], last["status"]) == ("result", "refused")
    return last["code"]


def wait_for_confirmation(board, count):
    board.wait_for("[trial] confirmed", count)


def expired(seal):
    return seal(image2(seed=8), "--not-after", "2020-01-01")


REFUSED_FILES = {
    "seal_missing": lambda seal: image2(seed=8),
    "seal_key": lambda seal: seal(image2(seed=8), key="stranger"),
    "seal_board": lambda seal: seal(image2(seed=8), board="ameba_rtl8720dn"),
    "seal_expired": expired,
}


@pytest.mark.parametrize("code", REFUSED_FILES)
def test_a_board_with_keys_refuses_a_file_and_takes_the_next(sealed_board, push, seal, code):
    before = sealed_board.slot("OTA1")
    assert refusal(push(REFUSED_FILES[code](seal), sealed_board, "--json", check=False)) == code
    assert sealed_board.running() and sealed_board.boots == 1
    assert sealed_board.slot("OTA1") == before
    good = seal(image2(seed=9))
    push(good, sealed_board)
    assert sealed_board.wait_for_boot(2) == "OTA2"
    assert sealed_board.slot("OTA2")[:len(good)] == good


# The sums are right: only the seal can tell.
@pytest.mark.parametrize("at, code", [(40, "seal_image"), (20_000, "seal_image"), (-513, "seal_image"),
                                      (-512 + 57, "seal_signature"), (-512 + 200, "seal_signature"),
                                      (-64, "seal_signature"), (-1, "seal_signature"), (-512 + 104, "seal_key"),
                                      (-512 + 8, "seal_format"), (-512, "seal_missing")])
def test_a_board_with_keys_refuses_an_image_changed_by_one_bit(sealed_board, push, seal, at, code):
    good = seal(image2(seed=10))
    at %= len(good)
    changed = images.changed(good, at, bytes([good[at] ^ 1]))
    said = uploaders.push_raw(sealed_board, images.push_stream(changed))
    assert uploaders.last_line(said).startswith(f"OTARU/1 error {code} ")
    assert sealed_board.running() and sealed_board.boots == 1
    push(good, sealed_board)
    assert sealed_board.wait_for_boot(2) == "OTA2"


def test_a_board_refuses_an_older_security_counter_than_that_which_runs(sealed_board, push, seal):
    push(seal(image2(seed=11), counter=7), sealed_board)
    assert sealed_board.wait_for_boot(2) == "OTA2"
    wait_for_confirmation(sealed_board, 1)
    older = seal(image2(seed=12), counter=6, version="9.0.0")
    assert refusal(push(older, sealed_board, "--json", check=False)) == "seal_counter"
    push(seal(image2(seed=12), counter=7, version="1.3.0"), sealed_board)  # an older version may come back
    assert sealed_board.wait_for_boot(3) == "OTA1"
    wait_for_confirmation(sealed_board, 2)
    push(seal(image2(seed=13), counter=8), sealed_board)
    assert sealed_board.wait_for_boot(4) == "OTA2"


def test_a_board_without_a_clock_takes_an_expired_seal(make_board, keys, push, seal):
    board = make_board(board_options=["--key", keys / "old.pub", "--clock", "off"]).start(image2(seed=0))
    push(expired(seal), board)
    assert board.wait_for_boot(2) == "OTA2"


def test_a_seal_that_is_not_yet_over_is_taken(sealed_board, push, seal):
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    push(seal(image2(seed=14), "--not-after", tomorrow), sealed_board)
    assert sealed_board.wait_for_boot(2) == "OTA2"


def test_a_board_says_at_start_whom_it_trusts(board, sealed_board):
    assert "no keys" in board.wait_for("[trust]")
    assert "1 known key" in sealed_board.wait_for("[trust]")


def test_a_board_takes_the_images_of_each_of_its_keys(make_board, keys, push, seal):
    board = make_board(board_options=["--key", keys / "old.pub", "--key", keys / "new.pub"]).start(image2(seed=0))
    for boots, key in enumerate(("new", "old"), start=2):
        push(seal(image2(seed=boots), key=key), board)
        board.wait_for_boot(boots)
        wait_for_confirmation(board, boots - 1)


def test_a_sealed_file_updates_a_board_without_keys_byte_for_byte(board, push, seal):
    sealed = seal(image2(184_320, seed=15))
    push(sealed, board)
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(sealed)] == sealed
    push(seal(images.ota_file(image2(seed=16)), key="stranger"), board)
    assert board.wait_for_boot(3) == "OTA1"


def test_a_sealed_file_updates_by_the_stock_uploader(board, seal):
    sealed = seal(image2(seed=17))
    file = images.ota_file(sealed)
    assert uploaders.StockUploader(board).push(images.announcement(file), file) == "Client Disconnected."
    assert board.wait_for_boot(2) == "OTA2"
    assert board.slot("OTA2")[:len(sealed)] == sealed


def test_the_seal_names_the_version_that_is_shown(sealed_board, push, seal):
    push(seal(image2(seed=18), version="2.30.4"), sealed_board)
    sealed_board.wait_for_boot(2)
    slot = sealed_board.show()["slots"][1]
    assert slot["image"]["version"] == "2.30.4"


def test_keys_rotate_by_an_image_that_carries_the_next_ones(sealed_board, keys, push, seal):
    board = sealed_board
    push(seal(image2(seed=20), "--next-key", keys / "new.pub", key="old"), board)
    assert board.wait_for_boot(2) == "OTA2"
    wait_for_confirmation(board, 1)
    for boots, target in ((3, "OTA1"), (4, "OTA2"), (5, "OTA1")):
        by_old = seal(image2(seed=30 + boots), "--next-key", keys / "old.pub", key="old", counter=99)
        assert refusal(push(by_old, board, "--json", check=False)) == "seal_key"
        good = seal(image2(seed=20 + boots), "--next-key", keys / "new.pub", key="new")
        push(good, board)
        assert board.wait_for_boot(boots) == target
        wait_for_confirmation(board, boots - 1)
        assert board.slot(target)[:len(good)] == good


def test_an_image_that_carries_no_keys_goes_by_those_it_was_built_with(sealed_board, keys, push, seal):
    """A virtual board's images are all built with its --key: so an image sealed without next keys returns to that."""
    board = sealed_board
    push(seal(image2(seed=40), "--next-key", keys / "new.pub", key="old"), board)
    board.wait_for_boot(2)
    wait_for_confirmation(board, 1)
    push(seal(image2(seed=41), key="new"), board)
    board.wait_for_boot(3)
    wait_for_confirmation(board, 2)
    assert refusal(push(seal(image2(seed=42), key="new"), board, "--json", check=False)) == "seal_key"
    push(seal(image2(seed=42), key="old"), board)
    board.wait_for_boot(4)


@pytest.mark.parametrize("key, words", [("old", "private key"), ("missing", "missing"), ("image", "PEM")])
def test_a_board_is_built_with_public_keys_only(otaru, keys, workdir, key, words):
    (workdir / "old").write_bytes((keys / "old").read_bytes())
    (workdir / "image").write_bytes(image2())
    assert words in seals.run(otaru, "board", "run", "--flash", "f", "--image", "image", "--key", key, code=2).stderr
