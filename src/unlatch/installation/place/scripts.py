"""The commands that a distribution brings: scripts made from its entry points, and shipped ones that are adapted. Pure.

On Windows the launchers are those of the `installer` library. Elsewhere a script is six lines, and importing that
library for them would take longer than a small installation.
"""

from keyword import iskeyword

from unlatch.installation.entry_points import GUI, EntryPoint
from unlatch.installation.unsound import unsound
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from installer.scripts import LauncherKind, ScriptSection

    from unlatch.model.target import Target

# Linux reads so many bytes of a script's first line, since it was written; macOS reads 512.
_SHEBANG_LIMIT = 127
SHIPPED = b"#!python"  # how a script begins that is to be adapted
# Patterns are compiled where one is needed: common names and values are told by less, and `re` takes 4 ms to load.
_REFERENCE = r"([\w.]+)\s*:\s*([\w.]+)\s*(?:\[[^\]]*\])?"
# Whoever runs these expects Python, or its virtual environment.
_RESERVED = (
    r"(?:python|pypy|graalpy)w?[0-9.]*[tdw]?(?:\.exe)?|(?:de)?activate(?:\.(?:bat|csh|fish|nu|ps1|xsh))?|activate_this\.py"
    # What an interpreter reads before anything else, when it lies beside it.
    r"|pyvenv\.cfg|[^/]*\._pth"
)
# How a name begins that may be one of those, or a device's on Windows, where it has no dot: it is looked at closely.
_SUSPECT = ("python", "pypy", "graalpy", "activate", "deactivate", "con", "prn", "aux", "nul", "com", "lpt")
_COMMON_LENGTH = 100
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


def scripts(entry_points: "Iterable[EntryPoint]", target: "Target", filename: str) -> list[Script]:
    """Return the scripts of a wheel's entry points. Raise IntegrityError for a name or a value that is refused."""
    return [_script(entry_point, target, filename) for entry_point in entry_points]


def check_name(name: str, filename: str) -> None:
    """Raise IntegrityError when a script must not be called that: it would leave its folder, or stand in for Python."""
    if _is_common(name):
        return
    import re  # noqa: PLC0415 - loaded only for what is not common

    from unlatch.installation.unpack.paths import objection  # noqa: PLC0415 - as above

    reason = objection(name)
    if reason is None and any(character in '/:*?"<>|' for character in name):
        reason = "is not a file's name"
    if reason is None and re.fullmatch(_RESERVED, name, re.IGNORECASE):
        reason = "would replace a part of the environment"
    if reason is not None:
        raise unsound(filename, f"its script {printable(name)} {reason}")


def _is_common(name: str) -> bool:
    """Whether nothing can be said against a name: letters, digits, "-" and "_" that are nobody else's."""
    plain = name.replace("-", "").replace("_", "")
    return plain.isalnum() and name.isascii() and len(name) < _COMMON_LENGTH and not name.lower().startswith(_SUSPECT)


def covers(name: str, entry_points: "Iterable[EntryPoint]") -> bool:
    """Whether a shipped script is an old build's wrapper around an entry point, which is made anew instead."""
    plain = name.lower().removesuffix(".exe").removesuffix("-script.py").removesuffix("-script.pyw")
    return any(plain == entry_point.name.lower() for entry_point in entry_points)


def adapted(content: bytes, target: "Target") -> bytes | None:
    """Return a shipped script that begins with "#!python" or "#!pythonw", made to run with the target's interpreter.

    None for one that begins otherwise: it stays as it is. Source: the binary distribution format, ".data/scripts".
    """
    line, newline, rest = content.partition(b"\n")
    if newline and line.endswith(b"\r"):
        line, newline = line[:-1], b"\r\n"
    told = line.removeprefix(SHIPPED)
    is_windowed = told.startswith(b"w")
    arguments = told[is_windowed:].lstrip(b"0123456789.")
    if not line.startswith(SHIPPED) or b"\r" in arguments or arguments[:1] not in {b"", b" ", b"\t"}:
        return None
    python = _windowed(target.python) if is_windowed and target.is_windows else target.python
    first = _shebang(python, arguments.strip(b" \t").decode("utf-8", "replace"), is_windows=target.is_windows)
    return first.encode() + (newline or b"\n") + rest


def _script(entry_point: EntryPoint, target: "Target", filename: str) -> Script:
    check_name(entry_point.name, filename)
    module, attribute = _reference(entry_point.value)
    if not all(part.isidentifier() and not iskeyword(part) for part in f"{module}.{attribute}".split(".")):
        value = printable(entry_point.value)
        raise unsound(filename, f"its script {printable(entry_point.name)} calls {value!r}, which is not a function")
    if target.is_windows:
        return _launcher(entry_point, module, attribute, target)
    name = attribute.partition(".")[0]
    code = _TEMPLATE.format(module=module, name=name, attribute=attribute)
    return Script(entry_point.name, f"{_shebang(target.python)}\n{code}".encode())


def _reference(value: str) -> tuple[str, str]:
    """Return the module and the attribute that an object reference names; two empty texts where it is none."""
    module, _, attribute = value.partition(":")
    if value.isascii() and f"{module}.{attribute}".replace(".", "_").isidentifier():
        return module, attribute
    import re  # noqa: PLC0415 - loaded only for what is not common

    found = re.fullmatch(_REFERENCE, value)
    return (found[1], found[2]) if found else ("", "")


def _launcher(entry_point: EntryPoint, module: str, attribute: str, target: "Target") -> Script:
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
    if is_windows or (python.split() == [python] and len(line.encode()) < _SHEBANG_LIMIT):
        return line
    import shlex  # noqa: PLC0415 - loaded only for an unusual path

    command = f"{shlex.quote(python)} {arguments}".rstrip()
    return f"#!/bin/sh\n'''exec' {command} \"$0\" \"$@\"\n' '''"


def _windowed(python: str) -> str:
    """Return the sibling of a Windows interpreter that opens no console."""
    import ntpath  # noqa: PLC0415 - loaded only for Windows
    import re  # noqa: PLC0415 - as above

    folder, name = ntpath.split(python)
    return ntpath.join(folder, re.sub("python", "pythonw", name, count=1, flags=re.IGNORECASE))
