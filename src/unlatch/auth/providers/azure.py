"""Azure Artifacts: a token from a variable, or a session token in exchange for an Entra token.

A session token is good for reading packages alone, of one organisation, and for a few hours. Where the exchange is
refused, as for service principals, the Entra token itself is sent, as Azure DevOps takes it too.
"""

import json
from collections.abc import Iterator, Mapping

from unlatch.auth.providers import azure_entra
from unlatch.auth.providers.azure_entra import Token
from unlatch.auth.providers.azure_rules import (
    USERNAME,
    Discovery,
    covers,
    discover,
    endpoint_credentials,
    entra_problem,
    organisation,
)
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.expiry import iso, moment
from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World
from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Scheme, Secret
from unlatch.model.errors import NetworkError

_SESSION_TOKENS = "/_apis/Token/SessionTokens?tokenType=SelfDescribing&api-version=5.0-preview.1"
# How long a session token is asked to last, in seconds: Microsoft's own tools ask for as much.
_LIFETIME = 4 * 3600.0

_ENDPOINTS = ("ARTIFACTS_CREDENTIALPROVIDER_EXTERNAL_FEED_ENDPOINTS", "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS")
_COLLECTIONS = ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI")


class AzureVariables:
    """Tokens that a pipeline, or a person, has put into variables that Microsoft documents."""

    def __init__(self, world: World) -> None:
        self._environ = world.environ

    def find(self, question: Question) -> Grant | Absent:
        """Return the token of the variable that is most about this feed. Raise Broken for a list that is none."""
        url = question.index.url
        for name in _ENDPOINTS:
            if text := self._environ.get(name):
                try:
                    found = endpoint_credentials(text, url)
                except Broken as problem:
                    raise Broken(f"{name} cannot be used: {problem}") from problem
                if found is not None:
                    return Grant(found[0], Secret(found[1]), name)
        for name in self._tokens(url):
            if token := self._environ.get(name):
                return Grant(USERNAME, Secret(token), name)
        return Absent("neither SYSTEM_ACCESSTOKEN nor AZURE_DEVOPS_EXT_PAT is set")

    def _tokens(self, url: str) -> Iterator[str]:
        """Yield the variables whose token may be shown to a feed."""
        if any(covers(prefix, url) for prefix in self._environ.get("VSS_NUGET_URI_PREFIXES", "").split(";")):
            yield "VSS_NUGET_ACCESSTOKEN"
        # A pipeline's token is for the organisation that it runs in.
        collection = next((self._environ[name] for name in _COLLECTIONS if self._environ.get(name)), None)
        if collection is None or organisation(collection) == organisation(url):
            yield "SYSTEM_ACCESSTOKEN"
        yield "AZURE_DEVOPS_EXT_PAT"


class AzureSignIn:
    """Whoever is signed in to Entra here: a workload, the user of `az`, or what `azure-identity` finds."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, question: Question) -> Grant | Absent:
        """Return a session token, or the Entra token where there is no exchange. Raise Broken or NetworkError."""
        url = question.index.url
        stranger = self._world.web.ask("GET", url, {**_headers(url), "Accept": "*/*"})
        if 200 <= stranger.status < 300 and stranger.status != 203:
            return Absent("not asked: the feed lets anyone in")
        endpoint = next(iter(stranger.headers.all("X-VSS-AuthorizationEndpoint")), "")
        discovery = discover(stranger.headers.all("WWW-Authenticate"), endpoint)
        token = azure_entra.find(self._world, discovery, url)
        if isinstance(token, Absent):
            return token
        session, problem = self._exchange(token, discovery, _headers(url))
        if session is not None:
            return Grant(USERNAME, session.secret, f"{token.detail}, for a session token", session.expires)
        return Grant(USERNAME, token.secret, f"{token.detail}, {problem}", token.expires, Scheme.BEARER)

    def _exchange(self, token: Token, discovery: Discovery, own: Mapping[str, str]) -> tuple[Token | None, str]:
        """Return a session token for an Entra token, or None and why there is none."""
        if discovery.exchange is None:
            return None, "as the feed gives no session tokens"
        if token.is_application:
            return None, "as applications get no session tokens"
        until = self._world.now() + _LIFETIME
        wanted = {"scope": "vso.packaging", "displayName": "unlatch", "targetAccounts": [], "validTo": iso(until)}
        headers = {
            **own,
            "Accept": "application/json",
            "Authorization": f"Bearer {token.secret.reveal()}",
            "Content-Type": "application/json",
        }
        try:
            answer = self._world.web.ask(
                "POST", discovery.exchange + _SESSION_TOKENS, headers, json.dumps(wanted).encode()
            )
        except NetworkError as error:
            return None, f"as the session token was not given: {error}"
        given = answer.json()
        if answer.status != 200 or not isinstance(given.get("token"), str):
            said = entra_problem(given)
            return None, f"as the session token was refused ({answer.status}{f': {said}' if said else ''})"
        return Token(Secret(given["token"]), token.detail, moment(given.get("validTo")) or until), ""


def _headers(url: str) -> Mapping[str, str]:
    """Return what every request to Azure DevOps carries, so that a stranger is not sent to a page for people."""
    service = service_of(url)
    return service.headers if service is not None else {}
