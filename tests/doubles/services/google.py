"""Google Artifact Registry: a Python repository that takes access tokens, and sends for files to a place of its own.

    google = ArtifactRegistry(clock)
    token = google.access_token()

As documented: the username is `oauth2accesstoken`, a token lasts an hour, files lie outside of the index's path, and
there are no metadata files and no ranges.
"""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.doubles.services.shelf import FILENAME, NAME, Token, links, nobody, redirect, shown_by, wheel
from tests.doubles.transport import FakeAnswer
from unlatch.auth.providers.expiry import iso
from unlatch.network.transport import Request

INDEX = "https://europe-west1-python.pkg.dev/project/team/simple/"
PAGE = f"{INDEX}{NAME}/"
HOSTS = ("europe-west1-python.pkg.dev",)
_DOWNLOADS = "/artifacts-downloads/namespaces/project/repositories/team/downloads/"


class ArtifactRegistry:
    """One repository, `team`, of the project `project`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.tokens: list[Token] = []
        self._clock = clock

    def access_token(self, *, lifetime: float = 3600) -> Token:
        """Give an access token."""
        token = Token(f"ya29.token-{len(self.tokens) + 1}", self._clock() + lifetime)
        self.tokens.append(token)
        return token

    def __call__(self, request: Request) -> FakeAnswer:
        parts = urlsplit(request.url)
        if parts.hostname not in HOSTS:
            return nobody(request)
        if not self._is_known(request):
            return FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="Google Artifact Registry"'})
        if parts.path == urlsplit(PAGE).path:
            return links(f"https://{HOSTS[0]}/project/team/{NAME}/{FILENAME}")
        if parts.path == f"/project/team/{NAME}/{FILENAME}":
            return redirect(f"https://{HOSTS[0]}{_DOWNLOADS}{FILENAME}")
        return wheel() if parts.path == f"{_DOWNLOADS}{FILENAME}" else FakeAnswer(404)

    def _is_known(self, request: Request) -> bool:
        shown = shown_by(request)
        if shown is None or shown.username not in {"oauth2accesstoken", None}:
            return False
        return any(shown.secret == token.text and token.ends > self._clock() for token in self.tokens)


def gcloud_answer(token: Token) -> str:
    """Return what `gcloud config config-helper --format=json` prints."""
    credential = {"access_token": token.text, "id_token": "eyJ-id", "token_expiry": iso(token.ends)}
    return json.dumps({"configuration": {"active_configuration": "default"}, "credential": credential})
