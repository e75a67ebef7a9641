"""What a request looks like on the wire: its target, its host and its header fields. It quotes and never sends."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.text import printable
from unlatch.model.url import Origin

# Everything that has a meaning in a path or a query, and the sign of what is already escaped (RFC 3986, section 2).
_KEPT = "!#$%&'()*+,/:;=?@[]~"
# What would end a header field, or what no field can hold (RFC 9110, section 5.5).
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?")


def target(url: str) -> str:
    """Return the URL's path and query as a request line names them (RFC 9112, section 3.2.1), without the fragment.

    What is escaped stays as it is; spaces, control characters and everything outside ASCII become escapes.
    """
    parts = urlsplit(url)
    text = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return _LONE_PERCENT.sub("%25", quote(text, safe=_KEPT))


@lru_cache(maxsize=256)
def sendable(origin: Origin) -> Origin:
    """Return the origin with its host in ASCII (IDNA). Raise InvalidUrl when no host can have that name."""
    try:
        host = origin.host if origin.host.isascii() else origin.host.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise InvalidUrl(printable(str(origin)), "no host can have that name")
    return Origin(origin.scheme, host, origin.port)


def place(origin: Origin) -> str:
    """Return `host:port`, with an IPv6 address in brackets: what CONNECT names, and what messages do."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return f"{printable(host)}:{origin.port}"


def fields(headers: Mapping[str, str], origin: Origin, user_agent: str) -> list[tuple[str, str]]:
    """Return the header fields of a request for a sendable origin: what was asked for, and what every request has.

    Raise ConfigurationError for a field that HTTP cannot carry; its value may be a secret, so it is not told.
    """
    sent = [("Host", origin.authority)]
    given = {name.lower() for name in headers}
    if "user-agent" not in given:
        sent.append(("User-Agent", user_agent))
    if "accept-encoding" not in given:
        sent.append(("Accept-Encoding", "identity"))
    sent += [(name, value) for name, value in headers.items() if name.lower() not in {"host", "connection"}]
    for name, value in sent:
        if not _FIELD_NAME.fullmatch(name) or not _FIELD_VALUE.fullmatch(value):
            raise ConfigurationError(f"the header field {printable(name)} has a character that HTTP cannot carry")
    return [*sent, ("Connection", "keep-alive")]


def offers_compression(headers: Mapping[str, str]) -> bool:
    """Whether the request lets the server compress: only then is a Content-Encoding its doing, and not the file's."""
    offered = [value.lower() for name, value in headers.items() if name.lower() == "accept-encoding"]
    return any("gzip" in value or "deflate" in value for value in offered)
