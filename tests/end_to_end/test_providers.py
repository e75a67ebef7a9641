"""A bare URL of a cloud's index, and nothing else: the command finds out who is signed in, and installs.

The clouds stand on loopback, behind a proxy, under their own names; `az`, `gcloud` and `aws` are little programs.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.doubles.certificates import Certificates
from tests.doubles.http_server import HttpServer
from tests.doubles.services import aws, azure, google
from tests.doubles.services.gitlab import JOB_TOKEN, GitLab
from tests.doubles.services.programs import Program
from tests.doubles.transport import Handler
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.internet import Internet
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment

ACME = {"acme": "1.0"}
Connect = Callable[[Handler], Internet]


@pytest.fixture
def connect(desk: Desk, certificates: Certificates) -> Iterator[Connect]:
    """Put a service on the internet, and the desk on the internet too."""
    with ExitStack() as running:

        def connect(service: Handler) -> Internet:
            internet = running.enter_context(Internet(service, certificates))
            # No machine has an identity here, and finding that out takes the libraries seconds.
            desk.environment.update(HTTPS_PROXY=internet.proxy, AWS_EC2_METADATA_DISABLED="true", NO_GCE_CHECK="true")
            return internet

        yield connect


def test_a_bare_azure_url_and_az(desk: Desk, connect: Connect, venv: Environment) -> None:
    service = azure.AzureDevOps(time.time)
    internet = connect(service)
    token = service.entra_token()
    az = Program(desk.programs, "az", azure.az_answer(token))
    desk.leaks.watch(token.text, "VssSessionToken")
    desk.leaks.watch("eyJ-session-1", "VssSessionToken")
    done = desk.unlatch("install", "--index-url", azure.INDEX, "acme", "-v").succeeded()
    assert venv.installed() == ACME
    # What the feed is asked first, as a stranger, is where its session tokens are given.
    discovery, exchange, *rest = internet.answers
    assert (discovery.url, discovery.is_stranger, discovery.status) == (azure.INDEX, True, 401)
    assert exchange.url.startswith("https://vssps.dev.azure.com/corp/_apis/Token/SessionTokens?")
    assert [asked.status for asked in rest] == [200, 303, 200]
    assert len(az.asked) == 1
    assert f"Azure sign-in asked for {azure.INDEX}: found, {az.path}, " in done.stderr


def test_a_bare_google_url_and_gcloud(desk: Desk, connect: Connect, venv: Environment) -> None:
    service = google.ArtifactRegistry(time.time)
    internet = connect(service)
    token = service.access_token()
    Program(desk.programs, "gcloud", google.gcloud_answer(token))
    desk.leaks.watch(token.text, "oauth2accesstoken")
    desk.unlatch("install", "--index-url", google.INDEX, "acme", "-v").succeeded()
    assert venv.installed() == ACME
    assert [asked.status for asked in internet.answers] == [200, 302, 200]


def test_a_bare_aws_url_and_aws(desk: Desk, connect: Connect, venv: Environment) -> None:
    service = aws.CodeArtifact(time.time)
    internet = connect(service)
    token = service.authorization_token()
    Program(desk.programs, "aws", aws.aws_answer(token))
    desk.leaks.watch(token.text, "aws")
    desk.unlatch("install", "--index-url", aws.INDEX, "acme", "-v").succeeded()
    assert venv.installed() == ACME
    assert [asked.status for asked in internet.answers] == [200, 302, 200]


def test_a_gitlab_of_ones_own_and_the_token_of_its_job(
    desk: Desk, certificates: Certificates, venv: Environment
) -> None:
    desk.leaks.watch(JOB_TOKEN, "gitlab-ci-token")
    gitlab = GitLab()
    with HttpServer(gitlab, certificates.server_context()) as server:
        gitlab.api = f"{server.url}/api/v4"
        url = f"{gitlab.api}/projects/7/packages/pypi/simple"
        job = {"CI": "true", "CI_JOB_TOKEN": JOB_TOKEN, "CI_API_V4_URL": gitlab.api}
        desk.unlatch("install", "--index-url", url, "acme", "-v", env=job).succeeded()
        assert venv.installed() == ACME
        assert all("Authorization" in request.headers for request in server.requests)


def test_a_cloud_that_nobody_is_signed_in_to_is_told(desk: Desk, connect: Connect, venv: Environment) -> None:
    connect(azure.AzureDevOps(time.time))
    az = Program(desk.programs, "az", stderr="ERROR: Please run 'az login' to setup account.", status=1)
    environ = {"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"}
    failed = desk.unlatch("install", "--index-url", azure.INDEX, "acme", env=environ).failed(21)
    assert f"{az.path} failed: ERROR: Please run 'az login' to setup account." in failed.stderr
    assert venv.installed() == {}


@pytest.mark.parametrize(
    "options",
    [("--credential-provider", "disabled"), ("--keyring-provider", "subprocess")],
    ids=["switched off", "a keyring is named"],
)
def test_who_is_signed_in_is_not_asked_for(
    options: tuple[str, str], desk: Desk, connect: Connect, keyring: Keyring, venv: Environment
) -> None:
    service = azure.AzureDevOps(time.time)
    internet = connect(service)
    az = Program(desk.programs, "az", azure.az_answer(service.entra_token()))
    keyring.remember(azure.INDEX, "VssSessionToken", "a-personal-access-token")
    url = azure.INDEX.replace("https://", "https://VssSessionToken@")
    desk.unlatch("install", *options, "--index-url", url, "acme").succeeded()
    assert venv.installed() == ACME
    assert az.asked == []
    assert [asked.status for asked in internet.answers] == [200, 303, 200]


def test_who_is_signed_in_is_asked_before_keyring_when_told_to(
    desk: Desk, connect: Connect, keyring: Keyring, venv: Environment
) -> None:
    service = azure.AzureDevOps(time.time)
    connect(service)
    az = Program(desk.programs, "az", azure.az_answer(service.entra_token()))
    options = ("--credential-provider", "auto", "--keyring-provider", "subprocess")
    desk.unlatch("install", *options, "--index-url", azure.INDEX, "acme").succeeded()
    assert venv.installed() == ACME
    assert len(az.asked) == 1
    assert keyring.calls() == []


def test_explaining_an_azure_feed_asks_it_no_more_than_twice(desk: Desk, connect: Connect) -> None:
    service = azure.AzureDevOps(time.time)
    internet = connect(service)
    Program(desk.programs, "az", azure.az_answer(service.entra_token()))
    told = desk.unlatch("auth", "explain", azure.INDEX).succeeded().stdout
    assert "Azure sign-in" in told
    asked = [answer.is_stranger for answer in internet.answers if answer.url == azure.INDEX]
    assert asked == [True, False]
