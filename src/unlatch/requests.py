"""`IndexAuth` for requests: a package index's credentials, found and used as unlatch does it.

    import os
    import requests
    from unlatch.requests import IndexAuth

    feed = "https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/"
    session = requests.Session()
    session.auth = IndexAuth(feed, environ=os.environ)
    page = session.get(f"{feed}acme/")

It needs the extra `unlatch[requests]`.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from requests import PreparedRequest, RequestException, Response
from requests.auth import AuthBase
from requests.utils import rewind_body

from unlatch.app.credentials.index_access import IndexAccess
from unlatch.model.errors import NetworkError
from unlatch.model.url import shown
from unlatch.network.judgement import MOST_RESENDS, Answer

if TYPE_CHECKING:
    from unlatch.model.events import Listener
    from unlatch.model.index import Index
    from unlatch.settings import Settings

__all__ = ["IndexAuth"]


class IndexAuth(AuthBase):
    """The credentials of one index, for requests to its origin; any other request goes as it came.

    What the index refuses is followed by the next credentials, and what it accepts stays. When nothing is left to try,
    the request raises an `AccessError` that tells what was tried.
    """

    def __init__(
        self,
        index: "Index | str",
        *,
        settings: "Settings | None" = None,
        environ: Mapping[str, str] | None = None,
        listener: "Listener | None" = None,
    ) -> None:
        """Take the index, or its URL; `settings`, `environ` and `listener` are those of `unlatch.install`."""
        self._access = IndexAccess(index, settings, environ, listener)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Put the credentials into a request, and listen for its answer and for those of its redirects."""
        self._access.dress(str(r.url), r.headers)
        r.register_hook("response", self._heard)
        return r

    def _heard(self, response: Response, **options: Any) -> Response:
        """Make the request again as often as it takes. requests calls this for each hop, before it goes on."""
        try:
            for _ in range(MOST_RESENDS):
                if self._is_final(response):
                    return response
                response = self._again(response, options)
            if self._is_final(response):
                return response
        except BaseException:
            response.close()
            raise
        response.close()
        raise NetworkError(f"{shown(response.url)} was asked {MOST_RESENDS + 1} times with other credentials, in vain")

    def _is_final(self, response: Response) -> bool:
        access = self._access
        # What came from elsewhere, or by a signed URL, says nothing about the index's credentials.
        if not access.may_carry(response.url):
            return True
        request = response.request
        sent = access.worn(request.headers)
        target = _target(response)
        if not access.is_final(_answer(response, target, carried=sent is not None), sent):
            return False
        if target is not None and not access.may_carry(target):
            # The request of the next hop is a copy of this one. requests takes the field along where it does not
            # belong: to a signed URL, and from http to https.
            response.request = request.copy()
            access.undress(request.headers)
        return True

    def _again(self, response: Response, options: Mapping[str, Any]) -> Response:
        """Return the answer to the same request with the credentials whose turn it is now."""
        request = response.request
        with suppress(RequestException):
            # The connection serves the next request when the answer was read.
            _ = response.content
        response.close()
        response.request = request.copy()
        if request.body is not None and not isinstance(request.body, str | bytes):
            rewind_body(request)
        self._access.dress(response.url, request.headers)
        again = response.connection.send(request, **options)
        again.history.append(response)
        return again


def _target(response: Response) -> str | None:
    """Return where a redirect leads: None when it is none, "" when nobody can tell."""
    if not response.is_redirect:
        return None
    try:
        # What has no Latin-1 form was UTF-8 (requests reads it so, too); for the origin it makes no difference.
        return urljoin(response.url, response.headers["Location"].strip())
    except ValueError:
        return ""


def _answer(response: Response, target: str | None, *, carried: bool) -> Answer:
    """Return what there is to judge: where a redirect leads to counts as being there."""
    is_web = target is not None and target.partition(":")[0].lower() in {"http", "https"}
    challenges = response.headers.get("WWW-Authenticate")
    return Answer(
        response.status_code,
        target if target is not None and is_web else response.url,
        carried,
        [challenges] if challenges is not None else [],
        response.headers.get("Content-Type", ""),
        str(response.request.headers.get("Accept", "*/*")),
    )
