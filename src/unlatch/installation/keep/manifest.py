"""A small file that says what a folder holds, so that the folder is never walked. Damage is noticed, and means "none".

The content is marshal's: it is read many times faster than JSON, by any Python, and it is only what we wrote ourselves.
"""

# Paths are text here: a start that places wheels loads no pathlib.
# ruff: noqa: PTH118, PTH123

import marshal
import os
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAME, _FILES = "manifest", "files"
_HEAD = b"unlatch-manifest-2\n"
_MARSHAL_VERSION = 4  # the newest that Python 3.11 writes; later ones read it


def path(folder: "str | os.PathLike[str]") -> str:
    """Return where the manifest of a folder is."""
    return os.path.join(folder, _NAME)


def files(folder: "str | os.PathLike[str]") -> str:
    """Return where the files of a folder are, beside its manifest."""
    return os.path.join(folder, _FILES)


def write(folder: "str | os.PathLike[str]", value: "Any") -> None:
    """Write the manifest of a folder. `value` is made of tuples, strings, numbers and bytes. Raise OSError."""
    body = marshal.dumps(value, _MARSHAL_VERSION)
    with open(path(folder), "wb") as file:
        file.write(_HEAD + crc32(body).to_bytes(4, "big") + body)


def read(folder: "str | os.PathLike[str]") -> "Any":
    """Return what `write` was given; None when there is no manifest, or not the one that was written."""
    try:
        with open(path(folder), "rb") as file:
            content = file.read()
    except OSError:
        return None
    body = content[len(_HEAD) + 4 :]
    if content[: len(_HEAD) + 4] != _HEAD + crc32(body).to_bytes(4, "big"):
        return None
    return marshal.loads(body)  # noqa: S302 - the checksum says that it is what we wrote
