"""One project's candidates in order of preference. A set of them is an int whose bit n stands for position n.

Bits rather than version ranges: measured, an intersection, union or subset of two sets takes 0.1 µs (5 µs with
`packaging.ranges`), no PEP 440 rule is written a second time, because `Specifier.contains` itself decides which bits
a requirement has, and a bisection asks it about ten of two thousand versions, so only those are parsed. The price:
a requirement with a specifier needs the project's page before it can be weighed.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from packaging.version import InvalidVersion, Version

from unlatch.model.distribution import Project, Release, Statement
from unlatch.model.index import Index
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.specifiers import Specifier, Specifiers
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.candidate import Candidate, Gate, Refusal, Rules, is_older
from unlatch.resolve.policy import PreReleases
from unlatch.resolve.requirement import Need

QUARANTINED = "quarantined"  # the status of a project that nobody may install from (PEP 792)
EVERY = -1  # all positions, also of a listing that nobody has seen yet: an int has infinitely many sign bits


class Precedence(NamedTuple):
    """What goes before the newest release of a listing.

    `version` is one that an earlier lock has, which is taken even if it was yanked meanwhile; `is_kept_first` says that
    what is installed stays, `from_oldest` that the oldest release goes first.
    """

    version: Version | None = None
    is_kept_first: bool = False
    from_oldest: bool = False


class Listing:
    """The candidates of one project: releases newest first, and at `kept_at` a `kept` one, installed or from a URL.

    While `is_closed`, the page was not asked for: position 0 is what is installed, and all else is unknown.
    """

    def __init__(
        self,
        name: NormalizedName,
        project: Project | None = None,
        *,
        kept: Candidate | None = None,
        kept_at: int = 0,
        precedence: Precedence = Precedence(),  # noqa: B008 - frozen
        is_closed: bool = False,
    ) -> None:
        self.name = name
        self.releases: Sequence[Release] = () if project is None else project.releases
        self.statements = () if project is None else project.statements
        self.kept = kept
        self.is_known = project is not None or kept is not None
        self.is_closed = is_closed
        self.is_told = False
        self.admits_pre = False
        self.refused = 0
        self.metadata: dict[int, Metadata] = {}
        self.expected: set[int] = set()
        self.read: dict[tuple[int, NormalizedName | None], tuple[Need, ...] | Refusal] = {}
        self.allowed: dict[str, int] = {}
        self._kept_at = kept_at
        self._preferred = None if precedence.version is None else self._position_of(precedence.version)
        if precedence.is_kept_first and kept is not None:
            self._preferred = kept_at
        self._from_oldest = precedence.from_oldest
        self._tiers = self._by_index() if project is not None and project.prefers_earlier else ()
        self.pins: list[Specifiers] = []
        self._judged: dict[int, Candidate | Refusal] = {}
        self._has_final: bool | None = None

    @property
    def size(self) -> int:
        """How many candidates there are, fit or not."""
        return len(self.releases) + (self.kept is not None)

    @property
    def everything(self) -> int:
        """The set of all its positions."""
        return (1 << self.size) - 1

    def version(self, position: int) -> Version:
        """Return the version at a position."""
        release = self.release(position)
        if release is not None:
            return release.version
        assert self.kept is not None
        return self.kept.version

    def release(self, position: int) -> Release | None:
        """Return the release at a position, None for what is installed or comes from a URL."""
        if self.kept is None or position < self._kept_at:
            return self.releases[position]
        return None if position == self._kept_at else self.releases[position - 1]

    def is_installed(self, position: int) -> bool:
        """Whether the candidate at a position is the installed one."""
        return self.kept is not None and self.kept.is_installed and position == self._kept_at

    def matching(self, specifier: Specifiers) -> int:
        """Return the positions whose version is in a specifier, pre-releases included."""
        bits = (1 << len(self.releases)) - 1
        for part in specifier:
            bits &= _matching(self.releases, part)
        if self.kept is None:
            return bits
        before = (1 << self._kept_at) - 1
        kept = int(specifier.contains(self.kept.version)) << self._kept_at
        return (bits & ~before) << 1 | kept | (bits & before)

    def pick(self, bits: int, rules: Rules) -> int | None:
        """Return the best position of a set whose files pass the gates, a yanked one only when there is no other.

        With `prefer_binary` so is one that has to be built, before a yanked one.
        """
        last_resort = to_build = None
        remaining = bits & self.everything & ~self.refused
        if self._preferred is not None and remaining >> self._preferred & 1:
            preferred = self.judge(self._preferred, rules)
            if isinstance(preferred, Candidate):
                return self._preferred
            remaining &= ~self.refused
        while remaining:
            position = self._best(remaining)
            candidate = self.judge(position, rules)
            if isinstance(candidate, Candidate):
                if candidate.file is None or candidate.url is not None:
                    return position
                if candidate.file.yanked is not None:
                    last_resort = position if last_resort is None else last_resort
                elif candidate.file.is_wheel or not rules.policy.prefer_binary:
                    return position
                else:
                    to_build = position if to_build is None else to_build
            remaining &= ~(1 << position)
        return last_resort if to_build is None else to_build

    def judge(self, position: int, rules: Rules) -> Candidate | Refusal:
        """Return the candidate at a position, or why there is none."""
        known = self._judged.get(position)
        if known is None:
            known = self._judged[position] = self._judge(position, rules)
            if isinstance(known, Refusal):
                self.refused |= 1 << position
        return known

    def refuse(self, position: int, refusal: Refusal) -> None:
        """Remember that a candidate's metadata rules it out."""
        self._judged[position] = refusal
        self.refused |= 1 << position

    def admit_pre(self) -> bool:
        """Let pre-releases count from now on. Return whether that changes what was told."""
        if self.admits_pre:
            return False
        self.admits_pre = True
        return self._forget(Gate.PRE_RELEASE)

    def pin(self, specifier: Specifiers) -> bool:
        """Let yanked files of a version that is named exactly count. Return whether that changes what was told."""
        self.pins.append(specifier)
        return self._forget(Gate.YANKED, specifier)

    def inherit(self, closed: "Listing") -> None:
        """Take over what requirements let in before the page was opened."""
        self.admits_pre = closed.admits_pre
        self.pins = closed.pins

    def _judge(self, position: int, rules: Rules) -> Candidate | Refusal:
        release = self.release(position)
        if release is None:
            assert self.kept is not None
            return self.kept
        version = release.version
        status = self.statement_of(release.index)
        if status.status == QUARANTINED:
            return Refusal(Gate.QUARANTINED, status.reason)
        if version.is_prerelease and not self._takes_pre(rules):
            return Refusal(Gate.PRE_RELEASE)
        is_pinned = position == self._preferred or any(pin.contains(version) for pin in self.pins)
        file = rules.best(self.name, release, is_pinned=is_pinned)
        return file if isinstance(file, Refusal) else Candidate(self.name, version, file, release.index)

    def statement_of(self, index: Index) -> Statement:
        """Return what an index says of the project as a whole."""
        return next((statement for asked, statement in self.statements if asked == index), Statement())

    def _best(self, bits: int) -> int:
        """Return the position of a set, which has some, that goes first."""
        bits = next((bits & tier for tier in self._tiers if bits & tier), bits)
        if not self._from_oldest:
            return (bits & -bits).bit_length() - 1
        oldest = bits.bit_length() - 1
        # Of several indexes that have the version the first goes first.
        same = (place for place in range(oldest) if bits >> place & 1 and self.version(place) == self.version(oldest))
        return next(same, oldest) if len(self.statements) > 1 else oldest

    def _by_index(self) -> tuple[int, ...]:
        """Return the positions of the releases of each index, as sets."""
        places = {index: place for place, (index, _) in enumerate(self.statements)}
        tiers = [0] * len(places)
        for position in range(self.size):
            release = self.release(position)
            tiers[0 if release is None else places[release.index]] |= 1 << position
        return tuple(tiers)

    def _position_of(self, version: Version) -> int | None:
        """Return the position of a version's release, None when there is none."""
        count = len(self.releases)
        found = first_where(count, lambda index: self.releases[index].version <= version)
        if found == count or self.releases[found].version != version:
            return None
        return found + (self.kept is not None and found >= self._kept_at)

    def _takes_pre(self, rules: Rules) -> bool:
        policy = rules.policy.prereleases_for(self.name)
        if self.admits_pre or policy is PreReleases.ALLOW:
            return True
        if self._has_final is None:
            self._has_final = any(
                not release.version.is_prerelease and _was_there(self.name, release, rules) for release in self.releases
            )
        return policy.counts_alone and not self._has_final

    def _forget(self, gate: Gate, specifier: Specifiers | None = None) -> bool:
        forgotten = [
            position
            for position, judged in self._judged.items()
            if isinstance(judged, Refusal)
            and judged.gate is gate
            and (specifier is None or specifier.contains(self.version(position)))
        ]
        for position in forgotten:
            del self._judged[position]
            self.refused &= ~(1 << position)
        return bool(forgotten)


