"""Wheels that must not be installed: each is refused by name, and leaves nothing behind."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.doubles.wheels import Wheel, make_wheel, member, metadata, row
from tests.installation.environments import tree
from unlatch.installation.unpack.wheel import unpack
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits

NAME = "demo-1.0-py3-none-any.whl"
WHEEL = "Wheel-Version: {}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def without(path: str) -> Wheel:
    return make_wheel(files={"demo.py": "x = 1\n"}, record=lambda rows: [row for row in rows if row.path != path])


def with_row(path: str, **fields: str) -> Wheel:
    return make_wheel(
        files={"demo.py": "x = 1\n"},
        record=lambda rows: [row._replace(**fields) if row.path == path else row for row in rows],
    )


def with_member(path: str, mode: int = 0o100644, content: bytes = b"") -> Wheel:
    """Return a wheel with one more member, which RECORD lists."""
    return make_wheel(extra=[(member(path, mode=mode), content)], record=lambda rows: [*rows, row(path, content)])


def flagged(wheel: Wheel, *, flags: int = 0, method: int | None = None) -> Wheel:
    """Set flags or the method of the first member, in its local header and in the directory."""
    filename, body = wheel
    content = bytearray(body)
    for start in (0, content.index(b"PK\1\2") + 2):
        old_flags, old_method = struct.unpack_from("<2H", content, start + 6)
        struct.pack_into("<2H", content, start + 6, old_flags | flags, old_method if method is None else method)
    return filename, bytes(content)


def overlapping() -> Wheel:
    """Let the second member's entry point to the first's bytes, as archives do that inflate to petabytes."""
    filename, body = make_wheel(files={"demo/aaa.py": "x = 1\n", "demo/bbb.py": "x = 1\n"})
    content = bytearray(body.replace(b"demo/bbb.py", b"demo/aaa.py"))
    second = content.index(b"PK\1\2", content.index(b"PK\1\2") + 4)
    struct.pack_into("<L", content, second + 42, 0)
    return filename, bytes(content)


def damaged() -> Wheel:
    """Change a byte of the first member's deflated content."""
    filename, body = make_wheel(files={"demo.py": "x = 1\n" * 1000})
    at = 30 + len("demo.py") + 2
    return filename, body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]


def resized(wheel: Wheel, size: int) -> Wheel:
    """Let the directory and the local header claim another inflated size for the first member."""
    filename, body = wheel
    content = bytearray(body)
    struct.pack_into("<L", content, 22, size)
    struct.pack_into("<L", content, content.index(b"PK\1\2") + 24, size)
    return filename, bytes(content)


def renamed(filename: str, wheel: Wheel) -> Wheel:
    return filename, wheel[1]


