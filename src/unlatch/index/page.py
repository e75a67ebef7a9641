"""An index's page, JSON (PEP 691) or HTML (PEP 503), as lines. Pure.

It knows no project: a page of links (find-links) holds many. A line that makes no sense is left out, as every
installer does; a page that makes no sense is an error that says what came.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from unlatch.index.filename import is_distribution
from unlatch.index.link import Links, filename_of, hashes_in
from unlatch.model.distribution import File, Statement
from unlatch.model.errors import IntegrityError
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown

Pairs = tuple[tuple[str, str], ...]
# The fields of a `File`, as a plain tuple: marshal keeps it, and it is made in a third of the time.
Row = tuple[str, str, Pairs, str | None, str | None, Pairs | None, int | None, str | None]

_JSON = {"application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json", "application/json"}
_HTML = {"application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html", "text/html"}
_CHARSETS = {
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "latin1",
    "latin-1",
    "iso-8859-15",
    "windows-1252",
    "utf-16",
}
_TRUE: Pairs = ()
_HTML_STATUS = {"status": "pypi:project-status", "reason": "pypi:project-status-reason"}


class Page(NamedTuple):
    """The wheels and source distributions that a page lists, in its order, each as the fields of a `File`.

    `statement` is what it says of the project as a whole.
    """

    rows: list[Row]
    statement: Statement = Statement()

    @property
    def files(self) -> list[File]:
        """The lines as files."""
        return [File(*row) for row in self.rows]


def parse(content: bytes, content_type: str, url: str) -> Page:
    """Parse the page that was found at `url`. `content_type` is the header's value, "" without one.

    Raise IntegrityError for anything but a page of version 1 of the simple repository API.
    """
    rows: list[Row] = []
    statement = parse_pieces([content], content_type, url, rows.append)
    return Page(rows, statement)


def parse_pieces(pieces: Iterable[bytes], content_type: str, url: str, take: Callable[[Row], None]) -> Statement:
    """Parse a page while it comes, as `parse` does, and give each of its lines to `take`; a piece is not empty."""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if not kind:
        first = next(iter(pieces := iter(pieces)), b"")
        pieces, kind = chain([first] if first else (), pieces), _guessed(first)
    if kind in _JSON:
        return _read_json(pieces, url, take)
    if kind in _HTML:
        return _read_html(b"".join(pieces).decode(_charset(parameters), "replace"), url, take)
    came = printable(kind) or "something without a content type"
    raise IntegrityError(f"{shown(url)} is not a page of a package index: {came} came")


def _guessed(content: bytes) -> str:
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"{": "application/json", b"<": "text/html", b"": "text/html"}.get(start, "")


def _charset(parameters: str) -> str:
    """Return the encoding that is named, when pages are written in it: Python knows stranger ones, and slow ones."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip("\"'").lower() in _CHARSETS:
            return value.strip().strip("\"'")
    return "utf-8"


def _check_version(version: Any, url: str) -> None:
    """Refuse a newer major version; a newer minor one is fine (PEP 629, PEP 691)."""
    major = str(version).partition(".")[0].strip()
    if major != "1":
        said = printable(str(version))
        raise IntegrityError(
            f"{shown(url)} speaks version {said} of the simple repository API, and unlatch speaks version 1"
        )


def _read_json(pieces: Iterable[bytes], url: str, take: Callable[[Row], None]) -> Statement:
    from unlatch.index.json_page import FILES, read  # noqa: PLC0415 - a warm run reads none

    links = Links(url)

    def take_entries(entries: list[Any]) -> None:
        for entry in entries:
            row = _json_row(entry, links) if isinstance(entry, dict) else None
            if row is not None:
                take(row)

    try:
        page = read(pieces, take_entries)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"{shown(url)} is not the JSON that it claims to be") from error
    if page is not None and isinstance(meta := page.get("meta"), dict):
        _check_version(meta.get("api-version", "1.0"), url)
    if page is None or page.get(FILES, FILES) is not None:
        raise IntegrityError(f"{shown(url)} is JSON, but not the page of a project: it has no list of files")
    return _json_statement(page)


