"""The commands that a distribution brings: scripts made from its entry points, and shipped ones that are adapted. Pure.

On Windows the launchers are those of the `installer` library. Elsewhere a script is six lines, and importing that
library for them would take longer than a small installation.
"""

import ntpath
import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import TYPE_CHECKING

from unlatch.installation.entry_points import GUI, EntryPoint
from unlatch.installation.paths import objection
from unlatch.installation.unsound import unsound
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

if TYPE_CHECKING:
    from installer.scripts import LauncherKind, ScriptSection

# Linux reads so many bytes of a script's first line, since it was written; macOS reads 512.
_SHEBANG_LIMIT = 127
SHIPPED = b"#!python"  # how a script begins that is to be adapted
_FIRST_LINE = re.compile(rb"#!python(w?)[0-9.]*(?:[ \t]+([^\r\n]*?))?[ \t]*(\r?\n|$)")
_REFERENCE = re.compile(r"(?P<module>[\w.]+)\s*:\s*(?P<attribute>[\w.]+)\s*(?:\[[^\]]*\])?")
# Whoever runs these expects Python, or its virtual environment.
_RESERVED = re.compile(
    r"(?:python|pypy|graalpy)w?[0-9.]*[tdw]?(?:\.exe)?|(?:de)?activate(?:\.(?:bat|csh|fish|nu|ps1|xsh))?|activate_this\.py"
    # What an interpreter reads before anything else, when it lies beside it.
    r"|pyvenv\.cfg|[^/]*\._pth",
    re.IGNORECASE,
)
_TEMPLATE = """\
import sys
from {module} import {name}
if __name__ == "__main__":
    sys.exit({attribute}())
"""
_LAUNCHERS: dict[str, "LauncherKind"] = {"win32": "win-ia32", "win_arm32": "win-arm", "win_arm64": "win-arm64"}


class Script(NamedTuple):
    """A script to write into the scripts folder: its file name there, and what is in it. It is executable."""

    name: str
    content: bytes


def scripts(entry_points: Iterable[EntryPoint], target: Target, filename: str) -> list[Script]:
    """Return the scripts of a wheel's entry points. Raise IntegrityError for a name or a value that is refused."""
    return [_script(entry_point, target, filename) for entry_point in entry_points]


def check_name(name: str, filename: str) -> None:
    """Raise IntegrityError when a script must not be called that: it would leave its folder, or stand in for Python."""
    reason = objection(name)
    if reason is None and any(character in '/:*?"<>|' for character in name):
        reason = "is not a file's name"
    if reason is None and _RESERVED.fullmatch(name):
        reason = "would replace a part of the environment"
    if reason is not None:
        raise unsound(filename, f"its script {printable(name)} {reason}")


def covers(name: str, entry_points: Iterable[EntryPoint]) -> bool:
    """Whether a shipped script is an old build's wrapper around an entry point, which is made anew instead."""
    plain = name.lower().removesuffix(".exe").removesuffix("-script.py").removesuffix("-script.pyw")
    return any(plain == entry_point.name.lower() for entry_point in entry_points)


def adapted(content: bytes, target: Target) -> bytes | None:
    """Return a shipped script that begins with "#!python" or "#!pythonw", made to run with the target's interpreter.

    None for one that begins otherwise: it stays as it is. Source: the binary distribution format, ".data/scripts".
    """
    found = _FIRST_LINE.match(content)
    if found is None:
        return None
    windowed, arguments, newline = found.groups()
    python = _windowed(target.python) if windowed and target.is_windows else target.python
    first = _shebang(python, (arguments or b"").decode("utf-8", "replace"), is_windows=target.is_windows)
    return first.encode() + (newline or b"\n") + content[found.end() :]


def _script(entry_point: EntryPoint, target: Target, filename: str) -> Script:
    check_name(entry_point.name, filename)
    found = _REFERENCE.fullmatch(entry_point.value)
    parts = f"{found['module']}.{found['attribute']}".split(".") if found else []
    if found is None or not all(part.isidentifier() and not iskeyword(part) for part in parts):
        value = printable(entry_point.value)
        raise unsound(filename, f"its script {printable(entry_point.name)} calls {value!r}, which is not a function")
    if target.is_windows:
        return _launcher(entry_point, found["module"], found["attribute"], target)
    name = found["attribute"].partition(".")[0]
    code = _TEMPLATE.format(module=found["module"], name=name, attribute=found["attribute"])
    return Script(entry_point.name, f"{_shebang(target.python)}\n{code}".encode())


def _launcher(entry_point: EntryPoint, module: str, attribute: str, target: Target) -> Script:
    from installer import scripts as launchers  # noqa: PLC0415 - slow, and for Windows only

    platform = target.tags[0].rpartition("-")[2]
    section: ScriptSection = "gui" if entry_point.group == GUI else "console"
    script = launchers.Script(entry_point.name, module, attribute, section)
    return Script(*script.generate(target.python, _LAUNCHERS.get(platform, "win-amd64")))


def _shebang(python: str, arguments: str = "", *, is_windows: bool = False) -> str:
    """Return a script's first line, or the two lines that do the same where one cannot: too long, or with spaces.

    They are a command to the shell and a text to Python.
    """
    line = f"#!{python} {arguments}".rstrip()
    if is_windows or (not re.search(r"\s", python) and len(line.encode()) < _SHEBANG_LIMIT):
        return line
    import shlex  # noqa: PLC0415 - loaded only for an unusual path

    command = f"{shlex.quote(python)} {arguments}".rstrip()
    return f"#!/bin/sh\n'''exec' {command} \"$0\" \"$@\"\n' '''"


def _windowed(python: str) -> str:
    """Return the sibling of a Windows interpreter that opens no console."""
    folder, name = ntpath.split(python)
    return ntpath.join(folder, re.sub("python", "pythonw", name, count=1, flags=re.IGNORECASE))
