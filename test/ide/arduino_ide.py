"""The real Arduino IDE 1.8 under a test: a home of its own, a screen of its own, its command line and its window."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from network import Program

HERE = pathlib.Path(__file__).resolve().parent
VERSION, TOOLS_VERSION = "3.1.9", "1.1.3"
BOARD = "realtek:AmebaD:Ai-Thinker_BW16"
OPTIONS = {"EraseFlash": "Disable", "AutoUploadMode": "Disable", "StdLibInit": "Enable", "UploadBaudrate": "1500000"}
INDEX = "package_realtek_amebad_index.json"


def needed_programs():
    return ["arduino", "Xvfb", "openbox", "xdotool", "import", "convert", "arm-none-eabi-g++"]


def wait_until(condition, what, seconds=60, every=0.3):
    """Waits for a condition, generously; gives what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(every)
    pytest.fail(f"{what}: not within {seconds} s")


def end_group(process):
    """Ends a program with all that it has started (`arduino` is a script around java)."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


class ArduinoIde:
    """On a host of the network, with the test platform installed as the boards manager does it."""

    def __init__(self, host, folder, otaru):
        self.host, self.folder, self.otaru = host, folder, otaru
        self.home = folder / "home"
        self.data = self.home / ".arduino15"
        self.build = folder / "build"
        self.sketch = folder / "Blinky" / "Blinky.ino"
        self.package = self.data / "packages/realtek/hardware/AmebaD" / VERSION
        self.tools = self.data / "packages/realtek/tools/ameba_d_tools" / TOOLS_VERSION
        for needed in (self.sketch.parent, self.build, folder / "tmp", self.data):
            needed.mkdir(parents=True)
        shutil.copytree(HERE / "platform/hardware", self.package)
        shutil.copytree(HERE / "platform/tools", self.tools)
        shutil.copy(HERE / "platform" / INDEX, self.data)
        toolchain = self.data / "packages/realtek/tools/ameba_d_asdk_toolchain/1.0.1"
        toolchain.mkdir(parents=True)
        (toolchain / "bin").symlink_to(pathlib.Path(shutil.which("arm-none-eabi-g++")).parent)
        self.write_preferences()
        self.environment = dict(
            os.environ, HOME=str(self.home), NO_COLOR="1", LC_ALL="C.UTF-8",
            JAVA_TOOL_OPTIONS=f"-Duser.home={self.home} -Djava.io.tmpdir={folder / 'tmp'}")
        for name in ("DISPLAY", "OTARU_PASSWORD", "XDG_CONFIG_HOME", "ARDUINO_DIRECTORIES_DATA"):
            self.environment.pop(name, None)
        self.window = None

    def write_preferences(self, **more):
        settings = {"boardsmanager.additional.urls": f"https://example.org/{INDEX}", "update.check": "false",
                    "board": BOARD.split(":")[2], "target_package": "realtek", "target_platform": "AmebaD",
                    "build.path": self.build, "editor.languages.current": "en", **more}
        settings |= {f"custom_{name}": f"{settings['board']}_{value}" for name, value in OPTIONS.items()}
        (self.data / "preferences.txt").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def write_sketch(self, text):
        """A sketch whose binary has `text` in it."""
        self.sketch.write_text('#include "Arduino.h"\n\n'
                               f'volatile const char version[] = "{text}";\nvolatile char seen;\n\n'
                               "void setup() {\n}\n\nvoid loop() {\n  seen = version[0];\n}\n")

    def setup(self, command):
        """`otaru ide COMMAND` for this home."""
        result = subprocess.run([self.otaru, "ide", command, "--json"], env=self.environment, capture_output=True,
                                text=True, timeout=60)
        assert result.returncode == 0, result.stderr
        return result.stdout

    @property
    def image(self):
        """What the package's tool made in the last compilation."""
        return (self.tools / "km0_km4_image2.bin").read_bytes()

    def upload_by_command_line(self, address, **preferences):
        """`arduino --upload`. @return its exit code and all it said"""
        preferences = [word for name, value in ({"build.path": self.build} | preferences).items()
                       for word in ("--pref", f"{name}={value}")]
        options = ",".join(f"{name}={value}" for name, value in OPTIONS.items())
        process = subprocess.Popen(
            self.host.command("arduino", "--upload", "--board", f"{BOARD}:{options}", "--port", address,
                              *preferences, self.sketch),
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", start_new_session=True)
        try:
            said = process.communicate(timeout=150)[0]
            return process.returncode, said
        finally:
            end_group(process)

    def open_window(self, screen):
        self.window = Program(self.host.command("arduino", self.sketch), start_new_session=True,
                              env=self.environment | {"DISPLAY": screen.display})
        screen.find_window("Blinky | Arduino")

    def close(self):
        if self.window:
            end_group(self.window.process)
            self.window = None


class Screen:
    """A display without a monitor, with a window manager: without one java's windows get no keys."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Program(["Xvfb", "-displayfd", "1", "-screen", "0", "900x760x24", "-nolisten", "tcp"])
        self.display = ":" + self.server.wait_for(r"^\d+$", 30)
        self.environment = dict(os.environ, DISPLAY=self.display, HOME=str(folder / "home"))
        self.manager = Program(["openbox"], env=self.environment)
        self.window = None

    def run(self, *command, check=True):
        result = subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, timeout=60)
        assert result.returncode == 0 or not check, f"{command}: {result.stderr.decode(errors='replace')}"
        return result.stdout

    def find_window(self, title):
        def visible():
            return self.run("xdotool", "search", "--onlyvisible", "--name", title, check=False).split()
        self.window = wait_until(visible, f"a window '{title}'", 120)[-1].decode()
        self.run("xdotool", "windowsize", "--sync", self.window, 640, 620, check=False)
        self.run("xdotool", "windowmove", self.window, 230, 40)
        # Room for the console, by dragging what divides it from the editor; for the pictures alone.
        time.sleep(0.5)
        self.run("xdotool", "mousemove", 550, 561, "mousedown", 1, "mousemove", 550, 520, "mousemove", 550, 440,
                 "mousemove", 550, 420, "mouseup", 1)

    def press(self, *keys):
        """Keys for the window, one after another, at a person's pace: menus need their time to open."""
        self.run("xdotool", "windowactivate", "--sync", self.window)
        for key in keys:
            self.run("xdotool", "key", key)
            time.sleep(0.4)

    def picture(self, file):
        """The screen, without the black around it."""
        self.run("import", "-window", "root", self.folder / "screen.png")
        self.run("convert", self.folder / "screen.png", "-trim", "+repage", "-colors", 128, "-strip", file)
        return file

    def orange(self):
        """How many pixels have the colour of the IDE's bar after a failure."""
        self.run("import", "-window", "root", self.folder / "screen.png")
        pixels = self.run("convert", self.folder / "screen.png", "-depth", 8, "rgb:-")
        assert len(pixels) == 900 * 760 * 3
        return sum(pixels[i] > 200 and 50 < pixels[i + 1] < 110 and pixels[i + 2] < 40
                   for i in range(0, len(pixels), 3))

    def close(self):
        self.manager.stop()
        self.server.stop()
