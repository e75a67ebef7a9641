"""Where arriving files lie until all of them are there: beside what they will become, to be swapped in by renames.

A folder that is not there yet is staged with all that is in it and comes in by one rename; a file that belongs into a
folder that stands is staged by itself. Each standing folder has a room of its own: a rename out of it never leaves the
file system, and what arrives gets the group and the security label of the place where it will be.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH102, PTH112, PTH114, PTH118, PTH119

import os

from unlatch.model.errors import EnvironmentProblem
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from unlatch.installation.change.journal import Witness


class Unit(NamedTuple):
    """What one rename brings: from `staged` to `path`. Either is a file, or a folder with all that is in it."""

    path: str
    staged: str


class _Folder(NamedTuple):
    """A folder of the environment, without links on the way; `staged` is where a new one lies, None if it stands."""

    path: str
    staged: str | None


class Staging:
    """Decides where each arriving file is staged, and makes the folders for it.

    `leaving` are the real paths, as `fold` gives them, of what will be gone by the time of the swap. `make_room`
    returns the room for what arrives in a real folder. `fold` makes names equal that the file system does not tell
    apart. `units` are the renames of the swap, `displaced` the files that stand in their way.
    """

    def __init__(
        self,
        leaving: "Collection[str]",
        make_room: "Callable[[str], str]",
        *,
        fold: "Callable[[str], str]" = str,
        witness: "Witness",
    ) -> None:
        self.units: list[Unit] = []
        self.displaced: list[str] = []
        self._leaving = leaving
        self._make_room = make_room
        self._fold = fold
        self._witness = witness
        self._folders: dict[str, _Folder] = {}
        self._new: dict[str, _Folder] = {}

    def stage(self, destination: str) -> tuple[str, bool]:
        """Return where to put a file that is to be at `destination`, and whether a file stands there that will go.

        Raise EnvironmentProblem where a file and a folder are in each other's way, and OSError.
        """
        # A tenth of the time of os.path.split, for every file of a change: destinations are absolute and plain.
        folder, _, name = destination.rpartition(os.sep)
        known = self._folders.get(folder) or self._enter(folder)
        if known.staged is not None:
            return f"{known.staged}{os.sep}{name}", False
        path = os.path.join(known.path, name)
        stands = self._stands(path)
        if stands:
            if os.path.isdir(path) and not os.path.islink(path):
                raise EnvironmentProblem(f"{printable(destination)} is a folder, and a file has to go there")
            self.displaced.append(path)
        return self._new_unit(known.path, path), stands

    def enter(self, folder: str) -> str | None:
        """Return where files are staged that go into a folder; None where it stands, and each is for itself."""
        return (self._folders.get(folder) or self._enter(folder)).staged

    def _enter(self, folder: str) -> _Folder:
        """Find out about a folder that something goes into; make it in its room when it is new."""
        parent, _, name = folder.rpartition(os.sep)
        above = self._folders.get(parent)
        if above is not None and above.staged is not None:
            # Most are below a new one, and nothing has to be found out about them.
            found = self._new_folder(f"{above.path}{os.sep}{name}", f"{above.staged}{os.sep}{name}", folder)
        else:
            found = self._found(folder)
        self._folders[folder] = found
        return found

    def _found(self, folder: str) -> _Folder:
        parent, name = os.path.split(folder)
        if not name:
            return _Folder(folder, None)
        above = self._folders.get(parent) or self._enter(parent)
        path = os.path.join(above.path, name)
        if above.staged is not None:
            return self._new_folder(path, f"{above.staged}{os.sep}{name}", folder)
        known = self._new.get(self._fold(path))
        if known is not None:
            return known
        if self._stands(path):
            if not os.path.isdir(path):
                raise _not_a_folder(folder)
            return _Folder(os.path.realpath(path), None)
        return self._new_folder(path, self._new_unit(above.path, path), folder)

    def _new_folder(self, path: str, staged: str, folder: str) -> _Folder:
        """Make a folder where it is staged, unless that was done under a name that is the same here."""
        key = self._fold(path)
        if key in self._new:
            return self._new[key]
        self._witness("stage", staged)
        try:
            os.mkdir(staged)
        except FileExistsError:
            raise _not_a_folder(folder) from None
        new = self._new[key] = _Folder(path, staged)
        return new

    def _stands(self, path: str) -> bool:
        """Whether something is there, and will still be there at the time of the swap."""
        return os.path.lexists(path) and self._fold(path) not in self._leaving

    def _new_unit(self, folder: str, path: str) -> str:
        staged = os.path.join(self._make_room(folder), os.path.basename(path))
        self.units.append(Unit(path, staged))
        return staged


def _not_a_folder(folder: str) -> EnvironmentProblem:
    return EnvironmentProblem(f"{printable(folder)} is a file, and a folder has to go there")
