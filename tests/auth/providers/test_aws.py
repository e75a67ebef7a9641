"""AWS CodeArtifact: the domain in the host, whose token is taken, and what is said when there is none."""

from datetime import UTC, datetime

import pytest

from tests.doubles.services.aws import INDEX, OWNER, CodeArtifact, aws_answer
from tests.doubles.services.programs import Program
from tests.doubles.services.shelf import NOW, Clock
from tests.doubles.services.world import make_world, module
from unlatch.auth.providers.aws import AwsSignIn, AwsVariable, Domain, domain_of
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.provider import Grant
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret
from unlatch.model.index import Index

QUESTION = Question(Index(INDEX), None)


class NoCredentialsError(Exception):
    """What botocore raises where nobody is signed in."""


class Client:
    """What boto3 makes for a service."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def get_authorization_token(self, **asked: str):
        assert asked == {"domain": "corp-domain", "domainOwner": OWNER}
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def boto3(answer: object):
    def client(service: str, *, region_name: str) -> Client:
        assert (service, region_name) == ("codeartifact", "eu-west-1")
        return Client(answer)

    return {"boto3": module(client=client)}


def sign_in(programs, libraries=None, url: str = INDEX) -> Grant | Absent:
    provider = AwsSignIn(make_world(CodeArtifact(Clock()), programs=programs, libraries=libraries))
    return provider.find(Question(Index(url), None))


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("corp-domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com", ("corp-domain", OWNER, "eu-west-1")),
        ("a-999988887777-111122223333.d.codeartifact.us-east-1.amazonaws.com", ("a-999988887777", OWNER, "us-east-1")),
        ("corp-111122223333.d.codeartifact.cn-north-1.amazonaws.com.cn", ("corp", OWNER, "cn-north-1")),
    ],
)
def test_the_host_names_the_domain_its_owner_and_the_region(host, domain):
    assert domain_of(host) == Domain(*domain)


@pytest.mark.parametrize(
    "host",
    [
        "corp-1111.d.codeartifact.eu-west-1.amazonaws.com",
        "111122223333.d.codeartifact.eu-west-1.amazonaws.com",
        "corp-111122223333.d.codeartifact.eu-west-1.amazonaws.com.evil.example",
        "corp-111122223333.s3.eu-west-1.amazonaws.com",
    ],
)
def test_other_hosts_name_none(host):
    assert domain_of(host) is None


def test_the_variable_is_taken():
    world = make_world(CodeArtifact(Clock()), {"CODEARTIFACT_AUTH_TOKEN": "tok"})
    assert AwsVariable(world).find(QUESTION) == Grant("aws", Secret("tok"), "CODEARTIFACT_AUTH_TOKEN")


@pytest.mark.parametrize("environ", [{}, {"CODEARTIFACT_AUTH_TOKEN": ""}])
def test_a_variable_that_is_not_set_is_told(environ):
    found = AwsVariable(make_world(CodeArtifact(Clock()), environ)).find(QUESTION)
    assert found == Absent("CODEARTIFACT_AUTH_TOKEN is not set")


def test_boto3_is_asked_first(tmp_path):
    aws = Program(tmp_path, "aws")
    answer = {"authorizationToken": "tok", "expiration": datetime.fromtimestamp(NOW, UTC)}
    assert sign_in(tmp_path, boto3(answer)) == Grant("aws", Secret("tok"), "boto3", NOW)
    assert aws.asked == []


@pytest.mark.parametrize("libraries", [{}, boto3(NoCredentialsError("Unable to locate credentials"))])
def test_the_command_is_asked_where_boto3_has_nothing(tmp_path, libraries):
    token = CodeArtifact(Clock()).authorization_token()
    aws = Program(tmp_path, "aws", aws_answer(token))
    found = sign_in(tmp_path, libraries)
    assert isinstance(found, Grant)
    assert (found.username, found.secret, found.expires) == ("aws", Secret(token.text), token.ends)
    where = ["--domain", "corp-domain", "--domain-owner", OWNER, "--region", "eu-west-1"]
    assert aws.asked == [["codeartifact", "get-authorization-token", *where, "--output", "json"]]


def test_what_is_missing_is_told_in_one_phrase(tmp_path):
    assert sign_in(tmp_path) == Absent("boto3 is not installed, there is no aws command on PATH")


def test_a_failure_is_told_with_its_last_line(tmp_path):
    said = "An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: it has expired"
    aws = Program(tmp_path, "aws", stderr=f"\n{said}", status=254)
    with pytest.raises(Broken) as caught:
        sign_in(tmp_path, boto3(ValueError(said)))
    assert str(caught.value) == f"boto3 failed: {said}; {aws.path} failed: {said}"


@pytest.mark.parametrize("answer", ["no JSON", "[]", "{}"])
def test_a_command_that_answers_something_else_is_told_without_repeating_it(tmp_path, answer):
    Program(tmp_path, "aws", answer)
    with pytest.raises(Broken, match="its answer has no authorizationToken"):
        sign_in(tmp_path)


def test_a_host_without_a_domain_is_no_reason_to_ask_anyone(tmp_path):
    aws = Program(tmp_path, "aws")
    assert isinstance(sign_in(tmp_path, url="https://d.codeartifact.eu-west-1.amazonaws.com/pypi/x/"), Absent)
    assert aws.asked == []
