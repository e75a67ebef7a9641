"""TLS: whose certificates are trusted, what we show of our own, and how a stream is wrapped.

What `--cert` names is trusted alone; else what `SSL_CERT_FILE` and `SSL_CERT_DIR` name; else the system: by way of
truststore on Windows and macOS, elsewhere OpenSSL's folder of hashed certificates, of which only the few that are
needed are ever read (0.4 ms, where the whole bundle takes 20 to 35).
"""

import os
import re
import ssl
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin
from unlatch.network.failures import LACKS_TRUST
from unlatch.network.options import TransportOptions

_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


class Anchors(NamedTuple):
    """Where the trusted certificates lie: a PEM file, folders of hashed names (joined by the path separator), or both.

    `is_named` says that the user chose them. Without a file and folders the platform's own way is taken, which is
    truststore's where `by_truststore` says so.
    """

    file: str | None = None
    folders: str | None = None
    is_named: bool = False
    by_truststore: bool = False


def anchors(options: TransportOptions, system_folders: Iterable[str]) -> Anchors:
    """Return whose certificates are trusted. Raise ConfigurationError when what the user named is not there."""
    if options.certificates is not None:
        path = str(options.certificates)
        if options.certificates.is_dir():
            return Anchors(folders=path, is_named=True)
        return Anchors(_existing(path, "--cert", os.path.isfile), is_named=True)
    file, folders = options.environ.get("SSL_CERT_FILE"), options.environ.get("SSL_CERT_DIR")
    if file or folders:
        return Anchors(
            _existing(file, "SSL_CERT_FILE", os.path.isfile) if file else None,
            _existing(folders, "SSL_CERT_DIR", _has_a_folder) if folders else None,
            is_named=True,
        )
    if options.platform in {"win32", "darwin"}:
        return Anchors(by_truststore=True)
    return Anchors(folders=next((folder for folder in system_folders if _has_hashes(folder)), None))


class Tls:
    """Makes the two contexts, one that checks and one that does not, when they are first needed."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._by_truststore = False
        self._may_widen = False
        self._is_widened = False

    def context(self, origin: Origin) -> ssl.SSLContext:
        """Return the context for an origin. Raise ConfigurationError when a certificate cannot be read."""
        is_checked = not self._options.is_insecure(origin)
        with self._lock:
            context = self._contexts.get(is_checked) or self._make(is_checked=is_checked)
            if not (is_checked and self._by_truststore):
                # truststore holds a lock of its context while it shakes hands: sharing one would queue the connections.
                self._contexts[is_checked] = context
            return context

    def widen(self, error: ssl.SSLCertVerificationError) -> bool:
        """Trust the system's whole bundle too where only its hashed folder was asked. Say whether another try may help.

        The two are the same unless somebody has appended a certificate to the bundle, as is done in container images.
        """
        with self._lock:
            if not self._may_widen or error.verify_code not in LACKS_TRUST:
                return False
            if not self._is_widened:
                self._contexts[True].load_default_certs()
                self._is_widened = True
            return True

    def _make(self, *, is_checked: bool) -> ssl.SSLContext:
        trusted = anchors(self._options, _system_folders()) if is_checked else Anchors()
        self._by_truststore = self._by_truststore or trusted.by_truststore
        context = _bare(trusted)
        if not is_checked:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif trusted.file or trusted.folders:
            _load(context, trusted)
            self._may_widen = not trusted.is_named
        elif not trusted.by_truststore:
            context.load_default_certs()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        self._show_client(context)
        return context

    def _show_client(self, context: ssl.SSLContext) -> None:
        certificate, key = self._options.client_certificate, self._options.client_key
        if certificate is None:
            return
        try:
            context.load_cert_chain(certificate, key, password=_refuse_to_ask)
        except OSError as error:
            raise ConfigurationError(f"--client-cert {certificate} cannot be used: {_why(error)}") from error


def _bare(trusted: Anchors) -> ssl.SSLContext:
    if not trusted.by_truststore:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    import truststore  # noqa: PLC0415 - loaded only where the system keeps its own store

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return context


def _load(context: ssl.SSLContext, trusted: Anchors) -> None:
    try:
        context.load_verify_locations(trusted.file, trusted.folders)
    except OSError as error:
        raise ConfigurationError(f"{trusted.file} cannot be used as certificates: {_why(error)}") from error
    if trusted.is_named:
        # Whoever names an intermediate authority, or a server's own certificate, means it.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _existing(text: str, named_by: str, is_there: Callable[[str], bool]) -> str:
    if not is_there(text):
        raise ConfigurationError(f"{named_by} names {printable(text)}, which is not there")
    return text


def _has_a_folder(folders: str) -> bool:
    return any(Path(folder).is_dir() for folder in folders.split(os.pathsep))


def _system_folders() -> list[str]:
    """Return where OpenSSL and the distributions keep hashed certificates."""
    return [ssl.get_default_verify_paths().openssl_capath, "/etc/ssl/certs"]


def _has_hashes(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(_HASHED.fullmatch(entry.name) for entry in entries)
    except OSError:
        return False


def _refuse_to_ask() -> str:
    raise ConfigurationError("the key of --client-cert is locked with a passphrase, and unlatch cannot ask for one")


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"it is not in PEM format, or its parts do not belong together ({printable(error.reason or 'unknown')})"
    return printable(error.strerror or "it cannot be read")
