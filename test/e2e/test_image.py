"""`otaru image pack|show|layout`, driven as scripts drive it."""

import hashlib
import json
import os
import pathlib
import pty
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
SLOT_ROOM = 1_019_904


@pytest.fixture
def run(otaru, workdir):
    """Runs the program in an empty folder; gives exit code, stdout and stderr."""
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "LC_ALL")}

    def run_otaru(*arguments):
        return subprocess.run([otaru, "image", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              env=environment)

    return run_otaru


def only_object(result):
    """The one JSON object on stdout: nothing else may stand there."""
    lines = result.stdout.splitlines()
    assert len(lines) == 1, result.stdout
    return json.loads(lines[0])


def large_image(size):
    """An image 2 of `size` bytes: a small one and its padding."""
    return (GOLDEN / "image2-small.bin").read_bytes().ljust(size, b"\xff")


@pytest.mark.parametrize("expected, arguments", [
    ("ota-one-imagetool.bin", ["image2-small.bin", "--compat", "imagetool"]),
    ("ota-one-sdk.bin", ["image2-small.bin", "--compat", "sdk"]),
    ("ota-one-sdk.bin", ["image2-small.bin", "--address", "0xFFFFFFFF"]),
    ("ota-one-imagetool.bin", ["image2-small.bin", "--address", "0x0800B000"]),
    ("ota-one-version-0x01020304.bin", ["image2-psram.bin", "--compat", "imagetool", "--version", "0x01020304"]),
    ("ota-one-version-0x01020304.bin", ["image2-psram.bin", "--compat", "imagetool", "--version", "16909060"]),
    ("ota-three-imagetool.bin", ["image2-no-psram.bin", "--ota2", GOLDEN / "blob-3001.bin", "--rdp",
                                 GOLDEN / "blob-1234.bin", "--compat", "imagetool", "--version", "0x01020304"]),
])
def test_pack_reproduces_the_files_of_the_stock_tools(run, expected, arguments):
    result = run("pack", GOLDEN / arguments[0], *arguments[1:])
    assert result.returncode == 0, result.stderr
    assert pathlib.Path("OTA_All.bin").read_bytes() == (GOLDEN / expected).read_bytes()


def test_pack_writes_the_address_of_the_slot_by_default(run):
    packed = only_object(run("pack", GOLDEN / "image2-small.bin", "--ota2", GOLDEN / "image2-psram.bin", "--json",
                             "--layout", "ameba-d-4mb-factory", "-o", "a.bin"))
    assert [image["flash_address"] for image in packed["images"]] == ["0x08006000", "0x08206000"]
    assert packed["output"] == "a.bin"
    assert packed["sha256"] == hashlib.sha256(pathlib.Path("a.bin").read_bytes()).hexdigest()


def test_pack_says_that_boards_take_one_image_only(run):
    result = run("pack", GOLDEN / "image2-small.bin", "--ota2", GOLDEN / "image2-psram.bin")
    assert result.returncode == 0
    assert "Boards take only files with one" in result.stderr


@pytest.mark.parametrize("name, content, words", [
    ("ota", (GOLDEN / "ota-one-sdk.bin").read_bytes(), "an OTA file already"),
    ("boot", bytes.fromhex("999996963fcc66fc") + bytes(100), "a boot image"),
    ("text", b"this is no image at all, only a text", "no image 2"),
    ("empty", b"", "empty"),
    ("cut", (GOLDEN / "image2-small.bin").read_bytes()[:8192], "before the header of its KM4 XIP segment"),
    ("no-km4", (GOLDEN / "image2-small.bin").read_bytes()[:8192] + bytes(8192), "hang until a serial upload"),
    ("large", large_image(SLOT_ROOM + 1), "a slot holds at most 1,019,904"),
], ids=["ota", "boot", "text", "empty", "cut", "no-km4", "large"])
def test_pack_refuses_what_is_no_image_for_a_slot(run, name, content, words):
    pathlib.Path(name).write_bytes(content)
    result = run("pack", name)
    assert result.returncode == 2
    assert words in result.stderr
    assert os.listdir() == [name], "nothing was written"


def test_pack_takes_the_largest_image_that_a_slot_holds(run):
    pathlib.Path("large").write_bytes(large_image(SLOT_ROOM))
    assert run("pack", "large").returncode == 0
    assert pathlib.Path("OTA_All.bin").stat().st_size == SLOT_ROOM + 32


def test_pack_writes_a_bad_image_when_forced_and_still_says_what_is_wrong(run):
    bad = bytearray((GOLDEN / "image2-small.bin").read_bytes())
    bad[0x2000] = 0
    pathlib.Path("bad").write_bytes(bad)
    refused = run("pack", "bad", "--json")
    assert refused.returncode == 2
    assert only_object(refused)["output"] is None
    assert only_object(refused)["problems"][0]["code"] == "km4_signature"
    assert only_object(refused)["problems"][0]["offset"] == 0x2000
    forced = run("pack", "bad", "--force")
    assert forced.returncode == 0
    assert "0x2000" in forced.stderr
    assert pathlib.Path("OTA_All.bin").read_bytes()[32:] == bad


def test_pack_refuses_overlapping_addresses_unless_forced(run):
    pathlib.Path("a").write_bytes(large_image(0x08080000 - 0x0800B000 + 1))
    arguments = ["pack", "a", "--ota2", GOLDEN / "image2-small.bin", "--compat", "imagetool"]
    refused = run(*arguments)
    assert refused.returncode == 2
    assert "overlap by 1 byte, from 0x08080000" in refused.stderr
    assert not pathlib.Path("OTA_All.bin").exists()
    assert run(*arguments, "--force").returncode == 0


def test_a_failed_pack_leaves_the_old_file_as_it_was(run):
    pathlib.Path("OTA_All.bin").write_bytes(b"old")
    pathlib.Path("bad").write_bytes(b"bad")
    assert run("pack", "bad").returncode == 2
    assert pathlib.Path("OTA_All.bin").read_bytes() == b"old"
    assert run("pack", GOLDEN / "image2-small.bin", "-o", "no/such/folder/a.bin").returncode == 2
    assert sorted(os.listdir()) == ["OTA_All.bin", "bad"]


@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["pack"], ["show"], ["layout"],
    ["pack", "missing.bin"], ["show", "missing.bin"], ["layout", "missing.bin"], ["show", "."],
    ["pack", GOLDEN / "image2-small.bin", "--version", "0x100000000"],
    ["pack", GOLDEN / "image2-small.bin", "--version", "one"],
    ["pack", GOLDEN / "image2-small.bin", "--version", ""],
    ["pack", GOLDEN / "image2-small.bin", "--address", "-1"],
    ["pack", GOLDEN / "image2-small.bin", "--compat", "nobody"],
    ["pack", GOLDEN / "image2-small.bin", "--layout", "ameba-z"],
    ["pack", GOLDEN / "image2-small.bin", "--address", "0x08100000"],
    ["pack", GOLDEN / "image2-small.bin", "--ota2", "missing.bin"],
    ["pack", GOLDEN / "image2-small.bin", "-o", "."],
    ["layout", str(GOLDEN / "image2-small.bin") + "@here"],
    ["layout", GOLDEN / "blob-1234.bin"],
    ["layout", GOLDEN / "image2-small.bin", "--layout", "ameba-z"],
    ["show", GOLDEN / "image2-small.bin", "--no-such-option"],
])
def test_bad_usage_and_bad_files_end_with_2_and_a_word_on_stderr(run, arguments):
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stderr.strip()
    assert result.stdout == ""
    assert os.listdir() == []


