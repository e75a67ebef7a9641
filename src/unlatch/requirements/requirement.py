r"""One requirement, from text to value: a name with what is asked of it, or a source by its URL or path.

    idna>=3 ; python_version < "3.13"
    idna @ https://host/idna-3.7-py3-none-any.whl
    https://host/idna-3.7-py3-none-any.whl
    ./wheels/idna-3.7-py3-none-any.whl[extra]          C:\wheels\idna-3.7-py3-none-any.whl
    ./idna[extra]          ./idna-3.7.tar.gz           git+https://host/idna@v3.7

The grammar of names, specifiers and markers is packaging's (PEP 508); the rest is pip's. Whether a file is there is
not looked at. Relative paths start from the working folder, as in pip, even in a file that lies elsewhere.
"""

import os
import re

from unlatch.model.distribution import Hashes, WheelName
from unlatch.model.errors import InvalidUrl
from unlatch.model.frozen import replace
from unlatch.model.requirement import Requirement
from unlatch.model.source import Archive, Folder, Git, Reference, parse_source
from unlatch.model.tuples import NamedTuple
from unlatch.requirements.asked import Asked, Unnamed
from unlatch.requirements.paths import Paths
from unlatch.requirements.place import Argument, Place

_CONTROL = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
# A scheme has two letters at least: C:\ is a drive.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://|(file):", re.IGNORECASE)
_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\]\s*)?@\s*)(\S+)")
_WITH_EXTRAS = re.compile(r"(.*[^\s/])\s*(\[[^\]]*\])")
_EGG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[^\]]*\])?")
_ARCHIVE = re.compile(r"\.(whl|zip|tar|tar\.(gz|bz2|xz|lzma|zst|Z)|tgz|tbz2?|txz)$", re.IGNORECASE)
# Not C:\x@y, where the colon is a drive's.
_WITHOUT_SCHEME = re.compile(r"[^/\\:]*:[^/\\]*@")
# What stands for a name that nobody knows yet.
_UNKNOWN = "unknown"


def parse_argument(text: str, working_folder: str, *, is_windows: bool = os.name == "nt") -> Asked | Unnamed:
    """Parse a requirement that was given on the command line. Raise ConfigurationError."""
    stripped, place = text.strip(), Argument(text)
    if re.fullmatch(r"[\w.-]+\.(txt|in)", stripped):
        raise place.problem(0, "this is the name of a file", hint=f"unlatch install -r {stripped}")
    return read(stripped, place, Paths(working_folder, is_windows))


def parse_editable(text: str, working_folder: str, *, is_windows: bool = os.name == "nt") -> Asked | Unnamed:
    """Parse the value of `--editable` on the command line. Raise ConfigurationError."""
    return read_editable(text.strip(), 0, Argument(text), Paths(working_folder, is_windows))


def read(text: str, place: Place, paths: Paths, hashes: tuple[tuple[str, str], ...] = ()) -> Asked | Unnamed:
    """Parse a requirement that begins `place`'s text; `hashes` are those of `--hash`. Raise ConfigurationError."""
    named = None if _CONTROL.match(text) else _NAMED.match(text)
    if named is not None and not (_SCHEME.match(named[2]) or _CONTROL.match(named[2]) or _is_path(named[2], paths)):
        raise place.problem(
            named.start(2), "what stands behind the @ is no URL", hint="a version is written as in name==1.0"
        )
    if named is not None:
        reference = _Reader(place, paths).reference(named[2], named.start(2))
        # The URL is put aside for a moment, so that no parser's complaint can repeat what stands in it.
        blank = f"{named[1]}{'x' * len(named[2])}"
        return _asked(_parsed(blank + text[named.end() :], place), reference, place, hashes)
    if _CONTROL.match(text) or _SCHEME.match(text) or _is_path(text, paths):
        return _Reader(place, paths).bare(text, hashes)
    return Asked(_parsed(text, place), hashes=Hashes.of(hashes), origin=place.origin)


def read_editable(text: str, offset: int, place: Place, paths: Paths) -> Asked | Unnamed:
    """Parse the value of `-e`, which stands at an offset of `place`'s text. Raise ConfigurationError."""
    is_plain = _NAMED.match(text) is None and _SCHEME.match(text) is None and _CONTROL.match(text) is None
    given = read(f".{os.sep}{text}" if is_plain and not _is_path(text, paths) else text, place, paths)
    if not isinstance(given.source, Folder | Git):
        raise place.problem(offset, "only a folder or a repository can be editable", hint="-e ./folder")
    source = replace(given.source, is_editable=True)
    if isinstance(given, Unnamed):
        return Unnamed(replace(given.asked, source=source))
    return replace(given, source=source)


