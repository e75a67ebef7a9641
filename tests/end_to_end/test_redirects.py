"""Files that lie elsewhere: credentials stay with the index that they belong to."""

from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, USERS, userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.nginx import SIGNATURE, Nginx, Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL, wheelhouse


@pytest.mark.parametrize("has_metadata", [True, False], ids=["metadata", "no metadata"])
def test_a_store_that_refuses_a_password_is_sent_none(
    has_metadata: bool, serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    desk.leaks.watch(PASSWORD, PERSON)
    write_index(tmp_path / "index", wheelhouse(), has_metadata=has_metadata)
    corp = Site("corp", tmp_path / "index", {"/": USERS}, redirects={"/files/": "store"})
    nginx = serve(corp, Site("store", tmp_path / "index", is_store=True))
    index = f"{nginx.url('corp', userinfo(PERSON, PASSWORD))}/simple/"
    done = desk.unlatch("install", "-i", index, "corp-parcel", "-v").succeeded()
    assert venv.installed() == PARCEL
    assert [request for request in nginx.requests() if request.status >= 400] == []
    at_store = nginx.requests("store")
    assert at_store
    assert not any(request.had_authorization for request in at_store)
    assert all(request.user == PERSON for request in nginx.requests("corp"))
    assert SIGNATURE.rpartition("=")[2] not in done.output, "a signature is as good as a password"


def test_a_link_to_another_origin_is_followed_without_credentials(
    serve: Serve, tmp_path: Path, tree: Path, desk: Desk, venv: Environment
) -> None:
    files = serve(Site("files", tree))
    desk.unlatch("install", "-i", _index_that_links_to(files, serve, tmp_path, desk), "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert not any(request.had_authorization for request in files.requests())


def test_another_origin_that_wants_a_password_gets_none(
    serve: Serve, tmp_path: Path, tree: Path, desk: Desk, venv: Environment
) -> None:
    files = serve(Site("files", tree, {"/": USERS}))
    failed = desk.unlatch("install", "-i", _index_that_links_to(files, serve, tmp_path, desk), "corp-parcel")
    assert failed.status in {4, 10}, failed.output
    assert files.url("files") in failed.stderr
    assert not any(request.had_authorization for request in files.requests())
    assert venv.installed() == {}


def _index_that_links_to(files: Nginx, serve: Serve, folder: Path, desk: Desk) -> str:
    """Start an index whose pages link to files on another server; return its URL, with a password."""
    desk.leaks.watch(PASSWORD, PERSON)
    write_index(folder / "index", wheelhouse(), files_url=f"{files.url('files')}/files/")
    nginx = serve(Site("corp", folder / "index", {"/": USERS}))
    return f"{nginx.url('corp', userinfo(PERSON, PASSWORD))}/simple/"
