"""Whether what is installed fits together, told as problems. Pure.

Everything that a distribution needs must be there, in a version that it takes, and so must what an extra of it needs
that another distribution asks for; it must be for this Python, and for this platform.
"""

from collections.abc import Collection, Iterator, Mapping

from unlatch.model.name import NormalizedName
from unlatch.model.specifiers import Specifiers
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.graph import Edge, Graph
from unlatch.resolve.requirement import split_package

_NAMED = 3


class Problem(NamedTuple):
    """Something that does not fit. `kind` is a word for programs, `text` a sentence for people, both printable.

    `requirement` is what is asked for, `found` what there is, "" where that is nothing.
    """

    kind: str
    name: str
    version: str
    text: str
    requirement: str = ""
    found: str = ""


def problems(graph: Graph, target: Target, tags: Mapping[NormalizedName, Collection[str]]) -> list[Problem]:
    """Return what is wrong, ordered by name. `tags` are those that wheels were built for, as far as it is known."""
    found = [*_needs(graph)]
    for name, distribution in graph.distributions.items():
        if distribution.metadata is None:
            said = f"{name} {distribution.version} has metadata that cannot be read"
            found.append(Problem("unreadable", name, str(distribution.version), said))
            continue
        found += _python(name, str(distribution.version), distribution.metadata.requires_python, target)
        found += _platform(name, str(distribution.version), tags.get(name, ()), target)
    for name, line in graph.unreadable:
        version = str(graph.version(name))
        said = f"{name} {version} has a requirement that cannot be read: {printable(line)}"
        found.append(Problem("unreadable", name, version, said, printable(line)))
    return sorted(found, key=lambda problem: (problem.name, problem.kind, problem.text))


def _needs(graph: Graph) -> Iterator[Problem]:
    for edge in graph.all_edges():
        if graph.is_met(edge.need):
            continue
        name, _ = split_package(edge.by)
        version, found = str(graph.version(name)), graph.version(edge.need.name)
        who = _who(edge, version)
        if found is None:
            text = f"{who} needs {edge.need.text}, which is not installed"
            yield Problem("missing", name, version, text, edge.need.text)
        else:
            text = f"{who} needs {edge.need.text}, and {edge.need.name} {found} is installed"
            yield Problem("conflict", name, version, text, edge.need.text, str(found))


def _who(edge: Edge, version: str) -> str:
    name, extra = split_package(edge.by)
    return f"{name} {version}" if extra is None else f"{name} {version} with its extra {extra}"


def _python(name: str, version: str, requires_python: str | None, target: Target) -> Iterator[Problem]:
    if requires_python is None:
        return
    here = str(target.full_version)
    try:
        is_fit = Specifiers.parse(requires_python).contains(target.full_version)
    except ValueError:
        told = printable(requires_python)
        said = f"{name} {version} does not say which Python it needs: {told} is not a version specifier"
        yield Problem("unreadable", name, version, said, told)
        return
    if not is_fit:
        said = f"{name} {version} needs Python {printable(requires_python)}, and this is Python {here}"
        yield Problem("python", name, version, said, printable(requires_python), here)


def _platform(name: str, version: str, tags: Collection[str], target: Target) -> Iterator[Problem]:
    if not tags or not target.tag_rank.keys().isdisjoint(tags):
        return
    told = [printable(tag) for tag in sorted(tags)]
    listed = ", ".join(told[:_NAMED]) + (f" and {len(told) - _NAMED} more" if len(told) > _NAMED else "")
    said = f"{name} {version} was built for {listed}, which this Python cannot use"
    yield Problem("platform", name, version, said, listed, target.tags[0] if target.tags else "")
