"""What `unlatch config` tells: each value, who gave it, and what it took the place of."""

from io import StringIO
from pathlib import Path

import pytest

from tests.cli.calls import invoke
from unlatch.cli.commands.config import COMMANDS
from unlatch.cli.input.neighbours import Places
from unlatch.cli.output.report import Report
from unlatch.cli.output.settings_explained import Explained, Said, explained
from unlatch.model.errors import ConfigurationError


def tell(line: str, environ: dict[str, str]) -> str:
    invocation = invoke(line, environ, neighbours=Places())
    out = StringIO()
    COMMANDS[invocation.command](invocation, Report(out, StringIO()))
    return out.getvalue()


def of(name: str, environ: dict[str, str], line: str = "config list") -> Explained:
    found = explained(invoke(line, environ, neighbours=Places()).groups)
    return next(each for each in found if each.name == name)


def test_a_default() -> None:
    assert of("timeout", {}) == Explained("timeout", 15.0, "default")
    assert of("index-url", {}).value == "https://pypi.org/simple/"
    assert of("find-links", {}).value == []


def test_what_counts_and_what_it_overrode() -> None:
    environ = {"UNLATCH_TIMEOUT": "3", "UV_HTTP_TIMEOUT": "4", "PIP_TIMEOUT": "5"}
    told = (Said(4.0, "UV_HTTP_TIMEOUT"), Said(5.0, "PIP_TIMEOUT"))
    assert of("timeout", environ) == Explained("timeout", 3.0, "UNLATCH_TIMEOUT", told)


def test_lists_that_add_up_and_sources_that_are_replaced() -> None:
    environ = {"UNLATCH_INDEX_URL": "https://own/", "UV_INDEX": "https://uv/", "PIP_TRUSTED_HOST": "pip"}
    more = {**environ, "UNLATCH_EXTRA_INDEX_URL": "https://more/", "UV_INSECURE_HOST": "uv"}
    assert of("extra-index-url", environ) == Explained(
        "extra-index-url", [], "default", (Said(["https://uv/"], "UV_INDEX"),)
    )
    assert of("extra-index-url", more).value == ["https://more/"]
    assert of("allow-insecure-host", more) == Explained(
        "allow-insecure-host", ["uv", "pip"], "UV_INSECURE_HOST, PIP_TRUSTED_HOST"
    )


@pytest.mark.parametrize(
    ("environ", "name", "value"),
    [
        (
            {"UNLATCH_INDEX_URL": "corp=https://ann:s3cret@host/"},
            "index-url",
            "corp=https://host/ (as ann, with a password)",
        ),
        (
            {"UNLATCH_INDEX_URL": "https://ghp_0123456789abcdefs3cret@host/"},
            "index-url",
            "https://host/ (as <token>)",
        ),
        ({"UNLATCH_PROXY": "http://ann:s3cret@host:3128"}, "proxy", "http://host:3128"),
        ({"UNLATCH_CREDENTIAL_HELPER": "host=/bin/tell --key s3cret"}, "credential-helper", ["host=/bin/tell …"]),
        ({"UNLATCH_ARCHIVE_LIMIT": "size=1K"}, "archive-limit", ["size=1024"]),
        ({"UNLATCH_KEYRING_PROVIDER": "import"}, "keyring-provider", "import"),
        ({"UNLATCH_CERT": "/ca.pem"}, "cert", "/ca.pem"),
    ],
)
def test_values_are_shown_without_secrets(environ: dict[str, str], name: str, value: object) -> None:
    assert of(name, environ).value == value
    for command in ("config list", "config explain", "config list --json", "config explain --json"):
        assert "s3cret" not in tell(command, environ)


def test_a_list_of_what_differs() -> None:
    environ = {"UNLATCH_TIMEOUT": "3", "PIP_EXTRA_INDEX_URL": "https://a/ https://b/"}
    assert tell("config list", environ) == (
        "extra-index-url  https://a/  (PIP_EXTRA_INDEX_URL)\n"
        "extra-index-url  https://b/  (PIP_EXTRA_INDEX_URL)\n"
        "timeout          3.0  (UNLATCH_TIMEOUT)\n"
    )
    assert tell("config list", {}) == ""


@pytest.mark.parametrize("name", ["trusted-host", "--allow-insecure-host", "allow-insecure-host"])
def test_one_is_explained(name: str) -> None:
    told = "allow-insecure-host = a\n  from: UNLATCH_ALLOW_INSECURE_HOST\n"
    assert invoke(["config", "explain", "--", name]).names == (name,)
    invocation = invoke(["config", "explain", "--", name], {"UNLATCH_ALLOW_INSECURE_HOST": "a"})
    out = StringIO()
    COMMANDS[invocation.command](invocation, Report(out, StringIO()))
    assert out.getvalue() == told


def test_an_option_that_is_none() -> None:
    with pytest.raises(ConfigurationError, match=r"^there is no option timeuot ") as caught:
        tell("config explain timeuot", {})
    assert caught.value.hint == "did you mean timeout?"


def test_json() -> None:
    import json

    (found,) = json.loads(tell("config list --json", {"UNLATCH_NO_INPUT": "1", "PIP_NO_INPUT": "0"}))
    overrode = [{"value": False, "origin": "PIP_NO_INPUT"}]
    assert found == {"name": "no-input", "value": True, "origin": "UNLATCH_NO_INPUT", "overrode": overrode}


def test_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "unlatch.toml").write_text("timeout = 9")
    invocation = invoke("config list", {}, tmp_path)
    assert [each.origin for each in explained(invocation.groups) if not each.is_default] == [
        str(tmp_path / "unlatch.toml")
    ]
