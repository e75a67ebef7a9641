"""Where a program is that will be asked for credentials: on PATH, but never where a package could have put it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from unlatch.auth.source import Absent
from unlatch.model.tuples import NamedTuple


class Search(NamedTuple):
    """Where programs are looked for: in `folders`, and never inside a `forbidden` one.

    Forbidden are the target environment and the working folder: what is installed there must not be handed what opens
    other doors, nor be run in the place of what opens them.
    """

    folders: Sequence[str]
    forbidden: Sequence[str] = ()
    is_windows: bool = False

    def find(self, name: str, is_passed_over: Callable[[Path], bool] = lambda _: False) -> str | Absent:
        """Return the absolute path of the first program of this name that may be run.

        Folders that are relative are passed over, and so is what `is_passed_over` says.
        """
        kept_away = ""
        for folder in self.folders:
            if not Path(folder).is_absolute():
                continue
            for path in (Path(folder, each) for each in self._names(name)):
                if not (path.is_file() and os.access(path, os.X_OK)) or is_passed_over(path):
                    continue
                if not any(_is_inside(path, Path(root)) for root in self.forbidden):
                    return str(path)
                kept_away = kept_away or str(path)
        if kept_away:
            return Absent(f"{kept_away} is not run, because it lies in the target environment or the working folder")
        return Absent(f"there is no {name} command on PATH")

    def _names(self, name: str) -> tuple[str, ...]:
        if not self.is_windows or Path(name).suffix:
            return (name,)
        return (f"{name}.exe", f"{name}.cmd", f"{name}.bat")


def project_folders(working_folder: Path, home: str) -> tuple[str, ...]:
    """Return the working folder, where it may be a project's, whose programs are not the user's own.

    The root, the home and whatever the home lies in are not: there the user's own programs are, as in ~/.local/bin.
    """
    is_root = working_folder.parent == working_folder
    holds_home = bool(home) and Path(home).is_relative_to(working_folder)
    return () if is_root or holds_home else (str(working_folder),)


def _is_inside(path: Path, folder: Path) -> bool:
    # A link to a program elsewhere counts as being where the link is, too: whoever may write there chose its end.
    root = folder.resolve()
    return path.parent.resolve().is_relative_to(root) or path.resolve().is_relative_to(root)
