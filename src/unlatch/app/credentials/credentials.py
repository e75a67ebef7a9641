"""Which credentials a URL gets, for whoever asks without a request to make: `auth token`, and the helpers' languages.

The answer comes from the same ladder that a request climbs. Nobody is prompted, and nothing is sent.
"""

import time
from collections.abc import Sequence

from unlatch.app.wiring.parts import Parts
from unlatch.auth.attempts import attempts
from unlatch.auth.failure import explain
from unlatch.auth.source import Rank, Source
from unlatch.model.credentials import Credentials, looks_like_token
from unlatch.model.errors import ConfigurationError, Step
from unlatch.model.events import Listener
from unlatch.model.index import Index, scope_of
from unlatch.model.text import printable
from unlatch.model.url import is_below
from unlatch.settings import Settings


def index_for(text: str, settings: Settings) -> Index:
    """Return the index that is meant: a configured one, by its name or a URL that lies under it, else one of its own.

    A URL under no configured index is taken for an index's own, which is how it will have been given to `auth login`
    or to keyring; it may have a name before it, `NAME=URL`. Raise ConfigurationError or InvalidUrl.
    """
    named = {index.name: index for index in settings.indexes if index.name is not None}
    if text in named:
        return named[text]
    if not {"/", ":", "=", "@"} & set(text):
        known = [f"{index.name} is {index.url}" for index in named.values()]
        raise ConfigurationError(f"no index has the name {printable(text)}", details=known)
    index = Index.parse(text)
    if index.is_file:
        raise ConfigurationError(f"{index.url} is a folder, which asks nobody for credentials")
    if index.name is None and any(not known.is_file and is_below(index.url, known.url) for known in settings.indexes):
        return scope_of(text, settings.indexes)
    return settings.admitted(index)


def credentials_for(url: str, settings: Settings, listener: Listener) -> Credentials | None:
    """Return the first credentials that the ladder has for a URL, or None when no source has any.

    A username in the URL, or in the environment, says whose they must be. Raise InvalidUrl, and AccessError when
    nothing was found and a source was broken: nobody can tell what it would have said.
    """
    index = index_for(url, settings)
    found, trail = look_up(index, settings, listener)
    if found is None and any(step.failure is not None for step in trail):
        raise explain(index, trail, status=None)
    return found


def look_up(index: Index, settings: Settings, listener: Listener) -> tuple[Credentials | None, list[Step]]:
    """Return the first credentials that the ladder has for an index and that have not ended, and the trail to them."""
    trail: list[Step] = []
    with Parts(settings, listener) as parts:
        question = parts.ladder.accesses.question(index)
        sources = _without_a_person(parts.ladder.sources, question.username)
        for found in attempts(question, sources, (), trail.append, eager=True):
            if found is not None and (found.expires is None or found.expires > time.time()):
                return found, trail
    return None, trail


def _without_a_person(sources: Sequence[Source], username: str | None) -> list[Source]:
    """Leave out the prompt; and a username alone, which is an answer only where it is a secret by itself."""
    last = Rank.USERNAME if looks_like_token(username) else Rank.KEYRING
    return [source for source in sources if source.rank <= last]
