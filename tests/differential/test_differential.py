"""Beside uv, on the public index: a short part of what `python -m tests.differential` compares."""

import os

import pytest

from tests.differential.applications import APPLICATIONS
from tests.differential.resolvers import Failed, Room

QUICK = {application.name: application for application in APPLICATIONS if application.name in {"django", "datasette"}}


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path, os.environ)


@pytest.mark.parametrize("name", QUICK)
def test_unlatch_chooses_what_uv_chooses(name, room):
    application = QUICK[name]
    assert room.ask("unlatch", application.requirements) == room.ask("uv", application.requirements)


@pytest.mark.parametrize("resolver", ["unlatch", "uv"])
def test_a_resolver_that_has_no_answer_is_said_to_have_failed(resolver, room):
    with pytest.raises(Failed, match=f"{resolver} ended with"):
        room.ask(resolver, ["django<4,>=5"])
