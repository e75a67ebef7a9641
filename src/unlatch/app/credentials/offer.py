"""What a person typed at a prompt, and what has worked, is offered to be kept when the run is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from unlatch.app.wiring.parts import Parts
from unlatch.model.credentials import looks_like_token
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Noted, Warned

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Given, Person


@contextmanager
def offering(parts: Parts) -> Iterator[None]:
    """Offer it at the end, also when the run has failed for a reason that unlatch knows: the password was right."""
    try:
        yield
    except UnlatchError:
        offer(parts)
        raise
    offer(parts)


def offer(parts: Parts) -> None:
    """Offer to keep what has worked, where somebody has typed it."""
    if parts.person is None:
        return
    for given in parts.typed:
        _offer_to_keep(parts, given, parts.person)


def _offer_to_keep(parts: Parts, given: "Given", person: "Person") -> None:
    """Ask whether to keep what a person gave, where it has worked. That it cannot be kept is no failure of the run."""
    from unlatch.app.credentials.keeping import keep  # noqa: PLC0415 - loaded only when somebody was asked

    has_worked = parts.ladder.accesses.of(given.index).accepted is given.credentials
    if parts.ladder.store is None or not has_worked or looks_like_token(given.credentials.username):
        return
    place = parts.ladder.store.describe(parts.ladder.store.next_place())
    answer = person.ask(f"Keep it for next time, in {place}? [y/N] ")
    if (answer or "").strip().lower() not in {"y", "yes"}:
        return
    try:
        kept = keep(parts.ladder.store, given.index, given.credentials)
    except UnlatchError as problem:
        parts.listener(Warned(f"it was not kept: {problem.message}"))
    else:
        parts.listener(Noted(f"kept in {kept.place}"))