@pytest.mark.parametrize("name, kind", [
    ("image2-small.bin", "image2"), ("image2-psram.bin", "image2"), ("image2-no-psram.bin", "image2"),
    ("ota-one-imagetool.bin", "ota"), ("ota-one-sdk.bin", "ota"), ("ota-one-version-0x01020304.bin", "ota"),
    ("ota-three-imagetool.bin", "ota"),
])
def test_show_knows_the_reference_files(run, name, kind):
    expected = json.loads((GOLDEN / "manifest.json").read_text())[name]
    result = run("show", GOLDEN / name, "--json")
    shown = only_object(result)
    assert result.returncode == 0
    assert (shown["kind"], shown["size"], shown["sha256"], shown["ok"]) == (kind, expected["size"], expected["sha256"],
                                                                            True)
    assert int(shown["byte_sum"], 16) == int(expected["byte_sum"], 16)
    text = run("show", GOLDEN / name)
    assert text.returncode == 0
    assert expected["sha256"] in text.stdout


def test_show_lists_every_problem_with_its_offset(run):
    damaged = bytearray((GOLDEN / "ota-one-sdk.bin").read_bytes())
    damaged[8] = ord("X")
    damaged[12] = 25
    damaged[32 + 0x2000] = 0
    pathlib.Path("damaged").write_bytes(damaged + b"more")
    result = run("show", "damaged", "--json")
    problems = [(problem["code"], problem["offset"]) for problem in only_object(result)["problems"]]
    assert result.returncode == 2
    assert problems == [("image_id", 8), ("header_length", 12), ("image_sum", 16), ("km4_signature", 32 + 0x2000),
                        ("trailing_bytes", len(damaged))]


