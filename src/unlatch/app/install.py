"""Install what the settings ask for: first a look whether it is all there, which needs no index and loads little."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from unlatch.app.offer import offering
from unlatch.app.parts import Parts
from unlatch.app.results import Changes, Package
from unlatch.app.target import Asking, find_python, refuse_managed, refuse_misplaced
from unlatch.app.turn import look_first
from unlatch.app.wanted import read_wanted, request_of
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed
from unlatch.resolve.request import Request
from unlatch.resolve.satisfied import satisfied
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.app.locked import Lock
    from unlatch.auth.sources.prompt import Person


def install(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Changes:
    """Install what the settings ask for. Raise UnlatchError; the environment is then as it was before.

    `person` is who may be asked for a password when nothing else has one that an index accepts.
    """
    begun = time.monotonic()
    settings = replace(settings, dry_run=settings.dry_run or settings.check)
    refuse_misplaced(settings)
    with Parts(settings, listener, person) as parts, offering(parts):
        asking = Asking(parts, find_python(parts))
        lock = _lock(parts)
        wanted = read_wanted(parts) if lock is None else lock.wanted
        for unnamed in wanted.unnamed:
            raise ConfigurationError(
                f"{unnamed} cannot be installed: only wheels are supported yet",
                hint="name a file that ends in .whl",
            )
        parts.heed(wanted.settings)
        target = asking.result()
        refuse_managed(parts, target)
        look_first(parts, target, "unlatch install")
        installed = scan(target, listener)
        request = request_of(wanted, target, installed)
        is_told = lock is not None or wanted.settings.report is not None
        changes = None if is_told else _nothing_to_do(wanted.settings, request, installed)
        if changes is not None:
            changes = replace(changes, basis=parts.looking.basis(target, installed.values()))
        else:
            from unlatch.app.aim import Aim  # noqa: PLC0415 - with nothing to do, half of unlatch is not needed
            from unlatch.app.run import Run  # noqa: PLC0415 - as above

            aim = Aim() if lock is None else lock.aim(target, Aim())
            changes = Run(parts, request, wanted, installed, aim).carry_out()
    return replace(changes, seconds=time.monotonic() - begun)


def _lock(parts: Parts) -> "Lock | None":
    """Return the lock that is to be installed, if one is named in place of requirements."""
    if not any("pylock." in text for text in parts.settings.requirement_files):
        return None
    from unlatch.app.locked import Lock, names_lock  # noqa: PLC0415 - loaded only when a lock is named

    return Lock(parts) if names_lock(parts.settings) else None


def _nothing_to_do(
    settings: Settings, request: Request, installed: Mapping[NormalizedName, Installed]
) -> Changes | None:
    """Return the empty change when everything is installed as it should be, without asking any index; else None."""
    if request.policy.require_hashes or settings.exact:
        return None
    needed = satisfied(request, lambda name: records.metadata(installed[name]))
    if needed is None:
        return None
    kept = tuple(Package(name, str(installed[name].version)) for name in sorted(needed))
    return Changes(python=request.target.python, kept=kept)
