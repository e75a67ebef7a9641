"""The packse scenarios, through the command line: the versions that are chosen, and the worlds where nothing fits."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts import packse
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.nginx import Nginx, Site
from tests.end_to_end.parts.packse import Scenario

# What nothing fits ends with: no set of versions, or no such package.
UNSATISFIABLE = {3, 20}

# packse takes uv's default for granted. unlatch's own takes a pre-release that a dependency names, as pip does.
_AS_UV = ("--prerelease=if-necessary-or-explicit",)
OPTIONS: Mapping[str, Sequence[str]] = {
    "transitive-prerelease-and-stable-dependency": _AS_UV,
    "transitive-prerelease-and-stable-dependency-many-versions": _AS_UV,
    "transitive-prerelease-and-stable-dependency-many-versions-holes": _AS_UV,
}
# Every scenario that ends otherwise than packse says, and why that is right.
DIFFERENT: Mapping[str, str] = {
    "python-less-than-current": "the upper bound of requires-python counts, as in pip",
    "transitive-yanked-and-unyanked-dependency": "a dependency that pins a yanked version gets it (PEP 592)",
}


@pytest.fixture
def scenarios(pytestconfig: pytest.Config) -> list[Scenario]:
    return list(packse.scenarios(packse.fetch(pytestconfig.cache.mkdir("packse"))))


def test_every_scenario_ends_as_it_should(scenarios: list[Scenario], serve: Serve, desk: Desk, tmp_path: Path) -> None:
    assert len(scenarios) > 100
    for scenario in scenarios:
        scenario.write(tmp_path / "worlds")
    nginx = serve(Site("packse", tmp_path / "worlds", certificate=None))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = list(pool.map(lambda scenario: _fault(scenario, nginx, desk, tmp_path), scenarios))
    names = [scenario.name for scenario in scenarios]
    wrong = {name: fault for name, fault in zip(names, faults, strict=True) if fault}
    unexpected = [f"{name}: {fault}" for name, fault in wrong.items() if name not in DIFFERENT]
    assert not unexpected, "\n\n".join(unexpected)
    assert set(DIFFERENT) == set(wrong), "a scenario that is listed as different ends as packse says"


def _fault(scenario: Scenario, nginx: Nginx, desk: Desk, folder: Path) -> str | None:
    """Run a scenario; return what was not as it should be."""
    target = folder / "targets" / scenario.name
    index = f"{nginx.url('packse')}/{scenario.name}/simple/"
    options = (*scenario.options, *OPTIONS.get(scenario.name, ()))
    ended = desk.unlatch("install", "--target", target, "-i", index, *options, "--", *scenario.requires)
    found = dict(sorted(_pin(path.name) for path in target.glob("*.dist-info")))
    what = f"of {scenario.requires} with {options}: exit status {ended.status}, {found}\n{ended.stderr}"
    if scenario.expected is None:
        return None if ended.status in UNSATISFIABLE and not found else f"nothing fits, but {what}"
    is_right = ended.status == 0 and found and (not scenario.expected or found == scenario.expected)
    return None if is_right else f"expected {dict(scenario.expected)}, {what}"


def _pin(folder: str) -> tuple[str, str]:
    name, _, version = folder.removesuffix(".dist-info").partition("-")
    return name.replace("_", "-"), version
