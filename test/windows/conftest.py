"""The Windows build under wine, in a prefix of its own that is made once a session. No display is needed."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PREFIX = ROOT / "build/wine-prefix"
# Neither Mono nor Gecko, which it would offer to download, and nothing of wine's own on stderr.
SETTINGS = {"WINEPREFIX": str(PREFIX), "WINEDLLOVERRIDES": "mscoree=;mshtml=", "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8"}


class Windows:
    """Runs otaru.exe, as Windows would."""

    def __init__(self, program, environment):
        self.program, self.environment = program, environment

    def command(self, *arguments):
        return ["wine", str(self.program), *map(str, arguments)]

    def run(self, *arguments, code=0, text=True, **more):
        """One run of the program that must end with `code`, if it is given. Names of files may be Linux's, relative ones best."""
        environment = {**self.environment, **more.pop("environment", {})}
        result = subprocess.run(self.command(*arguments), capture_output=True, timeout=120, env=environment,
                                stdin=more.pop("stdin", subprocess.DEVNULL), **more)
        if text:
            result.stdout, result.stderr = (stream.decode("utf-8") for stream in (result.stdout, result.stderr))
        assert code is None or result.returncode == code, f"{result.returncode}: {result.stdout} {result.stderr}"
        return result

    def anywhere(self, *words):
        """A command that runs a program of Windows, this one or another, whatever the environment."""
        settings = [f"{name}={self.environment[name]}" for name in SETTINGS]
        return ["env", *settings, "wine", *map(str, words)]

    def local_app_data(self):
        """%LOCALAPPDATA% of the person whom wine makes up, as this machine calls the folder."""
        [folder] = [found for found in PREFIX.glob("drive_c/users/*/AppData/Local") if "Public" not in found.parts]
        return folder

    def path(self, path):
        """What Windows calls a file of this machine."""
        result = subprocess.run(["wine", "winepath", "-w", str(path)], capture_output=True, text=True, timeout=60,
                                env=self.environment, check=True)
        return result.stdout.strip()


@pytest.fixture(scope="session")
def windows():
    program = pathlib.Path(os.environ.get("OTARU_EXE") or ROOT / "build/windows/otaru.exe")
    if not program.is_file():
        pytest.fail(f"{program} is not built: run `make windows`", pytrace=False)
    if not shutil.which("wine"):
        pytest.fail("wine is missing: run `make`, which installs it", pytrace=False)
    shutil.rmtree(PREFIX, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "OTARU_PASSWORD")}
    environment |= SETTINGS
    subprocess.run(["wine", "wineboot", "--init"], env=environment, capture_output=True, timeout=300, check=True)
    # One program that stays, so that wine's servers need not start for each run.
    # It also keeps the servers from inheriting a pipe that a test waits for the end of.
    stays = subprocess.Popen(["wine", "cmd", "/c", "pause"], env=environment, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    stays.stdout.read(1)  # it runs
    yield Windows(program, environment)
    stays.stdin.write(b"\r\n")
    stays.stdin.close()
    subprocess.run(["wine", "wineboot", "--end-session", "--shutdown"], env=environment, capture_output=True, timeout=120,
                   check=False)
    stays.wait(timeout=60)
