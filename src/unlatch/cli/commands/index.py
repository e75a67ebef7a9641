"""The commands of the group `unlatch index`: what indexes have."""

from collections.abc import Mapping

from unlatch.cli.commands.command import Command, person_of
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.model.text import printable


def versions(invocation: Invocation, report: Report) -> None:
    """List the versions of a package, as `pip index versions` does."""
    from unlatch.app.looking.versions import versions as carry_out  # noqa: PLC0415 - as above
    from unlatch.cli.output.listing import data  # noqa: PLC0415 - as above

    [name] = invocation.names
    found = carry_out(name, invocation.settings, report.listener, person_of(invocation, report))
    told = {"name": found.name, "versions": found.versions, "latest": found.versions[0]}
    if invocation.settings.as_json:
        report.output(data(told if found.installed is None else {**told, "installed_version": found.installed}))
        return
    lines = [f"{found.name} ({found.versions[0]})", f"Available versions: {', '.join(found.versions)}"]
    if found.installed is not None:
        lines += [f"  INSTALLED: {found.installed}", f"  LATEST:    {found.versions[0]}"]
    report.output("".join(f"{printable(line)}\n" for line in lines))


COMMANDS: Mapping[str, Command] = {"index versions": versions}
