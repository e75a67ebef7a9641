"""Wheels that must not be installed, and a few that are installed without what is wrong with them.

Those of the archive itself are in `archives`. Each is named by its path.
"""

import io
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.doubles.wheels import Content, Row, Wheel, make_wheel, member, metadata, row
from tests.hostile.case import Case
from tests.hostile.zips import forged, part

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"
WHEEL = "Wheel-Version: {}\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# An absolute path in nobody's way; that nothing is there afterwards is looked at.
ABSOLUTE = Path("/tmp/unlatch-hostile-escape")
EVIL = "raise SystemExit('evil')\n"
# From site-packages out of a virtual environment.
OUT = "../../../../"


def with_member(path: str, content: Content = EVIL, mode: int = 0o100644) -> Wheel:
    """Return a wheel with one more member, which RECORD lists."""
    text = content.encode() if isinstance(content, str) else content
    return make_wheel(extra=[(member(path, mode=mode), text)], record=lambda rows: [*rows, row(path, text)])


def with_members(*paths: str) -> Wheel:
    """Return a wheel with more members, each listed once."""
    listed = [row(path, EVIL.encode()) for path in dict.fromkeys(paths)]
    return make_wheel(extra=[(member(path), EVIL) for path in paths], record=lambda rows: [*rows, *listed])


def with_data(path: str, content: Content = EVIL) -> Wheel:
    """Return a wheel with a file below its .data folder."""
    return make_wheel(data={path: content})


def with_script(name: str, value: str = "demo:main") -> Wheel:
    """Return a wheel with an entry point."""
    return make_wheel(entry_points={"console_scripts": {name: value}})


def with_file(name: str, content: Content | None) -> Wheel:
    """Return a wheel with another file of .dist-info, or without it."""
    return make_wheel(dist_info={name: content})


def with_record(change: Callable[[list[Row]], list[Row]]) -> Wheel:
    """Return a wheel with another RECORD."""
    return make_wheel(files={"demo.py": "x = 1\n"}, record=change)


def with_row(path: str, **fields: str) -> Wheel:
    """Return a wheel whose RECORD says something else of a file."""
    return with_record(lambda rows: [row._replace(**fields) if row.path == path else row for row in rows])


def without_row(path: str) -> Wheel:
    """Return a wheel whose RECORD leaves a file out."""
    return with_record(lambda rows: [row for row in rows if row.path != path])


def called(filename: str, wheel: Wheel) -> Wheel:
    """Return a wheel under another file name."""
    return filename, wheel[1]


