"""`otaru.exe ide`: the Arduino IDE of Windows is set up and put back, and IDE 2 is told of boards."""

import json
import re
import shutil
import subprocess

import pytest

import images
from ide_client import Client
from images import image2


@pytest.fixture
def package(windows):
    """An installed AmebaD package where the boards manager of Windows puts it."""
    folder = windows.local_app_data() / "Arduino15"
    package = folder / "packages/realtek/hardware/AmebaD/3.1.9"
    (folder / "packages/realtek/tools/ameba_d_tools/1.1.3").mkdir(parents=True)
    package.mkdir(parents=True)
    (package / "boards.txt").write_bytes(b"Ai-Thinker_BW16.name=BW16\r\nAi-Thinker_BW16.upload.tool=ameba_d_tools\r\n")
    (package / "platform.txt").write_bytes(b"name=AmebaD\r\nversion=3.1.9\r\n")
    yield package
    shutil.rmtree(folder)


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def words(file, key, values):
    """A command of a pattern as the IDE splits and fills it."""
    line = next(line for line in file.read_text().splitlines() if line.startswith(key + "="))
    command = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line.split("=", 1)[1])]
    for name, value in values.items():
        command = [word.replace("{" + name + "}", str(value)) for word in command]
    return command


def test_the_package_in_local_app_data_is_set_up_once_and_put_back_to_the_byte(windows, package):
    before = files(package)
    made = json.loads(windows.run("ide", "install", "--json").stdout)
    assert made["state"] == "installed"
    assert made["program"] == windows.path(windows.program)
    assert made["package"] == windows.path(package)
    once = files(package)
    assert set(once) - set(before), "nothing was set up"
    assert json.loads(windows.run("ide", "install", "--json").stdout)["changed"] == []
    assert files(package) == once
    assert json.loads(windows.run("ide", "status", "--json").stdout)["state"] == "installed"
    windows.run("ide", "uninstall")
    assert files(package) == before


@pytest.mark.parametrize("key", ["tools.ameba_d_tools.upload.network_pattern", "tools.otaru.upload.pattern"],
                         ids=["IDE 1.8", "IDE 2"])
def test_its_patterns_send_the_sketch_just_compiled(windows, package, board, tmp_path, key):
    windows.run("ide", "install")
    tools = next(windows.local_app_data().glob("Arduino15/packages/realtek/tools/ameba_d_tools/*"))
    image = image2(seed=51)
    (tools / "km0_km4_image2.bin").write_bytes(image)
    build = tmp_path / "Übungs build"
    build.mkdir()
    values = {"build.path": windows.path(build), "build.project_name": "Blinky.ino",
              "runtime.tools.ameba_d_tools.path": windows.path(tools), "serial.port": "127.0.0.1",
              "network.port": board.port, "network.password": "", "upload.port.address": "127.0.0.1",
              "upload.port.properties.port": board.port, "upload.field.password": "-"}
    for pattern in ("recipe.hooks.objcopy.postobjcopy.90.pattern", key):
        command = windows.anywhere(*words(package / "platform.local.txt", pattern, values))
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    assert (build / "OTA_All.bin").read_bytes() == images.ota_file(image)
    slot = board.wait_for_boot(2)
    assert board.slot(slot)[:len(image)] == image


def test_the_discovery_converses_and_finds_the_board(windows, board, tmp_path):
    board.wait_for("announced as")
    ide = Client(*windows.anywhere(windows.program, "ide", "discovery", "--interface", "lo", "--list",
                                   windows.path(tmp_path / "boards.txt")))
    try:
        hello = ide.ask('HELLO 1 "Arduino IDE 2.3.2"')
        assert hello == {"eventType": "hello", "protocolVersion": 1, "message": "OK"}
        assert ide.ask("START_SYNC") == {"eventType": "start_sync", "message": "OK"}
        while (port := ide.wait_for("add", "127.0.0.1"))["properties"]["name"] != board.name:
            pass
        assert port["protocol"] == "network"
        assert port["properties"]["port"] == str(board.port)
        ide.answer("STOP", "stop")
        assert ide.ask("QUIT") == {"eventType": "quit", "message": "OK"}
        assert ide.end() == 0
    finally:
        ide.process.kill()
        ide.process.wait(timeout=10)


def test_a_board_is_added_by_its_address_to_the_settings_of_the_person(windows):
    windows.run("ide", "add", "192.0.2.7", "--name", "Küche")
    assert json.loads(windows.run("ide", "list", "--json").stdout) == {"address": "192.0.2.7", "name": "Küche"}
    settings = windows.local_app_data().parent / "Roaming/otaru/boards.txt"
    assert "Küche" in settings.read_text(encoding="utf-8")
    windows.run("ide", "remove", "Küche")
