"""The access to one index during one run: what is sent now, what was refused, and what to try next.

It is the ladder's memory, shared by every thread: whoever is refused first climbs, the others find the next
credentials already chosen. One look-up serves all of them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence

from unlatch.auth.attempts import ask, attempts, is_eager
from unlatch.auth.challenge import Verdict
from unlatch.auth.failure import explain
from unlatch.auth.services import service_of
from unlatch.auth.source import Question, Source
from unlatch.model.credentials import Credentials, Identity, shown_username
from unlatch.model.errors import AccessError, Step
from unlatch.model.index import Authenticate, Index


class Accesses:
    """The access to each index that a run has to do with, made when it is first needed."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        username_of: Callable[[Index], str | None] = lambda _: None,
        was_needed: Callable[[Index], bool] = lambda _: False,
    ) -> None:
        """Take the sources, and what is known of an index from elsewhere than its URL.

        `username_of` gives a username (the environment's), `was_needed` whether it wanted credentials the last time.
        """
        self._sources = sources
        self._username_of = username_of
        self._was_needed = was_needed
        self._lock = threading.Lock()
        self._by_index: dict[Index, Access] = {}

    def of(self, index: Index) -> "Access":
        """Return the one access of this scope."""
        with self._lock:
            access = self._by_index.get(index)
            if access is None:
                access = self._by_index[index] = Access(
                    index, self._sources, username=self._username_of(index), was_needed=self._was_needed(index)
                )
            return access


class Access:
    """Credentials of one scope. Every method may be called from any thread."""

    def __init__(
        self, index: Index, sources: Sequence[Source], *, username: str | None = None, was_needed: bool = False
    ) -> None:
        """Take the index, the sources to ask, and a username that is known from elsewhere than the URL."""
        known = index.userinfo.username
        self._question = Question(index, known if known is not None else username)
        self._sources = sources
        self._trail: list[Step] = []
        self._lock = threading.Lock()
        self._accepted: Credentials | None = None
        self._refused: set[Identity] = set()
        self._renewed: set[str] = set()
        self._failure: AccessError | None = None
        eager = is_eager(self._question, service_of(index.url), was_needed=was_needed)
        self._ladder: Iterator[Credentials | None] = attempts(
            self._question, sources, self._refused, self._trail.append, eager=eager
        )
        self._current: Credentials | None = None
        self._has_begun = False

    @property
    def index(self) -> Index:
        """The scope."""
        return self._question.index

    def current(self) -> Credentials | None:
        """Return what a request carries now; None: it goes without credentials. It waits for a look-up under way.

        Raise AccessError when everything was refused before, so that a closed door is not knocked at again, and when
        the index is to be asked with credentials always and there are none.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if not self._has_begun:
                self._has_begun = True
                self._climb(status=None)
            return self._current

    def accept(self, sent: Credentials | None) -> None:
        """Pin what was accepted: later requests of the scope start with it."""
        with self._lock:
            if sent is not None and sent is self._current:
                self._accepted = sent

    def refuse(self, sent: Credentials | None, *, status: int, verdict: Verdict, offered: Sequence[str] = ()) -> None:
        """Note that `sent` was refused and choose what comes next, unless another thread has chosen already.

        `status` and `verdict` are the answer's, `offered` the schemes that the server speaks.
        Raise AccessError, with the trail, when nothing is left to try.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if sent is not self._current:
                return
            self._climb(status=status, verdict=verdict, offered=offered)

    def forbid(self, sent: Credentials | None, *, status: int) -> AccessError:
        """Return the error for credentials that the index knows and that are not enough."""
        with self._lock:
            return explain(self.index, self._trail, status=status, forbidden=sent)

    def prefer_known_user(self, sent: Credentials | None) -> bool:
        """Look for credentials after a stranger was sent on to elsewhere; whether there are any to ask again with."""
        with self._lock:
            if sent is not self._current:
                return self._current is not None
            if self._failure is not None or self.index.authenticate is Authenticate.NEVER:
                return False
            self._current = next(self._ladder, None)
            return self._current is not None

    def _climb(self, *, status: int | None, verdict: Verdict = Verdict.REFUSED, offered: Sequence[str] = ()) -> None:
        old = self._current
        was_accepted = old is not None and old is self._accepted
        if old is not None:
            self._refused.add(old.identity)
            outcome = "accepted before, now refused" if was_accepted else "refused"
            self._trail.append(Step(old.source, outcome, shown_username(old.username), old.detail))
        renewed = self._renew(old) if old is not None and was_accepted else None
        try:
            self._current = renewed or next(self._ladder)
        except StopIteration:
            self._failure = explain(
                self.index, self._trail, status=status, verdict=verdict, offered=offered, was_accepted=was_accepted
            )
            raise self._failure from None

    def _renew(self, old: Credentials) -> Credentials | None:
        """Ask the source of credentials that had been accepted once more: a token ends between a page and a file."""
        source = next((source for source in self._sources if source.name == old.source), None)
        if source is None or source.name in self._renewed:
            return None
        self._renewed.add(source.name)
        fresh = ask(source, self._question, self._trail.append)
        return None if fresh is None or fresh.identity in self._refused else fresh
