"""The neighbours' configuration: what pip and uv were told, below all that unlatch was told."""

from pathlib import Path
from typing import ClassVar

import pytest

from tests.cli.calls import invoke
from unlatch.cli.input import pip_words, uv_words
from unlatch.cli.input.neighbours import Places, looked_at, places
from unlatch.cli.input.options import BY_NAME
from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.index import PYPI, Index, Kind
from unlatch.settings import KeyringProvider, Settings

CORP, TEAM, OWN = "https://corp/simple", "https://team/simple", "https://own/simple"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "project" / "sub").mkdir(parents=True)
    (tmp_path / "config").mkdir()
    return tmp_path


def told(home: Path, environ: dict[str, str] | None = None, line: str = "", **more: str) -> tuple[Settings, list[str]]:
    """Return the settings of an install in a project below `home`, and warnings; `more` is pip.conf and uv.toml."""
    for name, text in more.items():
        (home / "config" / name.replace("_", ".")).write_text(text)
    found = invoke(
        f"install x {line}",
        {"HOME": str(home), **(environ or {})},
        home / "project" / "sub",
        neighbours=Places((home / "config" / "pip.conf",), (home / "config" / "uv.toml",)),
    )
    return found.settings, [warning.message for warning in found.warnings]


def urls(settings: Settings) -> list[str]:
    return [index.url for index in settings.indexes]


@pytest.mark.parametrize(
    ("word", "text", "field", "value"),
    [
        (
            "index-url",
            "https://ann:word@corp/",
            "indexes",
            (Index("https://corp/", None, Userinfo("ann", Secret("word"))),),
        ),
        ("extra-index-url", f"\n  {CORP}\n  {TEAM}", "indexes", (Index(CORP), Index(TEAM), Index(PYPI))),
        ("no-index", "yes", "indexes", ()),
        ("find-links", "/a ./b", "find_links", "links"),
        ("keyring-provider", "subprocess", "keyring_provider", KeyringProvider.SUBPROCESS),
        ("no-input", "1", "no_input", True),
        ("no_input", "y", "no_input", True),
        ("cert", "/ca.pem", "cert", Path("/ca.pem")),
        ("trusted-host", "a b:80", "insecure_hosts", ("a", "b:80")),
        ("proxy", "http://p:3128", "proxy", "http://p:3128"),
        ("timeout", "7", "timeout", 7.0),
        ("default-timeout", "7", "timeout", 7.0),
        ("retries", "9", "retries", 9),
        ("constraint", "a.txt b.txt", "constraint_files", ("a.txt", "b.txt")),
        ("no-binary", "a,b :all:", "no_binary", ("a", "b", ":all:")),
        ("require-hashes", "t", "require_hashes", True),
        ("no-build-isolation", "false", "build_isolation", False),
        ("all-releases", "a,b", "all_releases", ("a", "b")),
        ("require-virtualenv", "true", "require_virtualenv", True),
    ],
)
def test_what_pip_was_told(word: str, text: str, field: str, value: object, home: Path) -> None:
    expected = value
    if value == "links":
        folder = home / "project" / "sub"
        expected = tuple(Index(path.as_uri(), kind=Kind.FLAT) for path in (Path("/a"), folder / "b"))
    settings, warnings = told(home, pip_conf=f"[global]\n{word} = {text}\n")
    assert getattr(settings, field) == expected
    assert settings.origins[field] == str(home / "config" / "pip.conf")
    variable = f"PIP_{word.upper().replace('-', '_')}"
    (home / "config" / "pip.conf").unlink()
    settings, more = told(home, {variable: text})
    assert getattr(settings, field) == expected
    assert settings.origins[field] == variable
    assert warnings == more == []


UV = f"""
offline = true
no-build-isolation = true
resolution = "lowest"
config-settings.a = "b"
config-settings.c = ["d", "e"]
concurrent-downloads = 4
no-build-package = ["a", "b"]
exclude-unknown = 1
[[index]]
name = "corp"
url = "{CORP}"
authenticate = "always"
[[index]]
url = "{TEAM}"
default = true
[[index]]
url = "./links"
format = "flat"
[pip]
no-binary = [":all:"]
keyring-provider = "subprocess"
"""


