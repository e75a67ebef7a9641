"""Why an answer counts as a refusal, and which authentication schemes the server offered. It does no I/O.

Sources: RFC 9110, sections 11.6.1 (WWW-Authenticate), 15.5.2 (401), 15.5.4 (403); RFC 9110, section 15.3.4 (203).
"""

import enum
import re
from collections.abc import Sequence

from unlatch.auth.services import is_sign_in_page
from unlatch.model.tuples import NamedTuple

_SUPPORTED = frozenset({"basic", "bearer"})
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - the grammar's word for a word
# One challenge: a scheme, then a token68, or parameters whose values may be quoted and may hold commas. An unquoted
# value is taken up to the comma: Azure writes a bare URL there, which the grammar does not allow.
_PARAMETER = rf'\s*({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*'
_SCHEME = rf"\s*({_TOKEN})(?:\s+|$|(?=,))"
_TOKEN68 = r"[A-Za-z0-9\-._~+/]+=*\s*(?=,|$)"

_SIGN_IN = (
    rb"(?i:<input\b[^>]*\btype\s*=\s*[\"']?password\b|<input\b[^>]*\bname\s*=\s*[\"']?SAMLRequest\b"
    rb"|<title>(?!\s*links for)[^<]*\b(?:sign|log)[\s-]?in\b)"
)
_DISTRIBUTION = rb"(?i:<a\b[^>]*\bhref\s*=[^>]*\.(?:whl|zip|tar\.gz)\b)"


class Challenge(NamedTuple):
    """One way to authenticate that the server offers."""

    scheme: str
    realm: str | None = None

    @property
    def is_supported(self) -> bool:
        """Whether unlatch speaks this scheme."""
        return self.scheme.lower() in _SUPPORTED


class Verdict(enum.Enum):
    """What an answer says about the credentials that were sent, or about having sent none."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SIGN_IN = "sign-in page"
    FORBIDDEN = "forbidden"
    SCHEME = "no supported scheme"
    UNRELATED = "unrelated"


def parse_challenges(fields: Sequence[str]) -> list[Challenge]:
    """Return the challenges in WWW-Authenticate fields; what does not parse ends the reading, and nothing is raised."""
    found: list[Challenge] = []
    for text in fields:
        # Patterns are compiled here, and not when this is loaded: an index that lets us in offers no challenge.
        scheme = re.compile(_SCHEME)
        position = 0
        while match := scheme.match(text, position):
            position = match.end()
            realm, position = _parameters(text, position)
            found.append(Challenge(match[1], realm))
            if position < len(text) and text[position] == ",":
                position += 1
    return found


def _parameters(text: str, position: int) -> tuple[str | None, int]:
    """Read one challenge's parameters; return its realm and where the next challenge begins."""
    realm: str | None = None
    parameter = re.compile(_PARAMETER)
    if match := re.compile(_TOKEN68).match(text, position):
        return None, match.end()
    while match := parameter.match(text, position):
        if match[1].lower() == "realm":
            realm = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
        position = match.end()
        if not (text[position : position + 1] == "," and parameter.match(text, position + 1)):
            break
        position += 1
    return realm, position


def judge(
    status: int,
    url: str,
    *,
    challenges: Sequence[Challenge] = (),
    content_type: str = "",
    accept: str = "*/*",
    has_credentials: bool,
) -> Verdict:
    """Judge an answer of the index's own origin, or where a redirect led to.

    `url` is the final one, `accept` what was asked for, `has_credentials` whether this request carried any.
    """
    if status == 203 or is_sign_in_page(url):
        return Verdict.SIGN_IN
    if 200 <= status < 300 and content_type.startswith("text/html") and not _accepts_html(accept):
        return Verdict.SIGN_IN
    if 200 <= status < 300 or status == 304:
        return Verdict.ACCEPTED
    if status == 401:
        is_spoken = not challenges or any(challenge.is_supported for challenge in challenges)
        return Verdict.REFUSED if is_spoken else Verdict.SCHEME
    if status == 403:
        return Verdict.FORBIDDEN if has_credentials else Verdict.REFUSED
    return Verdict.UNRELATED


def _accepts_html(accept: str) -> bool:
    # Whatever comes in the place of a file is not meant to be HTML, so that */* does not speak of it.
    return "text/html" in accept or "text/*" in accept


def shows_sign_in(start: bytes) -> bool:
    """Whether the beginning of an HTML answer is a page for people to sign in, and not the page of an index.

    It has a field for a password, or hands people on to where they sign in (SAML), or says so in its title; and it
    links to no distribution.
    """
    return bool(start) and re.search(_SIGN_IN, start) is not None and re.search(_DISTRIBUTION, start) is None
