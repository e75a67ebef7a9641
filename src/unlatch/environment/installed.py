"""What is installed in an environment, found by the names of folders; METADATA is read where a name does not tell.

Sources: "Recording installed projects" (PEP 376, PEP 627), and setuptools' `.egg-info` and `.egg-link` before it.
Changing what is installed is not done here.
"""

import os
import re
from collections.abc import Iterable, Iterator

from packaging.version import InvalidVersion, Version

from unlatch.environment import records
from unlatch.model.errors import EnvironmentProblem, UnlatchError
from unlatch.model.events import Listener, Noted, Warned, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.model.text import printable

# A name that is none (PEP 508) may hold anything, such as what a terminal takes for a command.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_MADE_FOR_LOOKING = (".dist-info", ".egg-info", ".egg-link")


def scan(target: Target, listener: Listener = ignore) -> dict[NormalizedName, Installed]:
    """Return the distributions of the environment by name.

    When a name comes twice, the first folder of `site_packages` wins, and within one folder the newest version, which
    is told. What is broken is left out and told. Raise EnvironmentProblem when a folder cannot be listed; one that is
    not there holds nothing.
    """
    return scan_folders(target.site_packages, listener)


def scan_folders(folders: Iterable[str], listener: Listener = ignore) -> dict[NormalizedName, Installed]:
    """Return the distributions in some folders, the first before the others; as `scan` does."""
    found: dict[NormalizedName, Installed] = {}
    for folder in folders:
        here: dict[NormalizedName, Installed] = {}
        for installed in _within(folder, listener):
            other = here.setdefault(installed.name, installed)
            if other is not installed:
                here[installed.name] = max(other, installed, key=_newest)
                if other.version != installed.version:
                    versions = f"{other.version} and {installed.version}"
                    listener(Warned(f"{printable(folder)} holds {installed.name} twice: {versions}"))
        found = here | found
    return found


def find(target: Target, name: str, listener: Listener = ignore) -> Installed | None:
    """Return one distribution by its name, however it is written; None when it is not installed."""
    return scan(target, listener).get(normalize(name))


def _newest(installed: Installed) -> tuple[Version, bool, str]:
    return installed.version, installed.folder.endswith(".dist-info"), installed.folder


def _within(folder: str, listener: Listener) -> Iterator[Installed]:
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(_MADE_FOR_LOOKING)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise EnvironmentProblem(f"{printable(folder)} cannot be listed: {error.strerror}") from error
    for name in sorted(names):
        path = os.path.join(folder, name)  # noqa: PTH118 - a tenth of pathlib's time, for every distribution
        if name.startswith("~"):
            listener(Noted(f"{printable(path)} is what an interrupted removal left behind: it is ignored"))
            continue
        try:
            installed = _installed(path, name)
        except UnlatchError as error:
            listener(Warned(f"{printable(path)} is ignored: {error}"))
            continue
        if installed is not None:
            yield installed


def _installed(path: str, name: str) -> Installed | None:
    """Return the distribution that a `.dist-info`, `.egg-info` or `.egg-link` describes."""
    stem, _, kind = name.rpartition(".")
    if kind == "egg-link":
        linked = records.linked(path)
        return _installed(linked, os.path.basename(linked))  # noqa: PTH119 - as above
    return _by_name(path, stem, kind) or _by_metadata(path)


def _by_name(path: str, stem: str, kind: str) -> Installed | None:
    """Return the distribution that `name-version` describes, where it does and there is metadata to go with it."""
    name, _, rest = stem.partition("-")
    version = rest.partition("-py")[0] if kind == "egg-info" else rest
    try:
        installed = Installed(normalize(name), Version(version), path)
    except InvalidVersion:
        return None
    return installed if _NAME.fullmatch(name) and records.has_metadata(path) else None


def _by_metadata(path: str) -> Installed:
    metadata = records.metadata_at(path)
    if not _NAME.fullmatch(metadata.name):
        raise EnvironmentProblem(f"{printable(metadata.name)!r} is not a name")
    return Installed(metadata.name, metadata.version, path)
