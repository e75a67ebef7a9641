"""`unlatch sync`: an environment becomes what a lock, or a file of exact versions, says, and nothing else is in it."""

import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from unlatch.app.credentials.offer import offering
from unlatch.app.lock.locked import Lock, names_lock
from unlatch.app.request.target import Asking, find_python, refuse_managed
from unlatch.app.request.wanted import Wanted, read_wanted, request_of
from unlatch.app.results import Changes
from unlatch.app.run.aim import Aim
from unlatch.app.run.run import Run
from unlatch.app.turn import look_first
from unlatch.app.wiring.parts import Parts
from unlatch.environment.installed import scan
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.model.target import Target
from unlatch.requirements.asked import Asked
from unlatch.resolve.requirement import Need, Reader
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Person

_COMMAND = "unlatch sync"


def sync(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Changes:
    """Install what the settings' files say, and remove everything else but what an environment begins with.

    Raise UnlatchError; the environment is then as it was before.
    """
    begun = time.monotonic()
    settings = replace(settings, exact=True, dry_run=settings.dry_run or settings.check)
    with Parts(settings, listener, person) as parts, offering(parts):
        asking = Asking(parts, find_python(parts))
        lock = Lock(parts) if names_lock(settings) else None
        wanted = _pinned(parts) if lock is None else Wanted((), (), lock.settings)
        parts.heed(wanted.settings)
        if not settings.allow_empty and (lock.is_empty if lock is not None else not wanted.requirements):
            raise ConfigurationError(
                "nothing is asked for, and everything would be removed",
                hint=f"{_COMMAND} --allow-empty-requirements if that is meant",
            )
        target = asking.result()
        refuse_managed(parts, target)
        look_first(parts, target, _COMMAND)
        if lock is None:
            _refuse_open(wanted.requirements, target)
        installed = scan(target, listener)
        aim = Aim(command=_COMMAND)
        if lock is not None:
            taken = lock.taken(target)
            wanted, aim = taken.wanted, replace(aim, choose=taken.choose)
        changes = Run(parts, request_of(wanted, target, installed), wanted, installed, aim).carry_out()
    return replace(changes, seconds=time.monotonic() - begun)


def _pinned(parts: Parts) -> Wanted:
    """Read the files of exact versions: of what these need, nothing is installed that is not in them too."""
    wanted = read_wanted(parts)
    return wanted._replace(settings=replace(wanted.settings, no_deps=True))


def _refuse_open(requirements: Collection[Asked], target: Target) -> None:
    """Raise ConfigurationError for requirements that more than one version would meet."""
    reader = Reader(target.markers)
    applying = [asked for asked in requirements if reader.wants(asked.requirement)]
    lacking = [
        f"{asked} ({asked.origin})" for asked in applying if asked.url is None and not Need.of(asked.requirement).is_pin
    ]
    if lacking:
        raise ConfigurationError(
            "an environment is made to match exact versions, and these requirements name none",
            details=lacking,
            hint="unlatch compile FILE -o requirements.txt, and sync with that",
        )
