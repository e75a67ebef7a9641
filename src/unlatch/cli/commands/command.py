"""What a command is, and what several of them do alike."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report

if TYPE_CHECKING:
    from unlatch.app.results import Changes
    from unlatch.cli.person import Person
    from unlatch.settings import Settings

Command = Callable[[Invocation, Report], int | None]
"""It returns an exit status, or None for the one that says that all is well."""


def tell_changes(changes: "Changes", settings: "Settings", report: Report) -> None:
    """Sum up what was changed, or would be."""
    report.changed(
        changes.added,
        changes.removed,
        changes.updated,
        seconds=changes.seconds,
        kept=len(changes.kept),
        is_dry_run=settings.dry_run or settings.check,
    )


def person_of(invocation: Invocation, report: Report) -> "Person | None":
    """Return who may be asked for a password, None where nobody is there."""
    if not invocation.settings.may_prompt:
        return None
    from unlatch.cli.person import Person  # noqa: PLC0415 - loaded only where somebody is there

    return Person(invocation.stdin, report)
