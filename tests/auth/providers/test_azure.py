"""Azure Artifacts: which token is taken, what it is exchanged for, and what is said when there is none."""

import json

import pytest

from tests.doubles.services.azure import INDEX, RESOURCE, TENANT, AzureDevOps, az_answer
from tests.doubles.services.programs import Program
from tests.doubles.services.shelf import Clock
from tests.doubles.services.world import make_world, module
from tests.doubles.transport import FakeAnswer, FakeTransport
from unlatch.auth.providers.azure import AzureSignIn, AzureVariables
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Scheme, Secret
from unlatch.model.index import Index
from unlatch.network.transport import Request

QUESTION = Question(Index(INDEX), None)
CLOCK = Clock()
WORKLOAD = {"AZURE_CLIENT_ID": "a-client", "AZURE_TENANT_ID": TENANT}
GITHUB = {
    "AZURE_CLIENT_ID": "a-client",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://pipelines.actions.githubusercontent.com/x?api-version=2",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "a-request-token",
}


def variables(**environ: str) -> Grant | Absent:
    return AzureVariables(make_world(AzureDevOps(CLOCK), environ)).find(QUESTION)


def listed(*rows: tuple[str, str]) -> str:
    return json.dumps({"endpointCredentials": [{"endpoint": url, "password": token} for url, token in rows]})


@pytest.mark.parametrize(
    ("environ", "token", "detail"),
    [
        ({"AZURE_DEVOPS_EXT_PAT": "pat"}, "pat", "AZURE_DEVOPS_EXT_PAT"),
        ({"SYSTEM_ACCESSTOKEN": "job", "AZURE_DEVOPS_EXT_PAT": "pat"}, "job", "SYSTEM_ACCESSTOKEN"),
        (
            {"SYSTEM_ACCESSTOKEN": "job", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/Corp/"},
            "job",
            "SYSTEM_ACCESSTOKEN",
        ),
        (
            {"SYSTEM_ACCESSTOKEN": "job", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://corp.visualstudio.com/"},
            "job",
            "SYSTEM_ACCESSTOKEN",
        ),
        (
            {
                "VSS_NUGET_ACCESSTOKEN": "build",
                "VSS_NUGET_URI_PREFIXES": "https://corp.pkgs.visualstudio.com/;https://pkgs.dev.azure.com/corp/",
                "SYSTEM_ACCESSTOKEN": "job",
            },
            "build",
            "VSS_NUGET_ACCESSTOKEN",
        ),
        (
            {"VSS_NUGET_EXTERNAL_FEED_ENDPOINTS": listed((INDEX, "listed")), "AZURE_DEVOPS_EXT_PAT": "pat"},
            "listed",
            "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS",
        ),
        (
            {
                "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS": listed((INDEX, "older")),
                "ARTIFACTS_CREDENTIALPROVIDER_EXTERNAL_FEED_ENDPOINTS": listed((INDEX, "newer")),
            },
            "newer",
            "ARTIFACTS_CREDENTIALPROVIDER_EXTERNAL_FEED_ENDPOINTS",
        ),
    ],
)
def test_the_variable_that_is_most_about_the_feed_is_taken(environ, token, detail):
    assert variables(**environ) == Grant("VssSessionToken", Secret(token), detail)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"SYSTEM_ACCESSTOKEN": "job", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/others/"},
        {"SYSTEM_ACCESSTOKEN": "job", "SYSTEM_COLLECTIONURI": "https://tfs.example.com/corp/"},
        {"VSS_NUGET_ACCESSTOKEN": "build", "VSS_NUGET_URI_PREFIXES": "https://pkgs.dev.azure.com/others/"},
        {"VSS_NUGET_ACCESSTOKEN": "build"},
        {"VSS_NUGET_EXTERNAL_FEED_ENDPOINTS": listed(("https://pkgs.dev.azure.com/others/", "listed"))},
    ],
)
def test_a_token_that_is_for_others_is_not_shown_to_the_feed(environ):
    assert variables(**environ) == Absent("neither SYSTEM_ACCESSTOKEN nor AZURE_DEVOPS_EXT_PAT is set")


def test_a_list_of_endpoints_that_does_not_parse_is_named_and_not_quoted():
    with pytest.raises(Broken, match="VSS_NUGET_EXTERNAL_FEED_ENDPOINTS cannot be used") as caught:
        variables(VSS_NUGET_EXTERNAL_FEED_ENDPOINTS='{"password": "s3cret"')
    assert "s3cret" not in str(caught.value)


