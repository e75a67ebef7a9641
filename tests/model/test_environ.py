"""What a child inherits: nothing that was said in confidence, and for code that was fetched, no secret at all."""

import pytest

from unlatch.model.environ import for_strangers, secrets, to_start_python, without_secrets


def test_a_child_inherits_no_password():
    environ = {
        "PATH": "/usr/bin",
        "PYTHON_KEYRING_BACKEND": "some.Backend",
        "UNLATCH_INDEX_CORP_USERNAME": "a",
        "UNLATCH_INDEX_CORP_PASSWORD": "b",
        "UNLATCH_INDEX_CORP_TOKEN": "b",
        "UV_INDEX_CORP_PASSWORD": "b",
        "PIP_INDEX_URL": "https://a:b@h/simple/",
        "UNLATCH_EXTRA_INDEX_URL": "https://h/ https://a:b@h/simple/",
        "UNLATCH_INDEX_URL": "https://h/simple/",
        "PIP_FIND_LINKS": "https://a:b@h/links/",
        "UV_FIND_LINKS": "links",
    }
    assert sorted(without_secrets(environ)) == [
        "PATH",
        "PYTHON_KEYRING_BACKEND",
        "UNLATCH_INDEX_CORP_USERNAME",
        "UNLATCH_INDEX_URL",
        "UV_FIND_LINKS",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNLATCH_INDEX_CORP_PASSWORD", "s3cret"),
        ("UV_PUBLISH_TOKEN", "s3cret"),
        ("PIP_INDEX_URL", "https://me:s3cret@host/simple/"),
        ("HTTPS_PROXY", "http://me:s3cret@proxy:8080"),
        ("GITHUB_TOKEN", "s3cret"),
        ("CI_JOB_TOKEN", "s3cret"),
        ("SYSTEM_ACCESSTOKEN", "s3cret"),
        ("AWS_SECRET_ACCESS_KEY", "s3cret"),
        ("AWS_ACCESS_KEY_ID", "s3cret"),
        ("AZURE_CLIENT_SECRET", "s3cret"),
        ("TWINE_PASSWORD", "s3cret"),
        ("VSS_NUGET_EXTERNAL_FEED_ENDPOINTS", '{"password": "s3cret"}'),
        ("ARTIFACTS_CREDENTIALPROVIDER_EXTERNAL_FEED_ENDPOINTS", '{"password": "s3cret"}'),
        ("NPM_CONFIG__AUTH", "s3cret"),
        ("sonar_token", "s3cret"),
        ("HF_TOKEN", "s3cret"),
    ],
)
def test_code_that_was_fetched_gets_no_secret(name, value):
    environ = {name: value, "PATH": "/bin"}
    assert for_strangers(environ) == {"PATH": "/bin"}
    assert any("s3cret" in secret for secret in secrets(environ))


@pytest.mark.parametrize("name", ["SSH_AUTH_SOCK", "HTTPS_PROXY", "TOKENIZERS_PARALLELISM", "CFLAGS", "PATHEXT"])
def test_what_is_no_secret_stays(name):
    assert for_strangers({name: "http://proxy:8080"}) == {name: "http://proxy:8080"}
    assert not secrets({name: "http://proxy:8080"})


def test_a_python_that_is_only_asked_gets_what_it_needs_to_start():
    assert to_start_python({"PATH": "/bin", "LANG": "C", "PYTHONPATH": "/x"}) == {"PATH": "/bin"}
