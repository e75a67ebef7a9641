"""Why a package is installed: the shortest ways from what was asked for down to it. Pure."""

from collections.abc import Collection

from unlatch.model.name import NormalizedName
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.graph import Edge, Graph
from unlatch.resolve.requirement import split_package


class Link(NamedTuple):
    """A distribution on the way, and what it needs of the next one, as its text."""

    name: NormalizedName
    extra: NormalizedName | None
    version: str
    wanted: str


class Chain(NamedTuple):
    """A way: the first link `is_requested` when a person named it, else nothing else needs it."""

    is_requested: bool
    links: tuple[Link, ...]


def chains(graph: Graph, name: NormalizedName) -> list[Chain]:
    """Return for each that needs a distribution itself the shortest way to it; none for what nothing leads to.

    Ways begin at what a person asked for by name, and where that leads nowhere, at what nothing else needs.
    """
    requested = graph.names_where(lambda distribution: distribution.is_requested)
    reached = graph.reachable(each for each in requested if each != name)
    others = [top for top in graph.tops() if top not in reached and top != name]
    reached |= {package: edge for package, edge in graph.reachable(others).items() if package not in reached}
    found = {}
    for edge in graph.needed_by(name):
        if edge.by in reached:
            way = _way(edge, reached)
            if all(split_package(each.by)[0] != name for each in way):
                found[edge] = Chain(split_package(way[0].by)[0] in requested, tuple(_link(each, graph) for each in way))
    return sorted(found.values(), key=lambda chain: (not chain.is_requested, len(chain.links), chain.links))


def optional(graph: Graph, name: NormalizedName) -> list[Link]:
    """Return the extras that would need a distribution, of those that are installed, whether anybody wants them or not.

    For an extra that a person asked for is written down nowhere.
    """
    extras = [
        f"{each}[{extra}]"
        for each, distribution in sorted(graph.distributions.items())
        if distribution.metadata is not None and each != name
        for extra in sorted(distribution.metadata.provides_extra)
    ]
    return [_link(edge, graph) for package in extras for edge in graph.edges(package) if edge.need.name == name]


def is_wanted(graph: Graph, name: NormalizedName, found: Collection[Chain]) -> bool:
    """Whether a person has asked for the distribution, or for something that leads to it."""
    return graph.distributions[name].is_requested or any(chain.is_requested for chain in found)


def _way(edge: Edge, reached: dict[str, Edge | None]) -> list[Edge]:
    """Return the edges from a root down to this one."""
    way = [edge]
    while (before := reached[way[-1].by]) is not None:
        way.append(before)
    return way[::-1]


def _link(edge: Edge, graph: Graph) -> Link:
    name, extra = split_package(edge.by)
    return Link(name, extra, str(graph.version(name)), edge.need.text)
