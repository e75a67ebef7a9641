"""Archives of source that must not be unpacked. The project in each can be built without an index."""

import tarfile
from collections.abc import Callable
from pathlib import PurePosixPath

from tests.doubles.projects import Entry, project_files, tar_of, zip_of
from tests.doubles.wheels import Wheel
from tests.hostile.case import Case
from tests.hostile.wheels import ABSOLUTE, EVIL

FILES = {f"demo-1.0/{path}": text for path, text in project_files("demo", "1.0").items()}
TAR, ZIP = "demo-1.0.tar.gz", "demo-1.0.zip"
LINK, HARD, DEVICE, PIPE = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE


def with_entries(*entries: Entry) -> Callable[[], Wheel]:
    """Return what makes a tar archive with more members."""
    return lambda: (TAR, tar_of(FILES, *entries))


def zipped(path: str, mode: int = 0o100644, text: str = EVIL) -> Callable[[], Wheel]:
    """Return what makes a ZIP archive with one more member."""
    return lambda: (ZIP, zip_of(FILES | {path: text}, {path: mode}))


def damaged() -> Wheel:
    """Return an archive that ends in the middle."""
    whole = tar_of(FILES | {"demo-1.0/more": "".join(map(str, range(20_000)))})
    return TAR, whole[: len(whole) // 2]


def bomb() -> Wheel:
    """Return an archive that grows to a thousand times its size."""
    return TAR, tar_of(FILES, Entry("demo-1.0/zeros", bytes(70 * 1024**2)))


SOURCES = [
    Case(
        "source: a path that leaves", "leaves the archive", with_entries(Entry("demo-1.0/../../out.py", EVIL.encode()))
    ),
    Case("source: a path from the root", "is absolute", with_entries(Entry(str(ABSOLUTE), EVIL.encode()))),
    Case("source: a path with a drive", "is absolute", with_entries(Entry("C:/out.py", EVIL.encode()))),
    Case(
        "source: a control character in a name",
        "has a control character",
        with_entries(Entry("demo-1.0/\x1b[31mred.py", EVIL.encode())),
    ),
    Case(
        "source: a path longer than 1,000 bytes",
        "has a path that is too long",
        with_entries(Entry("demo-1.0/" + "folder/" * 150 + "x.py", EVIL.encode())),
    ),
    Case(
        "source: a link that leaves", "leads out of it", with_entries(Entry("demo-1.0/l", kind=LINK, link="../../home"))
    ),
    Case("source: a link from the root", "leads out of it", with_entries(Entry("demo-1.0/l", kind=LINK, link="/etc"))),
    Case(
        "source: a hard link that leaves",
        "leads out of it",
        with_entries(Entry("demo-1.0/l", kind=HARD, link="/etc/hostname")),
    ),
    Case(
        "source: a file behind a link",
        "lies behind a link",
        with_entries(Entry("demo-1.0/l", kind=LINK, link="."), Entry("demo-1.0/l/x.py", EVIL.encode())),
    ),
    Case(
        "source: links that lead out together",
        "lies behind a link",
        with_entries(
            Entry("demo-1.0/l", kind=LINK, link="."),
            Entry("demo-1.0/l/m", kind=LINK, link=".."),
            Entry("demo-1.0/m/out.py", EVIL.encode()),
        ),
    ),
    Case("source: a device", "is neither a file nor a folder", with_entries(Entry("demo-1.0/null", kind=DEVICE))),
    Case("source: a pipe", "is neither a file nor a folder", with_entries(Entry("demo-1.0/pipe", kind=PIPE))),
    Case("source: two folders", "more than one folder", with_entries(Entry("other/x.py", EVIL.encode()))),
    Case(
        "source: no folder",
        "more than one folder",
        lambda: (TAR, tar_of({PurePosixPath(path).name: text for path, text in FILES.items()})),
    ),
    Case("source: a bomb", "times its size", bomb),
    Case("source: an archive that ends in the middle", "is damaged", damaged),
    Case("source: a page in place of an archive", "is damaged or no archive", lambda: (TAR, b"<p>Sign in</p>" * 99)),
    Case("source: a ZIP path that leaves", "leaves the archive", zipped("demo-1.0/../../out.py")),
    Case("source: a ZIP path from the root", "is absolute", zipped(str(ABSOLUTE))),
    Case("source: a ZIP link", "is a symbolic link", zipped("demo-1.0/l", 0o120777, "/etc")),
    Case("source: ZIP folders side by side", "more than one folder", zipped("other/x.py")),
]
