"""The entries of the store: which one is an index's, and how the list is written down. It decides and does no I/O.

The list is JSON: `{"version": 1, "entries": [{"url": …, "username": …, "scheme": "Basic", "kept": seconds since the
epoch, "expires": seconds or null, "place": "keyring" or "file", "secret": only with "file"}]}`.
"""

import base64
import enum
import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from unlatch.auth.source import Question
from unlatch.model.credentials import Scheme, Secret, shown_username
from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.frozen import field, frozen, replace
from unlatch.model.text import printable
from unlatch.model.url import Origin, is_below, shown, split_userinfo

VERSION = 1


class Place(enum.Enum):
    """Where an entry's secret lies: in the operating system's store, by way of keyring, or in the file itself.

    What the credential cache keeps for a while is told of as an entry, and is on no list.
    """

    KEYRING = "keyring"
    FILE = "file"
    CACHE = "credential-cache"


class UnreadableList(ConfigurationError):
    """The list is there and cannot be understood. It is left as it is, so that nothing in it is lost."""


@frozen
class Entry:
    """Credentials that are kept for an index, or for whatever lies below its URL.

    `url` is clean; `kept` and `expires` are seconds since the epoch, `expires` None when nobody knows. `secret` is
    None where it lies elsewhere.
    """

    url: str
    username: str
    kept: float
    scheme: Scheme = Scheme.BASIC
    expires: float | None = None
    place: Place = Place.FILE
    secret: Secret | None = field(default=None, repr=False)

    @property
    def account(self) -> str:
        """What the entry is called in the operating system's store."""
        return f"{self.username}@{self.url.rstrip('/')}/"

    def is_for(self, url: str, username: str | None = None) -> bool:
        """Whether it was kept for just this URL (a slash at the end does not count), and for this user."""
        return self.url.rstrip("/") == url.rstrip("/") and username in {None, self.username}

    def without_secret(self) -> "Entry":
        """Return the entry as it may be told of."""
        return replace(self, secret=None)


def choose(entries: Iterable[Entry], question: Question) -> Entry | None:
    """Return the entry that a question is answered with, or None.

    It is on the index's origin, its URL is the longest that the index's lies below (whole path segments count), and
    it is the known user's. Raise ConfigurationError when two are equally good: nobody would know which was sent.
    """
    index = question.index
    matching = [
        entry for entry in entries if is_below(index.url, entry.url) and question.username in {None, entry.username}
    ]
    longest = max((_depth(entry) for entry in matching), default=0)
    best = [entry for entry in matching if _depth(entry) == longest]
    if len(best) > 1:
        first, second = (printable(shown_username(entry.username) or "") for entry in best[:2])
        raise ConfigurationError(
            f"two credentials are kept for {shown(best[0].url)}: {first}'s and {second}'s",
            hint="name the user in the URL, as in " + shown(index.url).replace("://", f"://{first}@", 1),
        )
    return best[0] if best else None


def _depth(entry: Entry) -> int:
    return len(urlsplit(entry.url).path.rstrip("/"))


def parse(content: bytes, path: str) -> list[Entry]:
    """Return the entries of a list. Raise UnreadableList, which names the file by its `path` and quotes none of it."""
    try:
        data = json.loads(content)
        version = data["version"]
        entries = [_entry(item) for item in data["entries"]] if version == VERSION else []
    except (ValueError, KeyError, TypeError, InvalidUrl) as error:
        raise UnreadableList(
            f"{path} is not a list of credentials that unlatch can read; it is left as it is",
            hint=f"move {path} away, and log in again",
        ) from error
    if version != VERSION:
        raise UnreadableList(f"{path} was written by another version of unlatch; it is left as it is")
    return entries


def _entry(item: Any) -> Entry:
    url, username, place = item["url"], item["username"], Place(item["place"])
    if not (isinstance(url, str) and isinstance(username, str)) or split_userinfo(url)[0] != url:
        raise ValueError(place)
    Origin.of(url)
    secret = item["secret"] if place is Place.FILE else None
    if place is Place.FILE and not isinstance(secret, str):
        raise ValueError(place)
    expires = item.get("expires")
    return Entry(
        url,
        username,
        float(item["kept"]),
        Scheme(item["scheme"]),
        None if expires is None else float(expires),
        place,
        None if secret is None else Secret(secret),
    )


def serialize(entries: Sequence[Entry]) -> bytes:
    """Return the list as it is written down. The secrets that lie in the file are in it."""
    return (json.dumps({"version": VERSION, "entries": [_item(entry) for entry in entries]}, indent=2) + "\n").encode()


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "url": entry.url,
        "username": entry.username,
        "scheme": entry.scheme.value,
        "kept": entry.kept,
        "expires": entry.expires,
        "place": entry.place.value,
    }
    if entry.secret is not None:
        item["secret"] = entry.secret.reveal()
    return item


def expiry_of(secret: Secret) -> float | None:
    """Return when a token says that it ends, in seconds since the epoch: a JWT does (RFC 7519, section 4.1.4).

    None for everything else. The signature is not checked: this is for telling a person, not for trusting anybody.
    """
    parts = secret.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return float(claims["exp"])
    except (ValueError, KeyError, TypeError):
        return None
