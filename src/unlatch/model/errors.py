"""The errors, as a tree. Each has an exit status, a sentence, and at most one hint that can be typed.

    UnlatchError                    1
    ├── ConfigurationError          2   options, environment variables, configuration and requirements files
    │   └── InvalidUrl
    ├── ResolutionError             3   no set of versions fits
    ├── NetworkError                4   no answer, or none that can be used
    ├── IntegrityError              5   an archive or a page is not what it claims
    ├── EnvironmentProblem          6   the target environment cannot be used
    ├── BuildFailed                 7   source could not be made into a wheel
    ├── NotFound                   20   no index has the package
    └── AccessError                     the index did not let us in; carries the trail of what was tried
        ├── NoCredentials          10
        ├── CredentialsRefused     11
        ├── CredentialsExpired     12
        ├── Forbidden              13
        ├── KeyringMissing         14
        ├── KeyringFailed          15
        ├── KeyringTimedOut        16
        ├── SignInPage             17
        ├── ProxyRefused           18
        ├── UnsupportedScheme      19
        ├── ProviderFailed         21
        └── HelperFailed           22

An error carries data and a sentence, never a secret; `cli.output.report` lays it out.
"""

from unlatch.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar


class UnlatchError(Exception):
    """Something that unlatch cannot or will not do. `str(error)` is one printable sentence without a secret.

    `details` are further lines that a person needs, `hint` is one thing to type or to look at.
    """

    exit_status: "ClassVar[int]" = 1

    def __init__(self, message: str, *, details: "Sequence[str]" = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.hint = hint


class ConfigurationError(UnlatchError):
    """What the user gave cannot be meant: an option, a variable, a configuration or requirements file."""

    exit_status = 2


class InvalidUrl(ConfigurationError):
    """A URL that cannot be used. `url` is the form that may be shown."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be used: {reason}")
        self.url = url
        self.reason = reason


class ResolutionError(UnlatchError):
    """No set of versions fits. `details` tell why, in sentences."""

    exit_status = 3


class NetworkError(UnlatchError):
    """No answer came, or none that can be used. `status` is the HTTP status where there was one.

    `is_transient` says that the same request may go through a moment later: a reset, a time-out, a 503.
    """

    exit_status = 4

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        is_transient: bool = False,
        details: "Sequence[str]" = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, details=details, hint=hint)
        self.status = status
        self.is_transient = is_transient


class IntegrityError(UnlatchError):
    """An archive, a page or a metadata file is not what it claims to be."""

    exit_status = 5


class EnvironmentProblem(UnlatchError):
    """The target environment is missing, broken, or not ours to change (PEP 668)."""

    exit_status = 6


class BuildFailed(UnlatchError):
    """A wheel could not be built from source. `details` are the last lines of what the build said."""

    exit_status = 7


class NotFound(UnlatchError):
    """No index that may be asked has the package, or the file is gone."""

    exit_status = 20


@frozen
class Step:
    """One thing that was tried for an index's credentials, or a source that had nothing.

    `outcome` is a few words ("refused", "no entry for pkgs.example.com"); `detail` is a command or a file, and how
    long it took; `failure` is the kind of error where the source itself was broken.
    """

    source: str
    outcome: str
    username: str | None = None
    detail: str = ""
    failure: "type[AccessError] | None" = None


class AccessError(UnlatchError):
    """The index did not let us in. `index` is its label, `trail` what was tried, in order."""

    def __init__(
        self,
        message: str,
        *,
        index: str,
        trail: "Sequence[Step]" = (),
        details: "Sequence[str]" = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, details=details, hint=hint)
        self.index = index
        self.trail = tuple(trail)


class NoCredentials(AccessError):
    """The index wants credentials and no source has any."""

    exit_status = 10


class CredentialsRefused(AccessError):
    """Every credential was refused."""

    exit_status = 11


class CredentialsExpired(AccessError):
    """Credentials that had been accepted, or that said when they end, are no longer accepted."""

    exit_status = 12


class Forbidden(AccessError):
    """The index knows who asks, and that user may not."""

    exit_status = 13


class KeyringMissing(AccessError):
    """A keyring was asked for and there is none to ask."""

    exit_status = 14


class KeyringFailed(AccessError):
    """The keyring itself failed, which is not the same as having no entry."""

    exit_status = 15


class KeyringTimedOut(AccessError):
    """The keyring gave no answer in time; it may have been waiting for a person."""

    exit_status = 16


class SignInPage(AccessError):
    """The index answered with a page for people to sign in."""

    exit_status = 17


class ProxyRefused(AccessError):
    """The proxy on the way wants credentials of its own (407)."""

    exit_status = 18


class UnsupportedScheme(AccessError):
    """The index offers only authentication schemes that unlatch does not speak."""

    exit_status = 19


class ProviderFailed(AccessError):
    """A built-in provider, or the command or library that it asks, failed, which is not the same as not set up."""

    exit_status = 21


class HelperFailed(AccessError):
    """A credential helper is missing, failed, or gave no answer in time."""

    exit_status = 22
