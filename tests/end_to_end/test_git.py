"""Projects in git repositories: from this machine and from a server behind a login, named in every way there is."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.build.repositories import Repository, git
from tests.doubles.git_server import GitServer
from tests.doubles.processes import lives
from tests.doubles.projects import make_project
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, USERS, userinfo
from tests.end_to_end.parts.pythons import Environment

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")


@pytest.fixture
def demo(tmp_path: Path, desk: Desk) -> Repository:
    """A repository with two releases of a project, in a folder of it; git is on the PATH."""
    assert GIT is not None
    (desk.programs / "git").symlink_to(GIT)
    repository = Repository(tmp_path / "repositories" / "demo")
    for version in ("1.0", "2.0"):
        shutil.rmtree(repository.folder / "python", ignore_errors=True)
        make_project(repository.folder / "python", "corp-demo", version)
        repository.commit()
        git(repository.folder, "tag", f"v{version}")
    return repository


@pytest.fixture
def server(demo: Repository) -> Iterator[GitServer]:
    """A server that has the repository for those who log in."""
    with GitServer(demo.folder.parent, USERS) as server:
        yield server


def origin(venv: Environment) -> dict[str, Any]:
    (path,) = venv.site_packages.glob("corp_demo-*.dist-info/direct_url.json")
    return dict(json.loads(path.read_text()))


@pytest.mark.parametrize(
    ("revision", "version"), [("", "2.0"), ("@v1.0", "1.0"), ("@main", "2.0"), ("@refs/tags/v1.0", "1.0")]
)
def test_a_revision_is_installed_and_its_commit_noted(
    revision: str, version: str, demo: Repository, desk: Desk, venv: Environment
) -> None:
    desk.unlatch("install", "--no-index", f"git+{demo.url}{revision}#subdirectory=python").succeeded()
    assert venv.installed() == {"corp-demo": version}
    commit = git(demo.folder, "rev-parse", f"v{version}^{{commit}}")
    asked = {"requested_revision": revision[1:]} if revision else {}
    assert origin(venv) == {
        "url": demo.url,
        "vcs_info": {"vcs": "git", "commit_id": commit, **asked},
        "subdirectory": "python",
    }


def test_named_in_a_file_with_credentials_from_a_variable(
    demo: Repository, server: GitServer, desk: Desk, venv: Environment
) -> None:
    desk.leaks.watch(*USERS.values())
    where = f"git+http://${{WHO}}@{server.authority}/demo@v1.0"
    (desk.work / "requirements.txt").write_text(f"--no-index\ncorp-demo @ {where}#subdirectory=python\n")
    who = {"WHO": userinfo(PERSON, PASSWORD)}
    desk.unlatch("install", "-v", "-r", "requirements.txt", env=who).succeeded()
    assert venv.installed() == {"corp-demo": "1.0"}
    assert origin(venv)["url"] == f"http://{server.authority}/demo"
    assert {(asked.user, asked.status) for asked in server.asked} == {(PERSON, 200)}


def test_the_same_commit_is_not_installed_again(
    demo: Repository, server: GitServer, desk: Desk, venv: Environment
) -> None:
    where = f"git+http://{userinfo(PERSON, PASSWORD)}@{server.authority}/demo"
    commit = git(demo.folder, "rev-parse", "v1.0^{commit}")
    desk.unlatch("install", "--no-index", f"corp-demo @ {where}@{commit}#subdirectory=python").succeeded()
    asked = len(server.asked)
    again = desk.unlatch("install", "--no-index", f"corp-demo @ {where}@{commit}#subdirectory=python").succeeded()
    assert "Built" not in again.stderr
    assert len(server.asked) == asked
    desk.unlatch("install", "--no-index", f"corp-demo @ {where}@main#subdirectory=python").succeeded()
    assert venv.installed() == {"corp-demo": "2.0"}


def test_what_was_built_from_a_commit_is_kept(demo: Repository, desk: Desk, venv: Environment) -> None:
    install = ("install", "--no-index", f"git+{demo.url}@v1.0#subdirectory=python")
    assert "Built" in desk.unlatch(*install).succeeded().stderr
    desk.unlatch("uninstall", "corp-demo").succeeded()
    again = desk.unlatch(*install).succeeded()
    assert "Built" not in again.stderr
    assert venv.installed() == {"corp-demo": "1.0"}


def test_a_stranger_is_told_how_to_look(demo: Repository, server: GitServer, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "--no-index", f"git+http://{server.authority}/demo").failed(10)
    assert "wants credentials, and git has none" in failed.stderr
    assert f"git ls-remote http://{server.authority}/demo" in failed.stderr
    wrong = f"git+http://{userinfo(PERSON, 'wr0ng-word')}@{server.authority}/demo"
    desk.leaks.watch("wr0ng-word")
    refused = desk.unlatch("install", "--no-index", wrong).failed(11)
    assert "does not accept the password in its URL" in refused.stderr


def test_a_revision_that_is_not_there(demo: Repository, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "--no-index", f"git+{demo.url}@v9#subdirectory=python").failed(20)
    assert "has no branch, tag or commit v9" in failed.stderr


def test_without_git(desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "--no-index", "git+https://host/demo").failed(6)
    assert "there is no git command on PATH" in failed.stderr


def test_an_editable_repository_is_installed_as_it_is(demo: Repository, desk: Desk, venv: Environment) -> None:
    (desk.work / "r.txt").write_text(f"--no-index\n-e git+{demo.url}@v1.0#egg=corp-demo&subdirectory=python\n")
    done = desk.unlatch("install", "-r", "r.txt").succeeded()
    assert venv.installed() == {"corp-demo": "1.0"}
    assert "is installed as it is, and not editable" in done.stderr
    desk.unlatch("install", "--no-index", "-e", f"git+{demo.url}@v2.0#egg=corp-demo&subdirectory=python").succeeded()
    assert venv.installed() == {"corp-demo": "2.0"}


def test_what_a_package_needs_may_be_in_a_repository(demo: Repository, desk: Desk, venv: Environment) -> None:
    make_project(
        desk.work / "shop", "corp-shop", "1.0", requires=[f"corp-demo @ git+{demo.url}@v1.0#subdirectory=python"]
    )
    desk.unlatch("install", "--no-index", "./shop").succeeded()
    assert venv.installed() == {"corp-demo": "1.0", "corp-shop": "1.0"}


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and signals are POSIX's")
def test_a_git_that_is_interrupted_is_ended(desk: Desk, venv: Environment) -> None:
    pipe = desk.work / "pipe"
    os.mkfifo(pipe)
    program = desk.programs / "git"
    program.write_text(f"#!/bin/sh\n/bin/sleep 600 &\necho $$ $! > {pipe}\nwait\n")
    program.chmod(0o755)
    with desk.start(UNLATCH, "install", "--no-index", "git+https://host/demo") as process:
        children = [int(number) for number in pipe.read_text().split()]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 143
    assert [child for child in children if lives(child)] == []
    assert venv.installed() == {}
