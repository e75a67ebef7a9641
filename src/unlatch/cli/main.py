"""unlatch as a person starts it: words in, exit status out. The only place that catches UnlatchError."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from unlatch.cli import arguments
from unlatch.cli.commands import COMMANDS
from unlatch.cli.configuration import user_folder
from unlatch.cli.report import INTERNAL_ERROR, Report
from unlatch.model.errors import UnlatchError

# What a shell says of a command that was interrupted: 128 and the number of SIGINT.
INTERRUPTED = 128 + signal.SIGINT


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Run unlatch with these words and return its exit status; what is not given is the process's own."""
    argv = sys.argv[1:] if argv is None else argv
    environ = dict(os.environ) if environ is None else environ
    stdin, stdout, stderr = stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    report = Report(stdout, stderr)
    try:
        invocation = arguments.parse(
            argv,
            environ=environ,
            working_folder=Path.cwd(),
            config_folder=user_folder(sys.platform, environ),
            stdin_is_terminal=stdin.isatty(),
            stderr_is_terminal=stderr.isatty(),
        )
        is_module = Path(sys.argv[0]).name == "__main__.py"
        settings = replace(invocation.settings, is_started_as_module=is_module)
        report = Report.of(settings, stdout, stderr)
        for warning in invocation.warnings:
            report.listener(warning)
        command = COMMANDS[invocation.command.partition(" ")[0]]
        status = command(replace(invocation, settings=settings, stdin=stdin), report)
    except UnlatchError as error:
        report.error(error)
        return error.exit_status
    except KeyboardInterrupt:
        report.say("interrupted: the environment is as it was before")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug is told in words, without what its text may repeat
        report.unexpected(error)
        return INTERNAL_ERROR
    finally:
        report.close()
    return status or 0
