"""A small file that says what a folder holds, so that the folder is never walked. Damage is noticed, and means "none".

The content is marshal's: it is read many times faster than JSON, by any Python, and it is only what we wrote ourselves.
"""

import marshal
import zlib
from pathlib import Path
from typing import Any

NAME = "manifest"
_HEAD = b"unlatch-manifest-1\n"
_MARSHAL_VERSION = 4  # the newest that Python 3.11 writes; later ones read it


def write(folder: Path, value: Any) -> None:
    """Write the manifest of a folder. `value` is made of tuples, strings, numbers and bytes. Raise OSError."""
    body = marshal.dumps(value, _MARSHAL_VERSION)
    (folder / NAME).write_bytes(_HEAD + zlib.crc32(body).to_bytes(4, "big") + body)


def read(folder: Path) -> Any:
    """Return what `write` was given; None when there is no manifest, or not the one that was written."""
    try:
        content = (folder / NAME).read_bytes()
    except OSError:
        return None
    body = content[len(_HEAD) + 4 :]
    if content[: len(_HEAD) + 4] != _HEAD + zlib.crc32(body).to_bytes(4, "big"):
        return None
    return marshal.loads(body)  # noqa: S302 - the checksum says that it is what we wrote
