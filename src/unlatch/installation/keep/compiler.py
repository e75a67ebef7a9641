"""Modules compiled once for all environments of an interpreter, by that interpreter, beside the unpacked wheel.

    folder/manifest     what there is
    folder/files/…      .pyc files, in the __pycache__ folders where the archive would have them

`bytecode` tells how they are placed.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH102, PTH103

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from struct import pack, unpack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from unlatch.cache.files import kept_mode, write_new
from unlatch.installation.keep import manifest
from unlatch.installation.keep.bytecode import Bytecode
from unlatch.installation.keep.parts import Row
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.record import row_of
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.text import printable

if TYPE_CHECKING:
    from subprocess import Popen

# Runs in the target's interpreter, which may be older than ours. First it says its cache tag. A request is the path of
# a source and the name to compile it under, an answer the .pyc file, each after its length; no bytes mean a failure.
_CHILD = """
import importlib.util, marshal, os, struct, sys
incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
def send(content):
    outgoing.write(struct.pack("<I", len(content)) + content)
    outgoing.flush()
def compiled(path, name):
    with open(path, "rb") as stream:
        found = os.fstat(stream.fileno())
        code = compile(stream.read(), name, "exec", dont_inherit=True)
    numbers = struct.pack("<3I", 0, int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF)
    return importlib.util.MAGIC_NUMBER + numbers + marshal.dumps(code)
send((sys.implementation.cache_tag or "").encode())
while True:
    lengths = incoming.read(8)
    if len(lengths) < 8:
        break
    path, name = [incoming.read(length) for length in struct.unpack("<2I", lengths)]
    try:
        content = compiled(path, name.decode())
    except Exception:
        content = b""
    send(content)
"""
# So many requests are under way, that the child need not wait for us: two paths fit into any pipe.
_AHEAD = 2


class Compiler:
    """One child process of an interpreter that compiles modules, one wheel after the other, for one thread.

    It is started when it is first needed, isolated from its environment's site-packages (-I -S), with `environment`
    as its variables. More than one at a time make use of more than one processor.
    """

    def __init__(self, python: str, environment: Mapping[str, str]) -> None:
        self._python = python
        self._environment = environment
        self._child: Popen[bytes] | None = None
        self._tag = ""

    def compile(self, unpacked: Unpacked, folder: Path) -> Bytecode:
        """Compile a wheel's modules into `folder`, which exists and is empty.

        A module that does not compile is left out: many wheels have some. Raise EnvironmentProblem when the interpreter
        does not start, and OSError when the folder cannot be written.
        """
        self._start()
        root = manifest.files(folder)
        os.mkdir(root)
        rows: list[Row] = []
        for source, content in self._compiled(unpacked.root, self._sources(unpacked)):
            path = self._cached(source)
            os.makedirs(f"{root}/{path.rpartition('/')[0]}", exist_ok=True)
            write_new(f"{root}/{path}", content, kept_mode(is_executable=False))
            rows.append((path, row_of(path, content)[1], len(content), False))
        return Bytecode.describe(folder, unpacked.filename, rows)

    def close(self) -> None:
        """End the child; any number of times."""
        child, self._child = self._child, None
        if child is not None:
            child.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> "Popen[bytes]":
        """Return the child, started when there is none, after it has said its cache tag."""
        if self._child is not None:
            return self._child
        from subprocess import DEVNULL, PIPE, Popen  # noqa: PLC0415 - loaded only when something is compiled

        command = [self._python, "-I", "-S", "-W", "ignore", "-c", _CHILD]
        try:
            self._child = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=dict(self._environment))
            tag = _receive(self._child)
        except OSError as error:
            raise self._problem(str(error.strerror)) from error
        if tag is None:
            self.close()
            raise self._problem("it ended at once")
        self._tag = tag.decode()
        return self._child

    def _problem(self, reason: str) -> EnvironmentProblem:
        return EnvironmentProblem(f"{printable(self._python)} could not be started to compile modules: {reason}")

    def _cached(self, source: str) -> str:
        """Return where the compiled form of a source belongs (PEP 3147)."""
        folder, separator, name = source.rpartition("/")
        return f"{folder}{separator}__pycache__/{name.removesuffix('.py')}.{self._tag}.pyc"

    def _sources(self, unpacked: Unpacked) -> list[str]:
        """Return what to compile: nothing that is shipped compiled, nothing for an interpreter without bytecode."""
        if not self._tag:
            return []
        shipped = {path for path, *_ in unpacked.rows}
        return [path for path, *_ in unpacked.rows if _is_module(path) and self._cached(path) not in shipped]

    def _compiled(self, root: str, sources: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each source that compiles, and its .pyc file."""
        waiting, asked = deque(sources), deque[str]()
        while waiting or asked:
            child = self._start()
            while waiting and len(asked) < _AHEAD:
                asked.append(waiting.popleft())
                _ask(child, f"{root}/{asked[-1]}", asked[-1])
            content = _receive(child)
            source = asked.popleft()
            if content is None:
                # The module took the interpreter down: it is left out, and what was asked after it is asked again.
                self.close()
                waiting.extendleft(reversed(asked))
                asked.clear()
            elif content:
                yield source, content


def _is_module(path: str) -> bool:
    """Whether a file of a wheel is imported from site-packages."""
    first, _, rest = path.partition("/")
    return path.endswith(".py") and (not first.endswith(".data") or rest.startswith(("purelib/", "platlib/")))


def _ask(child: "Popen[bytes]", path: str, name: str) -> None:
    assert child.stdin is not None
    fields = os.fsencode(path), name.encode()
    # A child that is gone is noticed when its answer is read.
    with suppress(BrokenPipeError):
        child.stdin.write(pack("<2I", *map(len, fields)) + b"".join(fields))
        child.stdin.flush()


def _receive(child: "Popen[bytes]") -> bytes | None:
    """Return the next answer, None when the child is gone."""
    assert child.stdout is not None
    length = child.stdout.read(4)
    if len(length) < 4:
        return None
    content = child.stdout.read(unpack("<I", length)[0])
    return content if len(content) == unpack("<I", length)[0] else None