def test_what_uv_was_told_in_a_file(home: Path) -> None:
    settings, warnings = told(home, uv_toml=UV)
    assert warnings == []
    assert [(index.name, index.url, index.authenticate.value) for index in settings.indexes] == [
        ("corp", CORP, "always"),
        (None, TEAM, "auto"),
    ]
    assert settings.find_links == (Index((home / "config" / "links").as_uri(), kind=Kind.FLAT),)
    assert (settings.offline, settings.concurrency, settings.only_binary) == (True, 4, ("a", "b"))
    assert (settings.no_binary, settings.keyring_provider) == ((":all:",), KeyringProvider.SUBPROCESS)
    assert (settings.build_isolation, settings.resolution) == (False, "lowest")
    assert settings.config_settings == (("a", "b"), ("c", "d"), ("c", "e"))


@pytest.mark.parametrize(
    ("environ", "field", "value"),
    [
        ({"UV_DEFAULT_INDEX": CORP, "UV_INDEX_URL": TEAM}, "indexes", (Index(CORP),)),
        ({"UV_INDEX": f"corp={CORP} {TEAM}"}, "indexes", (Index(CORP, "corp"), Index(TEAM), Index(PYPI))),
        ({"UV_FIND_LINKS": "/a,/b"}, "find_links", tuple(Index(f"file:///{name}", kind=Kind.FLAT) for name in "ab")),
        ({"UV_INSECURE_HOST": "a b"}, "insecure_hosts", ("a", "b")),
        ({"UV_HTTP_TIMEOUT": "5", "UV_REQUEST_TIMEOUT": "6"}, "timeout", 6.0),
        ({"UV_NO_BUILD": "1"}, "only_binary", (":all:",)),
        ({"UV_NO_BUILD_ISOLATION": "1"}, "build_isolation", False),
        ({"UV_NO_BINARY_PACKAGE": "a b"}, "no_binary", ("a", "b")),
        ({"UV_LINK_MODE": "copy"}, "link_mode", "copy"),
    ],
)
def test_what_uv_was_told_in_variables(environ: dict[str, str], field: str, value: object, home: Path) -> None:
    settings, warnings = told(home, environ)
    assert getattr(settings, field) == value
    assert warnings == []


