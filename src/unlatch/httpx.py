"""`IndexAuth` for httpx: a package index's credentials, found and used as unlatch does it.

    import os
    import httpx
    from unlatch.httpx import IndexAuth

    feed = "https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/"
    with httpx.Client(auth=IndexAuth(feed, environ=os.environ), follow_redirects=True) as client:
        page = client.get(f"{feed}acme/")

The same object serves `httpx.AsyncClient`. It needs the extra `unlatch[httpx]`.
"""

from collections.abc import AsyncGenerator, Generator, Mapping
from typing import TYPE_CHECKING

import httpx
from anyio import to_thread

from unlatch.app.credentials.index_access import IndexAccess
from unlatch.model.errors import NetworkError
from unlatch.model.url import shown
from unlatch.network.judgement import MOST_RESENDS, Answer

if TYPE_CHECKING:
    from unlatch.model.events import Listener
    from unlatch.model.index import Index
    from unlatch.settings import Settings

__all__ = ["IndexAuth"]


class IndexAuth(httpx.Auth):
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

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request as often as it takes. httpx follows redirects between a yield and its answer."""
        access = self._access
        if not access.may_carry(str(request.url)):
            access.undress(request.headers)
            response = yield request
            if response.status_code not in {401, 403} or not access.may_carry(str(response.request.url)):
                return
            request = _again(response.request)
        for _ in range(MOST_RESENDS + 1):
            sent = access.dress(str(request.url), request.headers)
            response = yield request
            arrived = response.request
            is_here, is_worn = access.may_carry(str(arrived.url)), access.worn(arrived.headers) is not None
            if is_worn and not is_here:
                # httpx takes the field along to a signed URL of one origin, whose store answers 400 to it.
                if response.is_error:
                    yield _bare(arrived)
                return
            if is_here and not is_worn and sent is not None and response.status_code in {401, 403}:
                # The way led elsewhere and back, and the field was dropped on it.
                request = _again(arrived)
            elif access.is_final(_answer(response, carried=is_here and is_worn), sent):
                if response.next_request is not None and not access.may_carry(str(response.next_request.url)):
                    access.undress(response.next_request.headers)
                return
        raise NetworkError(
            f"{shown(str(request.url))} was asked {MOST_RESENDS + 1} times with other credentials, in vain"
        )

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Do the same in threads: a keyring may take its time, and a loop must not wait for it."""
        flow = self.auth_flow(request)
        try:
            following = await to_thread.run_sync(_step, flow, None)
            while following is not None:
                response = yield following
                following = await to_thread.run_sync(_step, flow, response)
        finally:
            flow.close()


def _step(
    flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response | None
) -> httpx.Request | None:
    """Return the next request of a flow, or None at its end, which is no exception that a thread could hand on."""
    try:
        return next(flow) if response is None else flow.send(response)
    except StopIteration:
        return None


def _again(request: httpx.Request) -> httpx.Request:
    """Return the same request, to be made once more."""
    return httpx.Request(
        request.method, request.url, headers=request.headers, stream=request.stream, extensions=request.extensions
    )


def _bare(request: httpx.Request) -> httpx.Request:
    bare = _again(request)
    del bare.headers["Authorization"]
    return bare


def _answer(response: httpx.Response, *, carried: bool) -> Answer:
    """Return what there is to judge: where a redirect that nobody has followed leads to counts as being there."""
    following = response.next_request
    is_web = following is not None and following.url.scheme in {"http", "https"}
    return Answer(
        response.status_code,
        str(following.url if following is not None and is_web else response.request.url),
        carried,
        response.headers.get_list("WWW-Authenticate"),
        response.headers.get("Content-Type", ""),
        response.request.headers.get("Accept", "*/*"),
    )
