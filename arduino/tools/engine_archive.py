"""Makes the archive of the Arduino library: one object that shows nothing but otaru_engine_*.

All archives are linked with `ld -r` into one object, from which the linker drops what no otaru_engine_* function
reaches; sections stay apart, so that a sketch's link drops more (--gc-sections). Then every other symbol is made local:
the Mbed TLS inside can never meet the one that the AmebaD package links. Refused are
- an undefined symbol other than memcpy, memmove, memset, memcmp, __aeabi_* and strlen, which Mbed TLS calls;
- a global symbol that is not otaru_engine_*, or one of the header's that is missing;
- anything that runs before or after main, and groups of sections, which could meet others' of the same name.
"""

import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))

import m33_binary  # noqa: E402
from m33_binary import Refused  # noqa: E402
from prove_freestanding import ALLOWED, AROUND_MAIN, THREAD_LOCAL  # noqa: E402

PUBLIC = re.compile(r"otaru_engine_\w+")


def declared(header):
    """The functions that the header declares."""
    with open(header, encoding="utf-8") as text:
        return sorted(set(re.findall(r"\b(otaru_engine_\w+)\(", re.sub(r"/\*.*?\*/", "", text.read(), flags=re.S))))


def check(prefix, path, functions):
    """Refuses an object that could meet others' symbols, or that asks for more than a board has."""
    foreign = [s for s in m33_binary.undefined_symbols(prefix, path) if not ALLOWED.fullmatch(s) and s != "strlen"]
    if foreign:
        raise Refused(f"the archive asks for {', '.join(m33_binary.demangle(prefix, foreign))}")
    shown = set()
    for line in m33_binary.run(f"{prefix}nm", "--extern-only", "--defined-only", path).splitlines():
        if len(line.split()) == 3:
            shown.add(line.split()[2])
    strangers = sorted(s for s in shown if not PUBLIC.fullmatch(s))
    if strangers:
        raise Refused(f"the archive shows {', '.join(strangers[:5])}: only otaru_engine_* may be global")
    missing = sorted(set(functions) - shown)
    if missing or not functions:
        raise Refused(f"the header declares {', '.join(missing) or 'nothing'}, which the archive lacks")
    for section in m33_binary.loaded_sections(prefix, path):
        if section.size and (AROUND_MAIN.match(section.name) or THREAD_LOCAL.match(section.name)):
            raise Refused(f"section {section.name} has {section.size} bytes: nothing may run around main")
    if re.search(r" GROUP +[0-9a-f]", m33_binary.run(f"{prefix}readelf", "-SW", path)):
        raise Refused("the archive has groups of sections, which a sketch's could take the place of")


def make(prefix, archives, functions, output):
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "otaru.o")
        roots = [f"--undefined={name}" for name in functions]
        m33_binary.run(f"{prefix}ld", "-r", "--gc-sections", "--force-group-allocation", *roots,
                       "--start-group", *archives, "--end-group", "-o", whole)
        m33_binary.run(f"{prefix}objcopy", *[f"--keep-global-symbol={name}" for name in functions],
                       "--strip-unneeded", "--remove-section=.comment", whole)
        check(prefix, whole, functions)
        if os.path.exists(output):
            os.remove(output)
        m33_binary.run(f"{prefix}ar", "rcsD", output, whole)
        text = sum(s.size for s in m33_binary.loaded_sections(prefix, whole) if not s.writable)
        needs = " ".join(m33_binary.undefined_symbols(prefix, whole))
    return [f"{os.path.basename(output)}: one object, {text} bytes of text in all, shows {len(functions)} functions,"
            f" needs {needs}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", default="arm-none-eabi-", help="of the binutils")
    parser.add_argument("--header", required=True, help="otaru_engine.h: what it declares is shown")
    parser.add_argument("--output", required=True)
    parser.add_argument("--report", help="file that keeps the printed line")
    parser.add_argument("archives", nargs="+")
    args = parser.parse_args()
    return m33_binary.finish(lambda: make(args.prefix, args.archives, declared(args.header), args.output), args.report)


if __name__ == "__main__":
    sys.exit(main())
