"""Which providers there are, for whom, and what is loaded before the first of their hosts is met."""

import subprocess
import sys

import pytest

from unlatch.auth.providers.catalogue import built_in
from unlatch.auth.providers.world import World
from unlatch.auth.source import Absent, Question
from unlatch.model.events import ignore
from unlatch.model.index import Index

JOB = {"CI_JOB_TOKEN": "a-job-token", "CI_API_V4_URL": "https://gitlab.example.com/api/v4"}
URLS = {
    "https://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/": {"Azure variables", "Azure sign-in"},
    "https://corp.pkgs.visualstudio.com/_packaging/team/pypi/simple/": {"Azure variables", "Azure sign-in"},
    "https://europe-west1-python.pkg.dev/project/team/simple/": {"Google sign-in"},
    "https://d-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/team/simple/": {"AWS variable", "AWS sign-in"},
    "https://gitlab.example.com/api/v4/projects/7/packages/pypi/simple": {"GitLab job"},
    "https://huggingface.co/": {"Hugging Face"},
    "https://evilpkgs.dev.azure.com/corp/_packaging/team/pypi/simple/": set(),
    "https://pkgs.dev.azure.com.evil.example/corp/_packaging/team/pypi/simple/": set(),
    "https://d-111122223333.d.codeartifact.eu-west-1.amazonaws.com.evil.example/pypi/team/": set(),
    "https://gitlab.com/api/v4/projects/7/packages/pypi/simple": set(),
    "https://pypi.org/simple/": set(),
    "http://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/": set(),
}


class Met(Exception):
    """A provider was made: its host was met."""


def met(url: str, **options: bool) -> set[str]:
    def make_world() -> World:
        raise Met

    names = set()
    for source in built_in(JOB, make_world, ignore, **options):
        try:
            assert source.find(Question(Index(url), None)) == Absent("")
        except Met:
            names.add(source.name)
    return names


@pytest.mark.parametrize(("url", "names"), URLS.items())
def test_each_host_has_its_own_providers_and_a_look_alike_has_none(url, names):
    assert met(url) == names


@pytest.mark.parametrize(("url", "names"), URLS.items())
def test_without_signing_in_only_variables_are_read(url, names):
    assert met(url, signs_in=False) == {name for name in names if "sign-in" not in name}


CHILD = """
import sys
from unlatch.auth.providers.catalogue import built_in
from unlatch.auth.source import Question
from unlatch.model.index import Index
before = set(sys.modules)
for source in built_in({}, lambda: 1 / 0, print):
    source.find(Question(Index("https://pypi.org/simple/"), None))
print(*sorted(name for name in sys.modules if name.startswith(("unlatch.auth.providers.", "google", "azure", "boto"))))
"""


def test_nothing_is_loaded_for_a_host_of_others():
    done = subprocess.run([sys.executable, "-I", "-c", CHILD], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "unlatch.auth.providers.broken",
        "unlatch.auth.providers.catalogue",
        "unlatch.auth.providers.provider",
    ]
