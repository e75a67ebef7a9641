"""A change to files that can be undone: folders made, files placed, and what stood in the way moved aside.

Each step is noted before it is taken, so that an interruption between the two finds it noted; undoing a step that was
not taken does nothing. Nothing is deleted before `finish`. A change knows nothing of distributions.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH102, PTH104, PTH106, PTH108, PTH112, PTH114, PTH118, PTH119, PTH120

import errno
import os
from collections.abc import Callable
from contextlib import suppress

from unlatch.installation.files import installed_mode, write_new
from unlatch.installation.linking import Linker
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.url import printable


class Change:
    """One change, made by one thread. It ends with `finish` or with `undo`.

    What is moved aside goes into the folder `aside`, which is made when it is first needed and should be on the file
    system of what is moved; for what is not, a folder of the same name beside it is used.
    """

    def __init__(self, aside: str, linker: Linker) -> None:
        self._aside = aside
        self._linker = linker
        self._asides: list[str] = []
        self._moved: list[tuple[str, str]] = []
        self._made: list[str] = []
        self._placed: list[str] = []
        self._is_made: dict[str, bool] = {}

    def link(self, source: str, destination: str, is_executable: bool) -> bool:
        """Place a file that is like `source`. Return whether a file that stood there was moved aside.

        Raise EnvironmentProblem where a file and a folder are in each other's way, and OSError.
        """
        return self._put(destination, lambda: self._linker.link(source, destination, is_executable))

    def write(self, destination: str, content: bytes, is_executable: bool = False) -> bool:
        """Place a file with that content; the rest is as for `link`."""
        return self._put(destination, lambda: write_new(destination, content, installed_mode(is_executable)))

    def move_aside(self, path: str) -> bool:
        """Take a file, a link or a whole folder out of the way. Return whether there was one. Raise OSError."""
        if not os.path.lexists(path):
            return False
        try:
            self._move(path, self._aside)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._move(path, os.path.join(os.path.dirname(path), os.path.basename(self._aside)))
        return True

    def undo(self) -> list[str]:
        """Put everything back. Return what could not be, as sentences: nothing is raised, and nothing is lost."""
        failures: list[str] = []
        for path in reversed(self._placed):
            try:
                os.unlink(path)
            except (FileNotFoundError, NotADirectoryError):
                pass
            except OSError as error:
                failures.append(f"{printable(path)} could not be removed ({error.strerror})")
        for folder in reversed(self._made):
            # What somebody else has put into it meanwhile stays.
            with suppress(OSError):
                os.rmdir(folder)
        for path, kept in reversed(self._moved):
            if os.path.lexists(kept):
                try:
                    os.rename(kept, path)
                except OSError as error:
                    failures.append(f"{printable(path)} is now {printable(kept)} ({error.strerror})")
        for aside in self._asides:
            with suppress(OSError):
                os.rmdir(aside)
        return failures

    def finish(self) -> list[str]:
        """Delete what was moved aside. Return the folders that could not be deleted."""
        if not self._asides:
            return []
        from shutil import rmtree  # noqa: PLC0415 - loaded only when something was replaced

        for aside in self._asides:
            rmtree(aside, ignore_errors=True)
        return [aside for aside in self._asides if os.path.lexists(aside)]

    def _put(self, destination: str, put: Callable[[], None]) -> bool:
        stood = self._make_way(destination)
        try:
            put()
        except OSError as error:
            if isinstance(error, FileExistsError):
                self._placed.pop()  # it came there after we had looked, and is not ours to remove
            if error.filename is None:
                error.filename = destination
            raise
        return stood

    def _make_way(self, destination: str) -> bool:
        """Get ready to place a file: its folder is there, and nothing has its name. Note that it will be placed."""
        folder = os.path.dirname(destination)
        is_made = self._is_made.get(folder)
        if is_made is None:
            is_made = self._enter(folder)
        stood = False
        # A folder that we have made holds nothing but what we have placed.
        if not is_made and os.path.lexists(destination):
            if os.path.isdir(destination) and not os.path.islink(destination):
                raise EnvironmentProblem(f"{printable(destination)} is a folder, and a file has to go there")
            stood = self.move_aside(destination)
        self._placed.append(destination)
        return stood

    def _enter(self, folder: str) -> bool:
        """Make a folder with its parents where it is not there. Return whether it was made."""
        parent = os.path.dirname(folder)
        if not self._is_made.get(parent) and os.path.isdir(folder):
            self._is_made[folder] = False
            return False
        if parent not in self._is_made:
            self._enter(parent)
        self._made.append(folder)
        try:
            os.mkdir(folder)
        except FileExistsError:
            self._made.pop()
            raise EnvironmentProblem(f"{printable(folder)} is a file, and a folder has to go there") from None
        self._is_made[folder] = True
        return True

    def _move(self, path: str, aside: str) -> None:
        if aside not in self._asides:
            self._asides.append(aside)
            self._enter(os.path.dirname(aside))
            os.mkdir(aside, 0o700)
        kept = os.path.join(aside, str(len(self._moved)))
        self._moved.append((path, kept))
        os.rename(path, kept)
