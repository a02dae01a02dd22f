"""Proves that an archive needs nothing that a bare board does not have.

The whole archive is linked alone with `ld -r --whole-archive`: unlike a link with --gc-sections this leaves no
function out. Refused are
- an undefined symbol other than memcpy, memmove, memset, memcmp and the ARM run-time helpers __aeabi_*. Of these
  __aeabi_atexit (a static destructor) and __aeabi_read_tp (thread-local storage) are refused too: a bare board
  has neither. Code that stands on a library may ask for that library's functions too (--calls);
- whatever runs before or after main, and statics that are constructed on first use;
- a stack frame over the limit, or one whose size is not known to the compiler.
"""

import argparse
import os
import re
import sys
import tempfile

import m33_binary
from m33_binary import Refused

ALLOWED = re.compile(r"memcpy|memmove|memset|memcmp|__aeabi_(?!atexit$|read_tp$|unwind_cpp_pr\d$)\w+")
AROUND_MAIN = re.compile(r"\.(preinit_array|init_array|fini_array|ctors|dtors|init|fini)(\.|$)")
THREAD_LOCAL = re.compile(r"\.t(data|bss)(\.|$)")


def users_of(prefix, symbol, objects):
    return [os.path.basename(o) for o in objects if symbol in m33_binary.undefined_symbols(prefix, o)]


def prove(prefix, archive, objects, max_frame, calls):
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "whole.o")
        m33_binary.run(f"{prefix}ld", "-r", "--whole-archive", archive, "-o", whole)
        sections = m33_binary.loaded_sections(prefix, whole)
        undefined = m33_binary.undefined_symbols(prefix, whole)
        defined = m33_binary.run(f"{prefix}nm", "--defined-only", whole)

    for section in sections:
        if AROUND_MAIN.match(section.name) and section.size:
            raise Refused(f"a static constructor or destructor: section {section.name} has {section.size} bytes")
        if THREAD_LOCAL.match(section.name) and section.size:
            raise Refused(f"thread-local storage: section {section.name} has {section.size} bytes")
    guard = re.search(r"\b_ZGV\S+", defined)
    if guard:
        raise Refused(f"a static constructor that runs on first use: {m33_binary.demangle(prefix, [guard[0]])[0]}")
    foreign = [symbol for symbol in undefined if not ALLOWED.fullmatch(symbol) and not re.fullmatch(calls, symbol)]
    if foreign:
        wanted = "; ".join(
            f"{name}, used by {', '.join(users_of(prefix, symbol, objects))}"
            for symbol, name in zip(foreign, m33_binary.demangle(prefix, foreign)))
        raise Refused(f"only memcpy, memmove, memset, memcmp and __aeabi_* may be asked of a board, not {wanted}")
    frame = m33_binary.largest_frame(objects, max_frame)

    text = sum(s.size for s in sections if not s.writable)
    needs = " ".join(undefined) or "nothing"
    return [
        f"{os.path.basename(archive)} stands {'on its library' if calls else 'alone'} on Cortex-M33: {len(objects)} sources, {text} bytes of text in all,"
        f" largest stack frame {frame.bytes} of {max_frame} bytes, needs {needs}"
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", required=True, help="of the binutils, e.g. arm-none-eabi-")
    parser.add_argument("--max-frame", type=int, required=True, help="bytes")
    parser.add_argument("--archive", required=True)
    parser.add_argument("--calls", default="", help="regular expression: what a library below provides")
    parser.add_argument("--report", help="file that keeps the printed line")
    parser.add_argument("objects", nargs="+", help="the archive's members, beside their .su files")
    args = parser.parse_args()
    return m33_binary.finish(lambda: prove(args.prefix, args.archive, args.objects, args.max_frame, args.calls),
                             args.report)


if __name__ == "__main__":
    sys.exit(main())
