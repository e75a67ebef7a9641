"""unlatch as a person starts it: words in, exit status out. The only place that catches UnlatchError."""

import os
import sys

from unlatch.cli import again
from unlatch.cli.output.report import INTERNAL_ERROR, Report
from unlatch.model.errors import UnlatchError
from unlatch.model.frozen import replace

TYPE_CHECKING = False
if not TYPE_CHECKING:
    # What `signal` makes enumerations of, which takes 3 ms.
    import _signal as signal
else:
    import signal
    from collections.abc import Mapping, Sequence
    from types import FrameType, TracebackType
    from typing import Any, NoReturn, TextIO


# What a shell says of a command that a signal has ended: 128 and the signal's number.
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def main(
    argv: "Sequence[str] | None" = None,
    environ: "Mapping[str, str] | None" = None,
    *,
    stdin: "TextIO | None" = None,
    stdout: "TextIO | None" = None,
    stderr: "TextIO | None" = None,
) -> int:
    """Run unlatch with these words and return its exit status; what is not given is the process's own."""
    process = tuple(sys.argv) if argv is None and environ is None else ()
    argv = sys.argv[1:] if argv is None else argv
    environ = dict(os.environ) if environ is None else environ
    stdin, stdout, stderr = stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    with _EndingInOrder():
        return _run(argv, environ, stdin, stdout, stderr, process)


class _Ended(KeyboardInterrupt):
    """The process was asked to end by a signal other than Ctrl-C's: it ends in the same order."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


class _EndingInOrder:
    """Makes exceptions of the signals that would end the process at once, unless somebody has a use for them.

    Only the main thread can, and only it is interrupted by them.
    """

    def __init__(self) -> None:
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> None:
        handlers = {number: signal.getsignal(number) for number in _ENDING}
        try:
            for number, handler in handlers.items():
                if handler == signal.SIG_DFL:
                    signal.signal(number, _end)
        except ValueError:
            return  # This is another thread.
        self._handlers = handlers

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        for number, handler in self._handlers.items():
            if handler is not None:
                signal.signal(number, handler)


def heed_no_more() -> None:
    """Let another Ctrl-C end the process at once, and without a traceback: there is nothing left to undo."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        return  # This is not the main thread, and Ctrl-C is no concern of ours.


def _end(number: int, frame: "FrameType | None") -> "NoReturn":
    del frame
    raise _Ended(number)


def _run(
    argv: "Sequence[str]",
    environ: "Mapping[str, str]",
    stdin: "TextIO",
    stdout: "TextIO",
    stderr: "TextIO",
    process: tuple[str, ...],
) -> int:
    report = Report(stdout, stderr)
    try:
        chosen, is_fresh = again.installation(list(process), environ)
        if chosen is not None and is_fresh:
            from unlatch.cli.taking_up import take_up  # noqa: PLC0415 - loaded only when a choice still stands

            if take_up(chosen, report):
                return 0
            chosen = None
        from pathlib import Path  # noqa: PLC0415 - loaded only when there is none

        from unlatch.cli.commands.table import COMMANDS  # noqa: PLC0415 - as above
        from unlatch.cli.input import arguments, neighbours  # noqa: PLC0415 - as above
        from unlatch.cli.input.configuration import user_folder  # noqa: PLC0415 - as above

        invocation = arguments.parse(
            argv,
            environ=environ,
            working_folder=Path.cwd(),
            config_folder=user_folder(sys.platform, environ),
            stdin_is_terminal=stdin.isatty(),
            stderr_is_terminal=stderr.isatty(),
            neighbours=neighbours.places(sys.platform, environ),
        )
        is_module = Path(sys.argv[0]).name == "__main__.py"
        settings = replace(invocation.settings, is_started_as_module=is_module)
        report = Report.of(settings, stdout, stderr)
        for warning in invocation.warnings:
            report.listener(warning)
        command = COMMANDS[invocation.command.partition(" ")[0]]
        status = command(replace(invocation, settings=settings, stdin=stdin, process=process, chosen=chosen), report)
    except UnlatchError as error:
        report.error(error)
        return error.exit_status
    except KeyboardInterrupt as interrupt:
        heed_no_more()
        report.say("interrupted: nothing is left half done")
        return interrupt.status if isinstance(interrupt, _Ended) else INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug is told in words, without what its text may repeat
        report.unexpected(error)
        return INTERNAL_ERROR
    finally:
        report.close()
    return status or 0
