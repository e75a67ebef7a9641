"""A wheel's name is what packaging makes of it, short cuts or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from unlatch.model.distribution import WheelName

FIELDS = {
    "name": ["a", "Corp_Parcel", "a.b", "a__b", "", "é", "a b", "_"],
    "version": ["1.0", "1.0+local", "2!1.0rc1", "one", "1_0", ""],
    "tail": ["", "-1", "-2build", "-x", "-"],
    "python": ["py3", "py2.py3", "cp311", "CP311", "3", "", "py3."],
    "abi": ["none", "cp311", "abi3.cp311", "", "no-ne"],
    "platform": ["any", "linux_x86_64", "manylinux_2_17_x86_64.manylinux2014_x86_64", "Any", "any\n"],
    "suffix": [".whl", ".whl", ".WHL", ".whl\n", ".zip"],
}
FILENAMES = st.builds("{}-{}{}-{}-{}-{}{}".format, *map(st.sampled_from, FIELDS.values()))


@settings(max_examples=1000, deadline=None)
@given(FILENAMES)
def test_a_wheels_name_has_the_parts_that_packaging_finds(filename: str) -> None:
    try:
        name, version, build, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        with pytest.raises(InvalidWheelFilename):
            WheelName.parse(filename)
        return
    assert WheelName.parse(filename) == (name, version, build, frozenset(map(str, tags)))
