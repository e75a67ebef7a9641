"""Google Artifact Registry: whose token is taken, and what is said when there is none."""

from datetime import UTC, datetime

import pytest

from tests.doubles.services.google import INDEX, ArtifactRegistry, gcloud_answer
from tests.doubles.services.programs import Program
from tests.doubles.services.shelf import NOW, Clock
from tests.doubles.services.world import make_world, module
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.google import GoogleSignIn, credentials_file
from unlatch.auth.providers.provider import Grant
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret
from unlatch.model.index import Index

QUESTION = Question(Index(INDEX), None)


class DefaultCredentialsError(Exception):
    """What google-auth raises where nobody is signed in."""


class Credentials:
    """What google-auth makes of a file or a machine: a token, once it is refreshed, that ends in UTC without a zone."""

    token = ""
    expiry = datetime.fromtimestamp(NOW + 3600, UTC).replace(tzinfo=None)

    def __init__(self, found: str) -> None:
        self._found = found

    def refresh(self, request: object) -> None:
        assert request == "a request"
        self.token = self._found


def google_auth(*, machine: str | None = None):
    def default(scopes: list[str]):
        assert scopes == ["https://www.googleapis.com/auth/cloud-platform"]
        if machine is None:
            raise DefaultCredentialsError("Your default credentials were not found.")
        return Credentials(machine), None

    def load_credentials_from_file(path: str, scopes: list[str]):
        assert scopes == ["https://www.googleapis.com/auth/cloud-platform"]
        return Credentials(f"of {path}"), None

    return {
        "google.auth": module(default=default, load_credentials_from_file=load_credentials_from_file),
        "google.auth.transport.requests": module(Request=lambda: "a request"),
    }


@pytest.fixture
def programs(tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def sign_in(environ, programs, libraries=None) -> Grant | Absent:
    internet = ArtifactRegistry(Clock())
    return GoogleSignIn(make_world(internet, environ, programs=programs, libraries=libraries)).find(QUESTION)


def test_application_default_credentials_come_first(tmp_path, programs):
    gcloud = Program(programs, "gcloud", "{}")
    path = tmp_path / "key.json"
    path.write_text("{}")
    found = sign_in({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, programs, google_auth(machine="m"))
    assert found == Grant("oauth2accesstoken", Secret(f"of {path}"), "GOOGLE_APPLICATION_CREDENTIALS", NOW + 3600)
    assert gcloud.asked == []


def test_what_gcloud_keeps_as_default_credentials_is_found(tmp_path, programs):
    path = tmp_path / ".config" / "gcloud" / "application_default_credentials.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    found = sign_in({"HOME": str(tmp_path)}, programs, google_auth())
    assert isinstance(found, Grant)
    assert (found.secret, found.detail) == (Secret(f"of {path}"), "application-default credentials")


@pytest.mark.parametrize("libraries", [{}, google_auth(machine="m")], ids=["without", "with"])
def test_gcloud_is_asked_before_the_metadata_server(tmp_path, programs, libraries):
    google = ArtifactRegistry(Clock())
    token = google.access_token()
    gcloud = Program(programs, "gcloud", gcloud_answer(token))
    found = sign_in({"HOME": str(tmp_path)}, programs, libraries)
    assert isinstance(found, Grant)
    assert (found.username, found.secret, found.expires) == ("oauth2accesstoken", Secret(token.text), token.ends)
    assert found.detail.startswith(str(gcloud.path))
    assert gcloud.asked == [["config", "config-helper", "--format=json"]]


def test_the_machines_own_credentials_come_last(tmp_path, programs):
    found = sign_in({"HOME": str(tmp_path)}, programs, google_auth(machine="m"))
    assert found == Grant("oauth2accesstoken", Secret("m"), "the metadata server", NOW + 3600)


@pytest.mark.parametrize(
    ("libraries", "missing"),
    [
        ({}, "there is no gcloud command on PATH, google-auth is not installed"),
        (
            google_auth(),
            "there is no gcloud command on PATH, google-auth is not set up: Your default credentials were not found.",
        ),
        (
            {"google.auth": google_auth()["google.auth"]},
            "there is no gcloud command on PATH, google-auth is installed without requests",
        ),
    ],
)
def test_what_is_missing_is_told_in_one_phrase(tmp_path, programs, libraries, missing):
    assert sign_in({"HOME": str(tmp_path)}, programs, libraries) == Absent(missing)


def test_a_named_file_that_is_gone_is_a_failure(programs):
    with pytest.raises(Broken, match="GOOGLE_APPLICATION_CREDENTIALS cannot be read: No such file"):
        sign_in({"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere/key.json"}, programs)


def test_a_gcloud_that_is_not_signed_in_is_told_by_the_line_that_says_so(tmp_path, programs):
    stderr = "ERROR: (gcloud.config.config-helper) You do not have an account.\nPlease run:\n\n  $ gcloud auth login"
    gcloud = Program(programs, "gcloud", stderr=stderr, status=1)
    with pytest.raises(Broken) as caught:
        sign_in({"HOME": str(tmp_path)}, programs)
    assert str(caught.value) == (
        f"{gcloud.path} failed: ERROR: (gcloud.config.config-helper) You do not have an account.; "
        "google-auth is not installed"
    )


@pytest.mark.parametrize("answer", ["no JSON", "[]", '{"credential": null}', '{"credential": {"token_expiry": "x"}}'])
def test_a_gcloud_that_answers_something_else_is_told_without_repeating_it(tmp_path, programs, answer):
    Program(programs, "gcloud", answer)
    with pytest.raises(Broken, match="its answer has no access token"):
        sign_in({"HOME": str(tmp_path)}, programs)


@pytest.mark.parametrize(
    ("environ", "is_windows", "path"),
    [
        ({"GOOGLE_APPLICATION_CREDENTIALS": "/k.json", "HOME": "/home/me"}, False, "/k.json"),
        ({"CLOUDSDK_CONFIG": "/sdk", "HOME": "/home/me"}, False, "/sdk/application_default_credentials.json"),
        ({"HOME": "/home/me"}, False, "/home/me/.config/gcloud/application_default_credentials.json"),
        ({"APPDATA": "C:\\Roaming"}, True, "C:\\Roaming\\gcloud\\application_default_credentials.json"),
        ({}, False, None),
        ({"HOME": "/home/me"}, True, None),
    ],
)
def test_where_default_credentials_lie(environ, is_windows, path):
    assert credentials_file(environ, is_windows=is_windows) == path
