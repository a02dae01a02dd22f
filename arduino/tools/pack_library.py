"""Packs the Arduino libraries as zip files that the IDE installs (Sketch > Include Library > Add .ZIP Library):
Otaru itself, and OTA, which lets sketches written for the stock library use it.

The same input gives the same bytes: files in order, one date, one mode. The precompiled archive goes into the folder
of every board's build.mcu, as the IDE looks for it there.
"""

import argparse
import pathlib
import re
import sys
import zipfile

# build.mcu of the AmebaD package's boards; one has a slash, and so is two folders.
MCUS = ["RTL8720DF", "RTL8720DN", "RTL8721DM", "RTL8722DM", "RTL8722DM/CSM"]
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file knows


class Refused(Exception):
    """Something does not fit; the text says what."""


def property_of(text, key):
    found = re.search(rf"^{key}=(.*)$", text, re.M)
    return found[1].strip() if found else None


def check_versions(library, version):
    """One version everywhere: of the project, of library.properties, of the header."""
    found = {"library.properties": property_of((library / "library.properties").read_text("utf-8"), "version")}
    header = library / "src" / "otaru_version.h"
    if header.exists():
        found["otaru_version.h"] = re.search(r'#define OTARU_VERSION "([^"]*)"', header.read_text("utf-8"))[1]
    for place, says in found.items():
        if says != version:
            raise Refused(f"{place} says version {says}, the project {version}: make them the same")


def content(library, licence, archive):
    """name in the zip -> bytes. The folder is named as the library, for the IDE installs it by that name."""
    name = property_of((library / "library.properties").read_text("utf-8"), "name")
    files = {f"{name}/{path.relative_to(library).as_posix()}": path.read_bytes()
             for path in library.rglob("*") if path.is_file()}
    for mcu in MCUS if archive else []:
        files[f"{name}/src/{mcu}/libOtaru.a"] = archive.read_bytes()
    files[f"{name}/LICENSE"] = licence.read_bytes()
    return files


def pack(library, licence, archive, version, output):
    check_versions(library, version)
    files = content(library, licence, archive)
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w") as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            packed.writestr(entry, files[name], compresslevel=9)
    return f"{output}: {len(files)} files, {output.stat().st_size} bytes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=pathlib.Path, required=True, help="its folder")
    parser.add_argument("--archive", type=pathlib.Path, help="libOtaru.a, if the library has one")
    parser.add_argument("--licence", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True, help="of the project")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the zip file")
    args = parser.parse_args()
    try:
        print(pack(args.library, args.licence, args.archive, args.version, args.output))
    except Refused as reason:
        print(f"refused: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
