"""The room's own words about itself, and those of the rooms inside of it."""

import re
from importlib import import_module
from pathlib import Path

import pytest


@pytest.mark.parametrize("room", ["", ".unpack", ".keep", ".place", ".change"])
def test_the_chart_names_every_module(room: str) -> None:
    found = import_module(f"unlatch.installation{room}")
    chart = {
        name for row in re.findall(r"^    (\w.*?)  ", found.__doc__ or "", re.MULTILINE) for name in row.split(", ")
    }
    inside = Path(found.__file__ or "").parent.iterdir()
    assert chart == {path.stem for path in inside} - {"__init__", "__pycache__"}
