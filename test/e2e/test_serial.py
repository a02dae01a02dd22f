"""`otaru flash` and `otaru monitor` against a virtual board's pseudo-terminal. Judged by the board's flash file."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest

import images
from virtual_board import Board, differences

KM0_BOOT, KM4_BOOT, OTA1, OTA2 = 0, 0x4000, 0x6000, 0x106000
CALIBRATION = slice(0x5FF0, 0x6000)


class SerialBoard(Board):
    """A virtual board whose console is a pseudo-terminal, with its two buttons."""

    @property
    def tty(self):
        return self.wait_for("Console on ").split()[-1]

    def launch_download(self, *more):
        """Starts it in download mode."""
        return self.launch("--download", *more)


@pytest.fixture
def loader(otaru, tmp_path):
    """The stand-in for the vendor's loader."""
    file = tmp_path / "loader.bin"
    subprocess.run([otaru, "board", "loader", "-o", file], check=True, capture_output=True)
    return file


@pytest.fixture
def board(otaru, tmp_path):
    """A virtual board with a console on a pty, not yet started."""
    made = SerialBoard(otaru, tmp_path, board_options=["--console", "pty"])
    yield made
    if made.process:
        made.cut_power()


@pytest.fixture
def flash(otaru, loader):
    """Runs `otaru flash` as a person without the two transistors would; nobody waits long for silent boards."""
    def run(*arguments, loader_file=loader, check=False):
        options = ["--manual", "--wait", "1s"] + (["--loader", loader_file] if loader_file else [])
        result = subprocess.run([otaru, "flash", *map(str, arguments), *map(str, options)], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=120)
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    return run


def saved(folder, name, content):
    file = folder / name
    file.write_bytes(content)
    return file


def prepared(board, *, ota2=None):
    """The flash file of a board that has run: factory content, an image in OTA1, perhaps an older one in OTA2."""
    board.launch_with(images.image2(seed=0))
    wait_for_text(board.tty, "Listening on port")
    board.stop()
    if ota2 is not None:
        content = bytearray(board.flash())
        content[OTA2:OTA2 + len(ota2)] = ota2
        board.flash_file.write_bytes(content)
        assert board.show()["boots"] == "OTA2"
    return board


def test_an_upload_boots_and_an_older_ota2_does_not(board, flash, tmp_path):
    prepared(board, ota2=images.image2(seed=9)).launch_download()
    before = board.flash()
    image = images.image2(184_320, seed=1)
    result = flash("--sketch", saved(tmp_path, "km0_km4_image2.bin", image), "--port", board.tty, check=True)
    assert "reset button" in result.stdout, "it tells how to start the new program"
    after = board.flash()
    assert after[OTA1:OTA1 + len(image)] == image
    assert after[OTA2:OTA2 + 0x1000] == b"\xff" * 0x1000
    slot = images.Region("OTA1", OTA1, len(image))
    assert differences(before, after, [slot, images.Region("first sector of OTA2", OTA2, 0x1000)]) == []
    shown = board.show()
    assert shown["boots"] == "OTA1"
    assert shown["slots"][1]["signature"] == "blank"


def test_the_buttons_lead_from_a_running_board_to_an_upload_and_back(board, flash, tmp_path):
    board.launch_with(images.image2(seed=0))
    tty = board.tty
    image = images.image2(seed=2)
    wait_for_text(tty, "Listening on port")
    board.process.send_signal(signal.SIGUSR2)  # reset with the download button held
    result = flash("--sketch", saved(tmp_path, "image2.bin", image), "--port", tty, "--json", check=True)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[-1]["event"] == "result" and events[-1]["status"] == "ok"
    assert any(event["event"] == "progress" and event["doing"] == "write" for event in events)
    board.process.send_signal(signal.SIGUSR1)  # reset
    wait_for_text(tty, "OTA1 boots")
    assert board.slot("OTA1")[:len(image)] == image


