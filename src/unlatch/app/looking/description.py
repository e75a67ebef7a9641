"""What is known of an installed distribution: `show`."""

from collections.abc import Mapping, Sequence

from unlatch.app.looking.looking import Looked, looking
from unlatch.environment import records
from unlatch.environment.origin import clean_url, editable_location
from unlatch.model.errors import NotFound, UnlatchError
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.requirement import split_package
from unlatch.settings import Settings


class Description(NamedTuple):
    """What is known of an installed distribution: its metadata's headers by lower-case name, and its neighbours.

    `origin` is the URL that it was installed from, "" for an index; `files` are None unless they were asked for, and
    where nobody wrote them down.
    """

    name: str
    version: str
    headers: Mapping[str, Sequence[str]]
    location: str
    installer: str
    is_requested: bool
    origin: str
    editable: str | None
    requires: tuple[str, ...]
    required_by: tuple[str, ...]
    files: tuple[str, ...] | None


def describe(names: Sequence[str], settings: Settings, listener: Listener = ignore) -> list[Description]:
    """Describe installed distributions, in the order of the names. What is not installed is warned of.

    Raise NotFound when none of them is installed.
    """
    with looking(settings, listener) as looked:
        found = []
        for name in dict.fromkeys(map(normalize, names)):
            if name in looked.installed:
                found.append(_description(name, looked))
            else:
                listener(Warned(f"{name} is not installed"))
    if not found:
        raise NotFound("none of these packages is installed", hint="unlatch list")
    return found


def _description(name: NormalizedName, looked: Looked) -> Description:
    each, graph, listener = looked.installed[name], looked.graph, looked.parts.listener
    origin = records.direct_url(each, listener)
    try:
        headers: Mapping[str, Sequence[str]] = records.headers(each)
    except UnlatchError as error:
        listener(Warned(f"{name}: {error.message}"))
        headers = {}
    return Description(
        name=name,
        version=str(each.version),
        headers=headers,
        location=each.folder.rpartition("/")[0],
        installer=records.installer(each),
        is_requested=graph.distributions[name].is_requested,
        origin="" if origin is None else clean_url(origin.url),
        editable=editable_location(each, origin, looked.target),
        requires=tuple(sorted({edge.need.name for edge in graph.edges(name)})),
        required_by=tuple(sorted({split_package(edge.by)[0] for edge in graph.needed_by(name)})),
        files=_files(name, looked) if looked.parts.settings.with_files else None,
    )


def _files(name: NormalizedName, looked: Looked) -> tuple[str, ...] | None:
    try:
        rows = records.record(looked.installed[name])
    except UnlatchError as error:
        looked.parts.listener(Warned(error.message))
        return None
    return None if rows is None else tuple(sorted(row.path for row in rows))
