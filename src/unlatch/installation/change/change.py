"""A change of an environment's files that is made whole or not at all, whatever ends the process meanwhile.

    begin      the journal
    stage      everything that arrives is put into rooms beside where it will be: nothing of the environment is touched
    swap       what leaves is renamed into a room, what arrives is renamed out of its own; all of it is noted before
    settle     the journal gets another name, and the change is made; what was replaced is deleted

A change knows nothing of distributions. What follows a failure or a kill is in `recovery`.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH102, PTH103, PTH104, PTH106, PTH112, PTH114, PTH116, PTH118, PTH120

import errno
import os
from itertools import accumulate

from unlatch.cache.files import installed_mode, write_new
from unlatch.installation.change import journal, recovery, twin
from unlatch.installation.change.journal import ASIDE, DONE, EMPTIED, PLACE, ROOM, Journal, Step
from unlatch.installation.change.staging import Staging
from unlatch.installation.change.traces import CHANGE
from unlatch.installation.folding import folds_names
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from unlatch.installation.change.journal import Witness
    from unlatch.installation.keep.parts import Part
    from unlatch.installation.place.blueprint import Batch
    from unlatch.installation.place.linking import Expected, Linker


# For fewer files it takes longer to make a twin than it saves.
_WORTH_A_TWIN = 2000


class Change:
    """One change, begun in `site_packages` by one thread that has the environment to itself.

    It ends with `swap` and `finish`, or with `undo`. `leaving` are the paths that go: files, and folders with all that
    is in them. `check` is called before every step that may still be the last one, `witness` before every one.
    """

    def __init__(
        self,
        site_packages: str,
        leaving: "Iterable[str]",
        linker: "Linker",
        *,
        check: "Callable[[], None]",
        witness: "Witness" = journal.unwatched,
    ) -> None:
        """Begin a change. Raise EnvironmentProblem where another one is not finished, and OSError."""
        self._site_packages = site_packages
        self._linker = linker
        self._check = check
        self._witness = witness
        self._mark = os.urandom(6).hex()
        self._rooms: dict[tuple[str, str], str] = {}
        self._kept = 0
        self._linked: dict[str, int] = {}
        self._journal = self._begin()
        folded = str.casefold if folds_names(os.path.join(site_packages, CHANGE)) else str
        real = _real_paths(leaving)
        # A distribution's description goes first and comes last, so that nobody finds it without its files.
        self._leaving = sorted(real, key=_is_description, reverse=True)
        self._staging = Staging({folded(path) for path in real}, self._arrivals, fold=folded, witness=self._step)

    def link(self, source: str, destination: str, is_executable: bool, expected: "Expected | None" = None) -> bool:
        """Stage a file that is like `source`. Return whether a file that stands at the destination will go.

        Raise EnvironmentProblem where a file and a folder are in each other's way, Incomplete and OSError as
        `Linker.link` does.
        """
        staged, stands = self._staged(destination)
        try:
            self._linker.link(source, staged, is_executable, expected)
        except OSError as error:
            raise _at(destination, error) from error
        return stands

    def link_all(self, destination: str, source: str, part: "Part", newest: int | None) -> list[str]:
        """Stage the files of a folder, each under its name in another. Return the paths where files stand that will go.

        `newest` is when the files were last written, if that is still to be looked at. Raise as `link` does.
        """
        done = self._linked.pop(destination, None)
        if done is None:
            self._step("stage", destination)
            staged = self._staging.enter(destination)
            done = 0 if staged is None else self._linker.link_all(source, staged, part.names, part.sizes, newest)
        rest = zip(part.names[done:], part.sizes[done:], strict=True)
        return [
            path
            for path, name, size in ((f"{destination}{os.sep}{name}", name, size) for name, size in rest)
            if self.link(f"{source}/{name}", path, name in part.executables, None if newest is None else (size, newest))
        ]

    def link_ahead(self, batches: "Iterable[Batch]") -> None:
        """Do beforehand, in two processes, what can be of `link_all` for each of these, if they are worth it.

        How files are linked here is to be known by then: something has been linked.
        """
        if self._witness is not journal.unwatched or not (self._linker.links_all and twin.is_possible()):
            return
        many = list(batches)
        if sum(len(batch.part.names) for batch in many) < _WORTH_A_TWIN:
            return
        ahead: list[tuple[str, Batch]] = []
        for batch in many:
            self._step("stage", batch.destination)
            staged = self._staging.enter(batch.destination)
            if staged is not None:
                ahead.append((staged, batch))

        def link(number: int) -> int:
            staged, (_, source, part, newest) = ahead[number]
            return self._linker.link_all(source, staged, part.names, part.sizes, newest)

        files = list(accumulate(len(batch.part.names) for _, batch in ahead))
        half = sum(each * 2 <= files[-1] for each in files)
        found = twin.in_two(link, half, len(ahead), self._check)
        self._linked = {batch.destination: done for (_, batch), done in zip(ahead, found, strict=True)}

    def write(self, destination: str, content: bytes, is_executable: bool = False) -> bool:
        """Stage a file with that content; the rest is as for `link`."""
        staged, stands = self._staged(destination)
        try:
            write_new(staged, content, installed_mode(is_executable))
        except OSError as error:
            raise _at(destination, error) from error
        return stands

    def swap(self) -> None:
        """Make the change. Raise OSError; it is made when nothing is raised."""
        asides = list(self._asides([*self._leaving, *self._staging.displaced]))
        self._note(asides)
        for step in asides:
            self._move_aside(step)
        places = [
            Step(PLACE, *unit) for unit in sorted(self._staging.units, key=lambda unit: _is_description(unit.path))
        ]
        # Noted after all that was moved aside, as the journal is undone from its end.
        self._note(places)
        for _, path, staged in places:
            self._step("place", path)
            # A file that somebody else has put here since we looked would be lost without a word.
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
            _rename(staged, path, path)
        self._step("settle", self._site_packages)
        self._journal.settle(DONE)

    def undo(self) -> tuple[str, ...]:
        """Put everything back. Return as `finish` does.

        Raise EnvironmentProblem when that fails; then it can be tried again later.
        """
        self._journal.close()
        return self.finish()

    def finish(self) -> tuple[str, ...]:
        """Delete what was replaced, or what has not arrived. Return the folders that could not be deleted."""
        recovered = recovery.recover(self._site_packages, self._witness)
        return recovered.left if recovered is not None else ()

    def _begin(self) -> Journal:
        folder = os.path.join(self._site_packages, CHANGE)
        os.makedirs(self._site_packages, exist_ok=True)
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            raise EnvironmentProblem(
                f"an earlier change of {printable(self._site_packages)} is not finished", hint="unlatch recover"
            ) from None
        try:
            return Journal(folder)
        except BaseException:
            os.rmdir(folder)
            raise

    def _step(self, verb: str, path: str) -> None:
        self._check()
        self._witness(verb, path)

    def _note(self, steps: "Sequence[Step]") -> None:
        """Bring steps to the disk that are about to be taken."""
        if steps:
            self._step("note", self._site_packages)
            self._journal.note(steps, is_synced=True)

    def _staged(self, destination: str) -> tuple[str, bool]:
        self._step("stage", destination)
        return self._staging.stage(destination)

    def _arrivals(self, folder: str) -> str:
        return self._room(folder, "new")

    def _room(self, folder: str, kind: str) -> str:
        """Return the room in a folder that stands, made when it is first needed."""
        room = self._rooms.get((folder, kind))
        if room is None:
            room = self._rooms[folder, kind] = os.path.join(folder, f".unlatch-{self._mark}-{kind}")
            self._step("room", room)
            self._journal.note([Step(ROOM, room)])
            os.mkdir(room, 0o700)
        return room

    def _asides(self, paths: "Collection[str]") -> "Iterator[Step]":
        for path in paths:
            if os.path.lexists(path):
                yield self._aside(path, self._room(os.path.dirname(path), "old"))

    def _aside(self, path: str, room: str) -> Step:
        self._kept += 1
        return Step(ASIDE, path, os.path.join(room, str(self._kept)))

    def _move_aside(self, step: Step) -> None:
        _, path, kept = step
        self._step("aside", path)
        try:
            _rename(path, kept, path)
        except FileNotFoundError:
            # Somebody else was faster, unless it is the room that is gone.
            if os.path.lexists(path):
                raise
        except OSError as error:
            if error.errno != errno.EXDEV or not os.path.isdir(path) or os.path.islink(path):
                raise
            self._empty_out(path, os.path.dirname(kept))

    def _empty_out(self, path: str, room: str) -> None:
        """Move a folder's files aside one by one: a container's file system renames no folder of a lower layer."""
        steps: list[Step] = []
        for folder, folders, files in os.walk(path, topdown=False):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            steps += [self._aside(os.path.join(folder, name), room) for name in (*files, *links)]
            found = os.stat(folder)
            steps.append(Step(EMPTIED, folder, f"{found.st_mode & 0o7777:o}:{found.st_uid}:{found.st_gid}"))
        self._note(steps)
        for verb, place, kept in steps:
            self._step("aside", place)
            if verb == EMPTIED:
                os.rmdir(place)
            else:
                _rename(place, kept, place)


def _real_paths(paths: "Iterable[str]") -> list[str]:
    """Return the paths without links in their folders, each once."""
    folders: dict[str, str] = {}
    found: list[str] = []
    for path in paths:
        folder, name = os.path.split(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        found.append(os.path.join(folders[folder], name))
    return list(dict.fromkeys(found))


def _is_description(path: str) -> bool:
    return path.endswith((".dist-info", ".egg-info"))


def _rename(source: str, destination: str, path: str) -> None:
    """Rename a file or a folder. Raise OSError, as one of the environment's own path."""
    try:
        os.rename(source, destination)
    except OSError as error:
        raise _at(path, error) from error


def _at(path: str, error: OSError) -> OSError:
    """Return the error as one at a path that the user knows."""
    return OSError(error.errno, error.strerror, path)
