"""The ladder: which credentials are tried for an index, in which order. It decides and does no I/O.

`attempts` is a lazy iterator. Taking the next item means that the last was refused, so no keyring is unlocked for an
index that answers anyone, and no source is asked before its turn. `None` means: go without credentials.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from unlatch.auth.services import Service
from unlatch.auth.source import Absent, Question, Rank, Source
from unlatch.model.credentials import Credentials, Identity, looks_like_token, shown_username
from unlatch.model.errors import AccessError, ConfigurationError, Step
from unlatch.model.index import Authenticate

# A person who has configured more than this many credentials for one index is being attacked, or is lost.
MOST_CREDENTIALS = 8


def ladder(question: Question, sources: Sequence[Source]) -> list[Source]:
    """Return the sources in the order in which this question goes to them."""
    ordered = sorted(sources, key=lambda source: source.rank)
    if looks_like_token(question.username):
        return [source for source in ordered if source.rank is not Rank.KEYRING]
    return ordered


def is_eager(question: Question, service: Service | None, *, was_needed: bool) -> bool:
    """Whether every source may be asked before the first request: the index is known to want credentials."""
    return (
        question.index.authenticate is Authenticate.ALWAYS
        or question.username is not None
        or bool(question.index.credential_helper)
        or (service is not None and service.is_private)
        or was_needed
    )


def attempts(
    question: Question,
    sources: Sequence[Source],
    refused: Collection[Identity],
    record: Callable[[Step], None],
    *,
    eager: bool,
) -> Iterator[Credentials | None]:
    """Yield what to send, one after the other; `None` is a request without credentials.

    Sources that are at hand are asked before the first request in any case. Where none of them knows anything and
    the index is not `eager`, a stranger goes first, and before a person is asked one goes in any case, unless the
    index is never to be asked without credentials. `refused` is looked at, not changed: what is in it is never yielded,
    and when it is full nothing is. Raise ConfigurationError when it cannot be told what is meant.
    """
    if question.index.authenticate is Authenticate.NEVER and question.index.userinfo.username is not None:
        raise ConfigurationError(
            f"{question.index.label} is never to be asked with credentials, and its URL has some",
            hint=f'take them out of the URL, or authenticate = "never" out of the settings of {question.index.label}',
        )
    if question.index.authenticate is Authenticate.NEVER or not question.index.admits_credentials:
        yield None
        return
    stranger_went = False
    for source in ladder(question, sources):
        if len(refused) >= MOST_CREDENTIALS:
            return
        # Who has a password is no token: there is nothing to guess.
        if source.rank is Rank.USERNAME and any(username == question.username for _, username, _ in refused):
            continue
        if not (_is_asked_first(source.rank, question, eager=eager) or refused or stranger_went):
            stranger_went = True
            yield None
        found = ask(source, question, record)
        if found is None:
            continue
        if found.identity in refused:
            record(Step(source.name, "refused before, not sent again", shown_username(found.username), found.detail))
            continue
        yield found
    if not (refused or stranger_went) and question.index.authenticate is not Authenticate.ALWAYS:
        yield None


def _is_asked_first(rank: Rank, question: Question, *, eager: bool) -> bool:
    """Whether a source is asked before the first request. Nobody is asked for an index that answers anyone."""
    if rank is Rank.PROMPT:
        return question.index.authenticate is Authenticate.ALWAYS
    return rank.is_at_hand or eager


def ask(source: Source, question: Question, record: Callable[[Step], None]) -> Credentials | None:
    """Ask one source; what is absent or broken goes on record."""
    try:
        found = source.find(question)
    except AccessError as problem:
        record(Step(source.name, problem.message, shown_username(question.username), failure=type(problem)))
        return None
    if isinstance(found, Absent):
        if found.outcome:
            record(Step(source.name, found.outcome, None, found.detail))
        return None
    return found
