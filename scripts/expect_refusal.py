"""expect_refusal.py REASON -- COMMAND...: succeeds only if COMMAND exits with 1 and says REASON, a regular expression.

A check that fails for another reason (a missing file, a crash) has not shown that it refuses anything.
"""

import re
import subprocess
import sys


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    reason, command = sys.argv[1], sys.argv[3:]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    print(said, end="")
    if done.returncode != 1:
        print(f"expected a refusal (exit code 1), got exit code {done.returncode}")
        return 1
    if not re.search(reason, said):
        print(f"refused, but not because of: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
