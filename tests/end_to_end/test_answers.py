"""Other programs get unlatch's answers, and unlatch gets theirs: pip, uv, git and a credential helper, all real."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL

UV = Path(sys.executable).with_name("uv")
GIT = shutil.which("git")
HOST = "127.0.0.1"


@pytest.fixture
def known(desk: Desk, corp: Corp) -> Corp:
    """The company's index, whose password unlatch knows from a place that pip, uv and git do not look at."""
    know(desk, corp, PERSON, PASSWORD)
    return corp


def know(desk: Desk, corp: Corp, username: str, password: str) -> None:
    folder = desk.home / ".config" / "unlatch"
    folder.mkdir(parents=True)
    (folder / "unlatch.toml").write_text(f'[[index]]\nname = "corp"\nurl = "{corp.index(username)}"\n')
    desk.environment["UNLATCH_INDEX_CORP_PASSWORD"] = password


def ask(desk: Desk, *arguments: str, said: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Ask unlatch for a secret, which the desk's search must not see on the way."""
    done = subprocess.run(
        [UNLATCH, *arguments],
        input=said,
        env={**desk.environment, **env},
        cwd=desk.work,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    desk.leaks.look_in_text(done.stderr, "standard error")
    return done


def install_shim(desk: Desk) -> None:
    done = desk.unlatch("auth", "keyring", "--install-shim", desk.programs).succeeded()
    assert str(desk.programs / "keyring") in done.stderr


@pytest.mark.parametrize("username", [SERVICE_USER, None])
def test_pip_installs_with_the_password_that_unlatch_knows(
    corp: Corp, desk: Desk, venv: Environment, username: str | None
) -> None:
    # pip encodes a password as Latin-1, so that one with other letters in it may not be taken for the same.
    know(desk, corp, SERVICE_USER, SERVICE_TOKEN)
    install_shim(desk)
    pip = (sys.executable, "-m", "pip", "--python", venv.python, "--isolated", "--no-cache-dir", "--no-input")
    options = ("--keyring-provider", "subprocess", "--cert", desk.authority, "--disable-pip-version-check")
    desk.run(*pip, "install", *options, "--index-url", corp.index(username), "corp-parcel", timeout=120).succeeded()
    assert venv.installed() == PARCEL
    assert SERVICE_USER in corp.users()


def test_uv_installs_with_the_password_that_unlatch_knows(known: Corp, desk: Desk, venv: Environment) -> None:
    install_shim(desk)
    uv = (
        UV,
        "pip",
        "install",
        "--python",
        venv.python,
        "--no-config",
        "--no-cache",
        "--keyring-provider",
        "subprocess",
    )
    desk.run(*uv, "--default-index", known.index(PERSON), "corp-parcel", timeout=120).succeeded()
    assert venv.installed() == PARCEL
    assert PERSON in known.users()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("get", "{index}", PERSON), f"{PASSWORD}\n"),
        (("get", "{authority}", PERSON), f"{PASSWORD}\n"),
        (("--mode", "creds", "get", "{index}"), f"{PERSON}\n{PASSWORD}\n"),
        (("--mode=creds", "--output=json", "get", "{index}"), {"username": PERSON, "password": PASSWORD}),
        (("--mode=creds", "--output=json", "get", "{authority}"), {"username": PERSON, "password": PASSWORD}),
        (("--output=json", "get", "{index}", PERSON), {"password": PASSWORD}),
    ],
)
def test_the_keyring_commands_language_is_spoken(known: Corp, desk: Desk, words, answer) -> None:
    arguments = [word.format(index=known.index(), authority=known.authority) for word in words]
    done = ask(desk, "auth", "keyring", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert (done.stdout if isinstance(answer, str) else json.loads(done.stdout)) == answer


@pytest.mark.parametrize(
    "words",
    [
        ("get", "https://other.example.com/simple/", PERSON),
        ("--mode", "creds", "get", "other.example.com"),
        ("get", "a service", "user"),
    ],
)
def test_no_entry_is_silence_and_status_one(known: Corp, desk: Desk, words) -> None:
    done = ask(desk, "auth", "keyring", *(word.format(index=known.index()) for word in words))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize(
    "words", [("set", "s", "u"), ("get", "s"), ("get",), (), ("get", "a", "b", "c"), ("diagnose",)]
)
def test_what_keyring_does_besides_is_refused_with_words(desk: Desk, words) -> None:
    failed = desk.unlatch("auth", "keyring", *words).failed(2)
    assert "get URL USER" in failed.stderr


@pytest.mark.parametrize(("real", "answer"), [(True, 0), (False, 1)])
def test_in_keyrings_place_unlatch_asks_the_real_keyring_and_never_itself(
    corp: Corp, desk: Desk, tmp_path: Path, real: bool, answer: int
) -> None:
    install_shim(desk)
    environment = {"PATH": str(desk.programs), "UNLATCH_KEYRING_PROVIDER": "subprocess" if real else "auto"}
    if real:
        tools = tmp_path / "tools"
        tools.mkdir()
        keyring = Keyring(tools, tmp_path / "keyring")
        keyring.remember(corp.index(), PERSON, PASSWORD)
        environment |= {**keyring.environment, "PATH": f"{desk.programs}{os.pathsep}{tools}"}
    done = ask(desk, "auth", "keyring", "get", corp.index(), PERSON, **environment)
    assert (done.returncode, done.stdout) == (answer, f"{PASSWORD}\n" if real else "")


def test_unlatch_does_not_take_the_shim_for_a_keyring(corp: Corp, desk: Desk, venv: Environment) -> None:
    install_shim(desk)
    options = ("--keyring-provider", "subprocess", "--index-url", corp.index(PERSON))
    failed = desk.unlatch("install", *options, "corp-paper").failed(14)
    assert "there is no keyring command on PATH" in failed.stderr


def test_a_circle_of_helper_and_keyring_comes_to_an_end(corp: Corp, desk: Desk, venv: Environment) -> None:
    keyring = desk.programs / "keyring"
    keyring.write_text(f'#!/bin/sh\nexec {UNLATCH} auth keyring "$@"\n')
    keyring.chmod(0o755)
    environment = {
        "UNLATCH_KEYRING_PROVIDER": "subprocess",
        "UNLATCH_CREDENTIAL_HELPER": f"{HOST}={UNLATCH} auth helper",
    }
    failed = desk.unlatch("install", "--index-url", corp.index(PERSON), "corp-paper", env=environment).failed(10)
    assert "helper" in failed.stderr


def test_another_keyring_is_not_replaced_by_the_shim_and_an_older_shim_is(desk: Desk) -> None:
    install_shim(desk)
    install_shim(desk)
    (desk.programs / "keyring").write_text("#!/bin/sh\nexit 1\n")
    failed = desk.unlatch("auth", "keyring", "--install-shim", desk.programs).failed(2)
    assert "is another program, which stays" in failed.stderr
    assert (desk.programs / "keyring").read_text() == "#!/bin/sh\nexit 1\n"


def test_a_credential_helper_answers_for_page_and_file(known: Corp, desk: Desk) -> None:
    for url in (known.index(), f"{known.index()}corp-paper/", f"{known.index()}corp-paper/?a=b#c"):
        done = ask(desk, "auth", "helper", "get", said=json.dumps({"uri": url}))
        assert done.returncode == 0
        (field,) = json.loads(done.stdout)["headers"]["Authorization"]
        assert field.startswith("Basic ")


@pytest.mark.parametrize("path", ["other/?X-Amz-Signature=abc", "simple/x?sig=a&se=b"])
def test_a_helper_has_nothing_for_a_signed_url(known: Corp, desk: Desk, path: str) -> None:
    url = known.index().removesuffix("simple/") + path
    done = ask(desk, "auth", "helper", "get", said=json.dumps({"uri": url}))
    assert (done.returncode, json.loads(done.stdout)) == (0, {"headers": {}})


def test_a_helper_that_knows_nothing_has_no_headers(known: Corp, desk: Desk) -> None:
    done = ask(desk, "auth", "helper", "get", said='{"uri": "https://other.example.com/x"}')
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"headers": {}}, "")


