"""From a bare URL to the file, for each service: the real client and the real providers, and a fake of the service.

No request that the client makes is refused, and no token crosses to where it does not belong: the fakes' stores of
files answer 400 to it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.doubles.services import aws, azure, google
from tests.doubles.services.artifactory import INDEX as ARTIFACTORY
from tests.doubles.services.artifactory import TOKEN as API_KEY
from tests.doubles.services.artifactory import Artifactory
from tests.doubles.services.gitlab import JOB_TOKEN, PERSONAL_TOKEN, GitLab
from tests.doubles.services.huggingface import FILE as HUGGING_FACE_FILE
from tests.doubles.services.huggingface import TOKEN as HF_TOKEN
from tests.doubles.services.huggingface import HuggingFace
from tests.doubles.services.programs import Program
from tests.doubles.services.shelf import NAME, WHEEL, Clock
from tests.doubles.services.world import make_world, module
from tests.doubles.sources import FakeSource, credentials
from tests.doubles.transport import FakeTransport, Handler
from unlatch.auth.access import Accesses
from unlatch.auth.providers.catalogue import built_in
from unlatch.auth.source import Rank, Source
from unlatch.auth.sources.url import UrlSource, UsernameSource
from unlatch.index.page import parse
from unlatch.model.errors import NoCredentials, ProviderFailed
from unlatch.model.events import Event, RequestSent, ResponseReceived, Warned
from unlatch.model.index import Index, scope_of
from unlatch.network.client import Client

PAGE = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


class Run:
    """One run of the client, at a place with these variables, programs and libraries."""

    def __init__(
        self,
        internet: Handler,
        environ: Mapping[str, str] | None = None,
        *sources: Source,
        programs: Any = None,
        libraries: Mapping[str, Any] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.told: list[Event] = []
        self.transport = FakeTransport(internet)
        environ, clock = environ or {}, clock or Clock()
        world = make_world(
            self.transport, environ, programs=programs, libraries=libraries, clock=clock, listener=self.told.append
        )
        self.providers = built_in(environ, lambda: world, self.told.append)
        accesses = Accesses(
            [UrlSource(), *self.providers, *sources, UsernameSource()],
            is_ready=lambda index: any(provider.is_ready(index) for provider in self.providers),
            now=clock,
        )
        self.client = Client(self.transport, accesses, self.told.append, retries=0)

    def install(self, index: Index) -> bytes:
        """Fetch the page, and the file that it links to."""
        url = index.project_url(NAME)
        with self.client.get(url, index, accept=PAGE) as response:
            assert response.status == 200
            page = parse(response.read(), response.headers.get("Content-Type"), response.url)
        (file,) = page.files
        with self.client.get(file.url, index) as response:
            return response.read()

    @property
    def statuses(self) -> list[int]:
        """What the client's own requests were answered with."""
        return [event.status for event in self.told if isinstance(event, ResponseReceived)]

    @property
    def users(self) -> list[str | None]:
        """Whom the client's own requests were made as."""
        return [event.username for event in self.told if isinstance(event, RequestSent)]


def refused(run: Run) -> list[int]:
    return [status for status in run.statuses if status >= 400 or status == 203]


def test_azure_with_the_user_of_az(tmp_path):
    service = azure.AzureDevOps(Clock())
    Program(tmp_path, "az", azure.az_answer(service.entra_token()))
    run = Run(service, programs=tmp_path)
    assert run.install(Index(azure.INDEX)) == WHEEL
    assert run.statuses == [200, 303, 200]
    assert run.users == ["VssSessionToken", "VssSessionToken", None]
    assert len(service.session_tokens) == 1
    assert not [request for request in run.transport.requests if request.method == "HEAD"]


def test_azure_with_a_token_of_a_pipeline():
    service = azure.AzureDevOps(Clock())
    run = Run(service, {"SYSTEM_ACCESSTOKEN": "a-personal-access-token"})
    assert run.install(Index(azure.INDEX)) == WHEEL
    assert refused(run) == []
    assert len(run.transport.requests) == 3


def test_azure_with_an_application_whose_token_is_sent_itself(tmp_path):
    service = azure.AzureDevOps(Clock())
    Program(tmp_path, "az", azure.az_answer(service.entra_token(is_application=True)))
    run = Run(service, programs=tmp_path)
    assert run.install(Index(azure.INDEX)) == WHEEL
    assert refused(run) == []
    headers = [request.headers.get("Authorization", "") for request in run.transport.requests]
    assert sum(header.startswith("Bearer eyJ-entra-application") for header in headers) == 3


def test_azure_with_a_stale_variable_and_a_good_az(tmp_path):
    service = azure.AzureDevOps(Clock())
    Program(tmp_path, "az", azure.az_answer(service.entra_token()))
    run = Run(service, {"AZURE_DEVOPS_EXT_PAT": "a-stale-token"}, programs=tmp_path)
    assert run.install(Index(azure.INDEX)) == WHEEL
    assert refused(run) == [401]


def test_azure_renews_a_session_token_that_is_about_to_end(tmp_path):
    clock = Clock()
    service = azure.AzureDevOps(clock)
    tokens = [service.entra_token(lifetime=24 * 3600), service.entra_token(lifetime=24 * 3600)]
    az = Program(tmp_path, "az", *map(azure.az_answer, tokens))
    run, index = Run(service, programs=tmp_path, clock=clock), Index(azure.INDEX)
    assert run.install(index) == WHEEL
    clock.now += 4 * 3600 - 30
    assert run.install(index) == WHEEL
    assert refused(run) == []
    assert len(az.asked) == len(service.session_tokens) == 2


