"""The journal of one change: each step is noted before it is taken, so that whoever comes after a crash can undo it.

    <site-packages>/.unlatch-change/journal   the change is under way, or was when something ended it: to be undone
                                    done      it has been made; what it replaced is to be deleted
                                    undone    it has been undone; what would have arrived is to be deleted

The three are one file, which gets another name: that is the point at which a change is made, or has never been. A line
is a checksum and the fields of its steps, with NUL between them, which is in no path. A crash may cut the last line
short, and then its steps were not taken.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH104, PTH118, PTH123

import os
from binascii import crc32

from unlatch.cache.files import write_all
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Witness = Callable[[str, str], None]
    """Is told of every step, by a verb and a path, before it is taken. It may raise what the step itself could."""


JOURNAL, DONE, UNDONE = "journal", "done", "undone"

# No path begins with the second of the two, and no verb.
_END = b"\0\n"

ROOM, ASIDE, EMPTIED, PLACE = "room", "aside", "emptied", "place"


class Step(NamedTuple):
    """A step of a change. What `other` is depends on the verb; every path is absolute.

    ROOM     the folder `path` is made; in it lies what arrives, or what was moved aside
    ASIDE    `path`, whatever it is, is renamed to `other`
    EMPTIED  the folder `path`, which is empty by then, is removed; `other` is its mode (octal), owner and group
    PLACE    `other`, which is complete, is renamed to `path`, where nothing is
    """

    verb: str
    path: str
    other: str = ""


def unwatched(verb: str, path: str) -> None:
    """Watch nothing."""
    del verb, path


class Journal:
    """The journal of a change that is being made, by one process."""

    def __init__(self, folder: str) -> None:
        """Begin a journal in a folder that is there. Raise OSError."""
        self._folder = folder
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._descriptor: int | None = os.open(os.path.join(folder, JOURNAL), flags, 0o600)

    def note(self, steps: "Sequence[Step]", *, is_synced: bool = False) -> None:
        """Note steps that are about to be taken; `is_synced` brings everything noted so far to the disk itself.

        Raise OSError: then the steps must not be taken.
        """
        assert self._descriptor is not None
        body = os.fsencode("\0".join([field for step in steps for field in step]))
        write_all(self._descriptor, b"%08x %s%s" % (crc32(body), body, _END))
        if is_synced:
            os.fsync(self._descriptor)

    def settle(self, name: str) -> None:
        """End the change, as DONE or as UNDONE. Raise OSError.

        Nothing is synced: a file system that keeps its own journal does not bring what is deleted later to the disk
        before this.
        """
        self.close()
        os.rename(os.path.join(self._folder, JOURNAL), os.path.join(self._folder, name))

    def close(self) -> None:
        """Write no more; any number of times."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def state(folder: str) -> str | None:
    """Return which of JOURNAL, DONE and UNDONE is in the folder of a change; None when it holds none of them."""
    return next((name for name in (JOURNAL, DONE, UNDONE) if os.path.lexists(os.path.join(folder, name))), None)


def read(folder: str, name: str) -> list[Step]:
    """Return the steps that were noted, in their order. Raise OSError."""
    steps: list[Step] = []
    with open(os.path.join(folder, name), "rb") as file:
        lines = file.read().split(_END)
    for line in lines[:-1]:
        checksum, _, body = line.partition(b" ")
        if checksum != b"%08x" % crc32(body):
            break
        fields = os.fsdecode(body).split("\0")
        steps += map(Step, fields[::3], fields[1::3], fields[2::3])
    return steps
