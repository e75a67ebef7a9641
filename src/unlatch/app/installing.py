"""Install what the settings ask for. It begins with what takes longest, and loads the rest of unlatch meanwhile."""

import time
from typing import TYPE_CHECKING

from unlatch.app.head_start import set_out
from unlatch.app.parts import Parts
from unlatch.app.results import Changes
from unlatch.app.target import Asking, find_python, refuse_misplaced
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Person


def install(settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Changes:
    """Install what the settings ask for. Raise UnlatchError; the environment is then as it was before.

    `person` is who may be asked for a password when nothing else has one that an index accepts.
    """
    begun = time.monotonic()
    settings = replace(settings, dry_run=settings.dry_run or settings.check)
    refuse_misplaced(settings)
    with Parts(settings, listener, person) as parts:
        found = find_python(parts)
        set_out(parts, found.python)
        asking = Asking(parts, found)
        from unlatch.app.install import carry_out  # noqa: PLC0415 - what it waits for is on its way first

        changes = carry_out(parts, asking)
    return replace(changes, seconds=time.monotonic() - begun)
