"""Completion: the table of options as an argparse parser, which shtab turns into a script for a shell."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence

from unlatch.cli.input import kinds
from unlatch.cli.input.options import COMMANDS, OPTIONS, SHELLS, is_group
from unlatch.model.errors import ConfigurationError


def script(names: Sequence[str]) -> str:
    """Return the script that completes unlatch's commands in the shell that is named. Raise ConfigurationError."""
    import shtab  # noqa: PLC0415 - loaded only when a script is printed

    if len(names) != 1 or names[0] not in SHELLS:
        given = f", not {kinds.quoted(' '.join(names))}" if names else ""
        raise ConfigurationError(
            f"unlatch completion takes {', '.join(SHELLS[:-1])} or {SHELLS[-1]}{given}", hint="unlatch completion bash"
        )
    return str(shtab.complete(parser({"FILE": shtab.FILE, "FOLDER": shtab.DIRECTORY}), names[0]))


def parser(completers: Mapping[str, object]) -> ArgumentParser:
    """Return a parser that knows every command and option; `completers` are what completes a value, by metavar."""
    whole = ArgumentParser("unlatch", allow_abbrev=False)
    places = {"": whole.add_subparsers(dest="command")}
    for command in COMMANDS.values():
        group, _, word = command.name.rpartition(" ")
        part = places[group].add_parser(word, help=command.help, allow_abbrev=False)
        if is_group(command.name):
            places[command.name] = part.add_subparsers(dest="command")
        else:
            part.add_argument("names", nargs="*", choices=SHELLS if command.name == "completion" else None)
        for option in OPTIONS:
            if command.name not in option.commands:
                continue
            flags = (*option.flags, *option.negations)
            if option.is_switch:
                part.add_argument(*flags, dest=option.name, action="count", help=option.help)
                continue
            words = option.kind.words or None
            argument = part.add_argument(*flags, dest=option.name, action="append", choices=words, help=option.help)
            if option.kind.metavar in completers:
                argument.complete = completers[option.kind.metavar]  # type: ignore[attr-defined]
    return whole
