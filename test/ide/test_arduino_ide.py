"""The real Arduino IDE and a virtual board: what is in the board's flash is what was just compiled.

Judged by the flash, not by the IDE's words: some of its lines get lost. Tests of this module follow one another.
"""

import hashlib
import json
import signal
import subprocess

import pytest

import images
from arduino_ide import wait_until


class NetworkBoard:
    """`otaru board run` on a host of its own."""

    def __init__(self, lan, folder, name, *options):
        self.host = lan.host(name.lower())
        self.address, self.flash = self.host.address, folder / f"{name}.flash"
        self.otaru, self.name, self.options = lan.otaru, name, options
        (folder / "first.bin").write_bytes(images.image2())
        self.program = self.start("--image", folder / "first.bin")

    def start(self, *more):
        program = self.host.start(self.otaru, "board", "run", "--flash", self.flash, "--name", self.name, "--bind",
                                  self.address, *self.options, *more)
        program.wait_for("Listening on port")
        return program

    def running_image(self):
        """SHA-256 of the image that boots next."""
        shown = json.loads(subprocess.run([self.otaru, "board", "show", "--flash", self.flash, "--json"],
                                          capture_output=True, text=True, timeout=20, check=True).stdout)
        return next((slot["image"]["sha256"] for slot in shown["slots"] if slot["name"] == shown["boots"]), None)


@pytest.fixture(scope="module")
def board(lan, tmp_path_factory):
    return NetworkBoard(lan, tmp_path_factory.mktemp("board"), "MyAmeba")


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module", autouse=True)
def installed(ide):
    """`otaru ide install` on the IDE's home; afterwards every file is as it was before."""
    before = files_of(ide.package)
    assert len(before) > 3
    assert json.loads(ide.setup("install"))["state"] == "installed"
    yield
    ide.close()
    assert json.loads(ide.setup("uninstall"))["state"] == "not_installed"
    assert files_of(ide.package) == before
    assert not (ide.tools / "misc").exists()


def digest(content):
    return hashlib.sha256(content).hexdigest()


def upload(ide, board, text, **preferences):
    """Uploads a sketch with `text` in it by the IDE's command line."""
    ide.write_sketch(text)
    before = board.running_image()
    for _ in range(5):
        code, said = ide.upload_by_command_line(board.address, **preferences)
        if board.running_image() != before:
            assert code == 0, said
            break
        # Until mDNS has shown the port the IDE takes its address for that of a cable; then the board sees nothing.
        assert "Connected to" not in said, said
    assert text.encode() in ide.image, "not compiled"
    assert board.running_image() == digest(ide.image), said


def test_the_command_line_uploads_the_sketch_just_compiled(ide, board):
    upload(ide, board, "the first sketch")


def test_another_sketch_is_another_image_in_the_board(ide, board):
    before = board.running_image()
    upload(ide, board, "the second sketch")
    assert board.running_image() != before


def test_a_compilation_leaves_ota_files_where_the_guide_asks(ide):
    file = (ide.build / "OTA_All.bin").read_bytes()
    assert file[32:] == ide.image
    assert (ide.tools / "misc/OTA_All.bin").read_bytes() == file
    assert (ide.build / "Blinky.ino.ota.bin").read_bytes() == file
    assert (ide.build / "km0_km4_image2.bin").read_bytes() == ide.image


def test_an_upload_to_a_board_that_does_not_listen_fails(ide, lan):
    # It is announced, and nothing listens.
    silent = lan.host("silent")
    announcement = silent.announced("Silent")
    for _ in range(5):
        code, said = ide.upload_by_command_line(silent.address)
        if code != 0:
            break
    announcement.stop()
    assert code == 1, said
    assert "An error occurred while uploading the sketch" in said


def test_an_upload_that_the_board_refuses_fails(ide, lan, otaru, tmp_path):
    subprocess.run([otaru, "key", "new", tmp_path / "key"], check=True, capture_output=True, timeout=20)
    strict = NetworkBoard(lan, tmp_path, "Strict", "--key", str(tmp_path / "key.pub"))
    before = strict.running_image()
    for _ in range(5):
        code, said = ide.upload_by_command_line(strict.address)
        if code != 0:
            break
    assert code == 1, said
    assert strict.running_image() == before
    strict.program.stop()


def test_the_password_of_the_ide_reaches_a_board_that_wants_one(ide, lan, tmp_path):
    (tmp_path / "password").write_text("open sesame")
    closed = NetworkBoard(lan, tmp_path, "Closed", "--password-file", str(tmp_path / "password"))
    # Where the window keeps what a person has entered.
    upload(ide, closed, "a secret sketch", **{f"runtime.pwd.{closed.address}": "open sesame"})
    closed.program.stop()


def choose_network_port(screen):
    """Tools > Port > the last entry: network ports stand below those of cables."""
    screen.press("alt+t", "Up", "Up", "Up", "Up", "Right", "Up")


def test_the_window_shows_the_board_and_uploads_to_it(ide, board, screen, pictures):
    ide.write_sketch("a sketch by window")
    before = board.running_image()
    ide.open_window(screen)
    for _ in range(4):
        choose_network_port(screen)
        screen.picture(pictures / "ide-port-menu.png")
        screen.press("Return", "ctrl+u")
        try:
            wait_until(lambda: board.running_image() != before, "the board's flash changes", 25)
            break
        except pytest.fail.Exception:
            screen.press("Escape", "Escape")  # mDNS had not shown the port
    assert b"a sketch by window" in ide.image
    assert board.running_image() == digest(ide.image)
    wait_until(lambda: uploaders(ide) == 0, "otaru ends", 30)
    wait_until(lambda: screen.orange() < 5000, "no bar of a failure", 20)
    screen.picture(pictures / "ide-upload-done.png")


def uploaders(ide):
    """How many uploads the IDE has running."""
    found = subprocess.run(["pgrep", "-fc", f"ide upload --build {ide.build}"], capture_output=True, text=True,
                           timeout=20)
    return int(found.stdout)


def test_the_window_says_that_an_upload_failed(ide, board, screen, pictures):
    before = board.running_image()
    assert screen.orange() < 5000
    board.program.stop(signal.SIGKILL)
    screen.press("ctrl+u")
    wait_until(lambda: screen.orange() > 5000, "the IDE's bar turns orange", 120)
    screen.picture(pictures / "ide-upload-failed.png")
    assert board.running_image() == before
