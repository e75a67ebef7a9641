"""What a wheel says of itself, and whether it agrees: its file name, .dist-info, WHEEL, METADATA and RECORD.

It reads the few members that describe the rest. Source: the binary distribution format specification.
"""

from collections.abc import Iterable, Mapping

from packaging.version import InvalidVersion, Version

from unlatch.installation.entry_points import EntryPoint, parse
from unlatch.installation.record import Row, read_rows
from unlatch.installation.unpack.archive import Member, content, members
from unlatch.installation.unsound import unsound
from unlatch.model.distribution import ALGORITHMS, WheelName
from unlatch.model.limits import Limits
from unlatch.model.metadata import Metadata, check_form, read_headers
from unlatch.model.name import normalize
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

# In bytes. RECORD has a line for each of many files; nothing else that is read here comes near a megabyte.
_RECORD_LIMIT, _DESCRIPTION_LIMIT = 64 * 1024**2, 16 * 1024**2
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")


class Contents(NamedTuple):
    """A wheel that agrees with itself. `hashes` are RECORD's, by path, for every member that has to have one."""

    members: Mapping[str, Member]
    hashes: Mapping[str, str]
    dist_info: str
    root_is_purelib: bool
    entry_points: tuple[EntryPoint, ...]


def read(view: memoryview, filename: str, limits: Limits, *, is_windows: bool = False) -> Contents:
    """Read and check what describes the wheel. Raise IntegrityError, naming `filename`, for whatever is not right.

    With `is_windows` what only Windows reads as another path is not right either.
    """
    name = _name(filename)
    files = members(view, filename, limits, is_windows=is_windows)
    dist_info = _dist_info(files, name, filename)

    def described(file: str) -> bytes:
        member = files.get(f"{dist_info}/{file}")
        if member is None:
            raise unsound(filename, f"it has no {file} in {printable(dist_info)}")
        limit = _RECORD_LIMIT if file == "RECORD" else _DESCRIPTION_LIMIT
        if member.size > limit:
            raise unsound(filename, f"its {file} is larger than {limit:,} bytes")
        return content(view, member, filename)

    root_is_purelib = _root_is_purelib(described("WHEEL"), filename)
    text = described("METADATA")
    check_form(text, printable(filename))
    metadata = Metadata.parse(text, printable(filename))
    if (metadata.name, metadata.version) != (name.name, name.version):
        raise unsound(filename, f"its METADATA is that of {printable(metadata.name)} {metadata.version}")
    hashes = _hashes(described("RECORD"), files, dist_info, filename)
    has_entry_points = f"{dist_info}/entry_points.txt" in files
    entry_points = parse(described("entry_points.txt")) if has_entry_points else ()
    return Contents(files, hashes, dist_info, root_is_purelib, entry_points)


def _name(filename: str) -> WheelName:
    try:
        return WheelName.parse(filename)
    except ValueError:
        raise unsound(filename, "that is not a wheel's file name") from None


def _dist_info(paths: Iterable[str], name: WheelName, filename: str) -> str:
    """Return the one .dist-info folder, which must be that of the project and version in the file's name."""
    roots = {path.partition("/")[0] for path in paths if "/" in path}
    found = sorted(root for root in roots if root.lower().endswith(".dist-info"))
    if len(found) != 1:
        listed = f": {', '.join(printable(root) for root in found)}" if found else ""
        raise unsound(filename, f"it has {len(found)} .dist-info folders instead of one{listed}")
    project, _, version = found[0].removesuffix(".dist-info").rpartition("-")
    try:
        agrees = normalize(project) == name.name and Version(version) == name.version
    except InvalidVersion:
        agrees = False
    if not agrees:
        raise unsound(filename, f"its {printable(found[0])} is that of another project or version")
    return found[0]


def _root_is_purelib(wheel: bytes, filename: str) -> bool:
    headers = read_headers(wheel)
    versions = headers.get("wheel-version", [])
    version = versions[0] if len(versions) == 1 else ""
    major = version.partition(".")[0]
    if not (major.isascii() and major.isdigit()):
        raise unsound(filename, "its WHEEL does not say which version of the format it follows")
    if major.lstrip("0") not in {"", "1"}:
        raise unsound(filename, f"it follows version {printable(version)} of the wheel format, and 1 is known here")
    return next(iter(headers.get("root-is-purelib", ())), "").lower() == "true"


def _hashes(record: bytes, files: Mapping[str, Member], dist_info: str, filename: str) -> dict[str, str]:
    """Return RECORD's hashes, once it lists every member and nothing else, with their sizes."""
    exempt = {f"{dist_info}/{file}" for file in ("RECORD", *_SIGNATURES)}
    try:
        rows = read_rows(record)
    except ValueError as error:
        raise unsound(filename, f"its RECORD cannot be read: {error}") from None
    hashes: dict[str, str] = {}
    for row in rows:
        path, digest, _ = row
        if path in exempt:
            continue
        reason = _objection(row, files, hashes)
        if reason:
            raise unsound(filename, f"its RECORD {reason} {printable(path)}")
        hashes[path] = digest
    for path in files:
        if path not in hashes and path not in exempt:
            raise unsound(filename, f"its RECORD does not list {printable(path)}")
    return hashes


def _objection(row: Row, files: Mapping[str, Member], hashes: Mapping[str, str]) -> str | None:
    path, digest, size = row
    if path not in files:
        return "lists a file that is not there,"
    if hashes.get(path, digest) != digest:
        return "has two hashes for"
    algorithm, equals, encoded = digest.partition("=")
    if not equals or not encoded:
        return "has no hash for"
    if algorithm not in ALGORITHMS:
        return f"has a hash that proves nothing ({printable(algorithm)}) for"
    if size and size != str(files[path].size):
        return "has another size for"
    return None
