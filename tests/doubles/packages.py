"""Packages in memory, for whoever resolves: a universe written down as a dict, in the shape of a packse scenario.

    packages = InMemoryPackages({"a": {"1.0": {"requires": ["b<2"]}}, "b": {"1.0": {}, "2.0": {"yanked": "broken"}}})

Every key of a version may be left out: `requires` (PEP 508 strings), `requires_python`, `extras` (name to
requirements), `yanked` (True or the reason), `wheel_tags` (default: one pure wheel), `wheel` (False: none), `sdist`
(True: one besides), `hashes` ("sha256" to digest, for each file), `uploaded` (as pages tell it), `index` (the one that
lists it). What follows a blank in a version's text only tells two of the same version apart. The double counts what it
is asked and what it is told to expect.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from unlatch.model.distribution import File, Project, Statement
from unlatch.model.index import Index
from unlatch.model.metadata import Metadata
from unlatch.model.target import Scheme, Target
from unlatch.resolve import Candidate

INDEX = Index("https://index.example/simple/")
MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.4",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.11.4",
    "python_version": "3.11",
    "sys_platform": "linux",
}


def linux_target(python: str = "3.11.4") -> Target:
    """Return a CPython on Linux x86_64 as a target, with the tags that matter to tests, best first."""
    major, minor, *_ = python.split(".")
    cpython = f"cp{major}{minor}"
    tags = [
        *(f"{cpython}-{cpython}-{platform}" for platform in ("manylinux_2_28_x86_64", "linux_x86_64")),
        f"{cpython}-abi3-manylinux_2_28_x86_64",
        *(f"{version}-none-any" for version in (f"py{major}{minor}", f"py{major}")),
    ]
    markers = {**MARKERS, "python_full_version": python, "python_version": f"{major}.{minor}"}
    scheme = Scheme("/env/lib", "/env/lib", "/env/bin", "/env/include", "/env")
    return Target("/env/bin/python", "/env", "cpython", (int(major), int(minor)), tuple(tags), markers, scheme)


class InMemoryRelease:
    """One version of a project. It fulfils the model's Release."""

    def __init__(self, name: str, version: str, told: Mapping[str, Any], index: Index) -> None:
        self.version = Version(version)
        self.index = index
        self.files = tuple(_file(filename, told, index) for filename in _filenames(name, version, told))


class InMemoryPackages:
    """It fulfils the resolver's port. `asked_metadata` and `expected_metadata` hold "name version", in order."""

    def __init__(
        self,
        universe: Mapping[str, Mapping[str, Mapping[str, Any]]],
        *,
        installed: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
        urls: Mapping[str, Mapping[str, Any]] | None = None,
        statements: Mapping[str, Mapping[Index, Statement]] | None = None,
        prefers_earlier: bool = False,
    ) -> None:
        """Take what there is.

        `installed` has the shape of `universe`; `urls` tells what the wheels at URLs hold, by the whole URL;
        `statements` what indexes say of projects, all indexes that have one in their order.
        """
        self._statements = statements or {}
        self._prefers_earlier = prefers_earlier
        self._universe = {canonicalize_name(name): versions for name, versions in universe.items()}
        self._installed = installed or {}
        self._urls = urls or {}
        self.asked_projects: list[str] = []
        self.asked_metadata: list[str] = []
        self.expected_projects: list[str] = []
        self.expected_metadata: list[str] = []

    def project(self, name: NormalizedName) -> Project | None:
        """Return the project's releases, newest first."""
        if name not in self.asked_projects:
            self.asked_projects.append(name)
        versions = self._universe.get(name)
        if versions is None:
            return None
        releases = [
            InMemoryRelease(name, version.partition(" ")[0], told, told.get("index", INDEX))
            for version, told in versions.items()
        ]
        newest_first = sorted(releases, key=lambda release: release.version, reverse=True)
        statements = list(self._statements.get(name, {INDEX: Statement()}).items())
        return Project(name, newest_first, statements, self._prefers_earlier)

    def expect(self, names: Iterable[NormalizedName]) -> None:
        """Note what is expected."""
        self.expected_projects += [name for name in names if name not in self.expected_projects]

    def direct(self, name: NormalizedName, url: str) -> Metadata:
        """Return what is told of a URL that leads to source."""
        told = self._urls[url]
        return _metadata(Candidate(name, Version(told.get("version", "1.0")), url=url), told)

    def metadata(self, candidate: Candidate) -> Metadata:
        """Return what the universe tells of the candidate."""
        self.asked_metadata.append(f"{candidate.name} {candidate.version}")
        told: Mapping[str, Any]
        if candidate.url is not None:
            told = self._urls[candidate.url]
        else:
            universe = self._installed if candidate.is_installed else self._universe
            versions = universe[candidate.name]
            told = next(
                told
                for version, told in versions.items()
                if Version(version.partition(" ")[0]) == candidate.version
                and (candidate.is_installed or told.get("index", INDEX) == candidate.index)
            )
        return _metadata(candidate, told)

    def expect_metadata(self, candidate: Candidate) -> None:
        """Note what is expected."""
        self.expected_metadata.append(f"{candidate.name} {candidate.version}")


def _metadata(candidate: Candidate, told: Mapping[str, Any]) -> Metadata:
    requires = list(told.get("requires", ()))
    extras: Mapping[str, Sequence[str]] = told.get("extras", {})
    for extra, needed in extras.items():
        for requirement in needed:
            text, _, marker = requirement.partition(";")
            both = f"({marker.strip()}) and " if marker.strip() else ""
            requires.append(f'{text.strip()} ; {both}extra == "{extra}"')
    return Metadata(
        canonicalize_name(told.get("name", candidate.name)),
        candidate.version,
        tuple(requires),
        told.get("metadata_requires_python", told.get("requires_python")),
        frozenset(canonicalize_name(extra) for extra in extras),
    )


def _filenames(name: str, version: str, told: Mapping[str, Any]) -> list[str]:
    escaped = name.replace("-", "_")
    tags = (told.get("wheel_tags") or ["py3-none-any"]) if told.get("wheel", True) else []
    wheels = [f"{escaped}-{version}-{tag}.whl" for tag in tags]
    return wheels + ([f"{escaped}-{version}.tar.gz"] if told.get("sdist", False) else [])


def _file(filename: str, told: Mapping[str, Any], index: Index) -> File:
    yanked = told.get("yanked", False)
    return File(
        filename,
        f"{index.url}files/{filename}",
        tuple(told.get("hashes", {}).items()),
        told.get("requires_python"),
        None if yanked is False else "" if yanked is True else yanked,
        upload_time=told.get("uploaded"),
    )
