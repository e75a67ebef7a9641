"""A wheel that was unpacked, as its manifest describes it: all that is needed to install it, none to check it."""

# Paths are text here: a start that places wheels loads no pathlib.
# ruff: noqa: PTH118, PTH123

import os

from unlatch.installation.entry_points import EntryPoint
from unlatch.installation.keep import manifest
from unlatch.installation.keep.parts import Part, Row, are_simple, parts_of, read_back, rows_of
from unlatch.installation.record import OWN
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from unlatch.model.distribution import WheelName


class Unpacked(NamedTuple):
    """An unpacked wheel. `parts` are the files to install; `is_simple` is as `parts.are_simple` says of them.

    What a wheel ships under the names of RECORD, INSTALLER, REQUESTED and direct_url.json is not among them.
    """

    folder: str
    filename: str
    dist_info: str
    root_is_purelib: bool
    parts: tuple[Part, ...]
    is_simple: bool
    entry_points: tuple[EntryPoint, ...]

    @classmethod
    def describe(
        cls,
        folder: "str | os.PathLike[str]",
        filename: str,
        *,
        dist_info: str,
        root_is_purelib: bool,
        rows: "Iterable[Row]",
        entry_points: tuple[EntryPoint, ...],
    ) -> "Unpacked":
        """Write down what was unpacked into a folder, for `load`; RECORD and its like may be among `rows`.

        Raise OSError.
        """
        own = [f"{dist_info}/{name}" for name in OWN]
        placed = [row for row in rows if row[0] not in own]
        is_simple = are_simple([*(row[0] for row in placed), *own])
        made = cls(os.fspath(folder), filename, dist_info, root_is_purelib, parts_of(placed), is_simple, entry_points)
        parts, points = (tuple(map(tuple, values)) for values in (made.parts, entry_points))
        manifest.write(folder, (filename, dist_info, root_is_purelib, parts, is_simple, points))
        return made

    @classmethod
    def load(cls, folder: "str | os.PathLike[str]") -> "Unpacked | None":
        """Return what `unpack` left in a folder; None when there is nothing of it, or its manifest is damaged."""
        described = manifest.read(folder)
        if described is None:
            return None
        filename, dist_info, root_is_purelib, parts, is_simple, entry_points = described
        points = tuple([EntryPoint(*point) for point in entry_points])
        known = read_back(parts)
        return cls(os.fspath(folder), filename, dist_info, root_is_purelib, known, is_simple, points)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The files one by one, those of one folder next to each other."""
        return rows_of(self.parts)

    @property
    def root(self) -> str:
        """The folder that the archive's paths start from."""
        return manifest.files(self.folder)

    @property
    def name(self) -> NormalizedName:
        """The project, as the file's name has it."""
        return normalize(self.filename.partition("-")[0])

    @property
    def version(self) -> "Version":
        """The version, as the file's name has it."""
        return self._parsed.version

    @property
    def tags(self) -> frozenset[str]:
        """The tags, as the file's name has them: "py3-none-any"."""
        return self._parsed.tags

    @property
    def _parsed(self) -> "WheelName":
        from unlatch.model.distribution import WheelName  # noqa: PLC0415 - loaded only where more than names is asked

        return WheelName.parse(self.filename)

    def metadata(self) -> bytes:
        """Read METADATA. Raise OSError."""
        with open(os.path.join(self.root, self.dist_info, "METADATA"), "rb") as file:
            return file.read()
