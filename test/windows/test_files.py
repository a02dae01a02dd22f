"""What otaru.exe does with files: the same bytes, words and exit codes as on Linux."""

import hashlib
import json
import os
import pathlib
import subprocess

import pytest

import seals
from images import image2

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"


@pytest.mark.parametrize("expected, arguments", [
    ("ota-one-imagetool.bin", ["image2-small.bin", "--compat", "imagetool"]),
    ("ota-one-sdk.bin", ["image2-small.bin", "--compat", "sdk"]),
    ("ota-one-version-0x01020304.bin", ["image2-psram.bin", "--compat", "imagetool", "--version", "0x01020304"]),
    ("ota-three-imagetool.bin", ["image2-no-psram.bin", "--ota2", GOLDEN / "blob-3001.bin", "--rdp",
                                 GOLDEN / "blob-1234.bin", "--compat", "imagetool", "--version", "0x01020304"]),
])
def test_pack_writes_the_golden_files(windows, workdir, expected, arguments):
    windows.run("image", "pack", GOLDEN / arguments[0], *arguments[1:])
    assert pathlib.Path("OTA_All.bin").read_bytes() == (GOLDEN / expected).read_bytes()
    assert os.listdir() == ["OTA_All.bin"], "a half file is left beside it"


@pytest.mark.parametrize("arguments", [
    ["show", "ota-one-imagetool.bin"], ["show", "sealed-plain.bin", "--json"], ["layout", "--list"],
    ["layout"], ["layout", "--json"], ["layout", "--svg", "-"],
])
def test_what_is_shown_is_the_same_to_the_byte_as_on_linux(windows, otaru, workdir, arguments):
    here = GOLDEN if arguments[0] == "show" else workdir
    native = subprocess.run([otaru, "image", *arguments], capture_output=True, cwd=here, timeout=60)
    found = windows.run("image", *arguments, code=native.returncode, text=False, cwd=here)
    assert found.stdout == native.stdout
    assert found.stderr == native.stderr


@pytest.mark.parametrize("arguments, words", [
    (["image", "show", "no-such-file.bin"], "Cannot read 'no-such-file.bin'"),
    (["image", "show", "."], "is a folder"),
    (["image", "pack", "hello.txt"], "hello.txt"),
    (["image", "fry", "hello.txt"], "is no command"),
    (["push", "hello.txt", "--to", "127.0.0.1:0"], "is no port"),
    (["discover", "--interface", "no-such-interface"], 'no network interface "no-such-interface"'),
    (["board", "run"], "is no command"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_bad_input_ends_with_2_and_says_why(windows, workdir, arguments, words):
    (workdir / "hello.txt").write_text("hello\r\n")
    result = windows.run(*arguments, code=2)
    assert words in result.stderr, result.stderr
    assert result.stdout == ""
    assert os.listdir() == ["hello.txt"]


@pytest.mark.parametrize("folder", ["with a space", "Grüße aus Köln", "おたる", "a&b (1) %PATH% ^"])
def test_names_may_have_spaces_and_letters_of_any_kind(windows, workdir, folder):
    (workdir / folder).mkdir()
    (workdir / folder / "Übung 1.bin").write_bytes((GOLDEN / "image2-small.bin").read_bytes())
    out = f"{folder}/Aüß ö.bin"
    packed = json.loads(windows.run("image", "pack", f"{folder}/Übung 1.bin", "--compat", "imagetool", "-o", out,
                                    "--json").stdout)
    content = (workdir / out).read_bytes()
    assert content == (GOLDEN / "ota-one-imagetool.bin").read_bytes()
    assert packed["output"] == out and packed["sha256"] == hashlib.sha256(content).hexdigest()
    missing = windows.run("image", "show", f"{folder}/fehlt ä.bin", code=2)
    assert f"{folder}/fehlt ä.bin" in missing.stderr
    # The same with a drive, and with the strokes of Windows.
    name = windows.path(workdir / out)
    assert name[1:3] == ":\\" and name.endswith("Aüß ö.bin")
    assert json.loads(windows.run("image", "show", name, "--json").stdout)["file"] == name


def test_keys_made_there_seal_there_and_verify_here(windows, otaru, workdir):
    windows.run("key", "new", "schlüssel")
    before = (workdir / "schlüssel").read_bytes()
    assert "exists" in windows.run("key", "new", "schlüssel", code=2).stderr
    assert (workdir / "schlüssel").read_bytes() == before
    shown = json.loads(windows.run("key", "show", "schlüssel", "--json").stdout)
    assert shown["public_key"] == seals.point_of("schlüssel.pub").hex()
    (workdir / "image").write_bytes(image2())
    windows.run("seal", "image", "--key", "schlüssel", "--firmware-version", "1.0.0", "--counter", 3, "--board",
                seals.BOARD)
    found = seals.read((workdir / "image").read_bytes())
    assert seals.verifies(found.signed, found.signature, "schlüssel.pub", workdir)


def test_an_existing_file_is_replaced_and_a_failure_leaves_it(windows, workdir):
    for image, golden in (("image2-small.bin", "ota-one-imagetool.bin"),
                          ("image2-psram.bin", "ota-one-version-0x01020304.bin")):
        version = ["--version", "0x01020304"] if "psram" in image else []
        windows.run("image", "pack", GOLDEN / image, "--compat", "imagetool", *version)
        assert (workdir / "OTA_All.bin").read_bytes() == (GOLDEN / golden).read_bytes()
    windows.run("image", "pack", GOLDEN / "blob-1234.bin", code=2)
    windows.run("image", "pack", GOLDEN / "image2-small.bin", "-o", "no/such/folder/a.bin", code=2)
    assert os.listdir() == ["OTA_All.bin"]
    assert (workdir / "OTA_All.bin").read_bytes() == (GOLDEN / golden).read_bytes()
