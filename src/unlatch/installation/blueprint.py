"""What one wheel becomes in a target: every file that will be there, and what RECORD will say of it.

Planned as a whole before anything is touched. It reads the wheel's shipped scripts, from where it was unpacked.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH118, PTH119, PTH123

import os

from unlatch.installation import record
from unlatch.installation.folding import refuse_one_name
from unlatch.installation.kept import written
from unlatch.installation.linking import Expected, Incomplete, is_worn
from unlatch.installation.place import Layout, Place
from unlatch.installation.scripts import SHIPPED, adapted, covers, scripts
from unlatch.installation.unpacked import Row, Unpacked
from unlatch.installation.unsound import unsound
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl

    from unlatch.installation.bytecode import Bytecode
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


class Installation(NamedTuple):
    """A distribution that is going to be installed. `placements` are by destination, those of one folder together.

    `shared` are rows of files that another distribution of the same change places, with the same content.
    """

    name: NormalizedName
    filename: str
    dist_info: str
    placements: dict[str, Placement]
    shared: list[record.Row]

    @property
    def record_path(self) -> str:
        """Where RECORD goes, after everything that it lists."""
        return os.path.join(self.dist_info, "RECORD")

    def record_content(self) -> bytes:
        """Return RECORD's content."""
        rows = [placement.row for placement in self.placements.values()]
        return record.write_rows([*rows, *self.shared, (f"{os.path.basename(self.dist_info)}/RECORD", "", "")])

    def add(self, placement: Placement) -> None:
        """Plan a file. Raise IntegrityError when another one goes to the same place."""
        if self.placements.setdefault(placement.destination, placement) is not placement:
            raise unsound(self.filename, f"two of its files go to {printable(placement.destination)}")


def plan_installation(addition: Addition, target: "Target") -> Installation:
    """Plan all of a wheel's files. Raise IntegrityError for a place or a script that is refused, and OSError."""
    unpacked = addition.unpacked
    layout = Layout.of(unpacked.filename, unpacked.dist_info, unpacked.name, unpacked.root_is_purelib, target)
    dist_info = layout.place(unpacked.dist_info).destination
    planned = Installation(unpacked.name, unpacked.filename, dist_info, {}, [])
    root = unpacked.root
    newest = None if addition.is_looked_at else written(unpacked.folder)
    if layout.are_plain([row[0] for row in unpacked.rows]):
        # Most wheels are nothing but this, and a large set of them has twenty thousand files.
        folder = f"{layout.site_packages}/"
        for path, digest, size, is_executable in unpacked.rows:
            recorded = path, digest, str(size)
            expected = None if newest is None else (size, newest)
            placement = Placement(f"{folder}{path}", recorded, f"{root}/{path}", b"", is_executable, expected)
            planned.placements[placement.destination] = placement
    else:
        _plan_each(planned, layout, unpacked, target, newest)
    for name, content in scripts(unpacked.entry_points, target, unpacked.filename):
        planned.add(_written(layout.place_script(name), content, is_executable=True))
    for name, content in _own_files(addition).items():
        planned.add(_written(layout.place(f"{unpacked.dist_info}/{name}"), content))
    if addition.bytecode is not None:
        root = addition.bytecode.root
        newest = None if addition.is_looked_at else written(addition.bytecode.folder)
        for row in addition.bytecode.rows:
            planned.add(_linked(layout.place(row[0]), row, root, newest))
    if planned.record_path in planned.placements:
        raise unsound(unpacked.filename, f"one of its files goes to {printable(planned.record_path)}")
    refuse_one_name([*planned.placements, planned.record_path], unpacked.filename, layout.site_packages)
    return planned


def _plan_each(planned: Installation, layout: Layout, unpacked: Unpacked, target: "Target", newest: int | None) -> None:
    """Plan the files of a wheel that do not all go where the archive has them."""
    for row in unpacked.rows:
        place = layout.place(row[0])
        if place.key == "scripts":
            _plan_script(planned, place, row, unpacked, target, newest)
        else:
            planned.add(_linked(place, row, unpacked.root, newest))


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