def _json_statement(page: dict[str, Any]) -> Statement:
    meta, status = page.get("meta"), page.get("project-status")
    return _statement(
        status if isinstance(status, dict) else {},
        meta.get("tracks") if isinstance(meta, dict) else None,
        page.get("alternate-locations"),
    )


def _statement(status: dict[str, Any], tracks: Any, alternates: Any) -> Statement:
    """Return a statement of values that may be anything; those that make no sense are left out."""
    given = _text(status.get("status")), _text(status.get("reason"))
    return Statement((given[0] or "active").lower(), given[1] or "", _texts(tracks), _texts(alternates))


def _texts(values: Any) -> tuple[str, ...]:
    return tuple([value for value in values if _text(value)]) if isinstance(values, list) else ()


def _json_row(entry: dict[str, Any], links: Links) -> Row | None:
    filename, link = entry.get("filename"), entry.get("url")
    if not isinstance(filename, str) or not isinstance(link, str) or not is_distribution(filename):
        return None
    target = links.absolute(link)
    if target is None:
        return None
    url, fragment = target
    hashes = _pairs(entry.get("hashes"))
    if fragment:
        hashes += hashes_in(fragment)
    yanked = entry.get("yanked")
    # PEP 714: the newer name first, and the older one only where it is missing.
    sidecar = entry.get("core-metadata")
    if sidecar is None:
        sidecar = entry.get("dist-info-metadata")
    metadata = _pairs(sidecar) if isinstance(sidecar, dict) else _TRUE if sidecar is True else None
    size = entry.get("size")
    return (
        filename,
        url,
        hashes,
        _text(entry.get("requires-python")),
        (yanked if isinstance(yanked, str) else "") if yanked else None,
        metadata,
        size if type(size) is int and size >= 0 else None,
        _text(entry.get("upload-time")),
    )


def _pairs(hashes: Any) -> Pairs:
    if not isinstance(hashes, dict):
        return ()
    return tuple([pair for pair in hashes.items() if isinstance(pair[1], str)])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _read_html(text: str, url: str, take: Callable[[Row], None]) -> Statement:
    from unlatch.index.anchors import read  # noqa: PLC0415 - many a run meets JSON only

    try:
        document = read(text)
    except AssertionError as error:
        raise IntegrityError(f"{shown(url)} is not HTML that can be read") from error
    if document.version is not None:
        _check_version(document.version, url)
    links = Links(url, document.base)
    rows = list(_html_rows(document.anchors, links))
    if not rows and document.is_for_signing_in:
        raise IntegrityError(
            f"{shown(url)} answered with a page for people to sign in, not with a page of a package index",
            hint="check the index's URL, and whether a proxy or a portal stands in between",
        )
    status = {key: value for key in ("status", "reason") for value in document.said.get(_HTML_STATUS[key], [])[:1]}
    said = document.said.get
    for row in rows:
        take(row)
    return _statement(status, said("pypi:tracks"), said("pypi:alternate-locations"))


def _html_rows(anchors: Iterable[dict[str, str]], links: Links) -> Iterable[Row]:
    for anchor in anchors:
        link = anchor.get("href", "")
        filename = filename_of(link)
        if not is_distribution(filename):
            continue
        target = links.absolute(link)
        if target is None:
            continue
        url, fragment = target
        sidecar = anchor.get("data-core-metadata", anchor.get("data-dist-info-metadata"))
        yield (
            filename,
            url,
            hashes_in(fragment),
            anchor.get("data-requires-python") or None,
            anchor.get("data-yanked"),
            None if sidecar is None or sidecar.lower() == "false" else hashes_in(sidecar),
            None,
            None,
        )
