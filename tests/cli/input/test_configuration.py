"""The configuration files: found, read, checked, and put in order below the environment."""

import os
import sys
from pathlib import Path

import platformdirs
import pytest

from tests.cli.calls import invoke, settings
from unlatch.cli.input.configuration import Source, find, load, parse, user_folder
from unlatch.cli.input.kinds import Base
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import PYPI, Authenticate
from unlatch.settings import CredentialHelper, KeyringProvider


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_every_kind_of_value_is_read(tmp_path):
    path = write(
        tmp_path / "unlatch.toml",
        """
        index-url = "https://d/simple/"
        extra-index-url = ["https://a/simple/"]
        find-links = ["wheels", "https://f/"]
        requirement = ["requirements.txt", "https://host/r.txt"]
        keyring-provider = "subprocess"
        keyring-timeout = 1.5
        timeout = 3
        retries = 1
        no-cache = true
        compile-bytecode = false
        no-binary = ["a,b", "c"]
        cert = "ca.pem"
        cache-dir = "~/cache"
        verbose = 1
        """,
    )
    told = settings("install x", {"HOME": "/home/me"}, tmp_path)
    assert [index.url for index in told.indexes] == ["https://a/simple/", "https://d/simple/"]
    assert [index.url for index in told.find_links] == [(tmp_path / "wheels").as_uri(), "https://f/"]
    assert told.requirement_files == (str(tmp_path / "requirements.txt"), "https://host/r.txt")
    assert told.keyring_provider is KeyringProvider.SUBPROCESS
    assert (told.keyring_timeout, told.timeout, told.retries) == (1.5, 3.0, 1)
    assert (told.no_cache, told.compile_bytecode) == (True, False)
    assert told.no_binary == ("a", "b", "c")
    assert (told.cert, told.cache_dir) == (tmp_path / "ca.pem", Path("/home/me/cache"))
    assert told.verbosity == 1
    assert told.origins["timeout"] == str(path)


def test_an_index_is_a_table_of_its_own(tmp_path):
    write(
        tmp_path / "unlatch.toml",
        """
        [[index]]
        name = "corp"
        url = "https://me@corp/simple/"
        authenticate = "always"
        default = true

        [[index]]
        name = "local.mirror-1"
        url = "./simple"
        explicit = true

        [[index]]
        url = "http://plain/simple/"
        authenticate = "never"
        allow-insecure = true
        """,
    )
    local, plain, corp = settings("install x", None, tmp_path).indexes
    assert (corp.name, corp.url, corp.userinfo.username) == ("corp", "https://corp/simple/", "me")
    assert (corp.authenticate, corp.explicit) == (Authenticate.ALWAYS, False)
    assert (local.name, local.url, local.explicit) == ("local.mirror-1", (tmp_path / "simple").as_uri(), True)
    assert (plain.name, plain.authenticate, plain.allow_insecure) == (None, Authenticate.NEVER, True)


def test_an_index_on_the_command_line_keeps_what_the_file_says_of_its_url(tmp_path):
    write(
        tmp_path / "unlatch.toml",
        '[[index]]\nname = "corp"\nurl = "https://me@corp/simple/"\nauthenticate = "always"\ndefault = true\n',
    )
    (corp,) = settings("install x -i https://corp/simple", None, tmp_path).indexes
    assert (corp.name, corp.authenticate, corp.userinfo.username) == ("corp", Authenticate.ALWAYS, "me")
    (corp,) = settings("install x -i https://you@corp/simple", None, tmp_path).indexes
    assert corp.userinfo.username == "you"


def test_the_command_line_comes_before_the_environment_the_project_and_the_user(tmp_path):
    project = write(
        tmp_path / "project/unlatch.toml", 'timeout = 3\nretries = 3\npython = "3"\nextra-index-url = ["https://c/"]'
    )
    user = write(
        tmp_path / "config/unlatch.toml",
        'timeout = 4\nretries = 4\npython = "4"\ncolor = "never"\nextra-index-url = ["https://d/"]',
    )
    told = settings(
        "install x --timeout 1 --index https://a/",
        {"UNLATCH_TIMEOUT": "2", "UNLATCH_RETRIES": "2", "UNLATCH_EXTRA_INDEX_URL": "https://b/"},
        project.parent,
        config_folder=user.parent,
    )
    assert (told.timeout, told.retries, told.python, told.color) == (1.0, 2, "3", "never")
    assert told.origins == {
        "timeout": "command line",
        "retries": "UNLATCH_RETRIES",
        "python": str(project),
        "color": str(user),
        "indexes": f"command line, UNLATCH_EXTRA_INDEX_URL, {project}, {user}",
    }
    assert [index.url for index in told.indexes] == ["https://a/", "https://b/", "https://c/", "https://d/", PYPI]


def test_what_is_switched_on_in_a_file_can_be_switched_off_above_it(tmp_path):
    write(tmp_path / "unlatch.toml", "no-index = true\ncompile-bytecode = true\nno-color = false\n")
    assert settings("install x", None, tmp_path).indexes == ()
    told = settings("install x --no-compile", {"UNLATCH_NO_INDEX": "0"}, tmp_path)
    assert ([index.url for index in told.indexes], told.compile_bytecode, told.color) == ([PYPI], False, "auto")


