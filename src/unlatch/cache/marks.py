"""Marks: what files were like when a run looked at them, so that the next one can tell whether they still are.

A mark is made of what `stat` says. It loads nothing: a command that was given before is answered before anything else
is imported.
"""

# ruff: noqa: PTH116, PTH208 - paths are text here, and pathlib takes as long to load as all the rest of such an answer

import os
from stat import S_ISDIR

Mark = tuple[str, int, int, int]
"""A path, and its mode, size and time of change in nanoseconds; zeros where nothing is.

Of a folder the mode alone counts, and the others are -1, unless it is what is in it that matters.
"""

_DESCRIPTIONS = (".dist-info", ".egg-info", ".egg-link")
# Nanoseconds within which a file may change twice and look the same: some count in steps of milliseconds, some in
# steps of one or two seconds.
_STEP, _LONG_STEP = 500_000_000, 2_500_000_000


def mark(path: str, *, has_entries: bool = False) -> Mark:
    """Return the mark of a path. With `has_entries` it tells of a folder which names are in it, too."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path, 0, 0, 0
    if S_ISDIR(status.st_mode) and not has_entries:
        return path, status.st_mode, -1, -1
    return path, status.st_mode, status.st_size, status.st_mtime_ns


def is_of_nothing(marked: Mark) -> bool:
    """Whether nothing was there."""
    return not marked[1]


def listing(folders: "tuple[str, ...]") -> "tuple[tuple[str, ...], ...]":
    """Return the names in some folders that describe what is installed there; none for a folder that is not there."""
    return tuple(map(_described, folders))


def _described(folder: str) -> "tuple[str, ...]":
    try:
        names = os.listdir(folder)
    except OSError:
        return ()
    return tuple(sorted(name for name in names if name.endswith(_DESCRIPTIONS)))


def stands(marks: "list[Mark]") -> bool:
    """Whether everything is still as it was marked."""
    return all(mark(known[0], has_entries=known[3] >= 0) == known for known in marks)


def are_settled(marks: "list[Mark]", begun: int) -> bool:
    """Whether nothing can have changed since a run began that looks as it did before; `begun` is in nanoseconds.

    Two changes within one step of a file system's clock cannot be told apart, so what has just changed is not trusted.
    """
    times = [changed for *_, changed in marks if changed > 0]
    newest = max(times, default=0)
    is_coarse = bool(times) and all(changed % 1_000_000_000 == 0 for changed in times)
    return newest < begun - (_LONG_STEP if is_coarse else _STEP)
