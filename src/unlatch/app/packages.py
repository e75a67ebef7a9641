"""The resolver's port, answered: pages and metadata from the repository, the environment, and direct URLs."""

from collections.abc import Iterable, Mapping

from unlatch.app.wheels import Wheels
from unlatch.environment import records
from unlatch.index.repository import Repository
from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import File, Project
from unlatch.model.frozen import replace
from unlatch.model.index import Index, scope_of
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed
from unlatch.model.url import split_userinfo
from unlatch.resolve.candidate import Candidate


class Packages:
    """What a resolution may ask of the world."""

    def __init__(
        self,
        repository: Repository,
        wheels: Wheels | None,
        installed: Mapping[NormalizedName, Installed],
        indexes: Iterable[Index],
        userinfo: Mapping[str, Userinfo],
    ) -> None:
        """Take the parts. `wheels` None fetches none ahead; `userinfo` is what stood in direct URLs, by clean URL."""
        self._repository = repository
        self._wheels = wheels
        self._installed = installed
        self._indexes = tuple(indexes)
        self._userinfo = userinfo
        self._ahead: set[NormalizedName] = set()

    def project(self, name: NormalizedName) -> Project | None:
        """Return what the indexes that may be asked know of a project."""
        return self._repository.project(name)

    def expect(self, names: Iterable[NormalizedName]) -> None:
        """Start to find out about these projects."""
        self._repository.expect(names)

    def metadata(self, candidate: Candidate) -> Metadata:
        """Return the metadata of a candidate."""
        if candidate.is_installed:
            return records.metadata(self._installed[candidate.name])
        return self._repository.metadata(*self.locate(candidate))

    def expect_metadata(self, candidate: Candidate) -> None:
        """Start to find out a candidate's metadata, and to fetch its wheel: the first choice mostly stays."""
        if candidate.is_installed:
            return
        file, index = self.locate(candidate)
        self._repository.expect_metadata(file, index)
        # Without a metadata file beside it the whole wheel is on its way already.
        if self._wheels is not None and file.metadata is not None and candidate.name not in self._ahead:
            self._ahead.add(candidate.name)
            self._wheels.expect(file, index)

    def locate(self, candidate: Candidate) -> tuple[File, Index]:
        """Return the file of a candidate that is not installed, and the index that its request carries."""
        assert candidate.file is not None
        if candidate.index is not None:
            return candidate.file, candidate.index
        url, userinfo = split_userinfo(candidate.file.url)
        file = candidate.file._replace(url=url)
        if url.startswith("file:"):
            return file, Index(url)
        index = scope_of(url, self._indexes)
        own = self._userinfo.get(url, userinfo)
        return file, index if own.username is None else replace(index, userinfo=own)
