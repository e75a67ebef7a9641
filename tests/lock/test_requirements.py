"""requirements.txt, written: the lines, the notes, and what is left out."""

import pytest
from packaging.version import Version

from unlatch.lock.requirements import Pin, Style, text
from unlatch.model.index import Index, Kind
from unlatch.model.name import normalize

PAPER_AND_WHY = "corp-paper==1.1\n    # via\n    #   -c limits.txt\n    #   corp-parcel\n"
HEADER = "# This file was made by unlatch compile. To make it anew:\n"
A, B = "a" * 64, "b" * 64
PARCEL = Pin(normalize("corp-parcel"), Version("2.0"), (normalize("gift"),), via=("-r in.txt",))
PAPER = Pin(
    normalize("corp-paper"),
    Version("1.1"),
    hashes=(("sha256", B), ("sha256", A)),
    via=("-c limits.txt", "corp-parcel"),
    index_url="https://pkgs.example.com/simple/",
)
DIRECT = Pin(normalize("corp-stamp"), Version("1.0"), url="https://files.example.com/corp_stamp-1.0-py3-none-any.whl")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            {},
            f"{PAPER_AND_WHY}corp-parcel==2.0\n    # via -r in.txt\n",
        ),
        ({"has_annotations": False}, "corp-paper==1.1\ncorp-parcel==2.0\n"),
        ({"has_annotations": False, "strips_extras": False}, "corp-paper==1.1\ncorp-parcel[gift]==2.0\n"),
        (
            {"annotations": "line"},
            "corp-paper==1.1           # via -c limits.txt, corp-parcel\ncorp-parcel==2.0          # via -r in.txt\n",
        ),
        (
            {"has_annotations": False, "has_hashes": True},
            f"corp-paper==1.1 \\\n    --hash=sha256:{A} \\\n    --hash=sha256:{B}\ncorp-parcel==2.0\n",
        ),
        (
            {"has_annotations": False, "has_index_annotations": True},
            "corp-paper==1.1\n    # from https://pkgs.example.com/simple/\ncorp-parcel==2.0\n",
        ),
        (
            {"has_annotations": False, "command": "unlatch compile in.txt"},
            f"{HEADER}#    unlatch compile in.txt\ncorp-paper==1.1\ncorp-parcel==2.0\n",
        ),
    ],
)
def test_a_file_in_every_style(style, expected):
    assert text([PARCEL, PAPER], [], Style(**style)) == expected


def test_indexes_are_options_without_userinfo():
    indexes = [Index.parse("https://u:secret@pkgs.example.com/simple/"), Index("https://pypi.org/simple/")]
    links = [Index("file:///wheels/", kind=Kind.FLAT)]
    assert text([], [], Style(indexes=indexes, find_links=links)).splitlines() == [
        "--index-url https://pypi.org/simple/",
        "--extra-index-url https://pkgs.example.com/simple/",
        "--find-links file:///wheels/",
        "",
    ]
    assert text([], [], Style(indexes=[])) == "--no-index\n\n"


def test_what_is_left_out_is_told_at_the_end():
    written = text([DIRECT], [PAPER], Style())
    assert written.splitlines() == [
        f"corp-stamp @ {DIRECT.url}",
        "",
        "# These packages were left out on request:",
        "# corp-paper==1.1",
    ]
