"""How a cache lies on the disk: where an entry is, and the seal that proves it whole. Bytes in, bytes out.

    <root>/CACHEDIR.TAG
    <root>/.lock                                            the lease
    <root>/<bucket>/<two letters>/<the rest of the name>    an entry: a sealed file, or a folder
    <root>/<bucket>/<two letters>/.<the rest>.<random>      one that is being written
    <root>/.trash-<random>/…                                what is being deleted

An entry's name is the digest of its key, so that a key is nowhere on the disk. The seal is made of the name and of all
that follows it: whoever has the file alone can tell whether it is what was written, and under that name.
"""

import enum
import itertools
import os
from functools import lru_cache
from pathlib import Path

from unlatch.cache.seal import SIZE as _SEAL
from unlatch.cache.seal import name_of, seal
from unlatch.model.tuples import NamedTuple

TAG_NAME = "CACHEDIR.TAG"
TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache: it may be removed at any time, and back-ups may leave it out.
"""
TRASH = ".trash-"

# Names that nobody else uses: those of a process that was forked tell it by their number.
_OURS = os.urandom(8).hex()
_numbers = itertools.count()
_HEAD = _SEAL + 1
_LONGEST_SUBJECT = 255


class Bucket(enum.Enum):
    """What is kept. The values are folder names; the number is raised when the form of the entries changes."""

    PAGES = "pages-2"
    METADATA = "metadata-2"
    WHEELS = "wheels-2"
    INTERPRETERS = "interpreters-2"
    BYTECODE = "bytecode-3"
    NEEDS = "needs-2"
    BUILT = "built-1"
    REPOSITORIES = "repositories-1"
    RUNS = "runs-1"


class Kept(NamedTuple):
    """What a sealed file holds: `about` is the project that it is about, "" where there is none or nobody said."""

    about: str
    content: bytes


# An entry is looked for, written and marked within a moment. Making paths was a tenth of a thousand small wheels.
@lru_cache(maxsize=256)
def path_of(root: Path, bucket: Bucket, key: str) -> Path:
    """Return where the entry of a key is."""
    name = name_of(key)
    return root / f"{bucket.value}/{name[:2]}/{name[2:]}"


def sealed(path: Path, kept: Kept) -> tuple[bytes, bytes]:
    """Return the file of an entry that is to be at `path`: its head, and the content as it is, which may be large."""
    about = kept.about.encode("ascii", "replace")[:_LONGEST_SUBJECT]
    head = bytes([len(about)]) + about
    return _seal(path, head, kept.content) + head, kept.content


def opened(path: Path, file: bytes) -> Kept | None:
    """Return what a file at `path` holds, None when it is not what was written under that name."""
    body = memoryview(file)[_SEAL:]
    if not body or file[:_SEAL] != _seal(path, body):
        return None
    end = _HEAD + file[_SEAL]
    return Kept(file[_HEAD:end].decode("ascii", "replace"), file[end:])


def beside(path: Path) -> Path:
    """Return a name in the same folder that nobody else uses; `is_unfinished` knows it."""
    return path.with_name(f".{path.name}.{os.getpid():x}-{_OURS}-{next(_numbers)}")


def is_unfinished(name: str) -> bool:
    """Whether this is a name that `beside` has given."""
    return name.startswith(".")


def _seal(path: Path, *body: bytes | memoryview) -> bytes:
    return seal(f"{path.parent.name}{path.name}", *body)
