"""The git of a run: found like every program that is handed credentials, and told what the run was told."""

from functools import partial
from pathlib import Path

from unlatch.app.wiring.parts import Parts
from unlatch.auth.source import Absent
from unlatch.build.git import Repositories
from unlatch.build.git_command import GitCommand
from unlatch.cache.store import Bucket
from unlatch.model.environ import without_secrets
from unlatch.model.errors import EnvironmentProblem


def repositories(parts: Parts) -> Repositories:
    """Return the repositories that a run may check out. Raise EnvironmentProblem when there is no git to ask."""
    settings, environ = parts.settings, parts.settings.environ
    program = parts.search.find("git")
    if isinstance(program, Absent):
        raise EnvironmentProblem(
            f"a repository cannot be checked out: {program.outcome}", hint="install git where PATH leads to it"
        )
    # git does not look at the variable that all else here looks at.
    authorities = "" if environ.get("GIT_SSL_CAINFO") else environ.get("SSL_CERT_FILE", "")
    git = GitCommand(
        program=program,
        workshop=parts.workshop,
        environ=without_secrets(environ),
        has_person=settings.may_prompt,
        has_lfs=not isinstance(parts.search.find("git-lfs"), Absent),
        is_offline=settings.offline,
        certificates=settings.cert or (Path(authorities) if authorities else None),
        client_certificate=settings.client_cert,
        proxy=settings.proxy,
        insecure_hosts=frozenset(settings.insecure_hosts),
    )
    return Repositories(git, partial(parts.cache.workplace, Bucket.REPOSITORIES), parts.listener)
