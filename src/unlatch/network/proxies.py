"""Which proxy, if any, stands between us and an origin. It decides from text that was handed in and asks nobody.

An explicit proxy serves every origin, and the environment is then not looked at. Otherwise the variables count that
curl and requests share: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in lower case first. Nothing is
excluded by itself, not even localhost: `NO_PROXY` says what is.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError, InvalidUrl, ProxyRefused, Step
from unlatch.model.frozen import field, frozen
from unlatch.model.text import printable
from unlatch.model.url import Origin, split_userinfo

_HINT = "--proxy http://HOST:PORT"


@frozen
class Proxy:
    """An HTTP proxy: where it listens, and what it is told when it asks who we are."""

    origin: Origin
    userinfo: Userinfo = field(default=Userinfo(), repr=False)

    @classmethod
    def parse(cls, text: str, named_by: str) -> "Proxy":
        """Parse `[http[s]://][USER[:PASSWORD]@]HOST[:PORT]`. Raise ConfigurationError, which tells `named_by`."""
        url = text if "://" in text else f"http://{text}"
        if url.lower().startswith("socks"):
            raise ConfigurationError(
                f"{named_by} names a SOCKS proxy, and unlatch speaks only to http and https proxies", hint=_HINT
            )
        try:
            clean, userinfo = split_userinfo(url)
            return cls(Origin.of(clean), userinfo)
        except InvalidUrl as error:
            raise ConfigurationError(f"{named_by} does not name a proxy: {error.reason}", hint=_HINT) from None

    def __str__(self) -> str:
        return f"the proxy {self.origin}"

    @property
    def authorization(self) -> str | None:
        """The value of Proxy-Authorization (RFC 9110, section 11.7.2), None without credentials. Never show it."""
        if self.userinfo.username is None:
            return None
        password = self.userinfo.password.reveal() if self.userinfo.password is not None else ""
        return "Basic " + b64encode(f"{self.userinfo.username}:{password}".encode()).decode()

    def refused(self, challenges: Sequence[str]) -> ProxyRefused:
        """Return what its 407 means. `challenges` are the values of its Proxy-Authenticate fields."""
        schemes = [challenge.split(maxsplit=1)[0] for challenge in challenges if challenge.strip()]
        details = []
        if schemes and "basic" not in {scheme.lower() for scheme in schemes}:
            details.append(f"it offers {printable(', '.join(schemes))}, and unlatch can only answer Basic")
        has_none = self.userinfo.username is None
        return ProxyRefused(
            f"{self} {'wants credentials' if has_none else 'refused its credentials'} (407);"
            " it is the proxy that says so, not the index",
            index=str(self.origin),
            trail=[] if has_none else [Step("proxy", "refused", self.userinfo.username)],
            details=details,
            hint=f"--proxy {self.origin.scheme}://USER:PASSWORD@{self.origin.authority}",
        )


def choose(origin: Origin, explicit: str | None, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for an origin, None when it is reached directly. Raise ConfigurationError."""
    if explicit is not None:
        return Proxy.parse(explicit, "--proxy") if explicit else None
    for name in (f"{origin.scheme}_proxy", "all_proxy"):
        text = _variable(name, environ)
        if text is None:
            continue
        if not text or is_excluded(origin, _variable("no_proxy", environ) or ""):
            return None
        return Proxy.parse(text, name.upper())
    return None


def is_excluded(origin: Origin, no_proxy: str) -> bool:
    """Whether `NO_PROXY` names the origin.

    Its entries are separated by commas or spaces: `*`; a domain, which stands for itself and everything below it,
    with or without a leading dot; an address or a network of them (`10.0.0.0/8`); any of these with `:port`.
    """
    return any(_names(entry, origin) for entry in no_proxy.replace(",", " ").lower().split())


def _variable(name: str, environ: Mapping[str, str]) -> str | None:
    """Return a variable's value, in lower case first; an empty one says "no proxy", which is not the same as None."""
    if name in environ:
        return environ[name].strip()
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        # In a CGI script HTTP_PROXY is a request's `Proxy:` header (CVE-2016-5385).
        return None
    value = environ.get(name.upper())
    return value.strip() if value is not None else None


def _names(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    address = _address(origin.host)
    if "/" in entry:
        network = _network(entry)
        return address is not None and network is not None and address in network
    host, port = _split_port(entry)
    if port is not None and port != origin.port:
        return False
    if address is not None:
        return _address(host) == address
    domain = host.removeprefix("*").strip(".")
    name = origin.host.rstrip(".")
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _split_port(entry: str) -> tuple[str, int | None]:
    """Split `host:port`, `[::1]:port` and their forms without a port; a bare IPv6 address has none."""
    host, colon, port = entry.rpartition(":")
    if colon and port.isascii() and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return entry.strip("[]"), None


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
