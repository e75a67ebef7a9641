"""What one environment takes of a lock: the packages whose markers hold, and of each the file that suits it best."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from packaging.version import Version

from unlatch.lock.places import Places, path_of
from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import File, WheelName
from unlatch.model.errors import ConfigurationError, ResolutionError
from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.source import Archive, Folder, Git, Source, parse_source
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, split_userinfo

if TYPE_CHECKING:
    from packaging.markers import Environment
    from packaging.pylock import (
        Package,
        PackageArchive,
        PackageDirectory,
        PackageSdist,
        PackageVcs,
        PackageWheel,
        Pylock,
    )


# SHA-1 and SHA-256 in full: nothing else names one commit for ever.
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Locked(NamedTuple):
    """A distribution that a lock has for an environment.

    From an index: `file`, and `index_url`, that of the pages that listed it, where the lock tells it. Else a person has
    named the `source`, and `file` is None where that is a folder or a repository. URLs are clean, `userinfo` is what
    stood in them. `version` is None where the lock leaves it open.
    """

    name: NormalizedName
    version: Version | None
    file: File | None
    userinfo: Userinfo = Userinfo()
    index_url: str | None = None
    source: Source | None = None


class Chosen(NamedTuple):
    """What a person wants of a lock beside its packages without conditions."""

    extras: Collection[str] = ()
    groups: Collection[str] = ()


def select(lock: "Pylock", target: Target, chosen: Chosen, places: Places, name: str) -> list[Locked]:
    """Return what the environment takes, in the lock's order; messages call the lock `name`.

    The groups that the lock has by default are taken as well. Raise ConfigurationError for an extra or a group that it
    does not have, and for a file where it may not be; ResolutionError when the lock does not suit the environment.
    """
    from packaging.pylock import PylockSelectError  # noqa: PLC0415 - loaded only when a lock is installed
    from packaging.tags import Tag  # noqa: PLC0415 - as above

    extras = _known(chosen.extras, [str(extra) for extra in lock.extras or ()], "extra", name)
    groups = _known(chosen.groups, lock.dependency_groups or (), "group", name)
    try:
        selected = list(
            lock.select(
                environment=cast("Environment", dict(target.markers)),
                tags=[Tag(*tag.split("-", 2)) for tag in target.tags],
                extras=extras,
                dependency_groups={*(lock.default_groups or ()), *groups},
            )
        )
    except PylockSelectError as error:
        raise ResolutionError(f"{name} does not suit this environment", details=[printable(str(error))]) from error
    return [_locked(package, found, places, name) for package, found in selected]


def _known(asked: Collection[str], there: Sequence[str], kind: str, name: str) -> list[str]:
    """Return the lock's own spelling of what was asked for."""
    spelling = {normalize(each): each for each in there}
    for each in asked:
        if normalize(each) not in spelling:
            has = ", ".join(map(printable, there)) or "none"
            raise ConfigurationError(f"{name} has no {kind} {printable(each)!r}", details=[f"it has {has}"])
    return [spelling[normalize(each)] for each in asked]


def _locked(package: "Package", found: Any, places: Places, name: str) -> Locked:
    if package.directory is not None:
        return Locked(package.name, None, None, source=_folder(package.name, package.directory, places))
    if package.vcs is not None:
        source, userinfo = _repository(package.name, package.vcs, places, name)
        return Locked(package.name, None, None, userinfo, source=source)
    url, userinfo = _url(package.name, found, places)
    is_direct = package.archive is not None
    file = File(
        unquote(urlsplit(url).path.rpartition("/")[2]) if is_direct else found.filename,
        url,
        tuple((algorithm.lower(), digest.lower()) for algorithm, digest in found.hashes.items()),
        size=found.size,
    )
    if not is_direct:
        return Locked(package.name, _version(package, file.filename, name), file, userinfo, package.index)
    subdirectory = _subdirectory(found.subdirectory, package.name)
    return Locked(package.name, None, file, userinfo, source=Archive(url, subdirectory, file.hashes))


def _folder(subject: str, found: "PackageDirectory", places: Places) -> Folder:
    folder = path_of(places.url_of(found.path, subject, is_folder=True))
    subdirectory = _subdirectory(found.subdirectory, subject)
    return Folder(f"{folder}/{subdirectory}" if subdirectory else folder, is_editable=bool(found.editable))


def _repository(subject: str, found: "PackageVcs", places: Places, name: str) -> tuple[Git, Userinfo]:
    """Return a repository at the lock's commit. Raise ConfigurationError or InvalidUrl for what no lock may say."""
    if found.type != "git":
        raise ConfigurationError(f"{name} has {subject} from {printable(found.type)}, and unlatch knows git alone")
    if not _COMMIT.fullmatch(found.commit_id):
        raise ConfigurationError(
            f"{name}: {printable(found.commit_id)!r} is not a commit, at which {subject} should be"
        )
    if found.path is not None:
        url = places.url_of(found.path, subject, is_folder=True)
    else:
        url = (found.url or "").removeprefix("git+")
    reference = parse_source(f"git+{url}@{found.commit_id}", is_windows=False)
    assert isinstance(reference.source, Git)
    if reference.source.url.startswith("file:"):
        places.admitted(reference.source.url, subject, is_folder=True)
    return replace(reference.source, subdirectory=_subdirectory(found.subdirectory, subject)), reference.userinfo


def _subdirectory(said: str | None, subject: str) -> str:
    """Return a path inside of an archive or a tree. Raise ConfigurationError for one that leads out."""
    path = (said or "").replace("\\", "/").strip("/")
    if path and (":" in path or not path.isprintable() or {"", ".", ".."} & set(path.split("/"))):
        raise ConfigurationError(f"the lock's {subject} is in {printable(path)!r}, which is not a path inside of it")
    return path


def _url(subject: str, found: "PackageArchive | PackageWheel | PackageSdist", places: Places) -> tuple[str, Userinfo]:
    """Return where a file is, and what stood before the `@` of its URL. The path goes first: it needs no network."""
    if found.path is not None:
        return places.url_of(found.path, subject), Userinfo()
    url, userinfo = split_userinfo(found.url or "")
    if urlsplit(url).scheme == "file":
        return places.admitted(url, subject), userinfo
    Origin.of(url)
    return url, userinfo


def _version(package: "Package", filename: str, name: str) -> Version:
    """Return a package's version, which a lock may leave to the names of its files."""
    if package.version is not None:
        return package.version
    from packaging.utils import parse_sdist_filename  # noqa: PLC0415 - as above

    try:
        return WheelName.parse(filename).version if filename.endswith(".whl") else parse_sdist_filename(filename)[1]
    except ValueError as error:
        raise ResolutionError(f"{name} does not tell the version of {package.name}") from error
