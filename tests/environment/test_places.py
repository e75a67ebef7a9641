"""The user's own packages, and another root: folders that a Python of the kind would use itself."""

import json
import subprocess
import sys

import pytest

from tests.environment.test_variation import LINUX, WINDOWS
from unlatch.environment.places import for_root, for_user
from unlatch.environment.variation import for_prefix
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme

HOME = {"HOME": "/home/me"}
MACOS = replace(
    LINUX,
    prefix="/Library/Frameworks/Python.framework/Versions/3.11",
    markers={**LINUX.markers, "sys_platform": "darwin"},
)
FREE_THREADED = replace(LINUX, scheme=LINUX.scheme._replace(purelib="/v/lib/python3.11t/site-packages"))


@pytest.mark.parametrize(
    ("target", "environ", "packages", "scripts", "data"),
    [
        (LINUX, HOME, "/home/me/.local/lib/python3.11/site-packages", "/home/me/.local/bin", "/home/me/.local"),
        (
            FREE_THREADED,
            HOME,
            "/home/me/.local/lib/python3.11t/site-packages",
            "/home/me/.local/bin",
            "/home/me/.local",
        ),
        (LINUX, {"PYTHONUSERBASE": "/srv/u/"}, "/srv/u/lib/python3.11/site-packages", "/srv/u/bin", "/srv/u"),
        (
            MACOS,
            HOME,
            "/home/me/Library/Python/3.11/lib/python/site-packages",
            "/home/me/Library/Python/3.11/bin",
            "/home/me/Library/Python/3.11",
        ),
        (
            WINDOWS,
            {"APPDATA": "C:\\Users\\me\\AppData\\Roaming"},
            "C:\\Users\\me\\AppData\\Roaming\\Python\\Python311\\site-packages",
            "C:\\Users\\me\\AppData\\Roaming\\Python\\Python311\\Scripts",
            "C:\\Users\\me\\AppData\\Roaming\\Python",
        ),
        (
            WINDOWS,
            {"USERPROFILE": "C:\\me"},
            "C:\\me\\Python\\Python311\\site-packages",
            "C:\\me\\Python\\Python311\\Scripts",
            "C:\\me\\Python",
        ),
    ],
)
def test_the_users_own_packages(target, environ, packages, scripts, data) -> None:
    found = for_user(target, environ)
    assert found.site_packages == (packages,)
    assert (found.scheme.scripts, found.scheme.data) == (scripts, data)


def test_they_are_where_this_python_looks_for_them(tmp_path) -> None:
    found = "site.getusersitepackages(), sysconfig.get_paths('posix_user')"
    code = f"import json, site, sysconfig; print(json.dumps([{found}]))"
    environ = {"HOME": str(tmp_path), "PATH": ""}
    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True, text=True)
    packages, paths = json.loads(said.stdout)
    target = replace(
        LINUX,
        version=sys.version_info[:2],
        scheme=LINUX.scheme._replace(purelib=f"/v/{packages.rpartition('lib/')[2]}"),
    )
    scheme = for_user(target, environ).scheme
    assert (scheme.purelib, scheme.scripts) == (packages, paths["scripts"])


def test_the_systems_python_stays_the_systems() -> None:
    assert for_user(LINUX, HOME).externally_managed == "Use apt."


def test_a_virtual_environment_does_not_see_them() -> None:
    with pytest.raises(EnvironmentProblem, match="not seen in the virtual environment"):
        for_user(replace(LINUX, is_virtual=True), HOME)


@pytest.mark.parametrize("target", [LINUX, WINDOWS])
def test_nobody_has_no_packages_of_their_own(target) -> None:
    with pytest.raises(EnvironmentProblem, match="where the user's home is"):
        for_user(target, {})


def test_another_root_has_every_folder_below_it() -> None:
    assert for_root(LINUX, "/build").scheme == Scheme(*(f"/build{folder}" for folder in LINUX.scheme))
    assert for_root(LINUX, "/build").externally_managed is None
    there = for_prefix(WINDOWS, "C:\\Python311")
    assert for_root(there, "D:\\build").scheme.purelib == "D:\\build\\Python311\\Lib\\site-packages"
