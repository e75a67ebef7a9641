"""A Python that is installed into: asked once, in a child, for its tags, markers and folders, and remembered.

What an interpreter says changes when its file does, when its virtual environment is made anew, or when the machine's
system is upgraded: these are the key of what is remembered. This is the one place that starts the target.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import packaging

from unlatch.environment import managed
from unlatch.environment.answer import Answer
from unlatch.model.environ import to_start_python
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Scheme, Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

OLDEST = (3, 8)
LIMIT = 30.0  # seconds: a Python on a slow network drive needs some, and nobody waits longer

# To be raised when `question` or `tags` come to answer differently for the same interpreter.
_FORMAT = "interpreter-1"


class Memory(Protocol):
    """Keeps answers from run to run, by a key of any length. It may forget, and it never raises."""

    def read(self, key: str) -> bytes | None:
        """Return what was written under the key, or None."""

    def write(self, key: str, content: bytes) -> None:
        """Keep the content under the key."""


def query(python: str, *, memory: Memory, environ: Mapping[str, str], limit: float = LIMIT) -> Target:
    """Return the environment of the interpreter at `python`, an absolute path.

    It is started only when `memory` has no answer, and given up after `limit` seconds. Raise EnvironmentProblem when
    it is missing, broken, or older than Python 3.8.
    """
    key = _key(python)
    known = _recalled(memory.read(key))
    if known is None:
        said = _ask(python, environ, limit)
        known = _understood(python, said)
        # A wrapper (pyenv's shims are some) may start another Python next time, so it is asked each time.
        if Path(known.answer.executable).resolve() == Path(python).resolve():
            memory.write(key, " ".join(known.tags).encode() + b"\n" + said)
    return _target(python, *known, environ)


class _Known(NamedTuple):
    answer: Answer
    tags: tuple[str, ...]


def _target(python: str, answer: Answer, tags: tuple[str, ...], environ: Mapping[str, str]) -> Target:
    return Target(
        python=answer.executable or python,
        prefix=answer.prefix,
        implementation=answer.markers["implementation_name"],
        version=answer.version,
        tags=tags,
        markers=answer.markers,
        scheme=Scheme(**answer.scheme),
        externally_managed=None if answer.is_virtual else managed.reason(answer.stdlib, environ),
        is_windows=answer.markers["os_name"] == "nt",
        is_virtual=answer.is_virtual,
    )


def _key(python: str) -> str:
    """Return what an answer is remembered by: the interpreter, its virtual environment, and the machine's system."""
    path = Path(python)
    try:
        real = path.resolve()
        status = real.stat()
    except (OSError, RuntimeError) as error:
        raise EnvironmentProblem(f"there is no Python at {printable(python)}") from error
    marks: list[object] = [_FORMAT, packaging.__version__, python, real, status.st_size, status.st_mtime_ns, *_system()]
    for folder in (path.parent, path.parent.parent):
        configuration = folder / "pyvenv.cfg"
        try:
            status = configuration.stat()
        except OSError:
            continue
        marks += [configuration, status.st_size, status.st_mtime_ns]
    # JSON, so that a path in no known encoding is still a text that can be encoded.
    return json.dumps([str(mark) for mark in marks])


def _system() -> tuple[str, ...]:
    """Return the operating system's version, and the C library's: a folder of answers may serve several machines."""
    if sys.platform == "win32":
        return tuple(map(str, sys.getwindowsversion()))
    name = os.uname()
    library = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else None
    return name.sysname, name.release, name.version, name.machine, library or ""


def _recalled(content: bytes | None) -> _Known | None:
    """Return what was remembered; None when it is not what `query` writes."""
    tags, _, said = (content or b"").partition(b"\n")
    try:
        known = _Known(Answer.read(json.loads(said)), tuple(tags.decode().split(" ")))
    except ValueError:
        return None
    return known if all(tag.count("-") == 2 for tag in known.tags) else None


def _ask(python: str, environ: Mapping[str, str], limit: float) -> bytes:
    """Start the interpreter on `question` and return the last line that it printed."""
    # Whoever has loaded this module can read the file beside it, from a zip file, too.
    source: bytes = globals()["__loader__"].get_data(str(Path(__file__).with_name("question.py")))
    status, out, err = _run([python, "-I", "-S", "-B", "-c", source.decode("ascii")], environ, limit)
    lines = out.strip().splitlines()
    if status == 0 and lines:
        return lines[-1]
    _refuse_if_old(python, environ, limit)
    raise _broken(python, err, f"it ended with status {status}")


def _understood(python: str, said: bytes) -> _Known:
    from unlatch.environment import tags  # noqa: PLC0415 - loaded only for an interpreter that is new

    try:
        answer = Answer.read(json.loads(said))
    except ValueError as error:
        raise _broken(python, said, "its answer cannot be understood") from error
    if answer.version < OLDEST:
        raise _too_old(python, answer.markers["python_full_version"])
    return _Known(answer, tags.compatible(answer))


def _refuse_if_old(python: str, environ: Mapping[str, str], limit: float) -> None:
    """Raise when the interpreter calls itself a Python that is too old to answer: Python 2 knows not even `-I`."""
    import re  # noqa: PLC0415 - only on the way to an error

    _, out, err = _run([python, "-V"], environ, limit)
    match = re.search(rb"Python ((\d+)\.(\d+)\S*)", out + err)
    if match and (int(match[2]), int(match[3])) < OLDEST:
        raise _too_old(python, match[1].decode("ascii", "replace"))


def _run(command: list[str], environ: Mapping[str, str], limit: float) -> tuple[int, bytes, bytes]:
    import subprocess  # noqa: PLC0415 - loaded only for an interpreter that is new

    python = printable(command[0])
    # Without SYSTEM_VERSION_COMPAT, macOS 11 and newer call themselves 10.16 to a Python that was built before them.
    passed_on = to_start_python(environ) | {"SYSTEM_VERSION_COMPAT": "0"}
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, stdin=subprocess.DEVNULL, env=passed_on, timeout=limit
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentProblem(f"{python} gave no answer in {limit:g} s") from error
    except OSError as error:
        raise EnvironmentProblem(f"{python} cannot be started: {error.strerror}") from error
    return done.returncode, done.stdout, done.stderr


def _too_old(python: str, version: str) -> EnvironmentProblem:
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    return EnvironmentProblem(
        f"{printable(python)} is Python {printable(version)}, and unlatch installs for Python {oldest} and newer"
    )


def _broken(python: str, told: bytes, otherwise: str) -> EnvironmentProblem:
    lines = [printable(line.strip()[:200]) for line in told.decode("utf-8", "replace").splitlines() if line.strip()]
    # A wrapper's complaint begins with its reason, a traceback ends with it.
    details = [lines[0], *lines[1:][-1:]] if lines else [otherwise]
    return EnvironmentProblem(f"{printable(python)} is not a Python that works", details=details)
