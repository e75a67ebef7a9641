"""The options, in one table, so that nothing is said twice: each module here has those that a heading of --help has.

The command line, the environment variables, the keys of configuration files, --help and docs/reference/options.md
all come from it.
"""

from collections.abc import Iterable

from unlatch.cli.input.options.accepted import ACCEPTED
from unlatch.cli.input.options.building import BUILDING
from unlatch.cli.input.options.cache import CACHE
from unlatch.cli.input.options.commands import COMMANDS, SHELLS, Command
from unlatch.cli.input.options.credentials import ANSWERING, CREDENTIALS, KEPT
from unlatch.cli.input.options.locks import LOCKS
from unlatch.cli.input.options.looking import LOOKING
from unlatch.cli.input.options.option import Option
from unlatch.cli.input.options.output import OUTPUT
from unlatch.cli.input.options.packages import PACKAGES
from unlatch.cli.input.options.places import PLACES
from unlatch.cli.input.options.sources import SOURCES
from unlatch.cli.input.options.versions import AGAIN, VERSIONS
from unlatch.cli.input.options.work import WORK

__all__ = [
    "BY_FLAG",
    "BY_KEY",
    "BY_NAME",
    "COMMANDS",
    "GROUPS",
    "OPTIONS",
    "SHELLS",
    "Command",
    "Option",
    "is_group",
    "nearest",
    "option_for",
]

# By the headings of --help, in its order.
GROUPS: dict[str, tuple[Option, ...]] = {
    "What to install": (*PACKAGES, *AGAIN),
    "Which versions": VERSIONS,
    "What is written": LOCKS,
    "Where from": SOURCES,
    "How it is built": BUILDING,
    "What the cache keeps": CACHE,
    "Who you are": CREDENTIALS,
    "How it answers": ANSWERING,
    "What is kept": KEPT,
    "Where to": PLACES,
    "What to look at": LOOKING,
    "How": WORK,
    "Output": OUTPUT,
    "Accepted, and without effect": ACCEPTED,
}
OPTIONS = tuple(option for options in GROUPS.values() for option in options)
BY_NAME = {option.name: option for option in OPTIONS if not option.line_only}
BY_KEY = {name: option for name, option in BY_NAME.items() if option.has_key}
BY_FLAG = {flag: option for option in OPTIONS for flag in (*option.flags, *option.negations)}


def option_for(flag: str, command: str) -> Option | None:
    """Return the option that a flag stands for with a command, else one that it stands for with another, or None.

    The same letter may mean one thing to `install` and another to `show`.
    """
    found = BY_FLAG.get(flag)
    if found is None or command in found.commands:
        return found
    same = (option for option in OPTIONS if flag in (*option.flags, *option.negations))
    return next((option for option in same if command in option.commands), found)


def is_group(command: str) -> bool:
    """Whether the command is a group, which does nothing without a word more."""
    return any(name.startswith(f"{command} ") for name in COMMANDS)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant: one that is spelt alike, or begins so; None when there is none."""
    from difflib import get_close_matches  # noqa: PLC0415 - loaded only when something is misspelt

    words = list(known)
    begun = (candidate for candidate in words if len(word) > 4 and candidate.startswith(word))
    return next(iter(get_close_matches(word, words, n=1, cutoff=0.7)), next(begun, None))
