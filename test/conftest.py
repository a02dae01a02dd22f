"""What the end-to-end tests share."""

import itertools
import os
import pathlib
import subprocess

import pytest

import images
import seals
from virtual_board import Board

file_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def otaru():
    """Path of the built program: ctest names it in OTARU; by hand, the one that `make` built."""
    root = pathlib.Path(__file__).resolve().parent.parent
    program = pathlib.Path(os.environ.get("OTARU") or root / "build/release/otaru")
    if not program.is_file():
        pytest.fail(f"{program} is not built: run `make`", pytrace=False)
    return program


@pytest.fixture
def workdir(tmp_path, monkeypatch):
    """An empty folder of the test's own, which is the current one while it runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def make_board(otaru, tmp_path):
    """Makes virtual boards that the test starts; they end with it."""
    made = []

    def make(**options):
        made.append(Board(otaru, tmp_path, **options))
        return made[-1]

    yield make
    for board in made:
        if board.process:
            board.cut_power()


@pytest.fixture
def board(make_board):
    """A running virtual board, with an image in OTA1."""
    return make_board().start(images.image2(seed=0))


@pytest.fixture
def push(otaru, tmp_path):
    """Pushes bytes to a board by the program; gives exit code, stdout and stderr."""
    def push_bytes(content, board, *options, check=True):
        file = tmp_path / f"push-{next(file_numbers)}.bin"
        file.write_bytes(content)
        result = subprocess.run([otaru, "push", file, "--to", f"127.0.0.1:{board.port}", *options], capture_output=True,
                                text=True, timeout=60)
        assert result.returncode == 0 or not check, result.stdout + result.stderr
        return result

    return push_bytes


@pytest.fixture(scope="session")
def keys(otaru, tmp_path_factory):
    """A folder with the keys `old`, `new` and `stranger`, made by the program, each with its .pub."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("old", "new", "stranger"):
        seals.run(otaru, "key", "new", folder / name)
    return folder


@pytest.fixture
def seal(otaru, keys, tmp_path):
    """Seals bytes by the program and gives the sealed bytes."""
    def seal_bytes(content, *more, key="old", version="1.4.0", counter=7, board=seals.BOARD):
        file = tmp_path / f"seal-{next(file_numbers)}.bin"
        file.write_bytes(content)
        seals.run(otaru, "seal", file, "--key", keys / key, "--firmware-version", version, "--counter", counter,
                  "--board", board, *more)
        return file.read_bytes()

    return seal_bytes
