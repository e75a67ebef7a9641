"""The commands of `unlatch auth` that answer other programs, each in the program's own language.

What they print is for that program alone, and 1 is the exit status for every failure, as the languages have it.
"""

import os
import sys

from unlatch.cli.input.arguments import Invocation
from unlatch.cli.output.report import Report
from unlatch.model.errors import AccessError, ConfigurationError

_FAILED = 1


def helper(invocation: Invocation, report: Report) -> int:
    """Answer as a credential helper."""
    from unlatch.app.credentials.answers import for_helper  # noqa: PLC0415 - a command loads what it uses

    if invocation.names != ("get",):
        raise ConfigurationError(
            "a credential helper is asked to get, and nothing else", hint="unlatch auth helper get"
        )
    try:
        report.output(for_helper(_asked(invocation), invocation.settings, report.listener))
    except AccessError as error:
        report.error(error)
        return _FAILED
    return 0


def keyring(invocation: Invocation, report: Report) -> int:
    """Answer as the keyring command, or put a program into a folder that does so."""
    from unlatch.app.credentials.answers import for_keyring  # noqa: PLC0415 - as above

    settings = invocation.settings
    if settings.shim_folder is not None:
        return _install_shim(invocation, report)
    operation, service, username = (*invocation.names, None, None, None)[:3]
    wants_user = settings.keyring_mode == "password"
    if operation != "get" or service is None or (wants_user and username is None) or len(invocation.names) > 3:
        raise ConfigurationError(
            "in keyring's place unlatch answers get alone: get URL USER, or --mode creds get URL [USER]",
            hint="unlatch auth login URL to keep a password",
        )
    mode, output = settings.keyring_mode, settings.keyring_output
    try:
        answer = for_keyring(service, username, mode, output, settings, report.listener)
    except AccessError as error:
        report.error(error)
        return _FAILED
    if answer is None:
        # Silence and this status are keyring's way to say that there is no entry.
        return _FAILED
    report.output(answer)
    return 0


def git_credential(invocation: Invocation, report: Report) -> int:
    """Answer as a credential helper of git. What git would have us keep or forget is let be."""
    from unlatch.app.credentials.answers import for_git  # noqa: PLC0415 - as above

    asked = _asked(invocation)
    if invocation.names in {("store",), ("erase",)}:
        return 0
    if invocation.names != ("get",):
        raise ConfigurationError(
            "git asks its helpers to get, store or erase",
            hint="git config credential.helper '!unlatch auth git-credential'",
        )
    try:
        report.output(for_git(asked, invocation.settings, report.listener))
    except AccessError as error:
        report.error(error)
        return _FAILED
    return 0


def _install_shim(invocation: Invocation, report: Report) -> int:
    from unlatch.app.credentials.shim import install_shim, started_as  # noqa: PLC0415 - as above

    assert invocation.settings.shim_folder is not None
    start = started_as(sys.executable, sys.argv[0])
    path = install_shim(invocation.settings.shim_folder, start, is_windows=os.name == "nt")
    report.say(f"Wrote {path}; pip and uv ask it with --keyring-provider subprocess when its folder is first on PATH")
    return 0


def _asked(invocation: Invocation) -> str:
    """Return what stands on standard input. The languages are UTF-8, whatever the terminal's encoding is."""
    stdin = invocation.stdin
    buffer = getattr(stdin, "buffer", None)
    return stdin.read() if buffer is None else buffer.read().decode("utf-8", "replace")
