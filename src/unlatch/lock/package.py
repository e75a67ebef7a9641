"""One package of a lock: what was chosen, as `packaging`'s model of an entry in pylock.toml.

Every file of the version stands in it, not only the one that suits the machine that locked: who has the same markers
may have another platform.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from packaging.version import Version

from unlatch.lock.places import Places
from unlatch.model.distribution import ALGORITHMS, File
from unlatch.model.frozen import frozen
from unlatch.model.name import NormalizedName
from unlatch.model.source import Folder, Git
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import is_signed

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageArchive, PackageDirectory, PackageVcs


@frozen(kw_only=True)
class Pinned:
    """What a lock says of one package.

    From an index: `files` are all that it has of the version, each with a hash, and `index_url` is that of its pages,
    None for a folder or a page of links. From a URL: `archive` is the file there, and `subdirectory` where in it the
    project is, "" for its root. From a folder or a repository: `tree` tells which, a repository at a commit, and
    `requested_revision` by which branch or tag it was found. `marker` tells when the package is
    wanted, "" for always. `version` is None for a tree, which may change it.
    """

    name: NormalizedName
    version: Version | None = None
    files: tuple[File, ...] = ()
    index_url: str | None = None
    archive: File | None = None
    subdirectory: str = ""
    tree: Git | Folder | None = None
    requested_revision: str | None = None
    requires_python: str | None = None
    marker: str = ""


class _Address(NamedTuple):
    """Where a file is: exactly one of the two."""

    url: str | None
    path: str | None


def package_of(pinned: Pinned, places: Places) -> "Package":
    """Return the lock's entry. Local files are told by their path from the lock's folder."""
    from packaging.markers import Marker  # noqa: PLC0415 - loaded only when a lock is written
    from packaging.pylock import Package, PackageSdist, PackageWheel  # noqa: PLC0415 - as above

    wheels = [file for file in pinned.files if file.is_wheel]
    sdist = next((file for file in pinned.files if not file.is_wheel), None)
    return Package(
        name=pinned.name,
        version=pinned.version,
        marker=Marker(pinned.marker) if pinned.marker else None,
        requires_python=_specifier(pinned.requires_python),
        index=pinned.index_url,
        vcs=_repository(pinned.tree, pinned.requested_revision, places) if isinstance(pinned.tree, Git) else None,
        directory=_directory(pinned.tree, places) if isinstance(pinned.tree, Folder) else None,
        archive=None if pinned.archive is None else _archive(pinned.archive, pinned.subdirectory, places),
        sdist=None if sdist is None else PackageSdist(**_named(sdist, places)),
        wheels=[PackageWheel(**_named(wheel, places)) for wheel in wheels] or None,
    )


def _archive(file: File, subdirectory: str, places: Places) -> "PackageArchive":
    from packaging.pylock import PackageArchive  # noqa: PLC0415 - as above

    return PackageArchive(**_fields(file, places), subdirectory=subdirectory or None)


def _directory(tree: Folder, places: Places) -> "PackageDirectory":
    from packaging.pylock import PackageDirectory  # noqa: PLC0415 - as above

    return PackageDirectory(path=places.told(tree.address), editable=tree.is_editable or None)


def _repository(tree: Git, requested: str | None, places: Places) -> "PackageVcs":
    """Return a repository at a commit, which is its `revision`; a folder with one is told by its path."""
    from packaging.pylock import PackageVcs  # noqa: PLC0415 - as above

    is_here = tree.url.startswith("file:")
    return PackageVcs(
        type="git",
        url=None if is_here else tree.url,
        path=places.told(tree.url) if is_here else None,
        requested_revision=requested,
        commit_id=tree.revision or "",
        subdirectory=tree.subdirectory or None,
    )


def _fields(file: File, places: Places) -> dict[str, Any]:
    address = _address(file.url, places)
    return {
        "url": address.url,
        "path": address.path,
        "upload_time": _time(file.upload_time),
        "size": file.size,
        "hashes": _hashes(file),
    }


def _named(file: File, places: Places) -> dict[str, Any]:
    """Return the fields, with the file's name where the last part of its address is another one."""
    fields = _fields(file, places)
    last = unquote(urlsplit(file.url).path.rpartition("/")[2])
    return fields if last == file.filename else {"name": file.filename, **fields}


def _address(url: str, places: Places) -> _Address:
    """Return where a file is. A signature in its URL is a credential that ends: it is left out."""
    if url.startswith("file:"):
        return _Address(None, places.told(url))
    return _Address(urlunsplit(urlsplit(url)._replace(query="", fragment="")) if is_signed(url) else url, None)


def _hashes(file: File) -> Mapping[str, str]:
    """Return the digests that prove something, in a fixed order."""
    told = {algorithm.lower(): digest.lower() for algorithm, digest in file.hashes}
    return {algorithm: told[algorithm] for algorithm in sorted(ALGORITHMS) if algorithm in told}


def _time(said: str | None) -> datetime | None:
    """Return a page's upload-time (PEP 700) in UTC; None for a text that is none."""
    try:
        time = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _specifier(said: str | None) -> Any:
    """Return `requires-python`; None for a text that is no specifier, which forbids nothing."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - as above

    try:
        return SpecifierSet(said) if said else None
    except InvalidSpecifier:
        return None
