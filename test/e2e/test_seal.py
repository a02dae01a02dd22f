"""Seals: made by the program, in one step and in two, and read by other means."""

import calendar
import json

import pytest

import images
import seals
from images import image2
from seals import BOARD, run

GOLDEN = images.__file__.replace("images.py", "golden")


def test_a_seal_says_what_was_asked_for_and_openssl_finds_it_right(keys, seal, tmp_path):
    image = image2(184_320, seed=1)
    sealed = seal(image, "--not-after", "2031-05-06", "--next-key", keys / "new.pub", "--next-key", keys / "old.pub",
                  version="1.20.300", counter=0xFFFFFFFE)
    assert sealed[:len(image)] == image and len(sealed) == len(image) + seals.SIZE
    found = seals.read(sealed)
    assert (found.board, found.version, found.counter) == (BOARD, (1, 20, 300), 0xFFFFFFFE)
    assert found.not_after == calendar.timegm((2031, 5, 6, 23, 59, 59))
    assert found.next_keys == (seals.point_of(keys / "new.pub"), seals.point_of(keys / "old.pub"))
    assert found.signed == seals.unsigned(image, seals.point_of(keys / "old.pub"), board=BOARD, version=(1, 20, 300),
                                          counter=0xFFFFFFFE, not_after=found.not_after, next_keys=found.next_keys)
    assert seals.verifies(found.signed, found.signature, keys / "old.pub", tmp_path)
    assert not seals.verifies(found.signed, found.signature, keys / "new.pub", tmp_path)


