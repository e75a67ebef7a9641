"""The manual: --help and docs/reference/options.md tell of every option, and read well."""

from pathlib import Path

import pytest

from unlatch.cli.input.options import COMMANDS, GROUPS, OPTIONS
from unlatch.cli.output.manual import page, reference
from unlatch.model.errors import ConfigurationError
from unlatch.settings import Settings

DOCUMENT = Path(__file__).parents[3] / "docs/reference/options.md"


def test_the_document_is_what_the_table_says():
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), "make it anew: its first lines tell how"


def test_the_document_tells_of_every_option():
    text = reference()
    variables = {option.variable for option in OPTIONS if not option.line_only}
    keys = {option.name for option in OPTIONS if option.has_key and not option.line_only}
    for option in OPTIONS:
        assert all(f"`{flag}`" in text for flag in (*option.flags, *option.negations))
        assert (f"`{option.variable}`" in text) is (option.variable in variables)
        assert (f"`{option.name} = " in text) is (option.name in keys)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_of_every_option_of_a_command_and_of_no_other(command):
    words = page([command]).replace(",", " ").replace(".", " ").split()
    for option in OPTIONS:
        for flag in (*option.flags, *option.negations):
            if command in option.commands:
                assert flag in words
    if command == "show":
        assert "--index-url" not in words


def test_help_for_install_groups_its_options_and_ends_with_examples():
    headings = [line for line in page(["install"]).splitlines() if line and not line.startswith(" ")]
    assert headings == [
        "unlatch install [OPTION ...] [REQUIREMENT ...]",
        "Install packages, and what they need.",
        *(heading for heading, options in GROUPS.items() if any("install" in option.commands for option in options)),
        "Examples",
    ]
    examples = page(["install"]).partition("Examples\n")[2]
    for part in ("--index-url https://", "--keyring-provider subprocess", "-r requirements.txt", "--target "):
        assert part in examples


def test_an_option_stands_with_its_short_form_its_value_and_its_other_names():
    text = page(["install"])
    assert (
        "  -i, --index-url [NAME=]URL    Ask this index in place of pypi.org. The default index is\n"
        "                                asked last. Also --default-index.\n"
    ) in text
    assert (
        "      --compile-bytecode, --no-compile-bytecode\n"
        "                                Compile what is installed to bytecode, or do not (the\n"
        "                                default). Also --compile, --no-compile.\n"
    ) in text


def test_help_without_a_command_lists_the_commands():
    text = page()
    alone = [command for command in COMMANDS.values() if " " not in command.name]
    assert all(f"\n  {command.name} " in text and command.help in text for command in alone)
    assert "unlatch pip COMMAND is the same as unlatch COMMAND." in text
    assert page(["pip"]) == text


@pytest.mark.parametrize("names", [[], *([name] for name in COMMANDS)])
def test_help_fits_a_terminal_and_any_encoding(names):
    text = page(names)
    assert text.isascii()
    assert text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 92
    assert all(line == line.rstrip() for line in text.splitlines())


def test_help_for_a_group_lists_its_commands_and_no_others():
    text = page(["auth"])
    assert text.startswith("unlatch auth COMMAND\n")
    assert [line.split()[0] for line in text.partition("Commands\n")[2].partition("\n\n")[0].splitlines()] == [
        name.removeprefix("auth ") for name in COMMANDS if name.startswith("auth ")
    ]
    assert page(["auth", "login"]) == page(["auth login"]) != text


def test_help_tells_the_defaults_that_settings_have():
    meant = Settings()
    told = {option.setting: option.help for option in OPTIONS}
    for setting in ("timeout", "retries", "concurrency", "keyring_timeout"):
        assert f"{getattr(meant, setting):g} unless told" in told[setting]


def test_pip_before_a_command_is_passed_over():
    assert page(["pip", "list"]) == page(["list"])


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("instal", "unlatch has no command 'instal'", "unlatch help install"),
        ("xyzzy", "unlatch has no command 'xyzzy'", "unlatch help"),
        ("auth logni", "unlatch has no command 'auth logni'", "unlatch help auth login"),
    ],
)
def test_help_for_no_command_of_unlatch_is_a_mistake(name, message, hint):
    with pytest.raises(ConfigurationError) as raised:
        page([name])
    assert (raised.value.message, raised.value.hint) == (message, hint)
