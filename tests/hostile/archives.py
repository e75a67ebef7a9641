"""Wheels whose archive says two things, is damaged, or is too much."""

import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.doubles.wheels import Wheel, make_wheel, row
from tests.hostile.case import Case
from tests.hostile.wheels import EVIL, NAME
from tests.hostile.zips import (
    DEFLATED,
    UNSAID,
    End,
    Part,
    both,
    field,
    first,
    forged,
    part,
    put_together,
    taken_apart,
)

SOUND = make_wheel(files={"demo.py": "x = 1\n", "demo_more.py": "y = 2\n"}, compression=zipfile.ZIP_STORED)
DEFLATE = make_wheel(files={"demo.py": "x = 1\n" * 1000})
HIDDEN = part(b"evil.py", EVIL.encode())
STREAMED = 0x8


def locally(**fields: object) -> Callable[[list[Part]], list[Part]]:
    """Return the change that lets the first member's local header say something else."""
    return first(lambda one: one._replace(local=one.local._replace(**fields)))  # type: ignore[arg-type]


def twice_said(**fields: object) -> Callable[[list[Part]], list[Part]]:
    """Return the change that lets both headers of the first member say something else."""
    return first(lambda one: both(one, **fields))


def followed(size: int) -> Wheel:
    """Return a wheel whose first member says its sizes behind itself."""
    streamed = {"flags": STREAMED}

    def change(one: Part) -> Part:
        after = b"PK\7\x08" + struct.pack("<3L", one.said.checksum, one.said.packed, size)
        local = one.local._replace(**streamed, checksum=0, packed=0, size=0)
        return one._replace(local=local, said=one.said._replace(**streamed), after=after)

    return forged(SOUND, first(change))


def overlapping() -> Wheel:
    """Return a wheel whose second module is the first's bytes, as bombs are built that inflate to petabytes."""

    def change(parts: list[Part]) -> list[Part]:
        same = parts[0]._replace(content=b"", local=parts[0].local, start=0)
        return [parts[0], same._replace(listed=True), *parts[2:]]

    return forged(SOUND, change)


def two_archives() -> Wheel:
    """Return a file that is one wheel to who reads from its beginning, and another to who reads from its end."""
    evil = make_wheel(files={"demo.py": EVIL})
    return NAME, SOUND[1] + evil[1]


def wide_end(**changes: int) -> Callable[[int, int, int], bytes]:
    """Return what makes a ZIP64 end record and its locator, with something wrong."""

    def make(count: int, size: int, start: int) -> bytes:
        more = bytes(changes.get("more", 0))
        position = start + size + changes.get("shift", 0)
        count = changes.get("count", count)
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44 + len(more), 45, 45, 0, 0, count, count, size, start)
        return record + more + struct.pack("<4sLQL", b"PK\6\7", 0, position, changes.get("disks", 1))

    return make


def crowded() -> Wheel:
    """Return a wheel of 200,001 members, and 3 more that describe it."""
    names = [f"demo/{number:06}.txt" for number in range(200_001)]
    text = "".join(f"{name},sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n" for name in names)
    described = taken_apart(make_wheel(files={}, record=lambda rows: rows)[1])
    record = described[-1].local.name.decode()
    rows = "".join(
        ",".join(row(one.local.name.decode(), zlib.decompress(one.content, -15))) + "\n" for one in described[:-1]
    )
    last = part(record.encode(), f"{text}{rows}{record},,\n".encode())
    empty = part(b"", b"")
    made = [both(empty, name=name.encode()) for name in names]
    return NAME, put_together([*made, *described[:-1], last], End(count=0xFFFF, here=0xFFFF, wide=wide_end()))


def bomb() -> Wheel:
    """Return a wheel of 300 kB that holds 300 MB."""
    return make_wheel(files={"demo.py": bytes(300 * 1024**2)})


def huge() -> Wheel:
    """Return a wheel that claims to hold 1 TB."""
    size = 1024**4
    extra = field(1, struct.pack("<Q", size))

    def change(one: Part) -> Part:
        wide = field(1, struct.pack("<2Q", size, one.said.packed))
        said = one.said._replace(size=UNSAID, extra=extra)
        return one._replace(said=said, local=one.local._replace(size=UNSAID, packed=UNSAID, extra=wide))

    return forged(DEFLATE, first(change))


