"""Walk ahead of the solver: ask for everything at once, and take the answer if it is already there.

The walk goes breadth first from what was asked for and takes the newest candidate that what it has met so far allows.
So pages and metadata are wanted level by level, many at a time, and not one after the other as a solver decides. It
is repeated with what it met as limits until nothing changes: then every pin is the newest that all its requirements
allow, which is an answer, and most resolutions end here. Where requirements exclude each other the solver takes over.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_

from unlatch.model.name import NormalizedName
from unlatch.resolve.candidate import Refusal
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.listing import EVERY
from unlatch.resolve.requirement import Need, split_package

ROUNDS = 12


def walk_ahead(catalogue: Catalogue, needs: Iterable[Need]) -> dict[str, int] | None:
    """Return the position of every package that is needed, in the order met; None when it takes a solver to say."""
    limits: Mapping[NormalizedName, int] = {}
    roots = tuple(needs)
    for _ in range(ROUNDS):
        walk = _Walk(catalogue, limits)
        walk.go(roots)
        limits = walk.limits()
        if walk.is_stuck or not all(limits.values()):
            return None
        if all(catalogue.choose(name, limits[name]) == position for name, position in walk.chosen.items()):
            return {package: walk.chosen[split_package(package)[0]] for package in walk.met}
    return None


class _Walk:
    """One walk. `met` are the packages in order, `chosen` the positions by project."""

    def __init__(self, catalogue: Catalogue, limits: Mapping[NormalizedName, int]) -> None:
        self.is_stuck = False
        self.met: dict[str, None] = {}
        self.chosen: dict[NormalizedName, int] = {}
        self._catalogue = catalogue
        self._limits = limits
        self._wanted: dict[NormalizedName, dict[str, Need]] = {}
        self._queue: deque[tuple[str, bool]] = deque()
        self._parents: dict[NormalizedName, set[NormalizedName | None]] = {}

    def go(self, needs: Iterable[Need]) -> None:
        """Walk until there is nothing more to meet, also past what does not fit: the solver will want the rest.

        But what is needed only by something that cannot be had, as something else that it needs has no candidate at
        all, is not looked at.
        """
        self._want(needs, None)
        while self._queue:
            package, is_picked = self._queue.popleft()
            name, extra = split_package(package)
            if is_picked:
                self._read(package)
            elif extra is None:
                self._pick(name)
            elif name in self.chosen:
                self._queue.append((package, True))

    def limits(self) -> dict[NormalizedName, int]:
        """Return the positions that all needs met allow, by project."""
        return {name: self._limit(name) for name in self._wanted}

    def _want(self, needs: Iterable[Need], parent: NormalizedName | None) -> None:
        needs = tuple(needs)
        self._catalogue.expect(needs)
        for need in needs:
            self._parents.setdefault(need.name, set()).add(parent)
            self._wanted.setdefault(need.name, {})[need.text] = need
            for package in need.packages:
                if package not in self.met:
                    self.met[package] = None
                    self._queue.append((package, False))

    def _pick(self, name: NormalizedName) -> None:
        """Choose by what the page tells, and have the metadata asked for: it is read when all others are on the way."""
        bits = self._limit(name) & self._limits.get(name, EVERY)
        position = self._catalogue.pick(name, bits)
        if position is None:
            self.is_stuck = True
            if self._catalogue.pick(name, EVERY) is None:
                self._give_up(self._parents[name])
            return
        self.chosen[name] = position
        self._catalogue.expect_metadata(name, position)
        self._queue.append((name, True))

    def _read(self, package: str) -> None:
        name, extra = split_package(package)
        needs = self._catalogue.read(package, self.chosen[name])
        if not isinstance(needs, Refusal):
            self._want(needs, name)
        elif extra is None:
            del self.chosen[name]
            self._pick(name)
        else:
            self.is_stuck = True

    def _give_up(self, doomed: set[NormalizedName | None]) -> None:
        """Look no further at what only these need; None among them stands for what was asked for."""
        waiting = list(self._queue)
        self._queue.clear()
        if None not in doomed:
            self._queue.extend(each for each in waiting if not self._parents[split_package(each[0])[0]] <= doomed)

    def _limit(self, name: NormalizedName) -> int:
        return reduce(and_, map(self._catalogue.allowed, self._wanted[name].values()), EVERY)
