"""`unlatch lock`: what is asked for becomes a pylock.toml, which has every file of every version that was chosen."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from unlatch.app.credentials.offer import offering
from unlatch.app.lock.apart import Apart, resolve_apart
from unlatch.app.lock.digests import with_digests
from unlatch.app.lock.memberships import memberships
from unlatch.app.lock.writing import write_whole
from unlatch.app.lock.written import Written, compared
from unlatch.app.wiring.parts import Parts
from unlatch.lock import pylock
from unlatch.lock.environments import Judged, condition
from unlatch.lock.package import Pinned, package_of
from unlatch.lock.places import Places
from unlatch.model.distribution import File
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.frozen import replace
from unlatch.model.index import Kind
from unlatch.model.source import Archive, Git
from unlatch.model.text import printable
from unlatch.model.url import is_signed
from unlatch.resolve.candidate import Candidate
from unlatch.resolve.requirement import split_marker
from unlatch.settings import Settings

if TYPE_CHECKING:
    from packaging.pylock import Package as LockedPackage
    from packaging.pylock import Pylock

    from unlatch.auth.sources.prompt import Person

# Files that are fetched at the same time, where an index tells no hashes.
_FETCHING = 6


def lock(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Written:
    """Resolve what the settings ask for, and write the lock that they name, unless it is only to be checked.

    What an earlier lock of that name has is kept where it fits. Raise UnlatchError; the file is then as it was.
    """
    begun = time.monotonic()
    path = _path(settings)
    with Parts(settings, listener, person) as parts, offering(parts):
        before = None if path is None else read(path)
        preferred = {} if before is None or settings.upgrade else pylock.preferences(before)
        apart = resolve_apart(parts, preferred)
        folder = settings.working_folder if path is None else path.parent
        found = _lock_of(apart, parts, Places(folder.as_uri()))
        for name in [] if before is None else pylock.exchanged(before, found):
            listener(Warned(f"{printable(name)} is not the file that was locked before: its hash is another one"))
    text = pylock.text(found)
    is_as_before = path is not None and _read(path) == text.encode()
    if path is not None and not (is_as_before or settings.check):
        write_whole(path, text.encode())
    python, seconds = apart.request.target.python, time.monotonic() - begun
    changes = compared(_versions(before), _versions(found), python, seconds)
    return Written(text=text, path=path, is_as_before=is_as_before, changes=changes)


def read(path: Path) -> "Pylock | None":
    """Return the lock at a path, None when there is none. Raise ConfigurationError."""
    content = _read(path)
    return None if content is None else pylock.parse(content, printable(path.name))


def _path(settings: Settings) -> Path | None:
    """Return where the lock is to be, None for standard output."""
    if settings.output_file == "-":
        return None
    path = settings.working_folder / (settings.output_file or pylock.DEFAULT_NAME)
    if not pylock.is_pylock(path.name):
        raise ConfigurationError(
            f"{printable(path.name)} is not a name for a lock (PEP 751)",
            hint="-o pylock.toml, or -o pylock.NAME.toml without a dot in NAME",
        )
    return path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{printable(str(path))} cannot be read: {error.strerror}") from error


def _lock_of(apart: Apart, parts: Parts, places: Places) -> "Pylock":
    from packaging.markers import Marker  # noqa: PLC0415 - loaded only when a lock is written
    from packaging.pylock import Pylock  # noqa: PLC0415 - as above
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - as above

    major, minor = apart.request.target.version
    members = memberships(parts, apart.wanted, apart.resolution)
    environment = condition(dict.fromkeys(_judged(apart)), apart.request.target.markers)
    return Pylock(
        lock_version=Version(pylock.VERSION),
        environments=[Marker(environment)] if environment else None,
        requires_python=SpecifierSet(f">={major}.{minor}"),
        extras=members.extras or None,
        dependency_groups=members.groups or None,
        created_by=pylock.CREATED_BY,
        packages=[
            package_of(replace(pinned, marker=members.markers.get(pinned.name, "")), places)
            for pinned in _pinned(apart, parts)
        ],
    )


def _pinned(apart: Apart, parts: Parts) -> Iterator[Pinned]:
    """Yield what was chosen, ordered by name, with hashes for all files."""
    threads = parts.threads(_FETCHING)
    coming = []
    for _, candidate in sorted(apart.resolution.pins.items()):
        files = [] if candidate.file is None else list(apart.files(candidate))
        scope = apart.packages.locate(candidate)[1] if files else None
        coming.append((candidate, with_digests(files, scope, parts, threads)))
    for candidate, files_of in coming:
        files = sorted(files_of(), key=lambda file: file.filename)
        for file in files:
            if is_signed(file.url):
                parts.listener(Warned(f"the address of {printable(file.filename)} is signed: the lock has it without"))
        requires_python = apart.packages.metadata(candidate).requires_python
        if candidate.url is not None:
            yield _direct(candidate, files, apart, requires_python)
            continue
        index = candidate.index
        has_pages = index is not None and index.kind is Kind.SIMPLE and not index.is_file
        yield Pinned(
            name=candidate.name,
            version=candidate.version,
            files=tuple(files),
            index_url=index.url if index is not None and has_pages else None,
            requires_python=requires_python,
        )


def _direct(candidate: Candidate, files: Sequence[File], apart: Apart, requires_python: str | None) -> Pinned:
    """Return what was named by its URL: a file, or a folder or a repository as it is now."""
    source = apart.source(candidate)
    if isinstance(source, Archive):
        return Pinned(
            name=candidate.name,
            version=candidate.version,
            archive=files[0],
            subdirectory=source.subdirectory,
            requires_python=requires_python,
        )
    requested = None
    if isinstance(source, Git):
        # The branch or tag that was asked for is told beside the commit.
        requested, source = source.revision, replace(source, revision=apart.commit(candidate))
    return Pinned(name=candidate.name, tree=source, requested_revision=requested, requires_python=requires_python)


def _judged(apart: Apart) -> Iterator[Judged]:
    """Yield every marker that has decided what is in the lock."""
    for asked in (*apart.wanted.requirements, *apart.wanted.overrides):
        if asked.requirement.marker is not None:
            yield Judged(str(asked.requirement.marker))
    if apart.wanted.settings.no_deps:
        return
    for candidate in apart.resolution.pins.values():
        for line in apart.packages.metadata(candidate).requires_dist:
            _, marker = split_marker(line)
            if marker:
                yield Judged(marker)
                for extra in apart.resolution.extras.get(candidate.name, ()):
                    yield Judged(marker, extra)


def _versions(lock: "Pylock | None") -> dict[str, str]:
    return {} if lock is None else {package.name: _version(package) for package in lock.packages}


def _version(package: "LockedPackage") -> str:
    """Return what tells a package from an earlier one: its version, or where the lock has none its commit."""
    if package.vcs is not None:
        return package.vcs.commit_id[:12]
    return "(folder)" if package.version is None else str(package.version)
