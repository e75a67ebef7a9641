"""Uninstall: what the environment has under these names, taken away as one change."""

import time

from unlatch.app.request.target import find_target, refuse_managed
from unlatch.app.request.wanted import Wanted, read_wanted
from unlatch.app.results import Changes, Package
from unlatch.app.turn import look_first, turn
from unlatch.app.wiring.parts import Parts
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.installation import transaction
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.name import normalize
from unlatch.model.source import Folder, Source
from unlatch.model.target import Installed, Target
from unlatch.settings import Settings


def uninstall(settings: Settings, listener: Listener = ignore) -> Changes:
    """Remove the distributions that the settings' requirements name; the rest of a requirement is passed over.

    A folder, an archive or a repository means what was installed from there. What is not installed is warned of. Raise
    UnlatchError; the environment is then as it was before.
    """
    begun = time.monotonic()
    with Parts(settings, listener) as parts:
        wanted = read_wanted(parts)
        target = find_target(parts)
        refuse_managed(parts, target)
        look_first(parts, target, "unlatch uninstall")
        leaving = _leaving(wanted, target, listener)
        if leaving and not settings.dry_run:
            with turn(parts, target, "unlatch uninstall"):
                leaving = _leaving(wanted, target, listener)
                transaction.apply(target, [], leaving, listener=listener)
    removed = tuple(Package(each.name, str(each.version)) for each in sorted(leaving))
    return Changes(target.python, removed=removed, seconds=time.monotonic() - begun)


def _leaving(wanted: Wanted, target: Target, listener: Listener) -> list[Installed]:
    """Return what is installed of what shall go."""
    installed = scan(target, listener)
    leaving = []
    names = [normalize(asked.requirement.name) for asked in wanted.requirements]
    for unnamed in wanted.unnamed:
        from_there = [name for name, each in installed.items() if _is_from(unnamed.source, each, listener)]
        if not from_there:
            listener(Warned(f"nothing was installed from {unnamed}, so there is nothing to remove"))
        names += from_there
    for name in dict.fromkeys(names):
        if name in installed:
            leaving.append(installed[name])
        else:
            listener(Warned(f"{name} is not installed, so there is nothing to remove"))
    return leaving


def _is_from(source: Source, installed: Installed, listener: Listener) -> bool:
    """Whether a distribution was installed from a source, whichever revision of it that was."""
    origin = records.direct_url(installed, listener)
    if origin is None:
        return False
    url = source.address if isinstance(source, Folder) else source.url
    subdirectory = "" if isinstance(source, Folder) else source.subdirectory
    return (origin.url, origin.subdirectory or "") == (url, subdirectory)
