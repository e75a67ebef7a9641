import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer
from unlatch.model.errors import ConfigurationError, NetworkError
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.tls import Anchors, anchors
from unlatch.network.transport import Request


@pytest.fixture
def serve(stack):
    return lambda context: stack.enter_context(HttpServer(lambda _: FakeAnswer(body=b"hello"), context))


@pytest.fixture
def fetch(stack):
    def fetch(url, **options):
        transport = HttpTransport(TransportOptions(**options))
        stack.callback(transport.close)
        with transport.exchange(Request("GET", url, {})) as response:
            return response.read()

    return fetch


# Whom we trust.


@pytest.mark.parametrize("how", ["--cert FILE", "--cert FOLDER", "SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_an_authority_can_be_named(certificates, serve, fetch, how):
    server = serve(certificates.server_context())
    options = {
        "--cert FILE": {"certificates": certificates.authority},
        "--cert FOLDER": {"certificates": certificates.hashed_folder},
        "SSL_CERT_FILE": {"environ": {"SSL_CERT_FILE": str(certificates.authority)}},
        "SSL_CERT_DIR": {"environ": {"SSL_CERT_DIR": f"{os.devnull}{os.pathsep}{certificates.hashed_folder}"}},
    }[how]
    assert fetch(server.url, **options) == b"hello"


def test_cert_outdoes_the_environment(certificates, serve, fetch):
    server = serve(certificates.server_context())
    environ = {"SSL_CERT_FILE": str(certificates.folder / "self-signed.pem")}
    assert fetch(server.url, certificates=certificates.authority, environ=environ) == b"hello"


def test_a_server_s_own_certificate_can_be_named(certificates, serve, fetch):
    server = serve(certificates.server_context())
    assert fetch(server.url, certificates=certificates.folder / "server.pem") == b"hello"


@pytest.mark.parametrize(
    ("name", "trusted", "why"),
    [
        ("server", "client-certificate.pem", "comes from an authority that is not trusted here"),
        ("self-signed", "authority.pem", "is self-signed and nobody here vouches for it"),
        ("expired", "authority.pem", "has expired"),
        ("elsewhere", "authority.pem", "is for another host"),
    ],
)
def test_whoever_is_not_trusted_is_told_apart(certificates, serve, fetch, name, trusted, why):
    server = serve(certificates.server_context(name))
    with pytest.raises(NetworkError) as caught:
        fetch(server.url, certificates=certificates.folder / trusted)
    assert str(caught.value) == f"{server.authority} cannot be trusted: its certificate {why}"
    assert not caught.value.is_transient
    assert server.requests == []


def test_the_system_does_not_trust_a_stranger(certificates, serve, fetch):
    server = serve(certificates.server_context())
    with pytest.raises(NetworkError, match="comes from an authority that is not trusted here") as caught:
        fetch(server.url)
    assert caught.value.hint == "--cert FILE trusts the authority whose certificate is in FILE"


@pytest.mark.parametrize("name", ["self-signed", "expired", "elsewhere"])
@pytest.mark.parametrize("with_port", [False, True], ids=["host", "host:port"])
def test_an_insecure_host_goes_unchecked(certificates, serve, fetch, name, with_port):
    server = serve(certificates.server_context(name))
    hosts = {server.authority if with_port else "127.0.0.1"}
    assert fetch(server.url, insecure_hosts=frozenset(hosts)) == b"hello"


def test_another_port_of_an_insecure_host_is_checked(certificates, serve, fetch):
    server = serve(certificates.server_context())
    with pytest.raises(NetworkError, match="cannot be trusted"):
        fetch(server.url, insecure_hosts=frozenset({"127.0.0.1:1", "localhost"}))


def test_plain_http_is_told_apart_from_tls(serve, fetch):
    server = serve(None)
    with pytest.raises(NetworkError, match=f"{server.authority} does not speak TLS; plain http may be spoken there"):
        fetch(server.url.replace("http:", "https:"))


# What is read where nobody named anything: in a process of its own, whose system trusts our authority.

_PROGRAM = """
import sys
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.transport import Request
url, platform = sys.argv[1:]
transport = HttpTransport(TransportOptions(platform=platform))
with transport.exchange(Request("GET", url, {})) as response:
    print(response.read().decode(), "truststore" in sys.modules)
transport.close()
"""


def fetch_where_the_system_trusts(authority: Path, url: str, platform: str) -> str:
    command = [sys.executable, "-c", _PROGRAM, url, platform]
    environ = {**os.environ, "SSL_CERT_FILE": str(authority)}
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="OpenSSL does not read the system's store there")
def test_what_only_the_bundle_holds_is_found_on_a_second_look(certificates, serve):
    server = serve(certificates.server_context())
    assert fetch_where_the_system_trusts(certificates.authority, server.url, "linux") == "hello False"
    assert len(server.requests) == 1


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the system's own store knows nothing of our authority")
def test_truststore_is_asked_on_windows_and_macos(certificates, serve):
    pytest.importorskip("truststore")
    server = serve(certificates.server_context())
    assert fetch_where_the_system_trusts(certificates.authority, server.url, "darwin") == "hello True"


@pytest.fixture
def folders(tmp_path):
    for name, file in [("bundle", "ca-certificates.crt"), ("hashed", "0a1b2c3d.0"), ("almost", "0a1b2c3d.pem")]:
        (tmp_path / name).mkdir()
        (tmp_path / name / file).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "system", "expected"),
    [
        ("linux", ["missing", "bundle", "almost", "hashed"], Anchors(folders="hashed")),
        ("freebsd14", ["hashed"], Anchors(folders="hashed")),
        ("linux", ["missing", "bundle"], Anchors()),
        ("win32", ["hashed"], Anchors(by_truststore=True)),
        ("darwin", ["hashed"], Anchors(by_truststore=True)),
    ],
)
def test_where_the_system_keeps_what_it_trusts(folders, platform, system, expected):
    found = anchors(TransportOptions(platform=platform), [str(folders / name) for name in system])
    assert found._replace(folders=found.folders and Path(found.folders).name) == expected


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_what_is_named_is_trusted_alone_on_every_platform(folders, platform):
    file, folder = str(folders / "bundle" / "ca-certificates.crt"), str(folders / "hashed")
    for options, expected in [
        (TransportOptions(certificates=Path(file), platform=platform), Anchors(file, is_named=True)),
        (TransportOptions(certificates=Path(folder), platform=platform), Anchors(folders=folder, is_named=True)),
        (
            TransportOptions(environ={"SSL_CERT_FILE": file, "SSL_CERT_DIR": folder}, platform=platform),
            Anchors(file, folder, is_named=True),
        ),
    ]:
        assert anchors(options, [folder]) == expected


