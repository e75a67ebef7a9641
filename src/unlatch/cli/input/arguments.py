"""The command line: argv, with the environment and the configuration files behind it, becomes an Invocation.

The words are read by this module and not by argparse: that would take 7 of the 40 ms that a run with nothing to do
may take, and repeat passwords in its messages. A test holds the two to the same reading of the same words.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from unlatch.cli.input import configuration, kinds, variables
from unlatch.cli.input.kinds import Base
from unlatch.cli.input.options import COMMANDS, OPTIONS, Option, is_group, nearest, option_for
from unlatch.cli.input.precedence import Groups, Layer, give, heeded, merge
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Warned
from unlatch.model.frozen import field, frozen, replace
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.cli.input.neighbours import Heard, Places

_HELP = ("-h", "--help")
_VERSION = ("-V", "--version")
# These need no settings, so that no mistake in a variable or a file keeps them from answering.
_PLAIN = frozenset({"help", "version", "completion"})
# What stands by position is requirements, or files of them.
_TAKE_REQUIREMENTS = frozenset({"install", "lock", "download"})
_TAKE_FILES = frozenset({"compile", "sync"})
_CHOOSE_FILES = ("no_config", "is_isolated", "config_file", "foreign_config")


@frozen
class Invocation:
    """What a run was called for. `command` is a name from the table of commands, or "version".

    `names` is what was given by position: requirements, names, a shell, or the command that help is wanted for.
    `words` are the options of the command line alone, in the order given. `groups` are the layers of what unlatch was
    told, and then those of each neighbour. `stdin` is standard input, for who reads it.
    `process` are the words that the process was started with, () when it was not started for this alone. `chosen` is
    what `again.installation` says, where it stands only if the indexes' pages are as they were.
    """

    command: str
    settings: Settings
    names: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[Warned, ...] = ()
    words: "tuple[Word, ...]" = field(default=(), repr=False)
    groups: Groups = field(default=(), repr=False)
    stdin: TextIO = field(default_factory=lambda: sys.stdin, repr=False)
    process: tuple[str, ...] = field(default=(), repr=False)
    chosen: tuple[Any, ...] | None = field(default=None, repr=False)


class Word(NamedTuple):
    """An option as it was written: `flag` with the text of its value, "" for a switch."""

    option: Option
    flag: str
    text: str


class Line(NamedTuple):
    """The words of a command line, sorted."""

    command: str
    words: tuple[Word, ...] = ()
    names: tuple[str, ...] = ()


def parse(
    argv: Sequence[str],
    *,
    environ: Mapping[str, str],
    working_folder: Path,
    config_folder: Path,
    stdin_is_terminal: bool = False,
    stderr_is_terminal: bool = False,
    neighbours: "Places | None" = None,
) -> Invocation:
    """Return what the words, the variables and the files together ask for. Raise ConfigurationError.

    `working_folder` is absolute; `config_folder` holds the user's unlatch.toml, which need not exist. `neighbours` are
    the places where pip and uv keep what they were told, None for nothing of theirs.
    """
    plain = Settings(
        environ=environ,
        working_folder=working_folder,
        stdin_is_terminal=stdin_is_terminal,
        stderr_is_terminal=stderr_is_terminal,
    )
    line = scan(argv)
    if line.command in _PLAIN:
        return Invocation(line.command, plain, line.names)
    home = environ.get("HOME") or environ.get("USERPROFILE", "")
    base = Base(_working_folder(line, Base(working_folder, home)), home)
    said = spoken(line.words, base)
    exported = {} if "is_isolated" in said else variables.read(environ, base)
    written, warnings = _files([said, exported], base, config_folder)
    if line.command != "install":
        # What is always to be installed must not be what `uninstall flask` removes too.
        for layer in (exported, *written):
            layer.pop("requirement_files", None)
            layer.pop("editable_folders", None)
    own = (said, exported, *written)
    heard = _heard(own, neighbours, base, environ)
    groups = (own, *heard.groups)
    values, origins = merge(heeded(groups))
    if line.command in _TAKE_REQUIREMENTS:
        values["requirements"] = line.names
    elif line.command in _TAKE_FILES:
        values["requirement_files"] = line.names
    settings = replace(plain, **values, origins=origins)
    settings = replace(
        settings,
        indexes=tuple(map(settings.admitted, settings.indexes)),
        find_links=tuple(map(settings.admitted, settings.find_links)),
    )
    _check(line, settings)
    warned = tuple(map(Warned, [*variables.misspelt(environ), *warnings, *heard.warnings]))
    return Invocation(line.command, settings, line.names, warned, line.words, groups)


def scan(argv: Sequence[str]) -> Line:
    """Sort the words: the command, its options in the order given, and what stands by position.

    Before the command stand only options that every command takes. `pip` before it is passed over. Nothing after
    `--` is an option. Raise ConfigurationError, which repeats no value.
    """
    command = ""
    options: list[Word] = []
    names: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            names += words
        elif word == "-" or not word.startswith("-"):
            if command and not is_group(command):
                names.append(word)
            elif command or word != "pip":
                command = _command(word, command)
        elif word in _HELP:
            return Line("help", names=(command,) if command else ())
        elif word in _VERSION:
            return Line("version")
        else:
            options += _options(word, words, command)
    if is_group(command):
        return Line("help", names=(command,))
    return Line(command or "help", tuple(options), tuple(names))


def spoken(words: Sequence[Word], base: Base) -> Layer:
    """Return what the options of a command line say. Raise ConfigurationError."""
    layer: Layer = {}
    for option, flag, text in words:
        if option.is_switch:
            give(layer, option, flag not in option.negations, "command line")
            continue
        for piece in text.split(option.separator) if option.separator else [text]:
            give(layer, option, kinds.read(option.kind, piece, base, flag), "command line")
    return layer


def _working_folder(line: Line, base: Base) -> Path:
    """Return the folder that relative paths start from: the one that `--directory` names, else where we are."""
    named = [base.path(word.text) for word in line.words if word.flag == "--directory"]
    if named and not named[-1].is_dir():
        raise ConfigurationError(f"--directory: there is no folder {printable(str(named[-1]))}")
    return named[-1] if named else base.folder


def _files(layers: Sequence[Layer], base: Base, config_folder: Path) -> tuple[list[Layer], list[str]]:
    """Return what the files say that are to be read, and warnings."""
    told = {name: layer[name].value for layer in reversed(layers) for name in _CHOOSE_FILES if name in layer}
    if told.get("no_config") or told.get("is_isolated"):
        return [], []
    if "config_file" in told:
        return [configuration.read_alone(told["config_file"], base.home)], []
    return configuration.read(base.folder, config_folder, base.home)


def _heard(own: Sequence[Layer], places: "Places | None", base: Base, environ: Mapping[str, str]) -> "Heard":
    """Return what the neighbours were told, as far as what unlatch was told lets it count."""
    from unlatch.cli.input import neighbours  # noqa: PLC0415 - it takes the table of options, as this module does

    told = {name: layer[name].value for layer in reversed(own) for name in _CHOOSE_FILES if name in layer}
    if places is None or told.get("is_isolated") or told.get("foreign_config") == "none":
        return neighbours.Heard()
    reads_files = not (told.get("no_config") or "config_file" in told)
    which = told.get("foreign_config", "all")
    return neighbours.read(which, places, environ, base, reads_files=reads_files)


def _command(word: str, group: str) -> str:
    """Return the command that the word names, in a group or outside of any ("")."""
    name = f"{group} {word}".strip()
    if name in COMMANDS and " " not in word:
        return name
    meant = next((known for known in COMMANDS if known.endswith(f" {word}")), None) or nearest(
        name, [known for known in COMMANDS if known.startswith(f"{group} ".lstrip())]
    )
    raise ConfigurationError(
        f"{f'unlatch {group}'.rstrip()} has no command {kinds.quoted(word)}",
        hint=f"did you mean unlatch {meant}?" if meant else f"unlatch help {group}".rstrip(),
    )


def _options(word: str, following: Iterator[str], command: str) -> Iterator[Word]:
    """Yield the options in one word: a long one, or a run of short ones such as `-Uqr`."""
    if word.startswith("--"):
        flag, equals, rest = word.partition("=")
        yield _option(flag, rest if equals else None, following, command)
        return
    letters = word[1:]
    while letters:
        flag, letters = f"-{letters[0]}", letters[1:]
        option = option_for(flag, command or "help")
        text = letters.removeprefix("=") if letters and option and not option.is_switch else None
        yield _option(flag, text, following, command)
        if text is not None:
            return


def _option(flag: str, text: str | None, following: Iterator[str], command: str) -> Word:
    option = option_for(flag, command or "help")
    if option is None or (command or "help") not in option.commands:
        raise _unknown(flag, option, command)
    if option.is_switch:
        if text is not None:
            raise ConfigurationError(f"{flag} takes no value")
        return Word(option, flag, "")
    if text is None:
        text = next(following, None)
        if text is None or (text.startswith("-") and text != "-"):
            raise ConfigurationError(
                f"{flag} needs a value: {option.kind.expected}",
                hint=None if text is None else f"{flag}=VALUE if the value begins with a dash",
            )
    return Word(option, flag, text)


def _unknown(flag: str, option: Option | None, command: str) -> ConfigurationError:
    if option is not None and (not command or is_group(command)):
        named = next((name for name in option.commands if name.startswith(command)), option.commands[0])
        return ConfigurationError(f"{flag} stands after the command", hint=f"unlatch {named} {flag} ...")
    if option is not None:
        return ConfigurationError(f"unlatch {command} has no option {flag}", hint=f"unlatch help {command}")
    known = [
        name for each in OPTIONS for name in (*each.flags, *each.negations) if not command or command in each.commands
    ]
    meant = nearest(flag, [*known, *_HELP, *_VERSION])
    subject = f"unlatch {command}" if command else "unlatch"
    return ConfigurationError(
        f"{subject} has no option {kinds.quoted(flag)}",
        hint=f"did you mean {meant}?" if meant else f"{subject} --help",
    )


def _check(line: Line, settings: Settings) -> None:
    """Raise ConfigurationError for what cannot be meant."""
    takes = COMMANDS[line.command].takes
    if line.names and not takes:
        raise ConfigurationError(f"unlatch {line.command} takes no names", hint=f"unlatch help {line.command}")
    if (takes == "URL" and len(line.names) != 1) or (takes == "[URL]" and len(line.names) > 1):
        raise ConfigurationError(
            f"unlatch {line.command} takes one index, by its URL or its name",
            hint=f"unlatch {line.command} https://host/simple/",
        )
    if not line.names and takes == "NAME ...":
        raise ConfigurationError(
            f"unlatch {line.command} needs the name of a package", hint=f"unlatch {line.command} requests"
        )
    if takes == "NAME" and len(line.names) != 1:
        raise ConfigurationError(
            f"unlatch {line.command} takes the name of one package", hint=f"unlatch {line.command} requests"
        )
    is_named = line.names or settings.requirement_files or settings.groups or settings.editable_folders
    if not is_named and line.command in {"install", "uninstall", "lock", "download"}:
        raise ConfigurationError(
            f"nothing was named to {line.command}",
            hint=f"unlatch {line.command} requests, or unlatch {line.command} -r requirements.txt",
        )
    if not (line.names or settings.groups) and line.command in _TAKE_FILES:
        raise ConfigurationError(
            f"unlatch {line.command} needs a file of requirements",
            hint=f"unlatch {line.command} requirements.{'in' if line.command == 'compile' else 'txt'}",
        )
    _refuse_both(settings, "target_folder", "prefix", "in_user_site")
    _refuse_both(settings, "python", "on_system_python")


def _refuse_both(settings: Settings, *fields: str) -> None:
    """Raise ConfigurationError when more than one of these settings was given: each stands for all."""
    given = [field for field in fields if getattr(settings, field)]
    if len(given) > 1:
        flags = [next(option for option in OPTIONS if option.setting == field).name for field in given]
        places = " and ".join(dict.fromkeys(settings.origins[field] for field in given))
        raise ConfigurationError(f"--{' and --'.join(flags)} cannot both be meant ({places})")
