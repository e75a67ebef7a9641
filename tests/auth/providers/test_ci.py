"""The token of a GitLab job: for the registry of the GitLab that runs it, and for nothing else."""

import pytest

from tests.doubles.services.gitlab import JOB_TOKEN, GitLab
from tests.doubles.services.world import make_world
from unlatch.auth.providers.ci import GitLabJob, is_job_registry
from unlatch.auth.providers.provider import Grant
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret
from unlatch.model.index import Index

PROJECT = "https://gitlab.example.com/api/v4/projects/7/packages/pypi/simple"
JOB = {"CI_JOB_TOKEN": JOB_TOKEN, "CI_SERVER_HOST": "gitlab.example.com", "CI_SERVER_PORT": "443"}
URL = {"CI_JOB_TOKEN": JOB_TOKEN, "CI_API_V4_URL": "https://gitlab.example.com/api/v4"}


@pytest.mark.parametrize(
    ("url", "environ", "is_the_jobs"),
    [
        (PROJECT, JOB, True),
        (PROJECT, URL, True),
        (f"{PROJECT}/", URL, True),
        ("https://gitlab.example.com/api/v4/groups/9/-/packages/pypi/simple", URL, True),
        ("https://gitlab.example.com/api/v4/projects/corp%2Fteam/packages/pypi/simple", URL, True),
        ("https://gitlab.example.com/git/api/v4/projects/7/packages/pypi/simple", URL, True),
        (PROJECT, {"CI_JOB_TOKEN": JOB_TOKEN, "CI_SERVER_URL": "https://gitlab.example.com"}, True),
        (PROJECT, {**JOB, "CI_SERVER_HOST": "GitLab.example.com"}, True),
        (PROJECT, {**JOB, "CI_SERVER_PORT": "8443"}, False),
        (PROJECT.replace(".com", ".com:8443"), {**JOB, "CI_SERVER_PORT": "8443"}, True),
        (PROJECT, {"CI_SERVER_HOST": "gitlab.example.com"}, False),
        (PROJECT, {"CI_JOB_TOKEN": JOB_TOKEN}, False),
        (PROJECT, {"CI_JOB_TOKEN": JOB_TOKEN, "CI_API_V4_URL": "nothing"}, False),
        ("https://gitlab.com/api/v4/projects/7/packages/pypi/simple", URL, False),
        ("https://gitlab.example.com.evil.example/api/v4/projects/7/packages/pypi/simple", URL, False),
        ("http://gitlab.example.com/api/v4/projects/7/packages/pypi/simple", URL, False),
        ("https://gitlab.example.com/api/v4/projects/7/repository", URL, False),
        ("https://gitlab.example.com/simple/", URL, False),
    ],
)
def test_a_jobs_token_is_for_the_registry_of_its_own_gitlab(url, environ, is_the_jobs):
    assert is_job_registry(Index(url), environ) is is_the_jobs


@pytest.mark.parametrize("username", [None, "", "gitlab-ci-token"])
def test_it_goes_with_its_own_username(username):
    found = GitLabJob(make_world(GitLab(), JOB)).find(Question(Index(PROJECT), username))
    assert found == Grant("gitlab-ci-token", Secret(JOB_TOKEN), "CI_JOB_TOKEN")


def test_it_is_not_for_another_user():
    found = GitLabJob(make_world(GitLab(), JOB)).find(Question(Index(PROJECT), "a-deploy-token"))
    assert isinstance(found, Absent)


def test_a_variable_without_text_is_not_set():
    found = GitLabJob(make_world(GitLab(), {"CI_JOB_TOKEN": ""})).find(Question(Index(PROJECT), None))
    assert found == Absent("CI_JOB_TOKEN is not set")
