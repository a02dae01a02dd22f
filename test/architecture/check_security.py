"""check_security.py ROOT: does every test exist that SECURITY.md names, and is no threat of its lists missing?

Each row of a table with three columns, the last of them "shown by", must name a test or a harness that exists, or say
in its last column that it is out of scope or not covered, and why.
"""

import pathlib
import re
import sys

RFC_9124 = """
IMG.EXPIRED IMG.EXPIRED.OFFLINE IMG.INCOMPATIBLE IMG.FORMAT IMG.LOCATION NET.REDIRECT NET.ONPATH IMG.REPLACE
IMG.NON_AUTH UPD.WRONG_PRECURSOR UPD.UNAPPROVED IMG.DISCLOSURE MFST.OVERRIDE MFST.EXPOSURE IMG.EXTRA KEY.EXPOSURE MFST.MODIFICATION
MFST.TOCTOU
"""
# What must have a row under which heading: the text before its first comma or colon.
LISTS = {
    "RFC 9124, section 4.2": ["THREAT." + name for name in RFC_9124.split()],
    "The attacks on TUF's list": [
        "arbitrary software installation", "rollback", "indefinite freeze", "endless data", "extraneous dependencies",
        "mix-and-match", "wrong software installation", "malicious mirrors preventing updates",
        "vulnerability to key compromise", "fast-forward", "slow retrieval"],
    "The attacks on Uptane's list": [
        "eavesdrop", "drop requests", "slow retrieval", "freeze", "partial bundle installation", "rollback",
        "endless data", "mixed bundles", "mix and match", "arbitrary software"],
    "What a stock board does wrong": [
        "header count x header length overflows the receive buffer", "more than 2 headers",
        "image length 0 erases on and on", "image length beyond the slot", "offset inside the header",
        "offset beyond the stream", "a short stream is taken for success", "wrong id",
        "bytes that sum right but are no image", "KM0 right and KM4 wrong",
        "the old signature is destroyed before the new image ever ran",
        "a connection that sends nothing blocks for ever", "a port scan ends the listener", "reset without FIN",
        "one byte at a time", "two uploaders at once", "a second update right after the first",
        "a newer image refused by an older board"],
}
GTEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.M)
PYTEST = re.compile(r"^def (test_\w+)\(", re.M)
EXCUSE = re.compile(r"\*\*(Out of scope|Not covered):\*\* \S+ \S+")


def gtests(root):
    """Suite.Name of every GoogleTest in the parts' test folders."""
    names = set()
    for path in root.glob("**/*_test.cpp"):
        if path.relative_to(root).parts[0] != "build":
            names.update(f"{suite}.{name}" for suite, name in GTEST.findall(path.read_text(encoding="utf-8")))
    return names


def pytests(root):
    """file.py::test of every end-to-end test and test with peers."""
    names = set()
    for folder in ("e2e", "peers"):
        for path in (root / "test" / folder).glob("test_*.py"):
            names.update(f"{path.name}::{test}" for test in PYTEST.findall(path.read_text(encoding="utf-8")))
    return names


def harnesses(root):
    return {f"fuzz/{path.name}" for path in (root / "fuzz").glob("*.cpp")}


def rows(text):
    """(line number, heading, first column, last column) of every row of a table that ends in "shown by"."""
    heading, wanted = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            heading, wanted = line.lstrip("# "), False
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            wanted = False
        elif cells[-1] == "shown by":
            wanted = True
        elif wanted and not set(cells[0]) <= set("-: "):
            yield number, heading, cells[0], cells[-1]


def check(text, known):
    """(number of rows, number of tests named, faults as text)."""
    faults, named, found = [], 0, {}
    count = 0
    for number, heading, threat, shown in rows(text):
        count += 1
        found.setdefault(heading, []).append(re.split(r"[,:] ", threat)[0])
        tests = re.findall(r"`([^`]+)`", shown) if not EXCUSE.match(shown) else []
        named += len(tests)
        if not tests and not EXCUSE.match(shown):
            faults.append(f"line {number}: {threat}: neither a test nor a reason")
        faults += [f"line {number}: {test}: there is no such test" for test in tests if test not in known]
    for heading, threats in LISTS.items():
        missing = [threat for threat in threats if threat not in found.get(heading, [])]
        faults += [f"{heading}: no row for {threat}" for threat in missing]
    return count, named, faults


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(sys.argv[1])
    known = gtests(root) | pytests(root) | harnesses(root)
    count, named, faults = check((root / "SECURITY.md").read_text(encoding="utf-8"), known)
    print("\n".join(faults))
    print(f"{count} rows name {named} tests of {len(known)}, {len(faults)} faults")
    return 1 if faults or count == 0 or named == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
