"""What one wheel becomes in a target: every file that will be there, and what RECORD will say of it.

Planned as a whole before anything is touched. It reads the wheel's shipped scripts, from where it was unpacked.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH118, PTH119, PTH123

import os

from unlatch.installation import record
from unlatch.installation.folding import refuse_one_name
from unlatch.installation.keep.kept import written
from unlatch.installation.keep.parts import Part, Row
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.linking import Expected, Incomplete, is_worn
from unlatch.installation.place.place import Layout, Place
from unlatch.installation.place.scripts import SHIPPED, adapted, covers, scripts
from unlatch.installation.unsound import unsound
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.direct_url import DirectUrl

    from unlatch.installation.keep.bytecode import Bytecode
    from unlatch.model.target import Target


class Addition(NamedTuple):
    """A wheel to install. `is_requested` says that the user named it; `direct_url` where it came from, if by a URL.

    Where nobody has looked yet whether the kept files are as they were (`is_looked_at`), each is looked at as it is
    placed: that is one look at a file and not two.
    """

    unpacked: Unpacked
    bytecode: "Bytecode | None" = None
    is_requested: bool = False
    direct_url: "DirectUrl | None" = None
    is_looked_at: bool = True


class Placement(NamedTuple):
    """A file to be: linked from `source`, or where that is None written from `content`.

    `expected` is what the source is, where that is still to be looked at.
    """

    destination: str
    row: record.Row
    source: str | None
    content: bytes
    is_executable: bool
    expected: Expected | None = None


class Batch(NamedTuple):
    """Files of one folder that all go into one other, each under its own name.

    None of them was looked at since `newest`, when they were unpacked, or else that is None.
    """

    destination: str
    source: str
    part: Part
    newest: int | None

    def placements(self) -> "Iterator[Placement]":
        """Yield the files one by one."""
        for path, digest, size, is_executable in self.part.rows():
            name = path.rpartition("/")[2]
            expected = None if self.newest is None else (size, self.newest)
            recorded = path, digest, str(size)
            destination = f"{self.destination}/{name}"
            yield Placement(destination, recorded, f"{self.source}/{name}", b"", is_executable, expected)


class Installation(NamedTuple):
    """A distribution that is going to be installed: files in `batches`, by their folder, and the rest one by one.

    `placements` are by destination, those of one folder together. `shared` are rows of files that another distribution
    of the same change places, with the same content.
    """

    name: NormalizedName
    filename: str
    dist_info: str
    placements: dict[str, Placement]
    batches: dict[str, Batch]
    shared: list[record.Row]

    @property
    def record_path(self) -> str:
        """Where RECORD goes, after everything that it lists."""
        return os.path.join(self.dist_info, "RECORD")

    def record_content(self) -> bytes:
        """Return RECORD's content."""
        rows = [placement.row for placement in self.placements.values()]
        rest = record.write_rows([*rows, *self.shared, (f"{os.path.basename(self.dist_info)}/RECORD", "", "")])
        return b"".join([*(batch.part.recorded for batch in self.batches.values()), rest])

    def add(self, placement: Placement) -> None:
        """Plan a file. Raise IntegrityError when another one goes to the same place."""
        if self.placements.setdefault(placement.destination, placement) is not placement:
            raise unsound(self.filename, f"two of its files go to {printable(placement.destination)}")

    def each(self) -> "Iterator[Placement]":
        """Yield all files one by one."""
        yield from self.placements.values()
        for batch in self.batches.values():
            yield from batch.placements()

    def spread(self, folder: str) -> None:
        """Plan a folder's files one by one, where something has to be decided about them. Raise as `add` does."""
        batch = self.batches.pop(folder, None)
        if batch is not None:
            for placement in batch.placements():
                self.add(placement)


