"""What a complaint shows, and what it leaves out."""

import pytest

from unlatch.requirements.lines import lines
from unlatch.requirements.place import Argument, InFile, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("idna>=3", "idna>=3"),
        ("idna @ https://host/x.whl", "idna @ https://host/x.whl"),
        ("idna @ https://user:pw@host/x.whl", "idna @ https://…@host/x.whl"),
        ("https://token@host/x.whl", "https://…@host/x.whl"),
        ("https://user:p@ss/w@rd@host/x.whl", "https://…@host/x.whl"),
        ("https://user:pass word@host/x", "https://…@host/x"),
        ("-i https://a:b@one/ --extra-index-url https://c:d@two/", "-i https://…@two/"),
        ("user:pw@host/simple", "…@host/simple"),
        ("user:p/w@host//simple", "…@host//simple"),
        ("--index=https://a:b@host/", "--index=https://…@host/"),
        ("https://s3/x.whl?X-Amz-Signature=abc&x=1", "https://s3/x.whl?…"),
        ("a\x1b[1m", "a\\x1b[1m"),
    ],
)
def test_secrets_are_left_out(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_an_argument() -> None:
    problem = Argument("https://u:pw@host/x").problem(3, "no", hint="yes")
    assert (problem.message, problem.details, problem.hint) == ("'https://…@host/x': no", (), "yes")
    assert Argument("x").origin == "command line"


def test_a_line_of_a_file() -> None:
    (line,) = lines("\n  a \\\n  @ https://${TOKEN}@host/", {"TOKEN": "s3cret"})
    place = InFile("r.txt", line)
    problem = place.problem(line.text.index("https"), "no")
    assert place.origin == "r.txt:2"
    assert problem.message == "r.txt:3:5: no"
    assert problem.details == ("a   @ https://…@host/",)
