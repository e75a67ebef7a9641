"""How versions follow each other (PEP 440), told by a plain tuple. Pure.

`packaging.version` is the truth, and a property test holds this to it. Of nearly all versions on a page, which may be
100,000, the text is numbers and dots: these need not become a `Version` to be sorted.
"""

import re
from typing import Any

from packaging.version import Version

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*")
# What a version without such a part has in its place: final ones come after pre-releases and before post-releases.
_NO_PRE, _NO_POST, _NO_DEV, _NO_LOCAL = (1,), -1, (1,), ()

Key = tuple[Any, ...]


def order(text: str) -> Key:
    """Return what sorts a version; equal ones have the same. Raise packaging's InvalidVersion, a ValueError."""
    if _PLAIN.fullmatch(text):
        return 0, _trimmed(tuple(map(int, text.split(".")))), _NO_PRE, _NO_POST, _NO_DEV, _NO_LOCAL
    version = Version(text)
    if version.pre is not None:
        pre: Key = (0, *version.pre)
    else:
        # A development release of a final one comes before the pre-releases, anything else after them.
        pre = (-1,) if version.post is None and version.dev is not None else _NO_PRE
    return (
        version.epoch,
        _trimmed(version.release),
        pre,
        _NO_POST if version.post is None else version.post,
        _NO_DEV if version.dev is None else (0, version.dev),
        _local(version.local),
    )


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out zeros at the end: 1.0 is 1."""
    while len(release) > 1 and not release[-1]:
        release = release[:-1]
    return release


def _local(text: str | None) -> Key:
    """Return what sorts a local version: words come before numbers, which are compared as such."""
    if text is None:
        return _NO_LOCAL
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in text.split("."))
