"""Whether what was installed is still what it was: every file against its RECORD, and every command.

Nothing is changed, and nothing outside the environment is opened, whatever a RECORD names. Modules' compiled forms come
and go as Python likes, so that only one that somebody has written in place of Python is told of.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH113, PTH116, PTH118, PTH119, PTH120, PTH123

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from unlatch.installation import entry_points
from unlatch.installation.keep.kept import is_sound
from unlatch.installation.place.remove import boundary
from unlatch.installation.record import read_rows
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed, Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

_INTERPRETER = re.compile(rb"#!(/[^\s]+)")
_LONGEST_LINE = 512
_OUTSIDE = ("outside", "is named by its RECORD, outside of the environment")


class Finding(NamedTuple):
    """Something that is not as it was installed. `kind` is a word for programs, `text` a sentence for people.

    The kinds are "changed", "missing", "unexpected", "unreadable", "outside" and "interpreter". `path` is as RECORD has
    it, or absolute.
    """

    name: NormalizedName
    version: str
    kind: str
    path: str
    text: str


class Row(NamedTuple):
    """A file as RECORD has it: its path there, its hash and its size in bytes; "" and None where they are not said."""

    recorded: str
    digest: str
    size: int | None


class Record(NamedTuple):
    """What belongs to a distribution: its files, by their absolute paths."""

    installed: Installed
    rows: Mapping[str, Row]


def read(installed: Installed) -> Record | None:
    """Read what belongs to a distribution; None when nobody wrote it down. Raise EnvironmentProblem."""
    if not installed.folder.endswith(".dist-info"):
        return None
    base = os.path.dirname(installed.folder)
    try:
        rows = read_rows(Path(installed.folder, "RECORD").read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = printable(getattr(error, "strerror", None) or str(error))
        raise EnvironmentProblem(f"{printable(installed.folder)} has a RECORD that cannot be read: {reason}") from error
    found = {
        os.path.normpath(os.path.join(base, path)): Row(path, digest, int(size) if size.isdecimal() else None)
        for path, digest, size in rows
    }
    return Record(installed, found)


def check(record: Record, target: Target) -> list[Finding]:
    """Return what is wrong with a distribution's own files and commands."""
    encloses = boundary(target)
    found: dict[str, Finding] = {}
    for path, row in record.rows.items():
        problem = _problem(path, row) if encloses(path) else _OUTSIDE
        if problem is not None and not (_is_compiled(path) and _is_excused(path, problem[0], found)):
            found[path] = _finding(record, problem[0], row.recorded, problem[1])
    for path, kind, text in _commands(record, target):
        found.setdefault(path, _finding(record, kind, path, text))
    return list(found.values())


def unexpected(records: Iterable[Record], target: Target) -> list[Finding]:
    """Return the files in the folders of packages that no distribution of the environment has brought.

    `records` are those of all of them, as folders may be shared.
    """
    known = list(records)
    owned = {path for record in known for path in record.rows}
    owners: dict[str, Record] = {}
    for record in known:
        for path in record.rows:
            owners.setdefault(os.path.dirname(path), record)
    roots = set(map(os.path.normpath, target.site_packages))
    tops = {top for folder in owners if (top := _top(folder, roots)) is not None}
    found = []
    for path in (path for top in sorted(tops) for path in _strangers(top, owned)):
        folder = os.path.dirname(path)
        while folder not in owners:
            folder = os.path.dirname(folder)
        site_packages = os.path.dirname(owners[folder].installed.folder)
        told = os.path.relpath(path, site_packages).replace(os.sep, "/")
        found.append(_finding(owners[folder], "unexpected", told, "lies in its folder, and no package has brought it"))
    return found


def _finding(record: Record, kind: str, path: str, text: str) -> Finding:
    installed = record.installed
    shown = printable(path)
    return Finding(
        installed.name, str(installed.version), kind, shown, f"{installed.name} {installed.version}: {shown} {text}"
    )


def _problem(path: str, row: Row) -> tuple[str, str] | None:
    """Return what is wrong with a file: the kind, and the rest of a sentence."""
    try:
        status = os.stat(path)
        # Whatever else lies there is never opened: a named pipe would keep us waiting.
        if not stat.S_ISREG(status.st_mode):
            return "changed", "is not a file any longer"
        is_same = (row.size is None or status.st_size == row.size) and (not row.digest or is_sound(path, row.digest))
        if not is_same:
            with open(path, "rb"):
                pass
    except (FileNotFoundError, NotADirectoryError):
        return "missing", "is missing"
    except OSError as error:
        return "unreadable", f"cannot be read: {error.strerror}"
    if is_same:
        return None
    if status.st_nlink > 1:
        others = status.st_nlink - 1
        return "changed", (
            "was changed in place after it was installed, and with it what is linked to it: "
            f"{others} {'file' if others == 1 else 'files'} of the cache or of other environments"
        )
    return "changed", "was changed after it was installed"


def _is_compiled(path: str) -> bool:
    return path.endswith(".pyc") and os.path.basename(os.path.dirname(path)) == "__pycache__"


def _is_excused(path: str, kind: str, found: Mapping[str, Finding]) -> bool:
    """Whether it is Python that has removed or renewed a compiled form, rather than somebody else."""
    folder, name = os.path.split(path)
    module = os.path.join(os.path.dirname(folder), f"{name.partition('.')[0]}.py")
    return kind == "missing" or module in found


def _commands(record: Record, target: Target) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the kind and the sentence of what is wrong with the commands that were made for entry points."""
    try:
        points = entry_points.parse(Path(record.installed.folder, "entry_points.txt").read_bytes())
    except OSError:
        return
    for point in points:
        name = f"{point.name}.exe" if target.is_windows else point.name
        path = os.path.normpath(os.path.join(target.scheme.scripts, name))
        if os.path.dirname(path) != os.path.normpath(target.scheme.scripts):
            continue
        if not os.path.isfile(path):
            yield path, "missing", "is a command of it, and is missing"
            continue
        try:
            with open(path, "rb") as file:
                first = _INTERPRETER.match(file.readline(_LONGEST_LINE))
        except OSError as error:
            yield path, "unreadable", f"cannot be read: {error.strerror}"
            continue
        python = os.fsdecode(first[1]) if first is not None else ""
        if python and not os.path.lexists(python):
            yield path, "interpreter", f"is a command that starts {printable(python)}, which is not there"


def _top(folder: str, roots: set[str]) -> str | None:
    """Return the folder right below site-packages that a folder is in; None when it is not in one of a package."""
    while (parent := os.path.dirname(folder)) != folder:
        if parent in roots:
            return None if folder.endswith((".dist-info", ".data", "__pycache__")) else folder
        folder = parent
    return None


def _strangers(folder: str, owned: set[str]) -> Iterator[str]:
    """Yield the files below a folder that nobody has, but for the compiled forms of modules that somebody has."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _strangers(entry.path, owned)
        elif entry.path not in owned and not _is_form_of(entry.path, owned):
            yield entry.path


def _is_form_of(path: str, owned: set[str]) -> bool:
    if not _is_compiled(path):
        return False
    folder, name = os.path.split(path)
    parts = name.split(".")
    module = os.path.join(os.path.dirname(folder), parts[0])
    return any(f"{module}{''.join(f'.{part}' for part in parts[1:end])}.py" in owned for end in range(1, len(parts)))
