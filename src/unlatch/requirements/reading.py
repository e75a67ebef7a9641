"""How requirements files are reached: what reading them needs of the world, and which file a name means."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urljoin

from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.frozen import field, frozen
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, shown, split_userinfo
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths

STANDARD_INPUT = "-"

_REMOTE = re.compile(r"https?://", re.IGNORECASE)


class File(NamedTuple):
    """A requirements file: `location` is an absolute path, a clean URL or "-", `name` what messages call it.

    `userinfo` is what stood in the URL, or in that of the file which led here, on the same origin.
    """

    location: str
    name: str
    userinfo: Userinfo = Userinfo()

    @property
    def is_remote(self) -> bool:
        """Whether it is fetched."""
        return _REMOTE.match(self.location) is not None


def read_file(file: File, indexes: Sequence[Index] = ()) -> str:
    """Return the text of a file on this machine: what `Reading.read` is unless it is told otherwise.

    Raise ConfigurationError when it cannot be read.
    """
    del indexes
    if file.is_remote:
        raise ConfigurationError(f"{file.name} is not on this machine, and nothing here fetches files")
    try:
        content = Path(file.location).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{printable(file.location)} cannot be read: {error.strerror}") from error
    return decode(content, printable(file.location))


@frozen(kw_only=True)
class Reading:
    """What reading requirements files needs of the world.

    `read` returns the text of a file, given the indexes that the files have named so far, whose credentials may be
    the file's, too. It raises ConfigurationError when the file cannot be read, AccessError or NetworkError when it
    cannot be fetched. `exists` tells whether a path leads anywhere: only `--find-links` asks.
    """

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    read: Callable[[File, Sequence[Index]], str] = read_file
    exists: Callable[[str], bool] = os.path.exists


def locate(text: str, base: File | None, reading: Reading) -> File:
    """Return the file that `text` names in the file `base`, or on the command line.

    A relative name starts beside `base`. Raise ConfigurationError for what is no URL although it looks like one, and
    for a file on somebody else's server that leads to one on this machine.
    """
    if _REMOTE.match(text) or (base is not None and base.is_remote):
        return _remote(text, base)
    if base is None and text == STANDARD_INPUT:
        return File(text, "standard input")
    paths = reading.paths
    name = paths.of_uri(text) if text.lower().startswith("file:") else text
    if base is None or base.location == STANDARD_INPUT:
        return File(paths.absolute(name), printable(name))
    beside = paths.absolute(name, paths.above(base.location))
    return File(beside, printable(paths.absolute(name, paths.above(base.name))))


def _remote(text: str, base: File | None) -> File:
    try:
        url, userinfo = split_userinfo(urljoin(base.location, text) if base is not None and base.is_remote else text)
        origin = Origin.of(url)
    except InvalidUrl as error:
        raise ConfigurationError(f"the URL cannot be used: {error.reason}") from None
    # What let us in to the file lets us in to its neighbours, as a browser would have it.
    if base is not None and base.is_remote and userinfo == Userinfo() and origin == Origin.of(base.location):
        userinfo = base.userinfo
    return File(url, shown(url), userinfo)
