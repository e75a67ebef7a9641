"""Explain which credentials an index gets: every source is asked, the index at most twice, and nothing is changed.

An install asks a source only when its turn comes. Here all of them are asked, as it is about what they say; but only
what an install would send first is sent, and no person is asked for a password.
"""

import time
from collections.abc import Iterator, Sequence

from unlatch.app.credentials.credentials import index_for
from unlatch.app.credentials.trial import StrangerOnce, put_to_trial
from unlatch.app.wiring.parts import Parts
from unlatch.auth.attempts import ladder
from unlatch.auth.challenge import Verdict
from unlatch.auth.explanation import (
    Explanation,
    Finding,
    Part,
    Trial,
    cast,
    eagerness,
    reason_to_ask_nobody,
    trail,
    winner_of,
)
from unlatch.auth.failure import explain as failure_of
from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank, Source
from unlatch.model.errors import (
    AccessError,
    ConfigurationError,
    Forbidden,
    ProxyRefused,
    SignInPage,
    UnlatchError,
    UnsupportedScheme,
)
from unlatch.model.events import Event, HelperAsked, KeyringAsked, Listener, Noted, Warned
from unlatch.model.index import Authenticate, Index
from unlatch.settings import Settings

_VERDICTS = {SignInPage: Verdict.SIGN_IN, UnsupportedScheme: Verdict.SCHEME}


def explain(text: str, settings: Settings, listener: Listener) -> Explanation:
    """Return the explanation for an index, by its name or URL. Raise ConfigurationError where none is meant."""
    index = index_for(text, settings)
    ear = _Ear(listener)
    with Parts(settings, ear) as parts:
        parts.transport = StrangerOnce(parts.transport, index.url)
        access = parts.ladder.accesses.of(index)
        question = parts.ladder.accesses.question(index)
        trials: list[Trial] = []
        if index.authenticate is not Authenticate.ALWAYS:
            trials.append(put_to_trial(parts, index, None))
        found = sorted(
            [*_ask_all(parts.ladder.sources, question, ear), *_left_out(parts.ladder.sources, settings)],
            key=lambda each: each.rank,
        )
        is_welcome = bool(trials) and trials[0].is_welcome(index)
        findings = tuple(cast(found, is_eager=access.is_eager, is_stranger_welcome=is_welcome, now=time.time()))
        winner = winner_of(findings)
        if winner is not None:
            trials.append(put_to_trial(parts, index, winner.credentials))
    service = service_of(index.url)
    return Explanation(
        index,
        question,
        settings.origins.get("indexes", "") if index in settings.indexes else "",
        service,
        eagerness(question, service, is_eager=access.is_eager),
        findings,
        tuple(trials),
        _failure(index, findings, trials),
    )


def _ask_all(sources: Sequence[Source], question: Question, ear: "_Ear") -> Iterator[Finding]:
    """Ask every source in its order, and take the time of each."""
    nobody = reason_to_ask_nobody(question.index)
    asked = ladder(question, sources)
    for source in sorted(sources, key=lambda source: source.rank):
        if nobody:
            yield Finding(source.name, source.rank, Part.NOT_ASKED, nobody)
        elif source not in asked:
            yield Finding(source.name, source.rank, Part.NOT_ASKED, "the username is a token, which is not shown to it")
        else:
            yield _ask(source, question, ear)


def _ask(source: Source, question: Question, ear: "_Ear") -> Finding:
    ear.heard.clear()
    begun = time.monotonic()
    outcome = detail = ""
    credentials, failure = None, None
    try:
        found = source.find(question)
        if isinstance(found, Absent):
            part, outcome, detail = Part.NOTHING, found.outcome, found.detail
        else:
            part, detail, credentials = Part.FOUND, found.detail, found
    except (AccessError, ConfigurationError) as problem:
        part, outcome, failure = Part.FAILED, problem.message, problem
    seconds = time.monotonic() - begun
    return Finding(source.name, source.rank, part, outcome, detail, seconds, tuple(ear.heard), credentials, failure)


def _left_out(sources: Sequence[Source], settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of sources that are not there to be asked: the person is never asked here."""
    ranks = {source.rank for source in sources}
    if Rank.STORE not in ranks:
        yield Finding("store", Rank.STORE, Part.NOT_ASKED, "HOME is not set, so that nobody knows where it is")
    if Rank.KEYRING not in ranks:
        place = settings.origins.get("keyring_provider", "settings")
        yield Finding("keyring", Rank.KEYRING, Part.NOT_ASKED, f"keyring-provider is disabled ({place})")
    outcome = "nobody can be asked: it takes a terminal, and neither CI nor --no-input"
    if settings.may_prompt:
        outcome = "an install asks here, when nothing before has let it in"
    yield Finding("prompt", Rank.PROMPT, Part.NOT_ASKED, outcome)


def _failure(index: Index, findings: tuple[Finding, ...], trials: list[Trial]) -> UnlatchError | None:
    """Return why the index does not let us in: as an install would say it, were there nothing to go on with."""
    unclear = next((finding.failure for finding in findings if isinstance(finding.failure, ConfigurationError)), None)
    if unclear is not None and winner_of(findings) is None:
        return unclear
    problem = trials[-1].problem if trials else None
    if trials and (problem is None or not isinstance(problem, AccessError)):
        return problem
    if isinstance(problem, Forbidden | ProxyRefused):
        return problem
    has_ended = winner_of(findings) is None and any(finding.part is Part.ENDED for finding in findings)
    return failure_of(
        index,
        list(trail(findings)),
        status=trials[-1].status if trials else None,
        verdict=next((verdict for kind, verdict in _VERDICTS.items() if isinstance(problem, kind)), Verdict.REFUSED),
        offered=[challenge.scheme for challenge in trials[-1].challenges] if trials else (),
        has_ended=has_ended,
    )


class _Ear:
    """A listener that keeps what sources tell of their asking, and passes on the rest."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.heard: list[Event] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, KeyringAsked | HelperAsked | Noted | Warned):
            self.heard.append(event)
        else:
            self._listener(event)
