"""AWS CodeArtifact: a repository that takes authorization tokens, and the API that gives them.

    aws = CodeArtifact(clock)
    token = aws.authorization_token()

As documented: the username is `aws`, a token lasts twelve hours, files redirect to signed URLs of S3, which answers 400
to an Authorization header. The API's part is spoken to by `boto3` itself, over plain HTTP on loopback.
"""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.doubles.services.shelf import FILENAME, NAME, Token, blob_store, links, nobody, redirect, shown_by
from tests.doubles.transport import FakeAnswer
from unlatch.auth.providers.expiry import iso
from unlatch.network.transport import Request

OWNER = "111122223333"
INDEX = f"https://corp-domain-{OWNER}.d.codeartifact.eu-west-1.amazonaws.com/pypi/team/simple/"
PAGE = f"{INDEX}{NAME}/"
HOSTS = (urlsplit(INDEX).netloc, "assets-eu-west-1.s3.eu-west-1.amazonaws.com")
_SIGNED = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA&X-Amz-Signature=abc"


class CodeArtifact:
    """One repository, `team`, of the domain `corp-domain`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.tokens: list[Token] = []
        self._clock = clock

    def authorization_token(self, *, lifetime: float = 12 * 3600) -> Token:
        """Give a token for the domain."""
        token = Token(f"eyJ2ZXIi-token-{len(self.tokens) + 1}", self._clock() + lifetime)
        self.tokens.append(token)
        return token

    def __call__(self, request: Request) -> FakeAnswer:
        parts = urlsplit(request.url)
        if parts.hostname == HOSTS[1]:
            return blob_store(request, "X-Amz-Signature")
        if parts.hostname != HOSTS[0]:
            return nobody(request)
        if not self._is_known(request):
            return FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="corp-domain/team"'})
        if parts.path == urlsplit(PAGE).path:
            return links(f"../../{NAME}/1.0/{FILENAME}")
        if parts.path == f"/pypi/team/{NAME}/1.0/{FILENAME}":
            return redirect(f"https://{HOSTS[1]}/{FILENAME}{_SIGNED}")
        return FakeAnswer(404)

    def api(self, request: Request) -> FakeAnswer:
        """Answer as the API does to whoever has signed the request, with the token's end as a number."""
        parts = urlsplit(request.url)
        assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
        assert parts.path == "/v1/authorization-token"
        assert parse_qs(parts.query) == {"domain": ["corp-domain"], "domain-owner": [OWNER]}
        token = self.authorization_token()
        body = json.dumps({"authorizationToken": token.text, "expiration": token.ends}).encode()
        return FakeAnswer(headers={"Content-Type": "application/json"}, body=body)

    def _is_known(self, request: Request) -> bool:
        shown = shown_by(request)
        if shown is None or shown.username != "aws":
            return False
        return any(shown.secret == token.text and token.ends > self._clock() for token in self.tokens)


def aws_answer(token: Token) -> str:
    """Return what `aws codeartifact get-authorization-token --output json` prints."""
    return json.dumps({"authorizationToken": token.text, "expiration": iso(token.ends).replace("Z", "+00:00")})