def test_show_reads_a_boot_image(run):
    header = bytes.fromhex("999996963fcc66fc") + (256).to_bytes(4, "little") + (0x08000020).to_bytes(4, "little")
    pathlib.Path("boot").write_bytes(header.ljust(32, b"\xff") + bytes(256))
    shown = only_object(run("show", "boot", "--json"))
    assert shown["kind"] == "boot" and shown["ok"]
    assert shown["segments"][0]["load_address"] == "0x08000020"


@pytest.mark.parametrize("size", [0, 1, 8, 15, 16, 31, 32, 33, 4096, 8191, 8192, 16383])
@pytest.mark.parametrize("name", ["ota-one-sdk.bin", "image2-small.bin"])
def test_show_survives_cut_files(run, name, size):
    pathlib.Path("cut").write_bytes((GOLDEN / name).read_bytes()[:size])
    result = run("show", "cut", "--json")
    whole_image = name.startswith("image2") and size > 0x37B0
    assert result.returncode == (0 if whole_image else 2)
    assert bool(only_object(result)["problems"]) != whole_image


def test_layout_finds_an_overlap_of_one_byte_and_not_of_none(run):
    first = f"{GOLDEN / 'image2-small.bin'}@0x08006000"
    neighbour = run("layout", first, f"{GOLDEN / 'image2-psram.bin'}@0x0800A000", "--json")
    assert neighbour.returncode == 0
    assert only_object(neighbour)["overlaps"] == []
    overlapping = run("layout", first, f"{GOLDEN / 'image2-psram.bin'}@0x08009FFF", "--json")
    assert overlapping.returncode == 2
    assert only_object(overlapping)["overlaps"] == [{"ranges": [0, 1], "address": "0x08009FFF", "size": 1}]


@pytest.mark.parametrize("size, address, code", [
    (SLOT_ROOM, 0x08006000, None), (SLOT_ROOM + 1, 0x08006000, "out_of_slot"),
    (SLOT_ROOM, 0x08106000, None), (SLOT_ROOM + 1, 0x08106000, "out_of_slot"),
    (16384, 0x08100000, "out_of_slot"), (16384, 0x08000000, "out_of_slot"),
    (16384, 0x08200000, "out_of_flash"), (16384, 0xFFFFFFFF, "out_of_flash"), (16384, 0, "out_of_flash"),
])
def test_layout_checks_the_bounds_of_slots_and_flash(run, size, address, code):
    pathlib.Path("image").write_bytes(large_image(size))
    result = run("layout", f"image@0x{address:08X}", "--json")
    assert [problem["code"] for problem in only_object(result)["problems"]] == ([code] if code else [])
    assert result.returncode == (2 if code else 0)


def test_layout_places_files_without_an_address(run):
    shown = only_object(run("layout", GOLDEN / "ota-one-sdk.bin", GOLDEN / "ota-one-imagetool.bin", "--json"))
    assert [entry["address"] for entry in shown["ranges"]] == ["0x08006000", "0x0800B000"]
    assert [entry["bin"] for entry in shown["ranges"]] == [1, 2]
    assert len(shown["regions"]) == 7


def test_layout_draws_an_svg_that_is_well_formed_and_shows_the_overlap_in_red(run):
    result = run("layout", GOLDEN / "image2-small.bin", GOLDEN / "image2-psram.bin", "--svg", "out.svg")
    assert result.returncode == 2
    svg = ElementTree.parse("out.svg")
    fills = {element.get("fill") for element in svg.iter("{http://www.w3.org/2000/svg}rect")}
    assert {"#87cefa", "#ffb6c1", "#ff0000"} <= fills
    texts = "".join(svg.getroot().itertext())
    for name in ("KM0 boot", "Backup", "System data", "KM4 boot", "OTA1", "User data", "OTA2"):
        assert name in texts


def run_in_terminal(program, arguments, environment):
    """What the program writes to a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(program, [str(program), *map(str, arguments)], environment)
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the program has closed its side
            break
        if not piece:
            break
        written += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), written.decode()


def test_layout_has_colours_on_a_terminal_only_and_obeys_no_color(run, otaru):
    arguments = ["image", "layout", GOLDEN / "image2-small.bin"]
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
    code, text = run_in_terminal(otaru, arguments, environment)
    assert code == 0
    assert "\x1b[48;2;135;206;250m" in text
    assert "░" in text
    code, text = run_in_terminal(otaru, arguments, {**environment, "COLORTERM": ""})
    assert re.search(r"\x1b\[48;5;\d+m", text)
    code, text = run_in_terminal(otaru, arguments, {**environment, "NO_COLOR": "1"})
    assert "\x1b" not in text and "░" not in text
    assert "\x1b" not in run(*arguments[1:]).stdout
