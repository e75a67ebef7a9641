"""The sources of a run: which there are, where their trees come from, and how each is to be built."""

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.request.wanted import Wanted
from unlatch.app.run.building import Building, Manner, Tree
from unlatch.app.run.wheels import Arrived, Wheels
from unlatch.app.wiring.parts import Parts
from unlatch.app.wiring.threads import Threads
from unlatch.build.unpacking import unpack
from unlatch.index.download import fetch
from unlatch.index.once import Coming
from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import File, Hashes
from unlatch.model.errors import BuildFailed, ConfigurationError, NetworkError, ResolutionError
from unlatch.model.events import Warned
from unlatch.model.frozen import replace
from unlatch.model.index import Index, scope_of
from unlatch.model.limits import Limits
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.source import Archive, Folder, Git, Reference, parse_source
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.requirements.asked import Asked
from unlatch.resolve.candidate import Candidate
from unlatch.resolve.requirement import Reader

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl

    from unlatch.build.git import Repositories

# Builds at the same time: most of them have one processor's worth of work.
_BUILDING = 2


class Sources:
    """Whatever has to be built in one run. Every method may be called from any thread."""

    def __init__(
        self,
        parts: Parts,
        target: Target,
        wheels: Wheels,
        wanted: Wanted,
        hashes: Mapping[NormalizedName, Hashes],
        *,
        is_windows: bool,
    ) -> None:
        """Take the parts; `hashes` are the digests that the user accepts, by project."""
        self._parts = parts
        self._settings = parts.settings
        self._target = target
        self._wheels = wheels
        self._hashes = hashes
        self._is_windows = is_windows
        self._lock = threading.Lock()
        self._buildings: dict[str, Building] = {}
        self._digests: dict[str, str] = {}
        self._asked: dict[str, Asked] = {}
        for asked in wanted.requirements:
            self._take(asked)

    def named(self, wanted: Wanted) -> Wanted:
        """Return what is wanted with the names of all projects, which their metadata tells. Raise UnlatchError."""
        reader = Reader(self._target.markers)
        found = []
        for unnamed in wanted.unnamed:
            if not reader.wants(unnamed.asked.requirement):
                continue
            if self._settings.require_hashes and not unnamed.asked.hashes:
                raise ResolutionError(
                    "with --require-hashes, everything needs a hash",
                    details=[f"{unnamed} has none, or cannot have one"],
                )
            self._take(unnamed.asked)
            metadata = self._direct(None, unnamed.source.address).metadata()
            found.append(unnamed.named(metadata.name))
        return wanted._replace(requirements=(*wanted.requirements, *found), unnamed=())

    def direct(self, name: NormalizedName, url: str) -> Metadata:
        """Return the metadata of what a requirement's URL leads to. Raise UnlatchError."""
        return self._direct(name, url).metadata()

    def metadata(self, candidate: Candidate) -> Metadata:
        """Return the metadata of a candidate that has to be built. Raise UnlatchError."""
        return self._building(candidate).metadata()

    def begin(self, candidate: Candidate) -> "Coming[Arrived]":
        """Begin to build a candidate; the future ends with its wheel unpacked, or with the error."""
        return self._threads.submit(self._building(candidate).arrived)

    def look_again(self) -> None:
        """Forget which wheels are in the cache."""
        with self._lock:
            for building in self._buildings.values():
                building.look_again()

    def is_same(self, candidate: Candidate, origin: "DirectUrl") -> bool:
        """Whether what is installed from `origin` is what a candidate's URL names; a folder changes meanwhile."""
        reference = self._reference(candidate.url or "")
        source = reference.source
        if isinstance(source, Git):
            if origin.vcs_info is None or (origin.url, origin.subdirectory or "") != (source.url, source.subdirectory):
                return False
            return origin.vcs_info.commit_id == self._repositories.commit_of(source, reference.userinfo)
        return (
            isinstance(source, Archive)
            and origin.url == source.url
            and (origin.subdirectory or "") == source.subdirectory
        )

    def direct_url(self, candidate: Candidate) -> "DirectUrl":
        """Return what `direct_url.json` says of a candidate that was named by its URL (PEP 610), without userinfo."""
        from packaging.direct_url import (  # noqa: PLC0415 - loaded only for direct URLs
            ArchiveInfo,
            DirectUrl,
            DirInfo,
            VcsInfo,
        )

        reference = self._reference(candidate.url or "")
        source = reference.source
        if isinstance(source, Git):
            commit = self._repositories.commit_of(source, reference.userinfo)
            vcs_info = VcsInfo(vcs="git", commit_id=commit, requested_revision=source.revision)
            return DirectUrl(url=source.url, vcs_info=vcs_info, subdirectory=source.subdirectory or None)
        if isinstance(source, Folder):
            return DirectUrl(url=source.address, dir_info=DirInfo(editable=source.is_editable or None))
        assert isinstance(source, Archive)
        digest = self._digests.get(source.address)
        hashes = {**dict(source.hashes), **({"sha256": digest} if digest else {})}
        return DirectUrl(
            url=source.url, archive_info=ArchiveInfo(hashes=hashes), subdirectory=source.subdirectory or None
        )

    @cached_property
    def _repositories(self) -> "Repositories":
        from unlatch.app.run.repositories import repositories  # noqa: PLC0415 - loaded only for a repository

        return repositories(self._parts)

    @cached_property
    def _threads(self) -> Threads:
        return self._parts.threads(_BUILDING)

    def _take(self, asked: Asked) -> None:
        """Remember how a source was asked for; where it was asked for twice, the editable counts."""
        if asked.url is not None and not (asked.url in self._asked and self._asked[asked.url].is_editable):
            self._asked[asked.url] = asked

    def _building(self, candidate: Candidate) -> Building:
        if candidate.url is not None:
            return self._direct(candidate.name, candidate.url)
        file, index = candidate.file, candidate.index
        assert file is not None
        assert index is not None
        subject = f"{candidate.name} {candidate.version}"
        hashes = self._hashes.get(candidate.name, Hashes())
        digest = dict(file.hashes).get("sha256", "").lower()
        return self._once(
            file.url,
            lambda: Building(
                self._parts,
                self._target,
                self._wheels,
                subject,
                lambda: self._unpacked(file, index, hashes),
                manner=lambda _: self._manner(lambda: candidate.name),
                mark=f"sha256 {digest}" if digest and set(hashes.accepted) <= {"sha256"} else "",
            ),
        )

    def _direct(self, name: NormalizedName | None, url: str) -> Building:
        reference = self._reference(url)
        source = reference.source
        address = source.address
        asked = self._asked.get(address)
        is_editable = isinstance(source, Folder) and source.is_editable
        mark = self._mark_of(source, reference.userinfo) if isinstance(source, Git) else ""
        return self._once(
            address,
            lambda: Building(
                self._parts,
                self._target,
                self._wheels,
                printable(source.path) if isinstance(source, Folder) else shown(address),
                self._finder(reference, asked),
                manner=lambda named: self._manner(named if name is None else lambda: name, asked)._replace(
                    is_editable=is_editable
                ),
                mark=mark,
            ),
        )

    def _mark_of(self, source: Git, userinfo: Userinfo) -> str:
        """Return what tells a revision's tree from every other: its commit."""
        if source.is_editable:
            self._parts.listener(
                Warned(f"{shown(source.url)} is installed as it is, and not editable: -e ./folder, after git clone, is")
            )
        return f"git {self._repositories.commit_of(source, userinfo)} {source.subdirectory}"

    def _once(self, key: str, make: Callable[[], Building]) -> Building:
        with self._lock:
            if key not in self._buildings:
                self._buildings[key] = make()
            return self._buildings[key]

    def _reference(self, url: str) -> Reference:
        """Return what a URL means: as it was asked for, where it was."""
        reference = parse_source(url, is_windows=self._is_windows)
        asked = self._asked.get(reference.source.address)
        if asked is None or asked.source is None:
            return reference
        return Reference(asked.source, asked.userinfo)

    def _finder(self, reference: Reference, asked: Asked | None) -> Callable[[], Tree]:
        """Return what finds a source's tree."""
        source = reference.source
        if isinstance(source, Folder):
            return lambda: _folder(source)
        if isinstance(source, Git):
            return lambda: self._checked_out(source, reference.userinfo)
        own = Hashes.of(source.hashes)
        hashes = asked.hashes if asked is not None and asked.hashes else own
        index = Index(source.url) if source.url.startswith("file:") else scope_of(source.url, self._settings.indexes)
        if reference.userinfo.username is not None:
            index = replace(index, userinfo=reference.userinfo)
        file = File(source.filename, source.url, source.hashes)
        return lambda: self._unpacked(file, index, hashes, source)

    def _checked_out(self, source: Git, userinfo: Userinfo) -> Tree:
        """Check out a repository's revision."""
        # The folder is for git to make.
        folder = self._parts.workshop.folder("repository") / "tree"
        commit = self._repositories.commit_of(source, userinfo)
        self._repositories.check_out(source, commit, userinfo, folder)
        return Tree(folder / source.subdirectory, self._mark_of(source, userinfo), is_distribution=False)

    def _unpacked(self, file: File, index: Index, hashes: Hashes, source: Archive | None = None) -> Tree:
        """Fetch an archive of source, and unpack it."""
        if self._settings.offline and not file.url.startswith("file:"):
            raise NetworkError(f"{shown(file.url)} is not in the cache, and unlatch was told to stay offline")
        limits = Limits()._replace(**dict(self._settings.archive_limits))
        with fetch(self._parts, file, index, hashes, most=limits.size) as body:
            hashes.verify("sha256", body.sha256, printable(file.filename))
            folder = unpack(body.content, file.filename, self._parts.workshop.folder("source"), limits)
        if source is None:
            return Tree(folder, f"sha256 {body.sha256}")
        self._digests[source.address] = body.sha256
        if source.subdirectory:
            folder = folder / source.subdirectory
            if not folder.is_dir():
                raise BuildFailed(f"{printable(file.filename)} has no folder {printable(source.subdirectory)}")
        return Tree(folder, f"sha256 {body.sha256} {source.subdirectory}")

    def _manner(self, named: Callable[[], NormalizedName | None], asked: Asked | None = None) -> Manner:
        """Return how a project is built: what is said of it alone comes after what is said of all."""
        settings = self._settings
        of_some = settings.config_settings_packages or settings.no_build_isolation_packages
        name = named() if of_some else None
        own = tuple((key, value) for project, key, value in settings.config_settings_packages if project == name)
        apart = name is None or name not in map(normalize, settings.no_build_isolation_packages)
        return Manner(
            (*settings.config_settings, *own, *(asked.config_settings if asked is not None else ())),
            is_isolated=settings.build_isolation and apart,
        )


def _folder(source: Folder) -> Tree:
    path = Path(source.path)
    if path.is_dir():
        return Tree(path, is_distribution=False)
    reason = "is not a folder with a project in it, nor an archive by its name" if path.exists() else "is not there"
    raise ConfigurationError(f"{printable(source.path)} {reason}")
