"""`otaru demo`: the first thing that a newcomer runs."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

import images

LONGEST = 15  # seconds


def start(otaru, temporary, *arguments):
    temporary.mkdir()
    return subprocess.Popen([otaru, "demo", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, start_new_session=True,
                            env={**os.environ, "TMPDIR": str(temporary)})


def boards_of(demo):
    """Processes that the demo has started and that still run."""
    names = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            names.append(entry.read_bytes().split(b"\0"))
        except OSError:
            pass
    return [words for words in names if f"Demo-{demo.pid}".encode() in words]


@pytest.fixture(scope="module")
def shown(otaru, tmp_path_factory):
    """Two demonstrations, which run side by side: a plain one and one that keeps its files."""
    folder = tmp_path_factory.mktemp("demo")
    started = time.monotonic()
    plain = start(otaru, folder / "plain-tmp")
    keeping = start(otaru, folder / "keeping-tmp", "--keep", folder / "kept")
    texts = [demo.communicate(timeout=60)[0] for demo in (plain, keeping)]
    return {"seconds": time.monotonic() - started, "plain": plain, "keeping": keeping, "text": texts[0],
            "kept text": texts[1], "folder": folder}


def test_the_demo_succeeds_and_ends_in_time(shown):
    assert shown["plain"].returncode == 0, shown["text"]
    assert shown["keeping"].returncode == 0, shown["kept text"]
    assert shown["seconds"] < LONGEST + 5, "with some room for a busy machine"


def test_the_demo_shows_every_command_before_its_output(shown):
    lines = iter(shown["text"].splitlines())
    for expected in ("$ otaru board run", "board | Listening on port", "$ otaru discover", f"Demo-{shown['plain'].pid}",
                     "$ otaru image pack", "$ otaru image layout", "$ otaru push", "board | Erase is ongoing",
                     "Client Disconnected.", "$ otaru board show", "OTARU/1 error km0_signature",
                     "OTARU/1 error image_sum", "--misbehave crashes", "$ otaru push", "is on trial, start 2 of 2",
                     "failed its trial", "rolled back", "$ otaru board show", "rejected", "$ otaru push",
                     "Client Disconnected.", "$ otaru board show", "What was proved"):
        assert any(expected in line for line in lines), f"{expected!r} is missing or comes too early"


def test_the_demo_leaves_nothing_behind(shown):
    assert list((shown["folder"] / "plain-tmp").iterdir()) == []
    assert boards_of(shown["plain"]) == []


def test_the_demo_keeps_its_files_on_request_and_they_hold_what_it_said(otaru, shown):
    kept = shown["folder"] / "kept"
    assert {"board.flash", "sketch-1.bin", "sketch-2.bin", "sketch-3.bin", "OTA_All.bin"} <= {entry.name for entry in kept.iterdir()}
    assert list((shown["folder"] / "keeping-tmp").iterdir()) == []
    first, second = (kept / "sketch-1.bin").read_bytes(), (kept / "sketch-2.bin").read_bytes()
    assert first != second and len(first) == len(second)
    assert (kept / "OTA_All.bin").read_bytes() == images.ota_file(second)
    flash = (kept / "board.flash").read_bytes()
    assert flash[0x6000:0x6000 + len(first)] == first
    assert flash[0x106008:0x106000 + len(second)] == second[8:], "the retired slot lacks only its signature"
    result = subprocess.run([otaru, "board", "show", "--flash", kept / "board.flash", "--json"], capture_output=True,
                            text=True, timeout=20)
    assert json.loads(result.stdout)["boots"] == "OTA1"


def test_the_demo_does_not_work_in_a_folder_that_holds_something(otaru, tmp_path):
    (tmp_path / "mine").write_text("dear to me")
    result = subprocess.run([otaru, "demo", "--keep", tmp_path], capture_output=True, text=True, timeout=30)
    assert result.returncode == 2
    assert "--keep" in result.stderr
    assert (tmp_path / "mine").read_text() == "dear to me"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_cleans_up(otaru, tmp_path, number):
    demo = start(otaru, tmp_path / "tmp")
    for line in demo.stdout:
        if "$ otaru push" in line:
            break
    assert boards_of(demo)
    demo.send_signal(number)
    rest = demo.communicate(timeout=20)[0]
    assert demo.returncode != 0, rest
    assert "interrupted" in rest
    assert list((tmp_path / "tmp").iterdir()) == []
    assert boards_of(demo) == []
