"""The commands that look at an environment and change nothing: each is one short function, and a row in the table."""

from collections.abc import Mapping

from unlatch.cli.commands.command import Command, person_of
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.cli.output.wording import counted
from unlatch.model.text import printable

_FOUND_SOMETHING = 1


def list_packages(invocation: Invocation, report: Report) -> None:
    """List what is installed."""
    from unlatch.app.looking.inventory import packages  # noqa: PLC0415 - a command loads what it uses
    from unlatch.cli.output.listing import of_packages  # noqa: PLC0415 - as above

    settings = invocation.settings
    rows = packages(settings, report.listener)
    if settings.age == "any":
        report.output(of_packages(rows, settings.list_format))
        return
    from unlatch.app.looking.versions import aged  # noqa: PLC0415 - as above
    from unlatch.cli.output.listing import of_aged  # noqa: PLC0415 - as above

    found = aged(rows, settings, report.listener, person_of(invocation, report))
    if settings.age == "uptodate":
        report.output(of_packages([row for row, _ in found], settings.list_format))
    else:
        report.output(of_aged(found, settings.list_format))


def freeze(invocation: Invocation, report: Report) -> None:
    """Print the lines of a requirements file that installs the same again."""
    from unlatch.app.looking.inventory import frozen  # noqa: PLC0415 - as above

    report.output("".join(f"{printable(line)}\n" for line in frozen(invocation.settings, report.listener)))


def show(invocation: Invocation, report: Report) -> None:
    """Describe installed distributions, as `pip show` does."""
    from unlatch.app.looking.description import describe  # noqa: PLC0415 - as above
    from unlatch.cli.output import listing  # noqa: PLC0415 - as above

    found = describe(invocation.names, invocation.settings, report.listener)
    if invocation.settings.as_json:
        report.output(listing.data([listing.description_data(each) for each in found]))
    else:
        report.details([listing.block(each) for each in found])


def check(invocation: Invocation, report: Report) -> int | None:
    """Tell whether what is installed fits together."""
    from unlatch.app.looking.dependencies import check as carry_out  # noqa: PLC0415 - as above
    from unlatch.cli.output import listing, relations  # noqa: PLC0415 - as above

    found = carry_out(invocation.settings, report.listener)
    if invocation.settings.as_json:
        report.output(listing.data(relations.problems_data(found)))
    else:
        report.output("".join(f"{printable(problem.text)}\n" for problem in found.problems))
    packages = counted(found.packages, "package")
    if not found.problems:
        report.say(f"{packages} looked at: everything fits")
        return None
    report.say(f"{packages} looked at: {counted(len(found.problems), 'problem')}")
    return _FOUND_SOMETHING


def verify(invocation: Invocation, report: Report) -> int | None:
    """Compare installed files with what was installed."""
    from unlatch.app.looking.verification import verify as carry_out  # noqa: PLC0415 - as above
    from unlatch.cli.output import listing  # noqa: PLC0415 - as above

    found = carry_out(invocation.names, invocation.settings, report.listener)
    if invocation.settings.as_json:
        findings = [finding._asdict() for finding in found.findings]
        report.output(listing.data({"packages": found.packages, "files": found.files, "findings": findings}))
    else:
        report.output("".join(f"{printable(finding.text)}\n" for finding in found.findings))
    looked_at = f"{counted(found.files, 'file')} of {counted(found.packages, 'package')} looked at"
    if not found.findings:
        report.say(f"{looked_at}: all as they were installed")
        return None
    packages = len({finding.name for finding in found.findings})
    report.say(f"{looked_at}: {counted(len(found.findings), 'finding')} in {counted(packages, 'package')}")
    lost = next((finding for finding in found.findings if finding.kind in {"changed", "missing"}), None)
    if lost is not None:
        pin = f"{lost.name}=={lost.version}"
        report.say(f"unlatch install --reinstall-package {lost.name} {pin} puts back what {pin} has brought")
    return _FOUND_SOMETHING


def tree(invocation: Invocation, report: Report) -> None:
    """Draw what needs what."""
    from unlatch.app.looking.dependencies import tree as draw  # noqa: PLC0415 - as above
    from unlatch.cli.output import listing, relations  # noqa: PLC0415 - as above

    drawn = draw(invocation.settings, report.listener)
    report.output(
        listing.data(relations.tree_data(drawn))
        if invocation.settings.as_json
        else relations.tree(drawn, report.can_show)
    )


def why(invocation: Invocation, report: Report) -> None:
    """Tell why packages are installed."""
    from unlatch.app.looking.dependencies import why as find_out  # noqa: PLC0415 - as above
    from unlatch.cli.output import listing, relations  # noqa: PLC0415 - as above

    found = find_out(invocation.names, invocation.settings, report.listener)
    if invocation.settings.as_json:
        report.output(listing.data([relations.reasons_data(each) for each in found]))
    else:
        report.output("".join(map(relations.reasons, found)))


COMMANDS: Mapping[str, Command] = {
    "list": list_packages,
    "freeze": freeze,
    "show": show,
    "check": check,
    "verify": verify,
    "tree": tree,
    "why": why,
}