@pytest.mark.parametrize(
    ("options", "named_by"),
    [
        (TransportOptions(certificates=Path("missing.pem")), "--cert"),
        (TransportOptions(environ={"SSL_CERT_FILE": "missing.pem"}), "SSL_CERT_FILE"),
        (TransportOptions(environ={"SSL_CERT_FILE": "/"}), "SSL_CERT_FILE"),
        (TransportOptions(environ={"SSL_CERT_DIR": "missing"}), "SSL_CERT_DIR"),
    ],
)
def test_what_is_named_must_be_there(options, named_by):
    with pytest.raises(ConfigurationError, match=f"^{named_by} names .*, which is not there$"):
        anchors(options, [])


def test_what_is_named_must_hold_certificates(certificates, serve, fetch, tmp_path):
    server = serve(certificates.server_context())
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    with pytest.raises(ConfigurationError, match=r"junk\.pem cannot be used as certificates"):
        fetch(server.url, certificates=junk)


# Who we are.


@pytest.mark.parametrize("is_in_two_files", [False, True], ids=["one file", "two files"])
def test_a_client_certificate_is_shown(certificates, serve, fetch, is_in_two_files):
    server = serve(certificates.server_context(wants_client=True))
    client = {"client_certificate": certificates.client}
    if is_in_two_files:
        client = {
            "client_certificate": certificates.client_certificate_alone,
            "client_key": certificates.client_key_alone,
        }
    assert fetch(server.url, certificates=certificates.authority, **client) == b"hello"


def test_a_client_certificate_that_is_missing_is_asked_for(certificates, serve, fetch):
    server = serve(certificates.server_context(wants_client=True))
    with pytest.raises(NetworkError, match=f"{server.authority} wants a client certificate") as caught:
        fetch(server.url, certificates=certificates.authority)
    assert caught.value.hint == "--client-cert FILE"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("client-locked.pem", "is locked with a passphrase"),
        ("client-certificate.pem", "is not in PEM format, or its parts do not belong together"),
        ("missing.pem", "no such file or directory"),
    ],
)
def test_a_client_certificate_that_cannot_be_read_is_an_error_without_a_question(certificates, serve, fetch, name, why):
    server = serve(certificates.server_context(wants_client=True))
    with pytest.raises(ConfigurationError, match=f"(?i)--client-cert.*{why}"):
        fetch(server.url, certificates=certificates.authority, client_certificate=certificates.folder / name)
