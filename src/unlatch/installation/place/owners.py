"""Which installed distribution a file belongs to, by the RECORDs that are there."""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH118, PTH208

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from unlatch.installation.record import read_rows


def owners(paths: Collection[str], site_packages: Iterable[str], *, besides: Collection[str] = ()) -> dict[str, str]:
    """Return the owner of each absolute path that has one, as "demo 1.0".

    `besides` are .dist-info folders that do not count. A RECORD that cannot be read owns nothing.
    """
    wanted = set(paths)
    found: dict[str, str] = {}
    for folder in site_packages:
        for name in _listed(folder):
            dist_info = os.path.join(folder, name)
            if not name.endswith(".dist-info") or dist_info in besides:
                continue
            owner = name.removesuffix(".dist-info").replace("-", " ", 1)
            with suppress(OSError, ValueError):
                for path, *_ in read_rows(Path(dist_info, "RECORD").read_bytes()):
                    absolute = os.path.normpath(os.path.join(folder, path))
                    if absolute in wanted:
                        found.setdefault(absolute, owner)
    return found


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
