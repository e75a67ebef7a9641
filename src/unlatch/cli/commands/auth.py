"""The commands of the group `unlatch auth`: each is one short function, and a row in the table at the end.

A command more is a `Command("auth NAME", …)` in `cli.input.options`, a function here, and its row in `COMMANDS`.
"""

import time
from collections.abc import Mapping

from unlatch.cli.commands.answers import git_credential, helper, keyring
from unlatch.cli.commands.command import Command, person_of
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Warned


def login(invocation: Invocation, report: Report) -> None:
    """Take credentials, try them and keep them."""
    from unlatch.app.credentials.login import login as carry_out  # noqa: PLC0415 - a command loads what it uses
    from unlatch.cli.output.kept import subject  # noqa: PLC0415 - as above

    person = person_of(invocation, report)
    read = invocation.stdin.read
    kept = carry_out(invocation.names[0], invocation.settings, report.listener, person=person, read=read)
    for note in kept.notes:
        report.listener(Warned(note))
    report.say(f"Kept {subject(kept)} in {kept.place}")


def logout(invocation: Invocation, report: Report) -> None:
    """Forget what is kept."""
    from unlatch.app.credentials.keeping import logout as carry_out  # noqa: PLC0415 - as above
    from unlatch.cli.output.kept import subject  # noqa: PLC0415 - as above

    forgotten = carry_out(next(iter(invocation.names), None), invocation.settings, report.listener)
    for kept in forgotten:
        report.say(f"Forgot {subject(kept)}")
    if not forgotten:
        report.say("Nothing was kept")


def status(invocation: Invocation, report: Report) -> None:
    """Tell what is kept."""
    from unlatch.app.credentials.keeping import kept_for  # noqa: PLC0415 - as above
    from unlatch.cli.output.kept import data, table  # noqa: PLC0415 - as above

    rows = kept_for(next(iter(invocation.names), None), invocation.settings, report.listener)
    if invocation.settings.as_json:
        report.output(data(rows))
    elif rows:
        report.output(table(rows, time.time()))
    else:
        report.say("Nothing is kept")


def token(invocation: Invocation, report: Report) -> None:
    """Print the secret that an index would get, and nothing else."""
    from unlatch.app.credentials.credentials import index_for, look_up  # noqa: PLC0415 - as above
    from unlatch.auth.failure import explain as failure_of  # noqa: PLC0415 - as above

    settings = invocation.settings
    if report.prints_on_terminal and not settings.force:
        raise ConfigurationError(
            "standard output is a terminal, where a secret would stay to be read",
            hint=f"unlatch auth token {invocation.names[0]} | COMMAND, or --force",
        )
    index = index_for(invocation.names[0], settings)
    found, trail = look_up(index, settings, report.listener)
    if found is None:
        raise failure_of(index, trail, status=None)
    report.output(f"{found.secret.reveal()}\n")


def explain(invocation: Invocation, report: Report) -> int:
    """Explain which credentials an index gets."""
    from unlatch.app.credentials.explain import explain as carry_out  # noqa: PLC0415 - as above
    from unlatch.cli.output import explanation as words  # noqa: PLC0415 - as above

    explanation = carry_out(invocation.names[0], invocation.settings, report.listener)
    report.output(words.data(explanation) if invocation.settings.as_json else words.text(explanation))
    return explanation.exit_status


COMMANDS: Mapping[str, Command] = {
    "auth login": login,
    "auth logout": logout,
    "auth status": status,
    "auth token": token,
    "auth explain": explain,
    "auth helper": helper,
    "auth keyring": keyring,
    "auth git-credential": git_credential,
}
