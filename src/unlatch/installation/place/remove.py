"""What uninstalling a distribution takes away: its own files, and nothing outside its environment.

It decides, and reads what it decides by; nothing is removed here. Source: "Recording installed projects", and for
.egg-info folders the installed-files.txt that pip and setuptools used to write.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH112, PTH113, PTH114, PTH118, PTH120, PTH208

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from unlatch.installation.record import read_rows
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Installed, Target
from unlatch.model.text import printable

# These write RECORD themselves: where it is missing, they cannot help.
_OURS = frozenset({"unlatch", "pip", "uv"})


def plan_removal(leaving: Iterable[Installed], target: Target) -> list[str]:
    """Return what goes with some distributions, as absolute paths: files, and folders with all that is in them.

    A folder goes as a whole when nothing is in it but what these distributions have brought, and its compiled form.
    Raise EnvironmentProblem when what belongs to one is not known for sure, or reaches out of the environment.
    """
    encloses = boundary(target)
    described: list[str] = []
    owned: set[str] = set()
    for installed in leaving:
        described.append(installed.folder)
        if os.path.dirname(installed.folder) not in target.site_packages:
            raise _outside(installed)
        for path in _recorded(installed):
            if not encloses(path):
                raise _refused(installed, f"its list of files has {printable(path)}, outside this environment")
            if not path.startswith(installed.folder + os.sep):
                owned.add(path)
    owned.update([*_compiled(owned)])
    folders, going = _whole_folders(owned, target)
    single = (path for path in sorted(owned) if os.path.dirname(path) not in going)
    files = [path for path in single if os.path.islink(path) or os.path.isfile(path)]
    return [*files, *folders, *described]


def _recorded(installed: Installed) -> Iterator[str]:
    """Yield the absolute paths that the distribution's own list has."""
    folder = installed.folder
    if folder.endswith(".dist-info"):
        base = os.path.dirname(folder)
        paths = [path for path, *_ in _rows(installed)]
    elif folder.endswith(".egg-info"):
        base = folder
        paths = _installed_files(installed)
    else:
        raise _refused(installed, f"{printable(folder)} does not list its files")
    for path in paths:
        yield os.path.normpath(os.path.join(base, path))


def _rows(installed: Installed) -> list[tuple[str, str, str]]:
    path = Path(installed.folder, "RECORD")
    try:
        return read_rows(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise _unknown(installed, path) from None
    except (OSError, ValueError) as error:
        raise _refused(installed, f"{printable(str(path))} cannot be read ({error})") from error


def _installed_files(installed: Installed) -> list[str]:
    if os.path.isfile(installed.folder):
        raise _refused(installed, "it was installed by distutils, which does not list its files")
    path = Path(installed.folder, "installed-files.txt")
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise _unknown(installed, path) from None
    except (OSError, ValueError) as error:
        raise _refused(installed, f"{printable(str(path))} cannot be read ({error})") from error
    return [line.strip() for line in lines if line.strip()]


def _outside(installed: Installed) -> EnvironmentProblem:
    folder = printable(os.path.dirname(installed.folder))
    if installed.folder.endswith(".egg-info"):
        reason = f"setup.py develop has linked it to where it is worked on, {folder}"
        return _refused(installed, reason, hint=f"python setup.py develop --uninstall, in {folder}")
    return _refused(installed, f"{printable(installed.folder)} is outside this environment")


def _unknown(installed: Installed, path: Path) -> EnvironmentProblem:
    """Return the error for a distribution that has no list of its files: who has installed it may know them."""
    try:
        tool = printable(Path(installed.folder, "INSTALLER").read_text(encoding="utf-8", errors="replace").strip()[:80])
    except OSError:
        tool = ""
    reason = f"{printable(str(path))} is missing, so nobody knows its files"
    if tool and tool not in _OURS:
        return _refused(installed, f"{reason} but {tool}, which has installed it", hint=f"remove it with {tool}")
    hint = f"pip install --ignore-installed --no-deps {installed.name}=={installed.version}"
    return _refused(installed, reason, hint=hint if installed.folder.endswith(".dist-info") else None)


def _refused(installed: Installed, reason: str, *, hint: str | None = None) -> EnvironmentProblem:
    return EnvironmentProblem(f"{installed.name} {installed.version} cannot be removed: {reason}", hint=hint)


def _roots(target: Target) -> set[str]:
    """Return the folders that are the environment: beside a scheme of its own, another prefix is not part of it."""
    return {*target.scheme, *([target.prefix] if target.is_own_prefix else [])}


def boundary(target: Target) -> Callable[[str], bool]:
    """Return what tells whether a path is inside the environment, whatever symbolic links its folder goes through."""
    roots = {os.path.realpath(root) for root in _roots(target)}

    @cache
    def is_inside(folder: str) -> bool:
        real = os.path.realpath(folder)
        return any(os.path.commonpath((real, root)) == root for root in roots if _share_a_drive(real, root))

    return lambda path: "\0" not in path and is_inside(os.path.dirname(path))


def _share_a_drive(path: str, other: str) -> bool:
    return os.path.normcase(os.path.splitdrive(path)[0]) == os.path.normcase(os.path.splitdrive(other)[0])


def _compiled(files: Collection[str]) -> Iterator[str]:
    """Yield the compiled forms of modules (PEP 3147), whichever interpreter or tool has made them."""
    modules: dict[str, set[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        if name.endswith(".py"):
            modules.setdefault(os.path.join(folder, "__pycache__"), set()).add(name.removesuffix(".py"))
    for folder, names in modules.items():
        with suppress(OSError):
            for compiled in os.listdir(folder):
                dots = (at for at, character in enumerate(compiled) if character == ".")
                if compiled.endswith(".pyc") and any(compiled[:at] in names for at in dots):
                    yield os.path.join(folder, compiled)


def _whole_folders(owned: Collection[str], target: Target) -> tuple[list[str], set[str]]:
    """Return the folders, as high as possible, that hold nothing but what is owned; then those with all below them."""

    @cache
    def is_owned(folder: str) -> bool:
        with os.scandir(folder) as entries:
            return all(
                is_owned(entry.path) if entry.is_dir(follow_symlinks=False) else entry.path in owned
                for entry in entries
            )

    highest: list[str] = []
    going: set[str] = set()
    for folder in sorted(_candidates(owned, target)):
        if os.path.dirname(folder) in going:
            going.add(folder)
        elif os.path.isdir(folder) and not os.path.islink(folder) and is_owned(folder):
            going.add(folder)
            highest.append(folder)
    return highest, going


def _candidates(owned: Iterable[str], target: Target) -> set[str]:
    """Return the folders that may go: never the environment's own, nor those right below its prefix, such as share."""
    kept = _roots(target)
    shared = {target.scheme.data, target.prefix} - set(target.site_packages)
    found: set[str] = set()
    for folder in {os.path.dirname(path) for path in owned}:
        way_up: list[str] = []
        highest = folder
        while highest not in kept and highest != os.path.dirname(highest):
            way_up.append(highest)
            highest = os.path.dirname(highest)
        if highest in kept:
            found.update(way_up[:-1] if highest in shared else way_up)
    return found
