"""A moment, as a person names it: a date, a time, or how long ago. It knows no clock."""

import re

from unlatch.model.tuples import NamedTuple

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
# What units are called, each by the letter that it begins with.
_NAMES = {"s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes"}
_NAMES |= {"h", "hr", "hrs", "hour", "hours", "d", "day", "days", "w", "week", "weeks"}


class Moment(NamedTuple):
    """A moment that is fixed, in seconds since the epoch, or one that lies `ago` seconds before now."""

    text: str
    fixed: float = 0.0
    ago: float | None = None

    def before(self, now: float) -> float:
        """Return it in seconds since the epoch, which `now` is given in."""
        return self.fixed if self.ago is None else now - self.ago

    @classmethod
    def parse(cls, text: str, *, includes_day: bool) -> "Moment":
        """Parse "2026-11-22", "2026-11-22T17:00:00Z", "7 days", "24h" or "P7D". Raise ValueError.

        A date, and a time without an offset, are local. `includes_day` says that a date alone means the end of its day,
        else it means the beginning.
        """
        ago = _friendly(text) or _iso(text)
        if ago is not None:
            return cls(text, ago=ago)
        from datetime import datetime, timedelta  # noqa: PLC0415 - loaded only where somebody names a moment

        moment = datetime.fromisoformat(text)
        if includes_day and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            moment += timedelta(days=1)
        return cls(text, fixed=moment.timestamp())


def _friendly(text: str) -> float | None:
    """Return the seconds of "7 days" or "1w 12h", None for anything else."""
    parts = re.findall(r"(\d+)\s*([a-z]+)", text)
    if not re.fullmatch(r"\s*(?:\d+\s*[a-z]+[\s,]*)+", text) or any(name not in _NAMES for _, name in parts):
        return None
    return float(sum(int(number) * _UNITS[name[0]] for number, name in parts))


def _iso(text: str) -> float | None:
    """Return the seconds of a duration as ISO 8601 has it, without months and years; None for anything else."""
    found = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    if found is None or not any(found.groups()):
        return None
    return float(sum(int(number or 0) * _UNITS[unit] for number, unit in zip(found.groups(), "wdhms", strict=True)))
