"""Completion: the script knows every command and option, and bash can read it."""

import shutil
import subprocess

import pytest

from unlatch.cli.input.options import COMMANDS, OPTIONS, SHELLS
from unlatch.cli.output.completion import script
from unlatch.model.errors import ConfigurationError


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command(shell):
    text = script([shell])
    assert all(word in text for command in COMMANDS for word in command.split())
    assert "keyring-provider" in text


def test_bash_is_told_every_option():
    text = script(["bash"])
    assert all(flag in text for option in OPTIONS for flag in option.flags)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "completions"),
    [
        (["unlatch", "unin"], ["uninstall"]),
        (["unlatch", "auth", "expl"], ["explain"]),
        (["unlatch", "auth", "login", "--tok"], ["--token"]),
        (["unlatch", "install", "--keyring-pro"], ["--keyring-provider"]),
        (["unlatch", "install", "--keyring-provider", "sub"], ["subprocess"]),
        (["unlatch", "completion", "z"], ["zsh"]),
    ],
)
def test_bash_completes(words, completions):
    call = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _shtab_unlatch; echo ${{COMPREPLY[@]}}"
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run([bash, "-c", f"{script(['bash'])}\n{call}"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == completions


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "unlatch completion takes bash, zsh or tcsh"),
        (["fish"], "unlatch completion takes bash, zsh or tcsh, not 'fish'"),
        (["bash", "zsh"], "unlatch completion takes bash, zsh or tcsh, not 'bash zsh'"),
    ],
)
def test_a_shell_without_a_script_is_a_mistake(names, message):
    with pytest.raises(ConfigurationError) as raised:
        script(names)
    assert raised.value.message == message