class TestPrecedence:
    def test_unlatch_goes_before_uv_and_uv_before_pip(self, home: Path) -> None:
        pip, uv, own = {"PIP_TIMEOUT": "1"}, {"UV_HTTP_TIMEOUT": "2"}, {"UNLATCH_TIMEOUT": "3"}
        assert told(home, pip)[0].timeout == 1
        assert told(home, pip | uv)[0].timeout == 2
        assert told(home, pip | uv | own)[0].timeout == 3
        (home / "project" / "unlatch.toml").write_text("timeout = 4")
        assert told(home, pip | uv)[0].timeout == 4
        assert told(home, pip | uv | own, "--timeout 5")[0].timeout == 5

    def test_an_index_of_ours_beside_their_default(self, home: Path) -> None:
        pip = f"[global]\nindex-url = {CORP}\nextra-index-url = {TEAM}"
        assert urls(told(home, line=f"--extra-index-url {OWN}", pip_conf=pip)[0]) == [OWN, TEAM, CORP]

    def test_who_names_the_default_index_replaces_all_their_sources(self, home: Path) -> None:
        pip = f"[global]\nindex-url = {CORP}\nextra-index-url = {TEAM}\nfind-links = /links\ntimeout = 4\n"
        settings = told(home, line=f"-i {OWN}", pip_conf=pip)[0]
        assert (urls(settings), settings.find_links, settings.timeout) == ([OWN], (), 4)
        settings = told(home, line="--no-index", pip_conf=pip)[0]
        assert (urls(settings), [links.url for links in settings.find_links]) == ([], ["file:///links"])

    def test_the_default_index_of_uv_replaces_all_of_pips(self, home: Path) -> None:
        pip = f"[global]\nextra-index-url = {TEAM}\n"
        assert urls(told(home, {"UV_DEFAULT_INDEX": CORP}, pip_conf=pip)[0]) == [CORP]
        assert urls(told(home, {"UV_INDEX": CORP}, pip_conf=pip)[0]) == [CORP, TEAM, PYPI]

    def test_of_pip_a_variable_replaces_a_file_and_a_section_another(self, home: Path) -> None:
        pip = f"[install]\nextra-index-url = {CORP}\n[global]\nextra-index-url = {TEAM}\n[freeze]\ntimeout = 3\n"
        assert urls(told(home, pip_conf=pip)[0]) == [CORP, PYPI]
        assert urls(told(home, {"PIP_EXTRA_INDEX_URL": OWN}, pip_conf=pip)[0]) == [OWN, PYPI]
        assert told(home)[0].timeout == Settings().timeout

    def test_of_uv_the_nearest_project_goes_before_the_user(self, home: Path) -> None:
        (home / "pyproject.toml").write_text("[tool.uv]\nlink-mode = 'hardlink'\n")
        (home / "project" / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.uv]\nlink-mode = 'symlink'\n")
        user = "link-mode = 'copy'\noffline = true\n"
        settings = told(home, uv_toml=user)[0]
        assert (settings.link_mode, settings.offline) == ("symlink", True)
        assert settings.origins["link_mode"] == f"{home / 'project' / 'pyproject.toml'} [tool.uv]"
        (home / "project" / "uv.toml").write_text("")
        assert told(home, uv_toml=user)[0].link_mode == "copy"


class TestSwitches:
    FILES: ClassVar = {"pip_conf": "[global]\nretries = 1\n", "uv_toml": "concurrent-downloads = 1\n"}
    VARIABLES: ClassVar = {"PIP_NO_INPUT": "1", "UV_OFFLINE": "1"}

    def heard(self, home: Path, line: str = "", **environ: str) -> set[str]:
        settings = told(home, {**self.VARIABLES, **environ}, line, **self.FILES)[0]
        return {"retries", "concurrency", "no_input", "offline"} & set(settings.origins)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("", {"retries", "concurrency", "no_input", "offline"}),
            ("--foreign-config pip", {"retries", "no_input"}),
            ("--foreign-config uv", {"concurrency", "offline"}),
            ("--foreign-config none", set()),
            ("--no-config", {"no_input", "offline"}),
            ("--isolated", set()),
        ],
    )
    def test_what_is_heard(self, line: str, expected: set[str], home: Path) -> None:
        assert self.heard(home, line) == expected

    def test_our_variable_and_our_file_switch_them_off(self, home: Path) -> None:
        assert self.heard(home, UNLATCH_FOREIGN_CONFIG="none") == set()
        (home / "project" / "unlatch.toml").write_text("foreign-config = 'none'")
        assert self.heard(home) == set()

    def test_their_own_switches(self, home: Path) -> None:
        assert self.heard(home, PIP_CONFIG_FILE="/dev/null", UV_NO_CONFIG="1") == {"no_input", "offline"}
        (home / "other.conf").write_text("[global]\nretries = 8\n")
        (home / "other.toml").write_text("concurrent-downloads = 8\n")
        named = {"PIP_CONFIG_FILE": "../../other.conf", "UV_CONFIG_FILE": str(home / "other.toml")}
        settings = told(home, named, **self.FILES)[0]
        assert (settings.retries, settings.concurrency) == (8, 8)

    def test_a_program_without_places_hears_nothing(self, home: Path) -> None:
        assert invoke("install x", self.VARIABLES, home).settings.origins == {}


