"""Hugging Face's token: of a variable, or of the file that its own tools keep."""

import pytest

from tests.doubles.services.huggingface import TOKEN, HuggingFace
from tests.doubles.services.world import make_world
from unlatch.auth.providers.huggingface import HuggingFaceToken, token_file
from unlatch.auth.providers.provider import Grant
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Scheme, Secret
from unlatch.model.index import Index

INDEX = Index("https://huggingface.co/")


def find(environ: dict[str, str], username: str | None = None) -> Grant | Absent:
    return HuggingFaceToken(make_world(HuggingFace(), environ)).find(Question(INDEX, username))


def test_the_variable_goes_as_bearer():
    assert find({"HF_TOKEN": f"{TOKEN}\n"}) == Grant("__token__", Secret(TOKEN), "HF_TOKEN", scheme=Scheme.BEARER)


def test_the_file_of_its_own_tools_is_read(tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    found = find({"HF_HOME": str(tmp_path)})
    assert isinstance(found, Grant)
    assert (found.secret, found.detail) == (Secret(TOKEN), str(tmp_path / "token"))


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_no_token_is_told(tmp_path, content):
    if content is not None:
        (tmp_path / "token").write_text(content)
    assert find({"HF_HOME": str(tmp_path)}) == Absent("HF_TOKEN is not set")


def test_it_is_not_for_another_user():
    assert isinstance(find({"HF_TOKEN": TOKEN}, "alice"), Absent)


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"HF_TOKEN_PATH": "/t", "HF_HOME": "/h"}, "/t"),
        ({"HF_HOME": "/h", "HOME": "/home/me"}, "/h/token"),
        ({"XDG_CACHE_HOME": "/c", "HOME": "/home/me"}, "/c/huggingface/token"),
        ({"HOME": "/home/me"}, "/home/me/.cache/huggingface/token"),
        ({"USERPROFILE": "C:\\me"}, "C:\\me/.cache/huggingface/token"),
        ({}, None),
    ],
)
def test_where_its_tools_keep_the_token(environ, path):
    assert token_file(environ) == path
