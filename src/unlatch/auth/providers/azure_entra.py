"""Entra tokens for Azure DevOps: of a workload, of the `az` command, or of the `azure-identity` library."""

import json
from functools import partial
from urllib.parse import urlencode

from unlatch.auth.providers.azure_rules import RESOURCE, Discovery, entra_problem, is_tenant, trusted_authority
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.ci import github_assertion
from unlatch.auth.providers.expiry import moment
from unlatch.auth.providers.world import World, first
from unlatch.auth.source import Absent
from unlatch.model.credentials import Secret
from unlatch.model.tuples import NamedTuple

_SCOPE = f"{RESOURCE}/.default"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_AUDIENCE = "api://AzureADTokenExchange"
# What is excluded starts commands, wherever on PATH it finds them, or opens a browser.
_EXCLUDED = ("cli", "developer_cli", "powershell", "interactive_browser")
_UNSET = frozenset({"CredentialUnavailableError", "ClientAuthenticationError"})


class Token(NamedTuple):
    """A token and what it came from; `is_application` where no person stands behind it."""

    secret: Secret
    detail: str
    expires: float | None = None
    is_application: bool = False


def find(world: World, discovery: Discovery, url: str) -> Token | Absent:
    """Return a token for the tenant of a feed. Raise Broken or NetworkError when a way to it fails and none works."""
    return first(
        [
            partial(_of_workload, world, discovery),
            partial(_of_command, world, discovery, url),
            partial(_of_library, world),
        ]
    )


def _of_workload(world: World, discovery: Discovery) -> Token | Absent:
    """Exchange the workload's own token for one of Entra's (RFC 7523, section 2.2)."""
    environ = world.environ
    client, tenant = environ.get("AZURE_CLIENT_ID", ""), environ.get("AZURE_TENANT_ID") or discovery.tenant
    if not client or not tenant or not is_tenant(tenant):
        return Absent("there is no workload identity (AZURE_CLIENT_ID is not set)")
    assertion = _assertion(world)
    if isinstance(assertion, Absent):
        return assertion
    secret, detail = assertion
    said = environ.get("AZURE_AUTHORITY_HOST")
    authority = trusted_authority(said) if said else discovery.authority
    form = {
        "client_id": client,
        "client_assertion": secret.reveal(),
        "client_assertion_type": _ASSERTION_TYPE,
        "grant_type": "client_credentials",
        "scope": _SCOPE,
    }
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    begun = world.now()
    answer = world.web.ask("POST", f"{authority}/{tenant}/oauth2/v2.0/token", headers, urlencode(form).encode())
    given = answer.json()
    token = given.get("access_token")
    if answer.status != 200 or not isinstance(token, str):
        raise Broken(f"Entra refused the workload ({answer.status}): {entra_problem(given) or 'it did not say why'}")
    lifetime = moment(given.get("expires_in"))
    return Token(Secret(token), detail, None if lifetime is None else begun + lifetime, is_application=True)


def _assertion(world: World) -> tuple[Secret, str] | Absent:
    """Return the token that the workload was given by where it runs, and what it came from."""
    path = world.environ.get("AZURE_FEDERATED_TOKEN_FILE")
    if not path:
        return github_assertion(world, _AUDIENCE)
    try:
        return Secret(world.read(path).strip()), "AZURE_FEDERATED_TOKEN_FILE"
    except OSError as error:
        raise Broken(f"AZURE_FEDERATED_TOKEN_FILE cannot be read: {error.strerror}") from error


def _of_command(world: World, discovery: Discovery, url: str) -> Token | Absent:
    """Ask `az`; and once more for the feed's own tenant where `az` works for another."""
    argv = ["az", "account", "get-access-token", "--resource", RESOURCE, "--output", "json"]
    reply = world.commands.ask(argv, url)
    if isinstance(reply, Absent):
        return reply
    given = _answer(reply.text)
    if (
        discovery.tenant is not None
        and str(given.get("tenant") or discovery.tenant).lower() != discovery.tenant.lower()
    ):
        reply = world.commands.ask([*argv, "--tenant", discovery.tenant], url)
        if isinstance(reply, Absent):
            return reply
        given = _answer(reply.text)
    token = given.get("accessToken")
    if not isinstance(token, str):
        raise Broken(f"{reply.path} failed: its answer has no accessToken")
    return Token(Secret(token), f"{reply.path}, {reply.seconds:.2f} s", moment(given.get("expires_on")))


def _answer(text: str) -> dict[str, object]:
    try:
        given = json.loads(text)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _of_library(world: World) -> Token | Absent:
    """Ask `azure-identity` for what it finds by default, as far as it starts no command."""
    identity = world.libraries.load("azure.identity")
    if identity is None:
        return Absent("azure-identity is not installed")

    def ask() -> Token:
        excluded = {f"exclude_{name}_credential": True for name in _EXCLUDED}
        given = identity.DefaultAzureCredential(**excluded).get_token(_SCOPE)
        return Token(Secret(given.token), "azure-identity", moment(given.expires_on))

    return world.libraries.call("azure-identity", ask, unset=_UNSET)
