"""A provider as a source: when it may answer at all, and what its answers and failures become."""

import time
from collections.abc import Callable
from typing import Protocol

from unlatch.auth.providers.broken import Broken
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Scheme, Secret, looks_like_token
from unlatch.model.errors import NetworkError, ProviderFailed
from unlatch.model.events import Listener, ProviderAsked
from unlatch.model.index import Index
from unlatch.model.tuples import NamedTuple


class Grant(NamedTuple):
    """What a provider gives. `detail` is where it comes from, `expires` in seconds since the epoch, if anyone said."""

    username: str
    secret: Secret
    detail: str
    expires: float | None = None
    scheme: Scheme = Scheme.BASIC


class Provider(Protocol):
    """One way to the credentials of one service."""

    def find(self, question: Question) -> Grant | Absent:
        """Answer for an index of this service. Raise Broken or NetworkError when it should know and fails."""


class ProviderSource:
    """A provider, asked for the hosts of its service and over https, and made when the first of them is met."""

    rank = Rank.PROVIDER

    def __init__(
        self,
        name: str,
        serves: Callable[[Index], bool],
        make: Callable[[], Provider],
        listener: Listener,
        *,
        is_at_hand: bool = False,
    ) -> None:
        """Take its name in the trail, which indexes it is for, and how it is made.

        `is_at_hand`: it reads variables and small files alone, and starts nothing.
        """
        self.name = name
        self._serves = serves
        self._make = make
        self._listener = listener
        self._is_at_hand = is_at_hand
        self._provider: Provider | None = None

    def find(self, question: Question) -> Credentials | Absent:
        """Return the provider's answer. Raise ProviderFailed."""
        index = question.index
        if not self._is_for(index):
            return Absent("")
        if looks_like_token(question.username):
            return Absent("not asked, as the URL has a token")
        begun = time.monotonic()
        try:
            found = self._ask(question)
        except (Broken, NetworkError) as problem:
            self._tell(index, f"failed: {problem}", begun)
            raise ProviderFailed(str(problem), index=index.label) from problem
        self._tell(index, found.outcome if isinstance(found, Absent) else f"found, {found.detail}", begun)
        if isinstance(found, Absent):
            return found
        return Credentials(found.username, found.secret, self.name, found.detail, found.scheme, found.expires)

    def is_ready(self, index: Index) -> bool:
        """Whether it has an answer already, so that no request needs to be refused before it is asked."""
        if not (self._is_at_hand and self._is_for(index)):
            return False
        try:
            return isinstance(self._ask(Question(index, index.userinfo.username)), Grant)
        except (Broken, NetworkError):
            return False

    def _is_for(self, index: Index) -> bool:
        return not index.is_file and index.origin.scheme == "https" and self._serves(index)

    def _ask(self, question: Question) -> Grant | Absent:
        if self._provider is None:
            self._provider = self._make()
        return self._provider.find(question)

    def _tell(self, index: Index, outcome: str, begun: float) -> None:
        self._listener(ProviderAsked(self.name, index.label, outcome, time.monotonic() - begun))
