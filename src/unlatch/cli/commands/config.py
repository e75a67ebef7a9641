"""The commands of the group `unlatch config`: each is one short function, and a row in the table at the end."""

import json
from collections.abc import Mapping

from unlatch.cli.commands.command import Command
from unlatch.cli.input.arguments import Invocation
from unlatch.cli.input.options import BY_FLAG, BY_NAME, nearest
from unlatch.cli.output.report import Report
from unlatch.cli.output.settings_explained import Explained, Shown, explained
from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable


def list_values(invocation: Invocation, report: Report) -> None:
    """Print what differs from the defaults."""
    told = [each for each in explained(invocation.groups) if not each.is_default]
    if invocation.settings.as_json:
        _print_json(told, report)
        return
    width = max((len(each.name) for each in told), default=0)
    report.output("".join(f"{each.name:<{width}}  {line}\n" for each in told for line in _lines(each)))


def explain(invocation: Invocation, report: Report) -> None:
    """Print values with where they came from, and what else was said: of one option, or of all."""
    told = explained(invocation.groups)
    if invocation.names:
        names = {_setting(name) for name in invocation.names}
        told = [each for each in told if BY_NAME[each.name].setting in names]
    if invocation.settings.as_json:
        _print_json(told, report)
        return
    blocks = []
    for each in told:
        lines = [f"{each.name} = {_text(each.value)}", f"  from: {each.origin}"]
        lines += [f"  over: {_text(said.value)} ({said.origin})" for said in each.overrode]
        blocks.append("\n".join(lines) + "\n")
    report.output("\n".join(blocks))


def _setting(name: str) -> str:
    """Return the setting that an option's name means, with dashes or without. Raise ConfigurationError."""
    option = BY_NAME.get(name.removeprefix("--")) or BY_FLAG.get(name) or BY_FLAG.get(f"--{name}")
    if option is None or option.name not in BY_NAME or not option.setting:
        meant = nearest(name.removeprefix("--"), BY_NAME)
        raise ConfigurationError(
            f"there is no option {printable(name)} that a variable or a file could set",
            hint=f"did you mean {meant}?" if meant else "unlatch config explain",
        )
    return option.setting


def _lines(told: Explained) -> list[str]:
    values = told.value if isinstance(told.value, list) else [_text(told.value)]
    return [f"{value}  ({told.origin})" for value in values]


def _text(value: Shown) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "not set" if value is None or value == "" else str(value)


def _print_json(told: list[Explained], report: Report) -> None:
    data = [
        {
            "name": each.name,
            "value": each.value,
            "origin": each.origin,
            "overrode": [{"value": said.value, "origin": said.origin} for said in each.overrode],
        }
        for each in told
    ]
    report.output(json.dumps(data, indent=2) + "\n")


COMMANDS: Mapping[str, Command] = {
    "config list": list_values,
    "config explain": explain,
}
