"""The file pylock.toml (PEP 751): from its bytes to `packaging`'s model of it, and back to text.

The same lock always becomes the same text: nothing in it tells when, where or with which words it was made.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from unlatch.model.distribution import ALGORITHMS
from unlatch.model.errors import ConfigurationError
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable

if TYPE_CHECKING:
    from packaging.pylock import Package, Pylock
    from packaging.version import Version

VERSION = "1.0"
CREATED_BY = "unlatch"
DEFAULT_NAME = "pylock.toml"


def is_pylock(name: str) -> bool:
    """Whether a file's name is one of a lock's: pylock.toml, or pylock.NAME.toml."""
    stem, dot, ending = name.rpartition(".")
    between = stem.removeprefix("pylock.")
    is_named = between != stem and bool(between) and "." not in between
    return bool(dot) and ending == "toml" and (stem == "pylock" or is_named)


def parse(content: bytes, name: str) -> "Pylock":
    """Read a lock, which messages call `name`.

    Raise ConfigurationError for what is not TOML or not of this format, of a later major version of it, and for a file
    without a hash that proves anything.
    """
    from packaging.pylock import Pylock, PylockValidationError  # noqa: PLC0415 - loaded only when a lock is read

    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        said = printable(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "it is no text in UTF-8"
        raise ConfigurationError(f"{name} is not TOML that can be read: {said}") from error
    try:
        _check_version(data, name)
        lock = Pylock.from_dict(data)
    except PylockValidationError as error:
        where = f" (at {printable(error.context)})" if error.context else ""
        raise ConfigurationError(
            f"{name} is not a lock as PEP 751 has it: {printable(error.message)}{where}"
        ) from error
    for package in lock.packages:
        _check_hashes(package, name)
    return lock


def text(lock: "Pylock") -> str:
    """Return the lock as TOML. Raise packaging's PylockValidationError for one that PEP 751 does not allow."""
    import tomli_w  # noqa: PLC0415 - loaded only when a lock is written

    lock.validate()
    return tomli_w.dumps(lock.to_dict())


def preferences(lock: "Pylock") -> "dict[NormalizedName, Version]":
    """Return the versions that a lock has, of what does not come from a source of its own."""
    return {
        package.name: package.version
        for package in lock.packages
        if package.version is not None and not package.is_direct
    }


def exchanged(before: "Pylock", after: "Pylock") -> list[str]:
    """Return the names of files that have another hash in a later lock: nobody may exchange what was published."""
    known = {name: hashes for package in before.packages for name, hashes in _files(package)}
    return [
        name
        for package in after.packages
        for name, hashes in _files(package)
        if any(hashes.get(algorithm, digest) != digest for algorithm, digest in known.get(name, {}).items())
    ]


def _files(package: "Package") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield a package's files, by name, with their hashes."""
    for file in (*(package.wheels or ()), *((package.sdist,) if package.sdist is not None else ())):
        yield file.filename, {algorithm.lower(): digest.lower() for algorithm, digest in file.hashes.items()}


def _check_version(data: Mapping[str, Any], name: str) -> None:
    """Refuse another major version before anything else of it is judged."""
    said = data.get("lock-version")
    if isinstance(said, str) and said.partition(".")[0] != VERSION.partition(".")[0]:
        raise ConfigurationError(
            f"{name} has version {printable(said)} of the format, and unlatch knows version {VERSION}"
        )


def _check_hashes(package: "Package", name: str) -> None:
    """Refuse a file that is known by MD5 or SHA-1 alone, of which anyone can make another one."""
    for file in (*(package.wheels or ()), package.sdist, package.archive):
        if file is not None and not {algorithm.lower() for algorithm in file.hashes} & set(ALGORITHMS):
            raise ConfigurationError(
                f"{name}: a file of {package.name} has no hash that proves anything",
                details=[f"it has {printable(', '.join(file.hashes))}, and {', '.join(ALGORITHMS)} would do"],
            )
