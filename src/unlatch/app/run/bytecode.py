"""Bytecode for what is going to be installed: compiled once for an interpreter, kept in the cache, linked after."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue

from unlatch.app.wiring.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.installation.keep.bytecode import Bytecode
from unlatch.installation.keep.compiler import Compiler
from unlatch.installation.keep.kept import wear, written
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.model.environ import to_start_python
from unlatch.model.target import Target


def compiled(wheels: Sequence[Unpacked], target: Target, parts: Parts) -> list[Bytecode]:
    """Return each wheel's bytecode for the target's interpreter, with as many compilers as there are processors."""
    environ = to_start_python(parts.settings.environ)
    compilers: SimpleQueue[Compiler] = SimpleQueue()
    count = os.cpu_count() or 1
    made = [Compiler(target.python, environ) for _ in range(count)]
    for compiler in made:
        compilers.put(compiler)
    lock = threading.Lock()

    def one(wheel: Unpacked) -> Bytecode:
        def fill(folder: Path) -> None:
            compiler = compilers.get()
            try:
                compiler.compile(wheel, folder)
            finally:
                compilers.put(compiler)

        # It names its sources' times: what was compiled for a wheel that has been unpacked anew is of no use.
        python = f"{target.implementation} {target.markers['python_full_version']}"
        key = f"{python} {wheel.folder} {written(wheel.folder)}"
        found = Bytecode.load(parts.cache.make_folder(Bucket.BYTECODE, key, fill))
        if found is None or wear(found.folder, found.root, found.rows) is not None:
            parts.cache.discard(Bucket.BYTECODE, key)
            found = Bytecode.load(parts.cache.make_folder(Bucket.BYTECODE, key, fill))
        assert found is not None
        with lock:
            return found

    try:
        return list(parts.threads(count).map(one, wheels))
    finally:
        for compiler in made:
            compiler.close()
