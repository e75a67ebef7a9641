"""`import unlatch`: a typed result, typed errors, nothing printed, and nothing read unasked."""

import contextlib
import io
import sys

import pytest

import unlatch
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL
from unlatch.model.errors import CredentialsRefused
from unlatch.model.events import RequestSent


@pytest.fixture
def settings(desk: Desk) -> unlatch.Settings:
    return unlatch.Settings(
        cache_dir=desk.cache, cert=desk.authority, keyring_provider=unlatch.KeyringProvider.DISABLED, retries=0
    )


def test_a_program_installs_and_is_told_what_changed(corp: Corp, venv: Environment, settings: unlatch.Settings) -> None:
    events: list[unlatch.Event] = []
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        changes = unlatch.install(
            ["corp-parcel"],
            indexes=[corp.index(PERSON, PASSWORD)],
            target=venv.folder,
            settings=settings,
            listener=events.append,
        )
    assert output.getvalue() == ""
    assert {package.name: str(package.version) for package in changes.added} == PARCEL
    assert venv.installed() == PARCEL
    assert len([event for event in events if isinstance(event, RequestSent)]) == len(corp.requests())
    assert PASSWORD not in repr((changes, events, settings))


def test_a_program_is_told_of_a_refusal_by_its_type(
    corp: Corp, desk: Desk, venv: Environment, settings: unlatch.Settings
) -> None:
    wrong = desk.leaks.watch("last year's password", PERSON)
    with pytest.raises(CredentialsRefused) as caught:
        unlatch.install(["corp-parcel"], indexes=[corp.index(PERSON, wrong)], target=venv.folder, settings=settings)
    desk.leaks.look_in_text(f"{caught.value} {caught.value!r} {caught.value.trail}", "the exception")
    assert venv.installed() == {}


def test_a_program_may_install_again(corp: Corp, venv: Environment, settings: unlatch.Settings) -> None:
    for name in ("corp-paper", "corp-ribbon"):
        unlatch.install([name], indexes=[corp.index(PERSON, PASSWORD)], target=venv.folder, settings=settings)
    assert set(venv.installed()) == {"corp-paper", "corp-ribbon"}


@pytest.mark.parametrize("is_handed_in", [True, False])
def test_a_variable_is_read_only_when_it_is_handed_in(
    is_handed_in: bool, corp: Corp, desk: Desk, venv: Environment
) -> None:
    environment = "os.environ" if is_handed_in else "None"
    script = (
        "import os, pathlib, unlatch\n"
        f"settings = unlatch.Settings(cert=pathlib.Path({str(desk.authority)!r}), no_cache=True)\n"
        f"options = dict(target={str(venv.folder)!r}, settings=settings, environ={environment})\n"
        f"try: unlatch.install(['corp-paper'], indexes=['corp={corp.index()}'], **options)\n"
        "except unlatch.UnlatchError as error: print(type(error).__name__)\n"
    )
    variables = {"UNLATCH_INDEX_CORP_USERNAME": PERSON, "UNLATCH_INDEX_CORP_PASSWORD": PASSWORD}
    told = desk.run(sys.executable, "-c", script, env=variables).succeeded()
    assert (told.stdout, venv.installed()) == (("", {"corp-paper": "1.1"}) if is_handed_in else ("NoCredentials\n", {}))
