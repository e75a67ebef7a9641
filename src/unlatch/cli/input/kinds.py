"""The kinds of value that an option takes: how each is read from text, and what is said when it cannot be.

A value may hold a password, in a URL or by mistake, so no message repeats one that has an `@` in it. Nothing here
does I/O: relative paths are joined to a folder that is handed in.
"""

import math
import re
from collections.abc import Callable
from pathlib import Path

from unlatch.model import index as model_index
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Index
from unlatch.model.name import normalize
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, shown, split_userinfo
from unlatch.settings import CredentialHelper

# Patterns are compiled when they are first used: a run seldom needs them.
_HOST = r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?"
# What is a path although a URL is expected: /simple, ./simple, ~/simple, C:\simple.
_PATH = r"\.{0,2}[/\\]|~|[A-Za-z]:[/\\]"

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class Base(NamedTuple):
    """Where a relative path starts from, and what `~` stands for.

    `is_file` says that a configuration file speaks, whose relative paths start beside it.
    """

    folder: Path
    home: str = ""
    is_file: bool = False

    def path(self, text: str) -> Path:
        """Return the absolute path that is meant. Raise ValueError for no text."""
        if not text:
            raise ValueError(text)
        if self.home and (text == "~" or text.startswith(("~/", "~\\"))):
            return Path(self.home, text[2:])
        return self.folder / text


class Kind(NamedTuple):
    """A kind of value. `metavar` is what --help calls it, `expected` what a message says that it takes.

    `parse` raises ValueError, or a ConfigurationError that says more. `toml` are the types it has in a configuration
    file, `words` the only ones that it takes, () for any. `has_blanks` says that a value may have blanks in it, so that
    in a variable each stands on a line of its own.
    """

    metavar: str
    expected: str
    parse: Callable[[str, Base], object]
    toml: tuple[type, ...] = (str,)
    words: tuple[str, ...] = ()
    has_blanks: bool = False


def read(kind: Kind, text: str, base: Base, place: str) -> object:
    """Return the value that `text` stands for. Raise ConfigurationError, which begins with `place`."""
    try:
        return kind.parse(text, base)
    except ConfigurationError as error:
        problem = ConfigurationError(f"{place}: {error.message}", hint=error.hint)
    except ValueError:
        problem = ConfigurationError(f"{place} takes {kind.expected}, not {quoted(text)}")
    raise problem


def quoted(text: str) -> str:
    """Return text from outside as a message may repeat it: without anything that could be a password."""
    safe = shown(text) if "://" in text else printable(text)
    return "what was given (not shown, as it may hold a password)" if "@" in safe else f"'{safe}'"


def _text(text: str, base: Base) -> str:
    del base
    if not text:
        raise ValueError(text)
    return text


def _switch(text: str, base: Base) -> bool:
    del base
    word = text.lower()
    if word not in TRUE | FALSE:
        raise ValueError(text)
    return word in TRUE


def _whole(text: str, base: Base) -> int:
    del base
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _positive(text: str, base: Base) -> int:
    number = _whole(text, base)
    if number == 0:
        raise ValueError(text)
    return number


def _seconds(text: str, base: Base) -> float:
    del base
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(text)
    return seconds


def _file(text: str, base: Base) -> str:
    if base.is_file and text != "-" and "://" not in text:
        return str(base.path(text))
    return _text(text, base)


def _index(text: str, base: Base) -> Index:
    return Index.parse(base.path(text).as_uri() if re.match(_PATH, text) else _text(text, base))


def _links(text: str, base: Base) -> Index:
    is_path = "://" not in text and not text.startswith("file:")
    return Index.parse(base.path(text).as_uri() if is_path else text, kind=model_index.Kind.FLAT)


def _proxy(text: str, base: Base) -> str:
    del base
    if text:
        Origin.of(split_userinfo(text if "://" in text else f"http://{text}")[0])
    return text


def _command(text: str, base: Base) -> tuple[str, ...]:
    """Return the words of a command; quotes keep words with blanks together, and a backslash is itself."""
    import shlex  # noqa: PLC0415 - loaded only when a command is named

    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    program, *arguments = list(lexer) or [""]
    if program.startswith("~"):
        program = str(base.path(program))
    if not program or (re.search(r"[/\\]", program) and not Path(program).is_absolute()):
        raise ValueError(text)
    return program, *arguments


def _helper(text: str, base: Base) -> CredentialHelper:
    host, equals, command = text.partition("=")
    if equals and re.fullmatch(rf"(\*\.)?{_HOST}", host):
        return CredentialHelper(host.lower(), _command(command, base))
    return CredentialHelper(None, _command(text, base))


