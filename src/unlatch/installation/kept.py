"""Whether the files that were kept for linking are still what they were, looked at one by one: every byte is read."""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH123

import hashlib
from collections.abc import Iterable

from unlatch.installation.record import encoded
from unlatch.installation.wheel import Row


def damage(root: str, rows: Iterable[Row]) -> str | None:
    """Return the path of the first file below `root` that is missing or changed, None when all are as they were."""
    return next((path for path, digest, *_ in rows if not is_sound(f"{root}/{path}", digest)), None)


def is_sound(path: str, digest: str) -> bool:
    """Whether the file is there, and has that hash, written as RECORD has it ("sha256=…")."""
    algorithm, _, expected = digest.partition("=")
    try:
        with open(path, "rb") as file:
            return encoded(hashlib.file_digest(file, algorithm).digest()) == expected.rstrip("=")
    except (OSError, ValueError):
        return False
