r"""Which Python is meant, decided over facts that are handed in.

The first that applies:

1. `--python`: an executable, the folder of an environment or a prefix, a version or a program's name on PATH; or
   `--system`: the first Python on PATH that is of no virtual environment;
2. the Python that runs unlatch, when it was started as `python -m unlatch`;
3. the active virtual environment (`VIRTUAL_ENV`);
4. the active conda environment (`CONDA_PREFIX`), unless it is conda's `base`, which many shells activate unasked;
5. `.venv` in the working folder, or in the nearest folder above that has one;
6. conda's `base`;
7. the Python that runs unlatch, when any will do (`--target`, `--prefix`).

Otherwise there is nothing to install into. The Python of a tool's own environment is never meant by accident.
"""

import ntpath
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Protocol

from unlatch.model.errors import EnvironmentProblem
from unlatch.model.frozen import frozen
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

_VERSION = re.compile(r"(\d+(?:\.\d+){0,2})(t?)")
_CONDA_BASES = {"base", "root"}


class _Layout(NamedTuple):
    """How a kind of system lays out paths: where Python lies in an environment, best first, and what ends a program."""

    path: ModuleType
    path_separator: str
    pythons: tuple[str, ...]
    suffix: str
    make_environment: str


_POSIX = _Layout(posixpath, ":", ("bin/python", "bin/python3"), "", "python3 -m venv")
# A virtual environment, then a conda environment or an installed Python, then MSYS2.
_WINDOWS = _Layout(ntpath, ";", ("Scripts\\python.exe", "python.exe", "bin\\python.exe"), ".exe", "py -m venv")


class Disk(Protocol):
    """What discovery asks of the file system."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""

    def is_program(self, path: str) -> bool:
        """Whether there is a file that may be executed."""


class RealDisk:
    """The file system of this machine."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""
        return os.path.isfile(path)  # noqa: PTH113 - paths here are text of either kind of system

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        return os.path.isdir(path)  # noqa: PTH112 - as above

    def is_program(self, path: str) -> bool:
        """Whether there is a file that may be executed."""
        return self.is_file(path) and os.access(path, os.X_OK)


@frozen
class Place:
    """Where unlatch was started: `running` is its own interpreter, `is_module` whether by `python -m unlatch`."""

    environ: Mapping[str, str]
    working_folder: str
    running: str
    is_module: bool = False
    is_windows: bool = os.name == "nt"


@frozen
class Found:
    """The Python that is meant, by its absolute path. `reason` is a phrase that tells why; `version` what was asked."""

    python: str
    reason: str
    version: str = ""

    def check(self, target: Target) -> None:
        """Raise EnvironmentProblem when a version was asked for and `python` turned out to be another."""
        full = target.markers["python_full_version"]
        if self.version and not f"{full}.".startswith(f"{self.version}."):
            raise EnvironmentProblem(
                f"{printable(self.python)} is Python {full}, and {self.version} was asked for",
                hint="give the path of the one that is meant, as in --python /path/to/python",
            )


def discover(
    asked: str | None,
    place: Place,
    *,
    any_python: bool = False,
    is_system: bool = False,
    disk: Disk | None = None,
) -> Found:
    """Return the Python that is meant; `asked` is what `--python` says.

    `any_python` says that packages will not go where it keeps its own, `is_system` that no virtual environment is
    meant. Raise EnvironmentProblem when what was named
    has no Python, or when nothing was and there is no environment.
    """
    search = _Search(place, disk or RealDisk(), _WINDOWS if place.is_windows else _POSIX)
    if asked is not None:
        return search.asked(asked)
    if is_system:
        return search.system()
    if place.is_module:
        return Found(place.running, "it runs `-m unlatch`")
    found = search.active() or search.nearest() or search.conda(is_base=True)
    if found is not None:
        return found
    if any_python:
        return Found(place.running, "it runs unlatch, and no environment is active")
    raise EnvironmentProblem(
        "there is no environment to install into",
        details=[
            f"none is active, and there is no .venv in {printable(place.working_folder)} or above",
            "another Python is named with --python, another folder with --target or --prefix",
        ],
        hint=f"{search.layout.make_environment} .venv",
    )


