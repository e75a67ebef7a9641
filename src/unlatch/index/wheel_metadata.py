"""METADATA inside a wheel, read without looking at the rest of it. Whether the wheel is sound is decided later."""

import zlib
from typing import IO, TYPE_CHECKING

from unlatch.index.remote_zip import PartialFile
from unlatch.model.errors import IntegrityError
from unlatch.model.name import normalize
from unlatch.model.text import printable

if TYPE_CHECKING:
    from zipfile import ZipFile

# No METADATA is near this size in bytes; what claims to be is a bomb.
MOST_METADATA = 16 * 1024**2
_STORED, _DEFLATED = 0, 8


def read_metadata(archive: PartialFile | IO[bytes], filename: str) -> bytes:
    """Return METADATA of the wheel `filename`. Raise IntegrityError when there is none that can be read."""
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 - most metadata comes without its wheel

    try:
        with ZipFile(archive) as wheel:
            return _read(wheel, filename)
    except (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        raise IntegrityError(
            f"{printable(filename)} is not a wheel that can be read: {printable(str(error))}"
        ) from error


def _read(wheel: "ZipFile", filename: str) -> bytes:
    info = wheel.getinfo(_member(wheel.namelist(), filename))
    if info.file_size > MOST_METADATA:
        raise IntegrityError(f"{printable(filename)} has METADATA that no wheel has: {info.file_size} bytes of it")
    if info.compress_type not in {_STORED, _DEFLATED}:
        raise IntegrityError(f"{printable(filename)} has METADATA that is packed with method {info.compress_type}")
    return wheel.read(info)


def _member(names: list[str], filename: str) -> str:
    """Return the member that is the wheel's METADATA: the only one, or the one that is named after the project."""
    found = [name for name in names if name.endswith(".dist-info/METADATA") and name.count("/") == 1]
    if len(found) > 1:
        project = normalize(filename.partition("-")[0])
        found = [name for name in found if normalize(name.partition("-")[0]) == project]
    if len(found) != 1:
        raise IntegrityError(f"{printable(filename)} is not a wheel: it has no METADATA, or several")
    return found[0]
