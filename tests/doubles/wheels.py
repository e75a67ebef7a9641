"""Wheels made in memory, sound ones and broken ones, for every test that needs a distribution.

    filename, body = make_wheel("demo", "1.0", {"demo/__init__.py": "x = 1"}, requires=["idna"])

What `make_wheel` gives is a valid wheel as long as only the first arguments are used. `dist_info`, `record` and
`extra` are there to break it: leave METADATA out, change what RECORD says, add members that it does not list.
"""

import base64
import hashlib
import io
import itertools
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

Content = str | bytes
Wheel = tuple[str, bytes]


class Row(NamedTuple):
    """One line of RECORD: a path, its hash as "sha256=...", and its size, each as it is written."""

    path: str
    hash: str = ""
    size: str = ""


def make_wheel(
    name: str = "demo",
    version: str = "1.0",
    files: Mapping[str, Content] | None = None,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Sequence[str] = (),
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    data: Mapping[str, Content] | None = None,
    executable: Collection[str] = (),
    tag: str = "py3-none-any",
    is_pure: bool = True,
    dist_info: Mapping[str, Content | None] | None = None,
    record: Callable[[list[Row]], Sequence[Sequence[str]]] | None = None,
    extra: Sequence[tuple[zipfile.ZipInfo | str, Content]] = (),
    compression: int = zipfile.ZIP_DEFLATED,
) -> Wheel:
    """Return a wheel's file name and its bytes, the same bytes for the same arguments.

    `files` are members by their path in the archive; without any, one module named after the project.
    `data` are members below the `.data` folder ("scripts/run", "headers/demo.h"); `executable` names members of either,
    as they are given there, that carry the executable bit. `entry_points` are names and values by group:
    {"console_scripts": {"demo": "demo:main"}}. `tag` is the compatibility tag, `is_pure` is Root-Is-Purelib.

    To break it: `dist_info` replaces or adds files of `.dist-info` by name (None leaves one out), `record` is given
    RECORD's rows and returns those that are written, and `extra` members are written last and are not recorded.
    """
    escaped = name.replace("-", "_").replace(".", "_")
    folder, data_folder = f"{escaped}-{version}.dist-info", f"{escaped}-{version}.data"
    members: dict[str, bytes] = {}
    for path, content in (files if files is not None else {f"{escaped.lower()}.py": f"name = {name!r}\n"}).items():
        members[path] = _bytes(content)
    for path, content in (data or {}).items():
        members[f"{data_folder}/{path}"] = _bytes(content)
    described: dict[str, Content | None] = {
        "METADATA": metadata(name, version, requires, requires_python, extras),
        "WHEEL": _wheel(tag, is_pure),
    }
    if entry_points:
        described["entry_points.txt"] = _sections(entry_points)
    for path, described_content in (described | dict(dist_info or {})).items():
        if described_content is not None:
            members[f"{folder}/{path}"] = _bytes(described_content)
    if "RECORD" not in (dist_info or {}):
        members[f"{folder}/RECORD"] = _record(members, f"{folder}/RECORD", record)
    executables = {*executable, *(f"{data_folder}/{path}" for path in executable)}
    return f"{escaped}-{version}-{tag}.whl", _zip(members, executables, extra, compression)


def metadata(
    name: str,
    version: str,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Sequence[str] = (),
) -> str:
    """Return the text of a METADATA file."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Summary: made for a test"]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return "\n".join(lines) + "\n\nA description.\n"


def member(path: str, *, mode: int = 0o100644) -> zipfile.ZipInfo:
    """Return a ZIP entry of that path and UNIX mode, for `extra`: 0o120777 is a symbolic link."""
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    info.filename = path
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def row(path: str, content: bytes, algorithm: str = "sha256") -> Row:
    """Return what RECORD says of a file."""
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, content).digest()).rstrip(b"=").decode()
    return Row(path, f"{algorithm}={digest}", str(len(content)))


def _wheel(tag: str, is_pure: bool) -> str:
    tags = ["-".join(parts) for parts in itertools.product(*(part.split(".") for part in tag.split("-")))]
    lines = ["Wheel-Version: 1.0", "Generator: tests", f"Root-Is-Purelib: {str(is_pure).lower()}"]
    return "\n".join([*lines, *(f"Tag: {one}" for one in tags)]) + "\n"


def _record(
    members: Mapping[str, bytes], path: str, change: Callable[[list[Row]], Sequence[Sequence[str]]] | None
) -> bytes:
    rows: Sequence[Sequence[str]] = [*(row(name, content) for name, content in members.items()), Row(path)]
    if change is not None:
        rows = change([Row(*fields) for fields in rows])
    return "".join(",".join(_quoted(field) for field in fields) + "\n" for fields in rows).encode()


def _zip(
    members: Mapping[str, bytes],
    executables: Collection[str],
    extra: Sequence[tuple[zipfile.ZipInfo | str, Content]],
    compression: int,
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for path, content in members.items():
            info = member(path, mode=0o100755 if path in executables else 0o100644)
            archive.writestr(info, content, compression)
        for given, extra_content in extra:
            info = given if isinstance(given, zipfile.ZipInfo) else member(given)
            archive.writestr(info, _bytes(extra_content), compression)
    return stream.getvalue()


def _sections(groups: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in names.items())
        for group, names in groups.items()
    )


def _bytes(content: Content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if set(field) & set(',"\n\r') else field
