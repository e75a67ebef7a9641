"""What one environment takes of a lock: the packages whose markers hold, and of each the file that suits it best."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from packaging.version import Version

from unlatch.lock.places import Places
from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import File, WheelName
from unlatch.model.errors import ConfigurationError, ResolutionError
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Target
from unlatch.model.url import Origin, printable, split_userinfo

if TYPE_CHECKING:
    from packaging.markers import Environment
    from packaging.pylock import Package, PackageArchive, PackageSdist, PackageWheel, Pylock


class Locked(NamedTuple):
    """A distribution that a lock has for an environment.

    `file` has a clean URL, `userinfo` is what stood in it. `index_url` is that of the pages that listed it, where the
    lock tells it. `is_direct` says that a person had named the file by its URL.
    """

    name: NormalizedName
    version: Version
    file: File
    userinfo: Userinfo = Userinfo()
    index_url: str | None = None
    is_direct: bool = False


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
    from packaging.pylock import PackageArchive  # noqa: PLC0415 - as above

    is_direct = isinstance(found, PackageArchive)
    if not (is_direct or package.wheels or package.sdist):
        raise ResolutionError(f"{name} has {package.name} from a source tree, which cannot be installed from a lock")
    url, userinfo = _url(package, found, places)
    filename = unquote(urlsplit(url).path.rpartition("/")[2]) if is_direct else found.filename
    file = File(
        filename,
        url,
        tuple((algorithm.lower(), digest.lower()) for algorithm, digest in found.hashes.items()),
        size=found.size,
    )
    return Locked(package.name, _version(package, filename, name), file, userinfo, package.index, is_direct)


def _url(
    package: "Package", found: "PackageArchive | PackageWheel | PackageSdist", places: Places
) -> tuple[str, Userinfo]:
    """Return where a file is, and what stood before the `@` of its URL. The path goes first: it needs no network."""
    subject = f"{package.name}"
    if found.path is not None:
        return places.url_of(found.path, subject), Userinfo()
    url, userinfo = split_userinfo(found.url or "")
    if urlsplit(url).scheme == "file":
        return places.admitted(url, subject), userinfo
    Origin.of(url)
    return url, userinfo


def _version(package: "Package", filename: str, name: str) -> Version:
    """Return a package's version, which a lock may leave to the name of its only file."""
    if package.version is not None:
        return package.version
    try:
        return WheelName.parse(filename).version
    except ValueError as error:
        raise ResolutionError(f"{name} does not tell the version of {package.name}") from error
