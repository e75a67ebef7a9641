"""An installation that was chosen before, placed again and told: `again` finds it, `app.install.taking_up` does it."""

from unlatch.app.install.known import Known
from unlatch.app.install.taking_up import place_again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from unlatch.cli.output.report import Report


def take_up(chosen: "tuple[Any, ...]", report: "Report") -> bool:
    """Place what was chosen. Return False where the command has to be carried out from its beginning."""
    known = Known(*chosen)
    report.heed(verbosity=known.verbosity, is_colored=known.is_colored)
    changes = place_again(known, report.listener)
    if changes is None:
        return False
    report.changed(changes.added, (), (), seconds=changes.seconds)
    return True