def zipped(*paths: str) -> Wheel:
    """Return an archive of empty members, with nothing that describes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in paths:
            archive.writestr(member(path), b"")
    return NAME, stream.getvalue()


def through_a_link() -> Wheel:
    """Return a wheel that makes a link to the folder above the environment, and writes through it."""
    link, written = member("link", mode=0o120777), "link/evil.py"
    rows = [row("link", OUT.encode()), row(written, EVIL.encode())]
    return make_wheel(extra=[(link, OUT), (member(written), EVIL)], record=lambda known: [*known, *rows])


def twice() -> Wheel:
    """Return a wheel that has a module twice, with different content."""
    return forged(make_wheel(files={"demo.py": "x = 1\n"}), lambda parts: [*parts, part(b"demo.py", EVIL.encode())])


def in_two_places() -> Wheel:
    """Return a wheel that puts a module in one place by two ways."""
    return make_wheel(files={"demo.py": "x = 1\n"}, data={"purelib/demo.py": EVIL})


PATHS = [
    Case("an absolute path", "is absolute", lambda: with_member(str(ABSOLUTE / "evil.py"))),
    Case("a path with a Windows drive", "C:/evil.py is absolute", lambda: with_member("C:/evil.py")),
    Case("a path on another machine", "is absolute", lambda: with_member("//host/share/evil.py")),
    Case("a path out of the environment", "leaves the archive", lambda: with_member(f"{OUT}evil.py")),
    Case("a path that goes in and out again", "leaves the archive", lambda: with_member(f"demo/../{OUT}evil.py")),
    Case("a path out of the environment, for Windows", "backslash", lambda: with_member("..\\..\\evil.py")),
    Case("a path with a single dot", "is empty or only dots", lambda: with_member("demo/./evil.py")),
    Case("a path with an empty name", "is empty or only dots", lambda: with_member("demo//evil.py")),
    Case("a name of three dots", "is empty or only dots", lambda: with_member("demo/.../evil.py")),
    Case("a NUL in a name", "control character", lambda: with_member("demo.py\0.txt")),
    Case("an escape sequence in a name", "control character", lambda: with_member("\x1b]0;evil\x07\x1b[2J.py")),
    Case("a C1 control character in a name", "control character", lambda: with_member("demo\x9b2J.py")),
    Case("a line break in a name", "control character", lambda: with_member("demo\nerror: all is well.py")),
    Case("a name that is a device on Windows", "device on Windows", lambda: with_member("demo/nul.py")),
    Case("another name that is a device on Windows", "device on Windows", lambda: with_member("COM1")),
    Case("a name of 300 bytes", "longer than 255 bytes", lambda: with_member("x" * 300)),
    Case("a path of 4,000 bytes", "longer than 1000 bytes", lambda: with_member("/".join(["x" * 99] * 40))),
    Case("a symbolic link", "symbolic link", lambda: with_member("link", "/etc/passwd", 0o120777)),
    Case("a member through a symbolic link", "symbolic link", through_a_link),
    Case("a folder that is a symbolic link", "symbolic link", lambda: with_member("evil/", "/etc", 0o120777)),
    Case("a named pipe", "neither a file nor a folder", lambda: with_member("pipe", "", 0o010644)),
    Case("a device", "neither a file nor a folder", lambda: with_member("device", "", 0o060644)),
    Case("a folder that has content", "folder that has content", lambda: with_member("evil/", EVIL, 0o040755)),
    Case("a file that is a folder too", "is a file and a folder", lambda: with_members("evil", "evil/evil.py")),
    Case("a member that is there twice", "is there twice", twice),
    Case("two members for one place", "two of its files go to", in_two_places),
]

DESCRIPTION = [
    Case("a file name that is not a wheel's", "", lambda: called("demo.whl", make_wheel()), 2),
    Case(
        "a file name of another project", "the metadata of demo 1.0", lambda: called(f"evil-{NAME[5:]}", make_wheel())
    ),
    Case(
        "a file name of another version",
        "the metadata of demo",
        lambda: called("demo-9.0-py3-none-any.whl", make_wheel()),
    ),
    Case("no .dist-info", "no METADATA", lambda: zipped("demo.py")),
    Case(
        "a second .dist-info",
        "2 .dist-info folders",
        lambda: with_member("evil-1.0.dist-info/METADATA", metadata("evil", "1.0")),
    ),
    Case(
        "a second .dist-info of the same project",
        "it has no METADATA, or several",
        lambda: with_member("demo-2.0.dist-info/METADATA", metadata("demo", "2.0")),
    ),
    Case(
        "a second .dist-info in capital letters",
        "2 .dist-info folders",
        lambda: with_member("evil-1.0.DIST-INFO/METADATA", metadata("evil", "1.0")),
    ),
    Case("a .dist-info of no version", "", lambda: zipped("demo-one.dist-info/METADATA")),
    Case("no WHEEL", "it has no WHEEL", lambda: with_file("WHEEL", None)),
    Case("a WHEEL of version 2.0", "version 2.0 of the wheel format", lambda: with_file("WHEEL", WHEEL.format("2.0"))),
    Case("a WHEEL of no version", "does not say which version", lambda: with_file("WHEEL", "Tag: py3-none-any\n")),
    Case(
        "a WHEEL of two versions",
        "does not say which version",
        lambda: with_file("WHEEL", "Wheel-Version: 1.0\n" + WHEEL.format("2.0")),
    ),
    Case("no METADATA", "no METADATA", lambda: with_file("METADATA", None)),
    Case("METADATA of another project", "metadata of evil", lambda: with_file("METADATA", metadata("evil", "1.0"))),
    Case("METADATA of another version", "metadata of demo 9.0", lambda: with_file("METADATA", metadata("demo", "9.0"))),
    Case("METADATA without a name", "no name or no version", lambda: with_file("METADATA", "Version: 1.0\n")),
    Case(
        "METADATA of a version that is none",
        "version that is none",
        lambda: with_file("METADATA", metadata("demo", "x")),
    ),
    Case(
        "METADATA with two names",
        "says its name twice",
        lambda: with_file("METADATA", metadata("demo", "1.0").replace("Name: demo", "Name: demo\nName: evil")),
    ),
    Case(
        "METADATA of format 3.0",
        "version 3.0 of the format",
        lambda: with_file("METADATA", metadata("demo", "1.0").replace("2.1", "3.0", 1)),
    ),
    Case(
        "METADATA of 17 MB",
        "METADATA that no wheel has",
        lambda: with_file("METADATA", metadata("demo", "1.0") + "x" * 17 * 1024**2),
    ),
    Case(
        "METADATA with an escape sequence in its name",
        "metadata of",
        lambda: with_file("METADATA", metadata("\x1b]0;evil\x07\x1b[2J", "1.0")),
    ),
    Case(
        "a dependency with an escape sequence in it",
        "nothing fits",
        lambda: make_wheel(requires=["evil\x1b]0;evil\x07\x1b[2J"]),
        3,
    ),
]

RECORD = [
    Case("no RECORD", "it has no RECORD", lambda: with_file("RECORD", None)),
    Case("RECORD that is not text", "RECORD cannot be read", lambda: with_file("RECORD", b"\xff\xfe\0")),
    Case("RECORD that is not CSV", "RECORD cannot be read", lambda: with_file("RECORD", 'demo.py,"x')),
    Case("RECORD with four fields", "line 1", lambda: with_file("RECORD", "demo.py,a,b,c\n")),
    Case("a file that RECORD does not list", "does not list evil.py", lambda: make_wheel(extra=[("evil.py", EVIL)])),
    Case("METADATA that RECORD does not list", "does not list", lambda: without_row(f"{INFO}/METADATA")),
    Case("a file in RECORD that is not there", "not there", lambda: with_record(lambda rows: [*rows, row("x", b"")])),
    Case(
        "a file in RECORD that is outside",
        "not there",
        lambda: with_record(lambda rows: [*rows, row(f"{OUT}home/.profile", b"")]),
    ),
    Case("a file without a hash", "has no hash for demo.py", lambda: with_row("demo.py", hash="")),
    Case("a hash without a digest", "has no hash for demo.py", lambda: with_row("demo.py", hash="sha256=")),
    Case("a hash by MD5", "proves nothing (md5)", lambda: with_row("demo.py", hash=row("", b"x = 1\n", "md5").hash)),
    Case(
        "a hash by SHA-1", "proves nothing (sha1)", lambda: with_row("demo.py", hash=row("", b"x = 1\n", "sha1").hash)
    ),
    Case("a hash by something unknown", "proves nothing", lambda: with_row("demo.py", hash="evil=AAAA")),
    Case("another hash", "not the file that its RECORD", lambda: with_row("demo.py", hash=row("", b"x = 2\n").hash)),
    Case("another size", "another size for demo.py", lambda: with_row("demo.py", size="7")),
    Case(
        "two hashes of one file",
        "two hashes for demo.py",
        lambda: with_record(lambda rows: [row("demo.py", b"x = 2\n"), *rows]),
    ),
]


def _pythons(path: str) -> str:
    return path.format(python=f"python{sys.version_info[0]}.{sys.version_info[1]}")


PLACES = [
    Case("a .data folder of another project", "another project", lambda: with_member("evil-1.0.data/scripts/evil")),
    Case("a .data folder of no known part", "no part of an environment", lambda: with_data("evil/x")),
    Case(
        "a path out of the environment, below .data",
        "leaves the archive",
        lambda: with_data(f"data/{OUT}evil.py"),
    ),
    Case("a path out of the environment, in headers", "leaves the archive", lambda: with_data(f"headers/{OUT}evil.h")),
    Case("a path out of the environment, in scripts", "leaves the archive", lambda: with_data("scripts/../../evil")),
    Case(
        "a .dist-info of another project, below .data/purelib",
        "describe another distribution",
        lambda: with_data("purelib/evil-1.0.dist-info/METADATA", metadata("evil", "1.0")),
    ),
    Case(
        "a .dist-info of another project, below .data/data",
        "describe another distribution",
        lambda: with_data(
            _pythons("data/lib/{python}/site-packages/evil-1.0.dist-info/METADATA"), metadata("evil", "1.0")
        ),
    ),
    Case("its own RECORD, below .data", "describe another", lambda: with_data(f"purelib/{INFO}/RECORD", "evil")),
    Case("a script called python", "part of the environment", lambda: with_data("scripts/python")),
    Case("a script called python3", "part of the environment", lambda: with_data("data/bin/python3")),
    Case("a script called activate", "part of the environment", lambda: with_data("scripts/activate")),
    Case("a pyvenv.cfg", "part of the environment", lambda: with_data("data/pyvenv.cfg", "home = /tmp\n")),
    Case(
        "a pyvenv.cfg beside the interpreter", "part of the", lambda: with_data("scripts/pyvenv.cfg", "home = /tmp\n")
    ),
    Case("a module of the standard library", "part of the", lambda: with_data(_pythons("data/lib/{python}/os.py"))),
    Case("an entry point called python", "part of the environment", lambda: with_script("python")),
    Case("an entry point that leaves its folder", "leaves the archive", lambda: with_script("../../evil")),
    Case("an entry point with an absolute path", "is absolute", lambda: with_script(str(ABSOLUTE / "evil"))),
    Case("an entry point with a folder in its name", "not a file's name", lambda: with_script("evil/evil")),
    Case("an entry point with a backslash", "backslash", lambda: with_script("..\\evil")),
    Case("an entry point with an escape sequence", "control character", lambda: with_script("evil\x1b[2J")),
    Case("an entry point without a name", "is empty", lambda: with_script("")),
    Case("an entry point that is code", "not a function", lambda: with_script("demo", "os:system('id')")),
    Case("an entry point that imports on", "not a function", lambda: with_script("demo", "demo:main;import os")),
    Case("an entry point of no function", "not a function", lambda: with_script("demo", "demo")),
    Case("an entry point that is a keyword", "not a function", lambda: with_script("demo", "demo:import")),
]


def installer(site_packages: Path) -> str:
    """Tell what INSTALLER says."""
    return f"INSTALLER says {(site_packages / INFO / 'INSTALLER').read_text().strip()}"


def signature(site_packages: Path) -> str:
    """Tell whether a signature was installed."""
    return f"RECORD.jws is {'there' if (site_packages / INFO / 'RECORD.jws').exists() else 'not there'}"


def origin(site_packages: Path) -> str:
    """Tell where direct_url.json says that the wheel is from."""
    text = (site_packages / INFO / "direct_url.json").read_text()
    return f"direct_url.json names {'evil.example' if 'evil.example' in text else 'the file'}"


def requested(site_packages: Path) -> str:
    """Tell what REQUESTED holds."""
    return f"REQUESTED holds {len((site_packages / INFO / 'REQUESTED').read_bytes())} bytes"


def modes(site_packages: Path) -> str:
    """Tell which special bits a program has."""
    bits = (site_packages / "tool").stat().st_mode & 0o6000
    return f"the program is {'setuid' if bits else 'not setuid'}"


def _harmless(name: str, harmless: str, probe: Callable[[Path], str], **arguments: Mapping[str, Content]) -> Case:
    return Case(name, "", lambda: make_wheel(**arguments), 0, probe, harmless)  # type: ignore[arg-type]


HARMLESS = [
    _harmless("its own INSTALLER", "INSTALLER says unlatch", installer, dist_info={"INSTALLER": "evil\n"}),
    _harmless("its own REQUESTED", "REQUESTED holds 0 bytes", requested, dist_info={"REQUESTED": "evil\n"}),
    _harmless(
        "its own direct_url.json",
        "direct_url.json names the file",
        origin,
        dist_info={"direct_url.json": '{"url": "https://evil.example/demo.whl", "archive_info": {}}'},
    ),
    _harmless("a signature of RECORD", "RECORD.jws is not there", signature, dist_info={"RECORD.jws": "evil"}),
    Case(
        "a setuid program",
        "",
        lambda: with_member("tool", "#!/bin/sh\n", 0o104755),
        0,
        modes,
        "the program is not setuid",
    ),
]
