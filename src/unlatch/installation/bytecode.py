"""Compiled modules of a wheel, kept beside it for all environments of an interpreter; `compiler` has made them.

They are placed like the wheel's own files. A .pyc names its source's time and size (PEP 552), so a placed source keeps
the time of the unpacked one; the path inside is corrected by Python when it imports the module.
"""

import os

from unlatch.installation import manifest
from unlatch.installation.unpacked import FILES, Row
from unlatch.model.tuples import NamedTuple


class Bytecode(NamedTuple):
    """Compiled modules. `rows` are as in an unpacked wheel, with the paths that the archive would have.

    `filename` is that of the wheel.
    """

    folder: str
    rows: tuple[Row, ...]
    filename: str

    @classmethod
    def load(cls, folder: "str | os.PathLike[str]") -> "Bytecode | None":
        """Return what `Compiler.compile` left in a folder; None when there is nothing, or its manifest is damaged."""
        described = manifest.read(folder)
        return None if described is None else cls(os.fspath(folder), described[1], described[0])

    @property
    def root(self) -> str:
        """The folder that the rows' paths start from."""
        return f"{self.folder}{os.sep}{FILES}"