def wait_for_text(tty, text, seconds=20):
    """Reads a terminal until `text` has come."""
    descriptor = os.open(tty, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        heard, deadline = b"", time.monotonic() + seconds
        while text.encode() not in heard:
            assert time.monotonic() < deadline, f"{text!r} did not come, but {heard!r}"
            try:
                heard += os.read(descriptor, 4096)
            except BlockingIOError:
                time.sleep(0.02)
    finally:
        os.close(descriptor)


def test_keep_ota2_leaves_the_older_program_booting_and_warns(board, flash, tmp_path):
    prepared(board, ota2=images.image2(seed=9)).launch_download()
    image = images.image2(seed=1)
    result = flash("--sketch", saved(tmp_path, "image2.bin", image), "--keep-ota2", "--port", board.tty, check=True)
    assert "OTA2" in result.stderr
    assert board.slot("OTA1")[:len(image)] == image
    assert board.show()["boots"] == "OTA2"


def test_erase_all_erases_and_then_uploads(board, flash, tmp_path):
    prepared(board, ota2=images.image2(seed=9)).launch_download()
    before = board.flash()
    image = images.image2(seed=1)
    files = [saved(tmp_path, "km0_boot_all.bin", before[KM0_BOOT:KM0_BOOT + 0x1440]),
             saved(tmp_path, "km4_boot_all.bin", before[KM4_BOOT:KM4_BOOT + 0x1780]),
             saved(tmp_path, "km0_km4_image2.bin", image)]
    flash(*files, "--erase", "all", "--port", board.tty, check=True)
    expected = bytearray(b"\xff" * len(before))
    expected[KM0_BOOT:KM0_BOOT + 0x1440] = before[KM0_BOOT:KM0_BOOT + 0x1440]
    expected[KM4_BOOT:KM4_BOOT + 0x1780] = before[KM4_BOOT:KM4_BOOT + 0x1780]
    expected[CALIBRATION] = before[CALIBRATION]
    expected[OTA1:OTA1 + len(image)] = image
    assert board.flash() == bytes(expected)
    assert board.show()["boots"] == "OTA1"


def test_erase_all_without_boot_images_is_refused_before_the_board_is_touched(board, flash, tmp_path):
    prepared(board).launch_download()
    before = board.flash()
    result = flash("--sketch", saved(tmp_path, "image2.bin", images.image2(seed=1)), "--erase", "all", "--port", board.tty)
    assert result.returncode == 2
    assert "km0_boot_all.bin" in result.stderr
    assert board.flash() == before


def test_what_is_read_is_what_the_flash_holds_and_verify_finds_a_difference(board, flash, otaru, tmp_path):
    image = images.image2(40_960, seed=3)
    prepared(board).launch_download()
    file = saved(tmp_path, "image2.bin", image)
    flash("--sketch", file, "--port", board.tty, check=True)

    def press_both():
        board.process.send_signal(signal.SIGUSR2)

    press_both()
    flash("read", "-o", tmp_path / "part.bin", "--from", "0x08005000", "--size", "50001", "--port", board.tty, check=True)
    assert (tmp_path / "part.bin").read_bytes() == board.flash()[0x5000:0x5000 + 50_001]
    press_both()
    assert "exactly" in flash("verify", file, "--port", board.tty, check=True).stdout
    press_both()
    other = saved(tmp_path, "other.bin", images.changed(image, 20_000, bytes([image[20_000] ^ 1])))
    result = flash("verify", f"{other}@0x08006000", "--port", board.tty)
    assert result.returncode == 4
    assert f"0x{0x08006000 + 20_000:08X}" in result.stderr


def test_a_file_that_would_not_boot_is_refused(board, flash, tmp_path):
    prepared(board).launch_download()
    before = board.flash()
    image = images.image2(seed=1)
    broken = images.changed(image, images.km4_offset(image), b"\0" * 8)
    result = flash("--sketch", saved(tmp_path, "image2.bin", broken), "--port", board.tty)
    assert result.returncode == 2 and "KM4" in result.stderr
    assert board.flash() == before


def test_a_silent_port_is_no_board_and_the_message_says_what_to_try(flash, tmp_path):
    master, slave = pty.openpty()
    try:
        result = flash("--sketch", saved(tmp_path, "image2.bin", images.image2(seed=1)), "--port", os.ttyname(slave))
    finally:
        os.close(master)
        os.close(slave)
    assert result.returncode == 3
    assert "nothing was done" in result.stderr and "download button" in result.stderr
    assert "Uploaded" not in result.stdout


def test_a_board_that_runs_its_program_is_told_from_a_dead_one(flash, tmp_path):
    master, slave = pty.openpty()
    chatter = threading.Event()

    def talk():
        while not chatter.wait(0.05):
            os.write(master, b"Waiting for client ...\r\n")
    thread = threading.Thread(target=talk)
    thread.start()
    try:
        result = flash("--sketch", saved(tmp_path, "image2.bin", images.image2(seed=1)), "--port", os.ttyname(slave))
    finally:
        chatter.set()
        thread.join()
        os.close(master)
        os.close(slave)
    assert result.returncode == 3
    assert "runs a program" in result.stderr


def test_a_cable_pulled_in_the_middle_ends_with_5_and_the_next_try_succeeds(board, otaru, loader, flash, tmp_path):
    prepared(board, ota2=images.image2(seed=9)).launch_download()
    image = images.image2(737_280, seed=1)
    file = saved(tmp_path, "image2.bin", image)
    upload = subprocess.Popen([otaru, "flash", "--sketch", file, "--port", board.tty, "--manual", "--loader", loader],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in upload.stdout:
        if re.search(r"write [1-9]", line):
            break
    board.cut_power()  # its end of the terminal goes with it
    _, errors = upload.communicate(timeout=30)
    assert upload.returncode == 5
    assert "same command again" in errors
    assert board.show()["boots"] == "OTA2", "the old program, until the new one is whole"
    board.launch_download()
    flash("--sketch", file, "--port", board.tty, check=True)
    assert board.slot("OTA1")[:len(image)] == image
    assert board.show()["boots"] == "OTA1"


def test_a_wrong_loader_is_refused_and_nothing_is_changed(board, flash, tmp_path):
    prepared(board).launch_download()
    before = board.flash()
    wrong = saved(tmp_path, "wrong.bin", os.urandom(4000))
    result = flash("--sketch", saved(tmp_path, "image2.bin", images.image2(seed=1)), "--port", board.tty, loader_file=wrong)
    assert result.returncode == 4
    assert "--loader" in result.stderr
    assert board.flash() == before


def test_the_loader_is_found_in_the_newest_installed_arduino_package(board, flash, loader, tmp_path, monkeypatch):
    home = tmp_path / "home"
    for version, content in (("1.0.9", b"\0old and wrong" * 100), ("1.0.10", loader.read_bytes())):
        folder = home / ".arduino15/packages/realtek/tools/ameba_d_tools" / version
        folder.mkdir(parents=True)
        (folder / "imgtool_flashloader_amebad.bin").write_bytes(content)
    monkeypatch.setenv("HOME", str(home))
    prepared(board).launch_download()
    image = images.image2(seed=4)
    flash("--sketch", saved(tmp_path, "image2.bin", image), "--port", board.tty, loader_file=None, check=True)
    assert board.slot("OTA1")[:len(image)] == image


def test_without_a_loader_it_says_where_to_get_one(flash, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    result = flash("--sketch", saved(tmp_path, "image2.bin", images.image2(seed=1)), "--port", "/dev/null", loader_file=None)
    assert result.returncode == 2
    assert "boards manager" in result.stderr and "--loader" in result.stderr


def test_ports_that_cannot_be_used_say_why(flash, tmp_path):
    image = saved(tmp_path, "image2.bin", images.image2(seed=1))
    assert "no serial port" in flash("--sketch", image, "--port", "/dev/null").stderr
    missing = flash("--sketch", image, "--port", tmp_path / "ttyUSB0")
    assert missing.returncode == 3 and "there is no port" in missing.stderr
    unnamed = flash("--sketch", image)
    assert unnamed.returncode == 2 and "--port" in unnamed.stderr and "erial port" in unnamed.stderr


def test_a_port_without_permission_says_what_helps(otaru):
    if os.geteuid() != 0:
        pytest.skip("needs root, to become somebody without the permission")
    master, slave = pty.openpty()
    os.chmod(os.ttyname(slave), 0o600)
    try:
        with tempfile.TemporaryDirectory() as folder:  # the test's own folder is closed to others
            os.chmod(folder, 0o755)
            program = shutil.copy(otaru, folder)
            result = subprocess.run([program, "monitor", "--port", os.ttyname(slave)], capture_output=True, text=True,
                                    timeout=30, user=65534, group=65534, extra_groups=[])
    finally:
        os.close(master)
        os.close(slave)
    assert result.returncode == 3
    assert "permission denied" in result.stderr and "dialout" in result.stderr


class Monitor:
    def __init__(self, otaru, port, *options):
        self.process = subprocess.Popen([otaru, "monitor", "--port", port, *map(str, options)], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, text, seconds=20):
        deadline = time.monotonic() + seconds
        while not any(text in line for line in self.lines):
            assert time.monotonic() < deadline and self.process.poll() is None, f"no {text!r} in {self.lines}"
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=10)
        self._reader.join(timeout=10)
        return code


@pytest.fixture
def monitor(otaru):
    started = []

    def start(port, *options):
        started.append(Monitor(otaru, port, *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(timeout=10)


def test_the_monitor_prints_lines_with_times_and_comes_back_with_the_cable(monitor, tmp_path):
    link, log = tmp_path / "ttyUSB0", tmp_path / "serial.log"
    master, slave = pty.openpty()
    link.symlink_to(os.ttyname(slave))
    listener = monitor(link, "--log", log)
    listener.wait_for("Listening on")
    os.write(master, b"first line\r\nsecond \x1b[31mline\r\n")
    listener.wait_for("second")
    os.close(slave)
    os.close(master)  # the cable
    listener.wait_for("Waiting for it")
    link.unlink()
    master, slave = pty.openpty()
    link.symlink_to(os.ttyname(slave))
    listener.wait_for("it is back")
    os.write(master, b"after the cable\r\n")
    listener.wait_for("after the cable")
    assert listener.stop() == 0
    os.close(slave)
    os.close(master)
    said = [line for line in listener.lines if line.startswith("[")]
    assert all(re.match(r"\[\d\d:\d\d:\d\d\.\d\d\d\] ", line) for line in said)
    assert [line[15:] for line in said if "--" not in line] == ["first line", "second [31mline", "after the cable"]
    assert log.read_text().splitlines() == said


def test_the_monitor_ends_with_5_when_the_port_goes_and_it_must_not_wait(monitor):
    master, slave = pty.openpty()
    listener = monitor(os.ttyname(slave), "--no-reconnect")
    listener.wait_for("Listening on")
    os.close(slave)
    os.close(master)
    assert listener.process.wait(timeout=20) == 5


def test_the_monitor_shows_a_booting_board(board, monitor):
    board.launch_with(images.image2(seed=0))
    listener = monitor(board.tty)
    listener.wait_for("Listening on /dev")
    board.process.send_signal(signal.SIGUSR1)
    listener.wait_for("OTA1 boots")
    assert listener.stop() == 0


def test_the_hex_view_shows_every_byte(monitor):
    master, slave = pty.openpty()
    listener = monitor(os.ttyname(slave), "--hex", "--no-timestamps")
    listener.wait_for("Listening on")
    os.write(master, bytes(range(20)))
    listener.wait_for("00000010")
    assert listener.stop() == 0
    os.close(slave)
    os.close(master)
    assert listener.lines[-2] == "00000000  " + " ".join(f"{i:02x}" for i in range(16)) + "  ................"
    assert listener.lines[-1].startswith("00000010  10 11 12 13 ")
