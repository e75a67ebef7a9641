"""Links on a page: made absolute and clean, or ignored. Pure.

`urllib.parse` is the truth. A page may hold 200,000 links, so the two usual forms come first, each one match of a
regular expression: an absolute URL that needs nothing done, and a plain path below a folder that was seen before. A
property test holds them to the truth.
"""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from unlatch.model.errors import InvalidUrl
from unlatch.model.url import split_userinfo

# RFC 3986: unreserved and reserved characters; whatever else a page holds is percent-encoded, as browsers do.
_ALLOWED = "-._~:/?@!$&'()*+,;=%"
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*")
# Up some folders or to the root, then segments that are no dots, no parameters and no scheme, the last one not empty.
_SEGMENT = r"[A-Za-z0-9_~!$&'()*+,=%@-][A-Za-z0-9._~!$&'()*+,=%@-]*+"
_RELATIVE = re.compile(rf"(/|(?:\.\./)*+)({_SEGMENT}(?:/{_SEGMENT})*+)")
_HASH = re.compile(r"(?:^|&)(sha512|sha384|sha256|sha224|sha1|md5)=([0-9A-Fa-f]+)(?=&|$)")


class Links:
    """The links of one page. `base` is what its relative links are relative to, where the page itself says so."""

    def __init__(self, page: str, base: str | None = None) -> None:
        # Only a page on this machine may point at files on this machine.
        self._schemes = {"http", "https", "file"} if page.startswith("file:") else {"http", "https"}
        self._base = page
        self._folders: dict[str, str | None] = {}
        self._base = (self._resolve(base) if base else None) or page

    def absolute(self, link: str) -> tuple[str, str] | None:
        """Return the URL without userinfo and fragment, and the fragment; None when the link leads nowhere we go."""
        target, _, fragment = link.partition("#")
        if _ABSOLUTE.fullmatch(target):
            return target, fragment
        relative = _RELATIVE.fullmatch(target)
        if relative is None:
            url = self._resolve(target.strip())
            return None if url is None else (url, fragment)
        above, rest = relative.groups()
        if above not in self._folders:
            self._folders[above] = self._resolve(above or "./")
        folder = self._folders[above]
        return None if folder is None else (folder + rest, fragment)

    def _resolve(self, link: str) -> str | None:
        try:
            url = split_userinfo(urljoin(self._base, link))[0]
        except (ValueError, InvalidUrl):
            return None
        parts = urlsplit(url)
        if parts.scheme not in self._schemes or (parts.scheme != "file" and not parts.netloc):
            return None
        return urlunsplit(parts._replace(path=_encoded(parts.path or "/"), query=_encoded(parts.query), fragment=""))


def filename_of(link: str) -> str:
    """Return the file name that a link's path ends with, decoded."""
    last = link.strip().partition("#")[0].partition("?")[0].rpartition("/")[2]
    return unquote(last, errors="surrogateescape") if "%" in last else last


def hashes_in(fragment: str) -> tuple[tuple[str, str], ...]:
    """Return the (algorithm, hexadecimal digest) pairs of a fragment (PEP 503)."""
    return tuple(_HASH.findall(fragment)) if fragment else ()


def _encoded(text: str) -> str:
    return quote(text, safe=_ALLOWED, errors="replace")