def plain(*paths: str) -> Wheel:
    """Return an archive with empty members and nothing that describes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in paths:
            archive.writestr(member(path), b"")
    return NAME, stream.getvalue()


BAD: dict[str, tuple[Wheel, str]] = {
    # The archive.
    "a page": ((NAME, b"<html>sign in</html>"), "not a ZIP archive"),
    "nothing": ((NAME, b""), "not a ZIP archive"),
    "cut off": ((NAME, make_wheel()[1][:-40]), "not a ZIP archive"),
    "encrypted": (flagged(make_wheel(), flags=0x1), "is encrypted"),
    "strongly encrypted": (flagged(make_wheel(), flags=0x40), "is encrypted"),
    "bzip2": (make_wheel(compression=zipfile.ZIP_BZIP2), "method 12"),
    "lzma": (make_wheel(compression=zipfile.ZIP_LZMA), "method 14"),
    "overlapping members": (overlapping(), "overlap"),
    "damaged content": (damaged(), "demo.py is damaged"),
    "more content than claimed": (resized(make_wheel(files={"demo.py": "x" * 99}), 98), "has another size"),
    "stored with two sizes": (
        resized(make_wheel(compression=zipfile.ZIP_STORED), 5),
        "does not have the size that it claims",
    ),
    # Its members.
    "absolute": (with_member("/etc/evil"), "/etc/evil is absolute"),
    "a drive": (with_member("C:/evil"), "C:/evil is absolute"),
    "a parent": (with_member("../evil"), "../evil leaves the archive"),
    "a parent within": (with_member("demo/../../evil"), "leaves the archive"),
    "a backslash": (with_member("demo\\evil"), "backslash"),
    "a control character": (with_member("demo\x1b[2J"), r"demo\x1b[2J has a control character"),
    "a Windows device": (with_member("demo/nul.py"), "demo/nul.py is named like a device"),
    "a long name": (with_member("x" * 256), "longer than 255 bytes"),
    "a long path": (with_member("x/" * 500 + "x"), "longer than 1000 bytes"),
    "a symbolic link": (with_member("link", 0o120777, b"/etc/passwd"), "link is a symbolic link"),
    "a pipe": (with_member("pipe", 0o010644), "neither a file nor a folder"),
    "a folder elsewhere": (make_wheel(extra=[(member("../evil/", mode=0o040755), b"")]), "leaves the archive"),
    "a folder that is a link": (make_wheel(extra=[(member("evil/", mode=0o120777), b"")]), "is a symbolic link"),
    "a folder with content": (make_wheel(extra=[(member("evil/", mode=0o040755), b"x")]), "has content"),
    "a file and a folder": (with_member("demo.py/x"), "demo.py is a file and a folder"),
    # What describes it.
    "not a wheel's name": (renamed("demo.whl", make_wheel()), "not a wheel's file name"),
    "another project": (renamed("other-1.0-py3-none-any.whl", make_wheel()), "another project or version"),
    "another version": (renamed("demo-1.1-py3-none-any.whl", make_wheel()), "another project or version"),
    "a version that is none": (plain("demo-one.dist-info/RECORD"), "another project or version"),
    "no .dist-info": (plain("demo.py"), "0 .dist-info folders"),
    "two .dist-info": (with_member("other-1.0.dist-info/METADATA"), "2 .dist-info folders"),
    "no WHEEL": (make_wheel(dist_info={"WHEEL": None}), "no WHEEL"),
    "no METADATA": (make_wheel(dist_info={"METADATA": None}), "no METADATA"),
    "no RECORD": (make_wheel(dist_info={"RECORD": None}), "no RECORD"),
    "a later format": (make_wheel(dist_info={"WHEEL": WHEEL.format("2.0")}), "version 2.0 of the wheel format"),
    "a format of digits": (make_wheel(dist_info={"WHEEL": WHEEL.format("9" * 5000)}), "of the wheel format"),
    "no format": (make_wheel(dist_info={"WHEEL": "Tag: py3-none-any\n"}), "which version of the format"),
    "another project's METADATA": (make_wheel(dist_info={"METADATA": metadata("other", "1.0")}), "of other 1.0"),
    "another version's METADATA": (make_wheel(dist_info={"METADATA": metadata("demo", "2.0")}), "of demo 2.0"),
    "METADATA that paints": (make_wheel(dist_info={"METADATA": metadata("x\x1b[2J", "1.0")}), r"of x\x1b[2j 1.0"),
    "METADATA without a name": (make_wheel(dist_info={"METADATA": "Version: 1.0\n"}), "no name or no version"),
    # RECORD.
    "RECORD is not text": (make_wheel(dist_info={"RECORD": b"\xff\xfe"}), "RECORD cannot be read"),
    "RECORD is not CSV": (make_wheel(dist_info={"RECORD": 'demo.py,"x'}), "RECORD cannot be read"),
    "RECORD has four fields": (make_wheel(dist_info={"RECORD": "demo.py,a,b,c"}), "line 1"),
    "not in RECORD": (without("demo.py"), "does not list demo.py"),
    "METADATA not in RECORD": (without("demo-1.0.dist-info/METADATA"), "does not list demo-1.0.dist-info/METADATA"),
    "only in RECORD": (make_wheel(record=lambda rows: [*rows, row("gone.py", b"")]), "not there, gone.py"),
    "no hash": (with_row("demo.py", hash=""), "no hash for demo.py"),
    "half a hash": (with_row("demo.py", hash="sha256="), "no hash for demo.py"),
    "md5": (with_row("demo.py", hash=row("", b"x = 1\n", "md5").hash), "proves nothing (md5) for demo.py"),
    "sha1": (with_row("demo.py", hash=row("", b"x = 1\n", "sha1").hash), "proves nothing (sha1) for demo.py"),
    "sha224": (with_row("demo.py", hash=row("", b"x = 1\n", "sha224").hash), "proves nothing (sha224)"),
    "another hash": (with_row("demo.py", hash=row("", b"x = 2\n").hash), "demo.py is not the file that its RECORD"),
    "another size": (with_row("demo.py", size="7"), "another size for demo.py"),
    "two hashes": (
        make_wheel(files={"demo.py": "y"}, record=lambda rows: [row("demo.py", b"x"), *rows]),
        "two hashes for demo.py",
    ),
}


@pytest.mark.parametrize(("wheel", "reason"), BAD.values(), ids=BAD)
def test_a_bad_wheel_is_refused_by_name_and_leaves_nothing(wheel: Wheel, reason: str, tmp_path: Path) -> None:
    filename, body = wheel
    with pytest.raises(IntegrityError) as caught:
        unpack(body, filename, tmp_path)
    assert filename in str(caught.value)
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()
    assert tree(tmp_path) == {}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    filename, body = make_wheel(extra=[("demo.py", "x = 2\n")])
    with pytest.raises(IntegrityError, match=r"demo\.py is there twice"):
        unpack(body, filename, tmp_path)


def test_an_archive_of_more_than_the_allowed_members_is_refused(tmp_path: Path) -> None:
    filename, body = make_wheel()
    with pytest.raises(IntegrityError, match="it has 4 members, and 3 are allowed"):
        unpack(body, filename, tmp_path, limits=Limits(members=3))


def test_an_archive_that_claims_more_members_than_it_can_hold_is_refused(tmp_path: Path) -> None:
    filename, body = make_wheel()
    crowded = bytearray(body)
    struct.pack_into("<2H", crowded, len(body) - 14, 0xFFFF, 0xFFFF)
    with pytest.raises(IntegrityError, match="directory is damaged"):
        unpack(bytes(crowded), filename, tmp_path)


def test_an_archive_that_would_take_too_much_room_is_refused(tmp_path: Path) -> None:
    filename, body = make_wheel(files={"demo.py": "x" * 10_000})
    with pytest.raises(IntegrityError, match="10,000 are allowed"):
        unpack(body, filename, tmp_path, limits=Limits(size=10_000))


@pytest.mark.parametrize(
    ("limits", "hint"),
    [
        (Limits(members=3), "members=4"),
        (Limits(size=10_000), "size="),
        (Limits(ratio=5, small=1000), "ratio="),
    ],
)
def test_whoever_trusts_a_wheel_is_told_which_limit_would_do(limits: Limits, hint: str, tmp_path: Path) -> None:
    filename, body = make_wheel(files={"demo.py": "x" * 10_000})
    with pytest.raises(IntegrityError) as caught:
        unpack(body, filename, tmp_path, limits=limits)
    assert caught.value.hint is not None
    name, _, enough = caught.value.hint.rpartition(" ")[2].partition("=")
    assert hint in caught.value.hint
    assert unpack(body, filename, tmp_path, limits=limits._replace(**{name: int(enough)})).rows


def test_an_archive_that_grows_out_of_proportion_is_refused(tmp_path: Path) -> None:
    filename, body = make_wheel(files={"demo.py": bytes(1_000_000)})
    with pytest.raises(IntegrityError, match="times its size"):
        unpack(body, filename, tmp_path, limits=Limits(small=100_000))
    assert unpack(body, filename, tmp_path).rows


def test_a_member_that_inflates_to_more_than_it_claims_is_not_inflated_to_its_end(tmp_path: Path) -> None:
    wheel = make_wheel(files={"demo.py": bytes(50_000_000)}, record=lambda rows: [rows[0]._replace(size=""), *rows[1:]])
    filename, body = resized(wheel, 10)
    with pytest.raises(IntegrityError, match="does not have the size that it claims"):
        unpack(body, filename, tmp_path)
    assert tree(tmp_path) == {}


def test_a_description_that_is_absurdly_long_is_not_read(tmp_path: Path) -> None:
    filename, body = make_wheel(dist_info={"entry_points.txt": bytes(65 * 1024 * 1024)})
    with pytest.raises(IntegrityError, match=r"entry_points\.txt is larger"):
        unpack(body, filename, tmp_path, limits=Limits(ratio=2000))


@pytest.mark.parametrize("name", ["RECORD.jws", "RECORD.p7s"])
def test_a_signature_need_not_be_in_record(name: str, tmp_path: Path) -> None:
    filename, body = make_wheel(extra=[(f"demo-1.0.dist-info/{name}", "signed")])
    assert name not in {path.rpartition("/")[2] for path, *_ in unpack(body, filename, tmp_path).rows}


def test_a_size_that_record_leaves_out_is_not_missed(tmp_path: Path) -> None:
    filename, body = with_row("demo.py", size="")
    assert unpack(body, filename, tmp_path).rows


def test_record_may_say_the_same_twice(tmp_path: Path) -> None:
    filename, body = make_wheel(record=lambda rows: [*rows, *rows])
    assert unpack(body, filename, tmp_path).rows
