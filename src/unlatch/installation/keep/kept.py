"""Whether the files that were kept for linking are still what they were.

Whoever edits an installed file in place may edit the kept one with it, which it may be a link to. Before files are used
their sizes and times are looked at: all were written before their manifest. To be quite sure takes reading every byte.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH116, PTH123

import os

from unlatch.installation.keep import manifest
from unlatch.installation.record import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlatch.installation.keep.parts import Row


def written(folder: "str | os.PathLike[str]") -> int:
    """Return when a folder was filled, in nanoseconds since the epoch; 0 when that cannot be told."""
    try:
        return os.stat(manifest.path(folder)).st_mtime_ns
    except OSError:
        return 0


def wear(folder: "str | os.PathLike[str]", root: str, rows: "Iterable[Row]") -> str | None:
    """Return the path of the first file below `root` that is missing or was changed since `folder` was filled, or None.

    Only what looks changed is read: a cache that was copied looks so, until this has been found out once.
    """
    since = written(folder)
    is_newer = False
    for path, digest, size, _ in rows:
        try:
            found = os.stat(f"{root}/{path}")
        except OSError:
            return path
        if found.st_size != size:
            return path
        if found.st_mtime_ns > since:
            if not is_sound(f"{root}/{path}", digest):
                return path
            is_newer = True
    if is_newer:
        from contextlib import suppress  # noqa: PLC0415 - loaded only where something looks changed

        with suppress(OSError):
            os.utime(manifest.path(folder))
    return None


def damage(root: str, rows: "Iterable[Row]") -> str | None:
    """Return the path of the first file below `root` that is missing or changed, None when all are as they were."""
    return next((path for path, digest, *_ in rows if not is_sound(f"{root}/{path}", digest)), None)


def is_sound(path: str, digest: str) -> bool:
    """Whether the file is there, and has that hash, written as RECORD has it ("sha256=…")."""
    from hashlib import file_digest  # noqa: PLC0415 - loaded only where something looks changed

    algorithm, _, expected = digest.partition("=")
    try:
        with open(path, "rb") as file:
            return encoded(file_digest(file, algorithm).digest()) == expected.rstrip("=")
    except (OSError, ValueError):
        return False
