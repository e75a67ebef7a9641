"""How long an HTTP answer may be used without asking again. Pure: the clock is handed in.

Source: RFC 9111 (HTTP caching), for a private cache. There is no guessing (section 4.2.2): an answer that does not
say how long it holds is kept, and asked about again by its validator.
"""

from typing import Protocol

from unlatch.model.http_date import seconds_of


class Fields(Protocol):
    """Header fields by name, in any case."""

    def get(self, name: str, default: str = "") -> str:
        """Return the field's first value."""

    def all(self, name: str) -> list[str]:
        """Return every value of the field, in order."""


def fresh_for(headers: Fields, now: float) -> float | None:
    """Return for how many seconds from `now` the answer holds: 0.0 asks each time, None says that it is not kept.

    `now` is in seconds since the epoch.
    """
    directives = _directives(headers.all("Cache-Control"))
    if "no-store" in directives:
        return None
    if "no-cache" in directives or "*" in headers.get("Vary"):
        return 0.0
    lifetime = _lifetime(headers, directives, now)
    return max(0.0, lifetime - _age(headers, now)) if lifetime > 0 else 0.0


def _directives(values: list[str]) -> dict[str, str]:
    """Return Cache-Control directives by lower-case name; the first of two wins (RFC 9111, section 4.2.1)."""
    directives: dict[str, str] = {}
    for part in ",".join(values).split(","):
        name, _, value = part.partition("=")
        directives.setdefault(name.strip().lower(), value.strip().strip('"'))
    return directives


def _lifetime(headers: Fields, directives: dict[str, str], now: float) -> float:
    """Return the freshness lifetime in seconds; what cannot be read counts as over (section 4.2.1)."""
    if "max-age" in directives:
        return _seconds(directives["max-age"])
    if not headers.all("Expires"):
        return 0.0
    ends = seconds_of(headers.get("Expires"))
    begins = seconds_of(headers.get("Date"))
    if ends is None:
        return 0.0
    return ends - (now if begins is None else begins)


def _age(headers: Fields, now: float) -> float:
    """Return how old the answer was when it came (section 4.2.3), the way itself left out."""
    begins = seconds_of(headers.get("Date"))
    apparent = 0.0 if begins is None else max(0.0, now - begins)
    return max(apparent, _seconds(headers.get("Age")))


def _seconds(text: str) -> float:
    """Return delta-seconds (section 1.2.2), 0.0 for anything else."""
    return float(text) if text.isascii() and text.isdigit() else 0.0
