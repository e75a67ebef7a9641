"""How requirements files are reached: what reading them needs of the world, and which file a name means."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.url import printable, shown, split_userinfo
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths

STANDARD_INPUT = "-"

_REMOTE = re.compile(r"https?://", re.IGNORECASE)


def read_file(location: str) -> str:
    """Return the text of the file at an absolute path: what `Reading.read` is unless it is told otherwise.

    Raise ConfigurationError when it cannot be read.
    """
    if _REMOTE.match(location):
        raise ConfigurationError(f"{shown(location)} is not on this machine, and such files are not supported yet")
    try:
        content = Path(location).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{printable(location)} cannot be read: {error.strerror}") from error
    return decode(content, printable(location))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading requirements files needs of the world.

    `read` returns the text of a file, given its absolute path, its clean URL or "-", and raises ConfigurationError.
    `exists` tells whether a path leads anywhere: only `--find-links` asks.
    """

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    read: Callable[[str], str] = read_file
    exists: Callable[[str], bool] = os.path.exists


class File(NamedTuple):
    """A requirements file: `location` is an absolute path, a clean URL or "-", `name` what messages call it."""

    location: str
    name: str


def locate(text: str, base: File | None, reading: Reading) -> File:
    """Return the file that `text` names in the file `base`, or on the command line.

    A relative name starts beside `base`. Raise ConfigurationError for a URL with credentials in it: what reads it
    finds them where those of an index are found.
    """
    if _REMOTE.match(text) or (base is not None and _REMOTE.match(base.location)):
        url, userinfo = split_userinfo(urljoin(base.location, text) if base is not None else text)
        if userinfo != Userinfo():
            raise ConfigurationError("credentials in the URL of a requirements file are not used")
        return File(url, shown(url))
    if base is None and text == STANDARD_INPUT:
        return File(text, "standard input")
    paths = reading.paths
    name = paths.of_uri(text) if text.lower().startswith("file:") else text
    if base is None or base.location == STANDARD_INPUT:
        return File(paths.absolute(name), printable(name))
    beside = paths.absolute(name, paths.above(base.location))
    return File(beside, printable(paths.absolute(name, paths.above(base.name))))
