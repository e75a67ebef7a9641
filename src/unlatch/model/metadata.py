"""Core metadata, read for the headers that installing needs.

`packaging.metadata` is the truth; this reader takes a seventh of its time, and a property test holds it to it.
Source: the core metadata specification; the header syntax of RFC 5322 with PEP 566's folding.
"""

from collections.abc import Mapping, Sequence

from packaging.version import InvalidVersion, Version

from unlatch.model.errors import IntegrityError
from unlatch.model.frozen import frozen
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.text import printable

_DECIDES = frozenset({"requires-dist", "requires-python", "provides-extra", "version", "name"})


@frozen
class Metadata:
    """The part of a distribution's METADATA that decides: dependencies are PEP 508 strings, as written.

    `is_static` says that whatever is built from the same source has the same (PEP 643): that of a source distribution
    need not be so.
    """

    name: NormalizedName
    version: Version
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: frozenset[NormalizedName] = frozenset()
    summary: str = ""
    is_static: bool = True

    @classmethod
    def parse(cls, content: bytes, subject: str) -> "Metadata":
        """Parse METADATA or PKG-INFO. Raise IntegrityError, naming `subject`, when name or version is missing."""
        headers = read_headers(content)
        name, version = headers.get("name", []), headers.get("version", [])
        if not name or not version:
            raise IntegrityError(f"the metadata of {subject} has no name or no version")
        try:
            parsed = Version(version[0])
        except InvalidVersion as error:
            raise IntegrityError(f"the metadata of {subject} has a version that is none") from error
        return cls(
            normalize(name[0]),
            parsed,
            tuple(headers.get("requires-dist", ())),
            next(iter(headers.get("requires-python", ())), None),
            frozenset(normalize(extra) for extra in headers.get("provides-extra", ())),
            next(iter(headers.get("summary", ())), ""),
            _is_static(headers),
        )


def _is_static(headers: Mapping[str, Sequence[str]]) -> bool:
    """Whether nothing that decides is said to be dynamic, by metadata that would say it."""
    major, _, minor = next(iter(headers.get("metadata-version", ())), "1").partition(".")
    said = int(major) * 1000 + int(minor or 0) if (major + minor).isascii() and (major + minor).isdigit() else 0
    return said >= 2002 and _DECIDES.isdisjoint(map(str.lower, headers.get("dynamic", ())))


def check_form(content: bytes, subject: str) -> None:
    """Raise IntegrityError for METADATA that nobody can be sure to read as its author meant it.

    That is one of a later major version of the format, which the specification says to refuse, or one with two names or
    versions, of which some readers take the first and some the last.
    """
    headers = read_headers(content)
    major = next(iter(headers.get("metadata-version", ())), "1").partition(".")[0]
    if major not in {"1", "2"}:
        raise IntegrityError(
            f"the metadata of {subject} has version {printable(headers['metadata-version'][0])} of the format, "
            "and 1 and 2 are known here"
        )
    for name in ("metadata-version", "name", "version"):
        if len(headers.get(name, ())) > 1:
            raise IntegrityError(f"the metadata of {subject} says its {name} twice")


def read_headers(content: bytes) -> dict[str, list[str]]:
    """Return header values by lower-case name, in order, folded lines joined; the body is not looked at."""
    headers: dict[str, list[str]] = {}
    values: list[str] | None = None
    # A description may be a hundred times as long as the headers are.
    end = min((at for at in (content.find(b"\n\n"), content.find(b"\n\r\n")) if at >= 0), default=len(content))
    for line in content[:end].decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        if not line:
            break
        if line[0] in " \t":
            if values:
                values[-1] = f"{values[-1]} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        if not colon:
            break
        values = headers.setdefault(name.lower(), [])
        values.append(value.strip())
    return headers
