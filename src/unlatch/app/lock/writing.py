"""A file of the user's, written whole or not at all."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable

if TYPE_CHECKING:
    from mmap import mmap


def write_whole(path: Path, content: "bytes | bytearray | mmap") -> None:
    """Write a file under another name beside it, and move it to its own. Raise ConfigurationError.

    Where the path is a symbolic link, what it leads to is written.
    """
    real = Path(os.path.realpath(path))
    beside = real.with_name(f".{real.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as stream:
            stream.write(content)
        beside.replace(real)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigurationError(f"{printable(str(path))} cannot be written: {error.strerror}") from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
