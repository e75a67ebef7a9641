"""Where programs are looked for: the rules about folders. How they are found is tested with those who ask them."""

from pathlib import Path

import pytest

from unlatch.auth.program import project_folders


@pytest.mark.parametrize(
    ("working_folder", "home", "untrusted"),
    [
        ("/home/me/project", "/home/me", ("/home/me/project",)),
        ("/srv/project", "/home/me", ("/srv/project",)),
        ("/srv/project", "", ("/srv/project",)),
        ("/home/me", "/home/me", ()),
        ("/home", "/home/me", ()),
        ("/", "/home/me", ()),
        ("/", "", ()),
        ("/home/me", "/home/meredith", ("/home/me",)),
    ],
)
def test_the_working_folder_is_a_projects_unless_the_home_is_in_it(working_folder, home, untrusted):
    assert project_folders(Path(working_folder), home) == untrusted
