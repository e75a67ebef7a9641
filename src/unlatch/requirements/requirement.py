r"""One requirement, from text to value: a name with what is asked of it, or a wheel by its URL or path.

    idna>=3 ; python_version < "3.13"
    idna @ https://host/idna-3.7-py3-none-any.whl
    https://host/idna-3.7-py3-none-any.whl
    ./wheels/idna-3.7-py3-none-any.whl[extra]          C:\wheels\idna-3.7-py3-none-any.whl

The grammar of names, specifiers and markers is packaging's (PEP 508); the rest is pip's. Whether a file is there is
not looked at. Relative paths start from the working folder, as in pip, even in a file that lies elsewhere.
"""

import os
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import ALGORITHMS, Hashes, WheelName
from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.url import Origin, split_userinfo
from unlatch.requirements.asked import Asked
from unlatch.requirements.paths import Paths
from unlatch.requirements.place import Argument, Place

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_VCS = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
# A scheme has two letters at least: C:\ is a drive.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://|(file):", re.IGNORECASE)
_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\]\s*)?@\s*)(\S+)")
_WHEEL_WITH_EXTRAS = re.compile(r"(.*\.whl)\s*(\[[^\]]*\])", re.IGNORECASE)
_SDIST = re.compile(r"\.(zip|tar|tar\.(gz|bz2|xz|lzma|zst|Z)|tgz|tbz2?|txz)$", re.IGNORECASE)


class _Wheel(NamedTuple):
    """A wheel that was named: `url` is clean."""

    url: str
    userinfo: Userinfo
    hashes: tuple[tuple[str, str], ...]
    filename: str


def parse_argument(text: str, working_folder: str, *, is_windows: bool = os.name == "nt") -> Asked:
    """Parse a requirement that was given on the command line. Raise ConfigurationError."""
    stripped, place = text.strip(), Argument(text)
    if re.fullmatch(r"[\w.-]+\.(txt|in)", stripped):
        raise place.problem(0, "this is the name of a file", hint=f"unlatch install -r {stripped}")
    return read(stripped, place, Paths(working_folder, is_windows))


def read(text: str, place: Place, paths: Paths, hashes: tuple[tuple[str, str], ...] = ()) -> Asked:
    """Parse a requirement that begins `place`'s text; `hashes` are those of `--hash`. Raise ConfigurationError."""
    if _VCS.match(text):
        raise _version_control(place, 0)
    named = _NAMED.match(text)
    if named is not None and not (_SCHEME.match(named[2]) or _is_path(named[2], paths)):
        raise place.problem(
            named.start(2), "what stands behind the @ is no URL", hint="a version is written as in name==1.0"
        )
    if named is not None:
        wheel = _Reader(place, paths).wheel(named[2], named.start(2))
        # The URL is put aside for a moment, so that no parser's complaint can repeat what stands in it.
        blank = f"{named[1]}{'x' * len(named[2])}"
        requirement = _parsed(blank + text[named.end() :], place)
    elif _SCHEME.match(text) or _is_path(text, paths):
        wheel, requirement = _Reader(place, paths).bare(text)
    else:
        return Asked(_parsed(text, place), hashes=Hashes.of(hashes), origin=place.origin)
    requirement.url = wheel.url
    return Asked(requirement, wheel.userinfo, Hashes.of((*hashes, *wheel.hashes)), place.origin)


def _is_path(text: str, paths: Paths) -> bool:
    """Whether text is meant as a path: it has a separator, begins with a dot, or is called like an archive."""
    name = text.partition(";")[0].strip()
    is_wheel = name.lower().endswith(".whl") or _WHEEL_WITH_EXTRAS.fullmatch(name) is not None
    return is_wheel or name.startswith(".") or paths.has_separator(name) or _SDIST.search(name) is not None


class _Reader(NamedTuple):
    """Reads the URLs and paths of one place."""

    place: Place
    paths: Paths

    def bare(self, text: str) -> "tuple[_Wheel, Requirement]":
        """Return the wheel that stands alone, perhaps with extras and a marker, and the requirement it amounts to."""
        separator = re.search(r"\s*;\s+|\s+;\s*" if _SCHEME.match(text) else r"\s*;\s*", text)
        location = text[: separator.start()] if separator else text
        with_extras = _WHEEL_WITH_EXTRAS.fullmatch(location)
        wheel = self.wheel(with_extras[1] if with_extras else location, 0)
        try:
            name = WheelName.parse(wheel.filename).name
        except ValueError:
            raise self.place.problem(
                0, "its file name is not a wheel's", hint="a wheel is called name-version-python-abi-platform.whl"
            ) from None
        requirement = _parsed(name, self.place)
        if with_extras:
            extras = _parsed(f"{name}{with_extras[2]}", self.place, with_extras.start(2) - len(name)).extras
            requirement.extras = extras
        if separator:
            marker = f"{name};{text[separator.end() :]}"
            requirement.marker = _parsed(marker, self.place, separator.end() - len(name) - 1).marker
        return wheel, requirement

    def wheel(self, text: str, offset: int) -> _Wheel:
        """Return the wheel that a URL or path means."""
        if _VCS.match(text):
            raise _version_control(self.place, offset)
        scheme = _SCHEME.match(text)
        if scheme is None:
            url, userinfo, fragment = self.paths.as_uri(self.paths.absolute(text)), Userinfo(), ""
        else:
            try:
                clean, userinfo = split_userinfo(text)
                url, fragment = urldefrag(clean)
                if scheme[0].lower().startswith("file:"):
                    url = self.paths.as_uri(self.paths.absolute(self.paths.of_uri(url)))
                else:
                    Origin.of(url)
            except InvalidUrl as error:
                raise self.place.problem(offset, f"the URL cannot be used: {error.reason}") from None
        filename = unquote(urlsplit(url).path.rpartition("/")[2])
        if not filename.lower().endswith(".whl"):
            raise self._not_a_wheel(filename, offset, is_path=url.startswith("file:"))
        known = [(name, digest) for name, digest in parse_qsl(fragment) if name in ALGORITHMS]
        return _Wheel(url, userinfo, tuple(known), filename)

    def _not_a_wheel(self, filename: str, offset: int, *, is_path: bool) -> ConfigurationError:
        if _SDIST.search(filename):
            reason = "source distributions are not supported yet, only wheels"
        elif is_path:
            reason = "folders are not supported yet, only wheels"
        else:
            reason = "it does not lead to a wheel, and nothing else is supported yet"
        return self.place.problem(offset, reason, hint="name a file that ends in .whl")


def _version_control(place: Place, offset: int) -> ConfigurationError:
    return place.problem(
        offset, "version control is not supported yet, only wheels", hint="name a file that ends in .whl"
    )


def _parsed(text: str, place: Place, shift: int = 0) -> "Requirement":
    """Parse what PEP 508 describes. `shift` is what an offset in `text` lacks to be one in the place's text."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - loaded only when something is asked for

    try:
        return Requirement(text)
    except (ValueError, RecursionError) as error:
        # packaging's own text ends with what was parsed, which may be the value of a variable: only the sentence and
        # the place are taken from the error that it comes from, and the error itself is dropped.
        said = str(getattr(error.__cause__, "message", "its version specifier is not valid"))
        offset = int(getattr(error.__cause__, "span", (0, 0))[1])
    is_assignment = re.match(r"\s*=[^=]", text[offset:]) is not None
    raise place.problem(
        max(offset + shift, 0),
        f"this is not a requirement: {said[:1].lower()}{said[1:]}",
        hint="an exact version is written with two equals signs, as in name==1.0" if is_assignment else None,
    )
