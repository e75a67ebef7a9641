from packaging.utils import NormalizedName
from packaging.version import Version

from unlatch.installation.place.plan import Plan, Replacement, Wanted, plan
from unlatch.model.target import Installed


def wanted(name: str, version: str = "1.0", *, is_same_source: bool = True) -> Wanted:
    return Wanted(NormalizedName(name), Version(version), is_same_source)


def installed(name: str, version: str = "1.0") -> Installed:
    return Installed(NormalizedName(name), Version(version), f"/env/{name}-{version}.dist-info")


def there(*distributions: Installed) -> dict[NormalizedName, Installed]:
    return {distribution.name: distribution for distribution in distributions}


def test_what_is_not_there_is_added_in_the_order_of_the_names() -> None:
    assert plan([wanted("b"), wanted("a")], {}) == Plan(add=(wanted("a"), wanted("b")))


def test_what_is_there_is_kept() -> None:
    assert plan([wanted("a", "1.0.0")], there(installed("a", "1.0"))) == Plan(keep=(installed("a", "1.0"),))
    assert not plan([wanted("a")], there(installed("a")))


def test_another_version_is_replaced() -> None:
    for old in ("0.9", "1.1", "1.0+local", "1.0rc1"):
        expected = Plan(replace=(Replacement(wanted("a"), installed("a", old)),))
        assert plan([wanted("a")], there(installed("a", old))) == expected


def test_the_same_version_from_elsewhere_is_replaced() -> None:
    elsewhere = wanted("a", is_same_source=False)
    assert plan([elsewhere], there(installed("a"))) == Plan(replace=(Replacement(elsewhere, installed("a")),))


def test_what_is_named_is_reinstalled() -> None:
    again = plan([wanted("a"), wanted("b")], there(installed("a"), installed("b")), reinstall=[NormalizedName("b")])
    assert again == Plan(replace=(Replacement(wanted("b"), installed("b")),), keep=(installed("a"),))


def test_what_is_not_wanted_stays_unless_it_is_removable() -> None:
    present = there(installed("c"), installed("b"), installed("a"))
    assert plan([wanted("a")], present) == Plan(keep=(installed("a"),))
    removed = plan([wanted("a")], present, removable=list(present))
    assert removed == Plan(keep=(installed("a"),), remove=(installed("b"), installed("c")))
    assert removed


def test_what_arrives_and_what_leaves_is_told_together() -> None:
    present = there(installed("b", "0.9"), installed("c"))
    both = plan([wanted("a"), wanted("b")], present, removable=[NormalizedName("c")])
    assert both.arriving == (wanted("a"), wanted("b"))
    assert both.leaving == (installed("b", "0.9"), installed("c"))
