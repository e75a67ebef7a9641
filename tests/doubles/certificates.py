"""Certificates made for one test run: an authority, and servers and a client that it vouches for, or does not.

    def test_it(certificates: Certificates) -> None:
        context = certificates.server_context()                      # for 127.0.0.1, ::1 and localhost
        context = certificates.server_context("expired")             # the same hosts, but it has ended
        ... options = TransportOptions(certificates=certificates.authority)

A room's `conftest.py` gets the fixture by importing it from here.
"""

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_START = datetime(2020, 1, 1, tzinfo=UTC)
_END = datetime(2120, 1, 1, tzinfo=UTC)
_PAST = datetime(2020, 1, 2, tzinfo=UTC)
_HERE = ("localhost", "127.0.0.1", "::1")
_CLOUDS = (
    "pkgs.dev.azure.com",
    "vssps.dev.azure.com",
    "*.blob.core.windows.net",
    "*.pkg.dev",
    "*.d.codeartifact.eu-west-1.amazonaws.com",
    "*.s3.eu-west-1.amazonaws.com",
)
_MAY_SIGN = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class _Identity:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in one folder. `authority` is what a client must trust; `client` holds a client's certificate and key."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def client(self) -> Path:
        return self.folder / "client.pem"

    @property
    def client_certificate_alone(self) -> Path:
        return self.folder / "client-certificate.pem"

    @property
    def client_key_alone(self) -> Path:
        return self.folder / "client-key.pem"

    @property
    def client_with_locked_key(self) -> Path:
        return self.folder / "client-locked.pem"

    @property
    def hashed_folder(self) -> Path:
        """A folder that holds the authority under OpenSSL's name for it."""
        return self.folder / "hashed"

    def server_context(self, name: str = "server", *, wants_client: bool = False) -> ssl.SSLContext:
        """Return what a server needs. `name`: server, expired, elsewhere (another host), clouds, or self-signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem")
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authority)
        return context


def make(folder: Path) -> Certificates:
    """Write every certificate into the folder."""
    authority = _issue("unlatch test authority", is_authority=True)
    _write(folder / "authority.pem", authority.certificate)
    (folder / "hashed").mkdir()
    _write(folder / "hashed" / f"{_hash(authority.certificate.subject)}.0", authority.certificate)
    for name, hosts, end in [
        ("server", _HERE, _END),
        ("expired", _HERE, _PAST),
        ("elsewhere", ("elsewhere.example",), _END),
        ("clouds", _CLOUDS, _END),
    ]:
        identity = _issue(name, hosts, authority, end=end)
        _write(folder / f"{name}.pem", identity.certificate, identity.key)
    alone = _issue("self-signed", _HERE)
    _write(folder / "self-signed.pem", alone.certificate, alone.key)
    client = _issue("client", (), authority)
    _write(folder / "client.pem", client.certificate, client.key)
    _write(folder / "client-certificate.pem", client.certificate)
    (folder / "client-key.pem").write_bytes(_private(client.key))
    locked = _private(client.key, serialization.BestAvailableEncryption(b"a passphrase"))
    (folder / "client-locked.pem").write_bytes((folder / "client-certificate.pem").read_bytes() + locked)
    return Certificates(folder)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("certificates"))


def _issue(
    name: str,
    hosts: tuple[str, ...] = (),
    issuer: _Identity | None = None,
    *,
    is_authority: bool = False,
    end: datetime = _END,
) -> _Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_START)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if is_authority:
        builder = builder.add_extension(_MAY_SIGN, critical=True)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
    return _Identity(key, builder.sign(signing_key, hashes.SHA256()))


def _hash(subject: x509.Name) -> str:
    """Return what `openssl x509 -hash` does: a hash of the names' DER without the two bytes around them."""
    return hashlib.sha1(subject.public_bytes()[2:]).digest()[3::-1].hex()


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None) -> None:
    content = certificate.public_bytes(serialization.Encoding.PEM)
    path.write_bytes(content + _private(key) if key else content)


def _private(
    key: ec.EllipticCurvePrivateKey,
    encryption: serialization.KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )
