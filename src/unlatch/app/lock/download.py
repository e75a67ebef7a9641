"""`unlatch download`: what is asked for, and what it needs, as files in a folder. Nothing is installed."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.credentials.offer import offering
from unlatch.app.lock.apart import resolve_apart
from unlatch.app.lock.locked import Lock, names_lock
from unlatch.app.lock.writing import write_whole
from unlatch.app.request.target import find_python, find_target
from unlatch.app.request.wanted import request_of
from unlatch.app.run.packages import Packages
from unlatch.app.run.supply import Supply
from unlatch.app.wiring.parts import Parts
from unlatch.index.download import fetch
from unlatch.model.distribution import File, Hashes
from unlatch.model.errors import ConfigurationError, IntegrityError, NetworkError
from unlatch.model.events import Listener, Progress, ignore
from unlatch.model.index import Index
from unlatch.model.limits import Limits
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Person

# Files that are on their way at the same time.
_FETCHING = 6
_PIECE = 1024 * 1024
_ANY = Hashes()


class Fetched(NamedTuple):
    """A file that is in the folder; `was_there` says that it was before."""

    filename: str
    was_there: bool


class Download(NamedTuple):
    """What is in the folder now, by file name; `seconds` it took."""

    folder: Path
    files: tuple[Fetched, ...]
    seconds: float


class _Wanted(NamedTuple):
    file: File
    scope: Index
    hashes: Hashes


def download(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Download:
    """Fetch what the settings ask for into their folder, each file whole, verified, and only if it is not there.

    Raise UnlatchError; files that have arrived before it stay.
    """
    begun = time.monotonic()
    folder = settings.destination or settings.working_folder
    with Parts(settings, listener, person) as parts, offering(parts):
        wanted = sorted(_locked(parts) if names_lock(settings) else _resolved(parts), key=lambda each: each.file.url)
        if not settings.dry_run:
            _make(folder)
        threads = parts.threads(_FETCHING)
        coming = [threads.submit(_obtain, each, folder, parts) for each in wanted]
        files = []
        for done, future in enumerate(coming):
            listener(Progress("fetching", done, len(coming)))
            files.append(future.result())
    return Download(folder, tuple(sorted(files)), time.monotonic() - begun)


def _resolved(parts: Parts) -> Iterator[_Wanted]:
    apart = resolve_apart(parts, {})
    for name, candidate in apart.resolution.pins.items():
        yield _Wanted(*apart.packages.locate(candidate), apart.resolution.hashes.get(name, _ANY))


def _locked(parts: Parts) -> Iterator[_Wanted]:
    lock = Lock(parts)
    parts.heed(lock.settings)
    target = find_target(parts, find_python(parts, any_python=True))
    taken = lock.taken(target)
    packages = Packages(parts, Supply(parts, taken.wanted, ()), taken.wanted, target, {})
    for candidate in taken.choose(request_of(taken.wanted, target, {}), packages, parts).pins.values():
        yield _Wanted(*packages.locate(candidate), _ANY)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{printable(str(folder))} cannot be made: {error.strerror}") from error


def _obtain(wanted: _Wanted, folder: Path, parts: Parts) -> Fetched:
    """Put one file into the folder, unless it is there."""
    file, settings = wanted.file, parts.settings
    path = folder / file.filename
    if path.parent != folder or "\\" in file.filename:
        raise IntegrityError(f"{printable(file.filename)} is not the name of a file")
    if _is_there(path, wanted):
        return Fetched(file.filename, was_there=True)
    if settings.dry_run:
        return Fetched(file.filename, was_there=False)
    if settings.offline and not file.url.startswith("file:"):
        raise NetworkError(f"{shown(file.url)} would have to be fetched, and unlatch was told to stay offline")
    limits = Limits()._replace(**dict(settings.archive_limits))
    with fetch(parts, file, wanted.scope, wanted.hashes, folder=folder, most=limits.size) as body:
        write_whole(path, body.content)
    return Fetched(file.filename, was_there=False)


def _is_there(path: Path, wanted: _Wanted) -> bool:
    """Whether the file is in the folder already, with a hash that the index and the user accept."""
    told = Hashes.of(wanted.file.hashes)
    accepted = [hashes for hashes in (told, wanted.hashes) if hashes]
    if told.algorithm is None or not path.is_file():
        return False
    try:
        for hashes in accepted:
            assert hashes.algorithm is not None
            hashes.verify(hashes.algorithm, _digest(path, hashes.algorithm), path.name)
    except IntegrityError:
        return False
    return True


def _digest(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise ConfigurationError(f"{printable(str(path))} cannot be read: {error.strerror}") from error
    return digest.hexdigest()
