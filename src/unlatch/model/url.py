"""URLs: the clean form, the origin that credentials never cross, and the form that may be shown.

Userinfo leaves a URL the moment it is parsed. A URL held as `str` anywhere in unlatch is clean.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import InvalidUrl
from unlatch.model.frozen import frozen
from unlatch.model.text import printable

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_DEFAULT_PORTS = {"http": 80, "https": 443}
# A URL that carries any of these sets in its query is a credential by itself.
_SIGNATURES = (
    frozenset({"x-amz-signature"}),
    frozenset({"x-goog-signature"}),
    frozenset({"sig", "se"}),
    frozenset({"signature", "key-pair-id"}),
    frozenset({"signature", "expires"}),
)


@frozen
class Origin:
    """Scheme, lower-case host and effective port (RFC 6454): the line that credentials never cross by themselves."""

    scheme: str
    host: str
    port: int

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(url: str) -> "Origin":
        """Return the origin of an http or https URL. Raise InvalidUrl for anything else."""
        parts = _split(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            # Without a host that can be told, what stands before an "@" may be a password all the same.
            text = "<a URL that may hold a password>" if "@" in url else printable(url)
            raise InvalidUrl(text, "it is not an http or https URL with a host")
        if not parts.hostname.isprintable() or " " in parts.hostname:
            raise InvalidUrl("<a URL that does not parse>", "no host can have that name")
        return Origin(parts.scheme, parts.hostname.lower(), parts.port or _DEFAULT_PORTS[parts.scheme])

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by name or address, so that plain http shows a secret to nobody."""
        return self.host in {"localhost", "::1"} or (
            self.host.startswith("127.") and self.host.replace(".", "").isdigit()
        )

    @property
    def authority(self) -> str:
        """`host`, or `host:port` when the port is not the scheme's own; an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def split_userinfo(url: str) -> tuple[str, Userinfo]:
    """Return the URL without userinfo, and the userinfo, percent-decoded. Raise InvalidUrl."""
    from urllib.parse import unquote, urlunsplit  # noqa: PLC0415 - loaded only when a URL is looked at: 2 ms

    parts = _split(url)
    before, at, authority = parts.netloc.rpartition("@")
    if not at:
        return url, Userinfo()
    if not authority and parts.path.startswith("//"):
        # Put together again, the path would be taken for a host.
        raise InvalidUrl("<a URL that may hold a password>", "it has no host")
    clean = urlunsplit(parts._replace(netloc=authority))
    username, colon, password = before.partition(":")
    if not username and not colon:
        return clean, Userinfo()
    return clean, Userinfo(unquote(username), Secret(unquote(password)) if colon else None)


def is_below(url: str, base: str) -> bool:
    """Whether `url` lies under `base`: the same origin, and whole path segments of it as a prefix."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - as above

    if Origin.of(url) != Origin.of(base):
        return False
    folder = urlsplit(base).path.rstrip("/") + "/"
    return (urlsplit(url).path.rstrip("/") + "/").startswith(folder)


def is_signed(url: str) -> bool:
    """Whether the URL's query is a signature, so that whoever reads the URL may fetch it."""
    if "?" not in url:
        return False
    from urllib.parse import parse_qsl, urlsplit  # noqa: PLC0415 - as above

    names = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return any(signature <= names for signature in _SIGNATURES)


# What is asked for is told of three times, and what answers is put together of a few URLs.
@lru_cache(maxsize=1024)
def shown(url: str) -> str:
    """Return the URL as a person may see it: no userinfo, no signature, no control characters, no fragment."""
    from urllib.parse import urlsplit, urlunsplit  # noqa: PLC0415 - as above

    if url.startswith("git+"):  # urlsplit takes it for a scheme that it does not know
        return f"git+{shown(url[4:])}"
    try:
        parts = urlsplit(split_userinfo(url)[0])
    except InvalidUrl:
        return "<a URL that does not parse>"
    query = "<signature>" if is_signed(url) else parts.query
    return printable(urlunsplit(parts._replace(query=query, fragment="")))


def _split(url: str) -> "SplitResult":
    from urllib.parse import urlsplit  # noqa: PLC0415 - as above

    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidUrl("<a URL that does not parse>", "its host or port is not valid") from error
    return parts