def _was_there(name: NormalizedName, release: Release, rules: Rules) -> bool:
    """Whether a release has a file that was uploaded in time."""
    limit = rules.limit_for(name, release.index)
    return limit is None or any(is_older(file, limit) for file in release.files)


def first_where(count: int, holds: Callable[[int], bool]) -> int:
    """Return the first of `count` positions where `holds`, which must hold from there on; `count` if it never does."""
    return bisect_left(range(count), 1, key=holds)


def _matching(releases: Sequence[Release], part: Specifier) -> int:
    """Return the positions among releases, newest first, whose version is in one specifier.

    By version order every operator but `===` takes the newest, or the oldest, or one run from the middle (or, for
    `!=`, all but a run). A run ends with the specifier's own version, or with the least version of its prefix.
    """
    count = len(releases)
    everything = (1 << count) - 1

    def fits(position: int) -> bool:
        return part.contains(releases[position].version)

    def misfits(position: int) -> bool:
        return not fits(position)

    if part.operator in {">=", ">"}:
        return (1 << first_where(count, misfits)) - 1
    if part.operator in {"<=", "<"}:
        return everything ^ ((1 << first_where(count, fits)) - 1)
    wildcard = part.version.endswith(".*")
    try:
        least = Version(part.version.removesuffix(".*") + ".dev0" if wildcard else part.version)
    except InvalidVersion:
        return 0  # `===` and a text that no version's text equals
    stop = first_where(count, lambda position: releases[position].version < least)
    if part.operator == "===":
        start = first_where(stop, lambda position: releases[position].version == least)
        return sum(1 << position for position in range(start, stop) if fits(position))
    run = (1 << stop) - (1 << first_where(stop, misfits if part.operator == "!=" else fits))
    return everything ^ run if part.operator == "!=" else run
