"""RECORD and its neighbours: what .dist-info says of one installation. Text in, text out.

Source: "Recording installed projects" (PEP 376, PEP 627) and "Recording the direct URL origin" (PEP 610).
"""

import os.path
import sys
from binascii import b2a_base64

try:
    # hashlib has the same function, and loads OpenSSL with it: 3 ms.
    if sys.version_info >= (3, 12):
        from _sha2 import sha256
    else:
        from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from packaging.direct_url import DirectUrl

Row = tuple[str, str, str]
"""A path, its hash as "sha256=…" and its size in bytes, as they are written; the last two may be empty."""

INSTALLER = b"unlatch\n"
# These tell of one installation, so what a wheel ships under their names is not installed.
OWN = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})

_QUOTED = frozenset('",\r\n')


def read_rows(content: bytes) -> list[Row]:
    """Return RECORD's rows. Raise ValueError when it is not UTF-8, or not CSV with a path and up to two more fields."""
    text = content.decode("utf-8")
    rows: list[Row] = []
    for number, fields in enumerate(_quoted_fields(text) if '"' in text else _plain_fields(text), 1):
        if not any(fields):
            continue
        if len(fields) > 3 or not fields[0]:
            raise ValueError(f"line {number} is not a path, a hash and a size")
        path, digest, size, *_ = (*fields, "", "")
        rows.append((path, digest, size))
    return rows


def write_rows(rows: "Iterable[Row]") -> bytes:
    """Return RECORD's content."""
    rows = list(rows)
    text = "".join([f"{path},{digest},{size}\n" for path, digest, size in rows])
    # Where no path has one of the characters that are quoted, there are just those that stand between the fields.
    if text.count(",") + text.count("\n") + text.count("\r") + text.count('"') > 3 * len(rows):
        text = "".join(
            [f"{path if _QUOTED.isdisjoint(path) else _quoted(path)},{digest},{size}\n" for path, digest, size in rows]
        )
    return text.encode()


def row_of(path: str, content: bytes) -> Row:
    """Return the row of a file that we have written ourselves."""
    return path, f"sha256={encoded(sha256(content).digest())}", str(len(content))


def encoded(digest: bytes) -> str:
    """Return a digest as RECORD has it: URL-safe base64 without padding."""
    return b2a_base64(digest, newline=False).decode().rstrip("=").replace("+", "-").replace("/", "_")


def recorded_path(path: str, folder: str, system: "ModuleType" = os.path) -> str:
    """Return an absolute path as RECORD has it: relative to `folder`, which holds .dist-info, and with "/".

    Across Windows drives there is no relative path, so it stays absolute. `system` is posixpath or ntpath.
    """
    if path.startswith(folder + system.sep):
        relative = path[len(folder) + 1 :]
    else:
        try:
            relative = system.relpath(path, folder)
        except ValueError:
            relative = path
    return str(relative.replace(system.sep, "/"))


def direct_url_content(direct_url: "DirectUrl") -> bytes:
    """Return direct_url.json. Userinfo and a signature leave the URL: whoever reads the file must not get in by it."""
    import json  # noqa: PLC0415 - loaded only for a direct URL

    from unlatch.model.url import is_signed  # noqa: PLC0415 - as above

    fields = dict(direct_url.to_dict(generate_legacy_hash=True))
    if is_signed(fields["url"]):
        fields["url"] = fields["url"].partition("?")[0]
    return json.dumps(fields, sort_keys=True).encode()


def _plain_fields(text: str) -> "Iterable[list[str]]":
    return (line.removesuffix("\r").split(",") for line in text.split("\n"))


def _quoted_fields(text: str) -> "Iterable[list[str]]":
    import csv  # noqa: PLC0415 - loaded only when a path is quoted
    import io  # noqa: PLC0415 - the same

    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _quoted(path: str) -> str:
    return '"' + path.replace('"', '""') + '"'
