"""Listings: newest first, one release for equal versions, packed and unpacked again."""

import marshal

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from unlatch.index.listing import listing, merged, releases
from unlatch.model.distribution import File
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/", "corp")
OTHER = Index("https://other.example.com/simple/")
DEMO = canonicalize_name("demo")


def rows(*filenames):
    return [tuple(File(filename, f"https://host/{filename}")) for filename in filenames]


def versions(packed):
    return [str(release.version) for release in releases(packed, INDEX)]


def test_releases_come_newest_first():
    packed = listing(rows("demo-1.9.zip", "demo-1.10.zip", "demo-1.10rc1.zip", "demo-2.dev1.zip"), DEMO)
    assert versions(packed) == ["2.dev1", "1.10", "1.10rc1", "1.9"]


def test_a_release_has_all_its_files_in_the_order_of_the_page():
    names = ["demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl", "demo-1.0.0-py2-none-any.whl", "Demo-1.0.zip"]
    (release,) = releases(listing(rows(*names), DEMO), INDEX)
    assert [file.filename for file in release.files] == [*names[:2], names[3], names[2]]
    assert release.files[0] == File("demo-1.0.tar.gz", "https://host/demo-1.0.tar.gz")
    assert release.index is INDEX
    assert release.files is release.files


def test_what_has_no_version_or_another_name_is_left_out():
    huge = "9" * 5000
    names = ["demo-latest.zip", "other-1.0.zip", f"demo-{huge}.zip", "demo-1.0.zip", "demo_tool-1.0-py3-none-any.whl"]
    assert versions(listing(rows(*names), DEMO)) == ["1.0"]


def test_a_listing_survives_the_cache():
    file = File("demo-1.0.zip", "https://host/demo-1.0.zip", (("sha256", "aa"),), ">=3", "", (), 12)
    packed = marshal.loads(marshal.dumps(listing([tuple(file)], DEMO)))
    assert [tuple(release.files) for release in releases(packed, INDEX)] == [(file,)]


@given(st.lists(st.sampled_from(["1", "1.0", "2", "2rc1", "3.dev0", "1!0", "1+local", "nonsense"])))
def test_the_order_is_that_of_packaging(texts):
    packed = listing(rows(*(f"demo-{text}.zip" for text in texts)), DEMO)
    wanted = sorted({Version(text) for text in texts if text != "nonsense"}, reverse=True)
    assert [release.version for release in releases(packed, INDEX)] == wanted


def test_listings_are_merged_newest_first_and_equal_versions_in_their_order():
    one = releases(listing(rows("demo-1.0.zip", "demo-3.0.zip"), DEMO), INDEX)
    two = releases(listing(rows("demo-1.zip", "demo-2.0.zip"), DEMO), OTHER)
    found = [(str(release.version), release.index) for release in merged([one, [], two])]
    assert found == [("3.0", INDEX), ("2.0", OTHER), ("1.0", INDEX), ("1", OTHER)]
    assert list(merged([[], []])) == []


def test_a_release_says_what_it_is():
    (release,) = releases(listing(rows("demo-1.0.zip"), DEMO), INDEX)
    assert repr(release) == "<1.0 on corp>"
