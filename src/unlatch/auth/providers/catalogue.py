"""The built-in providers, in the order in which they are asked. What one needs is loaded when its host is met."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from unlatch.auth.providers.provider import Provider, ProviderSource
from unlatch.auth.services import service_of
from unlatch.model.events import Listener
from unlatch.model.index import Index

if TYPE_CHECKING:
    from unlatch.auth.providers.world import World

MakeWorld = Callable[[], "World"]


def built_in(
    environ: Mapping[str, str], make_world: MakeWorld, listener: Listener, *, signs_in: bool = True
) -> list[ProviderSource]:
    """Return a source for each provider. Without `signs_in` only those that read variables and small files."""
    azure, google, aws = _of("Azure Artifacts"), _of("Google Artifact Registry"), _of("AWS CodeArtifact")
    sources = [
        ProviderSource("Azure variables", azure, lambda: _azure_variables(make_world()), listener, is_at_hand=True),
        ProviderSource("AWS variable", aws, lambda: _aws_variable(make_world()), listener, is_at_hand=True),
        ProviderSource(
            "GitLab job",
            lambda index: _is_job_registry(index, environ),
            lambda: _gitlab_job(make_world()),
            listener,
            is_at_hand=True,
        ),
        ProviderSource(
            "Hugging Face", _of("Hugging Face"), lambda: _hugging_face(make_world()), listener, is_at_hand=True
        ),
    ]
    if signs_in:
        sources += [
            ProviderSource("Azure sign-in", azure, lambda: _azure_sign_in(make_world()), listener),
            ProviderSource("Google sign-in", google, lambda: _google_sign_in(make_world()), listener),
            ProviderSource("AWS sign-in", aws, lambda: _aws_sign_in(make_world()), listener),
        ]
    return sources


def _of(service_name: str) -> Callable[[Index], bool]:
    def serves(index: Index) -> bool:
        service = service_of(index.url)
        return service is not None and service.name == service_name

    return serves


def _is_job_registry(index: Index, environ: Mapping[str, str]) -> bool:
    if "CI_JOB_TOKEN" not in environ:
        return False
    from unlatch.auth.providers.ci import is_job_registry  # noqa: PLC0415 - loaded only in a job of GitLab

    return is_job_registry(index, environ)


def _azure_variables(world: "World") -> Provider:
    from unlatch.auth.providers.azure import AzureVariables  # noqa: PLC0415 - loaded only when its host is met

    return AzureVariables(world)


def _azure_sign_in(world: "World") -> Provider:
    from unlatch.auth.providers.azure import AzureSignIn  # noqa: PLC0415 - as above

    return AzureSignIn(world)


def _google_sign_in(world: "World") -> Provider:
    from unlatch.auth.providers.google import GoogleSignIn  # noqa: PLC0415 - as above

    return GoogleSignIn(world)


def _aws_variable(world: "World") -> Provider:
    from unlatch.auth.providers.aws import AwsVariable  # noqa: PLC0415 - as above

    return AwsVariable(world)


def _aws_sign_in(world: "World") -> Provider:
    from unlatch.auth.providers.aws import AwsSignIn  # noqa: PLC0415 - as above

    return AwsSignIn(world)


def _gitlab_job(world: "World") -> Provider:
    from unlatch.auth.providers.ci import GitLabJob  # noqa: PLC0415 - as above

    return GitLabJob(world)


def _hugging_face(world: "World") -> Provider:
    from unlatch.auth.providers.huggingface import HuggingFaceToken  # noqa: PLC0415 - as above

    return HuggingFaceToken(world)
