"""What is known of package services: data, matched on a dot boundary, with a row's quirks as the code acts on them.

Sources: the services' public documentation, and the `keyring` back ends that serve them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from unlatch.model.frozen import field, frozen


@frozen
class Service:
    """A package service.

    `host` is a pattern for the whole lower-case host name, `path` one that the URL's path must begin with. Every host
    that it matches ends with one of `ends`: with them alone most hosts are nobody's, and no pattern is compiled.
    `username` is what its keyring entries are filed under.
    `is_private`: strangers get nothing, so credentials are looked up first. `is_public`: anyone is answered, so
    keyring is never asked. `headers` go with every request to it.
    """

    name: str
    ends: tuple[str, ...]
    host: str
    path: str = ""
    username: str | None = None
    is_private: bool = False
    is_public: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def matches(self, host: str, path: str) -> bool:
        """Whether a lower-case host and a path are this service's."""
        is_likely = host.endswith(self.ends)
        return is_likely and re.fullmatch(self.host, host) is not None and re.match(self.path, path) is not None


_LABEL = r"[a-z0-9-]+"

SERVICES = (
    Service(
        "Azure Artifacts",
        ("pkgs.dev.azure.com", ".pkgs.visualstudio.com"),
        rf"pkgs\.dev\.azure\.com|{_LABEL}\.pkgs\.visualstudio\.com",
        username="VssSessionToken",
        is_private=True,
        # Without it a stranger is sent to a page for people to sign in (203) in place of a 401.
        headers={"X-TFS-FedAuthRedirect": "Suppress"},
    ),
    Service(
        "Google Artifact Registry",
        ("-python.pkg.dev",),
        rf"{_LABEL}-python\.pkg\.dev",
        username="oauth2accesstoken",
        is_private=True,
    ),
    Service(
        "AWS CodeArtifact",
        (".amazonaws.com", ".amazonaws.com.cn"),
        rf"{_LABEL}-[0-9]{{12}}\.d\.codeartifact\.{_LABEL}\.amazonaws\.com(\.cn)?",
        path=r"/pypi/",
        username="aws",
        is_private=True,
    ),
    Service("GitLab", ("gitlab.com",), r"gitlab\.com", path=r"/api/v4/(projects|groups)/", username="__token__"),
    # Strangers get a 404 there, a shorter list, or a 500: none of them says that credentials are wanted.
    Service("JFrog Artifactory", (".jfrog.io",), rf"{_LABEL}\.jfrog\.io", path=r"/artifactory/", is_private=True),
    # Strangers get the account's public packages alone.
    Service("Gemfury", ("pypi.fury.io",), r"pypi\.fury\.io", is_private=True),
    Service("Hugging Face", ("huggingface.co",), r"huggingface\.co"),
    Service(
        "PyPI", ("pypi.org", "files.pythonhosted.org"), r"(test\.)?pypi\.org|files\.pythonhosted\.org", is_public=True
    ),
)

# Hosts that answer with a page for people, never with a package.
_SIGN_IN_HOSTS = ("login.microsoftonline.com", "login.live.com", "accounts.google.com", "vssps.visualstudio.com")


@lru_cache(maxsize=256)
def service_of(url: str) -> Service | None:
    """Return the known service that serves a clean URL, or None."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return next((service for service in SERVICES if service.matches(host, parts.path)), None)


def is_sign_in_page(url: str) -> bool:
    """Whether the URL is a known place for people to sign in."""
    host = (urlsplit(url).hostname or "").lower()
    return host in _SIGN_IN_HOSTS or host.endswith(".vssps.visualstudio.com")
