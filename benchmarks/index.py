"""A private index as a tree of files: pages (PEP 503 and PEP 691), wheels, and their metadata beside them (PEP 658).

It knows nothing of servers: any web server that shows the tree and picks index.json or index.html will do.
"""

import gzip
import hashlib
import html
import json
import os
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Variant(NamedTuple):
    """One way in which indexes differ. `files` is the folder of the wheels, relative to the tree."""

    name: str
    files: str = "files"
    has_sidecars: bool = True
    has_json: bool = True
    is_gzipped: bool = False


# Azure, Google and AWS have no sidecars, and files outside the page's path are what Azure has. The server lets the
# pages of `stale` be kept but asks for a revalidation each time.
VARIANTS = (
    Variant("sidecars"),
    Variant("stale"),
    Variant("gzip", is_gzipped=True),
    Variant("under", files="under/simple/files"),
    Variant("bare", files="bare-files", has_sidecars=False),
    Variant("html", files="bare-files", has_sidecars=False, has_json=False),
)


class _Wheel(NamedTuple):
    path: Path
    project: str
    version: str
    sha256: str
    metadata: bytes
    requires_python: str


# The index of what is made to show how cost grows (grown.py).
GROWN = Variant("grown", files="grown-files")


def build(wheels: Path, folder: Path, variants: Sequence[Variant] = VARIANTS) -> None:
    """Lay the tree of every variant out in `folder`, anew. A variant's index is at `<variant>/simple/`."""
    for variant in variants:
        shutil.rmtree(folder / variant.name, ignore_errors=True)
    projects: dict[str, list[_Wheel]] = {}
    for path in sorted(wheels.glob("*.whl")):
        wheel = _read(path)
        projects.setdefault(wheel.project, []).append(wheel)
    for variant in variants:
        for project, listed in projects.items():
            _place_files(variant, listed, folder / variant.files / project)
            _write_pages(variant, project, listed, folder)


def _read(path: Path) -> _Wheel:
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        inside = next(entry for entry in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", entry))
        metadata = archive.read(inside)
    header = metadata.decode().split("\n\n", 1)[0]
    wanted = re.search(r"^Requires-Python: *(.+?) *$", header, re.MULTILINE)
    project = re.sub(r"[-_.]+", "-", name).lower()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _Wheel(path, project, version, digest, metadata, wanted[1] if wanted else "")


def _place_files(variant: Variant, listed: list[_Wheel], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in listed:
        target = folder / wheel.path.name
        if not target.exists():
            os.link(wheel.path, target)
        if variant.has_sidecars:
            Path(f"{target}.metadata").write_bytes(wheel.metadata)


def _write_pages(variant: Variant, project: str, listed: list[_Wheel], folder: Path) -> None:
    page = folder / variant.name / "simple" / project
    page.mkdir(parents=True, exist_ok=True)
    # Relative, so that the same tree serves any host and port.
    prefix = os.path.relpath(folder / variant.files / project, page)
    contents = {"index.html": _html(variant, project, listed, prefix)}
    if variant.has_json:
        contents["index.json"] = _json(variant, project, listed, prefix)
    for name, content in contents.items():
        (page / name).write_text(content)
        if variant.is_gzipped:
            (page / f"{name}.gz").write_bytes(gzip.compress(content.encode()))


def _html(variant: Variant, project: str, listed: list[_Wheel], prefix: str) -> str:
    anchors = []
    for wheel in listed:
        attributes = {"href": f"{prefix}/{wheel.path.name}#sha256={wheel.sha256}"}
        if wheel.requires_python:
            attributes["data-requires-python"] = wheel.requires_python
        if variant.has_sidecars:
            attributes["data-core-metadata"] = attributes["data-dist-info-metadata"] = _metadata_hash(wheel)
        written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
        anchors.append(f"<a {written}>{wheel.path.name}</a><br>")
    head = f'<meta name="pypi:repository-version" content="1.0"><title>{project}</title>'
    return "\n".join([f"<!DOCTYPE html><html><head>{head}</head><body>", *anchors, "</body></html>", ""])


def _json(variant: Variant, project: str, listed: list[_Wheel], prefix: str) -> str:
    files: list[dict[str, Any]] = []
    for wheel in listed:
        file: dict[str, Any] = {
            "filename": wheel.path.name,
            "url": f"{prefix}/{wheel.path.name}",
            "hashes": {"sha256": wheel.sha256},
            "size": wheel.path.stat().st_size,
            "requires-python": wheel.requires_python or None,
            "yanked": False,
        }
        if variant.has_sidecars:
            file["core-metadata"] = {"sha256": _metadata_hash(wheel).removeprefix("sha256=")}
        files.append(file)
    versions = [wheel.version for wheel in listed]
    return json.dumps({"meta": {"api-version": "1.1"}, "name": project, "versions": versions, "files": files})


def _metadata_hash(wheel: _Wheel) -> str:
    return f"sha256={hashlib.sha256(wheel.metadata).hexdigest()}"
