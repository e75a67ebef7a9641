"""Making a connection: to the host or to its proxy, through the proxy where TLS must reach the host, and TLS itself.

Whatever fails names the part of the way that failed.
"""

import socket
import ssl

from unlatch.model.errors import NetworkError
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin
from unlatch.network import failures
from unlatch.network.answers import Answer, Incoming, NotHttp
from unlatch.network.options import TransportOptions
from unlatch.network.proxies import Proxy
from unlatch.network.reaching import Reaching, as_it_is
from unlatch.network.streams import NestedTls, Stream
from unlatch.network.targets import place, sendable
from unlatch.network.tls import Tls

_WORTH_ANOTHER_TRY = frozenset({502, 503, 504})


class Route(NamedTuple):
    """An origin, and the proxy on the way to it. Connections are kept by it."""

    origin: Origin
    proxy: Proxy | None = None

    @property
    def is_forwarded(self) -> bool:
        """Whether the proxy reads the requests and passes them on, as it does for plain http; else it passes bytes."""
        return self.proxy is not None and self.origin.scheme == "http"

    @property
    def name(self) -> str:
        """What messages call the other end of the route's connections."""
        return str(self.proxy) if self.is_forwarded else place(self.origin)


class Dialer:
    """Opens streams. Any number of threads may dial at once."""

    def __init__(self, options: TransportOptions, reaching: Reaching | None = None) -> None:
        """Take the options, and connections that were begun earlier."""
        self._options = options
        self._reaching = reaching
        self._tls = Tls(options)

    def dial(self, route: Route) -> Stream:
        """Return a stream on which requests can be sent.

        Raise NetworkError, ProxyRefused, InvalidUrl, or ConfigurationError for certificates that cannot be read.
        """
        try:
            return self._dial(route)
        except NetworkError as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError) and self._tls.widen(cause):
                return self._dial(route)
            raise

    def _dial(self, route: Route) -> Stream:
        origin, proxy = sendable(route.origin), route.proxy
        nearest = sendable(proxy.origin) if proxy else origin
        name = str(proxy) if proxy else place(origin)
        stream: Stream = self._open(nearest, name)
        try:
            if nearest.scheme == "https":
                stream = self._secure(stream, nearest, name)
            if proxy and origin.scheme == "https":
                self._tunnel(stream, proxy, origin)
                stream = self._secure(stream, origin, place(origin))
        except BaseException:
            stream.close()
            raise
        return stream

    def _open(self, origin: Origin, name: str) -> socket.socket:
        try:
            opened = self._begun_earlier(origin) or socket.create_connection(
                (as_it_is(origin.host), origin.port), self._options.timeout
            )
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:
            raise failures.unanswered(error, name) from error
        return opened

    def _begun_earlier(self, origin: Origin) -> socket.socket | None:
        return None if self._reaching is None else self._reaching.take(origin, self._options.timeout)

    def _secure(self, stream: Stream, origin: Origin, name: str) -> Stream:
        context = self._tls.context(origin)
        # truststore compares the name itself, as a text.
        host = as_it_is(origin.host) if type(context) is ssl.SSLContext else origin.host
        try:
            if isinstance(stream, socket.socket) and not isinstance(stream, ssl.SSLSocket):
                return context.wrap_socket(stream, server_hostname=host)
            return NestedTls(stream, context, host)
        except (OSError, UnicodeError) as error:
            raise failures.unanswered(error, name) from error

    def _tunnel(self, stream: Stream, proxy: Proxy, origin: Origin) -> None:
        """Ask the proxy for a tunnel to the origin (RFC 9110, section 9.3.6)."""
        to = place(origin)
        lines = [f"CONNECT {to} HTTP/1.1", f"Host: {to}", f"User-Agent: {self._options.user_agent}"]
        if proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        try:
            stream.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            answer = Answer(Incoming(stream, self._options.pace()), "CONNECT")
        except OSError as error:
            raise failures.unanswered(error, str(proxy)) from error
        except NotHttp as error:
            raise NetworkError(f"{proxy} does not answer as a proxy does") from error
        if answer.status == 407:
            raise proxy.refused([value for name, value in answer.fields if name == "proxy-authenticate"])
        if not 200 <= answer.status < 300:
            raise NetworkError(
                f"{proxy} opens no way to {to} ({answer.status} {printable(answer.reason)})",
                is_transient=answer.status in _WORTH_ANOTHER_TRY,
            )
