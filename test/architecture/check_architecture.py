"""check_architecture.py ROOT: are the parts and floors as ARCHITECTURE.md draws them? Lists every breach.

Dependencies point one way, between parts and inside core between floors; core has no feature switches and a short
list of standard headers; every file can be read at one sitting.
"""

import pathlib
import re
import sys

# What each part may include besides itself. core is the board's logic; os is what differs between operating systems, in core's words;
# mbed puts Mbed TLS behind core's seam; net is sockets; all of it points down.
PARTS = {
    "core": set(),
    "os": {"core"},
    "mbed": {"core", "os"},
    "net": {"core", "os"},
    "board": {"core", "os", "mbed", "net"},
    "arduino": {"core", "mbed"},
    "firmware": {"core", "arduino"},
    "host": {"core", "os", "mbed", "net"},
    "cli": {"core", "os", "mbed", "net", "board", "host"},
}
# A folder of a part that may include more: sketches on the virtual board stand on what it stands on.
WIDER = {("arduino", "host"): {"os", "net", "board"}}
# These cross parts on purpose.
ACROSS = {"test", "fuzz", "bench"}
# A seam of core is tested with what stands behind it on boards.
TESTS_MAY_USE = {"core": {"mbed"}}
# Folders of a part that stand on more of the house than the rest of it.
FOLDERS_MAY_USE = {
    ("arduino", "engine", "test"): {"board"},  # its flash
    ("firmware", "test"): {"mbed"},  # the contract of crypto, on the guest
    ("arduino", "host"): {"board", "net", "os"},  # sketches on the virtual board
}
# Code that breaks the rules of core on purpose, for the freestanding proof to refuse.
REFUSED = ("core", "proof", "refused")

# Inside core a module may include its own headers and those of the floors below.
FLOORS = {
    "bytes": 0, "status": 0, "result": 0,
    "flash": 1, "crypto": 1,
    "image": 2, "mdns": 2,
    "boot": 3,
    "update": 4,
    "push": 5,
    "c": 6,
}

# Headers without heap, exceptions, I/O, clock or threads.
CORE_STANDARD_HEADERS = {
    "algorithm", "array", "bit", "concepts", "cstddef", "cstdint", "cstring", "initializer_list", "iterator", "limits",
    "new",  # placement new; the freestanding proof refuses the other
    "numeric", "optional", "span", "string_view", "tuple", "type_traits", "utility", "variant",
    "stddef.h", "stdint.h", "stdbool.h",  # of the C boundary
}

CODE = {".cpp", ".hpp", ".c", ".h"}
SOURCES = CODE | {".py", ".cmake", ".sh"}
MAX_LINES = 400

INCLUDE = re.compile(r"""^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")""")
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b(.*)")
CPLUSPLUS = re.compile(r"\s*(def)?\s*(defined)?\s*\(?\s*__cplusplus\s*\)?\s*(//.*|/\*.*\*/\s*)?")


def owner(include):
    """(part, module) of an <otaru/...> path; the module only inside core, None if there is no such place."""
    words = include.split("/")
    if words[1] in PARTS and words[1] != "core":
        return words[1], None
    module = words[1].split(".")[0]
    return ("core", module) if module in FLOORS else (None, None)


def module_of(path):
    """The module of a file of core, from core/{include/otaru,src,test}/<module>/... or <module>.hpp; or None."""
    words = path.parts[3:] if path.parts[1:3] == ("include", "otaru") else path.parts[2:]
    module = words[0].split(".")[0].removesuffix("_test") if words else None
    return module if module in FLOORS else None


def check_include(path, include):
    """Why the file `path` (relative to the root) may not include <include>, or None."""
    part = path.parts[0]
    tests = path.parts[1:2] == ("test",)
    if part not in PARTS or path.parts[:3] == REFUSED:
        return None
    if not include.startswith("otaru/"):
        if part == "core" and not tests and include not in CORE_STANDARD_HEADERS:
            return f"core may not include <{include}>: only {', '.join(sorted(CORE_STANDARD_HEADERS))}"
        return None
    target, module = owner(include)
    if target is None:
        return f"<{include}> is of no part or module: name it in the table of this check"
    if tests and target in TESTS_MAY_USE.get(part, ()):
        return None
    if any(path.parts[:len(folder)] == folder and target in more for folder, more in FOLDERS_MAY_USE.items()):
        return None
    may_use = PARTS[part] | WIDER.get(path.parts[:2], set())
    if target != part and target not in may_use:
        return f"{part} may not include <{include}>: it may use only {', '.join(sorted(may_use)) or 'itself'}"
    mine = module_of(path)
    if part == "core" and mine and mine != module:
        # The words of floor 0 may use each other; above it, a neighbour is out of reach.
        highest = 0 if FLOORS[mine] == 0 else FLOORS[mine] - 1
        if FLOORS[module] > highest:
            return f"{mine} (floor {FLOORS[mine]}) may not include <{include}> (floor {FLOORS[module]})"
    return None


def check_quoted(path, include):
    if ".." in include.split("/"):
        return f'"{include}" climbs out of its folder: include it by its name, <otaru/...>'
    if include.startswith("otaru/"):
        return f'"{include}" is a name, not a neighbour: write <{include}>'
    return None


def is_guard(path, lines, number):
    """True for the include guard of a C header, which has to be valid C99: `#ifndef X`, then `#define X`."""
    guard = re.fullmatch(r"#ifndef (\w+_H)", lines[number - 1])
    return path.suffix == ".h" and guard and number < len(lines) and lines[number] == f"#define {guard[1]}"


def check_file(path, text):
    """Every breach in one file, as (line, reason)."""
    breaches = []
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        breaches.append((len(lines), f"{len(lines)} lines, over {MAX_LINES}: split it by idea"))
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            breaches.append((number, "a tab"))
        if path.suffix not in CODE:
            continue
        include = INCLUDE.match(line)
        if include:
            reason = check_include(path, include[1]) if include[1] else check_quoted(path, include[2])
            if reason:
                breaches.append((number, reason))
        condition = CONDITION.match(line)
        in_core = path.parts[0] == "core" and path.parts[1:2] != ("test",)
        if in_core and condition and not CPLUSPLUS.fullmatch(condition[2]) and not is_guard(path, lines, number):
            breaches.append((number, "core has no feature switches: a value or a template argument instead"))
    return breaches


def sources(root):
    """Every source below `root`, relative to it; build trees and hidden folders are not sources."""
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        if inner.parts[0] == "build" or any(word.startswith(".") for word in inner.parts):
            continue
        if path.is_file() and (path.suffix in SOURCES or path.name == "CMakeLists.txt"):
            yield inner


def check_tree(root):
    """(number of files, breaches as text)."""
    breaches = []
    count = 0
    for path in sources(root):
        count += 1
        for line, reason in check_file(path, (root / path).read_text(encoding="utf-8")):
            breaches.append(f"{path}:{line}: {reason}")
    for part in PARTS:
        if not (root / part).is_dir():
            breaches.append(f"{part}/: a part of the table that does not exist")
    for folder in sorted(p.name for p in root.iterdir() if p.is_dir()):
        if folder not in PARTS and folder not in ACROSS and any((root / folder).rglob("*.cpp")) and folder != "build":
            if not folder.startswith("."):
                breaches.append(f"{folder}/: has C++ sources but is not in the table of this check")
    return count, breaches


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    count, breaches = check_tree(pathlib.Path(sys.argv[1]))
    print("\n".join(breaches))
    print(f"{count} files, {len(breaches)} breaches")
    return 1 if breaches or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
