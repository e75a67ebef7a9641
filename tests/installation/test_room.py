"""The room's own words about itself."""

import re
from pathlib import Path

from unlatch import installation


def test_the_chart_names_every_module() -> None:
    chart = {
        name
        for row in re.findall(r"^    (\w.*?)  ", installation.__doc__ or "", re.MULTILINE)
        for name in row.split(", ")
    }
    modules = {path.stem for path in Path(installation.__file__ or "").parent.glob("*.py")} - {"__init__"}
    assert chart == modules
