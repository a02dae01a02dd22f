"""What is wrong with a command line is said by name, with exit code 2."""

import subprocess

import pytest


@pytest.mark.parametrize("words, said", [
    (["disover"], "Error: 'disover' is no command of otaru. The commands are: image, "),
    (["--nonsense"], "Error: '--nonsense' is no option of otaru."),
    (["ide", "lst"], "Error: 'lst' is no command of ide. The commands are: install, "),
    ([], "Error: A command of otaru is missing. The commands are: image, "),
    (["push"], "Error: FILE is required"),
    (["discover", "--nonsense"], "Error: The following argument was not expected: --nonsense"),
])
def test_a_wrong_command_line_is_told_what_is_wrong_and_what_there_is(otaru, words, said):
    result = subprocess.run([otaru, *words], capture_output=True, text=True, timeout=20)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(said), result.stderr
    assert "--help" in result.stderr
