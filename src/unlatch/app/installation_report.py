"""pip's installation report, version 1: what was installed, or would be, for programs to read. It does no I/O.

Source: pip's documentation, "Installation report".
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from unlatch.model.distribution import File
from unlatch.model.metadata import Metadata
from unlatch.model.target import Target


class Item(NamedTuple):
    """One distribution of the report: `is_direct` says that it was named by its URL, `extras` which were asked for."""

    file: File
    metadata: Metadata
    is_direct: bool
    is_requested: bool
    extras: tuple[str, ...]


def report(items: Iterable[Item], target: Target) -> dict[str, Any]:
    """Return the report as data for JSON. URLs in it are clean."""
    return {
        "version": "1",
        "pip_version": "0",
        "install": [_installed(item) for item in items],
        "environment": dict(target.markers),
    }


def _installed(item: Item) -> Mapping[str, Any]:
    hashes = dict(item.file.hashes)
    archive: dict[str, Any] = {"hashes": hashes} if hashes else {}
    if "sha256" in hashes:
        archive["hash"] = f"sha256={hashes['sha256']}"
    installed: dict[str, Any] = {
        "download_info": {"url": item.file.url, "archive_info": archive},
        "is_direct": item.is_direct,
        "is_yanked": item.file.yanked is not None,
        "requested": item.is_requested,
        "metadata": _metadata(item.metadata),
    }
    if item.extras:
        installed["requested_extras"] = list(item.extras)
    return installed


def _metadata(metadata: Metadata) -> Mapping[str, Any]:
    """Return the metadata that was read, under the names of PEP 566's JSON form."""
    fields: dict[str, Any] = {
        "metadata_version": "2.1",
        "name": metadata.name,
        "version": str(metadata.version),
        "summary": metadata.summary,
        "requires_dist": list(metadata.requires_dist),
        "requires_python": metadata.requires_python,
        "provides_extra": sorted(metadata.provides_extra),
    }
    return {name: value for name, value in fields.items() if value}
