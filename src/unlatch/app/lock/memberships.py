"""What each package of a lock is there for: the project itself, or only some of its extras and dependency groups.

One resolution has it all, so that whatever is chosen of the lock later fits together. A package that more than one
part needs belongs to all of these, and one that the project itself needs to nobody: it is always wanted.
"""

from collections.abc import Iterable, Mapping, Sequence

from unlatch.app.request.requirement_files import reading_of
from unlatch.app.request.wanted import Wanted, read_wanted
from unlatch.app.wiring.parts import Parts
from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple
from unlatch.requirements.asked import Asked
from unlatch.requirements.reading import Reading, locate
from unlatch.resolve.request import Resolution
from unlatch.settings import Settings


class Memberships(NamedTuple):
    """The extras and groups that a lock has, by their normalized names, and the marker of what only they need."""

    extras: tuple[NormalizedName, ...] = ()
    groups: tuple[NormalizedName, ...] = ()
    markers: Mapping[NormalizedName, str] = {}


def memberships(parts: Parts, wanted: Wanted, resolution: Resolution) -> Memberships:
    """Return what belongs to which part of the project that the settings name. Raise ConfigurationError."""
    settings = parts.settings
    if not (settings.extras or settings.groups or settings.all_extras or settings.all_groups):
        return Memberships()
    there = _parts(settings, reading_of(parts))
    extras = [*settings.extras, *(there[0] if settings.all_extras else ())]
    groups = [*settings.groups, *(there[1] if settings.all_groups else ())]
    alone = replace(settings, extras=(), all_extras=False, groups=(), all_groups=False)
    always = {_key(asked) for asked in _asked(parts, alone)}
    needs: dict[str, set[NormalizedName]] = {}
    for extra in extras:
        needs[f"'{normalize(extra)}' in extras"] = _only(parts, replace(alone, extras=(extra,)), always)
    for group in groups:
        needs[f"'{_name(group)}' in dependency_groups"] = _only(parts, replace(alone, groups=(group,)), always)
    named = {name for names in needs.values() for name in names}
    roots = [name for name in resolution.requested if name not in named]
    roots += [normalize(asked.requirement.name) for asked in wanted.requirements if _key(asked) in always]
    needed = _children(resolution)
    kept = _reached(roots, needed)
    members = {marker: _reached(names, needed) for marker, names in needs.items()}
    return Memberships(
        tuple(sorted({normalize(extra) for extra in extras})),
        tuple(sorted({_name(group) for group in groups})),
        {
            name: " or ".join(sorted(marker for marker, names in members.items() if name in names))
            for name in resolution.pins
            if name not in kept
        },
    )


def _asked(parts: Parts, settings: Settings) -> Sequence[Asked]:
    """Return what other settings would ask for of the same files."""
    before, parts.settings = parts.settings, settings
    try:
        return read_wanted(parts).requirements
    finally:
        parts.settings = before


def _only(parts: Parts, settings: Settings, always: set[tuple[str, str]]) -> set[NormalizedName]:
    asked = _asked(parts, settings)
    return {normalize(each.requirement.name) for each in asked if _key(each) not in always}


def _key(asked: Asked) -> tuple[str, str]:
    return str(asked), asked.origin


def _name(group: str) -> NormalizedName:
    """Return a group's name, without the file that it is from."""
    return normalize(group.rpartition(":")[2])


def _parts(settings: Settings, reading: Reading) -> tuple[list[str], list[str]]:
    """Return all extras, and all groups, of the projects that the settings name."""
    from unlatch.requirements import project  # noqa: PLC0415 - loaded only for a project

    extras: list[str] = []
    groups: list[str] = []
    for text in settings.requirement_files:
        file = locate(text, None, reading)
        if project.is_project(file.name):
            found = project.parts_of(reading.read(file, ()), file.name)
            extras += found.extras
            groups += [f"{text}:{group}" for group in found.groups]
    return extras, groups


def _children(resolution: Resolution) -> Mapping[NormalizedName, Sequence[NormalizedName]]:
    children: dict[NormalizedName, list[NormalizedName]] = {}
    for child, parents in resolution.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(child)
    return children


def _reached(
    roots: Iterable[NormalizedName], children: Mapping[NormalizedName, Sequence[NormalizedName]]
) -> set[NormalizedName]:
    found: set[NormalizedName] = set()
    left = list(roots)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += children.get(name, ())
    return found
