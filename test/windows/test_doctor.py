"""`otaru.exe doctor` on loopback: it comes to its end, and sees a board that is there and one that is not."""

import json


def checks_of(result):
    *checks, summary = [json.loads(line) for line in result.stdout.splitlines()]
    assert summary["event"] == "summary" and summary["exit"] == result.returncode
    assert checks, "it looked at nothing"
    return {check["check"]: check["verdict"] for check in checks}


def test_it_tells_a_board_that_listens_from_one_that_is_not_there(windows, board):
    board.wait_for("announced as")
    there = checks_of(windows.run("doctor", board.name, "--interface", "lo", "--json", code=None))
    nobody = checks_of(windows.run("doctor", f"Nobody-{board.name}", "--interface", "lo", "--json", code=None))
    assert there != nobody
    assert "wrong" in nobody.values()