class Place:
    """Azure DevOps, and somebody's machine before it."""

    def __init__(self, tmp_path, **environ: str) -> None:
        self.azure = AzureDevOps(CLOCK)
        self.transport = FakeTransport(self.azure)
        self.programs = tmp_path / "programs"
        self.programs.mkdir()
        self.environ = environ
        self.libraries = {}

    @property
    def world(self) -> World:
        return make_world(self.transport, self.environ, programs=self.programs, libraries=self.libraries, clock=CLOCK)

    def sign_in(self) -> Grant | Absent:
        return AzureSignIn(self.world).find(QUESTION)

    @property
    def hosts(self) -> list[str]:
        return [f"{request.method} {request.url.split('/')[2]}" for request in self.transport.requests]


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_the_user_of_az_gets_a_session_token_that_reads_packages_alone(place):
    az = Program(place.programs, "az", az_answer(place.azure.entra_token()))
    found = place.sign_in()
    assert isinstance(found, Grant)
    (session,) = place.azure.session_tokens
    assert (found.username, found.secret, found.scheme) == ("VssSessionToken", Secret(session.text), Scheme.BASIC)
    assert found.expires == session.ends == CLOCK.now + 4 * 3600
    assert found.detail.startswith(f"{az.path}, ")
    assert found.detail.endswith("for a session token")
    assert az.asked == [["account", "get-access-token", "--resource", RESOURCE, "--output", "json"]]
    assert place.hosts == ["GET pkgs.dev.azure.com", "POST vssps.dev.azure.com"]
    assert "Authorization" not in place.transport.requests[0].headers


def test_az_is_asked_again_for_the_feeds_own_tenant(place):
    elsewhere = az_answer(place.azure.entra_token(), tenant="99999999-0000-0000-0000-000000000000")
    az = Program(place.programs, "az", elsewhere, az_answer(place.azure.entra_token()))
    assert isinstance(place.sign_in(), Grant)
    assert [asked[-2:] for asked in az.asked] == [["--output", "json"], ["--tenant", TENANT]]


def test_where_the_exchange_is_refused_the_entra_token_itself_is_sent(place):
    token = place.azure.entra_token()
    Program(place.programs, "az", az_answer(token))
    place.azure.exchange_status = 500
    found = place.sign_in()
    assert isinstance(found, Grant)
    assert (found.secret, found.scheme, found.expires) == (Secret(token.text), Scheme.BEARER, token.ends)
    assert found.detail.endswith("as the session token was refused (500: TF400813: The user is not authorized.)")


def test_a_feed_without_a_place_for_session_tokens_gets_the_entra_token(place):
    token = place.azure.entra_token()
    Program(place.programs, "az", az_answer(token))
    place.azure.token_place = ""
    found = place.sign_in()
    assert isinstance(found, Grant)
    assert (found.secret, found.scheme) == (Secret(token.text), Scheme.BEARER)


@pytest.mark.parametrize(
    ("authority", "token_place"),
    [
        (f"https://login.evil.example/{TENANT}", "https://vssps.dev.azure.com/corp/"),
        (f"https://login.microsoftonline.com/{TENANT}", "https://vssps.evil.example/corp/"),
    ],
)
def test_a_feed_that_names_a_strange_host_is_an_error_and_nobody_is_asked_for_a_token(place, authority, token_place):
    az = Program(place.programs, "az", az_answer(place.azure.entra_token()))
    place.azure.authority, place.azure.token_place = authority, token_place
    with pytest.raises(Broken, match=r"evil\.example"):
        place.sign_in()
    assert az.asked == []
    assert len(place.hosts) == 1


def test_a_public_feed_needs_no_token(place):
    az = Program(place.programs, "az", az_answer(place.azure.entra_token()))
    place.azure.is_public = True
    assert place.sign_in() == Absent("not asked: the feed lets anyone in")
    assert az.asked == []


