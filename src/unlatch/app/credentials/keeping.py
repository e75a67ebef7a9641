"""What is kept for next time: put away, told of, and forgotten. `app.credentials.login` is where it comes from."""

import time

from unlatch.app.credentials.credentials import index_for
from unlatch.app.wiring.parts import Parts
from unlatch.auth.store.entries import Entry, Place, expiry_of
from unlatch.auth.store.store import Store
from unlatch.model.credentials import Credentials
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, Warned
from unlatch.model.frozen import frozen
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.url import is_below, shown
from unlatch.settings import Settings


@frozen
class Kept:
    """An entry without its secret; `place` tells in words where that lies, `notes` what else is to be known."""

    entry: Entry
    place: str
    notes: tuple[str, ...] = ()


def store_of(parts: Parts) -> Store:
    """Return the store. Raise ConfigurationError where there is no place for one."""
    if parts.ladder.store is None:
        raise ConfigurationError("there is no folder to keep credentials in: HOME is not set")
    return parts.ladder.store


def keep(store: Store, index: Index, credentials: Credentials, *notes: str) -> Kept:
    """Keep credentials for an index. Raise ConfigurationError or KeyringFailed."""
    entry = Entry(index.url, credentials.username, time.time(), credentials.scheme, expiry_of(credentials.secret))
    others = [
        other for other in store.entries() if other.is_for(index.url) and not other.is_for(index.url, entry.username)
    ]
    if others:
        user = printable(others[0].username)
        notes = (*notes, f"{user}'s credentials are kept for it too: name the user in the URL, {user}@ before its host")
    kept = store.keep(entry, credentials.secret)
    return Kept(kept, store.describe(kept.place), notes)


def kept_for(text: str | None, settings: Settings, listener: Listener) -> list[Kept]:
    """Return what is kept: for an index and all that it lies below, or everything. Raise ConfigurationError."""
    with Parts(settings, listener) as parts:
        store = store_of(parts)
        entries = store.entries()
        if text is not None:
            url = index_for(text, settings).url
            entries = [entry for entry in entries if is_below(url, entry.url)]
            cached = [kept for kept in _cached(parts) if kept.entry.is_for(url)]
        else:
            cached = list(_cached(parts))
        return [*(Kept(entry, store.describe(entry.place)) for entry in entries), *cached]


def _cached(parts: Parts) -> dict[Kept, str]:
    """Return what the credential cache has, as entries, with where each lies in its drawer."""
    from unlatch.auth.sources.credential_cache import remembered  # noqa: PLC0415 - loaded only to tell and to forget
    from unlatch.auth.store.drawer import DrawerStuck  # noqa: PLC0415 - as above

    if parts.ladder.drawer is None:
        return {}
    try:
        found = remembered(parts.ladder.drawer, time.time())
    except DrawerStuck as problem:
        parts.listener(Warned(str(problem)))
        return {}
    place = f"{parts.ladder.drawer.label}, for a while"
    return {
        Kept(Entry(each.url, own.username, each.kept, own.scheme, each.until, Place.CACHE), place): each.key
        for each in found
        for own in (each.credentials,)
    }


def _forget_cached(parts: Parts, index: Index | None, user: str | None) -> list[Kept]:
    """Throw away what the credential cache has for an index (None: for all) and a user; return what it was."""
    cached = _cached(parts)
    if index is not None:
        cached = {kept: key for kept, key in cached.items() if kept.entry.is_for(index.url, user)}
    for key in cached.values():
        assert parts.ladder.drawer is not None
        parts.ladder.drawer.drop(key)
    return list(cached)


def logout(text: str | None, settings: Settings, listener: Listener) -> list[Kept]:
    """Forget what is kept for just this index and (`settings.username`) user, or everything; return what it was.

    Raise ConfigurationError when there is nothing, KeyringFailed when it cannot be forgotten.
    """
    if (text is None) is not settings.all_entries:
        raise ConfigurationError("say which index to log out of, or --all", hint="unlatch auth status")
    with Parts(settings, listener) as parts:
        store = store_of(parts)
        entries = store.entries()
        if text is None:
            cached = _forget_cached(parts, None, None)
        else:
            index = index_for(text, settings)
            user = settings.username if settings.username is not None else index.userinfo.username
            entries = [entry for entry in entries if entry.is_for(index.url, user)]
            cached = _forget_cached(parts, index, user)
            if not (entries or cached):
                whose = f" and {printable(user)}" if user is not None else ""
                raise ConfigurationError(f"nothing is kept for {shown(index.url)}{whose}", hint="unlatch auth status")
        forgotten = [Kept(entry, store.describe(entry.place)) for entry in entries]
        store.forget(entries)
        return [*forgotten, *cached]
