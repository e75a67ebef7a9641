"""What is kept, in words: as a table for people, and as JSON. There is no secret in it to show."""

import json
import time
from collections.abc import Sequence

from unlatch.app.credentials.keeping import Kept
from unlatch.model.credentials import shown_username
from unlatch.model.text import printable
from unlatch.model.url import shown


def subject(kept: Kept) -> str:
    """Return in words what it is that is kept."""
    return f"{_user(kept)}'s credentials for {shown(kept.entry.url)}"


def table(rows: Sequence[Kept], now: float) -> str:
    """Return a line for each entry, under headings; nothing for nothing. `now` is in seconds since the epoch."""
    if not rows:
        return ""
    cells = [
        ("Index", "User", "Since", "Until", "Where"),
        *((shown(each.entry.url), _user(each), day(each.entry.kept), _end(each, now), each.place) for each in rows),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "".join(f"{printable(line.rstrip())}\n" for line in lines)


def data(rows: Sequence[Kept]) -> str:
    """Return a JSON list with an object for each entry. Times are in seconds since the epoch."""
    items = [
        {
            "url": shown(each.entry.url),
            "username": shown_username(each.entry.username),
            "scheme": each.entry.scheme.value,
            "kept": each.entry.kept,
            "expires": each.entry.expires,
            "place": each.entry.place.value,
        }
        for each in rows
    ]
    return json.dumps(items, indent=2) + "\n"


def day(seconds: float) -> str:
    """Return the day of a time, in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


def _end(kept: Kept, now: float) -> str:
    if kept.entry.expires is None:
        return "not known"
    return f"{day(kept.entry.expires)}{' (over)' if kept.entry.expires <= now else ''}"


def _user(kept: Kept) -> str:
    return printable(shown_username(kept.entry.username) or "an empty username")