def test_a_workload_exchanges_its_own_token(place, tmp_path):
    (tmp_path / "assertion").write_text("a-federated-assertion\n")
    place.environ = {**WORKLOAD, "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "assertion")}
    az = Program(place.programs, "az", "{}")
    found = place.sign_in()
    assert isinstance(found, Grant)
    assert found.secret == Secret("eyJ-entra-application-1")
    assert (found.scheme, found.expires) == (Scheme.BEARER, CLOCK.now + 3600)
    assert found.detail == "AZURE_FEDERATED_TOKEN_FILE, as applications get no session tokens"
    assert place.hosts == ["GET pkgs.dev.azure.com", "POST login.microsoftonline.com"]
    assert az.asked == []


def test_a_workload_that_entra_refuses_is_told_why(place, tmp_path):
    (tmp_path / "assertion").write_text("a-forged-assertion")
    place.environ = {**WORKLOAD, "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "assertion")}
    with pytest.raises(
        Broken, match=r"refused the workload \(401\): AADSTS700213: No matching federated identity"
    ) as caught:
        place.sign_in()
    assert "a-forged-assertion" not in str(caught.value)


def test_a_workload_whose_file_is_gone_is_told(place):
    place.environ = {**WORKLOAD, "AZURE_FEDERATED_TOKEN_FILE": "/nowhere/assertion"}
    with pytest.raises(Broken, match="AZURE_FEDERATED_TOKEN_FILE cannot be read: No such file"):
        place.sign_in()


def test_an_authority_in_a_variable_is_checked_too(place, tmp_path):
    (tmp_path / "assertion").write_text("a-federated-assertion")
    place.environ = {
        **WORKLOAD,
        "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "assertion"),
        "AZURE_AUTHORITY_HOST": "https://login.evil.example/",
    }
    with pytest.raises(Broken, match=r"login\.evil\.example"):
        place.sign_in()
    assert place.hosts == ["GET pkgs.dev.azure.com"]


def test_a_job_of_github_proves_which_job_it_is(place):
    def internet(request: Request) -> FakeAnswer:
        if "githubusercontent" not in request.url:
            return place.azure(request)
        assert request.url.endswith("/x?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange")
        assert request.headers["Authorization"] == "Bearer a-request-token"
        return FakeAnswer(body=b'{"value": "a-federated-assertion"}')

    place.transport = FakeTransport(internet)
    place.environ = GITHUB
    found = place.sign_in()
    assert isinstance(found, Grant)
    assert found.detail.startswith("the identity of the GitHub job, ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://evil.example/", "does not lead to GitHub"),
        ("http://pipelines.actions.githubusercontent.com/", "does not lead to GitHub"),
    ],
)
def test_githubs_own_token_goes_to_github_alone(place, url, said):
    place.environ = {**GITHUB, "ACTIONS_ID_TOKEN_REQUEST_URL": url}
    with pytest.raises(Broken, match=said):
        place.sign_in()
    assert place.hosts == ["GET pkgs.dev.azure.com"]


def test_a_job_that_may_not_prove_itself_is_told(place):
    place.transport = FakeTransport(
        lambda request: FakeAnswer(403) if "githubusercontent" in request.url else place.azure(request)
    )
    place.environ = GITHUB
    with pytest.raises(Broken, match=r"GitHub gave no identity token \(403\)"):
        place.sign_in()


class DefaultAzureCredential:
    """What azure-identity has: a credential made of whatever it finds."""

    given: object = None

    def __init__(self, **excluded: bool) -> None:
        assert excluded["exclude_cli_credential"]

    def get_token(self, scope: str):
        assert scope == f"{RESOURCE}/.default"
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


def identity(given: object):
    return {"azure.identity": module(DefaultAzureCredential=type("C", (DefaultAzureCredential,), {"given": given}))}


def test_the_library_is_asked_when_there_is_no_az(place):
    token = place.azure.entra_token()
    place.libraries = identity(module(token=token.text, expires_on=int(token.ends)))
    found = place.sign_in()
    assert isinstance(found, Grant)
    assert found.detail == "azure-identity, for a session token"


def test_what_is_missing_is_told_in_one_phrase(place):
    assert place.sign_in() == Absent(
        "there is no workload identity (AZURE_CLIENT_ID is not set), there is no az command on PATH, "
        "azure-identity is not installed"
    )


class ClientAuthenticationError(Exception):
    """What azure-identity raises when nothing that it knows has a token."""


def test_a_library_that_finds_nothing_is_not_a_failure(place):
    place.libraries = identity(ClientAuthenticationError("DefaultAzureCredential failed to retrieve a token.\nmore"))
    found = place.sign_in()
    assert isinstance(found, Absent)
    assert found.outcome.endswith("azure-identity is not set up: DefaultAzureCredential failed to retrieve a token.")


def test_an_az_that_is_not_signed_in_is_told_by_its_last_line(place):
    az = Program(place.programs, "az", stderr="ERROR: Please run 'az login' to setup account.", status=1)
    with pytest.raises(Broken, match=f"^{az.path} failed: ERROR: Please run 'az login' to setup account.; there is no"):
        place.sign_in()


@pytest.mark.parametrize("answer", ["no JSON", "[]", "{}", '{"accessToken": 1}'])
def test_an_az_that_answers_something_else_is_told_without_repeating_it(place, answer):
    Program(place.programs, "az", answer)
    with pytest.raises(Broken, match="its answer has no accessToken"):
        place.sign_in()
