"""Indexes and files on this machine: `file:` URLs, folders of distributions, pages saved to disk."""

import os
from io import BufferedReader
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from unlatch.index.filename import is_distribution
from unlatch.index.page import Page, parse
from unlatch.model.errors import ConfigurationError, InvalidUrl, NotFound, UnlatchError
from unlatch.model.index import Index, Kind
from unlatch.model.text import printable
from unlatch.model.url import shown


def path_of(url: str, *, is_windows: bool = os.name == "nt") -> str:
    """Return the path that a `file:` URL means (RFC 8089). Raise InvalidUrl when it is on another machine."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    host = "" if parts.netloc.lower() == "localhost" else parts.netloc
    if "\0" in path:
        raise InvalidUrl(shown(url), "a path has no null character")
    if is_windows:
        if host:
            return f"\\\\{host}{path}".replace("/", "\\")
        drive = path[1:2].isalpha() and path[2:3] in {":", "|"}
        return (f"{path[1]}:{path[3:]}" if drive else path).replace("/", "\\")
    if host:
        raise InvalidUrl(shown(url), "a file URL names no other machine")
    return path


def opened(url: str) -> BufferedReader:
    """Open the file of a `file:` URL. Raise NotFound, UnlatchError or InvalidUrl."""
    path = Path(path_of(url))
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"{printable(str(path))} is not there") from error
    except OSError as error:
        raise UnlatchError(f"{printable(str(path))} cannot be read: {error.strerror}") from error


def page_of(index: Index, name: str) -> Page | None:
    """Return the page of a project on a local index, None when the index does not have it.

    A SIMPLE index has `<name>/index.html`, or a folder of files for each name; a FLAT one is a folder of files, or an
    HTML page. Raise ConfigurationError when there is no such index, or it cannot be read.
    """
    root = Path(path_of(index.url))
    if not root.exists():
        raise ConfigurationError(f"{printable(str(root))} was named as an index, and is not there")
    try:
        return _page(root, index) if index.kind is Kind.FLAT else _project_page(root / name, index.project_url(name))
    except OSError as error:
        raise ConfigurationError(
            f"{printable(str(root))} was named as an index, and cannot be read: {error.strerror}"
        ) from error


def _page(place: Path, index: Index) -> Page:
    if place.is_dir():
        return _listed(place, index.url)
    return parse(place.read_bytes(), "text/html", index.url)


def _project_page(folder: Path, url: str) -> Page | None:
    page = folder / "index.html"
    if page.is_file():
        return parse(page.read_bytes(), "text/html", f"{url}index.html")
    return _listed(folder, url) if folder.exists() else None


def _listed(folder: Path, url: str) -> Page:
    names = sorted(entry.name for entry in os.scandir(folder) if is_distribution(entry.name) and entry.is_file())
    return Page([(name, f"{url.rstrip('/')}/{quote(name)}", (), None, None, None, None, None) for name in names])