def _host(text: str, base: Base) -> str:
    del base
    if not re.fullmatch(_HOST, text):
        raise ValueError(text)
    return text.lower()


def _tag(text: str, base: Base) -> str:
    del base
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text):
        raise ValueError(text)
    return text


def _limit(text: str, base: Base) -> tuple[str, int]:
    del base
    found = re.fullmatch(rf"({'|'.join(LIMITS)})=([0-9]+)([KMGT]?)", text)
    if found is None:
        raise ValueError(text)
    return found[1], int(found[2]) * 1024 ** " KMGT".index(found[3] or " ")


def _size(text: str, base: Base) -> int:
    del base
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([KMGT]?)(?:i?B)?", text)
    if found is None:
        raise ValueError(text)
    return int(float(found[1]) * 1024 ** " KMGT".index(found[2] or " "))


def _setting(text: str, base: Base) -> tuple[str, str]:
    del base
    key, equals, value = text.partition("=")
    if not (equals and key.strip()):
        raise ValueError(text)
    return key.strip(), value


def _setting_of(text: str, base: Base) -> tuple[str, str, str]:
    name, _, rest = text.partition(":")
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        raise ValueError(text)
    return normalize(name), *_setting(rest, base)


LIMITS = ("size", "members", "ratio", "path")
SWITCH = Kind("", "1, true, yes or on, or 0, false, no or off", _switch, (bool,))
COUNT = Kind("", "a whole number", _whole, (int,))
NAME = Kind("NAME", "the name of a package", _text)
TEXT = Kind("TEXT", "a text", _text)
GROUP = Kind("[FILE:]NAME", "the name of a group, perhaps with a file and a colon before it", _text)
NAMES = Kind("NAMES", "names of packages, :all: or :none:", _text)
USER = Kind("USER", "a username", lambda text, _: text)
PYTHON = Kind("PYTHON", "a path, a command or a version", _text)
VERSION = Kind("VERSION", "a version of Python", _text)
PLATFORM = Kind("PLATFORM", "the name of a platform, such as linux or aarch64-apple-darwin", _text)
TAG = Kind("TAG", "letters, digits, _ and .", _tag)
WHOLE = Kind("NUMBER", "a whole number", _whole, (int,))
POSITIVE = Kind("NUMBER", "a whole number above 0", _positive, (int,))
SECONDS = Kind("SECONDS", "a number of seconds above 0", _seconds, (int, float))
FILE = Kind("FILE", "a file", _file)
PATH = Kind("FILE", "a file", lambda text, base: base.path(text))
FOLDER = Kind("FOLDER", "a folder", lambda text, base: base.path(text))
INDEX = Kind("[NAME=]URL", "the URL of an index", _index)
LINKS = Kind("URL|FOLDER", "a URL or a folder", _links)
PROXY = Kind("URL", "the URL of a proxy, or nothing for none", _proxy)
COMMAND = Kind("COMMAND", "a command on PATH or an absolute path, and its arguments", _command)
HELPER = Kind("[HOST=]COMMAND", f"{COMMAND.expected}, perhaps with HOST= before it", _helper, has_blanks=True)
LIMIT = Kind("NAME=NUMBER", f"{', '.join(LIMITS[:-1])} or {LIMITS[-1]}, =, and a number such as 64G", _limit)
SIZE = Kind("SIZE", "a number of bytes, such as 500M or 10G", _size, (int, str))
SETTING = Kind("KEY=VALUE", "a key, = and a value", _setting, has_blanks=True)
SETTING_OF = Kind("PACKAGE:KEY=VALUE", "a package, :, a key, = and a value", _setting_of, has_blanks=True)
TREE = Kind("FOLDER", "a folder with a project in it, perhaps with [extras] behind it", _file, has_blanks=True)
HOST = Kind("HOST", "a host name, perhaps with a port", _host)


def stdin(secret: str) -> Kind:
    """Return the kind that takes "-" alone: a secret that comes from standard input, and never from the line."""

    def parse(text: str, base: Base) -> object:
        del base
        if text != "-":
            raise ConfigurationError(
                f"a {secret} on the command line can be read by everyone on this machine: it is not taken from there",
                hint=f"unlatch auth login URL --{secret} - < FILE",
            )
        return secret

    return Kind("-", f"- alone, for standard input: the {secret} itself does not belong on the command line", parse)


def choice(*words: str, make: Callable[[str], object] = str) -> Kind:
    """Return the kind that takes one of some words; `make` turns the word into the value."""

    def parse(text: str, base: Base) -> object:
        del base
        if text not in words:
            raise ValueError(text)
        return make(text)

    return Kind(f"{{{','.join(words)}}}", f"{', '.join(words[:-1])} or {words[-1]}", parse, words=words)
