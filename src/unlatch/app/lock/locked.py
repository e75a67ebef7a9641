"""What a lock has for an environment, as pins: nothing is resolved, and no page of an index is asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.request.wanted import Wanted
from unlatch.app.run.packages import Packages
from unlatch.app.wiring.parts import Parts
from unlatch.lock import pylock
from unlatch.lock.places import Places
from unlatch.lock.selection import Chosen, Locked, select
from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import File, Hashes
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import Index, Kind, neighbour_of, scope_of
from unlatch.model.requirement import Requirement
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.url import Origin, split_userinfo
from unlatch.requirements import reading as files
from unlatch.requirements.asked import Asked
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import STANDARD_INPUT, Reading, locate
from unlatch.resolve.candidate import Candidate, Rules
from unlatch.resolve.direct import candidate_at
from unlatch.resolve.request import Request, Resolution
from unlatch.settings import Settings

if TYPE_CHECKING:
    from packaging.pylock import Pylock


class Lock:
    """A lock that was read. `settings` are those of an installation from it: there is nothing to resolve."""

    def __init__(self, parts: Parts) -> None:
        """Read the only file that the settings name. Raise ConfigurationError, AccessError or NetworkError."""
        settings = parts.settings
        reading = Reading(paths=Paths(str(settings.working_folder)), environ=settings.environ)
        file = locate(_only(settings), None, reading)
        self._name = file.name
        self._places = Places(_folder(file), [_root(index) for index in _sources(settings) if index.is_file])
        self._lock = pylock.parse(_content(file, parts), file.name)
        # What the packages need is in the lock too, and nobody has to be asked for it.
        self.settings = replace(settings, requirement_files=(), no_deps=True)

    @property
    def is_empty(self) -> bool:
        """Whether it has no packages for anybody."""
        return not self._lock.packages

    def taken(self, target: Target) -> "Taken":
        """Return what the lock has for an environment. Raise ConfigurationError or ResolutionError."""
        chosen = Chosen(_extras(self.settings, self._lock), _groups(self.settings, self._lock))
        return Taken(select(self._lock, target, chosen, self._places, self._name), self.settings)


class Taken:
    """What an environment takes of a lock. `wanted` are the packages that come from sources of their own."""

    def __init__(self, locked: Sequence[Locked], settings: Settings) -> None:
        self._locked = locked
        self._settings = settings
        self.wanted = Wanted(tuple(_asked(each) for each in locked if each.source is not None), (), settings)

    def choose(self, request: Request, packages: Packages, parts: Parts) -> Resolution:
        """Return the lock's packages as pins: an `Aim` takes it. A folder or a repository tells its version now."""
        del parts
        rules = Rules(request.target, request.policy, {})
        pins = {each.name: self._candidate(each, packages, rules) for each in self._locked}
        return Resolution(pins, requested=frozenset(pins), parents={}, hashes={})

    def _candidate(self, locked: Locked, packages: Packages, rules: Rules) -> Candidate:
        if locked.file is not None and locked.version is not None:
            return Candidate(locked.name, locked.version, locked.file, self._scope(locked, locked.file))
        assert locked.source is not None
        found = candidate_at(locked.name, locked.source.address, rules, packages.direct)
        if found.file is None or locked.file is None:
            return found
        return replace(found, index=self._scope(locked, locked.file))

    def _scope(self, locked: Locked, file: File) -> Index:
        return scope(locked, file.url, self._settings)


def _asked(locked: Locked) -> Asked:
    assert locked.source is not None
    requirement = Requirement(locked.name, url=locked.source.address)
    hashes = Hashes() if locked.file is None else Hashes.of(locked.file.hashes)
    return Asked(requirement, locked.userinfo, hashes, "the lock", locked.source)


def names_lock(settings: Settings) -> bool:
    """Whether one of the files that the settings name is a lock, by its name."""
    return any(pylock.is_pylock(text.replace("\\", "/").rpartition("/")[2]) for text in settings.requirement_files)


def _only(settings: Settings) -> str:
    """Return the lock's name. Raise ConfigurationError for anything beside it: a lock is the whole answer."""
    beside = [*settings.requirement_files[1:], *settings.requirements, *settings.constraint_files]
    if beside or settings.upgrade or settings.upgrade_packages:
        raise ConfigurationError(
            "a lock is installed as it is: no other requirements, constraints or upgrades go with it",
            hint="unlatch lock writes another one",
        )
    return settings.requirement_files[0]


def _folder(file: files.File) -> str:
    """Return the folder that paths in the lock start from, "" for one that is not on this machine."""
    is_here = not file.is_remote and file.location != STANDARD_INPUT
    return Path(file.location).parent.as_uri() if is_here else ""


def _root(index: Index) -> str:
    """Return the folder of a local index's files: its own, or the one above its pages, as mirrors are laid out."""
    folder = index.url.rstrip("/")
    return folder if index.kind is Kind.FLAT else folder.rpartition("/")[0]


def _content(file: files.File, parts: Parts) -> bytes:
    if file.is_remote:
        from unlatch.app.request.remote_file import fetched  # noqa: PLC0415 - loaded only when a lock is somewhere else

        return fetched(file, (), parts).encode()
    try:
        return Path(file.location).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{printable(file.location)} cannot be read: {error.strerror}") from error


def _extras(settings: Settings, lock: "Pylock") -> Sequence[str]:
    return tuple(lock.extras or ()) if settings.all_extras else settings.extras


def _groups(settings: Settings, lock: "Pylock") -> Sequence[str]:
    return tuple(lock.dependency_groups or ()) if settings.all_groups else settings.groups


def scope(locked: Locked, url: str, settings: Settings) -> Index:
    """Return the index whose credentials a locked file's request may carry.

    It is the index of the settings that the lock names; else the one that the file's URL lies in; else the lock's own
    index, where it has the file's origin. Where the lock names none, as those of pip and uv do not, it is the index
    of the settings that most likely lists the file; else the file's origin.
    """
    if url.startswith("file:"):
        return Index(url)
    configured = [index for index in _sources(settings) if not index.is_file]
    told, userinfo = split_userinfo(locked.index_url or "")
    for index in configured:
        if told and index.url.rstrip("/") == told.rstrip("/"):
            return index
    found = scope_of(url, configured)
    if found not in configured:
        if told.startswith(("https:", "http:")) and Origin.of(told) == Origin.of(url):
            found = Index(told, userinfo=userinfo)
        elif not told:
            found = neighbour_of(url, configured) or found
    if locked.userinfo != Userinfo():
        found = replace(found, userinfo=locked.userinfo)
    return settings.admitted(found)


def _sources(settings: Settings) -> tuple[Index, ...]:
    return (*settings.indexes, *settings.find_links)
