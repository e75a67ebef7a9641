"""Install what the settings ask for. It begins with what takes longest, and loads the rest of unlatch meanwhile."""

import time
from typing import TYPE_CHECKING

from unlatch.app.results import Changes
from unlatch.app.wiring.parts import Parts
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.app.install.known import Known
    from unlatch.auth.sources.prompt import Person


def install(
    settings: Settings,
    listener: Listener = ignore,
    person: "Person | None" = None,
    *,
    known: "Known | None" = None,
) -> Changes:
    """Install what the settings ask for. Raise UnlatchError; the environment is then as it was before.

    `person` is who may be asked for a password when nothing else has one that an index accepts. `known` is what the
    same settings have come to before, if they come to it again where the indexes' pages are as they were then.
    """
    begun = time.monotonic()
    settings = replace(settings, dry_run=settings.dry_run or settings.check)
    with Parts(settings, listener, person) as parts:
        changes = None
        if known is not None:
            from unlatch.app.install.revalidating import take_up  # noqa: PLC0415 - loaded only when something is known

            changes = take_up(parts, known)
        if changes is None:
            changes = _choose(parts)
    return replace(changes, seconds=time.monotonic() - begun)


def _choose(parts: Parts) -> Changes:
    """Install what is to be chosen first."""
    from unlatch.app.install.head_start import set_out  # noqa: PLC0415 - loaded only when nothing is known
    from unlatch.app.request.target import Asking, find_python, refuse_misplaced  # noqa: PLC0415 - as above

    refuse_misplaced(parts.settings)
    found = find_python(parts)
    head_start = set_out(parts, found.python)
    asking = Asking(parts, found)
    if head_start is not None:
        head_start.go_on()
    from unlatch.app.install.install import carry_out  # noqa: PLC0415 - what it waits for is on its way first

    return carry_out(parts, asking, is_new=head_start is not None)
