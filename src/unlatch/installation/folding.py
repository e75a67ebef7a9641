"""Names that differ and are one all the same, on a file system that does not look at case or at Unicode's forms.

There the later of two files would silently take the earlier one's place. Elsewhere both are installed: wheels with a
`xt_MARK.h` beside a `xt_mark.h` are sound, and live on Linux.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH118, PTH121

import os

from unlatch.installation.unsound import unsound
from unlatch.model.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def folds_names(folder: str) -> bool:
    """Whether a folder, or the nearest above it that is there, is found by its name in other letters too."""
    parent, name = os.path.split(folder)
    while name and not os.path.lexists(folder):
        folder = parent
        parent, name = os.path.split(folder)
    try:
        return name != name.swapcase() and os.path.samefile(folder, os.path.join(parent, name.swapcase()))
    except OSError:
        return False


def refuse_one_name(
    paths: "Collection[str]", filename: str, folder: str, *, folds: "Callable[[str], bool]" = folds_names
) -> None:
    """Raise IntegrityError, naming the wheel, when two of its absolute paths would be one file.

    `folder` is where it is installed. It is asked how it takes names only when there are two such paths.
    """
    # All together first: that is done without a step of ours for each of thousands.
    if len(set(map(str.lower, paths))) == len(paths) and all(map(str.isascii, paths)):
        return
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(_folded(path), path)
        if other is not path and folds(folder):
            raise unsound(filename, f"{printable(path)} and {printable(other)} are one file on this file system")


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    from unicodedata import normalize  # noqa: PLC0415 - hardly a wheel needs it

    return normalize("NFC", normalize("NFC", path).casefold())
