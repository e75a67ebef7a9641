"""The environment for a child that is asked for credentials: without secrets, and with a mark that says what asks.

The mark ends circles. unlatch asks a `keyring` that asks unlatch, whose own turn to ask keyring it then is not.
"""

from collections.abc import Mapping

from unlatch.auth.source import Rank
from unlatch.model.environ import without_secrets

_VARIABLE = "_UNLATCH_IS_ASKING"


def is_asking(environ: Mapping[str, str], rank: Rank) -> bool:
    """Whether this process answers an unlatch that is asking the source of this rank."""
    return rank.name in environ.get(_VARIABLE, "").split()


def for_child(environ: Mapping[str, str], rank: Rank) -> dict[str, str]:
    """Return the environment for a child that the source of this rank asks."""
    asking = environ.get(_VARIABLE, "").split()
    return {**without_secrets(environ), _VARIABLE: " ".join([*asking, rank.name])}
