"""What an environment holds: `list` and `show`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unlatch.app.parts import Parts
from unlatch.app.results import Package
from unlatch.app.target import find_target
from unlatch.app.turn import warn_of_unfinished
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.model.errors import NotFound, UnlatchError
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.name import normalize
from unlatch.model.target import Installed
from unlatch.resolve.requirement import Reader
from unlatch.settings import Settings


class Description(NamedTuple):
    """What is known of an installed distribution: its metadata's headers by lower-case name, and its neighbours."""

    name: str
    version: str
    headers: Mapping[str, Sequence[str]]
    location: str
    installer: str
    requires: tuple[str, ...]
    required_by: tuple[str, ...]


def packages(settings: Settings, listener: Listener = ignore) -> list[Package]:
    """Return what is installed, ordered by name."""
    with Parts(settings, listener) as parts:
        target = find_target(parts)
        warn_of_unfinished(parts, target)
        installed = scan(target, listener)
    return [Package(name, str(installed[name].version)) for name in sorted(installed)]


def describe(names: Sequence[str], settings: Settings, listener: Listener = ignore) -> list[Description]:
    """Describe installed distributions, in the order of the names. What is not installed is warned of.

    Raise NotFound when none of them is installed.
    """
    with Parts(settings, listener) as parts:
        target = find_target(parts)
        warn_of_unfinished(parts, target)
        installed = scan(target, listener)
    needs = {name: _needs(each, target.markers, listener) for name, each in installed.items()}
    found = []
    for name in map(normalize, names):
        if name not in installed:
            listener(Warned(f"{name} is not installed"))
            continue
        each = installed[name]
        found.append(
            Description(
                name,
                str(each.version),
                records.headers(each),
                each.folder.rpartition("/")[0],
                records.installer(each),
                needs[name],
                tuple(sorted(other for other, needed in needs.items() if name in needed)),
            )
        )
    if not found:
        raise NotFound("none of these packages is installed", hint="unlatch list")
    return found


def _needs(installed: Installed, markers: Mapping[str, str], listener: Listener) -> tuple[str, ...]:
    try:
        needs = Reader(markers).needs(records.metadata(installed).requires_dist)
        return tuple(sorted({need.name for need in needs}))
    except UnlatchError as error:
        listener(Warned(error.message))
    except ValueError as error:
        listener(Warned(f"{installed.name} has a requirement that cannot be read: {error}"))
    return ()
