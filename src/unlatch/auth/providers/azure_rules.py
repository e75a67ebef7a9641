"""What Azure DevOps says of who may get in, and whom a token may be shown to. It decides and does no I/O.

Source: the public code of Microsoft's `artifacts-credprovider`: a feed answers a stranger with the place that gives
session tokens (`X-VSS-AuthorizationEndpoint`) and with the Entra authority and tenant of its organisation
(`WWW-Authenticate: Bearer authorization_uri=…`). Both are checked here against the hosts that are Microsoft's.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from unlatch.auth.providers.broken import Broken
from unlatch.model.errors import InvalidUrl
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import is_below

# Azure DevOps, as Entra knows it, in every cloud.
RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
USERNAME = "VssSessionToken"
AUTHORITY = "https://login.microsoftonline.com"

_AUTHORITIES = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoft.com",
        "login.windows.net",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
    }
)
_EXCHANGES = ("vssps.dev.azure.com", "vssps.visualstudio.com")
_NO_TENANT = "00000000-0000-0000-0000-000000000000"
_ORGANISATION = re.compile(r"([a-z0-9-]+)\.(?:pkgs\.)?visualstudio\.com")


class Discovery(NamedTuple):
    """What a feed says of who may get in: the Entra authority, the tenant, and where session tokens are given.

    `authority` is an origin. `tenant` is None where the feed names none, as with personal Microsoft accounts, and
    `exchange` is None where the feed gives no session tokens.
    """

    authority: str
    tenant: str | None
    exchange: str | None


def discover(challenges: Sequence[str], endpoint: str) -> Discovery:
    """Read the WWW-Authenticate fields and X-VSS-AuthorizationEndpoint ("" for none).

    Raise Broken when either names a host that is not one of Microsoft's: it would be given a token.
    """
    authority, tenant = AUTHORITY, None
    if match := re.search(r'authorization_uri="?([^",\s]+)', " ".join(challenges)):
        authority = trusted_authority(match[1])
        last = urlsplit(match[1]).path.strip("/").rpartition("/")[2]
        tenant = last if last != _NO_TENANT and is_tenant(last) else None
    return Discovery(authority, tenant, _trusted(endpoint, _is_exchange) if endpoint else None)


def trusted_authority(url: str) -> str:
    """Return the origin of an Entra authority. Raise Broken when it is none of Microsoft's."""
    parts = urlsplit(_trusted(url if "://" in url else f"https://{url}", lambda host: host in _AUTHORITIES))
    return f"https://{parts.hostname}"


def is_tenant(text: str) -> bool:
    """Whether the text may stand in a URL and on a command line as the name of a tenant."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", text) is not None


def organisation(url: str) -> str | None:
    """Return the organisation that a feed, or a collection of Azure DevOps, belongs to; None for anything else."""
    parts = urlsplit(url.lower())
    host = parts.hostname or ""
    if match := _ORGANISATION.fullmatch(host):
        return match[1]
    if host in {"dev.azure.com", "pkgs.dev.azure.com"}:
        return parts.path.strip("/").partition("/")[0] or None
    return None


def endpoint_credentials(text: str, url: str) -> tuple[str, str] | None:
    """Return the username and password that a JSON list of feed endpoints has for a feed, the most specific one.

    `{"endpointCredentials": [{"endpoint": URL, "username": …, "password": …}]}`. Raise Broken when it is not that.
    """
    try:
        rows = json.loads(text)["endpointCredentials"]
        known = {row["endpoint"]: (row.get("username") or USERNAME, row["password"]) for row in rows}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Broken("it does not hold a JSON list of endpointCredentials") from error
    fitting = [endpoint for endpoint in known if covers(endpoint, url)]
    if not fitting:
        return None
    username, password = known[max(fitting, key=lambda endpoint: len(endpoint.rstrip("/")))]
    return str(username), str(password)


def covers(endpoint: str, url: str) -> bool:
    """Whether a feed is an endpoint, or lies under it. Azure DevOps reads upper and lower case alike."""
    try:
        return is_below(url.lower(), endpoint.strip().lower())
    except InvalidUrl:
        return False


def entra_problem(answer: Mapping[str, object]) -> str:
    """Return the first line of what Entra, or Azure DevOps, says in an answer that refuses."""
    said = answer.get("error_description") or answer.get("message") or answer.get("error") or ""
    lines = str(said).splitlines()
    return printable(lines[0].strip()) if lines else ""


def _is_exchange(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in _EXCHANGES)


def _trusted(url: str, is_known: Callable[[str], bool]) -> str:
    """Return the URL without userinfo, query and slash at its end, when it is https, on its own port, and known."""
    try:
        parts = urlsplit(url.strip())
        is_sound = parts.scheme == "https" and parts.port in {None, 443} and "@" not in parts.netloc
    except ValueError:
        is_sound = False
    else:
        host = (parts.hostname or "").lower()
        if is_sound and is_known(host):
            return f"https://{host}{parts.path.rstrip('/')}"
    raise Broken(f"the feed names {printable(url)[:100]}, which is not a place of Microsoft's for tokens")
