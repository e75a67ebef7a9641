"""Archives of source: what they hold is unpacked, and nothing outside of their one folder is ever written."""

import bz2
import io
import lzma
import os
import tarfile
import zlib
from mmap import mmap
from pathlib import Path

import pytest

from tests.doubles.projects import Entry, tar_of, zip_of
from unlatch.build.unpacking import unpack
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits

FILES = {"demo-1/setup.py": "x = 1\n", "demo-1/src/demo.py": "y = 2\n"}
BARE = tar_of(FILES, packed=False)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "content",
    [tar_of(FILES), BARE, bz2.compress(BARE), lzma.compress(BARE), zip_of(FILES)],
    ids=["gz", "tar", "bz2", "xz", "zip"],
)
def test_every_format_is_known_by_its_first_bytes(content: bytes, tmp_path: Path) -> None:
    tree = unpack(content, "demo", tmp_path, Limits())
    assert tree == tmp_path / "demo-1"
    assert names(tree) == ["setup.py", "src", "src/demo.py"]
    assert (tree / "src/demo.py").read_text() == "y = 2\n"


def test_an_archive_may_be_a_file_in_memory(tmp_path: Path) -> None:
    (tmp_path / "demo.tar.gz").write_bytes(tar_of(FILES))
    (tmp_path / "out").mkdir()
    with (tmp_path / "demo.tar.gz").open("r+b") as file, mmap(file.fileno(), 0) as mapped:
        assert names(unpack(mapped, "demo", tmp_path / "out", Limits())) == ["setup.py", "src", "src/demo.py"]


def test_folders_dots_and_links_inside_are_unpacked(tmp_path: Path) -> None:
    entries = [
        Entry("./demo-1/", kind=tarfile.DIRTYPE),
        Entry("./demo-1/README", b"hello"),
        Entry("./demo-1/doc/README", kind=tarfile.SYMTYPE, link="../README"),
        Entry("./demo-1/COPY", kind=tarfile.LNKTYPE, link="./demo-1/README"),
    ]
    tree = unpack(tar_of({}, *entries), "demo", tmp_path, Limits())
    assert (tree / "doc/README").read_text() == (tree / "COPY").read_text() == "hello"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_scripts_stay_executable_and_nothing_else_of_a_mode_stays(tmp_path: Path) -> None:
    modes = {"demo-1/run": 0o104777, "demo-1/setup.py": 0o100644}
    tree = unpack(zip_of(FILES | {"demo-1/run": "#!/bin/sh\n"}, modes), "demo.zip", tmp_path, Limits())
    assert os.access(tree / "run", os.X_OK)
    assert not (tree / "run").stat().st_mode & 0o7000
    assert not os.access(tree / "setup.py", os.X_OK)


