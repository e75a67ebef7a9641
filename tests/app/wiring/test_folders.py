"""Where what must last is kept: as platformdirs has it, from the environment that a run was given."""

import subprocess
import sys
from pathlib import Path

import pytest

from unlatch.app.wiring.folders import data_folder

HOME = {"HOME": "/home/me"}
WINDOWS = {"USERPROFILE": r"C:\Users\me", "LOCALAPPDATA": r"D:\Local"}


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", HOME, "/home/me/.local/share/unlatch"),
        ("linux", {**HOME, "XDG_DATA_HOME": "/data"}, "/data/unlatch"),
        ("linux", {**HOME, "XDG_DATA_HOME": "relative"}, "/home/me/.local/share/unlatch"),
        ("linux", {**HOME, "XDG_DATA_HOME": " "}, "/home/me/.local/share/unlatch"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/unlatch"),
        ("linux", {}, None),
        ("darwin", HOME, "/home/me/Library/Application Support/unlatch"),
        ("darwin", {**HOME, "XDG_DATA_HOME": "/data"}, "/data/unlatch"),
        ("darwin", {}, None),
        ("win32", {}, None),
        ("win32", HOME, None),
    ],
)
def test_the_folder_follows_the_platforms_rule(platform, environ, expected):
    found = data_folder(platform, environ)
    assert found == expected


def test_on_windows_it_is_the_users_local_folder():
    assert data_folder("win32", WINDOWS) == str(Path(r"D:\Local", "unlatch"))
    without = {"USERPROFILE": r"C:\Users\me"}
    assert data_folder("win32", without) == str(Path(r"C:\Users\me", "AppData", "Local", "unlatch"))


@pytest.mark.skipif(sys.platform == "win32", reason="the registry decides there")
@pytest.mark.parametrize("more", [{}, {"XDG_DATA_HOME": "/data"}])
def test_it_is_platformdirs_folder(more):
    environ = {**HOME, **more}
    code = "import platformdirs; print(platformdirs.user_data_path('unlatch', appauthor=False))"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == data_folder(sys.platform, environ)
