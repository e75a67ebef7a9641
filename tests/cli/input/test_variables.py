"""The environment: a variable for every option, below the command line and above the files."""

import pytest

from tests.cli.calls import invoke, settings
from unlatch.cli.input.options import OPTIONS
from unlatch.model.errors import ConfigurationError
from unlatch.settings import CredentialHelper, KeyringProvider


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("UNLATCH_REQUIREMENT", "a.txt b.txt", "requirement_files", ("a.txt", "b.txt")),
        ("UNLATCH_KEYRING_PROVIDER", "import", "keyring_provider", KeyringProvider.IMPORT),
        ("UNLATCH_NO_CACHE", "1", "no_cache", True),
        ("UNLATCH_NO_CACHE", "No", "no_cache", False),
        ("UNLATCH_COMPILE_BYTECODE", "off", "compile_bytecode", False),
        ("UNLATCH_COMPILE_BYTECODE", "ON", "compile_bytecode", True),
        ("UNLATCH_ONLY_BINARY", "a,b c", "only_binary", ("a", "b", "c")),
        ("UNLATCH_VERBOSE", "2", "verbosity", 2),
        ("UNLATCH_QUIET", "1", "verbosity", -1),
        ("UNLATCH_NO_COLOR", "yes", "color", "never"),
        ("UNLATCH_PROGRESS_BAR", "off", "no_progress", True),
        ("UNLATCH_TIMEOUT", " 3 ", "timeout", 3.0),
        ("UNLATCH_FORMAT", "json", "list_format", "json"),
        (
            "UNLATCH_CREDENTIAL_HELPER",
            "pkgs.example.com=corp-helper --team x\n all-helper\n",
            "credential_helpers",
            (
                CredentialHelper("pkgs.example.com", ("corp-helper", "--team", "x")),
                CredentialHelper(None, ("all-helper",)),
            ),
        ),
    ],
)
def test_a_variable_fills_its_field_and_is_named_as_the_origin(variable, text, field, value):
    told = settings("install x", {variable: text})
    assert getattr(told, field) == value
    assert told.origins[field] == variable


def test_the_command_line_comes_before_the_environment():
    told = settings(
        "install x --timeout 1 -q --no-compile",
        {
            "UNLATCH_TIMEOUT": "2",
            "UNLATCH_VERBOSE": "2",
            "UNLATCH_COMPILE_BYTECODE": "1",
        },
    )
    assert (told.timeout, told.verbosity, told.compile_bytecode) == (1.0, -1, False)
    assert {told.origins[field] for field in ("timeout", "verbosity", "compile_bytecode")} == {"command line"}


def test_indexes_add_up_with_those_of_the_command_line_first():
    told = settings(
        "install x --index https://c/ -f https://f/ --trusted-host h",
        {
            "UNLATCH_EXTRA_INDEX_URL": "https://a/ corp=https://b/",
            "UNLATCH_INDEX_URL": "https://d/",
            "UNLATCH_FIND_LINKS": "https://g/",
            "UNLATCH_ALLOW_INSECURE_HOST": "i",
        },
    )
    assert [index.url for index in told.indexes] == ["https://c/", "https://a/", "https://b/", "https://d/"]
    assert told.origins["indexes"] == "command line, UNLATCH_EXTRA_INDEX_URL, UNLATCH_INDEX_URL"
    assert [index.url for index in told.find_links] == ["https://f/", "https://g/"]
    assert told.insecure_hosts == ("h", "i")


def test_a_variable_without_text_is_not_set():
    told = settings("install x", {option.variable: "" for option in OPTIONS})
    assert told.origins == {}


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        (
            "UNLATCH_NO_CACHE",
            "maybe",
            "UNLATCH_NO_CACHE takes 1, true, yes or on, or 0, false, no or off, not 'maybe'",
        ),
        ("UNLATCH_VERBOSE", "very", "UNLATCH_VERBOSE takes a whole number, not 'very'"),
        ("UNLATCH_TIMEOUT", "soon", "UNLATCH_TIMEOUT takes a number of seconds above 0, not 'soon'"),
        (
            "UNLATCH_INDEX_URL",
            "me:hunter2@host",
            (
                "UNLATCH_INDEX_URL: <a URL that may hold a password> cannot be used: "
                "it is not an http or https URL with a host"
            ),
        ),
        ("UNLATCH_COLOR", "r\x1b[31med", r"UNLATCH_COLOR takes auto, always or never, not 'r\x1b[31med'"),
    ],
)
def test_a_mistake_names_the_variable(variable, text, message):
    with pytest.raises(ConfigurationError) as raised:
        invoke("install x", {variable: text})
    assert raised.value.message == message


def test_a_variable_that_is_misspelt_is_warned_of_and_any_other_is_left_alone():
    invocation = invoke(
        "install x",
        {
            "UNLATCH_INDX_URL": "https://host/",
            "UNLATCH_INDEX_CORP_USERNAME": "me",
            "UNLATCH_INDEX_CORP_PASSWORD": "hunter2",
            "UNLATCH_INDEX_CORP_TOKEN": "hunter2",
            "UNLATCH_FOO": "1",
            "UNLATCH_SOMETHING_OF_MY_OWN": "1",
            "OTHER_INDEX_URLS": "1",
        },
    )
    assert [warning.message for warning in invocation.warnings] == [
        "the variable UNLATCH_INDX_URL is not known; did you mean UNLATCH_INDEX_URL?"
    ]
