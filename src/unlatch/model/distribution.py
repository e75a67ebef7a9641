"""Distributions: what an index lists, as little parsed as a choice needs.

A page may list 40,000 files of which three are looked at, so a `File` is the line as the page gave it, a `Release`
makes its files when asked, and a file name becomes a `Wheel` when it is a candidate.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import product
from typing import Protocol

from packaging.version import InvalidVersion, Version

from unlatch.model.errors import IntegrityError
from unlatch.model.frozen import field, frozen
from unlatch.model.index import Index
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple

# Strongest first: one of them is enough to know a file by. The names are hashlib's; md5 and sha1 prove nothing.
ALGORITHMS = ("sha512", "sha384", "sha256")
_FIELD = r"\w+(?:\.\w+)*"
# A wheel's name without a build tag.
_WHEEL = re.compile(rf"([\w.]+)-([^-]+)-([a-z]\w*(?:\.[a-z]\w*)*)-({_FIELD})-({_FIELD})\.whl", re.ASCII)


class File(NamedTuple):
    """One line of an index page (PEP 503, 691, 700, 714). `url` is absolute and clean.

    `hashes` holds (algorithm, hexadecimal digest) pairs. `yanked` is None, or the reason ("" when none was given).
    `metadata` is None where there is no metadata file beside it, else the hashes of that file, perhaps none.
    `size` is in bytes. `upload_time` is as the page wrote it, "2026-11-22T17:22:48.123456Z".
    """

    filename: str
    url: str
    hashes: tuple[tuple[str, str], ...] = ()
    requires_python: str | None = None
    yanked: str | None = None
    metadata: tuple[tuple[str, str], ...] | None = None
    size: int | None = None
    upload_time: str | None = None

    @property
    def is_wheel(self) -> bool:
        """Whether the name says that it is a wheel."""
        return self.filename.endswith(".whl")


class Release(Protocol):
    """The files of one version of a project on one index."""

    @property
    def version(self) -> Version:
        """The version, parsed when it is first asked for."""

    @property
    def files(self) -> Sequence[File]:
        """Wheels and source distributions, made when they are first asked for."""

    @property
    def index(self) -> Index:
        """The index that listed them: their requests carry it."""


class Statement(NamedTuple):
    """What an index says of a project as a whole.

    `status` is "active", "archived", "deprecated" or "quarantined", or one that is not known yet, and `reason` why
    (PEP 792). `tracks` are URLs of the project elsewhere that this index adds to, `alternates` URLs of the same project
    elsewhere (PEP 708).
    """

    status: str = "active"
    reason: str = ""
    tracks: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()


@frozen
class Project:
    """What the indexes that may be asked know of one project: its releases, newest first.

    Two indexes may give the same version (`unsafe-best-match`): then two releases stand side by side, in the order
    of the indexes. `statements` are what each index that has the project says of it, in the order in which they are
    asked. With `prefers_earlier` any release of an earlier index goes before the newest of a later one.
    """

    name: NormalizedName
    releases: Sequence[Release]
    statements: Sequence[tuple[Index, Statement]] = ()
    prefers_earlier: bool = False


class WheelName(NamedTuple):
    """A wheel's file name, parsed (the binary distribution format): the tags as "py3-none-any" strings."""

    name: NormalizedName
    version: Version
    build: tuple[int, str] | tuple[()]
    tags: frozenset[str]

    @staticmethod
    @lru_cache(maxsize=8192)
    def parse(filename: str) -> "WheelName":
        """Parse a wheel's file name. Raise packaging's InvalidWheelFilename, a ValueError.

        `packaging.utils` is the truth, and a property test holds this to it; it brings logging and subprocess along.
        """
        common = _WHEEL.fullmatch(filename)
        if common is not None and "__" not in common[1]:
            try:
                tags = product(*(field.lower().split(".") for field in common.groups()[2:]))
                return WheelName(normalize(common[1]), Version(common[2]), (), frozenset(map("-".join, tags)))
            except InvalidVersion:
                pass  # packaging words the error
        from packaging.utils import parse_wheel_filename  # noqa: PLC0415 - loaded only for what is not common

        name, version, build, parsed = parse_wheel_filename(filename)
        return WheelName(name, version, build, frozenset(str(tag) for tag in parsed))


@frozen(slots=False)
class Hashes:
    """Digests that are accepted for a file, by algorithm: any one of one algorithm is enough (as in `--hash`)."""

    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> "Hashes":
        """Make hashes from (algorithm, hexadecimal digest) pairs, leaving out what hashlib does not know."""
        accepted: dict[str, set[str]] = {}
        for algorithm, digest in pairs:
            if algorithm.lower() in hashlib.algorithms_guaranteed:
                accepted.setdefault(algorithm.lower(), set()).add(digest.lower())
        return cls({algorithm: frozenset(digests) for algorithm, digests in accepted.items()})

    def __bool__(self) -> bool:
        return bool(self.accepted)

    @cached_property
    def algorithm(self) -> str | None:
        """The strongest algorithm that a digest is known for, else any, else None."""
        known = [algorithm for algorithm in ALGORITHMS if algorithm in self.accepted]
        return known[0] if known else next(iter(self.accepted), None)

    def verify(self, algorithm: str, digest: str, subject: str) -> None:
        """Raise IntegrityError when `digest` is not accepted for `algorithm`; `subject` names the file."""
        wanted = self.accepted.get(algorithm)
        if wanted is not None and digest.lower() not in wanted:
            expected = " or ".join(sorted(wanted))
            raise IntegrityError(
                f"{subject} is not the file that was promised: its {algorithm} differs",
                details=[f"expected {algorithm}:{expected}", f"received {algorithm}:{digest.lower()}"],
                hint="the index or something on the way changed the file: compare it with whoever published it",
            )
