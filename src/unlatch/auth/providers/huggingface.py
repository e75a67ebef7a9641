"""Hugging Face: the token of a variable, or the one that `hf auth login` has kept.

Wheels lie in its repositories as files; the answer to a token leads to a host of files, which gets none.
"""

from collections.abc import Mapping

from unlatch.auth.providers.provider import Grant
from unlatch.auth.providers.world import World
from unlatch.auth.source import Absent, Question
from unlatch.model.credentials import Scheme, Secret

# Any username does where somebody takes the token for a password.
_USERNAME = "__token__"


class HuggingFaceToken:
    """`HF_TOKEN`, or the file that Hugging Face's own tools keep it in."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, question: Question) -> Grant | Absent:
        """Return the token, unless another user is asked for."""
        if question.username not in {None, "", _USERNAME}:
            return Absent("HF_TOKEN has no username, and one is asked for")
        if token := self._world.environ.get("HF_TOKEN", "").strip():
            return Grant(_USERNAME, Secret(token), "HF_TOKEN", scheme=Scheme.BEARER)
        path = token_file(self._world.environ)
        try:
            kept = self._world.read(path).strip() if path is not None else ""
        except OSError:
            kept = ""
        if not kept or path is None:
            return Absent("HF_TOKEN is not set")
        return Grant(_USERNAME, Secret(kept), path, scheme=Scheme.BEARER)


def token_file(environ: Mapping[str, str]) -> str | None:
    """Return where Hugging Face's tools keep a token, None where nobody can tell."""
    if path := environ.get("HF_TOKEN_PATH"):
        return path
    if folder := environ.get("HF_HOME"):
        return f"{folder}/token"
    if cache := environ.get("XDG_CACHE_HOME"):
        return f"{cache}/huggingface/token"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return f"{home}/.cache/huggingface/token" if home else None
