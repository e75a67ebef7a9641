"""Options that say which versions are chosen, from words to settings."""

import pytest

from tests.cli.calls import settings
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Index
from unlatch.settings import IndexPin


@pytest.mark.parametrize(
    ("words", "setting", "value"),
    [
        ("--prerelease allow", "prerelease", "allow"),
        ("--prerelease-package Flask=disallow", "prerelease_packages", (("flask", "disallow"),)),
        ("--all-releases a,b --all-releases c", "all_releases", ("a", "b", "c")),
        ("--only-final :all:", "only_final", (":all:",)),
        ("--resolution lowest-direct", "resolution", "lowest-direct"),
        ("--upgrade-strategy only-if-needed", "upgrade_strategy", "only-if-needed"),
        ("-I", "reinstall", True),
        ("--force-reinstall", "reinstall", True),
        ("--reinstall-package a", "reinstall_packages", ("a",)),
        ("--exact", "exact", True),
        ("--check", "check", True),
        ("--index-strategy unsafe-first-match", "index_strategy", "unsafe-first-match"),
        ("--index-for Torch=pytorch", "pinned_packages", (IndexPin("torch", "pytorch"),)),
        ("--index-for a=https://h/s/", "pinned_packages", (IndexPin("a", Index("https://h/s/")),)),
    ],
)
def test_words_fill_settings(words, setting, value):
    assert getattr(settings(f"install {words} x"), setting) == value


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--prerelease", "maybe"], "--prerelease takes disallow, allow"),
        (["--prerelease-package", "flask"], "--prerelease-package takes a package, = and disallow"),
        (["--prerelease-package", "flask=maybe"], "--prerelease-package takes a package, = and disallow"),
        (["--exclude-newer", "yesterday"], "--exclude-newer takes a date"),
        (["--exclude-newer-package", "2026-01-01"], "--exclude-newer-package takes a package"),
        (["--index-for", "=x"], "--index-for takes a package, = and the name or the URL of an index"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(words, problem):
    with pytest.raises(ConfigurationError) as caught:
        settings(["install", *words, "x"])
    assert caught.value.message.startswith(problem)


def test_moments_are_read_in_uvs_way_and_in_pips():
    day = settings("install --exclude-newer 2026-11-22 x").exclude_newer
    prior = settings("install --uploaded-prior-to 2026-11-22 x").exclude_newer
    assert day is not None
    assert prior is not None
    assert 23 * 3600 <= day.before(0) - prior.before(0) <= 25 * 3600
    of = settings(["install", "--exclude-newer-package", "A=7 days", "--exclude-newer-package", "b=false", "x"])
    assert [(name, moment and moment.ago) for name, moment in of.exclude_newer_packages] == [("a", 604800), ("b", None)]


def test_a_variable_has_a_line_for_each_package():
    environ = {"UNLATCH_EXCLUDE_NEWER_PACKAGE": "a=7 days\nb=false", "UNLATCH_EXCLUDE_NEWER": "1 day"}
    told = settings("install x", environ)
    assert [name for name, _ in told.exclude_newer_packages] == ["a", "b"]
    assert told.exclude_newer is not None
    assert told.exclude_newer.ago == 86400


def test_a_password_in_a_projects_pin_is_warned_of(tmp_path):
    from tests.cli.calls import invoke

    (tmp_path / "unlatch.toml").write_text('index-for = ["torch=https://me:s3cret@host/simple/"]\n')
    invocation = invoke("install x", folder=tmp_path)
    assert any("holds a secret for https://host/simple/" in each.message for each in invocation.warnings)
    assert "s3cret" not in repr(invocation.settings)
