from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.wheels import make_wheel
from tests.installation.environments import addition, make_target, tree
from unlatch.installation.transaction import apply
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Event, Warned
from unlatch.model.target import Installed, Target


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return make_target(tmp_path / "env")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_two_that_arrive_with_one_file_are_an_error_when_it_is_asked_for(target: Target, cache: Path) -> None:
    one, other = make_wheel("a", files={"shared.py": "a"}), make_wheel("b", files={"shared.py": "b"})
    before = tree(Path(target.prefix))
    with pytest.raises(EnvironmentProblem, match="--strict") as caught:
        apply(target, [addition(one, cache), addition(other, cache)], strict=True)
    assert caught.value.details == (f"a and b both bring {target.scheme.purelib}/shared.py",)
    assert tree(Path(target.prefix)) == before


def test_a_file_of_one_that_stays_is_not_replaced_when_it_is_asked_for(target: Target, cache: Path) -> None:
    apply(target, [addition(make_wheel("a", files={f"shared{n}.py": "a" for n in range(12)}), cache)])
    before = tree(Path(target.prefix))
    late = make_wheel("b", files={f"shared{n}.py": "b" for n in range(12)})
    with pytest.raises(EnvironmentProblem) as caught:
        apply(target, [addition(late, cache)], strict=True)
    assert caught.value.details[0] == f"b brings {target.scheme.purelib}/shared0.py, which belongs to a 1.0"
    assert caught.value.details[-1] == "and 2 more"
    assert tree(Path(target.prefix)) == before


def test_what_is_no_quarrel_is_installed_all_the_same(target: Target, cache: Path) -> None:
    told: list[Event] = []
    same = [make_wheel(name, files={"shared/__init__.py": "", f"shared/{name}.py": ""}) for name in "ab"]
    apply(target, [addition(wheel, cache) for wheel in same], strict=True, listener=told.append)
    newer = make_wheel("a", "2.0", files={"shared/__init__.py": "", "shared/a.py": "new"})
    old = Installed(canonicalize_name("a"), Version("1.0"), f"{target.scheme.purelib}/a-1.0.dist-info")
    Path(target.scheme.purelib, "stray.py").write_text("nobody's", encoding="utf-8")
    apply(target, [addition(newer, cache)], [old], strict=True, listener=told.append)
    apply(target, [addition(make_wheel("c", files={"stray.py": ""}), cache)], strict=True, listener=told.append)
    assert [event for event in told if isinstance(event, Warned)] == []
    assert Path(target.scheme.purelib, "shared/a.py").read_text(encoding="utf-8") == "new"
