"""The lines and options of requirements files, read as pip's own parser reads them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.model.errors import ConfigurationError
from unlatch.requirements.file import parse
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import Reading

theirs = pytest.importorskip("pip._internal.req.req_file", reason="pip is not installed beside the tests")

NAMES = st.sampled_from(["idna", "a.b-c_d", "requests[socks]", "six>=1,<2", 'x ; python_version < "4"', "y == 1.*"])
HASH = st.sampled_from(["sha256:" + "a" * 64, "sha512:" + "F" * 128])
BEHIND = st.one_of(
    HASH.map("--hash={}".format), HASH.map("--hash {}".format), st.just("--config-settings 'a=b c'"), st.just("-Ck=v")
)
OPTIONS = st.sampled_from(
    [
        "-i https://host/simple/",
        "--index-url=https://host/simple/",
        "--extra-index-url 'https://host/a b'",
        "--extra-index https://host/",
        "--pre",
        "--no-index --pre",
        "--only-binary :all:",
        "--no-binary=a,b",
        "--prefer-b",
        "--require-hashes",
        "--trusted-host host:80",
        r"-f folder\ with\ blanks",
    ]
)
LINES = st.one_of(
    NAMES,
    st.builds(lambda name, behind: f"{name} {' '.join(behind)}", NAMES, st.lists(BEHIND, max_size=3)),
    OPTIONS,
    st.just(""),
    st.text(string.ascii_letters + " #", max_size=8).map("# {}".format),
)
# Where a line may be broken, and what may stand before and behind one.
BREAKS = st.sampled_from([" ", " ", " \\\n", "\t", "  \\\n  ", " \\\n# a comment\n"])
ENDS = st.sampled_from(["\n", "\r\n", "  # said #twice\n", "\t#\n", " \\\n\n", "#no comment\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    text = ""
    for line in draw(st.lists(LINES, max_size=6)):
        words = line.split(" ")
        text += words[0] + "".join(draw(BREAKS) + word for word in words[1:]) + draw(ENDS)
    return text


def ours(text: str) -> list[tuple[str, list[str], list[str]]]:
    """Return each requirement as it is written, with its hashes and settings; raise ConfigurationError."""
    reading = Reading(paths=Paths("/here", is_windows=False), environ={}, read=lambda *_: text)
    requested = parse(["r.txt"], [], reading)
    return [
        (
            f"{asked.origin.rpartition(':')[2]}: {asked.requirement}",
            sorted(f"{name}:{digest}" for name, digests in asked.hashes.accepted.items() for digest in digests),
            sorted(f"{key}={value}" for key, value in asked.config_settings),
        )
        for asked in requested.requirements
    ]


@given(texts())
def test_what_is_read_is_what_pip_reads(text: str) -> None:
    from packaging.requirements import Requirement

    try:
        found = ours(text)
    except ConfigurationError:
        # We are stricter: pip passes over what stands where it means nothing.
        return
    parse_line = theirs.get_line_parser(None)
    expected = []
    for number, line in theirs.preprocess(text):
        words, options = parse_line(line)
        if words:
            hashes = options.ensure_value("hashes", None) or {}
            settings = options.ensure_value("config_settings", None) or {}
            expected.append(
                (
                    f"{number}: {Requirement(words)}",
                    sorted({f"{name}:{each.lower()}" for name, digests in hashes.items() for each in digests}),
                    sorted(
                        f"{key}={value}"
                        for key, given in settings.items()
                        for value in (given if isinstance(given, list) else [given])
                    ),
                )
            )
    assert [*found] == expected


@given(texts())
def test_the_lines_that_are_refused_are_few(text: str) -> None:
    """What is made of good lines alone is read, so that the comparison above compares something."""
    if not any(mark in text for mark in ("#no", "# a comment", "\t")):
        ours(text)
