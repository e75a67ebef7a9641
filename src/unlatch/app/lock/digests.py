"""Digests of what an index lists without one: such a file is fetched, for a lock knows every file by its hash."""

from collections.abc import Callable, Sequence

from unlatch.app.wiring.parts import Parts
from unlatch.app.wiring.threads import Threads
from unlatch.index.download import fetch
from unlatch.model.distribution import ALGORITHMS, File
from unlatch.model.events import Noted
from unlatch.model.index import Index
from unlatch.model.text import printable


def with_digests(
    files: Sequence[File], index: Index | None, parts: Parts, threads: Threads
) -> Callable[[], list[File]]:
    """Begin to fetch the files that are known by no hash that proves anything.

    `index` is what listed them, None where there are none. What is returned waits for them, and returns all files,
    each with such a hash. It raises what fetching does.
    """
    coming = [None if index is None or _is_known(file) else threads.submit(_told, file, index, parts) for file in files]
    return lambda: [file if future is None else future.result() for file, future in zip(files, coming, strict=True)]


def _told(file: File, index: Index, parts: Parts) -> File:
    parts.listener(Noted(f"the index tells no hash of {printable(file.filename)}: it is fetched for one"))
    with fetch(parts, file, index) as body:
        return file._replace(hashes=(*file.hashes, ("sha256", body.sha256)), size=len(body.content))


def _is_known(file: File) -> bool:
    return any(algorithm.lower() in ALGORITHMS for algorithm, _ in file.hashes)
