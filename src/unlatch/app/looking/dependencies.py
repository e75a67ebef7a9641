"""What needs what in an environment: `check`, `tree` and `why`."""

from collections.abc import Sequence

from unlatch.app.looking.looking import Looked, looking
from unlatch.environment import records
from unlatch.model.errors import NotFound
from unlatch.model.events import Event, Listener, Warned, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple
from unlatch.resolve import chains as ways
from unlatch.resolve.chains import Chain, Link
from unlatch.resolve.graph import Graph
from unlatch.resolve.health import Problem, problems
from unlatch.resolve.tree import Line, Tree
from unlatch.settings import Settings


class Checked(NamedTuple):
    """How many distributions were looked at, and what is wrong with them."""

    packages: int
    problems: tuple[Problem, ...]


class Drawn(NamedTuple):
    """A tree: its lines, and what they were drawn from."""

    lines: tuple[Line, ...]
    graph: Graph


class Reasons(NamedTuple):
    """Why a distribution is there: the ways to it, and whether a person asked for it by name.

    `optional` are extras of installed distributions that would need it, looked for where nobody is known to want it.
    """

    name: str
    version: str
    is_requested: bool
    is_wanted: bool
    chains: tuple[Chain, ...]
    optional: tuple[Link, ...] = ()


def check(settings: Settings, listener: Listener = ignore) -> Checked:
    """Tell whether what is installed fits together. Raise EnvironmentProblem."""
    ignored: list[Problem] = []

    def listen(event: Event) -> None:
        # A distribution that is left out because it is broken is what this command is asked for.
        if isinstance(event, Warned):
            ignored.append(Problem("broken", "", "", event.message))
        else:
            listener(event)

    with looking(settings, listen) as looked:
        tags = {name: records.wheel_tags(each) for name, each in looked.installed.items()}
        found = problems(looked.graph, looked.target, tags)
    return Checked(len(looked.installed), (*found, *ignored))


def tree(settings: Settings, listener: Listener = ignore) -> Drawn:
    """Draw what needs what. Raise NotFound when a package that it begins with is not installed."""
    with looking(settings, listener) as looked:
        drawing = Tree(looked.graph, is_inverted=settings.is_inverted, depth=settings.depth)
        if settings.tree_packages:
            roots = _known(settings.tree_packages, looked)
        else:
            roots = drawing.leaves() if settings.is_inverted else looked.graph.tops()
        hidden = set(map(normalize, settings.list_excludes))
        return Drawn(tuple(drawing.lines(roots, hidden)), looked.graph)


def why(names: Sequence[str], settings: Settings, listener: Listener = ignore) -> list[Reasons]:
    """Tell why distributions are installed, in the order of the names. Raise NotFound when one is not."""
    with looking(settings, listener) as looked:
        return [_reasons(name, looked.graph) for name in _known(names, looked)]


def _reasons(name: NormalizedName, graph: Graph) -> Reasons:
    found = ways.chains(graph, name)
    distribution = graph.distributions[name]
    is_wanted = ways.is_wanted(graph, name, found)
    optional = () if is_wanted else tuple(ways.optional(graph, name))
    return Reasons(name, str(distribution.version), distribution.is_requested, is_wanted, tuple(found), optional)


def _known(names: Sequence[str], looked: Looked) -> list[NormalizedName]:
    found = list(dict.fromkeys(map(normalize, names)))
    missing = [name for name in found if name not in looked.installed]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise NotFound(f"{', '.join(missing)} {verb} not installed", hint="unlatch list")
    return found