LINK, HARD, DEVICE, FIFO = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE
BAD: dict[str, tuple[bytes, str]] = {
    "a way out": (tar_of(FILES, Entry("demo-1/../../out", b"x")), "leaves the archive"),
    "a way out at the front": (tar_of(FILES, Entry("../out", b"x")), "leaves the archive"),
    "an absolute path": (tar_of(FILES, Entry("/tmp/out", b"x")), "is absolute"),
    "a drive": (tar_of(FILES, Entry("C:/out", b"x")), "is absolute"),
    "a control character": (tar_of(FILES, Entry("demo-1/a\x1b[31m", b"x")), "has a control character"),
    "a long name": (tar_of(FILES, Entry(f"demo-1/{'a' * 300}", b"x")), "has a path that is too long"),
    "a long path": (tar_of(FILES, Entry("demo-1/" + "abcd/" * 300, b"x")), "has a path that is too long"),
    "a link to outside": (tar_of(FILES, Entry("demo-1/l", kind=LINK, link="../../etc")), "leads out of it"),
    "an absolute link": (tar_of(FILES, Entry("demo-1/l", kind=LINK, link="/etc/passwd")), "leads out of it"),
    "a hard link to outside": (tar_of(FILES, Entry("demo-1/l", kind=HARD, link="/etc/passwd")), "leads out of it"),
    "a hard link to a neighbour": (tar_of(FILES, Entry("demo-1/l", kind=HARD, link="other/x")), "leads out of it"),
    "a file behind a link": (
        tar_of(FILES, Entry("demo-1/l", kind=LINK, link="src"), Entry("demo-1/l/x", b"x")),
        "lies behind a link",
    ),
    "a link behind a link": (
        tar_of(FILES, Entry("demo-1/l", kind=LINK, link="."), Entry("demo-1/l/m", kind=LINK, link="..")),
        "lies behind a link",
    ),
    "a device": (tar_of(FILES, Entry("demo-1/null", kind=DEVICE)), "is neither a file nor a folder"),
    "a pipe": (tar_of(FILES, Entry("demo-1/pipe", kind=FIFO)), "is neither a file nor a folder"),
    "two folders": (tar_of(FILES, Entry("other-1/x", b"x")), "more than one folder at its top"),
    "a file at the top": (tar_of({"setup.py": "x"}), "no folder with a project in it"),
    "nothing": (tar_of({}), "no folder with a project in it"),
    "no archive": (b"<html>hello</html>" * 100, "damaged or no archive"),
    "no bytes": (b"", "damaged or no archive"),
    "half of one": (tar_of({**FILES, "demo-1/x": os.urandom(5000)})[:3000], "damaged"),
    "a damaged one": (tar_of(FILES)[:40] + b"\0" * 40 + tar_of(FILES)[80:], "damaged"),
    "half of an xz": (lzma.compress(BARE)[:80], "damaged"),
    "zip: a way out": (zip_of(FILES | {"demo-1/../../out": "x"}), "leaves the archive"),
    "zip: an absolute path": (zip_of(FILES | {"/out": "x"}), "is absolute"),
    "zip: a link": (zip_of(FILES | {"demo-1/l": "/etc"}, {"demo-1/l": 0o120777}), "is a symbolic link"),
    "zip: two folders": (zip_of(FILES | {"other/x": "x"}), "more than one folder at its top"),
    "zip: half of one": (zip_of(FILES)[:-30], "damaged"),
}


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_what_is_not_unpacked(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "in/here").mkdir(parents=True)
    with pytest.raises(IntegrityError, match=reason) as caught:
        unpack(content, "demo-1\x1b.tar.gz", tmp_path / "in/here", Limits())
    assert str(caught.value).startswith("demo-1\\x1b.tar.gz is not unpacked: ")
    assert "\x1b" not in str(caught.value)
    assert [path for path in names(tmp_path) if not path.startswith("in/here/demo-1")] in (
        ["in", "in/here"],
        ["in", "in/here", "in/here/setup.py"],
    )


@pytest.mark.parametrize(
    ("limits", "hint"),
    [
        (Limits(members=1), "members=2"),
        (Limits(size=10), "size=20"),
        (Limits(ratio=3, small=100), "ratio=30"),
    ],
)
@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_whoever_trusts_an_archive_may_raise_a_limit(make, limits: Limits, hint: str, tmp_path: Path) -> None:
    files = {**FILES, "demo-1/large": "a" * 200_000}
    with pytest.raises(IntegrityError) as caught:
        unpack(make(files), "demo", tmp_path, limits)
    assert caught.value.hint == f"if you trust it: --archive-limit {hint}"


def test_headers_that_never_end_are_not_read_to_their_end(tmp_path: Path) -> None:
    # A pax header that claims 64 MiB, which pack into next to nothing.
    header = tarfile.TarInfo("demo-1/././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 64 * 1024**2
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        stream.write(header.tobuf(tarfile.USTAR_FORMAT))
        tar.offset += 512
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(stream.getvalue()[:512])
    packed += b"".join(packer.compress(bytes(1024**2)) for _ in range(64)) + packer.flush()
    with pytest.raises(IntegrityError, match="headers are larger"):
        unpack(packed, "demo", tmp_path, Limits())
