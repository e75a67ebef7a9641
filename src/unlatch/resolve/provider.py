"""The solver's view of a catalogue: in which order packages are decided, and which version is tried.

What is left with one candidate comes first; then what was asked for, in the order given, and what it needs as it was
met. A candidate is weighed against what stands already before it is decided, so that a hundred unfit versions cost
no backtracking. Where the same choice stands in the way again and again, it is undone and made last instead: the
newest of everything is seldom to be had, and an old release without bounds is a worse answer than a somewhat older
one of what the others depend on.
"""

from collections.abc import Mapping

from nab_resolver.resolver import BaseProvider
from nab_resolver.types import Incompatibility, IncompatibilityCause, RangeProtocol, Term

from unlatch.model.name import NormalizedName
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.positions import Positions
from unlatch.resolve.requirement import split_package

PATIENCE = 3  # how many candidates one choice may spoil before it is made later
AHEAD, MOST = 4, 12  # how many metadata are on the way at once when tries become many, and when very many


class Reconsider(Exception):
    """A signal to `search`: the catalogue learned what changes earlier answers, solve again."""


class Provider(BaseProvider[str, int]):
    """Answers the solver for one run over a catalogue. It raises Reconsider when the run cannot be trusted any more."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._edition = catalogue.edition
        asked = (package for _, need in catalogue.asked for package in need.packages)
        self._order = {package: place for place, package in enumerate(dict.fromkeys(asked))}
        self._ranges: Mapping[str, RangeProtocol[int]] = {}
        self._decisions: Mapping[str, int] = {}
        self._dependencies: dict[tuple[str, int], Mapping[str, Positions]] = {}
        self._facts: list[Incompatibility[str, int]] = []
        self._tried: dict[NormalizedName, set[int]] = {}
        self._blame: dict[str, int] = {}
        self._early: set[str] = set()
        self._late: set[str] = set()
        self._undo: list[str] = []

    def receive_partial_solution_hint(
        self, positive_ranges: Mapping[str, RangeProtocol[int]], decisions: Mapping[str, int]
    ) -> None:
        """Remember what stands when a version is to be chosen."""
        self._ranges, self._decisions = positive_ranges, decisions

    def choose_version(self, package: str, version_range: RangeProtocol[int]) -> int | None:
        """Return the best position in the range that does not contradict what stands."""
        bits = self._beside_its_project(package, _bits(version_range))
        while (position := self._try(package, bits)) is not None:
            spoilt = self._spoilt(package, position)
            if not spoilt or self._complain(package, spoilt):
                break
            bits &= ~(1 << position)
        self._check()
        return position

    def has_satisfying_version(self, package: str, version_range: RangeProtocol[int]) -> bool:
        """Whether there is a version in the range that can be used."""
        return self._catalogue.choose(package, _bits(version_range)) is not None

    def get_dependencies(self, package: str, version: int) -> Mapping[str, Positions]:
        """Return the positions that a package allows of every package that it needs."""
        known = self._dependencies.get((package, version))
        if known is None:
            dependencies = self._catalogue.dependencies(package, version)
            self._check()
            known = {needed: Positions(bits) for needed, bits in dependencies.items()}
            self._dependencies[package, version] = known
            for needed in known:
                self._order.setdefault(needed, len(self._order))
        return known

    def prioritize(
        self,
        package: str,
        version_range: RangeProtocol[int],
        conflict_counts: Mapping[str, int],
        culprit_counts: Mapping[str, int] | None = None,
    ) -> tuple[int, int]:
        """Return the sort key: lower is decided first."""
        del conflict_counts, culprit_counts
        name, _ = split_package(package)
        bits = _bits(version_range)
        band = 2
        if name in self._late:
            band = 3
        elif not bits & (bits - 1):
            band = 0
        elif name in self._early:
            band = 1
        return band, self._order[package]

    def consume_pending_clauses(self) -> list[Incompatibility[str, int]]:
        """Return what the candidates that were passed over need: facts, which let the solver pass them over too."""
        facts, self._facts = self._facts, []
        return facts

    def consume_force_backtrack_targets(self) -> list[str]:
        """Return the packages whose choice has turned out to be in the way, each once."""
        targets, self._undo = self._undo, []
        return targets

    def widen_decision(self, package: str, version: int) -> None:
        """Never: what other versions need is not known before their metadata is, and then equal clauses merge."""
        del package, version

    def _try(self, package: str, bits: int) -> int | None:
        """Return the next position to try; of a project that took many tries, have the metadata of more on the way."""
        name, _ = split_package(package)
        tried = self._tried.setdefault(name, set())
        if len(tried) >= PATIENCE:
            self._catalogue.expect_next(name, bits, min(AHEAD + len(tried) // MOST, MOST))
        position = self._catalogue.choose(package, bits)
        if position is not None:
            tried.add(position)
        return position

    def _beside_its_project(self, package: str, bits: int) -> int:
        """Return what is left of an extra's positions where its project may still be, and state that as a fact.

        That they share their position follows from what every version of the extra needs; said of all at once, it
        need not be found out from the metadata of each.
        """
        name, extra = split_package(package)
        standing = self._ranges.get(name)
        if extra is None or standing is None or not bits & ~_bits(standing):
            return bits
        elsewhere = Term(package, Positions(~_bits(standing)), positive=True)
        here = Term(str(name), Positions(_bits(standing)), positive=True)
        self._facts.append(Incompatibility([elsewhere, here], IncompatibilityCause.DEPENDENCY))
        return bits & _bits(standing)

    def _spoilt(self, package: str, position: int) -> list[tuple[str, int]]:
        """Return the needs of a candidate that what stands leaves nothing of, and state them as facts."""
        spoilt = []
        for needed, allowed in self.get_dependencies(package, position).items():
            standing = self._ranges.get(needed)
            if needed != package and standing is not None and not _bits(standing) & allowed.bits:
                spoilt.append((needed, allowed.bits))
                here = Term(package, Positions.singleton(position), positive=True)
                there = Term(needed, allowed, positive=False)
                self._facts.append(Incompatibility([here, there], IncompatibilityCause.DEPENDENCY))
        return spoilt

    def _complain(self, package: str, spoilt: list[tuple[str, int]]) -> bool:
        """Blame the choices that leave nothing of a need. Return whether one of them is to be undone now."""
        name, _ = split_package(package)
        for holder in dict.fromkeys(holder for need in spoilt for holder in self._holders(*need)):
            chosen, _ = split_package(holder)
            if chosen in self._late or chosen in self._early or chosen == name:
                continue
            self._blame[chosen] = self._blame.get(chosen, 0) + 1
            if self._blame[chosen] >= PATIENCE:
                self._late.add(chosen)
                self._late.discard(name)
                self._early.add(name)
                self._undo.append(chosen)
        return bool(self._undo)

    def _holders(self, needed: str, bits: int) -> list[str]:
        """Return the decided packages whose needs exclude a need, or else the needed package, if it was decided."""
        holders = []
        for chosen, position in self._decisions.items():
            held = self._dependencies.get((chosen, position), {}).get(needed)
            if held is not None and not held.bits & bits:
                holders.append(chosen)
        return holders or [needed] * (needed in self._decisions)

    def _check(self) -> None:
        if self._catalogue.edition != self._edition:
            raise Reconsider


def _bits(positions: RangeProtocol[int]) -> int:
    assert isinstance(positions, Positions)
    return positions.bits
