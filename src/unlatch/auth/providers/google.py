"""Google Artifact Registry: an access token of application-default credentials, of `gcloud`, or of the machine.

The machine's metadata server comes last: where there is none, it takes seconds to be sure of it.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.expiry import moment
from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World, first
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret

USERNAME = "oauth2accesstoken"
_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
_FILE = "application_default_credentials.json"


class GoogleSignIn:
    """Whoever is signed in to Google here."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, question: Question) -> Grant | Absent:
        """Return an access token. Raise Broken when a way to one fails and none works."""
        by_command = partial(self._of_command, question.index.url)
        path = self._file()
        if path is None:
            return first([by_command, self._of_machine])
        return first([partial(self._of_file, path), by_command])

    def _file(self) -> str | None:
        """Return the path of application-default credentials; None where there are none."""
        path = credentials_file(self._world.environ, is_windows=self._world.is_windows)
        try:
            return path if path is not None and self._world.read(path) else None
        except OSError as error:
            if self._world.environ.get(_VARIABLE):
                raise Broken(f"{_VARIABLE} cannot be read: {error.strerror}") from error
            return None

    def _of_file(self, path: str) -> Grant | Absent:
        auth = self._world.libraries.load("google.auth")
        if auth is None:
            return Absent("google-auth is not installed")
        detail = _VARIABLE if self._world.environ.get(_VARIABLE) else "application-default credentials"
        return self._ask(detail, lambda: auth.load_credentials_from_file(path, scopes=_SCOPES)[0])

    def _of_command(self, url: str) -> Grant | Absent:
        reply = self._world.commands.ask(["gcloud", "config", "config-helper", "--format=json"], url)
        if isinstance(reply, Absent):
            return reply
        try:
            credential = json.loads(reply.text)["credential"]
            token, ends = credential["access_token"], credential.get("token_expiry")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Broken(f"{reply.path} failed: its answer has no access token") from error
        return Grant(USERNAME, Secret(str(token)), f"{reply.path}, {reply.seconds:.2f} s", moment(ends))

    def _of_machine(self) -> Grant | Absent:
        auth = self._world.libraries.load("google.auth")
        if auth is None:
            return Absent("google-auth is not installed")
        return self._ask("the metadata server", lambda: auth.default(scopes=_SCOPES)[0])

    def _ask(self, detail: str, make: Callable[[], Any]) -> Grant | Absent:
        requests = self._world.libraries.load("google.auth.transport.requests")
        if requests is None:
            return Absent("google-auth is installed without requests")

        def ask() -> Grant:
            credentials = make()
            credentials.refresh(requests.Request())
            return Grant(USERNAME, Secret(credentials.token), detail, moment(credentials.expiry))

        return self._world.libraries.call("google-auth", ask, unset=frozenset({"DefaultCredentialsError"}))


def credentials_file(environ: Mapping[str, str], *, is_windows: bool) -> str | None:
    """Return where application-default credentials are kept, None where nobody can tell."""
    if path := environ.get(_VARIABLE):
        return path
    if folder := environ.get("CLOUDSDK_CONFIG"):
        return f"{folder}/{_FILE}"
    home = environ.get("APPDATA" if is_windows else "HOME")
    if not home:
        return None
    return f"{home}\\gcloud\\{_FILE}" if is_windows else f"{home}/.config/gcloud/{_FILE}"
