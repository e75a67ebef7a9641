"""File names of distributions, split just far enough to know the version's text. Pure.

`packaging.utils` is the truth; this takes a twentieth of its time, and a property test holds it to it. The full
parse comes when a file is a candidate.
"""

import re
from functools import lru_cache

from unlatch.model.name import NormalizedName, normalize

# Wheels (the binary distribution format) and source distributions (PEP 527, PEP 625, and what was there before them);
# eggs and installers are no use.
_OLDER = (".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar")
SUFFIXES = (".whl", ".tar.gz", ".zip", *_OLDER)

_canonical = lru_cache(maxsize=4096)(normalize)


def is_distribution(filename: str) -> bool:
    """Whether the name is that of a wheel or a source distribution.

    A name is part of a path sooner or later: none with a separator, a drive, a stream or a control character is.
    """
    is_safe = filename.isprintable() and not ("/" in filename or "\\" in filename or ":" in filename)
    return is_safe and filename.endswith(SUFFIXES)


def version_text(filename: str, name: NormalizedName) -> str | None:
    """Return the version as the file name writes it, None when the file is not one of the project's.

    What is returned need not be a valid version.
    """
    if filename.endswith(".whl"):
        parts = filename[:-4].split("-")
        return parts[1] if len(parts) in {5, 6} and _canonical(parts[0]) == name else None
    if filename.endswith(".tar.gz"):
        return _after_name(filename[:-7], name)
    if filename.endswith(".zip"):
        return _after_name(filename[:-4], name)
    suffix = next(filter(filename.endswith, _OLDER), None)
    return None if suffix is None else _after_name(filename.removesuffix(suffix), name)


def project_of(filename: str) -> NormalizedName:
    """Return the project, as far as the file name tells: what stands before the version."""
    project, _, _ = filename.partition("-") if filename.endswith(".whl") else filename.rpartition("-")
    return _canonical(project)


def first_word(text: str) -> str:
    """Return what a project's normalized name and the names of all its files begin with."""
    return re.split(r"[-_.]", text, maxsplit=1)[0].lower()


def _after_name(stem: str, name: NormalizedName) -> str | None:
    project, _, version = stem.rpartition("-")
    if _canonical(project) == name:
        return version
    # Before PEP 625 a version could hold a dash: demo-1.0-1.tar.gz is 1.0.post1 of demo, as pip takes it.
    for dash in re.finditer("-", stem):
        if _canonical(stem[: dash.start()]) == name:
            return stem[dash.end() :]
    return None
