"""What installed distributions need of each other, read for one environment. Pure: their metadata is handed in.

A node is a package: a project, or one of its extras ("name[extra]"). Which extras a person once asked for is written
down nowhere, so an extra is part of it only where another distribution asks for it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from packaging.version import Version

from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.requirement import Need, Reader, UnreadableRequirement, split_package


class Distribution(NamedTuple):
    """An installed distribution: `metadata` is None where it cannot be read; `is_requested` if a person named it."""

    version: Version
    metadata: Metadata | None
    is_requested: bool = False


class Edge(NamedTuple):
    """What one package needs: `by` is the package that says so, "name" or "name[extra]"."""

    by: str
    need: Need


class Unreadable(NamedTuple):
    """A requirement that cannot be read, as it is written."""

    name: NormalizedName
    line: str


class Graph:
    """The distributions of an environment by name, and what they need."""

    def __init__(self, distributions: Mapping[NormalizedName, Distribution], markers: Mapping[str, str]) -> None:
        """Take the distributions, and the environment that markers are judged in."""
        self.distributions = distributions
        self.unreadable: dict[Unreadable, None] = {}
        self._reader = Reader(markers)
        self._edges: dict[str, tuple[Edge, ...]] = {}
        self._reverse: dict[NormalizedName, tuple[Edge, ...]] | None = None

    def version(self, name: NormalizedName) -> Version | None:
        """Return the version that is installed, None when none is."""
        distribution = self.distributions.get(name)
        return None if distribution is None else distribution.version

    def edges(self, package: str) -> tuple[Edge, ...]:
        """Return what a package needs, in the order of the names; an extra has what it needs beyond its project."""
        known = self._edges.get(package)
        if known is None:
            known = self._edges[package] = tuple(sorted(self._read(package), key=lambda edge: edge.need.text))
        return known

    def is_met(self, need: Need) -> bool:
        """Whether what is installed meets a requirement; one by URL is met by any version."""
        version = self.version(need.name)
        return version is not None and need.specifier.contains(version)

    def reachable(self, roots: Iterable[str]) -> dict[str, Edge | None]:
        """Return the packages that some packages lead to, nearest first, each with the first edge that led to it.

        The roots have none. What is needed and not installed is not among them.
        """
        found: dict[str, Edge | None] = dict.fromkeys(roots)
        waiting = deque(found)
        while waiting:
            for edge in self.edges(waiting.popleft()):
                for package in edge.need.packages:
                    if package not in found and split_package(package)[0] in self.distributions:
                        found[package] = edge
                        waiting.append(package)
        return found

    def all_edges(self) -> list[Edge]:
        """Return what every distribution needs, and every extra that one of them asks for."""
        packages = self.reachable(sorted(self.distributions))
        return [edge for package in sorted(packages) for edge in self.edges(package)]

    def needed_by(self, name: NormalizedName) -> tuple[Edge, ...]:
        """Return the edges that lead to a project, in the order of who needs it."""
        if self._reverse is None:
            found: dict[NormalizedName, list[Edge]] = {}
            for edge in self.all_edges():
                if split_package(edge.by)[0] != edge.need.name:
                    found.setdefault(edge.need.name, []).append(edge)
            self._reverse = {target: tuple(edges) for target, edges in found.items()}
        return self._reverse.get(name, ())

    def tops(self) -> list[NormalizedName]:
        """Return the distributions that no other one needs, and of each circle that nothing leads to, one."""
        tops = [name for name in sorted(self.distributions) if not self.needed_by(name)]
        seen = {split_package(package)[0] for package in self.reachable(tops)}
        for name in sorted(self.distributions):
            if name not in seen:
                tops.append(name)
                seen |= {split_package(package)[0] for package in self.reachable([name])}
        return sorted(tops)

    def names_where(self, holds: Callable[[Distribution], bool]) -> list[NormalizedName]:
        """Return the names of the distributions for which something holds."""
        return [name for name in sorted(self.distributions) if holds(self.distributions[name])]

    def _read(self, package: str) -> list[Edge]:
        name, extra = split_package(package)
        distribution = self.distributions.get(name)
        if distribution is None or distribution.metadata is None:
            return []
        edges = []
        for line in distribution.metadata.requires_dist:
            try:
                edges += [Edge(package, need) for need in self._reader.needs([line], extra)]
            except UnreadableRequirement:
                self.unreadable[Unreadable(name, line)] = None
        return edges