def renamed_by_a_field() -> Wheel:
    """Return a wheel whose module has another name in a field that Info-ZIP and others go by."""
    name = b"demo.py"
    return forged(SOUND, twice_said(extra=field(0x7075, b"\1" + struct.pack("<L", zlib.crc32(name)) + b"evil.py")))


def damaged() -> Wheel:
    """Return a wheel with a bit that has tipped over in what was deflated."""
    return forged(
        DEFLATE,
        first(lambda one: one._replace(content=one.content[:4] + bytes([one.content[4] ^ 0xFF]) + one.content[5:])),
    )


def longer(size: int) -> Wheel:
    """Return a wheel whose first member claims another size than what it inflates to."""
    return forged(DEFLATE, twice_said(size=size))


def with_more_behind() -> Wheel:
    """Return a wheel whose first member has bytes behind the end of what was deflated."""

    def change(one: Part) -> Part:
        content = one.content + b"evil"
        return both(one._replace(content=content), packed=len(content))

    return forged(DEFLATE, first(change))


def in_latin() -> Wheel:
    """Return a wheel with a name that claims to be UTF-8 and is not."""
    return forged(SOUND, twice_said(name=b"d\xe9mo.py", flags=0x800))


def masked() -> Wheel:
    """Return a wheel whose headers hide what is so, as strong encryption does."""
    return forged(SOUND, twice_said(flags=0x2041))


