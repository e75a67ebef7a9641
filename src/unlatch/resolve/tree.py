"""What needs what, drawn as a tree: the lines of it, in order. Pure.

A package whose own needs stand above already is marked instead of being drawn again, so that a tree is never larger
than what is installed needs, and a circle ends.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from unlatch.model.name import NormalizedName
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.graph import Edge, Graph
from unlatch.resolve.requirement import split_package

AGAIN, CIRCLE = "again", "circle"


class Line(NamedTuple):
    """One line: `lasts` tells for every level whether the branch is the last of its level, () at a root.

    `version` is None for what is not installed; `wanted` is the requirement that the line is there for, as its text,
    and `mark` is AGAIN or CIRCLE where what follows stands above.
    """

    lasts: tuple[bool, ...]
    name: NormalizedName
    extras: tuple[NormalizedName, ...]
    version: str | None
    wanted: str
    is_met: bool
    mark: str


class _Step(NamedTuple):
    lasts: tuple[bool, ...]
    above: tuple[str, ...]
    name: NormalizedName
    edge: Edge | None


class Tree:
    """Draws one tree. `is_inverted` goes from what is needed to what needs it; `depth` is how many levels follow."""

    def __init__(self, graph: Graph, *, is_inverted: bool = False, depth: int | None = None) -> None:
        self._graph = graph
        self._is_inverted = is_inverted
        self._depth = depth
        self._drawn: set[str] = set()

    def lines(self, roots: Sequence[NormalizedName], hidden: Collection[NormalizedName] = ()) -> Iterator[Line]:
        """Yield the lines below some roots; what is `hidden` is left out with all that follows it."""
        waiting = [_Step((), (), root, None) for root in reversed(roots) if root not in hidden]
        while waiting:
            step = waiting.pop()
            identity = self._identity(step)
            mark = CIRCLE if identity in step.above else AGAIN if identity in self._drawn else ""
            below = [each for each in self._below(step) if each[0] not in hidden]
            is_cut = self._depth is not None and len(step.lasts) >= self._depth
            yield self._line(step, mark if below else "")
            if mark or is_cut:
                continue
            self._drawn.add(identity)
            above = (*step.above, identity)
            waiting += [
                _Step((*step.lasts, number == 0), above, name, edge) for number, (name, edge) in enumerate(below[::-1])
            ]

    def leaves(self) -> list[NormalizedName]:
        """Return what an inverted tree of everything begins with: whatever needs nothing that is installed."""
        installed = self._graph.distributions
        leaves = [
            name
            for name in sorted(installed)
            if not any(edge.need.name in installed and edge.need.name != name for edge in self._graph.edges(name))
        ]
        return leaves or sorted(installed)

    def _identity(self, step: _Step) -> str:
        if self._is_inverted or step.edge is None:
            return step.name
        return " ".join(step.edge.need.packages)

    def _below(self, step: _Step) -> list[tuple[NormalizedName, Edge]]:
        if self._is_inverted:
            return [(split_package(edge.by)[0], edge) for edge in self._graph.needed_by(step.name)]
        packages: Iterable[str] = [step.name] if step.edge is None else step.edge.need.packages
        edges = (edge for package in packages for edge in self._graph.edges(package))
        # An extra that asks for another extra of its own project leads nowhere else.
        found = {edge.need.text: edge for edge in edges if edge.need.name != step.name}
        return [(found[text].need.name, found[text]) for text in sorted(found)]

    def _line(self, step: _Step, mark: str) -> Line:
        version = self._graph.version(step.name)
        edge = step.edge
        extras = () if edge is None or self._is_inverted else edge.need.extras
        wanted = "" if edge is None else edge.need.text
        is_met = edge is None or self._graph.is_met(edge.need)
        return Line(step.lasts, step.name, extras, None if version is None else str(version), wanted, is_met, mark)