def test_the_sealed_vectors_are_what_the_specification_says(tmp_path):
    """Built here by the specification, verified by openssl."""
    key = f"{GOLDEN}/seal-key.pem.pub"
    with open(f"{GOLDEN}/image2-no-psram.bin", "rb") as file:
        image = file.read()
    point = seals.point_of(key)
    generator = ("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                 "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
    vectors = {"sealed-plain.bin": dict(version=(1, 4, 0), counter=7),
               "sealed-all-fields.bin": dict(version=(65535, 0, 9), counter=0xFFFFFFFF,
                                             not_after=calendar.timegm((2099, 12, 31, 23, 59, 59)))}
    for name, terms in vectors.items():
        with open(f"{GOLDEN}/{name}", "rb") as file:
            content = file.read()
        found = seals.read(content)
        assert content[:-seals.SIZE] == image
        if terms.get("not_after"):
            assert found.next_keys[:2] == (point, bytes.fromhex(generator)) and len(found.next_keys) == 4
            terms["next_keys"] = found.next_keys
        assert found.signed == seals.unsigned(image, point, board=BOARD, **terms), name
        assert seals.verifies(found.signed, found.signature, key, tmp_path), name


def test_a_seal_that_openssl_signed_is_found_right(otaru, keys, workdir):
    image = image2(seed=2)
    signed = seals.unsigned(image, seals.point_of(keys / "new.pub"), board=BOARD, version=(9, 8, 7), counter=6)
    signature = seals.raw(seals.openssl("dgst", "-sha256", "-sign", keys / "new", data=signed))
    (workdir / "image").write_bytes(image + signed + signature)
    shown = json.loads(run(otaru, "image", "show", "image", "--key", keys / "old.pub", "--key", keys / "new.pub",
                           "--json").stdout)
    assert shown["ok"] and shown["seal"]["verified"] is True
    assert shown["seal"]["verified_by"] == str(keys / "new.pub")
    assert shown["seal"]["version"] == "9.8.7"


def test_an_ota_file_is_sealed_inside_its_length_and_sum(seal):
    image = image2(seed=3)
    file = seal(images.ota_file(image, version=0x01020304, address=0x0800B000))
    sealed = file[images.HEADER:]
    assert sealed[:len(image)] == image and seals.read(sealed)
    assert file == images.ota_file(sealed, version=0x01020304, address=0x0800B000)


def test_sealing_is_in_place_or_elsewhere(otaru, keys, workdir):
    (workdir / "image").write_bytes(image2())
    arguments = ["--key", keys / "old", "--firmware-version", "1.0.0", "--counter", 0, "--board", BOARD]
    shown = json.loads(run(otaru, "seal", "image", *arguments, "-o", "other", "--json").stdout)
    assert (workdir / "image").read_bytes() == image2()
    assert (shown["output"], shown["kind"], shown["signed"]) == ("other", "image2", True)
    run(otaru, "seal", "image", *arguments)
    assert (workdir / "image").read_bytes() == (workdir / "other").read_bytes()


def test_a_sealed_file_is_sealed_again_only_if_forced(otaru, keys, workdir):
    (workdir / "image").write_bytes(image2())
    arguments = ["seal", "image", "--firmware-version", "1.0.0", "--counter", 0, "--board", BOARD]
    run(otaru, *arguments, "--key", keys / "old")
    first = (workdir / "image").read_bytes()
    assert "--force" in run(otaru, *arguments, "--key", keys / "new", code=2).stderr
    assert (workdir / "image").read_bytes() == first
    run(otaru, *arguments, "--key", keys / "new", "--force")
    second = (workdir / "image").read_bytes()
    assert len(second) == len(first)
    assert seals.read(second).key_id == seals.key_id(seals.point_of(keys / "new.pub"))


def test_a_packed_sealed_image_is_an_ota_file_like_any(otaru, seal, workdir):
    sealed = seal(image2(seed=4))
    (workdir / "sealed").write_bytes(sealed)
    result = run(otaru, "image", "pack", "sealed", "-o", "out.bin")
    assert "Warning" not in result.stderr
    assert (workdir / "out.bin").read_bytes() == images.ota_file(sealed)


def test_image_show_tells_of_a_seal_and_of_none(otaru, keys, seal, workdir):
    (workdir / "plain").write_bytes(image2())
    (workdir / "sealed").write_bytes(seal(image2()))
    assert "not sealed" in run(otaru, "image", "show", "plain").stdout
    assert json.loads(run(otaru, "image", "show", "plain", "--json").stdout)["seal"] is None
    assert "seal_missing" in run(otaru, "image", "show", "plain", "--json", "--key", keys / "old.pub", code=2).stdout
    text = run(otaru, "image", "show", "sealed", "--key", keys / "old.pub").stdout
    assert BOARD in text and "1.4.0" in text and "right, by" in text
    assert "seal_key" in run(otaru, "image", "show", "sealed", "--json", "--key", keys / "new.pub", code=2).stdout


@pytest.mark.parametrize("form", ["der", "raw"])
def test_a_key_that_lives_elsewhere_signs_in_two_steps(otaru, keys, seal, workdir, form):
    image = images.ota_file(image2(seed=5))
    (workdir / "image").write_bytes(image)
    first = run(otaru, "seal", "image", "--public-key", keys / "new.pub", "--digest-out", "digest",
                "--firmware-version", "1.4.0", "--counter", 7, "--board", BOARD, "-o", "unsigned")
    assert "--attach" in first.stdout
    assert (workdir / "image").read_bytes() == image
    assert len((workdir / "digest").read_bytes()) == 32
    assert "seal_unsigned" in run(otaru, "image", "show", "unsigned", "--json").stdout
    signature = seals.openssl("pkeyutl", "-sign", "-inkey", keys / "new", "-in", "digest")
    (workdir / "signature").write_bytes(signature if form == "der" else seals.raw(signature))
    run(otaru, "seal", "unsigned", "--public-key", keys / "new.pub", "--attach", "signature", "-o", "sealed")
    shown = json.loads(run(otaru, "image", "show", "sealed", "--key", keys / "new.pub", "--json").stdout)
    assert shown["images"][0]["seal"]["verified"] is True
    assert (workdir / "sealed").read_bytes()[images.HEADER:][:len(image2(seed=5))] == image2(seed=5)


def test_a_signature_that_is_not_right_is_not_attached(otaru, keys, workdir):
    (workdir / "image").write_bytes(image2())
    run(otaru, "seal", "image", "--public-key", keys / "new.pub", "--digest-out", "digest",
        "--firmware-version", "1.4.0", "--counter", 7, "--board", BOARD)
    before = (workdir / "image").read_bytes()
    (workdir / "by-old").write_bytes(seals.openssl("pkeyutl", "-sign", "-inkey", keys / "old", "-in", "digest"))
    twice = seals.openssl("dgst", "-sha256", "-sign", keys / "new", "digest")
    (workdir / "hashed-twice").write_bytes(twice)
    (workdir / "text").write_text("no signature")
    for key, signature, words in (("new", "by-old", "not one of key"), ("old", "by-old", "Name the key"),
                                  ("new", "hashed-twice", "without hashing it again"), ("new", "text", "12 bytes"),
                                  ("new", "missing", "missing")):
        result = run(otaru, "seal", "image", "--public-key", keys / f"{key}.pub", "--attach", signature, code=2)
        assert words in result.stderr
        assert (workdir / "image").read_bytes() == before


@pytest.mark.parametrize("change, words", [
    ({"--key": None}, "--key"),
    ({"--key": "old.pub"}, "public key"),
    ({"--key": "missing"}, "missing"),
    ({"--key": "image"}, "no private key"),
    ({"--firmware-version": None}, "--firmware-version"),
    ({"--firmware-version": "1.4"}, "1.4.0"),
    ({"--firmware-version": "1.4.0-rc1"}, "three numbers"),
    ({"--counter": None}, "--counter"),
    ({"--counter": "-1"}, "counter"),
    ({"--counter": "4294967296"}, "counter"),
    ({"--board": None}, "--board"),
    ({"--board": "x" * 33}, "board type"),
    ({"--board": "a b"}, "board type"),
    ({"--not-after": "31.12.2030"}, "2027-12-31"),
    ({"--next-key": "old"}, "private key"),
    ({"FILE": "missing"}, "missing"),
    ({"FILE": "text"}, "neither"),
    ({"FILE": "cut"}, "cut off"),
    ({"FILE": "largest"}, "slot holds at most"),
    ({"--digest-out": "d"}, "--digest-out"),
    ({"--attach": "s"}, "--attach"),
], ids=lambda value: str(value)[:40])
def test_bad_usage_ends_with_2_and_says_why(otaru, keys, workdir, change, words):
    for name in ("old", "old.pub"):
        (workdir / name).write_bytes((keys / name).read_bytes())
    contents = {"image": image2(), "text": b"no image", "cut": image2()[:9000], "largest": image2(images.LARGEST)}
    for name, content in contents.items():
        (workdir / name).write_bytes(content)
    options = {"FILE": "image", "--key": "old", "--firmware-version": "1.4.0", "--counter": "7", "--board": BOARD}
    options.update(change)
    file = options.pop("FILE")
    arguments = [word for option, value in options.items() if value for word in (f"{option}={value}",)]
    assert words in run(otaru, "seal", file, *arguments, code=2).stderr
    for name, content in contents.items():
        assert (workdir / name).read_bytes() == content
