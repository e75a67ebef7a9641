"""pip's installation report, version 1: what was installed, or would be, for programs to read. It does no I/O.

Source: pip's documentation, "Installation report".
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from unlatch.model.distribution import File
from unlatch.model.metadata import Metadata
from unlatch.model.target import Target
from unlatch.model.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl


class Item(NamedTuple):
    """One distribution of the report: `extras` are those that were asked for.

    `direct_url` is what it was named by, if it was; `file` is None for a folder and a repository, which are such.
    """

    file: File | None
    metadata: Metadata
    direct_url: "DirectUrl | None"
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
    installed: dict[str, Any] = {
        "download_info": _download(item),
        "is_direct": item.direct_url is not None,
        "is_yanked": item.file is not None and item.file.yanked is not None,
        "requested": item.is_requested,
        "metadata": _metadata(item.metadata),
    }
    if item.extras:
        installed["requested_extras"] = list(item.extras)
    return installed


def _download(item: Item) -> Mapping[str, Any]:
    """Return where it comes from, in the form of PEP 610."""
    if item.file is None:
        assert item.direct_url is not None
        return dict(item.direct_url.to_dict())
    hashes = dict(item.file.hashes)
    archive: dict[str, Any] = {"hashes": hashes} if hashes else {}
    if "sha256" in hashes:
        archive["hash"] = f"sha256={hashes['sha256']}"
    return {"url": item.file.url, "archive_info": archive}


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
