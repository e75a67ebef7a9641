"""TLS: whom we trust, and who we are."""

from pathlib import Path

import pytest

from tests.doubles.certificates import Certificates
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment


def test_an_authority_is_named_by_an_option(
    public: str, desk: Desk, venv: Environment, certificates: Certificates
) -> None:
    del desk.environment["SSL_CERT_FILE"]
    desk.unlatch("install", "-i", public, "corp-paper").failed(4)
    desk.unlatch("install", "-i", public, "--cert", certificates.authority, "corp-paper").succeeded()


@pytest.mark.parametrize("name", ["expired", "elsewhere", "self-signed"])
def test_a_certificate_that_does_not_hold(name: str, serve: Serve, tree: Path, desk: Desk, venv: Environment) -> None:
    nginx = serve(Site("public", tree, certificate=name))
    index = f"{nginx.url('public')}/simple/"
    failed = desk.unlatch("install", "-i", index, "corp-paper").failed(4)
    assert "certificate" in failed.stderr
    desk.unlatch("install", "-i", index, "--allow-insecure-host", nginx.authority("public"), "corp-paper").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}


def test_a_client_shows_its_certificate(
    serve: Serve, tree: Path, desk: Desk, venv: Environment, certificates: Certificates
) -> None:
    nginx = serve(Site("public", tree, wants_client_certificate=True))
    index = f"{nginx.url('public')}/simple/"
    failed = desk.unlatch("install", "-i", index, "corp-paper")
    assert failed.status == 4, failed.output
    desk.unlatch("install", "-i", index, "--client-cert", certificates.client, "corp-paper").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}
