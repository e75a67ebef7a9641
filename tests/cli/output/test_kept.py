"""What is kept, in words."""

import json

from unlatch.app.credentials.keeping import Kept
from unlatch.auth.store.entries import Entry, Place
from unlatch.cli.output.kept import data, subject, table
from unlatch.model.credentials import Scheme, Secret

NOW = 1_700_000_000.0
ROWS = [
    Kept(Entry("https://h/simple/", "alice", NOW, secret=Secret("s3cret")), "the file /home/me/x"),
    Kept(
        Entry("https://pkgs.example.com/", "", NOW, Scheme.BEARER, expires=NOW, place=Place.KEYRING),
        "the operating system's store, through keyring (macOS Keyring)",
    ),
]


def test_the_table_tells_who_since_when_until_when_and_where():
    assert table(ROWS, NOW) == (
        "Index                      User               Since       Until              Where\n"
        "https://h/simple/          alice              2023-11-14  not known          the file /home/me/x\n"
        "https://pkgs.example.com/  an empty username  2023-11-14  2023-11-14 (over)  "
        "the operating system's store, through keyring (macOS Keyring)\n"
    )
    assert table([], NOW) == ""


def test_the_data_has_times_as_numbers_and_no_secret():
    assert json.loads(data(ROWS)) == [
        {
            "url": "https://h/simple/",
            "username": "alice",
            "scheme": "Basic",
            "kept": NOW,
            "expires": None,
            "place": "file",
        },
        {
            "url": "https://pkgs.example.com/",
            "username": "",
            "scheme": "Bearer",
            "kept": NOW,
            "expires": NOW,
            "place": "keyring",
        },
    ]


def test_text_that_could_write_on_a_terminal_is_made_harmless():
    row = Kept(Entry("https://h/", "al\x1b[31mice", NOW), "the file /home/me/\x07x")
    assert "\x1b" not in table([row], NOW) + subject(row)
    assert "\x07" not in table([row], NOW)
