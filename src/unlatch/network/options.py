"""What the HTTP transport is told: one frozen value, so that nothing is read behind anyone's back."""

import sys
from collections.abc import Mapping
from pathlib import Path

from unlatch.model.frozen import field, frozen
from unlatch.model.url import Origin
from unlatch.network.pace import SLOWEST, WINDOW, Pace

TIMEOUT_SECONDS = 15.0
MAX_CONNECTIONS = 16


@frozen
class TransportOptions:
    """How exchanges are made.

    `timeout` is in seconds and holds for each address that is dialled and for each read; what brings fewer than
    `slowest` bytes a second, over `slow_for` seconds, is given up as well. `certificates` (`--cert`) is a PEM file, or
    a folder of them under OpenSSL's hashed names, that is trusted in place of the system's; `SSL_CERT_FILE` and
    `SSL_CERT_DIR` in `environ` do the same when it is None. `client_certificate` is a PEM file, with its key inside or
    in `client_key`. `insecure_hosts` are `host` or `host:port`, whose certificates go unchecked. `proxy` (`--proxy`)
    serves every origin, "" means none at all; when it is None, `environ` is asked as `proxies` tells. `max_connections`
    are kept to one origin at the same time.
    """

    timeout: float = TIMEOUT_SECONDS
    slowest: int = SLOWEST
    slow_for: float = WINDOW
    user_agent: str = "unlatch"
    certificates: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    insecure_hosts: frozenset[str] = frozenset()
    proxy: str | None = field(default=None, repr=False)
    max_connections: int = MAX_CONNECTIONS
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    platform: str = sys.platform

    def pace(self) -> Pace:
        """Return what one connection's answers are held to."""
        return Pace(self.slowest, self.slow_for)

    def is_insecure(self, origin: Origin) -> bool:
        """Whether the origin's certificate goes unchecked."""
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        names = {name.lower() for name in self.insecure_hosts}
        return not names.isdisjoint({origin.host, host, f"{host}:{origin.port}"})
