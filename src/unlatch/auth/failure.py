"""What a failure says: the cause, what was tried by source and username, and one hint that can be typed.

It decides which of the access errors it was. No secret can get in: it is given none.
"""

from collections.abc import Sequence

from unlatch.auth.challenge import Verdict
from unlatch.auth.services import service_of
from unlatch.model.credentials import Credentials, shown_username
from unlatch.model.errors import (
    AccessError,
    CredentialsExpired,
    CredentialsRefused,
    Forbidden,
    NoCredentials,
    SignInPage,
    Step,
    UnsupportedScheme,
)
from unlatch.model.index import Authenticate, Index
from unlatch.model.url import printable, shown


def explain(
    index: Index,
    trail: Sequence[Step],
    *,
    status: int | None,
    verdict: Verdict = Verdict.REFUSED,
    offered: Sequence[str] = (),
    was_accepted: bool = False,
    forbidden: Credentials | None = None,
) -> AccessError:
    """Return the error for an index that did not let us in.

    `status` and `verdict` are the last answer's (None: no request was made), `offered` are the schemes of its
    challenges, `was_accepted` says that the credentials had worked before, and `forbidden` are credentials that the
    index knows but does not allow.
    """
    url = shown(index.url)
    code = f" ({status})" if status is not None else ""
    tried = [step for step in trail if step.username is not None and step.failure is None]
    kind: type[AccessError]
    if forbidden is not None:
        user = shown_username(forbidden.username) or "an empty username"
        message = f"{url} forbids access to {printable(user)} from {forbidden.source}{code}"
        kind, hint = Forbidden, f"ask the owner of the index to let {printable(user)} read it"
    elif verdict is Verdict.SCHEME:
        kind = UnsupportedScheme
        message = f"{url} offers only {', '.join(map(printable, offered))}, which unlatch does not speak{code}"
        hint = "ask the owner of the index for a token that works with Basic authentication"
    elif verdict is Verdict.SIGN_IN:
        kind, hint = SignInPage, _hint(index)
        message = f"{url} answered with a page for people to sign in{code}"
    elif was_accepted:
        kind, hint = CredentialsExpired, "the token may have expired: renew it and run the command again"
        message = f"{url} no longer accepts credentials that had worked in this run{code}"
    elif tried:
        kind, hint = CredentialsRefused, f"the token may have expired: {_hint(index, tried[-1].username)}"
        message = f"{url} refused every credential{code}"
    else:
        broken = [step.failure for step in trail if step.failure is not None]
        kind, hint = (broken[-1] if broken else NoCredentials), _hint(index)
        message = f"{url} needs credentials, and there are none{code}"
    if not index.admits_credentials:
        hint = f"--allow-insecure-host {index.origin.authority}"
        message += "; credentials are not sent over plain http"
    return kind(message, index=index.label, trail=trail, hint=hint)


def _hint(index: Index, username: str | None = None) -> str:
    if index.authenticate is Authenticate.NEVER:
        return f'{index.label} is configured with authenticate = "never": remove that, and try again'
    service = service_of(index.url)
    user = username or (service and service.username) or "USER"
    return f"keyring set {shown(index.url)} {printable(user)}"
