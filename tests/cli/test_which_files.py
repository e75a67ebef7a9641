"""Which configuration files are read: the person at the command line may choose others, or none."""

import pytest

from tests.cli.calls import settings
from unlatch.model.errors import ConfigurationError


@pytest.fixture
def project(tmp_path):
    (tmp_path / "unlatch.toml").write_text("retries = 7\n")
    return tmp_path


def test_the_working_folder_can_be_another(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    told = settings(f"install x --target site --directory {project}", {}, elsewhere)
    assert told.retries == 7
    assert told.working_folder == project
    assert told.target_folder == project / "site"


def test_a_working_folder_that_is_not_there_is_an_error(project):
    with pytest.raises(ConfigurationError, match="--directory: there is no folder"):
        settings("install x --directory missing", {}, project)


def test_one_file_can_be_read_in_place_of_all_others(project):
    (project / "ours.toml").write_text("timeout = 3\n")
    for told in (
        settings("install x --config-file ours.toml", {}, project),
        settings("install x", {"UNLATCH_CONFIG_FILE": "ours.toml"}, project),
    ):
        assert (told.timeout, told.retries) == (3, 3)


def test_the_named_file_must_be_there(project):
    with pytest.raises(ConfigurationError, match=r"there is no configuration of unlatch in .*missing\.toml"):
        settings("install x --config-file missing.toml", {}, project)


@pytest.mark.parametrize("words", ["--no-config", "--isolated", "--no-config --config-file missing.toml"])
def test_no_file_need_be_read(project, words):
    assert settings(f"install x {words}", {}, project).retries == 3


def test_isolated_leaves_the_variables_out_too(project):
    environ = {"UNLATCH_RETRIES": "5"}
    assert settings("install x --isolated", environ, project).retries == 3
    assert settings("install x --no-config", environ, project).retries == 5


def test_a_file_cannot_say_which_files_are_read(project):
    (project / "unlatch.toml").write_text("no-config = true\n")
    with pytest.raises(ConfigurationError, match="no-config is not a key"):
        settings("install x", {}, project)


@pytest.mark.parametrize(
    "words",
    [
        "--disable-pip-version-check --no-python-version-warning",
        "--no-warn-script-location --no-warn-conflicts --no-clean --check-build-dependencies",
        "--root-user-action ignore --use-feature fast-deps --exists-action=w",
        "--system-certs",
        "--no-sources --no-sources-package x",
    ],
)
def test_words_of_pip_and_uv_that_ask_for_what_is_so_change_nothing(tmp_path, words):
    assert repr(settings(f"install x {words}", {}, tmp_path)) == repr(settings("install x", {}, tmp_path))
