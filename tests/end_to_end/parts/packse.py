"""packse: 100 and more small worlds of packages, each with the versions that a right resolver chooses in it.

The scenarios are TOML files in the source distribution of the project `packse` (MIT or Apache-2.0), which is fetched
when it is first needed. Those for locks that hold everywhere ("universal") are left out: an install has one target.
"""

import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement

from tests.doubles.projects import make_sdist
from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.index_tree import Listed, write_index

_VERSION = "0.3.59"
_SHA256 = "718bcca5dd1e9321f5c2918d5975ffd772f0c3b150cf29b03979677a003d73d2"


class Scenario(NamedTuple):
    """A world of packages, what is asked of it, and the pins that are right: None where nothing fits."""

    name: str
    requires: Sequence[str]
    files: Sequence[Listed]
    options: Sequence[str]
    expected: Mapping[str, str] | None

    def write(self, root: Path) -> None:
        """Write its index below `root`: its pages are at NAME/simple/."""
        write_index(root, self.files, pages=f"{self.name}/simple/", files_at=f"{self.name}/files/")


def fetch(cache: Path) -> Path:
    """Return the source distribution, fetched by pip into `cache` when it is not there."""
    archive = cache / f"packse-{_VERSION}.tar.gz"
    if not archive.exists():
        wanted = cache / "packse.txt"
        wanted.write_text(f"packse=={_VERSION} --hash=sha256:{_SHA256}\n")
        options = ("--no-deps", "--no-binary", "packse", "--ignore-requires-python")
        pip = [sys.executable, "-m", "pip", "download", "-q", *options, "-d", cache, "-r", wanted]
        subprocess.run(pip, check=True)
    return archive


def scenarios(archive: Path) -> Iterator[Scenario]:
    """Read every scenario that is about an install."""
    with tarfile.open(archive) as files:
        for member in files:
            if "/scenarios/" in member.name and member.name.endswith(".toml") and (file := files.extractfile(member)):
                told = tomllib.loads(file.read().decode())
                if not told.get("resolver_options", {}).get("universal"):
                    yield _scenario(told)


def _scenario(told: Mapping[str, Any]) -> Scenario:
    files = [
        file
        for name, package in told["packages"].items()
        for version, details in package["versions"].items()
        for file in _files(name, version, details)
    ]
    expected = told["expected"]
    pins = expected.get("packages", {}) if expected["satisfiable"] else None
    return Scenario(told["name"], told["root"]["requires"], files, list(_options(told)), pins)


def _options(told: Mapping[str, Any]) -> Iterator[str]:
    """Return the scenario's options as unlatch has them; packse's own default is Python 3.12."""
    options, environment = told.get("resolver_options", {}), told.get("environment", {})
    yield f"--python-version={options.get('python') or environment.get('python') or '3.12'}"
    yield from ["--pre"] if options.get("prereleases") else []
    yield from (f"--only-binary={name}" for name in options.get("no_build", []))
    yield from (f"--no-binary={name}" for name in options.get("no_binary", []))


def _files(name: str, version: str, details: Mapping[str, Any]) -> Iterator[Listed]:
    """Make a version's wheels, and its source distribution."""
    requires_python = details.get("requires_python", ">=3.12") or None
    yanked = "" if details.get("yanked") else None
    extras = details.get("extras", {})
    requires = [*details.get("requires", []), *(_of_extra(e, r) for e in extras for r in extras[e])]
    if details.get("wheel", True):
        for tag in details.get("wheel_tags") or ["py3-none-any"]:
            wheel = make_wheel(
                name, version, requires=requires, requires_python=requires_python, extras=list(extras), tag=tag
            )
            yield Listed(*wheel, requires_python, yanked)
    if details.get("sdist", True):
        sdist = make_sdist(name, version, requires=requires, requires_python=requires_python, extras=list(extras))
        yield Listed(*sdist, requires_python, yanked)


def _of_extra(extra: str, text: str) -> str:
    requirement = Requirement(text)
    condition = f"extra == '{extra}'"
    marker = f"({requirement.marker}) and {condition}" if requirement.marker else condition
    requirement.marker = None
    return f"{requirement} ; {marker}"
