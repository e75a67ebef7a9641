"""Tokens that CI jobs are given: GitLab's for its own package registry, and GitHub's proof of which job this is.

GitHub has no Python package index, so `GITHUB_TOKEN` opens none and is sent nowhere. What a GitHub job has that opens
indexes is its identity: Azure takes it for a token of its own, and the tools of AWS and Google do so by themselves.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret
from unlatch.model.errors import InvalidUrl
from unlatch.model.index import Index
from unlatch.model.url import Origin

_GITLAB_USER = "gitlab-ci-token"
_GITLAB_REGISTRY = re.compile(r"(/.*)?/api/v4/(projects|groups)/[^/]+/(-/)?packages/pypi(/|$)")
_GITHUB_HOST = ".actions.githubusercontent.com"


class GitLabJob:
    """`CI_JOB_TOKEN`, for the package registry of the GitLab that runs the job."""

    def __init__(self, world: World) -> None:
        self._environ = world.environ

    def find(self, question: Question) -> Grant | Absent:
        """Return the job's token, unless the index is meant for another user."""
        if question.username not in {None, "", _GITLAB_USER}:
            return Absent(f"CI_JOB_TOKEN is for {_GITLAB_USER}, and another user is asked for")
        token = self._environ.get("CI_JOB_TOKEN")
        return Grant(_GITLAB_USER, Secret(token), "CI_JOB_TOKEN") if token else Absent("CI_JOB_TOKEN is not set")


def is_job_registry(index: Index, environ: Mapping[str, str]) -> bool:
    """Whether an index is in the package registry of the GitLab that runs this job."""
    if "CI_JOB_TOKEN" not in environ or _GITLAB_REGISTRY.match(urlsplit(index.url).path) is None:
        return False
    if url := environ.get("CI_API_V4_URL") or environ.get("CI_SERVER_URL"):
        try:
            return Origin.of(url) == index.origin
        except InvalidUrl:
            return False
    host, port = environ.get("CI_SERVER_HOST", "").lower(), environ.get("CI_SERVER_PORT", "443")
    return host == index.origin.host and port == str(index.origin.port)


def github_assertion(world: World, audience: str) -> tuple[Secret, str] | Absent:
    """Return a token that says which job of GitHub Actions this is, made for one audience, and where it comes from.

    A job has it with `permissions: id-token: write`. Raise Broken when GitHub gives none.
    """
    url, token = world.environ.get("ACTIONS_ID_TOKEN_REQUEST_URL"), world.environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not url or not token:
        return Absent("AZURE_FEDERATED_TOKEN_FILE is not set")
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname or "").endswith(_GITHUB_HOST):
        raise Broken("ACTIONS_ID_TOKEN_REQUEST_URL does not lead to GitHub")
    joint = "&" if parts.query else "?"
    headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    answer = world.web.ask("GET", f"{url}{joint}audience={quote(audience, safe='')}", headers)
    given = answer.json().get("value")
    if answer.status != 200 or not isinstance(given, str):
        raise Broken(f"GitHub gave no identity token ({answer.status})")
    return Secret(given), "the identity of the GitHub job"
