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


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
