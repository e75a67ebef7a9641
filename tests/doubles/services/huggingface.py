"""Hugging Face: files of a private repository, which a token opens, on hosts of files that get none.

As documented: the token goes as Bearer; a stranger gets 401; the file's answer is a redirect to a signed URL elsewhere.
"""

from urllib.parse import urlsplit

from tests.doubles.services.shelf import FILENAME, blob_store, nobody, redirect, shown_by
from tests.doubles.transport import FakeAnswer
from unlatch.network.transport import Request

FILE = f"https://huggingface.co/corp/wheels/resolve/main/{FILENAME}"
TOKEN = "hf_a-token-of-hugging-face"


class HuggingFace:
    """One repository, `corp/wheels`."""

    def __call__(self, request: Request) -> FakeAnswer:
        host = urlsplit(request.url).hostname
        if host == "cas-bridge.xethub.hf.co":
            return blob_store(request, "Signature", "Key-Pair-Id")
        if host != "huggingface.co":
            return nobody(request)
        shown = shown_by(request)
        if shown is None or (shown.scheme, shown.secret) != ("Bearer", TOKEN):
            return FakeAnswer(401, {"X-Error-Code": "RepoNotFound"}, b"Invalid username or password.")
        signature = "?Expires=1900000000&Signature=abc&Key-Pair-Id=K1"
        return redirect(f"https://cas-bridge.xethub.hf.co/xet-bridge-us/{FILENAME}{signature}")
