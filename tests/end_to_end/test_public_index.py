"""The public index, with everything that is in it: the versions are those that uv chooses on the same day."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.pythons import Environment

UV = Path(sys.executable).with_name("uv")
# How this machine reaches the outside, if not directly.
_WAYS_OUT = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY")

SETS = {
    "a web service": ["flask", "sqlalchemy", "celery[redis]", "boto3", "alembic", "httpx", "pydantic"],
    "a notebook": ["jupyterlab", "pandas", "scikit-learn", "matplotlib"],
}


@pytest.mark.parametrize("names", SETS.values(), ids=SETS)
def test_the_versions_are_those_that_uv_chooses(names: list[str], desk: Desk, venv: Environment) -> None:
    del desk.environment["SSL_CERT_FILE"]
    desk.environment.update({name: os.environ[name] for name in _WAYS_OUT if name in os.environ})
    (desk.work / "wanted.txt").write_text("\n".join(names))
    uv = (UV, "pip", "compile", "wanted.txt", "--no-config", "--no-header", "--no-annotate", "--python", venv.python)
    chosen = desk.run(*uv, env={"UV_CACHE_DIR": str(desk.scratch / "uv")}, timeout=120).succeeded()
    desk.unlatch("install", *names, timeout=180).succeeded()
    installed = {_normalized(name): version for name, version in venv.installed().items()}
    assert installed == dict(line.split("==") for line in chosen.stdout.split())


CHOICES = {
    "the oldest of what is named": ["--resolution", "lowest-direct"],
    "pre-releases": ["--prerelease", "allow"],
    "as on a day": ["--exclude-newer", "2026-01-01"],
    "for Windows": ["--python-platform", "windows", "--python-version", "3.13"],
    "for Alpine on ARM": ["--python-platform", "aarch64-unknown-linux-musl"],
}


@pytest.mark.parametrize("options", CHOICES.values(), ids=CHOICES)
def test_with_the_same_options_the_versions_are_the_same(options: list[str], desk: Desk, venv: Environment) -> None:
    del desk.environment["SSL_CERT_FILE"]
    desk.environment.update({name: os.environ[name] for name in _WAYS_OUT if name in os.environ})
    (desk.work / "wanted.txt").write_text("flask>=2\nsqlalchemy>=2\nhttpx>=0.25\npydantic>=2\n")
    uv = (UV, "pip", "compile", "wanted.txt", "--no-config", "--no-header", "--no-annotate", "--python", venv.python)
    words = ("--only-binary", ":all:", *options)
    chosen = desk.run(*uv, *words, env={"UV_CACHE_DIR": str(desk.scratch / "uv")}, timeout=120).succeeded()
    told = desk.unlatch("install", "--dry-run", "-r", "wanted.txt", *words, timeout=120).succeeded().stderr
    pins = dict(re.findall(r"^ \+ (\S+) (\S+)$", told, re.MULTILINE))
    assert pins == dict(line.split("==") for line in chosen.stdout.split())


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


BACK_ENDS = {
    "hatch": ("hatchling", "hatchling.build"),
    "flit": ("flit_core>=3.11", "flit_core.buildapi"),
    "poetry": ("poetry-core>=2", "poetry.core.masonry.api"),
    "setup": ("setuptools>=77", "setuptools.build_meta"),
}


def test_the_well_known_back_ends_build_folders_as_they_stand_and_what_has_only_a_setup_py(
    desk: Desk, venv: Environment
) -> None:
    del desk.environment["SSL_CERT_FILE"]
    desk.environment.update({name: os.environ[name] for name in _WAYS_OUT if name in os.environ})
    words: list[str | Path] = []
    for number, (name, (requires, backend)) in enumerate(BACK_ENDS.items()):
        folder = desk.work / name
        (folder / f"by_{name}").mkdir(parents=True)
        (folder / f"by_{name}/__init__.py").write_text('"""A package."""\n')
        (folder / "pyproject.toml").write_text(
            f"[build-system]\nrequires = [{requires!r}]\nbuild-backend = {backend!r}\n"
            f"[project]\nname = 'by-{name}'\nversion = '1.{number}'\ndescription = 'x'\ndependencies = ['idna']\n"
        )
        words += ["-e", folder] if number % 2 else [folder]
    desk.unlatch("install", *words, "docopt==0.6.2", timeout=180).succeeded()
    wanted = {"by-hatch": "1.0", "by-flit": "1.1", "by-poetry": "1.2", "by-setup": "1.3", "docopt": "0.6.2"}
    installed = {_normalized(name): version for name, version in venv.installed().items()}
    assert wanted.items() <= installed.items()
    assert set(installed) - set(wanted) == {"idna"}
    assert venv.run("import by_hatch, by_flit, by_poetry, by_setup, docopt; print(by_flit.__file__)").startswith(
        str(desk.work / "flit")
    )
