"""Install what the settings ask for: first a look whether it is all there, which needs no index and loads little."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from unlatch.app.offer import offering
from unlatch.app.parts import Parts
from unlatch.app.results import Changes, Package
from unlatch.app.target import Asking, find_python, refuse_managed
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
    from unlatch.auth.sources.prompt import Person


def install(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Changes:
    """Install what the settings ask for. Raise UnlatchError; the environment is then as it was before.

    `person` is who may be asked for a password when nothing else has one that an index accepts.
    """
    begun = time.monotonic()
    settings = replace(settings, dry_run=settings.dry_run or settings.check)
    with Parts(settings, listener, person) as parts, offering(parts):
        asking = Asking(parts, find_python(parts))
        wanted = read_wanted(parts)
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
        changes = _nothing_to_do(wanted.settings, request, installed) if wanted.settings.report is None else None
        if changes is not None:
            changes = replace(changes, basis=parts.looking.basis(target, installed.values()))
        else:
            from unlatch.app.run import Run  # noqa: PLC0415 - with nothing to do, half of unlatch is not needed

            changes = Run(parts, request, wanted, installed).carry_out()
    return replace(changes, seconds=time.monotonic() - begun)


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
