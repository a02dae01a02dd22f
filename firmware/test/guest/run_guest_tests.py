"""Runs a program of GoogleTest on QEMU's Cortex-M33 and judges what it says.

Good is: every test that ran has passed, the program ended by itself with exit code 0, and of each suite in --at-least
that many tests passed. Words behind `--` are GoogleTest's, such as --gtest_filter=...

With --own-time the machine's time is made of its instructions (-icount): one takes 32 ns, and a machine that sleeps is
woken at once. So a busy computer changes nothing. Without, it is the computer's, and the emulator is quicker.
"""

import argparse
import re
import subprocess
import sys

LIMIT_S = 240


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qemu", required=True, help="qemu-system-arm")
    parser.add_argument("--program", required=True)
    parser.add_argument("--at-least", action="append", required=True, metavar="SUITE=COUNT",
                        help="tests of this suite, in all of its instances, that have to pass")
    parser.add_argument("--own-time", action="store_true", help="time is made of instructions")
    parser.add_argument("words", nargs="*", help="for GoogleTest, after `--`")
    return parser.parse_args()


def emulate(args):
    """What the program printed, which is shown as it comes; its exit code, or None if it did not end."""
    words = "".join(f",arg={word}" for word in ["guest", *args.words])
    command = [args.qemu, "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "none", "-nic", "none",
               *(["-icount", "shift=5,sleep=off"] if args.own_time else []),
               "-semihosting-config", f"enable=on,target=native{words}", "-kernel", args.program]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired as broken:
        return (broken.stdout or b"").decode(errors="replace"), None
    return done.stdout, done.returncode


def suite_of(test):
    """`Contract` of `Contract.Test`, `Instance/Contract.Test/0` and `Instance/Contract/0.Test`."""
    words = test.split(".")[0].split("/")
    return words[1] if len(words) > 1 else words[0]


def faults(said, code, wanted):
    """Why this run is not good, as lines; and how many tests passed."""
    passed = re.findall(r"(?m)^\[       OK \] (\S+)", said)
    found = []
    if code is None:
        found.append(f"the program did not end within {LIMIT_S} s")
    elif code != 0:
        found.append(f"the program ended with exit code {code}")
    summary = re.search(r"(?m)^\[  PASSED  \] (\d+) tests?\.", said)
    if not summary or int(summary[1]) != len(passed):
        found.append(f"{len(passed)} tests passed, and GoogleTest says {summary[1] if summary else 'nothing'}")
    suites = [suite_of(test) for test in passed]
    for entry in wanted:
        suite, least = entry.split("=")
        if suites.count(suite) < int(least):
            found.append(f"{suite}: {suites.count(suite)} tests passed, not {least}")
    return found, len(passed)


def main():
    args = arguments()
    said, code = emulate(args)
    print(said)
    found, passed = faults(said, code, args.at_least)
    print("\n".join(found) if found else f"{passed} tests passed on the emulated Cortex-M33")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
