"""The transport over sockets: exchanges over kept connections, from any thread.

It knows no index, no credentials, no redirects and no retries. The one thing it does twice is a request that went out
on a kept connection which the other end had hung up meanwhile.
"""

import time
from collections.abc import Callable

from unlatch.model.errors import NetworkError, UnlatchError
from unlatch.model.timing import Exchanged, Timed, unnoticed, untimed
from unlatch.model.url import Origin
from unlatch.network import proxies
from unlatch.network.answers import Answer
from unlatch.network.connections import HUNG_UP, Connection, Pool
from unlatch.network.dialing import Dialer, Route
from unlatch.network.narrow import Watch
from unlatch.network.options import TransportOptions
from unlatch.network.reaching import Reaching
from unlatch.network.responses import HttpResponse
from unlatch.network.streams import Stream
from unlatch.network.targets import fields, offers_compression, sendable, target
from unlatch.network.transport import Request

# Sent again by itself only when that changes nothing (RFC 9110, section 9.2.2).
_SAFE_METHODS = frozenset({"GET", "HEAD"})


class HttpTransport:
    """Makes exchanges; see `transport.Transport` for what it promises.

    Beside what that names, `exchange` raises ConfigurationError for a proxy or a certificate that cannot be used,
    and InvalidUrl for a URL that cannot be sent. It waits while `max_connections` answers of the same origin are
    neither read to their end nor closed.
    """

    def __init__(
        self,
        options: TransportOptions,
        *,
        timed: Timed = untimed,
        noticed: Callable[[Exchanged], None] = unnoticed,
        reaching: Reaching | None = None,
    ) -> None:
        """Take the options, who keeps the time of dialling, and who is told of each exchange when it is over.

        `reaching` are connections that were begun earlier, by whoever closes them.
        """
        self._options = options
        self._noticed = noticed
        dialer = Dialer(options, reaching)

        def dial(route: Route) -> Stream:
            with timed("connect", to=route.name):
                return dialer.dial(route)

        self._pool = Pool(dial, options.max_connections, options.pace)
        self._watch = Watch(self._pool)
        self._routes: dict[Origin, Route] = {}

    def exchange(self, request: Request) -> HttpResponse:
        """Send the request and return when the head of the answer has come."""
        begun = time.perf_counter()
        route = self._route(Origin.of(request.url))
        try:
            connection, answer = self._ask(route, request)
        except UnlatchError:
            failed = time.perf_counter()
            self._noticed(Exchanged(request.url, 0, begun, begun, failed, failed, 0))
            raise
        answered = time.perf_counter()
        if answer.status == 407 and route.proxy is not None and route.is_forwarded:
            self._pool.drop(connection)
            raise route.proxy.refused([value for name, value in answer.fields if name == "proxy-authenticate"])

        def settle(is_reusable: bool, received: int) -> None:
            times = (begun, connection.taken, answered, time.perf_counter())
            (self._pool.give_back if is_reusable else self._pool.drop)(connection)
            self._noticed(Exchanged(request.url, answer.status, *times, received))

        return HttpResponse(request.url, answer, settle, place=route.name, decodes=offers_compression(request.headers))

    def connect(self, origin: Origin) -> None:
        """Open a connection ahead of its first request, in the caller's thread; never raise."""
        try:
            self._pool.open_ahead(self._route(origin))
        except UnlatchError:
            # The first exchange finds the same, and says so.
            return

    def close(self) -> None:
        """Close every connection; exchanges that are under way fail."""
        self._pool.close()

    def _route(self, origin: Origin) -> Route:
        route = self._routes.get(origin)
        if route is None:
            proxy = proxies.choose(origin, self._options.proxy, self._options.environ)
            route = self._routes[origin] = Route(sendable(origin), proxy)
        return route

    def _ask(self, route: Route, request: Request) -> tuple[Connection, Answer]:
        path = target(request.url)
        sent = fields(request.headers, route.origin, self._options.user_agent)
        if route.proxy is not None and route.is_forwarded:
            path = f"{route.origin}{path}"
            if route.proxy.authorization is not None:
                sent.append(("Proxy-Authorization", route.proxy.authorization))
        if request.body:
            sent.append(("Content-Length", str(len(request.body))))
        connection = self._pool.take(route)
        try:
            return connection, self._attempt(connection, request, path, sent)
        except NetworkError as error:
            has_died = connection.has_waited and isinstance(error.__cause__, HUNG_UP)
            if not has_died or request.method not in _SAFE_METHODS:
                raise
        self._pool.drop_idle(route)
        connection = self._pool.take(route)
        return connection, self._attempt(connection, request, path, sent)

    def _attempt(self, connection: Connection, request: Request, path: str, sent: list[tuple[str, str]]) -> Answer:
        """Ask over this connection, and drop it when that fails."""
        self._watch.begin(connection.route)
        try:
            return connection.ask(request.method, path, sent, request.body)
        except BaseException:
            self._pool.drop(connection)
            raise
