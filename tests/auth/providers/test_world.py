"""Ways that are tried one after the other."""

import pytest

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.world import first
from unlatch.auth.source import Absent
from unlatch.model.errors import NetworkError


def fails(problem: Exception):
    def way() -> str:
        raise problem

    return way


def test_the_first_that_has_anything_is_taken_and_no_other_is_asked():
    assert first([lambda: Absent("a"), lambda: "found", fails(AssertionError())]) == "found"


def test_what_is_missing_is_told_in_one_phrase():
    assert first([lambda: Absent("az is not there"), lambda: Absent("no library")]) == Absent(
        "az is not there, no library"
    )


def test_a_way_that_fails_does_not_keep_the_next_from_being_tried():
    assert first([fails(Broken("x")), fails(NetworkError("y")), lambda: "found"]) == "found"


def test_a_failure_is_told_with_what_is_missing_besides():
    with pytest.raises(Broken, match=r"^az failed; host does not answer; no library$"):
        first([fails(Broken("az failed")), lambda: Absent("no library"), fails(NetworkError("host does not answer"))])
