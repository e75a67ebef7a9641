"""The commands that fix versions: written down, fetched, and an environment made to match. Each is a short function."""

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from unlatch.cli.commands.command import Command, person_of, tell_changes
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.input.options import GROUPS
from unlatch.cli.output.report import Report
from unlatch.cli.output.wording import counted, duration
from unlatch.model.text import printable
from unlatch.model.url import shown, split_userinfo

if TYPE_CHECKING:
    from unlatch.app.lock.written import Written

# The options that decide what is written. Who somebody is and where their index is does not belong into a file.
_TOLD = {
    *GROUPS["What to install"],
    *GROUPS["Which versions"],
    *GROUPS["What is written"],
    *GROUPS["Where to"],
    *(option for option in GROUPS["Where from"] if option.setting in {"no_index", "index_strategy"}),
}
_NOT_TOLD = frozenset({"upgrade", "upgrade_packages", "check"})
_CHANGED = 1


def lock(invocation: Invocation, report: Report) -> int | None:
    """Write a lock."""
    from unlatch.app.lock.lock import lock as carry_out  # noqa: PLC0415 - a command loads what it uses

    written = carry_out(invocation.settings, report.listener, person_of(invocation, report))
    return _told(written, invocation, report, "Locked")


def compile_requirements(invocation: Invocation, report: Report) -> int | None:
    """Write a requirements file."""
    from unlatch.app.lock.compile import compile_requirements as carry_out  # noqa: PLC0415 - as above

    command = " ".join(map(shlex.quote, _command(invocation)))
    written = carry_out(invocation.settings, command, report.listener, person_of(invocation, report))
    return _told(written, invocation, report, "Compiled")


def sync(invocation: Invocation, report: Report) -> int | None:
    """Make an environment match what is written; with `--check`, tell by the status whether it does."""
    from unlatch.app.install.sync import sync as carry_out  # noqa: PLC0415 - as above

    settings = invocation.settings
    changes = carry_out(settings, report.listener, person_of(invocation, report))
    tell_changes(changes, settings, report)
    return _CHANGED if settings.check and (changes.added or changes.removed or changes.updated) else None


def download(invocation: Invocation, report: Report) -> None:
    """Fetch files into a folder."""
    from unlatch.app.lock.download import download as carry_out  # noqa: PLC0415 - as above

    settings = invocation.settings
    done = carry_out(settings, report.listener, person_of(invocation, report))
    new = [file.filename for file in done.files if not file.was_there]
    there = len(done.files) - len(new)
    parts = [f"{'Would fetch' if settings.dry_run else 'Fetched'} {counted(len(new), 'file')}"] if new else []
    parts += [f"{counted(there, 'file')} {'was' if there == 1 else 'were'} there already"] if there else []
    report.say(f"{'; '.join(parts)} ({duration(done.seconds)})")
    for filename in new:
        report.say(f" + {filename}")


def _command(invocation: Invocation) -> Iterator[str]:
    """Yield the words that make the file anew, in the order given, without what could be a secret."""
    yield from ("unlatch", invocation.command)
    yield from map(_harmless, invocation.names)
    for option, flag, text in invocation.words:
        if option not in _TOLD or option.setting in _NOT_TOLD:
            continue
        yield flag
        if not option.is_switch:
            yield _harmless(text)


def _harmless(text: str) -> str:
    """Return a word without the userinfo of a URL."""
    return shown(split_userinfo(text)[0]) if "://" in text else printable(text)


def _told(written: "Written", invocation: Invocation, report: Report, done: str) -> int | None:
    """Print what was written, or tell where it is and what is new in it. Return the exit status."""
    settings, changes = invocation.settings, written.changes
    if written.path is None:
        report.output(written.text)
        return None
    name = printable(written.path.name)
    if written.is_as_before:
        report.say(f"{name} is as it should be")
        return None
    packages = len(changes.added) + len(changes.updated) + len(changes.kept)
    state = "would change" if settings.check else f"has {packages} package{'' if packages == 1 else 's'}"
    report.say(f"{done} in {duration(changes.seconds)}: {name} {state}")
    report.differences(changes.added, changes.removed, changes.updated)
    return _CHANGED if settings.check else None


COMMANDS: Mapping[str, Command] = {
    "lock": lock,
    "compile": compile_requirements,
    "sync": sync,
    "download": download,
}
