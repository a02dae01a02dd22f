"""Fixtures of all tests on a network of their own: made anew for each, and removed also after failures."""

import os
import pathlib

import pytest

from network import Lan, reason_not_to


@pytest.fixture(scope="session")
def namespaces():
    reason = reason_not_to()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}; under CI these tests must run", pytrace=False)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def announcer(otaru):
    program = pathlib.Path(os.environ.get("OTARU_TEST_ANNOUNCER") or otaru.parent / "net/otaru_test_announcer")
    if not program.is_file():
        pytest.fail(f"{program} is not built: run `make`", pytrace=False)
    return program


@pytest.fixture
def lan(namespaces, otaru, announcer):
    """An empty network."""
    network = None
    try:
        network = Lan(otaru, announcer)
        yield network
    finally:
        if network:
            network.remove()


@pytest.fixture
def desk(lan):
    """The computer from which the boards are looked for."""
    return lan.host("desk")