@pytest.mark.parametrize(("words", "said"), [(("get",), "?"), (("get",), '{"uri": 1}'), (("put",), "{}"), ((), "{}")])
def test_a_question_that_is_none_is_a_failure(desk: Desk, words, said) -> None:
    done = ask(desk, "auth", "helper", *words, said=said)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: a credential helper is asked")


@pytest.mark.parametrize(
    "command", [("helper", "get"), ("keyring", "get", "{index}", PERSON), ("git-credential", "get")]
)
def test_a_broken_source_is_a_failure_with_words_and_status_one(corp: Corp, desk: Desk, command) -> None:
    broken = desk.programs / "corp-helper"
    broken.write_text("#!/bin/sh\necho 'the vault is locked' >&2\nexit 3\n")
    broken.chmod(0o755)
    said = f"protocol=https\nhost={corp.authority}\n" if "git" in command[0] else json.dumps({"uri": corp.index()})
    arguments = [word.format(index=corp.index()) for word in command]
    done = ask(desk, "auth", *arguments, said=said, UNLATCH_CREDENTIAL_HELPER="corp-helper")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{broken} failed: the vault is locked" in done.stderr


@pytest.mark.skipif(GIT is None, reason="there is no git on this machine")
@pytest.mark.parametrize("says_path", [True, False])
def test_git_fills_in_what_unlatch_knows(known: Corp, desk: Desk, says_path: bool) -> None:
    path = "path=simple/\n" if says_path else ""
    done = git(desk, "fill", f"protocol=https\nhost={known.authority}\n{path}\n", says_path=says_path)
    assert done.returncode == 0, done.stderr
    assert {f"username={PERSON}", f"password={PASSWORD}"} <= set(done.stdout.splitlines())


