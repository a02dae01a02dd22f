"""`otaru ide install|status|uninstall|built|upload` on folders shaped as the boards managers of three systems leave them."""

import json
import os
import shlex
import subprocess
import time

import pytest

import images

SHAPES = {
    "linux": ".arduino15/packages",
    "macos": "Library/Arduino15/packages",
    "windows": "AppData/Local/Arduino15/packages",
    "windows-store": "Documents/ArduinoData/packages",
    "portable": "portable/packages",
}
BOARDS = ("menu.EraseFlash=* Erase\n\nAmeba_AMB21_AMB22.name=AMB21\nAmeba_AMB21_AMB22.build.mcu=RTL8722DM/CSM\n"
          "Ameba_AMB21_AMB22.upload.tool=ameba_d_tools\n\nAi-Thinker_BW16.name=BW16\nAi-Thinker_BW16.build.mcu=RTL8720DN\n"
          "Ai-Thinker_BW16.upload.tool=ameba_d_tools\n")


class Home:
    def __init__(self, otaru, folder, shape="linux"):
        self.otaru, self.folder = otaru, folder
        self.packages = folder / SHAPES[shape]
        self.package = self.packages / "realtek/hardware/AmebaD/3.1.9"
        self.tools = self.packages / "realtek/tools/ameba_d_tools/1.1.3"
        self.package.mkdir(parents=True)
        self.tools.mkdir(parents=True)
        (self.package / "boards.txt").write_text(BOARDS)
        (self.package / "platform.txt").write_text("name=AmebaD\nversion=3.1.9\n")
        self.platform, self.boards = self.package / "platform.local.txt", self.package / "boards.local.txt"

    def run(self, command, *arguments):
        environment = {key: value for key, value in os.environ.items() if key != "ARDUINO_DIRECTORIES_DATA"}
        return subprocess.run([self.otaru, "ide", command, *map(str, arguments)], capture_output=True, text=True,
                              timeout=30, env=environment | {"HOME": str(self.folder)})

    def report(self, command, *arguments, code=0):
        result = self.run(command, "--json", *arguments)
        assert result.returncode == code, result.stdout + result.stderr
        lines = result.stdout.splitlines()
        assert len(lines) == 1, result.stdout
        return json.loads(lines[0])

    def files(self):
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def home(otaru, tmp_path):
    return Home(otaru, tmp_path)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_package_of_every_system_is_set_up_and_put_back_to_the_byte(otaru, tmp_path, shape):
    home = Home(otaru, tmp_path, shape)
    where = () if shape == "linux" else ("--packages", tmp_path)
    before = home.files()
    assert home.report("status", *where)["state"] == "not_installed"
    made = home.report("install", *where)
    assert made["state"] == "installed" and made["program"] == str(otaru.resolve())
    assert sorted(made["changed"]) == [str(home.boards), str(home.platform)]
    once = home.files()
    assert home.report("install", *where)["changed"] == []
    assert home.files() == once
    assert home.report("status", *where)["state"] == "installed"
    assert home.report("uninstall", *where)["state"] == "not_installed"
    assert home.files() == before


def test_a_persons_own_lines_stay(home):
    home.platform.write_bytes(b"compiler.cpp.extra_flags=-DMINE\r\nno.line.end=1")
    before = home.files()
    home.report("install")
    assert home.platform.read_bytes().startswith(before[home.platform] + b"\n# >>> otaru ")
    home.report("uninstall")
    assert home.files() == before


def test_changed_lines_are_refused_and_forced(home):
    home.report("install")
    text = home.platform.read_text().replace("ide discovery", "ide discovery --interface eth0")
    home.platform.write_text(text)
    assert home.report("status", code=2)["state"] == "damaged"
    for command in ("install", "uninstall"):
        refused = home.run(command)
        assert refused.returncode == 2
        assert "--force" in refused.stderr and str(home.platform) in refused.stderr
        assert home.platform.read_text() == text
    home.report("uninstall", "--force")
    assert not home.platform.exists()


def test_every_version_gets_its_report(home):
    newer = home.package.parent / "3.2.0"
    newer.mkdir()
    for name in ("boards.txt", "platform.txt"):
        (newer / name).write_bytes((home.package / name).read_bytes())
    lines = [json.loads(line) for line in home.run("install", "--json").stdout.splitlines()]
    assert [(line["version"], line["state"]) for line in lines] == [("3.1.9", "installed"), ("3.2.0", "installed")]


def test_without_a_package_it_says_where_it_looked_and_what_to_do(otaru, tmp_path):
    result = subprocess.run([otaru, "ide", "install", "--packages", tmp_path], capture_output=True, text=True, timeout=30)
    assert result.returncode == 2
    assert str(tmp_path) in result.stderr and "boards manager" in result.stderr


def test_the_variable_of_arduino_cli_names_the_folder_too(otaru, tmp_path):
    home = Home(otaru, tmp_path / "data")
    result = subprocess.run([otaru, "ide", "status", "--json"], capture_output=True, text=True, timeout=30,
                            env={**os.environ, "HOME": str(tmp_path),
                                 "ARDUINO_DIRECTORIES_DATA": str(home.packages.parent)})
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["package"] == str(home.package)


def pattern(file, key):
    """A command of a pattern as IDE 2 splits it; its names still stand in braces."""
    line = next(line for line in file.read_text().splitlines() if line.startswith(key + "="))
    return shlex.split(line.split("=", 1)[1])


