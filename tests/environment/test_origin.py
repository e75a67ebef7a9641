"""Where a distribution comes from, as a line of a requirements file."""

from typing import Any

import pytest
from packaging.direct_url import DirectUrl
from packaging.utils import canonicalize_name
from packaging.version import Version

from unlatch.environment.origin import clean_url, editable_location, frozen_line
from unlatch.model.frozen import replace
from unlatch.model.target import Installed, Scheme, Target

HERE = Target("/venv/bin/python", "/venv", "cpython", (3, 11), (), {}, Scheme("/venv/lib", "/venv/lib", "", "", ""))
DEMO = Installed(canonicalize_name("demo"), Version("1.0"), "/venv/lib/demo-1.0.dist-info")


def line(installed: Installed, origin: dict[str, Any] | None) -> str:
    known = None if origin is None else DirectUrl.from_dict(origin)
    return frozen_line(installed, known, editable_location(installed, known, HERE))


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, "demo==1.0"),
        (
            {"url": "https://host/demo.whl", "archive_info": {"hashes": {"md5": "0", "sha256": "ab", "sha512": "cd"}}},
            "demo @ https://host/demo.whl#sha512=cd",
        ),
        (
            {"url": "https://u:secret@host/demo.tgz", "archive_info": {}, "subdirectory": "py"},
            "demo @ https://host/demo.tgz#subdirectory=py",
        ),
        (
            {"url": "https://host/d.whl?X-Amz-Signature=secret", "archive_info": {"hash": "sha256=ab"}},
            "demo @ https://host/d.whl#sha256=ab",
        ),
        (
            {
                "url": "https://secret@host/r.git",
                "vcs_info": {"vcs": "git", "commit_id": "0a1b", "requested_revision": "v1"},
            },
            "demo @ git+https://host/r.git@0a1b",
        ),
        (
            {"url": "ssh://git@host/r", "vcs_info": {"vcs": "git", "commit_id": "0a"}, "subdirectory": "a/b"},
            "demo @ git+ssh://git@host/r@0a#subdirectory=a/b",
        ),
        (
            {"url": "https://${USER}:${PASS_WORD}@host/r", "vcs_info": {"vcs": "hg", "commit_id": "0a"}},
            "demo @ hg+https://${USER}:${PASS_WORD}@host/r@0a",
        ),
        ({"url": "file:///home/me/demo", "dir_info": {}}, "demo @ file:///home/me/demo"),
        ({"url": "file:///home/my%20own/demo", "dir_info": {"editable": True}}, "-e file:///home/my%20own/demo"),
        ({"url": "https://host/\x1b[2J.whl", "archive_info": {}}, "demo @ https://host/\\x1b[2J.whl"),
    ],
)
def test_a_line_installs_the_same_again(origin: dict[str, Any] | None, expected: str) -> None:
    assert line(DEMO, origin) == expected


@pytest.mark.parametrize(("is_windows", "folder"), [(True, "C:/my own/demo"), (False, "/C:/my own/demo")])
def test_an_editable_is_where_its_url_says(is_windows: bool, folder: str) -> None:
    origin = DirectUrl.from_dict({"url": "file:///C:/my%20own/demo", "dir_info": {"editable": True}})
    assert editable_location(DEMO, origin, replace(HERE, is_windows=is_windows)) == folder


def test_a_project_that_was_linked_by_setuptools_is_editable() -> None:
    linked = DEMO._replace(folder="/home/me/demo/demo.egg-info")
    assert editable_location(linked, None, HERE) == "/home/me/demo"
    assert line(linked, None) == "-e /home/me/demo"
    assert editable_location(DEMO._replace(folder="/venv/lib/demo.egg-info"), None, HERE) is None


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("ssh://me:secret@host/r", "ssh://host/r"),
        ("ssh://me@host/r", "ssh://me@host/r"),
        ("https://token@host/r", "https://host/r"),
        ("https://${A}@host/r#x", "https://${A}@host/r"),
        ("https://${A}:secret@host/r", "https://host/r"),
        ("https://host/r?a=1", "https://host/r?a=1"),
    ],
)
def test_what_lets_somebody_in_leaves_a_url(url: str, clean: str) -> None:
    assert clean_url(url) == clean