def test_requirements_of_a_file_or_variable_are_not_what_uninstall_removes(tmp_path):
    write(tmp_path / "unlatch.toml", 'requirement = ["r.txt"]')
    environ = {"UNLATCH_REQUIREMENT": "s.txt"}
    assert settings("install", environ, tmp_path).requirement_files == ("s.txt",)
    assert settings("install", None, tmp_path).requirement_files == (str(tmp_path / "r.txt"),)
    assert settings("uninstall flask", environ, tmp_path).requirement_files == ()
    assert settings("uninstall -r t.txt", environ, tmp_path).requirement_files == ("t.txt",)


def test_the_nearest_file_that_configures_unlatch_is_the_project_s(tmp_path):
    write(tmp_path / "unlatch.toml", "timeout = 1")
    write(tmp_path / "a/pyproject.toml", "[tool.unlatch]\ntimeout = 2")
    write(tmp_path / "a/b/pyproject.toml", '[project]\nname = "unlatch"\n[tool.other]\ntimeout = 3')
    folder = tmp_path / "a/b/c"
    folder.mkdir()
    told = settings("install x", None, folder)
    assert (told.timeout, told.origins["timeout"]) == (2.0, f"{tmp_path / 'a/pyproject.toml'} [tool.unlatch]")
    write(tmp_path / "a/unlatch.toml", "timeout = 4")
    assert settings("install x", None, folder).timeout == 4.0


def test_a_pyproject_without_unlatch_is_not_even_parsed(tmp_path):
    assert load(write(tmp_path / "pyproject.toml", "this is [no TOML"), "") is None


def test_a_file_that_is_the_project_s_and_the_user_s_is_read_once(tmp_path):
    write(tmp_path / "unlatch.toml", 'extra-index-url = ["https://a/"]')
    told = settings("install x", None, tmp_path, config_folder=tmp_path)
    assert told.origins["indexes"] == str(tmp_path / "unlatch.toml")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('index-ulr = "x"', "FILE: index-ulr is not a key", "did you mean index-url?"),
        ('trusted-hosts = ["x"]', "FILE: trusted-hosts is not a key", "did you mean allow-insecure-host?"),
        ('indexes = "x"', "FILE: indexes is not a key", "did you mean index?"),
        ("[other]", "FILE: other is not a key", None),
        ('"x\\u001b[31m" = 1', r"FILE: x\x1b[31m is not a key", None),
        ('timeout = "3"', "FILE: timeout takes a number, not a string", None),
        ("timeout = -1", "FILE: timeout takes a number of seconds above 0, not '-1'", None),
        ("retries = 1.5", "FILE: retries takes a whole number, not a number", None),
        ("retries = true", "FILE: retries takes a whole number, not true or false", None),
        ("no-cache = 1", "FILE: no-cache takes true or false, not a whole number", None),
        ("python = 3.12", "FILE: python takes a string, not a number", None),
        ("python = 2020-01-01", "FILE: python takes a string, not a date or time", None),
        ('find-links = "x"', "FILE: find-links takes a list, not a string", None),
        ("find-links = [1]", "FILE: find-links: each item takes a string, not a whole number", None),
        ('color = "red"', "FILE: color takes auto, always or never, not 'red'", None),
        (
            'index-url = "ftp://h/"',
            "FILE: index-url: ftp://h/ cannot be used: it is not an http or https URL with a host",
            None,
        ),
        ('index = "https://h/"', "FILE: index takes a list, not a string", None),
        ('index = ["https://h/"]', "FILE: index takes a table, not a string", None),
        ('[[index]]\nname = "a"', "FILE: index: url is missing", None),
        ("[[index]]\nurl = 1", "FILE: index: url takes a string, not a whole number", None),
        (
            '[[index]]\nurl = "https://h/"\nname = "a/b"',
            "FILE: index: name takes letters, digits, '.', '_' and '-', not 'a/b'",
            None,
        ),
        (
            '[[index]]\nurl = "https://h/"\nauthenticat = "always"',
            "FILE: index: authenticat is not a key",
            "did you mean authenticate?",
        ),
        (
            '[[index]]\nurl = "https://h/"\nauthenticate = "yes"',
            "FILE: index: authenticate takes auto, always or never, not 'yes'",
            None,
        ),
        (
            'index-url = "https://a/"\n[[index]]\nurl = "https://h/"\ndefault = true',
            "FILE has two default indexes",
            None,
        ),
        ("timeout = ]", "FILE is not valid TOML: Invalid value (at line 1, column 11)", None),
    ],
)
def test_a_mistake_names_the_file_and_the_key(tmp_path, text, message, hint):
    path = write(tmp_path / "unlatch.toml", text)
    with pytest.raises(ConfigurationError) as raised:
        invoke("install x", None, tmp_path)
    assert (raised.value.message, raised.value.hint) == (message.replace("FILE", str(path)), hint)


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    (tmp_path / "unlatch.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"unlatch\.toml is not UTF-8 text"):
        load(tmp_path / "unlatch.toml", "")


def test_a_file_that_is_there_and_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "unlatch.toml").symlink_to(tmp_path / "unlatch.toml")
    with pytest.raises(ConfigurationError, match=r"unlatch\.toml cannot be read: "):
        load(tmp_path / "unlatch.toml", "")


