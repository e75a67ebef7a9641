"""The cache looked after: what it holds, how large it is, and how it is made smaller."""

import sys
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir

from unlatch.app.run.wheels import wheel_key
from unlatch.app.wiring.folders import cache_folder
from unlatch.build.workshop import PREFIX as WORKSHOP
from unlatch.cache import upkeep
from unlatch.cache.entries import Bucket, path_of
from unlatch.cache.store import PRIVATE
from unlatch.cache.upkeep import Entry, Removed
from unlatch.installation.keep.bytecode import Bytecode
from unlatch.installation.keep.kept import damage
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.model.distribution import WheelName
from unlatch.model.errors import ConfigurationError, EnvironmentProblem
from unlatch.model.events import Listener, Noted, Progress, Warned, ignore
from unlatch.model.name import normalize
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.settings import Settings

# A wheel that was built is noted by its SHA-256 in hexadecimal digits, and its file name.
_SHA256 = 64
_LONGEST_NOTE = 400
_DAY = 24 * 60 * 60.0
# What an index gives again, and would cost more to save and to restore than to fetch.
_FETCHED = (Bucket.WHEELS, Bucket.BYTECODE)


class Contents(NamedTuple):
    """What a cache holds: by bucket how many entries and bytes, and how many leftovers `cache prune` takes away."""

    folder: Path
    buckets: dict[str, Removed]
    leftovers: int


class Checked(NamedTuple):
    """How many entries were looked at, and which were damaged and are gone, in words."""

    entries: int
    damaged: tuple[str, ...]


def folder(settings: Settings) -> Path:
    """Return the cache's folder, which need not be there. Raise ConfigurationError where there is no place for one."""
    found = settings.cache_dir or cache_folder(sys.platform, settings.environ)
    if found is None:
        raise ConfigurationError("there is no folder for a cache: HOME is not set", hint="--cache-dir FOLDER")
    return Path(found)


def contents(settings: Settings) -> Contents:
    """Tell what is in the cache. Raise ConfigurationError."""
    root = folder(settings)
    buckets = {_name(bucket): _sum(upkeep.entries(root, [bucket])) for bucket in Bucket}
    return Contents(root, buckets, len(upkeep.leftovers(root)))


def clean(names: Sequence[str], settings: Settings, listener: Listener = ignore) -> Removed:
    """Take away what the cache holds of some projects, or everything. Raise ConfigurationError, EnvironmentProblem."""
    root = folder(settings)
    kept = list(upkeep.entries(root))
    if not names:
        return _remove(root, kept, [*upkeep.leftovers(root), *_private()], settings, listener)
    wanted = {normalize(name) for name in names}
    found = [entry for entry in kept if _project(entry) in wanted]
    return _remove(root, found, [], settings, listener)


def prune(settings: Settings, listener: Listener = ignore) -> Removed:
    """Take away what is of no use any longer, and the least useful of what is too much.

    Raise ConfigurationError, EnvironmentProblem.
    """
    root = folder(settings)
    kept = list(upkeep.entries(root))
    built = _built(root, kept) if settings.for_ci else set()
    going = [entry for entry in kept if settings.for_ci and entry.bucket in _FETCHED and entry.path not in built]
    since = time.time() - settings.cache_unused_days * _DAY
    left = [entry for entry in kept if entry not in set(going)]
    going += upkeep.doomed(left, used_since=since, budget=settings.cache_size_budget)
    return _remove(root, going, [*upkeep.leftovers(root), *_private()], settings, listener)


def verify(settings: Settings, listener: Listener = ignore) -> Checked:
    """Read all that the cache holds, and take away what is not what was kept. Raise as `prune` does."""
    root = folder(settings)
    kept = list(upkeep.entries(root))
    damaged: dict[Entry, str] = {}
    for done, entry in enumerate(kept):
        listener(Progress("checking", done, len(kept)))
        problem = _problem(entry)
        if problem is not None:
            damaged[entry] = f"{_name(entry.bucket)}: {problem}"
    _remove(root, list(damaged), [], settings, listener)
    return Checked(len(kept), tuple(damaged.values()))


def _remove(
    root: Path, going: Sequence[Entry], others: Iterable[Path], settings: Settings, listener: Listener
) -> Removed:
    """Take entries and leftovers away, and tell how much that was."""
    leftovers = list(others)
    inside = [path for path in leftovers if path.is_relative_to(root)]
    if not (going or leftovers):
        return Removed()
    size = sum(entry.size for entry in going) + sum(map(upkeep.size_of, leftovers))

    def waits() -> None:
        listener(Warned(f"waiting for another unlatch that uses {printable(str(root))}"))

    try:
        if going or inside:
            paths = [*(entry.path for entry in going), *inside]
            upkeep.remove(root, paths, limit=settings.lock_timeout, waits=waits)
    except TimeoutError as error:
        raise EnvironmentProblem(
            f"nothing was taken away: another unlatch has used {printable(str(root))} for {settings.lock_timeout:g} s",
            hint="--lock-timeout SECONDS waits longer",
        ) from error
    except OSError as error:
        raise EnvironmentProblem(f"{printable(str(root))} cannot be written: {error.strerror}") from error
    for path in leftovers:
        listener(Noted(f"{printable(str(path))} was left behind, and is gone"))
        upkeep.delete(path)
    return Removed(len(going) + len(leftovers), size)


def _private() -> list[Path]:
    """Return the private caches and workshops that killed runs have left in the folder for temporary files."""
    folder = Path(gettempdir())
    return [path for prefix in (PRIVATE, WORKSHOP) for path in upkeep.private_leftovers(folder, prefix)]


def _built(root: Path, kept: Iterable[Entry]) -> set[Path]:
    """Return the wheels that were built here: no index gives them."""
    found = set()
    for entry in kept:
        file = upkeep.kept_in(entry) if entry.bucket is Bucket.BUILT else None
        note = b"" if file is None else file.content[:_LONGEST_NOTE]
        digest, _, filename = note.decode(errors="replace").partition(" ")
        if len(digest) == _SHA256 and filename.endswith(".whl"):
            found.add(path_of(root, Bucket.WHEELS, wheel_key(digest, filename)))
    return found


def _name(bucket: Bucket) -> str:
    return bucket.value.rpartition("-")[0]


def _sum(found: Iterable[Entry]) -> Removed:
    sizes = [entry.size for entry in found]
    return Removed(len(sizes), sum(sizes))


def _project(entry: Entry) -> str | None:
    """Return the name of the project that an entry is about, None where there is none, or it cannot be told."""
    described = _described(entry)
    if described is not None:
        return WheelName.parse(described.filename).name
    kept = upkeep.kept_in(entry)
    return None if kept is None else kept.about or None


def _problem(entry: Entry) -> str | None:
    """Return what is wrong with an entry, None for a sound one. git looks after its own."""
    if entry.bucket is Bucket.REPOSITORIES:
        return None
    if entry.bucket not in _FOLDERS:
        return None if upkeep.kept_in(entry) is not None else "an entry is not what was written"
    described = _described(entry)
    if described is None:
        return "an entry does not say what it is"
    path = damage(described.root, described.rows)
    return None if path is None else f"{printable(path)} of {printable(described.filename)} is missing or was changed"


def _described(entry: Entry) -> Unpacked | Bytecode | None:
    if entry.bucket is Bucket.WHEELS:
        return Unpacked.load(entry.path)
    return Bytecode.load(entry.path) if entry.bucket is Bucket.BYTECODE else None


_FOLDERS: Collection[Bucket] = frozenset({Bucket.WHEELS, Bucket.BYTECODE})
