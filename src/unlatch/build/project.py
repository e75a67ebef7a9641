"""A source tree, as its own files describe it: its build system (PEP 517, PEP 518), and what it says it needs.

What a project needs is taken from its files only where they promise that a build says the same: PKG-INFO of metadata
2.2 (PEP 643), or the table [project] (PEP 621), each without `dynamic` for what decides.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from unlatch.model.errors import BuildFailed, IntegrityError, UnlatchError
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

# What PEP 517 has in store for projects from before it: setuptools, called as if setup.py were run.
_LEGACY = "setuptools.build_meta:__legacy__"
_LEGACY_REQUIRES = ("setuptools>=40.8.0",)
_DECIDES = frozenset({"version", "dependencies", "optional-dependencies", "requires-python"})
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# In bytes: nobody writes more than a part of this, and a file that never ends must not be read.
_MOST = 16 * 1024**2


class BuildSystem(NamedTuple):
    """Who builds a project: what has to be installed, the back end, and the folders of the tree that it lies in."""

    requires: tuple[str, ...]
    backend: str
    path: tuple[str, ...] = ()


def build_system(tree: Path, subject: str) -> BuildSystem:
    """Return a source tree's build system. Raise BuildFailed, naming `subject`, when it has none that is meant."""
    project = _pyproject(tree, subject)
    if project is None and not (tree / "setup.py").is_file():
        raise BuildFailed(f"{subject} is not a Python project: it has neither pyproject.toml nor setup.py")
    table = (project or {}).get("build-system")
    if table is None:
        return BuildSystem(_LEGACY_REQUIRES, _LEGACY)
    if not isinstance(table, dict) or not _are_texts(table.get("requires")):
        raise BuildFailed(
            f"[build-system] in pyproject.toml of {subject} has no list `requires`",
            details=["PEP 518 asks for it; the people who make the project have to add it"],
        )
    backend, path = table.get("build-backend", _LEGACY), table.get("backend-path", [])
    if not isinstance(backend, str) or not _are_texts(path):
        raise BuildFailed(f"[build-system] in pyproject.toml of {subject} is not what PEP 517 describes")
    for folder in path:
        if not (tree / folder).resolve().is_relative_to(tree.resolve()):
            raise BuildFailed(f"the backend-path of {subject} leads out of it: {printable(folder)}")
    return BuildSystem(tuple(table["requires"]), backend, tuple(path))


def told_metadata(tree: Path, subject: str, *, is_distribution: bool) -> Metadata | None:
    """Return the metadata that a build of the tree is bound to give, None when only a build can tell.

    PKG-INFO counts where the tree `is_distribution`, and not a folder that somebody works in.
    """
    if is_distribution:
        try:
            content = _read(tree / "PKG-INFO")
            known = None if content is None else Metadata.parse(content, subject)
        except IntegrityError:
            known = None
        if known is not None and known.is_static:
            return known
    try:
        project = (_pyproject(tree, subject) or {}).get("project")
    except BuildFailed:
        return None
    return _of_table(project) if isinstance(project, dict) else None


def named_in(tree: Path) -> NormalizedName | None:
    """Return the name that the table [project] of a source tree has, where it has one: it is never dynamic."""
    try:
        project = (_pyproject(tree, tree.name) or {}).get("project")
    except BuildFailed:
        return None
    name = project.get("name") if isinstance(project, dict) else None
    return normalize(name) if isinstance(name, str) and _NAME.fullmatch(name) else None


def _of_table(project: Mapping[str, Any]) -> Metadata | None:
    """Return what the table [project] says, None when something that decides is dynamic or not as it should be."""
    dynamic = project.get("dynamic", [])
    name, version = project.get("name"), project.get("version")
    if not _are_texts(dynamic) or _DECIDES & set(dynamic) or not isinstance(name, str) or not isinstance(version, str):
        return None
    dependencies, optional = project.get("dependencies", []), project.get("optional-dependencies", {})
    if not _are_texts(dependencies) or not isinstance(optional, dict) or not all(map(_are_texts, optional.values())):
        return None
    requires_python = project.get("requires-python")
    if not _NAME.fullmatch(name) or not isinstance(requires_python, str | None):
        return None
    try:
        requires = [*dependencies, *(_for_extra(extra, line) for extra, lines in optional.items() for line in lines)]
        return Metadata(
            normalize(name),
            Version(version),
            tuple(requires),
            requires_python,
            frozenset(map(normalize, optional)),
            str(project.get("description", "")),
        )
    except (InvalidVersion, InvalidRequirement):
        return None


def _for_extra(extra: str, line: str) -> str:
    """Return a requirement that holds for an extra only, as METADATA has it."""
    requirement = Requirement(line)
    condition = f'extra == "{normalize(extra)}"'
    marker = f"({requirement.marker}) and {condition}" if requirement.marker else condition
    requirement.marker = None
    return f"{requirement} ; {marker}"


def _pyproject(tree: Path, subject: str) -> Mapping[str, Any] | None:
    content = _read(tree / "pyproject.toml")
    if content is None:
        return None
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise BuildFailed(f"pyproject.toml of {subject} is not TOML: {printable(str(error))}") from None


def _read(path: Path) -> bytes | None:
    """Return a file's content, None when it is not there."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
    except OSError as error:
        raise UnlatchError(f"{printable(str(path))} cannot be read: {error.strerror}") from error
    if len(content) > _MOST:
        raise BuildFailed(f"{printable(path.name)} is larger than {_MOST:,} bytes, and nothing of its kind is")
    return content


def _are_texts(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | dict) and all(isinstance(v, str) for v in value)
