"""Lists and descriptions of what is installed, as text and as JSON."""

import json

from unlatch.app.looking.description import Description
from unlatch.app.looking.inventory import Listed
from unlatch.cli.output.listing import block, data, description_data, of_packages

ROWS = [Listed("requests", "2.32.4"), Listed("a", "10.0.0rc1"), Listed("bad\x1b[2J", "1\n2")]


def test_a_list_in_columns_has_a_heading():
    assert of_packages(ROWS, "columns") == (
        "Package    Version\n---------- ---------\nrequests   2.32.4\na          10.0.0rc1\nbad\\x1b[2J 1\\n2\n"
    )
    assert of_packages([], "columns") == ""


def test_a_list_to_freeze_is_a_requirements_file():
    assert of_packages(ROWS[:2], "freeze") == "requests==2.32.4\na==10.0.0rc1\n"
    assert of_packages(ROWS, "freeze").count("\n") == 3


def test_a_list_in_json_can_be_read_back():
    text = of_packages(ROWS, "json")
    assert [Listed(row["name"], row["version"]) for row in json.loads(text)] == ROWS
    assert text.rstrip("\n").isprintable()


def test_a_list_with_editables_tells_where_they_are():
    rows = [Listed("ours", "1.0", "/home/me/ours"), Listed("theirs", "2.0")]
    assert of_packages(rows, "columns").splitlines() == [
        "Package Version Editable project location",
        "------- ------- -------------------------",
        "ours    1.0     /home/me/ours",
        "theirs  2.0",
    ]
    assert json.loads(of_packages(rows, "json")) == [
        {"name": "ours", "version": "1.0", "editable_project_location": "/home/me/ours"},
        {"name": "theirs", "version": "2.0"},
    ]
    assert of_packages(rows, "freeze") == "ours==1.0\ntheirs==2.0\n"


def described(**more):
    known = {
        "name": "demo",
        "version": "1.0",
        "headers": {
            "name": ["Demo"],
            "summary": ["A demo\x1b"],
            "project-url": ["Homepage, https://example.com", "Docs, https://d"],
            "license-expression": ["MIT"],
            "license": ["a long text"],
        },
        "location": "/venv/site-packages",
        "installer": "unlatch",
        "is_requested": True,
        "origin": "",
        "editable": None,
        "requires": ("a", "b"),
        "required_by": (),
        "files": None,
    }
    return Description(**{**known, **more})


def test_a_description_is_that_of_pip_show():
    assert block(described()) == [
        ("Name", "Demo"),
        ("Version", "1.0"),
        ("Summary", "A demo\x1b"),
        ("Home-page", "https://example.com"),
        ("Author", ""),
        ("Author-email", ""),
        ("License", "MIT"),
        ("Location", "/venv/site-packages"),
        ("Installer", "unlatch"),
        ("Requested", "yes"),
        ("Requires", "a, b"),
        ("Required-by", ""),
    ]


def test_a_description_tells_where_it_came_from_and_which_files_it_has():
    assert ("Installed from", "https://host/x.whl") in block(described(origin="https://host/x.whl"))
    assert ("Editable project location", "/src") in block(described(origin="file:///src", editable="/src"))
    assert block(described(files=("a.py", "b.py")))[-3:] == [("Files", ""), ("", "a.py"), ("", "b.py")]


def test_a_description_in_json_can_be_read_back():
    told = json.loads(data([description_data(described(files=("a\x1b",), headers={}))]))
    assert told[0]["name"] == "demo"
    assert told[0]["summary"] == ""
    assert told[0]["files"] == ["a\x1b"]
    assert "\x1b" not in data(told)