def _asked(requirement: Requirement, reference: Reference, place: Place, hashes: tuple[tuple[str, str], ...]) -> Asked:
    """Return what is asked for at a source."""
    source = reference.source
    own = source.hashes if isinstance(source, Archive) else ()
    requirement = replace(requirement, url=source.address)
    return Asked(requirement, reference.userinfo, Hashes.of((*hashes, *own)), place.origin, source)


def _is_path(text: str, paths: Paths) -> bool:
    """Whether text is meant as a path: it has a separator, begins with a dot, or is called like an archive."""
    name = text.partition(";")[0].strip()
    with_extras = _WITH_EXTRAS.fullmatch(name)
    return (
        name.startswith(".")
        or paths.has_separator(name)
        or _ARCHIVE.search(with_extras[1] if with_extras else name) is not None
    )


class _Reader(NamedTuple):
    """Reads the URLs and paths of one place."""

    place: Place
    paths: Paths

    def bare(self, text: str, hashes: tuple[tuple[str, str], ...]) -> Asked | Unnamed:
        """Return the source that stands alone, perhaps with extras and a marker, and the requirement it amounts to."""
        separator = re.search(r"\s*;\s+|\s+;\s*" if _SCHEME.match(text) else r"\s*;\s*", text)
        location = text[: separator.start()] if separator else text
        with_extras = _WITH_EXTRAS.fullmatch(location)
        if with_extras and location.partition("#")[2].endswith("]"):
            with_extras = None  # #egg=demo[extra]
        reference = self.reference(with_extras[1] if with_extras else location, 0)
        name, extras_of_egg = self._name(reference)
        stand_in = name or _UNKNOWN
        requirement = _parsed(stand_in + extras_of_egg, self.place)
        if with_extras:
            extras = _parsed(f"{stand_in}{with_extras[2]}", self.place, with_extras.start(2) - len(stand_in)).extras
            requirement = replace(requirement, extras=extras)
        if separator:
            marker = f"{stand_in};{text[separator.end() :]}"
            parsed = _parsed(marker, self.place, separator.end() - len(stand_in) - 1)
            requirement = replace(requirement, marker=parsed.marker)
        asked = _asked(requirement, reference, self.place, hashes)
        return asked if name else Unnamed(asked)

    def reference(self, text: str, offset: int) -> Reference:
        """Return what a URL or path means. Raise ConfigurationError."""
        is_control = _CONTROL.match(text) is not None
        scheme = None if is_control else _SCHEME.match(text)
        if not is_control and scheme is None and _WITHOUT_SCHEME.match(text):
            raise self.place.problem(offset, "this looks like a URL without its scheme", hint="begin it with https://")
        try:
            if is_control:
                url = text
            elif scheme is None:
                url = self.paths.as_uri(self.paths.absolute(text))
            elif scheme[0].lower().startswith("file:"):
                # urllib would make file:///x of file:x, which is relative.
                bare, _, fragment = text.partition("#")
                url = self.paths.as_uri(self.paths.absolute(self.paths.of_uri(bare)))
                url = f"{url}#{fragment}" if fragment else url
            else:
                url = text
            reference = parse_source(url, is_windows=self.paths.is_windows)
        except InvalidUrl as error:
            raise self.place.problem(offset, f"the URL cannot be used: {error.reason}") from None
        if isinstance(reference.source, Archive) and not reference.source.filename:
            raise self.place.problem(
                offset, "it does not lead to a file", hint="name a wheel or an archive, as in https://host/x-1.0.tar.gz"
            )
        return reference

    def _name(self, reference: Reference) -> tuple[str, str]:
        """Return the project's name, "" when only its metadata can tell, and the extras that stand behind it."""
        source = reference.source
        if isinstance(source, Archive) and source.is_wheel:
            try:
                return WheelName.parse(source.filename).name, ""
            except ValueError:
                raise self.place.problem(
                    0, "its file name is not a wheel's", hint="a wheel is called name-version-python-abi-platform.whl"
                ) from None
        egg = _EGG.fullmatch(reference.egg)
        if egg is None:
            return "", ""
        extras = egg[1] or ""
        return reference.egg.removesuffix(extras).strip(), extras


def _parsed(text: str, place: Place, shift: int = 0) -> Requirement:
    """Parse what PEP 508 describes. `shift` is what an offset in `text` lacks to be one in the place's text."""
    try:
        return Requirement.parse(text)
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
