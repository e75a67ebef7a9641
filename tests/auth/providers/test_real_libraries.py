"""The clouds' own libraries, asked for real, in a child: they read the environment of their whole process.

Each asks a server on loopback in place of its cloud, in the one way that it allows that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.doubles.http_server import HttpServer
from tests.doubles.services.aws import INDEX as AWS
from tests.doubles.services.aws import CodeArtifact
from tests.doubles.services.azure import INDEX as AZURE
from tests.doubles.services.azure import RESOURCE
from tests.doubles.services.google import INDEX as GOOGLE
from tests.doubles.services.shelf import NOW, Clock
from tests.doubles.transport import FakeAnswer
from unlatch.network.transport import Request

# The web is Azure's feed, which tells nothing but that it is closed.
CHILD = """
import json, os, sys, time
from pathlib import Path
from unlatch.auth.providers import aws, azure, google
from unlatch.auth.providers.libraries import InstalledLibraries
from unlatch.auth.providers.web import Answer
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.world import World
from unlatch.auth.source import Absent, Question
from unlatch.model.index import Index
from unlatch.network.transport import Headers

class Web:
    def ask(self, *_):
        return Answer(401, Headers([]), b"")

class Commands:
    def ask(self, argv, _):
        return Absent(f"there is no {argv[0]} command on PATH")

libraries = InstalledLibraries(limit=40)
world = World(os.environ, Web(), Commands(), libraries, time.time, lambda path: Path(path).read_text())
provider = {"aws": aws.AwsSignIn, "azure": azure.AzureSignIn, "google": google.GoogleSignIn}[sys.argv[1]](world)
try:
    found = provider.find(Question(Index(sys.argv[2]), None))
except Broken as problem:
    print(json.dumps({"broken": str(problem)}))
else:
    if isinstance(found, Absent):
        print(json.dumps({"absent": found.outcome}))
    else:
        print(json.dumps([found.username, found.secret.reveal(), found.detail, found.expires]))
"""


def ask(cloud: str, url: str, home: Path, **environ: str) -> Any:
    """Ask a provider in a child with this environment alone; return what it said."""
    environ = {"HOME": str(home), "PATH": os.defpath, "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "*", **environ}
    done = subprocess.run([sys.executable, "-c", CHILD, cloud, url], env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_boto3_signs_in_and_asks_for_the_domain(tmp_path):
    service = CodeArtifact(Clock())
    with HttpServer(service.api) as server:
        found = ask(
            "aws",
            AWS,
            tmp_path,
            AWS_ENDPOINT_URL_CODEARTIFACT=server.url,
            AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
            AWS_SECRET_ACCESS_KEY="secret",
        )
    assert found == ["aws", service.tokens[0].text, "boto3", NOW + 12 * 3600]


def test_boto3_without_credentials_is_not_set_up(tmp_path):
    found = ask("aws", AWS, tmp_path)
    assert found == {"absent": "boto3 is not set up: Unable to locate credentials, there is no aws command on PATH"}


def test_boto3_with_a_profile_that_is_not_there_is_not_set_up(tmp_path):
    found = ask("aws", AWS, tmp_path, AWS_PROFILE="none-of-this-name")
    assert "boto3 is not set up: The config profile (none-of-this-name) could not be found" in found["absent"]


def test_boto3_whose_credentials_are_refused_is_broken(tmp_path):
    refusal = FakeAnswer(
        403, {"x-amzn-errortype": "AccessDeniedException", "Content-Type": "application/json"}, b'{"message": "no"}'
    )
    with HttpServer(lambda _: refusal) as server:
        found = ask(
            "aws",
            AWS,
            tmp_path,
            AWS_ENDPOINT_URL_CODEARTIFACT=server.url,
            AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
            AWS_SECRET_ACCESS_KEY="secret",
        )
    assert found["broken"].startswith("boto3 failed: An error occurred (AccessDeniedException) when calling")


@pytest.fixture(scope="module")
def key() -> str:
    private = rsa.generate_private_key(65537, 2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.private_bytes(*form).decode()


def service_account(path: Path, key: str, server: HttpServer) -> str:
    account = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "1",
        "private_key": key,
        "client_email": "robot@project.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{server.url}/token",
    }
    path.write_text(json.dumps(account))
    return str(path)


def test_google_auth_refreshes_the_credentials_of_a_file(tmp_path, key):
    def token(request: Request) -> FakeAnswer:
        form = parse_qs(request.body.decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        body = {"access_token": "ya29.token", "expires_in": 3599, "token_type": "Bearer"}
        return FakeAnswer(headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())

    with HttpServer(token) as server:
        path = service_account(tmp_path / "key.json", key, server)
        username, secret, detail, expires = ask("google", GOOGLE, tmp_path, GOOGLE_APPLICATION_CREDENTIALS=path)
    assert (username, secret, detail) == ("oauth2accesstoken", "ya29.token", "GOOGLE_APPLICATION_CREDENTIALS")
    assert expires > NOW - 10 * 365 * 86400


def test_google_auth_whose_key_is_refused_is_broken(tmp_path, key):
    refusal = FakeAnswer(400, {"Content-Type": "application/json"}, b'{"error": "invalid_grant"}')
    with HttpServer(lambda _: refusal) as server:
        path = service_account(tmp_path / "key.json", key, server)
        found = ask("google", GOOGLE, tmp_path, GOOGLE_APPLICATION_CREDENTIALS=path)
    assert "google-auth failed: " in found["broken"]
    assert "invalid_grant" in found["broken"]


def test_google_auth_with_a_file_that_holds_something_else_is_not_set_up(tmp_path):
    (tmp_path / "key.json").write_text("{}")
    found = ask("google", GOOGLE, tmp_path, GOOGLE_APPLICATION_CREDENTIALS=str(tmp_path / "key.json"))
    assert found["absent"].startswith("google-auth is not set up: The file ")


def test_google_auth_on_a_machine_that_is_not_googles_is_not_set_up(tmp_path):
    found = ask("google", GOOGLE, tmp_path, NO_GCE_CHECK="true")
    assert "google-auth is not set up: Your default credentials were not found." in found["absent"]


def test_azure_identity_asks_the_identity_of_the_machine(tmp_path):
    def identity(request: Request) -> FakeAnswer:
        assert {name.lower(): value for name, value in request.headers.items()}["x-identity-header"] == "a-header"
        assert f"resource={RESOURCE}" in request.url
        body = {"access_token": "eyJ-managed", "expires_on": str(int(NOW)), "resource": RESOURCE}
        return FakeAnswer(headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())

    with HttpServer(identity) as server:
        found = ask("azure", AZURE, tmp_path, IDENTITY_ENDPOINT=f"{server.url}/msi/token", IDENTITY_HEADER="a-header")
    assert found == [
        "VssSessionToken",
        "eyJ-managed",
        "azure-identity, as the feed gives no session tokens",
        NOW,
    ]


def test_azure_identity_that_finds_nothing_is_not_set_up(tmp_path):
    found = ask("azure", AZURE, tmp_path, AZURE_TOKEN_CREDENTIALS="EnvironmentCredential")
    assert "azure-identity is not set up: " in found["absent"]
