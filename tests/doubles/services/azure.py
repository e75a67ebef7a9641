"""Azure DevOps with Azure Artifacts: the feed, its store of files, the place of session tokens, and Entra.

    azure = AzureDevOps(clock)
    token = azure.entra_token()          # what `az` or a library would have for a user
    transport = FakeTransport(azure)

As documented, and as Microsoft's own tools expect: pages link to files outside the index's path, and the file's answer
is a redirect to a blob store that refuses an Authorization header; HEAD is 405; a stranger is told the tenant and the
place of session tokens, or, without `X-TFS-FedAuthRedirect: Suppress`, sees a page for people; applications get no
session token; an Entra token is taken itself, as Bearer and as a Basic password.
"""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.doubles.services.shelf import (
    FILENAME,
    NAME,
    Token,
    blob_store,
    links,
    nobody,
    redirect,
    shown_by,
    sign_in_page,
    wheel,
)
from tests.doubles.transport import FakeAnswer
from unlatch.auth.providers.expiry import iso, moment
from unlatch.network.transport import Request

INDEX = "https://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/"
PAGE = f"{INDEX}{NAME}/"
TENANT = "11111111-2222-3333-4444-555555555555"
RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
_FILES = "/corp/_packaging/0f0f0f0f-aaaa-bbbb-cccc-dddddddddddd/pypi/download/"
_SIGN_IN = "https://spsprodcus1.vssps.visualstudio.com/_signin?realm=pkgs.dev.azure.com"
HOSTS = (
    "pkgs.dev.azure.com",
    "vssps.dev.azure.com",
    "login.microsoftonline.com",
    "zvsblob.blob.core.windows.net",
    "spsprodcus1.vssps.visualstudio.com",
)


class AzureDevOps:
    """One organisation, `corp`, with one feed, `team`."""

    def __init__(self, clock: Callable[[], float], *, is_public: bool = False) -> None:
        self.is_public = is_public
        # Personal access tokens and the tokens of pipelines: good until they are taken back.
        self.personal = {"a-personal-access-token"}
        # What a workload proves itself with, wherever it runs.
        self.assertions = {"a-federated-assertion"}
        self.exchange_status = 200
        self.authority = f"https://login.microsoftonline.com/{TENANT}"
        self.token_place = "https://vssps.dev.azure.com/corp/"
        self.session_tokens: list[Token] = []
        self._clock = clock
        self._users: dict[str, Token] = {}
        self._applications: dict[str, Token] = {}

    def entra_token(self, *, lifetime: float = 3600, is_application: bool = False) -> Token:
        """Give an Entra token for Azure DevOps, in the tenant of the organisation."""
        given = self._applications if is_application else self._users
        kind = "application" if is_application else "user"
        token = Token(f"eyJ-entra-{kind}-{len(given) + 1}", self._clock() + lifetime)
        given[token.text] = token
        return token

    def __call__(self, request: Request) -> FakeAnswer:
        if request.method == "HEAD":
            return FakeAnswer(405)
        answer = {
            "pkgs.dev.azure.com": self._feed,
            "vssps.dev.azure.com": self._give_session_token,
            "login.microsoftonline.com": self._give_entra_token,
            "zvsblob.blob.core.windows.net": lambda request: blob_store(request, "sig", "se"),
            "spsprodcus1.vssps.visualstudio.com": lambda _: sign_in_page(),
        }.get(urlsplit(request.url).hostname or "", nobody)
        return answer(request)

    def _feed(self, request: Request) -> FakeAnswer:
        if not self.is_public and not self._is_known(request):
            return self._turn_away(request)
        path = urlsplit(request.url).path
        if path == urlsplit(PAGE).path:
            return links(f"https://pkgs.dev.azure.com{_FILES}{NAME}/1.0/{FILENAME}")
        if path.startswith(_FILES):
            return redirect(
                f"https://zvsblob.blob.core.windows.net/b-1/{FILENAME}?sv=2019&sr=b&sig=abc%3D&se=2030", 303
            )
        return wheel() if self.is_public and path == urlsplit(INDEX).path else FakeAnswer(404)

    def _is_known(self, request: Request) -> bool:
        shown = shown_by(request)
        if shown is None:
            return False
        if shown.scheme == "Bearer":
            return self._is_entra(shown.secret)
        sessions = {token.text: token for token in self.session_tokens}
        is_session = shown.secret in sessions and sessions[shown.secret].ends > self._clock()
        return is_session or shown.secret in self.personal or self._is_entra(shown.secret)

    def _is_entra(self, text: str) -> bool:
        token = self._users.get(text) or self._applications.get(text)
        return token is not None and token.ends > self._clock()

    def _turn_away(self, request: Request) -> FakeAnswer:
        if request.headers.get("X-TFS-FedAuthRedirect") != "Suppress":
            return redirect(_SIGN_IN) if shown_by(request) is None else sign_in_page(203)
        return FakeAnswer(
            401,
            [
                ("WWW-Authenticate", f"Bearer authorization_uri={self.authority}"),
                ("WWW-Authenticate", 'Basic realm="https://pkgs.dev.azure.com/"'),
                ("WWW-Authenticate", "TFS-Federated"),
                ("X-VSS-AuthorizationEndpoint", self.token_place),
                ("X-VSS-ResourceTenant", TENANT),
            ],
        )

    def _give_session_token(self, request: Request) -> FakeAnswer:
        shown, parts = shown_by(request), urlsplit(request.url)
        wanted = json.loads(request.body or b"{}")
        assert request.method == "POST"
        assert parts.path == "/corp/_apis/Token/SessionTokens"
        assert parse_qs(parts.query) == {"tokenType": ["SelfDescribing"], "api-version": ["5.0-preview.1"]}
        assert wanted["scope"] == "vso.packaging"
        if shown is None or shown.scheme != "Bearer" or not self._is_entra(shown.secret):
            return FakeAnswer(401)
        if self.exchange_status != 200 or shown.secret in self._applications:
            status = self.exchange_status if self.exchange_status != 200 else 403
            return FakeAnswer(status, body=b'{"message": "TF400813: The user is not authorized.\\r\\nTrace"}')
        until = moment(wanted["validTo"])
        assert until is not None
        token = Token(f"eyJ-session-{len(self.session_tokens) + 1}", min(until, self._clock() + 24 * 3600))
        self.session_tokens.append(token)
        return FakeAnswer(body=json.dumps({"token": token.text, "validTo": iso(token.ends)}).encode())

    def _give_entra_token(self, request: Request) -> FakeAnswer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        assert urlsplit(request.url).path == f"/{TENANT}/oauth2/v2.0/token"
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == f"{RESOURCE}/.default"
        if form["client_assertion"] not in self.assertions:
            said = "AADSTS700213: No matching federated identity record found.\r\nTrace ID: 0"
            body = {"error": "invalid_client", "error_description": said}
            return FakeAnswer(401, body=json.dumps(body).encode())
        token = self.entra_token(is_application=True)
        body = {"token_type": "Bearer", "expires_in": 3600, "access_token": token.text}
        return FakeAnswer(body=json.dumps(body).encode())


def az_answer(token: Token, tenant: str = TENANT) -> str:
    """Return what `az account get-access-token --output json` prints."""
    answer = {
        "accessToken": token.text,
        "expiresOn": "2030-03-17 18:46:40.000000",
        "expires_on": int(token.ends),
        "subscription": "00000000-1111-2222-3333-444444444444",
        "tenant": tenant,
        "tokenType": "Bearer",
    }
    return json.dumps(answer, indent=2)
