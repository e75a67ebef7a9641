"""The files of a kept folder, described folder by folder: ready to be placed and recorded without a look at each.

A large set of wheels has 18,000 files in 2,300 folders. A part says of one folder what its files are called and how
large they are, and has the lines that RECORD gets for them.
"""

from unlatch.installation import record
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

Row = tuple[str, str, int, bool]
"""A file: its path from the archive's root with "/", its hash as RECORD has it, its size, whether it is executable."""


class Part(NamedTuple):
    """The files of one folder, which is a path with "/", "" for the root: `names` and `sizes` go together.

    `executables` are the names of those that are. `recorded` are RECORD's lines for all of them, in their order.
    """

    folder: str
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    executables: tuple[str, ...]
    recorded: bytes

    def rows(self) -> "Iterator[Row]":
        """Yield the files one by one."""
        for (path, digest, _), name, size in zip(record.read_rows(self.recorded), self.names, self.sizes, strict=True):
            yield path, digest, size, name in self.executables


def parts_of(rows: "Iterable[Row]") -> tuple[Part, ...]:
    """Return files folder by folder."""
    folders: dict[str, list[tuple[str, Row]]] = {}
    for row in rows:
        folder, _, name = row[0].rpartition("/")
        folders.setdefault(folder, []).append((name, row))
    return tuple(
        Part(
            folder,
            tuple(name for name, _ in files),
            tuple(row[2] for _, row in files),
            tuple(name for name, row in files if row[3]),
            record.write_rows((path, digest, str(size)) for _, (path, digest, size, _) in files),
        )
        for folder, files in folders.items()
    )


def read_back(known: "Iterable[tuple[Any, ...]]") -> tuple[Part, ...]:
    """Return parts that were written down as plain tuples."""
    return tuple([Part(*fields) for fields in known])


def rows_of(parts: "Iterable[Part]") -> tuple[Row, ...]:
    """Return the files of all parts one by one."""
    return tuple([row for part in parts for row in part.rows()])


def are_simple(paths: "Collection[str]") -> bool:
    """Whether nothing has to be decided about the files of an archive that do not lie in its data folder.

    Each goes where the archive has it, wherever "/" stands between folders: no path leaves its folder, or is one of
    ours (".unlatch-…"). And no file system takes two of them for one.
    """
    together = "\n".join(paths).lower()
    folders = {path.rpartition("/")[0] for path in paths}
    return (
        together.isascii()
        and ".." not in together
        and ".unlatch" not in together
        and len({*map(str.lower, paths)}) == len(paths)
        and len({folder.lower() for folder in folders}) == len(folders)
    )