def plan_installation(addition: Addition, target: "Target") -> Installation:
    """Plan all of a wheel's files. Raise IntegrityError for a place or a script that is refused, and OSError."""
    unpacked = addition.unpacked
    layout = Layout.of(unpacked.filename, unpacked.dist_info, unpacked.name, unpacked.root_is_purelib, target)
    dist_info = layout.place(unpacked.dist_info).destination
    planned = Installation(unpacked.name, unpacked.filename, dist_info, {}, {}, [])
    newest = None if addition.is_looked_at else written(unpacked.folder)
    for row in _plan_parts(planned, layout, unpacked, newest):
        place = layout.place(row[0])
        if place.key == "scripts":
            _plan_script(planned, place, row, unpacked, target, newest)
        else:
            planned.add(_linked(place, row, unpacked.root, newest))
    for name, content in scripts(unpacked.entry_points, target, unpacked.filename):
        planned.add(_written(layout.place_script(name), content, is_executable=True))
    for name, content in _own_files(addition).items():
        planned.add(_written(layout.place(f"{unpacked.dist_info}/{name}"), content))
    if addition.bytecode is not None:
        bytecode = addition.bytecode
        newest = None if addition.is_looked_at else written(bytecode.folder)
        for row in _plan_parts(planned, layout, bytecode, newest):
            planned.add(_linked(layout.place(row[0]), row, bytecode.root, newest))
    _spread_what_meets(planned)
    if planned.record_path in planned.placements:
        raise unsound(unpacked.filename, f"one of its files goes to {printable(planned.record_path)}")
    refuse_one_name([*planned.placements, planned.record_path], unpacked.filename, layout.site_packages)
    return planned


def _plan_parts(
    planned: Installation, layout: Layout, kept: "Unpacked | Bytecode", newest: int | None
) -> "Iterable[Row]":
    """Plan by their folders the files that go where the archive has them. Return the others.

    Most wheels have no others, and a large set of wheels has twenty thousand files.
    """
    if layout.is_windows or not kept.is_simple:
        return kept.rows
    others: list[Row] = []
    root = kept.root
    for part in kept.parts:
        if part.folder.partition("/")[0].endswith(".data"):
            others += part.rows()
            continue
        below = f"/{part.folder}" if part.folder else ""
        destination = f"{layout.site_packages}{below}"
        planned.spread(destination)
        planned.batches[destination] = Batch(destination, f"{root}{below}", part, newest)
    return others


def _spread_what_meets(planned: Installation) -> None:
    """Plan one by one what comes as a batch into a folder that other files of the wheel go to, in whatever letters.

    What is written into .dist-info has names of its own there (`parts.are_simple`).
    """
    single = {path.rpartition(os.sep)[0].lower() for path in planned.placements} - {planned.dist_info.lower()}
    if not single.isdisjoint(map(str.lower, planned.batches)):
        for folder in [folder for folder in planned.batches if folder.lower() in single]:
            planned.spread(folder)


def _plan_script(
    planned: Installation, place: Place, row: Row, unpacked: Unpacked, target: "Target", newest: int | None
) -> None:
    """Plan a shipped script: adapted to the interpreter if it asks for that, and executable in any case."""
    path, _, size, is_executable = row
    if covers(os.path.basename(place.destination), unpacked.entry_points):
        return
    source = f"{unpacked.root}/{path}"
    try:
        with open(source, "rb") as stream:
            start = stream.read(len(SHIPPED))
            # Some scripts are programs of many megabytes: they are read only when there is something to adapt.
            content = start + stream.read() if start == SHIPPED or not is_executable else None
            if newest is not None and is_worn(os.fstat(stream.fileno()), (size, newest)):
                raise Incomplete(source)
    except FileNotFoundError:
        raise Incomplete(source) from None
    if content is None:
        planned.add(_linked(place, row, unpacked.root, newest))
    else:
        planned.add(_written(place, adapted(content, target) or content, is_executable=True))


def _own_files(addition: Addition) -> dict[str, bytes]:
    """Return what .dist-info says of this installation, besides RECORD."""
    files = {"INSTALLER": record.INSTALLER}
    if addition.is_requested:
        files["REQUESTED"] = b""
    if addition.direct_url is not None:
        files["direct_url.json"] = record.direct_url_content(addition.direct_url)
    return files


def _linked(place: Place, row: Row, root: str, newest: int | None) -> Placement:
    path, digest, size, is_executable = row
    recorded = place.recorded, digest, str(size)
    expected = None if newest is None else (size, newest)
    return Placement(place.destination, recorded, f"{root}/{path}", b"", is_executable, expected)


def _written(place: Place, content: bytes, *, is_executable: bool = False) -> Placement:
    return Placement(place.destination, record.row_of(place.recorded, content), None, content, is_executable)
