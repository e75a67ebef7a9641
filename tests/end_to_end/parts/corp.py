"""The company whose index the tests log in to: https, Basic authentication, files outside the path of the pages."""

from pathlib import Path
from urllib.parse import quote

from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.nginx import LoggedRequest, Nginx, Site

# The user that the big clouds use, and a person whose password has what must be encoded in a URL.
SERVICE_USER = "VssSessionToken"
SERVICE_TOKEN = "eyJ0eXAiOiJKV1QifQ.c2VydmljZQ.kM3x"
PERSON = "alice@corp"
PASSWORD = "correct horse/battery+staple%41:ä"
USERS = {SERVICE_USER: SERVICE_TOKEN, PERSON: PASSWORD}


class Corp:
    """The index, served by nginx; `watched` secrets are searched for when the test is over."""

    def __init__(self, nginx: Nginx, leaks: Leaks) -> None:
        self.nginx = nginx
        for secret in USERS.values():
            leaks.watch(secret, *USERS)

    @staticmethod
    def site(tree: Path) -> Site:
        """Return the site that serves the company's index."""
        return Site("corp", tree, {"/": USERS})

    def index(self, username: str | None = None, password: str | None = None) -> str:
        """Return the index URL, with userinfo when a username is given."""
        if username is None:
            return f"{self.nginx.url('corp')}/simple/"
        return f"{self.nginx.url('corp', userinfo(username, password))}/simple/"

    @property
    def authority(self) -> str:
        """The server's `host:port`."""
        return self.nginx.authority("corp")

    def requests(self) -> list[LoggedRequest]:
        """Return what the index was asked, in order."""
        return self.nginx.requests("corp")

    def users(self) -> set[str]:
        """Return who asked: usernames, "" for a stranger."""
        return {request.user for request in self.requests()}

    def refusals(self) -> list[LoggedRequest]:
        """Return the requests that were turned away."""
        return [request for request in self.requests() if request.status in {401, 403}]


def userinfo(username: str, password: str | None = None) -> str:
    """Return what stands before a URL's `@`, percent-encoded."""
    name = quote(username, safe="")
    return name if password is None else f"{name}:{quote(password, safe='')}"