CONTAINER = [
    Case("a page in place of a wheel", "", lambda: (NAME, b"<!DOCTYPE html><title>Sign in</title>")),
    Case("an empty file", "", lambda: (NAME, b"")),
    Case("a wheel that is cut short", "", lambda: (NAME, SOUND[1][:-40])),
    Case("the first half of a wheel", "", lambda: (NAME, SOUND[1][: len(SOUND[1]) // 2])),
    Case("data before the archive", "data before its ZIP", lambda: (NAME, b"#!/bin/sh\nid\n" + SOUND[1])),
    Case(
        "data before the archive that its offsets count",
        "data that belongs to none",
        lambda: forged(SOUND, lambda parts: parts, before=b"#!/bin/sh\nid\n"),
    ),
    Case("data behind the archive", "goes on behind", lambda: (NAME, SOUND[1] + b"evil")),
    Case(
        "a comment behind the archive",
        "goes on behind",
        lambda: forged(SOUND, lambda parts: parts, End(comment=b"evil")),
    ),
    Case(
        "an end record in the comment of another",
        "",
        lambda: forged(SOUND, lambda parts: parts, End(comment=SOUND[1][-22:])),
    ),
    Case("two archives, one behind the other", "data before its ZIP", two_archives),
    Case(
        "data between two members",
        "data that belongs to none",
        lambda: forged(SOUND, first(lambda one: one._replace(after=b"evil"))),
    ),
    Case(
        "a member that the directory does not list",
        "data that belongs to none",
        lambda: forged(SOUND, lambda parts: [parts[0], HIDDEN._replace(listed=False), *parts[1:]]),
    ),
    Case(
        "data between the members and the directory",
        "data that belongs to none",
        lambda: forged(SOUND, lambda parts: [*parts[:-1], parts[-1]._replace(after=b"evil")]),
    ),
    Case("members that share their bytes", "", overlapping),
    Case("one part of several", "one part of several", lambda: forged(SOUND, lambda parts: parts, End(disk=1))),
    Case(
        "a member on another disk",
        "one part of several",
        lambda: forged(SOUND, first(lambda one: one._replace(disk=1))),
    ),
    Case(
        "more entries counted than there are",
        "",
        lambda: forged(SOUND, lambda parts: parts, End(count=50)),
    ),
    Case(
        "fewer entries counted than there are",
        "",
        lambda: forged(SOUND, lambda parts: [*parts, HIDDEN], End(count=5)),
    ),
    Case(
        "two end records that count differently",
        "contradict each other",
        lambda: forged(SOUND, lambda parts: parts, End(wide=wide_end(count=1))),
    ),
    Case(
        "a ZIP64 end record that is elsewhere",
        "end record is damaged",
        lambda: forged(SOUND, lambda parts: parts, End(wide=wide_end(shift=-10))),
    ),
    Case(
        "a ZIP64 end record with more in it",
        "not a wheel that can be read",
        lambda: forged(SOUND, lambda parts: parts, End(wide=wide_end(more=20))),
    ),
    Case(
        "a ZIP64 end record on another disk",
        "span multiple disks",
        lambda: forged(SOUND, lambda parts: parts, End(wide=wide_end(disks=2))),
    ),
    Case(
        "ZIP64 sizes where there is no need of them",
        "says its sizes twice",
        lambda: forged(
            SOUND,
            first(lambda one: one._replace(said=one.said._replace(extra=field(1, struct.pack("<2Q", 1, 1))))),
        ),
    ),
    Case(
        "a size that is left to a ZIP64 field, and no such field",
        "",
        lambda: forged(SOUND, first(lambda one: one._replace(said=one.said._replace(size=UNSAID)))),
    ),
]

HEADERS = [
    Case("another name in a local header", "contradicts", lambda: forged(SOUND, locally(name=b"evil.py"))),
    Case("another method in a local header", "contradicts", lambda: forged(SOUND, locally(method=DEFLATED))),
    Case("another size in a local header", "contradicts", lambda: forged(SOUND, locally(size=1))),
    Case("another packed size in a local header", "contradicts", lambda: forged(SOUND, locally(packed=1))),
    Case("another checksum in a local header", "contradicts", lambda: forged(SOUND, locally(checksum=1))),
    Case("another encoding in a local header", "contradicts", lambda: forged(SOUND, locally(flags=0x800))),
    Case("a local header that says encrypted", "contradicts", lambda: forged(SOUND, locally(flags=0x1))),
    Case("another size behind a member", "contradicts", lambda: followed(7)),
    Case(
        "ZIP64 sizes in a local header that differ",
        "contradicts",
        lambda: forged(SOUND, locally(packed=UNSAID, size=UNSAID, extra=field(1, struct.pack("<2Q", 1, 1)))),
    ),
    Case("another name in a Unicode field", "two names", renamed_by_a_field),
    Case(
        "a field that is cut off",
        "Corrupt extra field",
        lambda: forged(SOUND, twice_said(extra=b"\1\0\xff\0")),
    ),
    Case("a name that claims to be UTF-8 and is not", "not a wheel that can be read", in_latin),
    Case(
        "a member for readers of version 22.9",
        "version 22.9",
        lambda: forged(SOUND, first(lambda one: one._replace(needed=229))),
    ),
    Case("an encrypted member", "is encrypted", lambda: forged(SOUND, twice_said(flags=0x1))),
    Case("strong encryption", "is encrypted", lambda: forged(SOUND, twice_said(flags=0x41))),
    Case("headers that are masked", "is encrypted", masked),
    Case("patched data", "a way that no wheel uses", lambda: forged(SOUND, twice_said(flags=0x20))),
    Case("bzip2", "method 12", lambda: make_wheel(compression=zipfile.ZIP_BZIP2)),
    Case("LZMA", "method 14", lambda: make_wheel(compression=zipfile.ZIP_LZMA)),
    Case("Zstandard that is none", "method 93", lambda: forged(SOUND, twice_said(method=93))),
    Case("a method that nobody knows", "method 77", lambda: forged(SOUND, twice_said(method=77))),
    Case("deflated data that is damaged", "is damaged", damaged),
    Case("a member that inflates to more than it claims", "", lambda: longer(10)),
    Case("a member that inflates to less than it claims", "", lambda: longer(1_000_000)),
    Case("bytes behind what was deflated", "is damaged", with_more_behind),
    Case("a stored member of two sizes", "size that it claims", lambda: forged(SOUND, twice_said(size=3))),
    Case("a wrong checksum in both headers", "checksum differs", lambda: forged(SOUND, twice_said(checksum=1))),
]

LIMITS = [
    Case("300 MB in 300 kB", "times its size, and 200 is allowed", bomb),
    Case("a wheel that claims to hold 1 TB", "17,179,869,184 are allowed", huge),
    Case("200,004 members", "and 200,000 are allowed", crowded),
    Case(
        "a RECORD of 68 MB",
        "its RECORD is larger than",
        lambda: make_wheel(dist_info={"RECORD": "x,,\n" * (17 * 1024**2)}, compression=zipfile.ZIP_STORED),
    ),
    Case(
        "an entry_points.txt of 17 MB",
        "its entry_points.txt is larger than",
        lambda: make_wheel(dist_info={"entry_points.txt": "#" * 17 * 1024**2}),
    ),
]
