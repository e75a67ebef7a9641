"""What an environment holds: `list` and `freeze`."""

from collections.abc import Iterable, Mapping

from unlatch.app.looking.looking import looking
from unlatch.environment import records
from unlatch.environment.installed import scan_folders
from unlatch.environment.origin import editable_location, frozen_line
from unlatch.model.events import Listener, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.model.tuples import NamedTuple
from unlatch.settings import Settings

# What `freeze` leaves out, as pip does: the tools that every environment used to have, and from 3.12 on pip alone.
_TOOLS = frozenset(map(normalize, ("pip", "setuptools", "wheel", "distribute")))
_TOOLS_FROM_312 = frozenset({normalize("pip")})


class Listed(NamedTuple):
    """An installed distribution; `editable` is the folder that it is used from as it stands, None for a copy."""

    name: str
    version: str
    editable: str | None = None


def packages(settings: Settings, listener: Listener = ignore) -> list[Listed]:
    """Return what is installed, as far as it is asked for, ordered by name."""
    return [
        Listed(installed.name, str(installed.version), editable)
        for installed, editable, _ in _found(settings, listener)
    ]


def frozen(settings: Settings, listener: Listener = ignore) -> list[str]:
    """Return the lines of a requirements file that installs the same again, ordered by name; editables are first."""
    lines = [line for _, _, line in _found(settings, listener, is_frozen=True)]
    return sorted(lines, key=lambda line: not line.startswith("-e "))


class _Found(NamedTuple):
    installed: Installed
    editable: str | None
    line: str


def _found(settings: Settings, listener: Listener, *, is_frozen: bool = False) -> list[_Found]:
    with looking(settings, listener) as looked:
        target, installed = looked.target, looked.installed
        if settings.list_folders:
            installed = scan_folders([str(folder) for folder in settings.list_folders], listener)
        excluded = set(map(normalize, settings.list_excludes))
        if settings.not_required:
            excluded |= {name for name in installed if looked.graph.needed_by(name)}
        if is_frozen and not settings.all_entries:
            excluded |= _TOOLS if target.version < (3, 12) else _TOOLS_FROM_312
        found = list(_each(installed, excluded, target, listener))
    if settings.editables == "all":
        return found
    return [each for each in found if (each.editable is not None) is (settings.editables == "only")]


def _each(
    installed: Mapping[NormalizedName, Installed], excluded: set[NormalizedName], target: Target, listener: Listener
) -> Iterable[_Found]:
    for name in sorted(installed.keys() - excluded):
        each = installed[name]
        origin = records.direct_url(each, listener)
        editable = editable_location(each, origin, target)
        yield _Found(each, editable, frozen_line(each, origin, editable))
