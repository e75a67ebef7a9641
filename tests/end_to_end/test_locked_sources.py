"""Locks of what has no wheel: source distributions of an index, archives, folders and editables."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.build.repositories import Repository, git
from tests.doubles.projects import make_project, make_sdist
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.index_tree import Listed, write_index
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.pythons import Environment

GIT = shutil.which("git")


def package(desk: Desk) -> dict:
    [found] = tomllib.loads((desk.work / "pylock.toml").read_text())["packages"]
    return found


def direct_url(venv: Environment, name: str) -> dict:
    return json.loads(next(venv.site_packages.glob(f"{name}-*.dist-info/direct_url.json")).read_text())


def test_a_source_distribution_of_an_index(
    serve: Serve, tmp_path: Path, leaks: Leaks, desk: Desk, venv: Environment
) -> None:
    write_index(tmp_path / "stock", [Listed(*make_sdist("corp-built", "1.0"))])
    index = Corp(serve(Corp.site(tmp_path / "stock")), leaks).index(PERSON, PASSWORD)
    desk.unlatch("lock", "-i", index, "corp-built").succeeded()
    assert package(desk)["sdist"]["url"].endswith("/files/corp_built-1.0.tar.gz")
    desk.unlatch("install", "-i", index, "-r", "pylock.toml").succeeded()
    assert venv.installed() == {"corp-built": "1.0"}
    desk.unlatch("download", "-i", index, "-r", "pylock.toml", "-d", "files").succeeded()
    assert [path.name for path in (desk.work / "files").iterdir()] == ["corp_built-1.0.tar.gz"]


def test_an_archive(desk: Desk, venv: Environment) -> None:
    name, content = make_sdist("demo", "1.0")
    (desk.work / name).write_bytes(content)
    desk.unlatch("lock", "--no-index", f"./{name}").succeeded()
    assert package(desk)["archive"]["path"] == name
    desk.unlatch("sync", "pylock.toml", "--no-index").succeeded()
    assert venv.installed() == {"demo": "1.0"}
    assert direct_url(venv, "demo")["url"] == (desk.work / name).as_uri()
    desk.unlatch("uninstall", "demo").succeeded()
    (desk.work / name).write_bytes(make_sdist("demo", "1.0", build_requires=["x"])[1])
    failed = desk.unlatch("install", "-r", "pylock.toml", "--no-index", "--no-cache").failed(5)
    assert "is not the file that was promised" in failed.stderr
    assert venv.installed() == {}


@pytest.mark.parametrize("is_editable", [False, True])
def test_a_folder(is_editable: bool, desk: Desk, venv: Environment) -> None:
    make_project(desk.work / "demo", "demo", "1.0")
    desk.unlatch("lock", "--no-index", *(["-e"] if is_editable else []), "./demo").succeeded()
    told = package(desk)
    assert told["directory"] == ({"path": "demo", "editable": True} if is_editable else {"path": "demo"})
    assert "version" not in told
    desk.unlatch("install", "--no-index", "-r", "pylock.toml").succeeded()
    assert venv.installed() == {"demo": "1.0"}
    assert direct_url(venv, "demo")["dir_info"] == ({"editable": True} if is_editable else {})


@pytest.mark.usefixtures("venv")
def test_a_requirements_file_names_the_same_sources(desk: Desk) -> None:
    make_project(desk.work / "one", "one", "1.0")
    make_project(desk.work / "two", "two", "2.0")
    (desk.work / "in.txt").write_text("-e ./one\n./two\n")
    bare = ("compile", "in.txt", "--no-index", "--no-header", "--no-annotate")
    assert desk.unlatch(*bare).succeeded().stdout.splitlines() == [
        f"-e {(desk.work / 'one').as_uri()}",
        f"two @ {(desk.work / 'two').as_uri()}",
    ]


@pytest.mark.skipif(GIT is None, reason="git is not installed")
def test_a_repository_at_its_commit(desk: Desk, venv: Environment) -> None:
    (desk.programs / "git").symlink_to(GIT or "")
    repository = Repository(desk.work / "repository")
    make_project(repository.folder, "demo", "1.0")
    commit = repository.commit()
    git(repository.folder, "tag", "v1")
    desk.unlatch("lock", "--no-index", f"demo @ git+{repository.url}@v1").succeeded()
    assert package(desk)["vcs"] == {
        "type": "git",
        "path": "repository",
        "requested-revision": "v1",
        "commit-id": commit,
    }
    (repository.folder / "demo.py").write_text("VALUE = 'changed'\n")
    repository.commit()
    git(repository.folder, "tag", "-f", "v1")
    desk.unlatch("install", "--no-index", "-r", "pylock.toml").succeeded()
    assert venv.run("import demo; print(demo.VALUE, end='')") == "1.0"
    assert direct_url(venv, "demo")["vcs_info"]["commit_id"] == commit