def filled(command, values):
    for name, value in values.items():
        command = [word.replace("{" + name + "}", str(value)) for word in command]
    return command


@pytest.mark.parametrize("key,port", [
    ("tools.ameba_d_tools.upload.network_pattern", "IDE 1.8"),
    ("tools.otaru.upload.pattern", "IDE 2"),
])
def test_the_patterns_send_the_sketch_just_compiled(home, make_board, tmp_path, key, port):
    """As the IDE does it: compile, hook, upload; twice, with another sketch."""
    home.report("install")
    board = make_board().start(images.image2(seed=0))
    build = tmp_path / "build folder"
    build.mkdir()
    values = {"build.path": build, "build.project_name": "Blinky.ino", "runtime.tools.ameba_d_tools.path": home.tools,
              "serial.port": "127.0.0.1", "network.port": board.port, "network.password": "",
              "upload.port.address": "127.0.0.1", "upload.port.properties.port": board.port,
              "upload.field.password": "-"}
    for seed, boots in ((1, 2), (2, 3)):
        image = images.image2(seed=seed)
        (home.tools / "km0_km4_image2.bin").write_bytes(image)
        for name in ("recipe.hooks.objcopy.postobjcopy.90.pattern", key):
            command = filled(pattern(home.platform, name), values)
            result = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert result.returncode == 0, f"{port}: {command}\n{result.stdout}{result.stderr}"
        slot = board.wait_for_boot(boots)
        assert board.slot(slot)[:len(image)] == image
        assert (home.tools / "misc/OTA_All.bin").read_bytes()[32:] == image
        assert (build / "OTA_All.bin").read_bytes()[32:] == image
    board.stop()
    failed = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert failed.returncode == 3, failed.stderr
    home.report("uninstall")
    assert not (home.tools / "misc").exists()


def test_a_password_of_the_ide_is_used_where_the_board_wants_one(home, make_board, tmp_path):
    home.report("install")
    secret = tmp_path / "password"
    secret.write_text("open sesame")
    board = make_board(board_options=("--password-file", secret)).start(images.image2(seed=0))
    image = images.image2(seed=1)
    (tmp_path / "OTA_All.bin").write_bytes(images.ota_file(image))
    values = {"build.path": tmp_path, "build.project_name": "Blinky.ino", "upload.port.address": "127.0.0.1",
              "upload.port.properties.port": board.port}
    command = filled(pattern(home.platform, "tools.otaru.upload.pattern"), values)
    wrong = subprocess.run(filled(command, {"upload.field.password": "wrong"}), capture_output=True, text=True, timeout=60)
    assert wrong.returncode == 4, wrong.stderr
    # After a wrong guess the board takes none for a second.
    for _ in range(30):
        right = subprocess.run(filled(command, {"upload.field.password": "open sesame"}), capture_output=True,
                               text=True, timeout=60)
        if "too_many_guesses" not in right.stderr:
            break
        time.sleep(0.2)
    assert right.returncode == 0, right.stderr
    assert board.slot(board.wait_for_boot(2))[:len(image)] == image


def test_a_password_of_the_ide_is_never_dropped(home, make_board, tmp_path):
    """A board that has none, or somebody who announces in its name, does not get the sketch in the clear."""
    home.report("install")
    board = make_board().start(images.image2(seed=0))
    (tmp_path / "OTA_All.bin").write_bytes(images.ota_file(images.image2(seed=1)))
    values = {"build.path": tmp_path, "build.project_name": "Blinky.ino", "upload.port.address": "127.0.0.1",
              "upload.port.properties.port": board.port, "upload.port.properties.auth_upload": "no"}
    upload = pattern(home.platform, "tools.otaru.upload.pattern")
    typed = subprocess.run(filled(upload, values | {"upload.field.password": "open sesame"}), capture_output=True,
                           text=True, timeout=60)
    assert typed.returncode == 4 and "no password" in typed.stderr, typed.stderr
    none = subprocess.run(filled(upload, values | {"upload.field.password": "-"}), capture_output=True, text=True, timeout=60)
    assert none.returncode == 0, none.stderr


def test_a_sketch_too_large_for_the_air_still_compiles_and_leaves_no_older_file(home, tmp_path):
    arguments = ("--build", tmp_path, "--sketch", "Big.ino", "--image", home.tools / "km0_km4_image2.bin")
    (home.tools / "km0_km4_image2.bin").write_bytes(images.image2(seed=1))
    assert home.run("built", *arguments).returncode == 0
    assert (tmp_path / "OTA_All.bin").exists()
    (home.tools / "km0_km4_image2.bin").write_bytes(images.image2(images.LARGEST + 4096))
    big = home.run("built", *arguments)
    assert big.returncode == 0 and "cannot be sent over the air" in big.stderr
    assert not (tmp_path / "OTA_All.bin").exists()
    refused = home.run("upload", "--build", tmp_path, "--sketch", "Big.ino", "--to", "127.0.0.1:1")
    assert refused.returncode == 2, refused.stderr


def test_a_build_without_an_image_fails(home, tmp_path):
    result = home.run("built", "--build", tmp_path, "--image", home.tools / "km0_km4_image2.bin")
    assert result.returncode == 2 and "km0_km4_image2.bin" in result.stderr
