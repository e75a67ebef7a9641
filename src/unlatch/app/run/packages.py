"""The resolver's port, answered: pages and metadata from the repository, the environment, and direct URLs."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from unlatch.app.request.wanted import Wanted
from unlatch.app.run.supply import Supply
from unlatch.app.wiring.parts import Parts
from unlatch.environment import records
from unlatch.model.distribution import File, Project
from unlatch.model.errors import ConfigurationError, NotFound
from unlatch.model.frozen import replace
from unlatch.model.index import Index, scope_of
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed, Target
from unlatch.model.url import shown, split_userinfo
from unlatch.resolve.candidate import Candidate

if TYPE_CHECKING:
    from unlatch.app.run.sources import Sources
    from unlatch.app.run.wheels import Arrived
    from unlatch.index.once import Coming


class Packages:
    """What a resolution may ask of the world."""

    def __init__(
        self,
        parts: Parts,
        supply: Supply,
        wanted: Wanted,
        target: Target,
        installed: Mapping[NormalizedName, Installed],
        *,
        fetches_ahead: bool = False,
    ) -> None:
        """Take the parts of a run; with `fetches_ahead`, wheels that are likely to be wanted are fetched early."""
        self._parts = parts
        self._supply = supply
        self._repository = supply.repository
        self._wanted = wanted
        self._target = target
        self._installed = installed
        self._fetches_ahead = fetches_ahead
        self._userinfo = {asked.url: asked.userinfo for asked in wanted.requirements if asked.url is not None}
        self._ahead: set[NormalizedName] = set()

    @cached_property
    def sources(self) -> "Sources":
        """What has to be built."""
        from unlatch.app.run.sources import Sources  # noqa: PLC0415 - loaded only when something has to be built

        supply = self._supply
        is_windows = os.name == "nt"
        return Sources(self._parts, self._target, supply.wheels, self._wanted, supply.hashes, is_windows=is_windows)

    def project(self, name: NormalizedName) -> Project | None:
        """Return what the indexes that may be asked know of a project."""
        return self._repository.project(name)

    def expect(self, names: Iterable[NormalizedName]) -> None:
        """Start to find out about these projects."""
        self._repository.expect(names)

    def direct(self, name: NormalizedName, url: str) -> Metadata:
        """Return the metadata of the source that a URL leads to."""
        return self.sources.direct(name, url)

    def metadata(self, candidate: Candidate) -> Metadata:
        """Return the metadata of a candidate."""
        if candidate.is_installed:
            return records.metadata(self._installed[candidate.name])
        if is_built(candidate):
            return self._source_metadata(candidate)
        return self._repository.metadata(*self.locate(candidate))

    def expect_metadata(self, candidate: Candidate) -> None:
        """Start to find out a candidate's metadata, and to fetch its wheel: the first choice mostly stays."""
        if candidate.is_installed or is_built(candidate):
            return
        file, index = self.locate(candidate)
        self._repository.expect_metadata(file, index)
        # Without a metadata file beside it the whole wheel is on its way already.
        if self._fetches_ahead and file.metadata is not None and candidate.name not in self._ahead:
            self._ahead.add(candidate.name)
            self._supply.wheels.expect(file, index)

    def begin(self, candidate: Candidate) -> "Coming[Arrived]":
        """Begin to fetch a candidate's wheel, or to build it; the future ends with it unpacked, or with the error."""
        if is_built(candidate):
            return self.sources.begin(candidate)
        return self._supply.wheels.begin(*self.locate(candidate))

    def look_again(self) -> None:
        """Forget which wheels have arrived: what is not whole in the cache any longer is fetched or built again."""
        self._supply.wheels.look_again()
        if "sources" in self.__dict__:
            self.sources.look_again()

    def _source_metadata(self, candidate: Candidate) -> Metadata:
        """Return the metadata of what has to be built: what the index says of it, where that is bound to be so."""
        if candidate.index is not None and candidate.file is not None and candidate.file.metadata is not None:
            try:
                metadata = self._repository.metadata(candidate.file, candidate.index)
            except NotFound:
                return self.sources.metadata(candidate)
            if metadata.is_static:
                return metadata
        return self.sources.metadata(candidate)

    def locate(self, candidate: Candidate) -> tuple[File, Index]:
        """Return the file of a candidate that is not installed, and the index that its request carries.

        Raise ConfigurationError for a folder or a repository, which is no file.
        """
        if candidate.file is None:
            raise ConfigurationError(
                f"{candidate.name} comes from {shown(candidate.url or '')}, which is no file that could be fetched"
            )
        if candidate.index is not None:
            return candidate.file, candidate.index
        url, userinfo = split_userinfo(candidate.file.url)
        file = candidate.file._replace(url=url)
        if url.startswith("file:"):
            return file, Index(url)
        index = scope_of(url, self._parts.settings.indexes)
        own = self._userinfo.get(url, userinfo)
        return file, index if own.username is None else replace(index, userinfo=own)


def is_built(candidate: Candidate) -> bool:
    """Whether a candidate, which is not installed, has no wheel yet."""
    return candidate.file is None or not candidate.file.is_wheel
