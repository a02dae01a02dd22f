"""What the tests of this folder share."""

import pytest

from lan_fixtures import announcer, desk, lan, namespaces  # noqa: F401  (pytest finds them here)


@pytest.fixture
def board_host(lan):  # noqa: F811
    return lan.host("board")
