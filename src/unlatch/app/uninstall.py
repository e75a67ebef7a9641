"""Uninstall: what the environment has under these names, taken away as one change."""

import time

from unlatch.app.parts import Parts
from unlatch.app.results import Changes, Package
from unlatch.app.target import find_target, refuse_managed
from unlatch.app.turn import look_first, turn
from unlatch.app.wanted import Wanted, read_wanted
from unlatch.environment.installed import scan
from unlatch.installation import transaction
from unlatch.model.events import Listener, Warned, ignore
from unlatch.model.name import normalize
from unlatch.model.target import Installed, Target
from unlatch.settings import Settings


def uninstall(settings: Settings, listener: Listener = ignore) -> Changes:
    """Remove the distributions that the settings' requirements name; the rest of a requirement is passed over.

    What is not installed is warned of. Raise UnlatchError; the environment is then as it was before.
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
    for name in dict.fromkeys(normalize(asked.requirement.name) for asked in wanted.requirements):
        if name in installed:
            leaving.append(installed[name])
        else:
            listener(Warned(f"{name} is not installed, so there is nothing to remove"))
    return leaving