@pytest.mark.parametrize(
    ("environ", "files", "warning"),
    [
        ({"PIP_TIMEOUT": "soon"}, {}, "PIP_TIMEOUT takes a number of seconds above 0, not 'soon'; it is passed over"),
        (
            {},
            {"pip_conf": "retries = 3"},
            "{home}/config/pip.conf is not as pip's configuration should be, and is passed over",
        ),
        ({}, {"uv_toml": "retries ="}, "{home}/config/uv.toml is not valid TOML, and is passed over"),
        (
            {},
            {"uv_toml": "link-mode = 'magic'"},
            "{home}/config/uv.toml: link-mode takes auto, clone, hardlink, copy or symlink, not 'magic'; it",
        ),
        (
            {"PIP_INDEX_URL": "ftp://ann:s3cret@host/"},
            {},
            "PIP_INDEX_URL: ftp://host/ cannot be used: it is not an http or https URL with a host; it is passed over",
        ),
        (
            {},
            {"uv_toml": '[[index]]\nurl = "https://h/"\nname = "a b"'},
            "{home}/config/uv.toml: index: name takes letters",
        ),
    ],
)
def test_what_does_not_fit_is_passed_over(
    environ: dict[str, str], files: dict[str, str], warning: str, home: Path
) -> None:
    settings, warnings = told(home, environ, **files)
    assert len(warnings) == 1
    assert warnings[0].startswith(warning.format(home=home))
    assert "s3cret" not in warnings[0]
    assert settings.origins == {}


def test_every_file_that_may_be_read_can_be_told_beforehand(home: Path) -> None:
    places, folder = Places((home / "pip.conf",), (home / "user.toml",)), home / "project"
    environ = {"PIP_CONFIG_FILE": "named.conf", "UV_CONFIG_FILE": "/named.toml"}
    files = list(looked_at(places, environ, folder))
    above = [each / name for each in (folder, *folder.parents) for name in ("uv.toml", "pyproject.toml")]
    assert files == [home / "pip.conf", home / "user.toml", folder / "named.conf", Path("/named.toml"), *above]


def test_every_word_has_its_option() -> None:
    ours = {*pip_words.WORDS.values(), *uv_words.KEYS.values(), *uv_words.VARIABLES.values()}
    assert ours <= set(BY_NAME)


@pytest.mark.parametrize(
    ("platform", "environ", "pip", "uv"),
    [
        (
            "linux",
            {"HOME": "/h", "VIRTUAL_ENV": "/v"},
            ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", "/h/.pip/pip.conf", "/h/.config/pip/pip.conf", "/v/pip.conf"],
            ["/h/.config/uv/uv.toml", "/etc/xdg/uv/uv.toml", "/etc/uv/uv.toml"],
        ),
        (
            "linux",
            {"XDG_CONFIG_HOME": "/c", "XDG_CONFIG_DIRS": "/a:/b"},
            ["/a/pip/pip.conf", "/b/pip/pip.conf", "/etc/pip.conf", "/c/pip/pip.conf"],
            ["/c/uv/uv.toml", "/a/uv/uv.toml", "/b/uv/uv.toml", "/etc/uv/uv.toml"],
        ),
        (
            "darwin",
            {"HOME": "/h"},
            [
                "/Library/Application Support/pip/pip.conf",
                "/h/.pip/pip.conf",
                "/h/Library/Application Support/pip/pip.conf",
                "/h/.config/pip/pip.conf",
            ],
            ["/h/.config/uv/uv.toml", "/etc/xdg/uv/uv.toml", "/etc/uv/uv.toml"],
        ),
        (
            "win32",
            {"USERPROFILE": "/u", "APPDATA": "/a", "PROGRAMDATA": "/p"},
            ["/p/pip/pip.ini", "/u/pip/pip.ini", "/a/pip/pip.ini"],
            ["/a/uv/uv.toml", "/p/uv/uv.toml"],
        ),
    ],
)
def test_where_they_keep_their_files(platform: str, environ: dict[str, str], pip: list[str], uv: list[str]) -> None:
    found = places(platform, environ)
    assert [path.as_posix() for path in found.pip] == pip
    assert [path.as_posix() for path in found.uv] == uv
