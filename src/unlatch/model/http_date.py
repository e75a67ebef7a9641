"""An HTTP date (RFC 9110, section 5.6.7) as a number. It knows no clock.

Every answer of an index has one, in the form that is prescribed, which is read here. `email.utils` knows the obsolete
ones too, and brings 15 modules with it (6 ms): it is loaded only when one of those comes.
"""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LENGTH = len("Sun, 06 Nov 1994 08:49:37 GMT")
# From 1 March of the year 0 to 1 January 1970.
_DAYS_BEFORE = 719_468


def seconds_of(text: str) -> float | None:
    """Return a date in seconds since the epoch, None for what is none."""
    found = _prescribed(text)
    return _obsolete(text) if found is None else found


def _prescribed(text: str) -> float | None:
    words = text.split(" ")
    if len(text) != _LENGTH or len(words) != 6 or words[5] != "GMT" or words[2] not in _MONTHS or not text.isascii():
        return None
    numbers = (words[1], words[3], *words[4].split(":"))
    if not all(map(str.isdigit, numbers)) or [*map(len, numbers)] != [2, 4, 2, 2, 2] or words[3] < "1970":
        return None
    hour, minute, second = map(int, numbers[2:])
    # Years begin in March here, so that the day that some have lies at their end.
    month = (_MONTHS.index(words[2]) - 2) % 12
    year = int(words[3]) - (month > 9)
    day = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + int(words[1]) - 1
    return float((day - _DAYS_BEFORE) * 86_400 + hour * 3_600 + minute * 60 + second)


def _obsolete(text: str) -> float | None:
    from email.utils import mktime_tz, parsedate_tz  # noqa: PLC0415 - loaded only for a form that is not prescribed

    parsed = parsedate_tz(text)
    if parsed is None:
        return None
    try:
        return float(mktime_tz(parsed))
    except (ValueError, OverflowError):
        return None
