"""Credentials from a netrc file: the exact host only, and the user's own entry when a username is known.

Our own reader, because the standard library's keeps only the last of several entries of one host, and a machine that
has two users on one host is the rule with hosted feeds. The grammar is that of the standard library's `netrc`.
"""

import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Secret, shown_username
from unlatch.model.events import Listener, Warned
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

# Compiled with the first line of a file, which most runs do not find.
_WORD = r'(?s:\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^\s\\]|\\.)+)))'


class Entry(NamedTuple):
    """One entry: `machine` is None for `default`; `line` is where it begins, from 1."""

    machine: str | None
    login: str
    password: Secret | None
    line: int


class NetrcSyntaxError(ValueError):
    """The file does not parse; the message says at which line and why, and quotes nothing of the file."""


class NetrcFile(NamedTuple):
    """A netrc file that was read: its path as messages show it, its text, and whether others may read it too."""

    path: str
    text: str
    is_readable_by_others: bool


class NetrcSource:
    """A netrc file, read once, when it is first asked."""

    rank = Rank.NETRC
    name = "netrc"

    def __init__(self, read: Callable[[], NetrcFile | None], listener: Listener, *, use_default: bool = False) -> None:
        """Take how to read the file (None: there is none), and whether its `default` entry may be used."""
        self._read = read
        self._listener = listener
        self._use_default = use_default
        self._entries: tuple[str, list[Entry]] | None = None

    def find(self, question: Question) -> Credentials | Absent:
        """Return the entry for the index's host, and for the known username when there is one."""
        if self._entries is None:
            self._entries = self._load()
        path, entries = self._entries
        if not entries:
            return Absent("no file" if not path else "no entries", path)
        origin = question.index.origin
        hosts = {origin.host, f"{origin.host}:{origin.port}"}
        exact = [entry for entry in entries if entry.machine is not None and entry.machine.lower() in hosts]
        candidates = exact or [entry for entry in entries if entry.machine is None and self._use_default]
        if not candidates:
            return Absent(f"no entry for {origin.host}", path)
        own = [entry for entry in candidates if question.username in {None, entry.login}]
        for entry in own:
            if entry.password is not None:
                return Credentials(entry.login, entry.password, self.name, f"{path}:{entry.line}")
        if own:
            return Absent(f"the entry for {origin.host} has no password", path)
        return Absent(f"the entry for {origin.host} is not {shown_username(question.username)}'s", path)

    def _load(self) -> tuple[str, list[Entry]]:
        file = self._read()
        if file is None:
            return "", []
        try:
            entries = parse(file.text)
        except NetrcSyntaxError as error:
            self._listener(Warned(f"{file.path} is not used: {error}"))
            return file.path, []
        if file.is_readable_by_others and any(entry.password for entry in entries):
            self._listener(Warned(f"{file.path} holds passwords and others can read it: chmod 600 {file.path}"))
        return file.path, entries


def parse(text: str) -> list[Entry]:
    """Return the entries in order. Raise NetrcSyntaxError with the line where the file does not parse."""
    words = _words(text)
    entries: list[Entry] = []
    while words:
        word, line = words.pop(0)
        if word == "machine" and words:
            machine: str | None = words.pop(0)[0]
        elif word == "default":
            machine = None
        else:
            raise NetrcSyntaxError(f"line {line}: expected machine, default or macdef")
        values: dict[str, str] = {}
        while words and words[0][0] in {"login", "user", "account", "password"}:
            key, key_line = words.pop(0)
            if not words:
                raise NetrcSyntaxError(f"line {key_line}: {key} has no value")
            values[key] = words.pop(0)[0]
        password = Secret(values["password"]) if "password" in values else None
        entries.append(Entry(machine, values.get("login", values.get("user", "")), password, line))
    return entries


def _words(text: str) -> list[tuple[str, int]]:
    """Return the words with their lines, without comments and macro definitions (which end at an empty line)."""
    words: list[tuple[str, int]] = []
    in_macro = False
    for number, line in enumerate(text.splitlines(), 1):
        if in_macro:
            in_macro = bool(line.strip())
            continue
        for match in re.finditer(_WORD, line):
            quoted, plain = match[1], match[2]
            is_value = bool(words) and words[-1][0] in {"login", "user", "account", "password"}
            if plain is not None and plain.startswith("#") and not is_value:
                break
            if plain == "macdef":
                in_macro = True
                break
            words.append((re.sub(r"\\(.)", r"\1", plain if quoted is None else quoted), number))
    return words


def read_netrc(environ: Mapping[str, str], *, is_windows: bool) -> NetrcFile | None:
    """Read the file that NETRC names, else the one in the home folder; None when there is none."""
    for path, name in candidates(environ, is_windows=is_windows):
        try:
            content = Path(path).read_bytes()
            mode = Path(path).stat().st_mode
        except OSError:
            continue
        is_readable_by_others = not is_windows and bool(mode & (stat.S_IRGRP | stat.S_IROTH))
        return NetrcFile(printable(name), content.decode("utf-8", "replace"), is_readable_by_others)
    return None


def candidates(environ: Mapping[str, str], *, is_windows: bool) -> list[tuple[str, str]]:
    """Return the paths where a netrc file may be, each with what messages call it. It does no I/O."""
    if environ.get("NETRC"):
        return [(environ["NETRC"], environ["NETRC"])]
    home = environ.get("USERPROFILE" if is_windows else "HOME", "")
    names = ("_netrc", ".netrc") if is_windows else (".netrc",)
    separator = "\\" if is_windows else "/"
    return [(f"{home}{separator}{name}", f"~{separator}{name}") for name in names] if home else []
