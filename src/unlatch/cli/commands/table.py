"""The table of commands: each is one short function from settings to what is printed and the exit status."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unlatch.cli.commands.command import Command, person_of, tell_changes
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.text import printable


def install(invocation: Invocation, report: Report) -> int | None:
    """Install what was asked for; with `--check`, tell by the status whether something would change."""
    from unlatch.app.install.installing import install as carry_out  # noqa: PLC0415 - a command loads what it uses

    settings, known = invocation.settings, None
    if invocation.chosen is not None:
        from unlatch.app.install.known import Known  # noqa: PLC0415 - loaded only when something is known

        known = Known(*invocation.chosen)
    changes = carry_out(settings, report.listener, person_of(invocation, report), known=known)
    if settings.report is not None:
        _write(settings.report, changes.report, settings.working_folder, report)
    tell_changes(changes, settings, report)
    if changes.basis is not None:
        from unlatch.cli.remembering import remember  # noqa: PLC0415 - loaded only when there was nothing to do

        remember(invocation, changes, has_warned=report.has_warned)
    elif changes.freshness is not None:
        from unlatch.cli.remembering import refresh  # noqa: PLC0415 - loaded only when pages were asked about

        refresh(invocation, changes.freshness)
    return 1 if settings.check and (changes.added or changes.removed or changes.updated) else None


def uninstall(invocation: Invocation, report: Report) -> None:
    """Remove what was named."""
    from unlatch.app.install.uninstall import uninstall as carry_out  # noqa: PLC0415 - as above

    settings = replace(invocation.settings, requirements=invocation.names)
    changes = carry_out(settings, report.listener)
    report.changed((), changes.removed, (), seconds=changes.seconds, is_dry_run=settings.dry_run)


def recover(invocation: Invocation, report: Report) -> None:
    """Put an environment in order that an interrupted command has left."""
    from unlatch.app.install.recover import recover as carry_out  # noqa: PLC0415 - as above

    recovered = carry_out(invocation.settings, report.listener)
    if recovered is None:
        report.say("Nothing to recover")
    elif recovered.end.is_made:
        report.say("The change had been made, and is finished now")
    else:
        report.say("The change was undone: the environment is as it was before")


def look(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command that looks at an environment."""
    from unlatch.cli.commands.looking import COMMANDS as LOOKING  # noqa: PLC0415 - as above

    return LOOKING[invocation.command](invocation, report)


def config(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command of the group `unlatch config`."""
    from unlatch.cli.commands.config import COMMANDS as GROUP  # noqa: PLC0415 - as above

    return GROUP[invocation.command](invocation, report)


def auth(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command of the group `unlatch auth`."""
    from unlatch.cli.commands.auth import COMMANDS as GROUP  # noqa: PLC0415 - as above

    return GROUP[invocation.command](invocation, report)


def cache(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command of the group `unlatch cache`."""
    from unlatch.cli.commands.cache import COMMANDS as GROUP  # noqa: PLC0415 - as above

    return GROUP[invocation.command](invocation, report)


def index(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command of the group `unlatch index`."""
    from unlatch.cli.commands.index import COMMANDS as GROUP  # noqa: PLC0415 - as above

    return GROUP[invocation.command](invocation, report)


def lock(invocation: Invocation, report: Report) -> int | None:
    """Carry out a command that writes exact versions or their files, or makes an environment match them."""
    from unlatch.cli.commands.lock import COMMANDS as GROUP  # noqa: PLC0415 - as above

    return GROUP[invocation.command](invocation, report)


def demo(invocation: Invocation, report: Report) -> None:
    """Show the main job on an index of its own."""
    from unlatch.app.demo.demo import demonstrate  # noqa: PLC0415 - as above

    demonstrate(lambda text: report.output(f"{printable(text)}\n"), invocation.settings.environ)


def show_help(invocation: Invocation, report: Report) -> None:
    """Print the manual, or one command's page."""
    from unlatch.cli.output.manual import page  # noqa: PLC0415 - as above

    report.output(page(invocation.names))


def version(invocation: Invocation, report: Report) -> None:
    """Print the version."""
    del invocation
    from unlatch import __version__  # noqa: PLC0415 - as above

    report.output(f"unlatch {__version__}\n")


def completion(invocation: Invocation, report: Report) -> None:
    """Print what makes a shell complete unlatch's words."""
    from unlatch.cli.output.completion import script  # noqa: PLC0415 - as above

    report.output(script(invocation.names))


COMMANDS: Mapping[str, Command] = {
    "install": install,
    "sync": lock,
    "download": lock,
    "index": index,
    "lock": lock,
    "compile": lock,
    "uninstall": uninstall,
    "recover": recover,
    "list": look,
    "freeze": look,
    "show": look,
    "check": look,
    "verify": look,
    "tree": look,
    "why": look,
    "cache": cache,
    "config": config,
    "auth": auth,
    "demo": demo,
    "help": show_help,
    "version": version,
    "completion": completion,
}


def _write(path: str, data: Mapping[str, Any], working_folder: Path, report: Report) -> None:
    """Write a report as JSON to a file, or to standard output for "-"."""
    text = json.dumps(data, indent=2) + "\n"
    if path == "-":
        report.output(text)
        return
    try:
        (working_folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--report {printable(path)} cannot be written: {error.strerror}") from error
