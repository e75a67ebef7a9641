"""Requirements have the parts that packaging finds in them, short cuts or not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Truth

from unlatch.model.requirement import Requirement

LINES = (Path(__file__).parent / "requires_dist.txt").read_text("utf-8").splitlines()
PIECES = st.sampled_from(
    [
        "a",
        "B.c-d",
        " ",
        "[",
        "x",
        ",",
        "]",
        "(",
        ")",
        ">=",
        "1.0",
        "<",
        "2.*",
        "==",
        "!=1",
        ";",
        "sys_platform=='x'",
        "@ ",
    ]
)


def check(text: str) -> None:
    try:
        truth = Truth(text)
    except InvalidRequirement:
        with pytest.raises(InvalidRequirement):
            Requirement.parse(text)
        return
    read = Requirement.parse(text)
    assert (read.name, read.extras, read.url) == (truth.name, truth.extras, truth.url)
    assert (read.marker is None) == (truth.marker is None)
    assert Truth(str(read)) == truth
    assert Requirement.parse(str(read)) == read


@pytest.mark.parametrize("line", LINES)
def test_what_distributions_state_is_read_as_packaging_reads_it(line: str) -> None:
    check(line)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_is_read_as_packaging_reads_it(text: str) -> None:
    check(text)


@given(st.text(st.sampled_from("ab1.,<>=!~[]()@;# -_*+\t\n'"), max_size=16))
def test_any_characters_are_read_as_packaging_reads_them(text: str) -> None:
    check(text)
