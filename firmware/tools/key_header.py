"""Writes a board's public keys as a C++ header: key_header.py KEY.pub... -o keys.hpp. Keys are PEM, P-256."""

import argparse
import base64


def point(path):
    """X then Y, 64 bytes: the end of a SubjectPublicKeyInfo (RFC 5480, section 2)."""
    with open(path, encoding="ascii") as file:
        return base64.b64decode("".join(line for line in file.read().splitlines() if "-" not in line))[-64:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keys", nargs="+", metavar="KEY.pub")
    parser.add_argument("-o", "--output", required=True, metavar="keys.hpp")
    args = parser.parse_args()
    rows = ",\n    ".join("{" + ", ".join(f"0x{byte:02x}" for byte in point(key)) + "}" for key in args.keys)
    with open(args.output, "w", encoding="ascii") as file:
        file.write("// Made by firmware/tools/key_header.py.\n#pragma once\n\nnamespace otaru::firmware {\n\n"
                   f"inline constexpr unsigned char kKeys[][64] = {{\n    {rows}}};\n\n}}  // namespace otaru::firmware\n")


if __name__ == "__main__":
    main()
