"""The access to one index during one run: what is sent now, what was refused, and what to try next.

It is the ladder's memory, shared by every thread: whoever is refused first climbs, the others find the next
credentials already chosen. One look-up serves all of them.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from unlatch.auth.attempts import MOST_CREDENTIALS, ask, attempts, is_eager
from unlatch.auth.challenge import Verdict
from unlatch.auth.memory import Memory
from unlatch.auth.services import service_of
from unlatch.auth.source import Question, Rank, Source
from unlatch.model.credentials import Credentials, Identity, shown_username
from unlatch.model.errors import AccessError, ConfigurationError, Step, UnlatchError
from unlatch.model.index import Authenticate, Index

# Credentials that end within this many seconds are renewed before they are sent: a request takes a while, too.
_MARGIN = 60.0


class Keeper(Protocol):
    """Keeps accepted credentials for the next run. It is a source too, by this name."""

    @property
    def name(self) -> str:
        """What the trail calls it."""

    def keep(self, question: Question, rank: Rank, accepted: Credentials) -> None:
        """Keep what was accepted and came from a source of that rank, if it is worth keeping."""

    def forget(self, question: Question) -> None:
        """Throw away what was refused."""


class Accesses:
    """The access to each index that a run has to do with, made when it is first needed."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        username_of: Callable[[Index], str | None] = lambda _: None,
        memory: Memory | None = None,
        is_ready: Callable[[Index], bool] = lambda _: False,
        keeper: Keeper | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the sources, what is known of an index from elsewhere than its URL, and the time since the epoch.

        `username_of` gives a username (the environment's), `memory` is what earlier runs learned, and `is_ready` says
        that a source has an answer already although its turn comes late. `keeper` puts away what was accepted.
        """
        self._sources = sources
        self._username_of = username_of
        self._memory = memory
        self._is_ready = is_ready
        self._keeper = keeper
        self._now = now
        self._lock = threading.Lock()
        self._by_index: dict[Index, Access] = {}

    def of(self, index: Index) -> "Access":
        """Return the one access of this scope."""
        with self._lock:
            access = self._by_index.get(index)
            if access is None:
                access = self._by_index[index] = Access(
                    self.question(index),
                    self._sources,
                    memory=self._memory,
                    is_ready=self._is_ready(index),
                    keeper=self._keeper,
                    now=self._now,
                )
            return access

    def question(self, index: Index) -> Question:
        """Return what sources are asked for an index: for the user that its URL names, else who is known otherwise."""
        named = index.userinfo.username
        return Question(index, named if named is not None else self._username_of(index))


class Access:
    """Credentials of one scope. Every method may be called from any thread."""

    def __init__(
        self,
        question: Question,
        sources: Sequence[Source],
        *,
        memory: Memory | None = None,
        is_ready: bool = False,
        keeper: Keeper | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take what is asked, the sources and whether one of them is ready, what earlier runs learned, and the time."""
        self._question = question
        self._sources = sources
        self._memory = memory
        self._keeper = keeper
        self._now = now
        self._trail: list[Step] = []
        self._lock = threading.Lock()
        self._accepted: Credentials | None = None
        self._refused: set[Identity] = set()
        self._renewed: set[str] = set()
        self._failure: UnlatchError | None = None
        self._was_turned_away = False
        was_needed = memory is not None and memory.was_needed(question.index)
        self.is_eager = is_eager(self._question, service_of(question.index.url), was_needed=was_needed or is_ready)
        self._ladder: Iterator[Credentials | None] = attempts(
            self._question, sources, self._refused, self._trail.append, eager=self.is_eager
        )
        self._current: Credentials | None = None
        self._has_begun = False

    @property
    def index(self) -> Index:
        """The scope."""
        return self._question.index

    @property
    def accepted(self) -> Credentials | None:
        """The credentials that the index accepted last."""
        with self._lock:
            return self._accepted

    def current(self) -> Credentials | None:
        """Return what a request carries now; None: it goes without credentials. It waits for a look-up under way.

        Credentials that have ended, or are about to, are renewed first: each source is asked once for newer ones.
        Raise AccessError when everything was refused before, so that a closed door is not knocked at again, and when
        the index is to be asked with credentials always and there are none.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if not self._has_begun:
                self._has_begun = True
                self._climb(status=None)
            self._freshen()
            return self._current

    def accept(self, sent: Credentials | None) -> None:
        """Pin what was accepted: later requests of the scope start with it. None: a stranger was let in."""
        with self._lock:
            if sent is not self._current:
                return
            if sent is None:
                if self._memory is not None:
                    self._memory.open_to_strangers(self.index)
            elif sent is not self._accepted:
                self._accepted = sent
                self._remember(sent)

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
            from unlatch.auth.failure import explain  # noqa: PLC0415 - loaded only when nobody lets us in

            return explain(self.index, self._trail, status=status, forbidden=sent)

    @property
    def is_stranger(self) -> bool:
        """Whether requests went, and go, without credentials."""
        with self._lock:
            return self._has_begun and self._current is None

    @property
    def knows_user(self) -> bool:
        """Whether a username is known, so that "not here" may have been said to a stranger only."""
        return self._question.username is not None

    def prefer_known_user(self) -> bool:
        """Look for credentials after a stranger was sent away politely; whether there are any to ask again with."""
        with self._lock:
            if self._current is not None:
                return True
            if self._failure is not None or self.index.authenticate is Authenticate.NEVER:
                return False
            self._current = next(self._ladder, None)
            self._was_turned_away = self._current is not None
            return self._current is not None

    def _remember(self, accepted: Credentials) -> None:
        rank = next((source.rank for source in self._sources if source.name == accepted.source), None)
        if self._memory is not None and rank is not None:
            self._memory.accepted(self.index, rank, after_refusal=self._was_turned_away)
        if self._keeper is not None and rank is not None:
            self._keeper.keep(self._question, rank, accepted)

    def _freshen(self) -> None:
        """See to it that what is sent next has not ended; what ends soon and cannot be renewed is used to its end."""
        while (old := self._current) is not None and self._ends_within(_MARGIN, old):
            fresh = self._renew(old)
            if fresh is not None and fresh.identity != old.identity:
                self._current = fresh
            elif self._ends_within(0, old):
                self._climb(status=None, has_ended=True)
            else:
                return

    def _ends_within(self, seconds: float, credentials: Credentials) -> bool:
        return credentials.expires is not None and credentials.expires <= self._now() + seconds

    def _climb(
        self,
        *,
        status: int | None,
        verdict: Verdict = Verdict.REFUSED,
        offered: Sequence[str] = (),
        has_ended: bool = False,
    ) -> None:
        old = self._current
        self._was_turned_away |= old is None and status is not None
        was_accepted = old is not None and old is self._accepted and not has_ended
        if old is not None:
            self._refused.add(old.identity)
            outcome = "accepted before, now refused" if was_accepted else "has ended" if has_ended else "refused"
            self._trail.append(Step(old.source, outcome, shown_username(old.username), old.detail))
            if self._keeper is not None and old.source == self._keeper.name:
                self._keeper.forget(self._question)
        renewed = self._renew(old) if old is not None and was_accepted else None
        try:
            self._current = renewed or next(self._ladder)
        except StopIteration:
            from unlatch.auth.failure import explain  # noqa: PLC0415 - as above

            self._failure = explain(
                self.index,
                self._trail,
                status=status,
                verdict=verdict,
                offered=offered,
                was_accepted=self._accepted is not None,
                has_ended=has_ended,
            )
            raise self._failure from None
        except ConfigurationError as problem:
            # Nobody can tell which credentials were meant, whoever asks next.
            self._failure = problem
            raise

    def _renew(self, old: Credentials) -> Credentials | None:
        """Ask the source of credentials that had been accepted once more: a token ends between a page and a file."""
        source = next((source for source in self._sources if source.name == old.source), None)
        if source is None or source.name in self._renewed or len(self._refused) >= MOST_CREDENTIALS:
            return None
        self._renewed.add(source.name)
        fresh = ask(source, self._question, self._trail.append)
        return None if fresh is None or fresh.identity in self._refused else fresh
