"""What an installed distribution says of itself: its metadata, its files, who installed it, why and from where.

Everything is read when it is asked for, from the `.dist-info` (PEP 376, 610, 627) or the `.egg-info`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.metadata import Metadata, read_headers
from unlatch.model.target import Installed
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl


class Row(NamedTuple):
    """One line of RECORD: a path relative to site-packages or absolute, "sha256=…" or "", and bytes where said."""

    path: str
    hash: str = ""
    size: int | None = None


def metadata(installed: Installed) -> Metadata:
    """Return its METADATA or PKG-INFO. Raise EnvironmentProblem or IntegrityError when it cannot be read."""
    return metadata_at(installed.folder)


def headers(installed: Installed) -> dict[str, list[str]]:
    """Return every header of its METADATA by lower-case name: what `show` prints. Raise EnvironmentProblem."""
    return read_headers(_read(_metadata_path(installed.folder)))


def is_requested(installed: Installed) -> bool:
    """Whether a person asked for it, rather than another distribution (PEP 376's REQUESTED)."""
    return (Path(installed.folder) / "REQUESTED").is_file()


def installer(installed: Installed) -> str:
    """Return the name of the tool that installed it, "" when nobody said."""
    try:
        return (Path(installed.folder) / "INSTALLER").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def wheel_tags(installed: Installed) -> tuple[str, ...]:
    """Return the tags that its wheel was built for, () when they are not written down."""
    try:
        return tuple(read_headers(_read(f"{installed.folder}/WHEEL")).get("tag", ()))
    except EnvironmentProblem:
        return ()


def direct_url(installed: Installed, listener: Listener = ignore) -> "DirectUrl | None":
    """Return where it was installed from, when that was not an index (PEP 610). One that is broken is told."""
    path = f"{installed.folder}/direct_url.json"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a third of pathlib's time, for every distribution
            content = file.read()
    except OSError:
        return None
    import json  # noqa: PLC0415 - most distributions come from an index, and have no such file

    from packaging.direct_url import DirectUrl, DirectUrlValidationError  # noqa: PLC0415 - as above

    try:
        return DirectUrl.from_dict(json.loads(content))
    except (ValueError, TypeError, AttributeError, DirectUrlValidationError):
        listener(Warned(f"{printable(path)} is not what PEP 610 describes: it is ignored"))
        return None


def record(installed: Installed) -> tuple[Row, ...] | None:
    """Return the files that belong to it; None when nobody wrote them down, so that it cannot be removed.

    They are RECORD's lines, or those of an `.egg-info`'s `installed-files.txt`, made relative to site-packages. Raise
    EnvironmentProblem for a RECORD that cannot be read.
    """
    import csv  # noqa: PLC0415 - only for uninstalling and `show --files`

    folder = Path(installed.folder)
    try:
        with (folder / "RECORD").open(encoding="utf-8", newline="") as file:
            return tuple(Row(line[0], *_hash_and_size(line[1:])) for line in csv.reader(file) if line and line[0])
    except FileNotFoundError:
        return _legacy_record(folder)
    except NotADirectoryError:
        return None
    except (OSError, ValueError, csv.Error) as error:
        raise EnvironmentProblem(f"{printable(str(folder))} has a RECORD that cannot be read") from error


def _hash_and_size(fields: list[str]) -> tuple[str, int | None]:
    digest, size, *_ = (*fields, "", "")
    return digest, int(size) if size.isascii() and size.isdigit() else None


def _legacy_record(folder: Path) -> tuple[Row, ...] | None:
    try:
        text = (folder / "installed-files.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    # Its lines are relative to the .egg-info folder itself.
    return tuple(Row(os.path.normpath(f"{folder.name}/{line}")) for line in text.splitlines() if line)


def metadata_at(path: str) -> Metadata:
    """Return the metadata in a `.dist-info` or `.egg-info`. Raise EnvironmentProblem or IntegrityError."""
    return Metadata.parse(_read(_metadata_path(path)), printable(path))


def has_metadata(path: str) -> bool:
    """Whether there is metadata in a `.dist-info` or `.egg-info`; the latter may be a file itself."""
    return os.path.isfile(_metadata_path(path))  # noqa: PTH113 - a tenth of pathlib's time, for every distribution


def linked(path: str) -> str:
    """Return the `.egg-info` that an `.egg-link` leads to. Raise EnvironmentProblem."""
    lines = _read(path).decode("utf-8", "replace").splitlines()
    source = Path(lines[0].strip()) if lines else Path()
    name = Path(path).stem.replace("-", "_")
    egg_info = source / f"{name}.egg-info"
    if source.is_absolute() and egg_info.is_dir():
        return str(egg_info)
    raise EnvironmentProblem(f"it leads to {printable(str(source))}, which has no {printable(egg_info.name)}")


def _metadata_path(path: str) -> str:
    if path.endswith(".dist-info"):
        return f"{path}/METADATA"
    return f"{path}/PKG-INFO" if os.path.isdir(path) else path  # noqa: PTH112 - as in `has_metadata`


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise EnvironmentProblem(f"{printable(path)} cannot be read: {error.strerror}") from error