def test_google_with_gcloud(tmp_path):
    service = google.ArtifactRegistry(Clock())
    Program(tmp_path, "gcloud", google.gcloud_answer(service.access_token()))
    run = Run(service, programs=tmp_path)
    assert run.install(Index(google.INDEX)) == WHEEL
    assert run.statuses == [200, 302, 200]
    assert set(run.users) == {"oauth2accesstoken"}


def test_google_renews_a_token_that_ends_between_the_page_and_the_file(tmp_path):
    clock = Clock()
    service = google.ArtifactRegistry(clock)
    first, second = service.access_token(), service.access_token(lifetime=7200)
    gcloud = Program(tmp_path, "gcloud", google.gcloud_answer(first), google.gcloud_answer(second))
    run, index = Run(service, programs=tmp_path, clock=clock), Index(google.INDEX)
    run.client.get(google.PAGE, index, accept=PAGE).close()
    clock.now += 3601
    assert run.install(index) == WHEEL
    assert refused(run) == []
    assert len(gcloud.asked) == 2


def test_aws_with_the_aws_command(tmp_path):
    service = aws.CodeArtifact(Clock())
    Program(tmp_path, "aws", aws.aws_answer(service.authorization_token()))
    run = Run(service, programs=tmp_path)
    assert run.install(Index(aws.INDEX)) == WHEEL
    assert run.statuses == [200, 302, 200]
    assert run.users == ["aws", "aws", None]


def test_aws_with_boto3():
    service = aws.CodeArtifact(Clock())
    given = {"authorizationToken": service.authorization_token().text}
    boto3 = module(client=lambda *_, **__: module(get_authorization_token=lambda **_: given))
    run = Run(service, libraries={"boto3": boto3})
    assert run.install(Index(aws.INDEX)) == WHEEL
    assert refused(run) == []


def test_aws_with_the_variable():
    service = aws.CodeArtifact(Clock())
    run = Run(service, {"CODEARTIFACT_AUTH_TOKEN": service.authorization_token().text})
    assert run.install(Index(aws.INDEX)) == WHEEL
    assert refused(run) == []


@pytest.mark.parametrize("kind", ["project", "group"])
def test_gitlab_with_the_token_of_its_job(kind):
    service = GitLab()
    run = Run(service, {"CI_JOB_TOKEN": JOB_TOKEN, "CI_API_V4_URL": service.api})
    assert run.install(Index(getattr(service, kind))) == WHEEL
    assert run.statuses == [200, 200]
    assert set(run.users) == {"gitlab-ci-token"}


def test_gitlab_without_a_job_is_asked_again_as_a_known_user():
    service = GitLab()
    keyring = FakeSource(Rank.KEYRING, credentials(PERSONAL_TOKEN, username="__token__"))
    run = Run(service, {}, keyring)
    assert run.install(Index(service.project)) == WHEEL
    assert refused(run) == []
    assert not [event for event in run.told if isinstance(event, Warned)]


def test_gitlab_without_any_credentials_shows_a_strangers_view_and_says_so():
    service = GitLab()
    run = Run(service)
    run.client.get(f"{service.project}{NAME}/", Index(service.project), accept=PAGE).close()
    (warned,) = [event.message for event in run.told if isinstance(event, Warned)]
    assert "sent us on to https://pypi.org" in warned


def test_artifactory_hides_from_strangers_and_is_asked_with_credentials_first():
    keyring = FakeSource(Rank.KEYRING, credentials(API_KEY, username=""))
    run = Run(Artifactory(), {}, keyring)
    assert run.install(Index(ARTIFACTORY)) == WHEEL
    assert run.statuses == [200, 200]


def test_hugging_face_with_its_variable():
    run = Run(HuggingFace(), {"HF_TOKEN": HF_TOKEN})
    with run.client.get(HUGGING_FACE_FILE, scope_of(HUGGING_FACE_FILE, [])) as response:
        assert response.read() == WHEEL
    assert run.statuses == [302, 200]
    assert run.users == ["__token__", None]


def test_a_cloud_that_nobody_is_signed_in_to_is_told_with_what_is_missing():
    with pytest.raises(NoCredentials) as caught:
        Run(google.ArtifactRegistry(Clock())).install(Index(google.INDEX))
    outcomes = [f"{step.source}: {step.outcome}" for step in caught.value.trail]
    assert "Google sign-in: there is no gcloud command on PATH, google-auth is not installed" in outcomes
    assert not [outcome for outcome in outcomes if "Azure" in outcome or "AWS" in outcome]


def test_a_cloud_whose_command_fails_is_told_with_its_line(tmp_path):
    Program(tmp_path, "aws", stderr="Unable to locate credentials. You can configure them with aws login.", status=253)
    with pytest.raises(ProviderFailed) as caught:
        Run(aws.CodeArtifact(Clock()), programs=tmp_path).install(Index(aws.INDEX))
    assert any("Unable to locate credentials." in step.outcome for step in caught.value.trail)


def test_no_token_is_told_and_none_is_on_a_command_line(tmp_path):
    service = azure.AzureDevOps(Clock())
    token = service.entra_token()
    az = Program(tmp_path, "az", azure.az_answer(token))
    run = Run(service, programs=tmp_path)
    run.install(Index(azure.INDEX))
    secrets = [token.text, *(session.text for session in service.session_tokens)]
    assert len(secrets) == 2
    for secret in secrets:
        assert secret not in repr(run.told)
        assert secret not in repr(az.asked)
