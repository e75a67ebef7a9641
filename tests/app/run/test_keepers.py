"""What stays in an exact environment although nobody asked for it: what installs, and what that needs."""

from pathlib import Path

import pytest
from packaging.version import Version

from tests.doubles.packages import linux_target
from unlatch.app.run.keepers import keepers
from unlatch.model.name import normalize
from unlatch.model.target import Installed

NEEDS = {
    "pip": [],
    "setuptools": ["pytest; extra == 'test'"],
    "wheel": ["packaging>=24"],
    "packaging": [],
    "pytest": [],
    "unlatch": ["installer", "absent", "truststore; sys_platform == 'win32'", "keyring; extra == 'keyring'"],
    "installer": [],
    "truststore": [],
    "keyring": [],
    "flask": ["werkzeug"],
    "werkzeug": [],
}


@pytest.fixture
def installed(tmp_path: Path) -> dict:
    found = {}
    for name, needs in NEEDS.items():
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        extras = ["Provides-Extra: test", "Provides-Extra: keyring"]
        lines = [f"Name: {name}", "Version: 1", *extras, *(f"Requires-Dist: {need}" for need in needs)]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")
        found[normalize(name)] = Installed(normalize(name), Version("1"), str(folder))
    return found


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("3.11.4", {"pip", "setuptools", "wheel", "packaging", "unlatch", "installer", "keyring"}),
        ("3.12.0", {"pip", "unlatch", "installer", "keyring"}),
    ],
)
def test_what_stays(python, expected, installed):
    assert keepers(installed, linux_target(python)) == expected


def test_nothing_stays_that_is_not_there(installed):
    assert keepers({"flask": installed["flask"]}, linux_target()) == frozenset()
