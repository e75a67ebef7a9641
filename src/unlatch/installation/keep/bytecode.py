"""Compiled modules of a wheel, kept beside it for all environments of an interpreter; `compiler` has made them.

They are placed like the wheel's own files. A .pyc names its source's time and size (PEP 552), so a placed source keeps
the time of the unpacked one; the path inside is corrected by Python when it imports the module.
"""

import os

from unlatch.installation.keep import manifest
from unlatch.installation.keep.parts import Part, Row, are_simple, parts_of, read_back, rows_of
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


class Bytecode(NamedTuple):
    """Compiled modules. `parts` are as in an unpacked wheel, with the paths that the archive would have.

    `filename` is that of the wheel.
    """

    folder: str
    parts: tuple[Part, ...]
    is_simple: bool
    filename: str

    @classmethod
    def describe(cls, folder: "str | os.PathLike[str]", filename: str, rows: "Collection[Row]") -> "Bytecode":
        """Write down what was compiled into a folder, for `load`. Raise OSError."""
        made = cls(os.fspath(folder), parts_of(rows), are_simple([row[0] for row in rows]), filename)
        manifest.write(folder, (filename, tuple(map(tuple, made.parts)), made.is_simple))
        return made

    @classmethod
    def load(cls, folder: "str | os.PathLike[str]") -> "Bytecode | None":
        """Return what `Compiler.compile` left in a folder; None when there is nothing, or its manifest is damaged."""
        described = manifest.read(folder)
        if described is None:
            return None
        filename, parts, is_simple = described
        return cls(os.fspath(folder), read_back(parts), is_simple, filename)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The files one by one."""
        return rows_of(self.parts)

    @property
    def root(self) -> str:
        """The folder that the rows' paths start from."""
        return manifest.files(self.folder)
