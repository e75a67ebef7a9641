"""Our normal form of a name is packaging's."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from unlatch.model.name import normalize


@given(name=st.text("aZ9-_. éß", max_size=12))
def test_packaging_normalizes_the_same(name):
    assert normalize(name) == canonicalize_name(name)


def test_spellings_of_one_project_are_one():
    assert {normalize(name) for name in ("Corp_Parcel", "corp.parcel", "CORP--parcel")} == {"corp-parcel"}
