"""What the end-to-end tests share."""

import os
import pathlib

import pytest


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
