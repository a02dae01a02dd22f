"""`otaru.exe flash` and `monitor` without a serial port: wine has none. What they do with one is tested on Linux only."""

import pytest

from images import image2


@pytest.mark.parametrize("command", [["flash"], ["flash", "read"], ["flash", "verify"], ["monitor"]], ids=" ".join)
def test_the_usage_is_shown(windows, command):
    shown = windows.run(*command, "--help").stdout
    assert "--port" in shown and "--baud" in shown


def test_a_port_that_is_not_there_is_named(windows, workdir):
    (workdir / "image").write_bytes(image2(seed=61))
    (workdir / "loader").write_bytes(bytes(range(256)) * 16)  # no board will ever run it
    for command in (["monitor"], ["flash", "--sketch", "image", "--loader", "loader"]):
        result = windows.run(*command, "--port", "COM77", code=None)
        assert result.returncode in (2, 3), result.stderr
        assert "COM77" in result.stderr
