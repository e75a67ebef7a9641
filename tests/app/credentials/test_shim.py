"""The program that answers in keyring's place: what is written, for which system."""

import os
import subprocess
import sys

import pytest

from unlatch.app.credentials.shim import batch_file, install_shim, shell_script, started_as
from unlatch.auth.program import Search
from unlatch.auth.source import Absent
from unlatch.auth.sources.keyring_command import is_shim, locate
from unlatch.model.errors import ConfigurationError

START = ["/opt/py thon/bin/python", "-P", "-m", "unlatch"]


def test_the_shell_script_quotes_what_needs_it():
    assert shell_script(START).splitlines()[0] == "#!/bin/sh"
    assert shell_script(START).splitlines()[2] == "exec '/opt/py thon/bin/python' -P -m unlatch auth keyring \"$@\""


def test_the_batch_file_has_windows_lines_and_no_variable():
    start = [r"C:\100%\python.exe", "-P", "-m", "unlatch"]
    lines = batch_file(start).split("\r\n")
    assert lines[0] == "@echo off"
    assert lines[2:] == [r'"C:\100%%\python.exe" "-P" "-m" "unlatch" auth keyring %*', ""]


@pytest.mark.parametrize(("is_windows", "name"), [(False, "keyring"), (True, "keyring.cmd")])
def test_it_is_written_into_a_new_folder_and_is_known_for_what_it_is(tmp_path, is_windows, name):
    folder = tmp_path / "shims" / "here"
    path = install_shim(folder, START, is_windows=is_windows)
    assert path == folder / name
    assert os.access(path, os.X_OK)
    assert is_shim(path)
    assert isinstance(locate(Search([str(folder)], is_windows=is_windows)), Absent)
    assert install_shim(folder, START, is_windows=is_windows) == path


def test_another_keyring_stays(tmp_path):
    (tmp_path / "keyring").write_text("#!/bin/sh\n")
    with pytest.raises(ConfigurationError, match="is another program, which stays"):
        install_shim(tmp_path, START, is_windows=False)
    assert (tmp_path / "keyring").read_text() == "#!/bin/sh\n"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        install_shim(tmp_path / "file" / "folder", START, is_windows=False)


def test_what_was_started_can_be_started_again(tmp_path):
    assert started_as("/usr/bin/python3", "/usr/bin/unlatch") == ["/usr/bin/python3", "-P", "-m", "unlatch"]
    assert started_as("/usr/bin/python3", str(tmp_path / "unlatch.pyz")) == [
        "/usr/bin/python3",
        str(tmp_path / "unlatch.pyz"),
    ]


def test_a_folder_named_unlatch_in_the_working_folder_is_not_taken_for_it(tmp_path):
    (tmp_path / "unlatch").mkdir()
    (tmp_path / "unlatch" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    path = install_shim(tmp_path / "shims", started_as(sys.executable, "unlatch"), is_windows=False)
    done = subprocess.run([path, "get", "a service", "user"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
