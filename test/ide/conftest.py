"""A network of its own, a virtual board on it, and the real Arduino IDE with a small platform, for a whole module."""

import os
import pathlib
import shutil
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers"))

from arduino_ide import ArduinoIde, Screen, needed_programs  # noqa: E402
from network import Lan, reason_not_to  # noqa: E402


@pytest.fixture(scope="session")
def real_ide():
    missing = [name for name in needed_programs() if not shutil.which(name)]
    reason = reason_not_to() or (missing and f"not installed: {', '.join(missing)}")
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}; under CI these tests must run", pytrace=False)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def lan(real_ide, otaru):
    network = None
    try:
        announcer = pathlib.Path(os.environ.get("OTARU_TEST_ANNOUNCER") or otaru.parent / "net/otaru_test_announcer")
        network = Lan(otaru, announcer)
        yield network
    finally:
        if network:
            network.remove()


@pytest.fixture(scope="module")
def ide(lan, otaru, tmp_path_factory):
    """The IDE on a computer of the network, with our platform and without Otaru's set-up."""
    made = ArduinoIde(lan.host("desk"), tmp_path_factory.mktemp("ide"), otaru)
    yield made
    made.close()


@pytest.fixture(scope="module")
def screen(ide):
    made = Screen(ide.folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Where the pictures for the docs go: OTARU_PICTURES, else nowhere that lasts."""
    folder = pathlib.Path(os.environ.get("OTARU_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
