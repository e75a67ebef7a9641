"""The commands of the group `unlatch cache`: each is one short function, and a row in the table at the end."""

import json
from collections.abc import Mapping

from unlatch.cli.commands.command import Command
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.cli.output.wording import counted, size
from unlatch.model.text import printable

_DAMAGED = 1


def folder(invocation: Invocation, report: Report) -> None:
    """Print the cache's folder."""
    from unlatch.app.cache_upkeep import folder as find  # noqa: PLC0415 - a command loads what it uses

    report.output(f"{printable(str(find(invocation.settings)))}\n")


def info(invocation: Invocation, report: Report) -> None:
    """Tell what the cache holds."""
    from unlatch.app.cache_upkeep import contents  # noqa: PLC0415 - as above

    found = contents(invocation.settings)
    budget = invocation.settings.cache_size_budget
    entries = sum(kept.entries for kept in found.buckets.values())
    total = sum(kept.size for kept in found.buckets.values())
    if invocation.settings.as_json:
        buckets = {name: {"entries": kept.entries, "bytes": kept.size} for name, kept in found.buckets.items()}
        data = {
            "folder": str(found.folder),
            "buckets": buckets,
            "entries": entries,
            "bytes": total,
            "leftovers": found.leftovers,
            "budget": budget,
        }
        report.output(json.dumps(data, indent=2) + "\n")
        return
    rows = [(name, kept.entries, size(kept.size)) for name, kept in found.buckets.items()]
    lines = [f"{name:<14}{number:>8} {told:>12}" for name, number, told in [*rows, ("total", entries, size(total))]]
    lines.append(f"budget        {size(budget):>21}")
    if found.leftovers:
        lines.append(f"{counted(found.leftovers, 'leftover')} of no use: unlatch cache prune takes them away")
    report.output("".join(f"{line}\n" for line in [printable(str(found.folder)), *lines]))


def clean(invocation: Invocation, report: Report) -> None:
    """Empty the cache, or take away what it holds of some packages."""
    from unlatch.app.cache_upkeep import clean as carry_out  # noqa: PLC0415 - as above

    removed = carry_out(invocation.names, invocation.settings, report.listener)
    report.say(_removed(removed.entries, removed.size))


def prune(invocation: Invocation, report: Report) -> None:
    """Take away what is of no use."""
    from unlatch.app.cache_upkeep import prune as carry_out  # noqa: PLC0415 - as above

    removed = carry_out(invocation.settings, report.listener)
    report.say(_removed(removed.entries, removed.size))


def verify(invocation: Invocation, report: Report) -> int | None:
    """Check everything, and take away what is damaged."""
    from unlatch.app.cache_upkeep import verify as carry_out  # noqa: PLC0415 - as above

    checked = carry_out(invocation.settings, report.listener)
    if invocation.settings.as_json:
        data = {"entries": checked.entries, "damaged": list(checked.damaged)}
        report.output(json.dumps(data, indent=2) + "\n")
    else:
        report.output("".join(f"{printable(line)}\n" for line in checked.damaged))
    entries = counted(checked.entries, "entry", "entries")
    if not checked.damaged:
        report.say(f"{entries} checked: nothing is damaged")
        return None
    report.say(f"{entries} checked: {len(checked.damaged)} damaged, and gone")
    return _DAMAGED


def _removed(entries: int, taken: int) -> str:
    if not entries:
        return "Nothing to take away"
    return f"Took away {counted(entries, 'entry', 'entries')} ({size(taken)})"


COMMANDS: Mapping[str, Command] = {
    "cache dir": folder,
    "cache info": info,
    "cache clean": clean,
    "cache prune": prune,
    "cache verify": verify,
}