@frozen
class _Search:
    place: Place
    disk: Disk
    layout: _Layout

    def asked(self, text: str) -> Found:
        """Return what `--python` names."""
        why = f"--python {printable(text)}"
        version = _VERSION.fullmatch(text)
        if version is not None:
            name = "python" + ".".join(version[1].split(".")[:2]) + version[2]
            python = self._on_path(name) or self._installed(version[1])
            if python is None:
                raise EnvironmentProblem(
                    f"there is no {name} on PATH", hint="give its path, as in --python /path/to/python"
                )
            return Found(python, why, version[1])
        path = self.layout.path.normpath(self.layout.path.join(self.place.working_folder, text))
        if self.disk.is_folder(path):
            return self._within(path, why)
        # A bare name is never a program in the working folder, which may be anyone's.
        is_name = not self.layout.path.dirname(text)
        python = self._on_path(text) if is_name else path
        if python is None or not self.disk.is_program(python):
            where = "on PATH" if is_name else "that can be started"
            raise EnvironmentProblem(f"{why}: there is no program {where} by that name")
        return Found(python, why)

    def system(self) -> Found:
        """Return the first Python on PATH that is not a virtual environment's."""
        for name in ("python3", "python"):
            for python in self._all_on_path(name):
                above = self.layout.path.dirname(self.layout.path.dirname(python))
                if not self.disk.is_file(self.layout.path.join(above, "pyvenv.cfg")):
                    return Found(python, f"--system: it is the first {name} on PATH outside of virtual environments")
        raise EnvironmentProblem("there is no Python on PATH that is not a virtual environment's")

    def active(self) -> Found | None:
        """Return the Python of the environment that is active in the shell."""
        folder = self.place.environ.get("VIRTUAL_ENV")
        if folder:
            path = self.layout.path.join(self.place.working_folder, folder)
            return self._within(path, "the active virtual environment (VIRTUAL_ENV)", hint="deactivate")
        return self.conda(is_base=False)

    def conda(self, *, is_base: bool) -> Found | None:
        """Return the Python of the active conda environment, when it is conda's base or when it is not."""
        folder = self.place.environ.get("CONDA_PREFIX")
        if not folder or (self.place.environ.get("CONDA_DEFAULT_ENV") in _CONDA_BASES) is not is_base:
            return None
        kind = "base environment of conda" if is_base else "active conda environment"
        return self._within(folder, f"the {kind} (CONDA_PREFIX)", hint="conda install python")

    def nearest(self) -> Found | None:
        """Return the Python of the nearest `.venv`. One that is no virtual environment is passed by (PEP 405)."""
        for above in self._above():
            folder = self.layout.path.join(above, ".venv")
            if self.disk.is_file(self.layout.path.join(folder, "pyvenv.cfg")):
                anew = f"{self.layout.make_environment} --clear {printable(folder)}"
                return self._within(folder, f"{printable(folder)} is the nearest", hint=anew)
        return None

    def _above(self) -> Iterator[str]:
        folder, below = self.place.working_folder, ""
        while folder != below:
            yield folder
            folder, below = self.layout.path.dirname(folder), folder

    def _within(self, folder: str, why: str, hint: str | None = None) -> Found:
        for name in self.layout.pythons:
            python = self.layout.path.join(folder, name)
            if self.disk.is_program(python):
                return Found(python, why)
        raise EnvironmentProblem(f"{printable(folder)} has no Python that can be started", details=[why], hint=hint)

    def _on_path(self, name: str) -> str | None:
        return next(self._all_on_path(name), None)

    def _all_on_path(self, name: str) -> Iterator[str]:
        program = name if name.lower().endswith(self.layout.suffix) else name + self.layout.suffix
        for folder in self.place.environ.get("PATH", "").split(self.layout.path_separator):
            python = self.layout.path.join(folder, program)
            # Relative folders on PATH are the working folder's, which may be anyone's.
            if self.layout.path.isabs(folder) and self.disk.is_program(python):
                yield str(python)

    def _installed(self, version: str) -> str | None:
        """Return a Python where its installer for Windows puts it: it has no name with a version there."""
        folder = "Python" + "".join(version.split(".")[:2])
        for variable, below in (("LOCALAPPDATA", "Programs\\Python"), ("PROGRAMFILES", "")):
            if self.place.is_windows and variable in self.place.environ:
                python = ntpath.join(self.place.environ[variable], below, folder, "python.exe")
                if self.disk.is_program(python):
                    return python
        return None
