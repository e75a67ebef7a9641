"""An index as a folder: PEP 503 pages, PEP 691 pages, the files, and their metadata (PEP 658, 714) beside them."""

import hashlib
import html
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from urllib.parse import quote


class Listed:
    """One file of an index, and what its page says of it."""

    def __init__(
        self,
        filename: str,
        content: bytes,
        requires_python: str | None = None,
        yanked: str | None = None,
        uploaded: str | None = None,
    ) -> None:
        self.filename = filename
        self.content = content
        self.requires_python = requires_python
        self.yanked = yanked
        self.uploaded = uploaded
        self.sha256 = hashlib.sha256(content).hexdigest()

    @property
    def project(self) -> str:
        """The normalized name of the project (PEP 503)."""
        stem = self.filename.split("-")[0] if self.is_wheel else self.filename.rsplit("-", 1)[0]
        return re.sub(r"[-_.]+", "-", stem).lower()

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel; else it is a source distribution."""
        return self.filename.endswith(".whl")

    def metadata(self) -> bytes | None:
        """Return a wheel's METADATA."""
        if not self.is_wheel:
            return None
        with zipfile.ZipFile(BytesIO(self.content)) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            return archive.read(name)


def write_index(
    root: Path,
    files: Iterable[Listed],
    *,
    pages: str = "simple/",
    files_at: str = "files/",
    files_url: str | None = None,
    has_metadata: bool = True,
    has_json: bool = True,
    hashes: Mapping[str, str] | None = None,
    said: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Write the index below `root`: pages at `pages`PROJECT/, files at `files_at`.

    `files_url` is what the pages link to: a URL that ends with a slash, the path of `files_at` when it is None.
    Without `has_metadata` there is no METADATA beside the files, without `has_json` there are only HTML pages.
    `hashes` replaces the digest that a page tells for a file name, `said` adds to the JSON pages of projects.
    """
    base = f"/{files_at}" if files_url is None else files_url
    projects: dict[str, list[Listed]] = {}
    for file in files:
        projects.setdefault(file.project, []).append(file)
        _write(root / files_at / file.filename, file.content)
        if has_metadata and (metadata := file.metadata()) is not None:
            _write(root / files_at / f"{file.filename}.metadata", metadata)
    for project, listed in projects.items():
        lines = [_line(file, base, has_metadata=has_metadata, hashes=hashes or {}) for file in listed]
        page = {
            "meta": {"api-version": "1.1"},
            "name": project,
            "files": lines,
            "versions": [],
            **(said or {}).get(project, {}),
        }
        _write(root / pages / project / "index.html", _html(lines).encode())
        if has_json:
            _write(root / pages / project / "index.json", json.dumps(page, indent=1).encode())


def _line(file: Listed, base: str, *, has_metadata: bool, hashes: Mapping[str, str]) -> dict[str, object]:
    """Return what a JSON page says of a file (PEP 691, 700)."""
    line: dict[str, object] = {
        "filename": file.filename,
        "url": base + quote(file.filename),
        "hashes": {"sha256": hashes.get(file.filename, file.sha256)},
        "size": len(file.content),
        "yanked": False if file.yanked is None else file.yanked or True,
    }
    if file.requires_python is not None:
        line["requires-python"] = file.requires_python
    if file.uploaded is not None:
        line["upload-time"] = file.uploaded
    metadata = file.metadata() if has_metadata else None
    if metadata is not None:
        line["core-metadata"] = {"sha256": hashlib.sha256(metadata).hexdigest()}
    return line


def _html(lines: Iterable[Mapping[str, object]]) -> str:
    anchors = "\n".join(f"    {_anchor(line)}<br>" for line in lines)
    return f"<!DOCTYPE html>\n<html>\n  <body>\n{anchors}\n  </body>\n</html>\n"


def _anchor(line: Mapping[str, object]) -> str:
    """Return what an HTML page says of a file (PEP 503, 592, 658)."""
    digest = line["hashes"]["sha256"]  # type: ignore[index]
    attributes = {"href": f"{line['url']}#sha256={digest}"}
    if "requires-python" in line:
        attributes["data-requires-python"] = str(line["requires-python"])
    if "core-metadata" in line:
        attributes["data-core-metadata"] = f"sha256={line['core-metadata']['sha256']}"  # type: ignore[index]
    if line["yanked"] is not False:
        attributes["data-yanked"] = "" if line["yanked"] is True else str(line["yanked"])
    inner = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<a {inner}>{html.escape(str(line['filename']))}</a>"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