@pytest.mark.skipif(GIT is None, reason="there is no git on this machine")
def test_git_goes_on_without_what_unlatch_does_not_know(known: Corp, desk: Desk) -> None:
    done = git(desk, "fill", "protocol=https\nhost=other.example.com\n\n")
    assert "password=" not in done.stdout
    assert "terminal prompts disabled" in done.stderr


@pytest.mark.skipif(GIT is None, reason="there is no git on this machine")
@pytest.mark.parametrize("operation", ["approve", "reject"])
def test_what_git_would_have_kept_or_forgotten_is_let_be(known: Corp, desk: Desk, operation: str) -> None:
    said = f"protocol=https\nhost={known.authority}\nusername=a\npassword=b\n\n"
    done = git(desk, operation, said)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def git(desk: Desk, operation: str, said: str, *, says_path: bool = False) -> subprocess.CompletedProcess[str]:
    """Run `git credential` with unlatch as its only helper."""
    assert GIT is not None
    helper = f"!{UNLATCH} auth git-credential"
    options = ["-c", "credential.helper=", "-c", f"credential.helper={helper}"]
    if says_path:
        options += ["-c", "credential.useHttpPath=true"]
    return subprocess.run(
        [GIT, *options, "credential", operation],
        input=said,
        env={**desk.environment, "PATH": f"{desk.programs}{os.pathsep}{os.defpath}", "GIT_TERMINAL_PROMPT": "0"},
        cwd=desk.work,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_uvs_credential_helper_answers_unlatch(corp: Corp, desk: Desk, venv: Environment) -> None:
    asked = (UV, "--preview-features", "auth-helper", "auth", "helper", "--protocol=bazel")
    if subprocess.run([*asked, "get", "--help"], capture_output=True).returncode != 0:
        pytest.skip("this uv has no credential helper")
    stored = desk.home / ".local" / "share" / "uv"
    desk.leaks.may_be_in(stored)
    login = [UV, "auth", "login", corp.index(), "--username", PERSON, "--password", "-"]
    subprocess.run(login, input=PASSWORD, env=desk.environment, check=True, encoding="utf-8", capture_output=True)
    helper = " ".join(map(str, asked))
    options = ("--credential-helper", f"{HOST}={helper}", "--index-url", corp.index())
    desk.unlatch("install", *options, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert PERSON in corp.users()


def test_an_index_has_a_helper_of_its_own_and_its_first_request_is_let_in(
    corp: Corp, desk: Desk, venv: Environment
) -> None:
    secret = desk.leaks.may_be_in(desk.programs / "answer.json")
    secret.write_text(ask_as_a_helper(corp), encoding="utf-8")
    helper = desk.programs / "corp-helper"
    helper.write_text(f"#!/bin/sh\n/bin/cat > '{desk.work}/asked'\nexec /bin/cat '{secret}'\n")
    helper.chmod(0o755)
    folder = desk.home / ".config" / "unlatch"
    folder.mkdir(parents=True)
    table = f'[[index]]\nurl = "{corp.index()}"\ndefault = true\ncredential-helper = "corp-helper --team x"\n'
    (folder / "unlatch.toml").write_text(table)
    done = desk.unlatch("install", "corp-parcel", "-v").succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []
    assert json.loads((desk.work / "asked").read_text()) == {"uri": corp.index()}
    assert f"helper {helper} asked for {corp.index()}: found" in done.stderr


def ask_as_a_helper(corp: Corp) -> str:
    import base64

    field = "Basic " + base64.b64encode(f"{PERSON}:{PASSWORD}".encode()).decode()
    return json.dumps({"headers": {"Authorization": [field]}})


def test_a_helper_that_fails_is_an_error_of_its_own(corp: Corp, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", corp.index(), "--credential-helper", "no-helper", "corp-paper").failed(22)
    assert "there is no no-helper command on PATH" in failed.stderr


def test_a_helper_below_the_home_serves_who_works_in_the_home(corp: Corp, desk: Desk, venv: Environment) -> None:
    programs = desk.home / ".local" / "bin"
    programs.mkdir(parents=True)
    secret = desk.leaks.may_be_in(programs / "answer.json")
    secret.write_text(ask_as_a_helper(corp), encoding="utf-8")
    helper = programs / "corp-helper"
    helper.write_text(f"#!/bin/sh\nexec /bin/cat '{secret}'\n")
    helper.chmod(0o755)
    options = ("--credential-helper", "corp-helper", "-i", corp.index(PERSON), "corp-paper")
    desk.unlatch("install", *options, cwd=desk.home, env={"PATH": str(programs)}).succeeded()
    failed = desk.unlatch("install", *options, "--refresh", "--target", "x", cwd=programs, env={"PATH": str(programs)})
    assert "is not run, because it lies in the target environment or the working folder" in failed.failed(22).stderr


def test_a_projects_file_may_not_name_a_helper(corp: Corp, desk: Desk, venv: Environment) -> None:
    (desk.work / "unlatch.toml").write_text(f'[[index]]\nurl = "{corp.index()}"\ncredential-helper = "evil"\n')
    failed = desk.unlatch("install", "corp-paper").failed(2)
    assert "names a credential helper" in failed.stderr
