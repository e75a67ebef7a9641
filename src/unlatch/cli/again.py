"""A command that was given before, and that looked at nothing which has changed since, is answered with what it said.

That is the most frequent run of all: nothing to do. Everything that such an answer rests on was marked by the run that
gave it (`remembering`): files of configuration and requirements, those that are not there among them, the interpreter,
the folders of what is installed. So this module loads nothing but `os`, `sys` and `marshal`, where reading the command
line and the requirements takes six times as long as starting Python.

The words and variables of a command are nowhere on the disk: a digest of them is the name of what is remembered, and
no userinfo, password or token goes into it.
"""

# ruff: noqa: PTH109, PTH117, PTH118, PTH119, PTH120, PTH123 - paths are text here, as in `cache.marks`

import marshal
import os
import sys
import time

from unlatch import __version__
from unlatch.cache import marks, seal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

BUCKET = "runs-1"
# What is remembered of a command, apart from each other: that it had nothing to do, and what it chose to install.
NOTHING, INSTALLATION = "nothing ", "installation "
# Raised when what is remembered is given another form.
_FORM = 2
_PREFIXES = ("UNLATCH_", "PIP_", "UV_", "XDG_", "CONDA_")
# What else decides where unlatch looks and what it says.
_VARIABLES = """
    APPDATA CLICOLOR CLICOLOR_FORCE FORCE_COLOR HOME LANG LC_ALL LC_MESSAGES LOCALAPPDATA NO_COLOR PATH PROGRAMFILES
    PROGRAMDATA TERM USERPROFILE VIRTUAL_ENV WT_SESSION
    CI GITHUB_ACTIONS TF_BUILD BUILD_BUILDID GITLAB_CI JENKINS_URL TEAMCITY_VERSION CIRCLECI BUILDKITE
    CODEBUILD_BUILD_ID BITBUCKET_BUILD_NUMBER TRAVIS APPVEYOR
""".split()  # noqa: SIM905 - read as a list
_SECRETS = ("_USERNAME", "_PASSWORD", "_TOKEN")
_CACHE_DIR = "--cache-dir"


def answer(argv: list[str]) -> bool:
    """Say what the same command said before, when it had nothing to do. Return False where it has to be carried out.

    `argv` begins with the name of the program.
    """
    recalled = remembered(argv, os.environ, NOTHING)
    if recalled is None:
        return False
    known, said = recalled
    if not marks.stands(known):
        return False
    try:
        sys.stderr.write(said)
        sys.stderr.flush()
    except (OSError, AttributeError):
        # Nobody reads it, or there is no such stream: whoever carries the command out knows what to do then.
        return False
    return True


def installation(argv: list[str], environ: "Mapping[str, str]") -> "tuple[tuple[Any, ...] | None, bool]":
    """Return what the same command chose to install before, if it would choose the same again; else None.

    That is so if what it looked at is as it was, the pages of the indexes that the cache has among it, and if the
    environment has what it had then. The second of the two that are returned is whether all of these pages are fresh;
    otherwise the indexes have to be asked whether they are as they were.
    """
    recalled = remembered(argv, environ, INSTALLATION)
    if recalled is None:
        return None, False
    known, kept, texts, fresh_until, folders, chosen = recalled
    is_as_it_was = (
        marks.listing(folders) == chosen[1]
        and marks.stands(known)
        and marks.stands(kept)
        and all(read(path) == text for path, text in texts)
    )
    return chosen if is_as_it_was else None, time.time() < fresh_until


def read(path: str) -> bytes | None:
    """Return the content of a file, None when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def is_of_interest(variable: str) -> bool:
    """Whether an environment variable may decide what a run does that asks no index."""
    return variable in _VARIABLES or variable.startswith(_PREFIXES)


def key(argv: list[str], environ: "Mapping[str, str]") -> str:
    """Return the text by whose digest the command is remembered."""
    variables = [
        (name, "" if name.endswith(_SECRETS) else _clean(value))
        for name, value in sorted(environ.items())
        if is_of_interest(name)
    ]
    streams = [stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stderr)]
    package = os.path.dirname(os.path.dirname(__file__))
    ours = (_FORM, __version__, marks.mark(package, has_entries=True), *_machine(), os.path.basename(argv[0]))
    return repr((ours, _working_folder(), [_clean(word) for word in argv[1:]], variables, streams))


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""  # It was removed, and so is nobody's.


def _machine() -> tuple[str, ...]:
    """Return which Python runs this on which system."""
    system = tuple(os.uname()) if hasattr(os, "uname") else ()
    return sys.executable, sys.version, *system


def cache_folder(argv: list[str], environ: "Mapping[str, str]") -> str | None:
    """Return the folder of the cache, as far as it can be told without reading any file; None where it cannot."""
    named = environ.get("UNLATCH_CACHE_DIR", "").strip()
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word == "--":
            break
        if word == _CACHE_DIR:
            named = following
        elif word.startswith(f"{_CACHE_DIR}="):
            named = word[len(_CACHE_DIR) + 1 :]
    if not named:
        from unlatch.app.wiring.folders import cache_folder as own_folder  # noqa: PLC0415 - loaded only when it is needed

        return own_folder(sys.platform, environ)
    return named if os.path.isabs(named) else None


def remembered(argv: list[str], environ: "Mapping[str, str]", kind: str) -> "tuple[Any, ...] | None":
    """Return what is remembered of a command; None for what is not there or not whole."""
    folder = cache_folder(argv, environ) if argv[1:2] == ["install"] else None
    if folder is None:
        return None
    name = seal.name_of(kind + key(argv, environ))
    entry = read(os.path.join(folder, BUCKET, name[:2], name[2:])) or b""
    body = entry[seal.SIZE :]
    if not body or entry[: seal.SIZE] != seal.seal(name, body):
        return None
    # An entry of the cache begins with the name of what it is about: nothing, for ours.
    content: tuple[Any, ...] = marshal.loads(body[1 + body[0] :])  # noqa: S302 - the seal says that we wrote it
    return content


def _clean(text: str) -> str:
    """Return a word, or words with white space between, without the userinfo of URLs."""
    return " ".join(map(_without_userinfo, text.split())) if "://" in text else text


def _without_userinfo(word: str) -> str:
    scheme, separator, rest = word.partition("://")
    ends = [position for position in map(rest.find, "/?#") if position >= 0]
    end = min(ends, default=len(rest))
    return f"{scheme}{separator}{rest[:end].rpartition('@')[2]}{rest[end:]}"
