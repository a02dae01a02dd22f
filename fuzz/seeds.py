"""Writes the corpora of the harnesses for what stands in flash and for the words of a board: small inputs by name.

Run it in the root of the tree after a change: `python3 fuzz/seeds.py`. Its inputs are committed; other files in those
folders (found by libFuzzer and kept because they reach something new) are left alone.
"""

import pathlib

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
OTA1, OTA2 = 0, 1


def write(harness, seeds):
    folder = CORPUS / harness
    folder.mkdir(exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content)


# ---- The record sector: settings, then the sector from its start.

MAGIC, KNOWN, CHECK = 2, 4, 8
WHOLE = MAGIC | KNOWN | CHECK
ZEROS = bytes(16)
CONFIRMED = bytes.fromhex("4f6ba53c5ac369960ff033cc55aa1ee1")


def sector(*pieces):
    """Bytes at offsets, 0xFF between them."""
    content = b""
    for at, piece in pieces:
        content = content.ljust(at, b"\xff") + piece
    return content


def mark(number):
    """Where a mark stands: 0 to 7 tried, 8 confirmed, 9 rejected, 10 writing."""
    return 256 + 16 * number


write("trial_record", {
    "blank": bytes([0]),
    "pending-in-ota1": bytes([WHOLE]),
    "pending-in-ota2": bytes([WHOLE | 1]),
    "unknown-image": bytes([MAGIC | CHECK]) + sector((8, b"\1\0\0\0\0\x20\0\0")),
    "wrong-check": bytes([MAGIC | KNOWN]),
    "wrong-magic": bytes([KNOWN | CHECK]),
    "later-format": bytes([KNOWN | CHECK]) + b"OTTR\2\0\0\0",
    "length-0": bytes([MAGIC | CHECK]) + sector((12, bytes(4))),
    "length-of-the-slot": bytes([MAGIC | CHECK]) + sector((12, b"\0\x50\0\0")),
    "remembers-another": bytes([WHOLE]) + sector((64, bytes(range(32)))),
    "tried": bytes([WHOLE]) + sector((mark(0), ZEROS)),
    "tried-8": bytes([WHOLE]) + sector(*((mark(number), ZEROS) for number in range(8))),
    "tried-with-a-gap": bytes([WHOLE]) + sector((mark(2), ZEROS)),
    "torn-try": bytes([WHOLE]) + sector((mark(0) + 9, b"\xf7")),
    "confirmed": bytes([WHOLE]) + sector((mark(8), CONFIRMED)),
    "half-confirmed": bytes([WHOLE]) + sector((mark(8), CONFIRMED[:-1])),
    "rejected": bytes([WHOLE | 1]) + sector((mark(9), ZEROS)),
    "rejected-by-a-bit": bytes([WHOLE]) + sector((mark(9) + 15, b"\xfe")),
    "confirmed-and-rejected": bytes([WHOLE]) + sector((mark(8), CONFIRMED), (mark(9), ZEROS)),
    "writing": bytes([WHOLE]) + sector((mark(10), ZEROS)),
    "rejected-and-writing": bytes([WHOLE]) + sector((mark(9), ZEROS), (mark(10) + 3, b"\xef")),
    "marks-without-a-record": bytes([0]) + sector((mark(8), CONFIRMED)),
    "writing-without-a-record": bytes([0]) + sector((mark(10), ZEROS)),
    "zeros": bytes([0]) + bytes(432),
    "text": bytes([0]) + b"a sketch that used the last sector of its slot for itself",
})

# ---- The Backup sector: settings, then the sector from its start.

write("backup_header", {
    "in-use-by-others": bytes([0]),
    "copy": bytes([3]),
    "copy-without-a-header": bytes([1]),
    "copy-of-something-else": bytes([2]) + b"\xff" * 8 + b"something else",
    "header-of-zeros": bytes([0]) + bytes(8),
    "name-alone": bytes([0]) + b"\2OTB\xff\xff\xff\xff",
    "blank-header": bytes([1]) + b"\xff" * 8,
    "half-cleared-by-a-bit": bytes([5, 1]),
    "half-cleared": bytes([5, 0x5A]),
    "cleared": bytes([5, 0xFF]),
    "cleared-but-for-the-check": bytes([1]) + bytes(4) + b"\x12\x34\x56\x78",
})

