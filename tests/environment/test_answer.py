"""An answer is read only when every field is what it should be."""

import json

import pytest

from tests.doubles.memory import DictMemory
from tests.environment.pythons import found
from unlatch.environment.answer import Answer, Executable
from unlatch.environment.interpreter import query


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    memory = DictMemory()
    query(found()[-1].path, memory=memory, environ={})
    (content,) = memory.kept.values()
    return json.loads(content.split(b"\n")[1])


def test_a_whole_answer(told: dict[str, object]) -> None:
    elf = {"bits": 32, "machine": 40, "flags": 1, "loader": "/lib/ld.so"}
    whole = {**told, "macos": ["14.1", "arm64"], "musl": [1, 2], "elf": elf, "refused": [[2, 17, "x86_64"]]}
    answer = Answer.read(whole)
    assert answer.version == found()[-1].version
    assert (answer.macos, answer.musl) == (("14.1", "arm64"), (1, 2))
    assert answer.elf == Executable(32, 40, 1, "/lib/ld.so")
    assert answer.refused == {(2, 17, "x86_64")}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("executable", None),
        ("is_virtual", 1),
        ("version", [3]),
        ("version", "3"),
        ("version", ["3", "11"]),
        ("markers", {}),
        ("markers", []),
        ("scheme", {"purelib": "/x"}),
        ("scheme", None),
        ("macos", ["14.1"]),
        ("macos", [14, "arm64"]),
        ("glibc", 2),
        ("glibc", [2, "17"]),
        ("elf", {}),
        ("elf", []),
        ("refused", [[2, 17]]),
        ("refused", None),
    ],
)
def test_a_field_of_another_type(told: dict[str, object], field: str, value: object) -> None:
    with pytest.raises(ValueError, match="an answer with something unusable"):
        Answer.read({**told, field: value})


def test_a_field_that_is_missing(told: dict[str, object]) -> None:
    for field in told:
        with pytest.raises(ValueError, match=field):
            Answer.read({name: value for name, value in told.items() if name != field})


@pytest.mark.parametrize("other", [None, [], "x", 3])
def test_something_else(other: object) -> None:
    with pytest.raises(ValueError, match="an answer with something unusable"):
        Answer.read(other)


def test_a_version_without_its_short_form_gets_one(told: dict[str, object]) -> None:
    assert Answer.read({**told, "version": [3, 14], "version_nodot": ""}).version_nodot == "314"
