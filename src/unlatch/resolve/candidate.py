"""A candidate is one distribution that could be a package's pin. Here the best file of a release is found, or why none.

A file must pass these gates, in this order: be of an accepted kind, a wheel have a tag of the target, allow the
target's Python (`requires-python`, PEP 503), have an accepted hash, have been uploaded in time (PEP 700), and not be
yanked (PEP 592) unless its version is pinned. Of the wheels that pass, the best tag wins, then the highest build
number; a source distribution is taken where no wheel passes. When nothing does, the file that came furthest tells why.
"""

import enum
from collections.abc import Mapping
from itertools import product

from packaging.version import Version

from unlatch.model.distribution import File, Hashes, Release, WheelName
from unlatch.model.frozen import frozen
from unlatch.model.index import Index, Kind
from unlatch.model.name import NormalizedName
from unlatch.model.specifiers import Specifiers
from unlatch.model.target import Target
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.policy import Policy


@frozen
class Candidate:
    """A distribution that a package may be pinned to.

    From an index: `file` and the `index` that listed it. From a URL: `url` as it was given, and `file` made of it, None
    for a folder or a repository.
    Installed: neither, and `is_installed`.
    """

    name: NormalizedName
    version: Version
    file: File | None = None
    index: Index | None = None
    url: str | None = None
    is_installed: bool = False


class Gate(enum.IntEnum):
    """What a release failed at; of several files the highest counts, for it was the nearest to fitting."""

    SOURCE_ONLY = 1
    NO_BINARY = 2
    PLATFORM = 3
    PYTHON = 4
    HASH = 5
    TOO_NEW = 6
    YANKED = 7
    PRE_RELEASE = 8
    QUARANTINED = 9
    METADATA = 10


class Refusal(NamedTuple):
    """Why a candidate cannot be used; `detail` is a clause for METADATA, else empty."""

    gate: Gate
    detail: str = ""


class Rules:
    """The gates, for one target and policy. `hashes` are the accepted ones by project."""

    def __init__(self, target: Target, policy: Policy, hashes: Mapping[NormalizedName, Hashes]) -> None:
        self.target = target
        self.policy = policy
        self.hashes = hashes
        self._ranks: Mapping[str, int] = target.tag_rank
        self._ranked: dict[tuple[str, ...], int | None] = {}
        self._pythons: dict[str, bool] = {}

    def best(self, name: NormalizedName, release: Release, *, is_pinned: bool) -> File | Refusal:
        """Return the release's best file; `is_pinned` says that a requirement names exactly this version."""
        limit = self.limit_for(name, release.index)
        best: tuple[tuple[int, int, str], File] | None = None
        source: File | None = None
        furthest = Gate.SOURCE_ONLY
        for file in release.files:
            gate = self._gate(name, file, limit, is_pinned=is_pinned)
            if gate is not None:
                furthest = max(furthest, gate)
                continue
            if not file.is_wheel:
                source = file if source is None else min(source, file, key=_commonness)
                continue
            key = self._preference(file.filename)
            if key is None:
                furthest = max(furthest, Gate.PLATFORM)
            elif best is None or key > best[0]:
                best = key, file
        if best is not None:
            return best[1]
        return Refusal(furthest) if source is None else source

    def limit_for(self, name: NormalizedName, index: Index) -> float | None:
        """Return the time before which a file on an index must have been uploaded, None for any time or none at all."""
        return None if index.is_file or index.kind is Kind.FLAT else self.policy.limit_for(name)

    def fits_python(self, requires_python: str | None) -> bool:
        """Whether the target's Python is allowed; a text that is no specifier forbids nothing, as with pip."""
        if not requires_python or self.policy.ignore_requires_python:
            return True
        known = self._pythons.get(requires_python)
        if known is None:
            try:
                known = Specifiers.parse(requires_python).contains(self.target.full_version)
            except ValueError:
                known = True
            self._pythons[requires_python] = known
        return known

    def rank(self, filename: str) -> int | None:
        """Return how good the best tag in a wheel's file name is for the target (0 is best), None if none suits.

        A right split and a memory: `WheelName.parse` takes eight times as long, and the same tags come again and again.
        """
        fields = filename.removesuffix(".whl").rsplit("-", 3)
        if len(fields) != 4:
            return None
        tags = tuple(fields[1:])
        if tags not in self._ranked:
            each = map("-".join, product(*(field.lower().split(".") for field in tags)))
            self._ranked[tags] = min((self._ranks[tag] for tag in each if tag in self._ranks), default=None)
        return self._ranked[tags]

    def accepts(self, name: NormalizedName, file: File) -> bool:
        """Whether the file's hashes, as far as the page tells them, are among the accepted ones."""
        accepted = self.hashes.get(name)
        if not accepted:
            return not self.policy.require_hashes
        told = {algorithm: digest for algorithm, digest in file.hashes if algorithm in accepted.accepted}
        return not told or any(digest.lower() in accepted.accepted[algorithm] for algorithm, digest in told.items())

    def admits(self, name: NormalizedName, file: File, limit: float | None) -> bool:
        """Whether a file may be chosen on some platform: by its format, its hashes, and the `limit` of its upload."""
        refused = self.policy.refuses_wheels(name) if file.is_wheel else self.policy.refuses_sources(name)
        return not refused and self.accepts(name, file) and (limit is None or is_older(file, limit))

    def _gate(self, name: NormalizedName, file: File, limit: float | None, *, is_pinned: bool) -> Gate | None:
        gate = None
        if not file.is_wheel and self.policy.refuses_sources(name):
            gate = Gate.SOURCE_ONLY
        elif file.is_wheel and self.policy.refuses_wheels(name):
            gate = Gate.NO_BINARY
        elif file.is_wheel and self.rank(file.filename) is None:
            gate = Gate.PLATFORM
        elif not self.fits_python(file.requires_python):
            gate = Gate.PYTHON
        elif not self.accepts(name, file):
            gate = Gate.HASH
        elif limit is not None and not is_older(file, limit):
            gate = Gate.TOO_NEW
        elif file.yanked is not None and not is_pinned:
            gate = Gate.YANKED
        return gate

    def _preference(self, filename: str) -> tuple[int, int, str] | None:
        """Return how good a wheel that has a tag of the target is; more is better, None for no wheel's name at all."""
        rank = self.rank(filename) or 0
        # Only a name of six fields has a build tag, and only then is the whole name worth parsing.
        if filename.count("-") < 5:
            return -rank, -1, ""
        try:
            build = WheelName.parse(filename).build
        except ValueError:
            return None
        return (-rank, *build) if build else (-rank, -1, "")


def _commonness(source: File) -> int:
    """Return how unusual a source distribution's format is: one that was listed twice is the same project."""
    return next((place for place, suffix in enumerate((".tar.gz", ".zip")) if source.filename.endswith(suffix)), 2)


def is_older(file: File, limit: float) -> bool:
    """Whether a file was uploaded before a time in seconds since the epoch; one that does not say when was not."""
    if file.upload_time is None:
        return False
    from datetime import UTC, datetime  # noqa: PLC0415 - loaded only where somebody asks for a time

    try:
        uploaded = datetime.fromisoformat(file.upload_time)
    except ValueError:
        return False
    return (uploaded if uploaded.tzinfo else uploaded.replace(tzinfo=UTC)).timestamp() < limit