# ---- The start code: settings, then operations on the flash.

BLANK, FIRST, SECOND, DAMAGED = range(4)
SET, CLEARED, UNSET, HALF_SET = range(4)
CONFIRMS, CRASHES, REJECTS, CONFIRMS_LATER = range(4)


def board(ota1, ota2, *operations, tries=3, manner=CONFIRMS, fails_at=0):
    """@param ota1, ota2  (image, signature)"""
    images = ota1[0] | ota2[0] << 2 | ota1[1] << 4 | ota2[1] << 6
    return bytes([images, tries - 1 | manner << 3, fails_at, 0]) + b"".join(operations)


def record(slot, image=FIRST):
    return bytes([1 | slot << 3 | (image == SECOND) << 4, 1])


def marked(slot, number):
    return bytes([2 | slot << 3 | number << 4])


def tried(slot, count):
    return b"".join(marked(slot, number) for number in range(count))


def raw(slot, at, content):
    return bytes([0 | slot << 3 | len(content) - 1 << 4, at // 2]) + content


def backup(image=FIRST):
    return bytes([3 | (image == SECOND) << 4])


def raw_backup(at, content):
    return bytes([4 | len(content) - 1 << 4, at & 0xFF, at >> 8]) + content


BACKUP_HEADER = bytes([5])
RECORD_CHECK = bytes([7])


def first_sector(slot, image=BLANK, half=False):
    return bytes([6 | slot << 3 | image << 4 | half << 7])


IS_CONFIRMED, IS_REJECTED, WRITING = 8, 9, 10
TRIAL_IN_OTA2 = ((FIRST, SET), (SECOND, SET), record(OTA2, SECOND))
TRIAL_IN_OTA1 = ((SECOND, SET), (FIRST, CLEARED), record(OTA1, SECOND), record(OTA2), marked(OTA2, IS_CONFIRMED))
ROLLED_BACK = (record(OTA1, SECOND), marked(OTA1, IS_REJECTED), record(OTA2), backup())

starts = {
    "by-serial": board((FIRST, SET), (BLANK, UNSET)),
    "by-serial-over-an-update": board((FIRST, SET), (SECOND, CLEARED), record(OTA2, SECOND)),
    "dead": board((FIRST, CLEARED), (BLANK, UNSET)),
    "hangs-in-the-boot-loader": board((FIRST, SET), (BLANK, SET)),
    "confirmed": board((FIRST, SET), (SECOND, SET), record(OTA2, SECOND), marked(OTA2, IS_CONFIRMED)),
    "record-of-another-image": board((FIRST, SET), (SECOND, SET), record(OTA2, FIRST)),
    "commit-of-ota2-cut": board((FIRST, SET), (SECOND, UNSET), record(OTA2, SECOND)),
    "commit-of-ota2-torn": board((FIRST, SET), (SECOND, HALF_SET), record(OTA2, SECOND)),
    "commit-of-ota1-cut": board((SECOND, UNSET), (FIRST, SET), record(OTA1, SECOND)),
    "commit-over-a-bad-signature": board((FIRST, SET), (SECOND, CLEARED), record(OTA2, SECOND)),
    "commit-of-a-damaged-image": board((FIRST, SET), (DAMAGED, UNSET), record(OTA2)),
    "both-pending": board((FIRST, SET), (SECOND, SET), record(OTA1), record(OTA2, SECOND), manner=CRASHES),
    "ota1-confirms": board(*TRIAL_IN_OTA1),
    "ota1-crashes": board(*TRIAL_IN_OTA1, manner=CRASHES),
    "ota1-rejects-itself": board(*TRIAL_IN_OTA1, manner=REJECTS, tries=8),
    "ota2-confirms": board(*TRIAL_IN_OTA2),
    "ota2-confirms-later": board(*TRIAL_IN_OTA2, manner=CONFIRMS_LATER),
    "ota2-crashes": board(*TRIAL_IN_OTA2, manner=CRASHES, tries=1),
    "ota2-rejects-itself": board(*TRIAL_IN_OTA2, manner=REJECTS),
    "ota2-out-of-tries": board(*TRIAL_IN_OTA2, tried(OTA2, 8), tries=8),
    "ota2-stranded-on-damage": board((DAMAGED, SET), (SECOND, SET), record(OTA1), record(OTA2, SECOND), manner=CRASHES),
    "ota2-stranded-alone": board((BLANK, UNSET), (SECOND, SET), record(OTA2, SECOND), manner=CRASHES),
    "ota1-stranded-on-a-rejected-one": board(*TRIAL_IN_OTA1, marked(OTA2, IS_REJECTED), manner=CRASHES),
    "ota1-stranded-on-half-an-update": board(*TRIAL_IN_OTA1, marked(OTA2, WRITING), manner=CRASHES),
    "ota1-to-an-image-without-a-record": board((SECOND, SET), (FIRST, CLEARED), record(OTA1, SECOND), manner=CRASHES),
    "rejected-ota2-still-signed": board((FIRST, SET), (SECOND, SET), record(OTA2, SECOND), marked(OTA2, IS_REJECTED)),
    "rejected-ota1-still-signed": board((SECOND, SET), (FIRST, SET), record(OTA1, SECOND), marked(OTA1, IS_REJECTED)),
    "rejected-and-replaced-by-serial": board((FIRST, SET), (FIRST, SET), record(OTA1, SECOND),
                                                marked(OTA1, IS_REJECTED)),
    "roll-back-cut-before-the-sector": board((SECOND, SET), (FIRST, CLEARED), *ROLLED_BACK),
    "roll-back-cut-in-the-sector": board((SECOND, SET), (FIRST, UNSET), *ROLLED_BACK, first_sector(OTA2)),
    "roll-back-cut-half-way": board((SECOND, SET), (FIRST, UNSET), *ROLLED_BACK, first_sector(OTA2, BLANK, True)),
    "roll-back-cut-at-the-signature": board((SECOND, SET), (FIRST, HALF_SET), *ROLLED_BACK),
    "roll-back-cut-at-its-end": board((SECOND, SET), (FIRST, SET), *ROLLED_BACK, marked(OTA2, IS_CONFIRMED)),
    "roll-back-to-a-stranded-image-cut-at-its-end": board((SECOND, SET), (FIRST, SET), *ROLLED_BACK, tried(OTA2, 3)),
    "roll-back-from-another-copy": board((SECOND, SET), (FIRST, UNSET), *ROLLED_BACK, backup(SECOND)),
    "roll-back-from-a-changed-copy": board((SECOND, SET), (FIRST, UNSET), *ROLLED_BACK, raw_backup(80, b"changed"),
                                           BACKUP_HEADER),
    "backup-of-an-earlier-life": board((FIRST, SET), (SECOND, SET), record(OTA2, SECOND), backup()),
    "backup-half-cleared": board((FIRST, SET), (BLANK, UNSET), backup(), raw_backup(0, b"\2\0\0B")),
    "torn-marks": board(*TRIAL_IN_OTA2, raw(OTA2, 256 + 6, b"\xf7"), raw(OTA2, 384, CONFIRMED[:8]), manner=CRASHES),
    "any-record-with-a-right-check": board((FIRST, SET), (SECOND, SET), record(OTA1), raw(OTA1, 12, b"\x10\0\0\0"),
                                           RECORD_CHECK, manner=CRASHES),
}
for at in (1, 2, 3, 5, 8, 36, 37, 40, 70, 71, 72, 73, 74):
    starts[f"flash-fails-at-{at}-of-a-roll-back"] = board(*TRIAL_IN_OTA1, manner=REJECTS, tries=1, fails_at=at)
for at in (1, 2, 3, 4, 5):
    starts[f"flash-fails-at-{at}-of-a-commit"] = board((SECOND, UNSET), (FIRST, SET), record(OTA1, SECOND), fails_at=at)
    starts[f"flash-fails-at-{at}-of-a-trial"] = board(*TRIAL_IN_OTA2, manner=CRASHES, tries=1, fails_at=at)
    starts[f"flash-fails-at-{at}-of-the-end-of-a-roll-back"] = board((SECOND, SET), (FIRST, SET), *ROLLED_BACK,
                                                                     fails_at=at)
write("trial_start", starts)

# ---- The words of a board: the size of the pieces, a line of our own, what it sends.

write("board_words", {
    "silent": bytes([0, 0]),
    "update": bytes([7, 1]) + b"OTARU/1 progress 32 999\nOTARU/1 progress 999 999\n"
                              b"OTARU/1 ok slot=OTA2 version=0x01020304\n",
    "refusal": bytes([1, 2]) + b"OTARU/1 progress 32 999\r\nOTARU/1 error image_sum the image is not whole\r\n",
    "refusal-without-its-end": bytes([3, 5]) + b"OTARU/1 error busy wait",
    "ok-without-its-end": bytes([3, 4]) + b"OTARU/1 ok slot=OTA1",
    "ok-with-more-words": bytes([0, 8]) + b"OTARU/1 ok slot=OTA1 seal=none version=1.2.3\nOTARU/1 error late no\n",
    "ok-alone": bytes([0, 1]) + b"OTARU/1 ok\n",
    "error-without-a-code": bytes([0, 0]) + b"OTARU/1 error\nOTARU/1 error \n",
    "later-version": bytes([0, 0]) + b"OTARU/2 success\n",
    "progress-backwards": bytes([0, 3]) + b"OTARU/1 progress 99 100\nOTARU/1 progress 7 100\n"
                                          b"OTARU/1 progress 101 100\n",
    "progress-without-numbers": bytes([0, 6]) + b"OTARU/1 progress\nOTARU/1 progress 1\n"
                                                b"OTARU/1 progress a b\nOTARU/1 what\n",
    "progress-too-large": bytes([0, 9]) + b"OTARU/1 progress 4294967296 99999999999\nOTARU/1 progress 1 4294967295\n",
    "terminal-codes": bytes([2, 2]) + b"OTARU/1 error \x1b[2J \x1b]0;owned\x07\x9b31m\xc2\x9b\xff\n",
    "another-protocol": bytes([5, 0]) + b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n\0\0",
    "line-without-end": bytes([0, 0]) + b"OTARU/1 error x " + b"y" * 1200 + b"\nOTARU/1 error z z\n",
    "every-error": bytes([0, 11]) + b"\n",
})

# ---- A computer on the serial line: the size of the pieces, with 0x80 if the loader runs and 0x40 if it is slow; what it sends.


def frame(sequence, address, data):
    body = address.to_bytes(4, "little") + data.ljust(1024, b"\xff")
    return bytes([2, sequence & 0xFF, ~sequence & 0xFF]) + body + bytes([sum(body) & 0xFF])


ALL, LOADER = 0, 0x80
FLASH, CLEAR = 0x08000000, b"\x26\1\1\0"
write("download_mode", {
    "nothing": bytes([ALL]),
    "rates": bytes([1]) + b"".join(bytes([5, index]) for index in (0x0D, 0x10, 0x12, 0x14, 0x18, 0x1D, 0x77)),
    "something-that-is-no-loader": bytes([ALL]) + b"\7" + frame(1, 0x00082000, b"code") + b"\4\7\7",
    "ram-that-is-not-there": bytes([ALL]) + b"\7" + frame(1, 0x00081000, b"low") + frame(1, 0x7FFFFFFF, b"high") + b"\4",
    "loader-commands-to-the-rom": bytes([ALL]) + CLEAR + b"\x27\0\0\0\1\0\0\x20\0\0\0\1\0",
    "protected": bytes([LOADER]) + b"\x17\0\x60\0\1\0" + b"\7" + frame(1, FLASH + 0x6000, b"81958711") + b"\4",
    "written": bytes([LOADER]) + CLEAR + b"\x17\0\x60\0\1\0" + b"\5\x18\7" + frame(1, FLASH + 0x6000, b"81958711") +
    frame(1, FLASH + 0x6000, b"81958711") + frame(2, FLASH + 0x6400, b"more") + b"\4" + b"\x27\0\x60\0\5\0\0",
    "in-pieces": bytes([LOADER | 7]) + CLEAR + b"\7" + frame(1, FLASH, b"x") + b"\4",
    "slow": bytes([LOADER | 0x40 | 63]) + CLEAR + b"\7" + frame(1, FLASH, b"x") + b"\4",
    "slow-reader": bytes([LOADER | 0x40 | 6]) + b"\x20\0\0\0\1\0" + b"\6",
    "wrong-frames": bytes([LOADER]) + CLEAR + b"\7" + frame(9, FLASH, b"x") + frame(1, FLASH, b"x")[:-1] + b"\0" +
    b"".join(frame(1, FLASH + 3 * 0x100000, b"x") for _ in range(6)) + b"\7" + frame(1, FLASH + 1, b"x"),
    "bad-complement": bytes([LOADER]) + CLEAR + b"\7\2\1\1" + frame(1, FLASH, b"x") + b"\x18\4",
    "read": bytes([LOADER | 1]) + b"\x20\0\0\0\1\0" + b"\6\6\6\6\6\6",
    "read-again-and-stop": bytes([LOADER | 1]) + b"\x20\0\0\0\2\0" + b"\x15\x15\6\x18\7",
    "outside": bytes([LOADER]) + CLEAR + b"\x17\0\0\xff\xff\xff" + b"\x17\1\0\0\1\0" + b"\x20\0\0\xff\1\0" +
    b"\x27\0\0\xff\1\0\0" + b"\x20\0\0\0\0\0",
    "status": bytes([LOADER]) + b"\x26\1\1\x7c\x26\2\1\0\x26\1\0\x26\1\2\0\0" + CLEAR,
    "unknown": bytes([ALL]) + bytes(range(0x30, 0x60)),
})

# ---- An IDE and the discovery.

write("discovery_words", {
    "events": b'HELLO 1 "arduino-cli"\nSTART_SYNC\n\nLIST\nSTART\nSTOP\nSTOP\nQUIT\nHELLO 1 "again"\n',
    "list": b'HELLO 1 "x y"\r\nSTART\r\nLIST\r\nLIST\r\nSTART_SYNC\r\nSTOP\r\nSTART_SYNC\r\nQUIT\r\n',
    "out-of-order": b'START\nSTART_SYNC\nLIST\nSTOP\nhello 1 "lower"\nHELLO\nHELLO x\nHELLO 1\nHELLO 1 "a"\nHELLO 1 "b"\n'
    b"LIST\nSTOP\nWHAT\nstart\n",
    "other-versions": b'HELLO 0 "a"\nHELLO 99999999999 "a"\nHELLO -1 "a"\nHELLO 2 "new"\nLIST\n',
    "noise": bytes(range(256)) * 2,
})

# ---- The marker of the Arduino library, in images of the shape that image2's other inputs have.


def segment(address, payload):
    return b"81958711" + len(payload).to_bytes(4, "little") + address.to_bytes(4, "little") + b"\xff" * 16 + payload


def image2(payload):  # behind the sizes of the pieces
    km0 = segment(0x0C000020, b"km0 xip") + segment(0x00083000, b"km0 ram")
    km4 = segment(0x0E000020, payload) + segment(0x10005000, b"km4 ram")
    return b"\1\1" + km0 + b"\xff" * (-len(km0) % 4096) + km4 + b"\xff" * (-(len(km0) + len(km4)) % 4096)


START = b"\x7fOTARU-IMAGE/1\n"
LINES = b"name=MyAmeba\nversion=1.2.3\nboard=ameba_rtl8721d\nlibrary=0.1.0\n"
write("image2", {
    "marker": image2(b"code" + START + LINES + b"\0code"),
    "marker-behind-another-shape": image2(START + b"\0" + START + b"version=1\n\0" + START + LINES + b"\0"),
    "marker-with-more": image2(START + LINES + b"more=1\n\0"),
    "marker-without-end": image2(START + LINES.replace(b"MyAmeba", b"x" * 300)),
})
