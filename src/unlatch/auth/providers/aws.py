"""AWS CodeArtifact: a token from a variable, of `boto3`, or of the `aws` command."""

import json
import re
from functools import partial

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.expiry import moment
from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World, first
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Secret
from unlatch.model.tuples import NamedTuple

USERNAME = "aws"
_VARIABLE = "CODEARTIFACT_AUTH_TOKEN"
_HOST = re.compile(
    r"(?P<domain>[a-z0-9-]+)-(?P<owner>[0-9]{12})\.d\.codeartifact\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
)
# What botocore raises where nobody has given it credentials.
_UNSET = frozenset({"NoCredentialsError", "ProfileNotFound", "NoRegionError"})


class Domain(NamedTuple):
    """A CodeArtifact domain, the account that owns it, and the region it is in: a token is for one of these."""

    name: str
    owner: str
    region: str


def domain_of(host: str) -> Domain | None:
    """Return the domain that a lower-case host name stands for."""
    match = _HOST.fullmatch(host)
    return Domain(match["domain"], match["owner"], match["region"]) if match else None


class AwsVariable:
    """`CODEARTIFACT_AUTH_TOKEN`, which AWS documents for pip and others."""

    def __init__(self, world: World) -> None:
        self._environ = world.environ

    def find(self, question: Question) -> Grant | Absent:
        """Return the variable's token."""
        del question
        token = self._environ.get(_VARIABLE)
        return Grant(USERNAME, Secret(token), _VARIABLE) if token else Absent(f"{_VARIABLE} is not set")


class AwsSignIn:
    """Whoever is signed in to AWS here."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, question: Question) -> Grant | Absent:
        """Return an authorization token for the index's domain. Raise Broken when no way to one works."""
        domain = domain_of(question.index.origin.host)
        if domain is None:
            return Absent("the host names no domain of CodeArtifact")
        return first([partial(self._of_library, domain), partial(self._of_command, domain, question.index.url)])

    def _of_library(self, domain: Domain) -> Grant | Absent:
        boto3 = self._world.libraries.load("boto3")
        if boto3 is None:
            return Absent("boto3 is not installed")

        def ask() -> Grant:
            client = boto3.client("codeartifact", region_name=domain.region)
            given = client.get_authorization_token(domain=domain.name, domainOwner=domain.owner)
            return Grant(USERNAME, Secret(given["authorizationToken"]), "boto3", moment(given.get("expiration")))

        return self._world.libraries.call("boto3", ask, unset=_UNSET)

    def _of_command(self, domain: Domain, url: str) -> Grant | Absent:
        argv = ["aws", "codeartifact", "get-authorization-token", "--domain", domain.name]
        argv += ["--domain-owner", domain.owner, "--region", domain.region, "--output", "json"]
        reply = self._world.commands.ask(argv, url)
        if isinstance(reply, Absent):
            return reply
        try:
            given = json.loads(reply.text)
            token, ends = given["authorizationToken"], given.get("expiration")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Broken(f"{reply.path} failed: its answer has no authorizationToken") from error
        return Grant(USERNAME, Secret(str(token)), f"{reply.path}, {reply.seconds:.2f} s", moment(ends))
