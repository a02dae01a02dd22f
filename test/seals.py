"""Seals, read and built from docs/SPEC-seal.md alone: a second opinion on what the program writes."""

import hashlib
import struct
import subprocess
from dataclasses import dataclass

BOARD = "ameba_rtl8721d"
SIZE, SIGNED = 512, 448
MAGIC = b"OTARUSEA"
# magic, format, size, board, version, (2 unused), counter, length, not after, SHA-256, key id, key count, (12 unused)
FIELDS = struct.Struct("<8sII32s3H2xIIQ32s8sI12x")
KEYS_AT = 128


@dataclass(frozen=True)
class Seal:
    board: str
    version: tuple
    counter: int
    not_after: int
    length: int
    sha256: bytes
    key_id: bytes
    next_keys: tuple
    signature: bytes
    signed: bytes  # what the signature is over


def key_id(point):
    return hashlib.sha256(point).digest()[:8]


def read(image):
    """The seal at the end of `image`, or None. Everything that the format fixes is checked."""
    seal = image[-SIZE:]
    if len(image) <= SIZE or not seal.startswith(MAGIC):
        return None
    magic, form, size, board, *version, counter, length, not_after, sha256, key, count = FIELDS.unpack_from(seal)
    assert (form, size) == (1, SIZE) and count <= 4
    name = board.split(b"\0")[0]
    assert board == name.ljust(32, b"\0")
    keys = tuple(seal[KEYS_AT + 64 * i:KEYS_AT + 64 * (i + 1)] for i in range(count))
    assert seal[54:56] == bytes(2) and seal[116:128] == bytes(12)
    assert seal[KEYS_AT + 64 * count:SIGNED] == bytes(SIGNED - KEYS_AT - 64 * count)
    return Seal(name.decode(), tuple(version), counter, not_after, length, sha256, key, keys, signature=seal[SIGNED:],
                signed=seal[:SIGNED])


def unsigned(body, point, *, board, version, counter, not_after=0, next_keys=()):
    """The 448 bytes that a seal's signature is over."""
    fields = FIELDS.pack(MAGIC, 1, SIZE, board.encode(), *version, counter, len(body), not_after,
                         hashlib.sha256(body).digest(), key_id(point), len(next_keys))
    return (fields + b"".join(next_keys)).ljust(SIGNED, b"\0")


def openssl(*arguments, data=None):
    result = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, timeout=20)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


def point_of(pem_file):
    """X and Y of a public key file, by openssl."""
    return openssl("pkey", "-pubin", "-in", pem_file, "-outform", "DER")[-64:]


def der_number(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    raw = b"\0" + raw if raw[0] & 0x80 else raw
    return b"\x02" + bytes([len(raw)]) + raw


def der(signature):
    body = der_number(signature[:32]) + der_number(signature[32:])
    return b"\x30" + bytes([len(body)]) + body


def raw(der_signature):
    """r and s of a signature in DER, 32 bytes each."""
    r_size = der_signature[3]
    r = der_signature[4:4 + r_size]
    s = der_signature[6 + r_size:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (r, s))


def verifies(signed, signature, pem_file, folder):
    """Whether openssl finds the signature right."""
    (folder / "signed").write_bytes(signed)
    (folder / "signature").write_bytes(der(signature))
    return subprocess.run(["openssl", "dgst", "-sha256", "-verify", pem_file, "-signature", folder / "signature",
                           folder / "signed"], capture_output=True, timeout=20).returncode == 0


def run(otaru, *arguments, code=0):
    """Runs the program and expects its exit code."""
    result = subprocess.run([otaru, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert result.returncode == code, result.stdout + result.stderr
    return result
