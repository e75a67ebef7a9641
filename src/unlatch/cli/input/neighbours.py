"""The neighbours' configuration: what pip and uv were told on this machine, as layers below all that unlatch was told.

Only what means the same is taken: where packages come from, how servers are reached, and what may be chosen. What does
not fit is passed over with a warning, for it was not written for us. `read` reads, the rest does no I/O.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from unlatch.cli.input.kinds import Base
from unlatch.cli.input.precedence import Layer
from unlatch.model.frozen import frozen
from unlatch.model.text import printable

# Where uv may keep what it was told for a project.
_UV_FILES = ("uv.toml", "pyproject.toml")


@frozen
class Places:
    """Where the neighbours' files may be: pip's, the weakest first, and uv's, the strongest first."""

    pip: tuple[Path, ...] = ()
    uv: tuple[Path, ...] = ()


@frozen
class Heard:
    """What was read: the layers of each neighbour, the strongest first, and warnings."""

    groups: tuple[tuple[Layer, ...], ...] = ()
    warnings: tuple[str, ...] = ()


def places(platform: str, environ: Mapping[str, str]) -> Places:
    """Return where the neighbours look for files, besides uv's in the folders of a project."""
    home = environ.get("HOME") or environ.get("USERPROFILE", "")
    pip: list[PurePath] = []
    uv: list[PurePath] = []
    if platform == "win32":
        shared, own = environ.get("PROGRAMDATA", ""), environ.get("APPDATA", "")
        pip = [PurePath(folder, "pip", "pip.ini") for folder in (shared, home, own) if folder]
        uv = [PurePath(folder, "uv", "uv.toml") for folder in (own, shared) if folder]
    else:
        shared_folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
        config = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
        if platform == "darwin":
            pip = [PurePath("/Library/Application Support/pip/pip.conf")]
        else:
            pip = [PurePath(folder, "pip", "pip.conf") for folder in shared_folders if folder]
            pip.append(PurePath("/etc/pip.conf"))
        pip += [PurePath(home, ".pip", "pip.conf")] if home else []
        if platform == "darwin" and home:
            pip.append(PurePath(home, "Library", "Application Support", "pip", "pip.conf"))
        pip += [PurePath(config, "pip", "pip.conf")] if config else []
        uv = [PurePath(config, "uv", "uv.toml")] if config else []
        uv += [PurePath(folder, "uv", "uv.toml") for folder in (*shared_folders, "/etc") if folder]
    environment = environ.get("VIRTUAL_ENV") or environ.get("CONDA_PREFIX")
    if environment:
        pip.append(PurePath(environment, "pip.ini" if platform == "win32" else "pip.conf"))
    return Places(tuple(map(Path, pip)), tuple(map(Path, uv)))


def looked_at(places: Places, environ: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """Yield every file that `read` may look for, for a working folder."""
    yield from (*places.pip, *places.uv)
    yield from (folder / environ[name] for name in ("PIP_CONFIG_FILE", "UV_CONFIG_FILE") if environ.get(name))
    yield from _uv_of_project(folder)


def read(which: str, places: Places, environ: Mapping[str, str], base: Base, *, reads_files: bool = True) -> Heard:
    """Return what the neighbours that are meant ("all", "pip", "uv" or "none") were told: uv first, then pip.

    Nothing is raised: what cannot be read or understood is told in warnings.
    """
    groups: list[tuple[Layer, ...]] = []
    warnings: list[str] = []
    if which in {"all", "uv"} and (_speaks("UV_", environ) or (reads_files and _may_have_uv(places, base.folder))):
        from unlatch.cli.input import uv_words  # noqa: PLC0415 - loaded only where uv may have been told something

        found = [uv_words.variables(environ, base, warnings)]
        if reads_files:
            found += uv_words.files(_uv_of_project(base.folder), places.uv, environ, base, warnings)
        groups.append(tuple(filter(None, found)))
    if which in {"all", "pip"} and (_speaks("PIP_", environ) or (reads_files and any(map(_is_there, places.pip)))):
        from unlatch.cli.input import pip_words  # noqa: PLC0415 - as above, for pip

        found = [pip_words.variables(environ, base, warnings)]
        if reads_files:
            written = pip_words.files(places.pip, environ, base, warnings)
            # In pip a variable takes the place of what a file says, of lists too.
            found.append({setting: given for setting, given in written.items() if setting not in found[0]})
        groups.append(tuple(filter(None, found)))
    return Heard(tuple(filter(None, groups)), tuple(map(printable, warnings)))


def _speaks(prefix: str, environ: Mapping[str, str]) -> bool:
    return any(name.startswith(prefix) for name in environ)


def _may_have_uv(places: Places, folder: Path) -> bool:
    return any(map(_is_there, places.uv)) or any(map(_is_there, _uv_of_project(folder)))


def _uv_of_project(folder: Path) -> Iterator[Path]:
    """Yield where uv looks for a project's own file, the nearest first."""
    return (above / name for above in (folder, *folder.parents) for name in _UV_FILES)


def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - a third of pathlib's time, some twenty times at every start
