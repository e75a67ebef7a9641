"""Where a redirect leads, and whether a request may carry its index's credentials there. It decides and sends nothing.

Each hop decides afresh (RFC 9110, section 15.4): nothing that went with one request goes with the next by itself.
"""

from collections.abc import Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from unlatch.model.credentials import Userinfo
from unlatch.model.errors import InvalidUrl, NetworkError
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, is_signed, shown, split_userinfo

MAX_REDIRECTS = 10

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Hop(NamedTuple):
    """One request of a chain. `url` is clean; `userinfo` stood in the `Location` that led here, and serves here alone.

    The first hop has none: whatever the user wrote before the `@` is the index's business.
    """

    url: str
    userinfo: Userinfo = Userinfo()


def is_redirect(status: int) -> bool:
    """Whether the status sends a GET elsewhere; 300 and 304 do not."""
    return status in _REDIRECTS


def follow(visited: Sequence[Hop], location: str, *, carried_credentials: bool) -> Hop:
    """Return the hop that `location` leads to.

    `visited` are the hops so far, oldest first; the last one answered with this `Location` (as the header says it,
    relative or not, "" when there was none). `carried_credentials` says whether that last request was sent with any.
    Raise NetworkError where nothing should follow.
    """
    start, current = visited[0].url, visited[-1].url
    if not location.strip():
        raise NetworkError(f"{shown(current)} redirects without saying where to")
    if len(visited) > MAX_REDIRECTS:
        raise NetworkError(f"{shown(start)} redirects more than {MAX_REDIRECTS} times", details=_told(visited))
    hop = _resolve(current, location.strip())
    if _leaves_tls(current, hop.url) and (carried_credentials or hop.userinfo.username is not None):
        raise NetworkError(
            f"{shown(current)} redirects to plain http ({shown(hop.url)}), and credentials were on their way",
            details=["whatever is sent there can be read by anyone on the way, so nothing was"],
        )
    if _identity(hop) in [_identity(earlier) for earlier in visited]:
        raise NetworkError(f"{shown(start)} redirects in a circle: back to {shown(hop.url)}", details=_told(visited))
    return hop


def may_carry(url: str, scope: Origin, *, allow_insecure: bool) -> bool:
    """Whether a request for `url` may carry the credentials that belong to the origin `scope`.

    They stay on their own origin, travel over https or to this machine (`allow_insecure`: over plain http too),
    and never accompany a URL that is a credential by itself.
    """
    origin = Origin.of(url)
    is_private = origin.scheme == "https" or origin.is_loopback or allow_insecure
    return origin == scope and is_private and not is_signed(url)


def _resolve(current: str, location: str) -> Hop:
    """Return where a reference leads from `current` (RFC 3986, section 5.2; RFC 9110, section 10.2.2)."""
    try:
        target, userinfo = split_userinfo(urljoin(current, _as_utf8(location)))
        scheme = urlsplit(target).scheme
        if scheme not in {"http", "https"}:
            raise NetworkError(f"{shown(current)} redirects to {printable(scheme)}:, which is neither http nor https")
        Origin.of(target)
    except (InvalidUrl, ValueError) as error:
        raise NetworkError(f"{shown(current)} redirects to something that is not a URL") from error
    inherited = urlsplit(current).fragment
    if inherited and not urlsplit(target).fragment:
        target = f"{urldefrag(target).url}#{inherited}"
    return Hop(target, userinfo)


def _as_utf8(location: str) -> str:
    """Return the header's text with raw UTF-8 read as such: HTTP reads header bytes as Latin-1."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def _leaves_tls(current: str, target: str) -> bool:
    return Origin.of(current).scheme == "https" and Origin.of(target).scheme == "http"


def _identity(hop: Hop) -> tuple[str, Userinfo]:
    return urldefrag(hop.url).url, hop.userinfo


def _told(visited: Sequence[Hop]) -> list[str]:
    return [f"by way of {shown(hop.url)}" for hop in visited[1:]]
