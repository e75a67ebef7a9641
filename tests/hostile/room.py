"""A room: a virtual environment with something in it, a home, a working folder, and what there is to see afterwards."""

import hashlib
import os
import sys
from pathlib import Path
from typing import NamedTuple

PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
_BASE = Path(sys.base_prefix, "bin", PYTHON)


class Room(NamedTuple):
    """Folders below one folder of a test's own. What lies in `scratch` is nobody's business."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "Room":
        """Furnish an empty folder."""
        room = cls(folder)
        for place in (room.home, room.work, room.scratch, room.site_packages, room.python.parent):
            place.mkdir(parents=True)
        room.python.symlink_to(_BASE)
        (room.environment / "pyvenv.cfg").write_text(f"home = {_BASE.parent}\nversion = {sys.version.split()[0]}\n")
        (room.site_packages / "present.py").write_text("here = True\n")
        (room.home / "letter.txt").write_text("mine\n")
        return room

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.folder / "environment"

    @property
    def site_packages(self) -> Path:
        """Where its packages are."""
        return self.environment / "lib" / PYTHON / "site-packages"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.environment / "bin" / "python"

    @property
    def home(self) -> Path:
        """The user's home."""
        return self.folder / "home"

    @property
    def work(self) -> Path:
        """Where the command is started."""
        return self.folder / "project"

    @property
    def scratch(self) -> Path:
        """Where temporary files go, and caches."""
        return self.folder / "scratch"

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a command in this room."""
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "TMPDIR": str(self.scratch),
            "VIRTUAL_ENV": str(self.environment),
            "UNLATCH_FOREIGN_CONFIG": "none",
            "XDG_CACHE_HOME": str(self.scratch / "cache"),
            "XDG_DATA_HOME": str(self.scratch / "data"),
        }

    def inside(self) -> dict[str, str]:
        """Return what there is in the environment: each path's kind, mode and content, hashed."""
        return _tree(self.environment)

    def outside(self) -> dict[str, str]:
        """Return what there is around it."""
        hidden = (self.environment, self.scratch)
        tree = _tree(self.folder, *hidden)
        return {**tree, "parent": " ".join(sorted(path.name for path in self.folder.parent.iterdir()))}

    def holds(self, content: bytes) -> bool:
        """Whether any file has this content, but in the working folder and in scratch."""
        hidden = (self.work, self.scratch)
        paths = (Path(parent, name) for parent, _, files in os.walk(self.folder) for name in files)
        return any(
            path.is_file() and not path.is_symlink() and path.read_bytes() == content
            for path in paths
            if not any(path.is_relative_to(folder) for folder in hidden)
        )


def _tree(folder: Path, *hidden: Path) -> dict[str, str]:
    found = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(parent, name) not in hidden]
        for name in (*folders, *files):
            path = Path(parent, name)
            found[str(path.relative_to(folder))] = f"{path.lstat().st_mode:o} {_content(path)}"
    return found


def _content(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