def test_what_is_not_there_or_is_a_folder_configures_nothing(tmp_path):
    (tmp_path / "unlatch.toml").mkdir()
    write(tmp_path / "file", "")
    assert load(tmp_path / "unlatch.toml", "") is None
    assert load(tmp_path / "none/unlatch.toml", "") is None
    assert load(tmp_path / "file/unlatch.toml", "") is None


@pytest.mark.parametrize(
    "text",
    [
        'index-url = "https://me:hunter2@host/simple/"',
        '[[index]]\nurl = "https://me:hunter2@host/simple/"',
        'find-links = ["https://ghp_0123456789abcdef0123@host/simple/"]',
        'proxy = "https://me:hunter2@host/simple/"',
    ],
)
def test_a_secret_in_the_project_s_file_is_warned_of_and_not_repeated(tmp_path, text):
    path = write(tmp_path / "unlatch.toml", text)
    (warning,) = invoke("install x", None, tmp_path).warnings
    assert warning.message == (
        f"{path} holds a secret for https://host/simple/, which everybody who has the project can read"
    )
    assert invoke("install x", None, tmp_path.parent, config_folder=tmp_path).warnings == ()


def test_a_username_in_the_project_s_file_is_no_secret(tmp_path):
    write(tmp_path / "unlatch.toml", 'index-url = "https://VssSessionToken@host/simple/"')
    assert invoke("install x", None, tmp_path).warnings == ()


def test_parsing_needs_no_file():
    layer = parse(Source({"timeout": 3}, "somewhere", Base(Path("/nowhere"), is_file=True)))
    assert layer == {"timeout": (3.0, "somewhere")}


def test_nothing_is_found_where_nothing_is(tmp_path):
    assert find(tmp_path, "") is None


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/home/me"}, "/home/me/.config/unlatch"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/me"}, "/etc/me/unlatch"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": " "}, "/home/me/.config/unlatch"),
    ],
)
def test_the_user_s_folder_follows_the_xdg_rule_on_linux(environ, folder):
    assert user_folder("linux", environ) == Path(folder)


@pytest.mark.parametrize("platform", [sys.platform, "win32"])
def test_the_user_s_folder_is_the_one_that_platformdirs_names(platform):
    assert user_folder(platform, os.environ) == platformdirs.user_config_path("unlatch", appauthor=False)


HELPER = 'credential-helper = ["pkgs.example.com=corp-helper"]\n[[index]]\nurl = "https://corp/"\n'


def test_the_users_file_names_helpers_for_hosts_and_for_an_index(tmp_path):
    write(tmp_path / "config" / "unlatch.toml", HELPER + "credential-helper = \"other-helper 'a b' c:\\\\d\"\n")
    told = settings("install x --credential-helper all-helper", None, tmp_path, config_folder=tmp_path / "config")
    assert told.credential_helpers == (
        CredentialHelper(None, ("all-helper",)),
        CredentialHelper("pkgs.example.com", ("corp-helper",)),
    )
    assert told.indexes[0].credential_helper == ("other-helper", "a b", "c:\\d")


def test_an_index_of_the_project_has_the_helper_that_the_users_file_names_for_it(tmp_path):
    write(tmp_path / "unlatch.toml", '[[index]]\nname = "corp"\nurl = "https://corp/"\n')
    table = '[[index]]\nurl = "https://corp/"\ncredential-helper = "corp-helper"\n'
    write(tmp_path / "config" / "unlatch.toml", table)
    corp = settings("install x", None, tmp_path, config_folder=tmp_path / "config").indexes[0]
    assert (corp.name, corp.credential_helper) == ("corp", ("corp-helper",))


@pytest.mark.parametrize(
    "text", ['credential-helper = ["evil"]\n', '[[index]]\nurl = "https://corp/"\ncredential-helper = "evil"\n']
)
def test_a_projects_file_names_no_program_that_is_run(tmp_path, text):
    path = write(tmp_path / "unlatch.toml", text)
    with pytest.raises(ConfigurationError, match="names a credential helper") as caught:
        settings("install x", None, tmp_path)
    assert str(path) in caught.value.message
    assert settings("install x", None, tmp_path, config_folder=tmp_path).indexes


@pytest.mark.parametrize("command", ["", "./helper", "bin/helper", "'unclosed"])
def test_a_helper_is_a_command_on_path_or_an_absolute_path(tmp_path, command):
    write(tmp_path / "config" / "unlatch.toml", f'[[index]]\nurl = "https://corp/"\ncredential-helper = "{command}"\n')
    with pytest.raises(ConfigurationError, match="takes a command on PATH or an absolute path"):
        settings("install x", None, tmp_path, config_folder=tmp_path / "config")
