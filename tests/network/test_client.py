"""The procedure, driven by hand: a handler plays the server, sources play the person's credentials."""

import base64
import threading
from collections.abc import Callable

import pytest

from tests.doubles.sources import FakeSource, credentials
from tests.doubles.transport import FakeAnswer, FakeTransport
from unlatch.auth.access import Accesses
from unlatch.auth.memory import Memory
from unlatch.auth.source import Absent, Rank, Source
from unlatch.auth.sources.url import UrlSource, UsernameSource
from unlatch.model.credentials import Credentials
from unlatch.model.errors import (
    CredentialsExpired,
    CredentialsRefused,
    Forbidden,
    NetworkError,
    NoCredentials,
    SignInPage,
    UnsupportedScheme,
)
from unlatch.model.events import Event, RequestSent, ResponseReceived, Warned
from unlatch.model.index import Authenticate, Index
from unlatch.network.client import Client
from unlatch.network.transport import Request

INDEX = Index("https://pkgs.example.com/feed/simple/")
PAGE = "https://pkgs.example.com/feed/simple/x/"
JSON = "application/vnd.pypi.simple.v1+json"
ASKS = {"WWW-Authenticate": 'Basic realm="pypi"'}


class Exchange:
    """A client with a hand-driven server, the requests it made and the events it told."""

    def __init__(
        self, handler: Callable[[Request], FakeAnswer], *sources: Source, retries: int = 0, user: str | None = None
    ) -> None:
        self.transport = FakeTransport(handler)
        self.told: list[Event] = []
        self.pauses: list[float] = []
        self.client = Client(
            self.transport,
            Accesses([UrlSource(), *sources, UsernameSource()], username_of=lambda _: user),
            self.told.append,
            retries=retries,
            pause=self.pauses.append,
            draw=lambda: 0.5,
        )

    def get(self, url: str = PAGE, index: Index = INDEX, accept: str = JSON) -> bytes:
        with self.client.get(url, index, accept=accept) as response:
            return response.read()

    @property
    def sent(self) -> list[tuple[str, str | None]]:
        """Each request's URL and the secret that it carried."""
        return [(request.url, secret_of(request)) for request in self.transport.requests]


def secret_of(request: Request) -> str | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    return base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[2]


def accepting(*secrets: str) -> Callable[[Request], FakeAnswer]:
    """A server that wants one of the secrets."""
    return lambda request: FakeAnswer(body=b"in") if secret_of(request) in secrets else FakeAnswer(401, ASKS)


def keyring(*answers: Credentials | Absent) -> FakeSource:
    return FakeSource(Rank.KEYRING, *answers)


def test_a_public_index_is_asked_without_credentials_and_nobody_else_is():
    source = keyring(credentials("k"))
    exchange = Exchange(lambda _: FakeAnswer(body=b"in"), source)
    assert exchange.get() == b"in"
    assert exchange.sent == [(PAGE, None)]
    assert source.questions == []


def test_a_known_username_is_looked_up_before_the_first_request():
    exchange = Exchange(accepting("k"), keyring(credentials("k")))
    assert exchange.get(index=Index.parse("https://alice@pkgs.example.com/feed/simple/")) == b"in"
    assert exchange.sent == [(PAGE, "k")]


def test_without_a_username_keyring_is_asked_after_the_refusal_only():
    exchange = Exchange(accepting("k"), keyring(credentials("k")))
    assert exchange.get() == b"in"
    assert exchange.sent == [(PAGE, None), (PAGE, "k")]


def test_what_was_accepted_goes_with_every_later_request():
    source = keyring(credentials("k"))
    exchange = Exchange(accepting("k"), source)
    exchange.get()
    exchange.get("https://pkgs.example.com/feed/files/x.whl")
    assert exchange.sent[-1] == ("https://pkgs.example.com/feed/files/x.whl", "k")
    assert len(exchange.sent) == 3
    assert len(source.questions) == 1


def test_a_stale_netrc_gives_way_to_a_good_keyring_and_is_sent_once():
    exchange = Exchange(accepting("good"), FakeSource(Rank.NETRC, credentials("stale")), keyring(credentials("good")))
    exchange.get()
    exchange.get()
    assert [secret for _, secret in exchange.sent] == ["stale", "good", "good"]


def test_a_token_that_ends_between_the_page_and_the_file_is_renewed():
    secrets = iter(["first", "second"])
    valid = [next(secrets)]
    exchange = Exchange(
        lambda request: FakeAnswer(body=b"in") if secret_of(request) == valid[-1] else FakeAnswer(401, ASKS),
        keyring(credentials("first"), credentials("second")),
    )
    index = Index.parse("https://alice@pkgs.example.com/feed/simple/")
    exchange.get(index=index)
    valid.append(next(secrets))
    assert exchange.get("https://pkgs.example.com/file.whl", index) == b"in"
    assert [secret for _, secret in exchange.sent] == ["first", "first", "second"]


def test_renewing_is_tried_once_and_the_same_secret_is_not_sent_again():
    is_open = [True]
    exchange = Exchange(
        lambda request: FakeAnswer() if is_open[0] and secret_of(request) else FakeAnswer(401, ASKS),
        keyring(credentials("k")),
    )
    exchange.get()
    is_open[0] = False
    with pytest.raises(CredentialsExpired) as caught:
        exchange.get()
    assert [secret for _, secret in exchange.sent] == [None, "k", "k"]
    assert "accepted before, now refused" in [step.outcome for step in caught.value.trail]


def test_a_closed_door_is_not_knocked_at_again():
    exchange = Exchange(accepting("other"), keyring(credentials("k")))
    for _ in range(3):
        with pytest.raises(CredentialsRefused):
            exchange.get()
    assert [secret for _, secret in exchange.sent] == [None, "k"]


def test_the_error_tells_the_trail_and_no_secret():
    exchange = Exchange(
        accepting("other"), FakeSource(Rank.NETRC), keyring(credentials("k3y", detail="/usr/bin/keyring"))
    )
    with pytest.raises(CredentialsRefused) as caught:
        exchange.get()
    trail = [(step.source, step.outcome, step.username, step.detail) for step in caught.value.trail]
    assert trail[1:] == [
        ("netrc", "nothing here", None, ""),
        ("keyring", "refused", "alice", "/usr/bin/keyring"),
    ]
    assert "k3y" not in str(caught.value) + repr(caught.value.__dict__)


def test_no_credentials_at_all_is_another_error():
    with pytest.raises(NoCredentials, match="needs credentials, and there are none"):
        Exchange(accepting("x")).get()


def test_forbidden_stops_at_once_and_names_user_and_source():
    exchange = Exchange(
        lambda request: FakeAnswer(403) if secret_of(request) else FakeAnswer(401, ASKS),
        FakeSource(Rank.NETRC, credentials("n", source="netrc")),
        keyring(credentials("k")),
    )
    with pytest.raises(Forbidden, match="forbids access to alice from netrc"):
        exchange.get()
    assert [secret for _, secret in exchange.sent] == ["n"]


def test_a_strangers_403_is_a_refusal():
    exchange = Exchange(
        lambda request: FakeAnswer(body=b"in") if secret_of(request) == "k" else FakeAnswer(403),
        keyring(credentials("k")),
    )
    assert exchange.get() == b"in"


def test_only_schemes_that_are_not_spoken_are_named():
    exchange = Exchange(lambda _: FakeAnswer(401, {"WWW-Authenticate": "Negotiate, NTLM"}), keyring(credentials("k")))
    with pytest.raises(UnsupportedScheme, match="Negotiate, NTLM"):
        exchange.get()


def test_a_sign_in_page_is_a_refusal_and_is_named():
    exchange = Exchange(lambda _: FakeAnswer(203, {"Content-Type": "text/html"}))
    with pytest.raises(SignInPage, match="a page for people to sign in"):
        exchange.get()


def test_a_known_sign_in_host_is_never_visited():
    location = {"Location": "https://login.microsoftonline.com/common"}
    exchange = Exchange(
        lambda request: FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(302, location),
        keyring(credentials("k")),
    )
    assert exchange.get() == b"in"
    assert exchange.sent == [(PAGE, None), (PAGE, "k")]


def test_policy_never_sends_nothing_even_after_a_refusal():
    index = Index(INDEX.url, authenticate=Authenticate.NEVER)
    exchange = Exchange(accepting("k"), keyring(credentials("k")))
    with pytest.raises(NoCredentials) as caught:
        exchange.get(index=index)
    assert exchange.sent == [(PAGE, None)]
    assert "never" in (caught.value.hint or "")


def test_policy_always_makes_no_request_without_credentials():
    index = Index(INDEX.url, authenticate=Authenticate.ALWAYS)
    exchange = Exchange(accepting("k"), keyring())
    with pytest.raises(NoCredentials):
        exchange.get(index=index)
    assert exchange.sent == []


def test_two_feeds_on_one_host_keep_their_own_credentials():
    def handler(request: Request) -> FakeAnswer:
        wanted = "one" if "/one/" in request.url else "two"
        return FakeAnswer(body=b"in") if secret_of(request) == wanted else FakeAnswer(401, ASKS)

    exchange = Exchange(handler)
    for feed in ("one", "two"):
        index = Index.parse(f"https://alice:{feed}@pkgs.example.com/{feed}/simple/")
        assert exchange.get(f"https://pkgs.example.com/{feed}/simple/x/", index) == b"in"
    assert [secret for _, secret in exchange.sent] == ["one", "two"]


def test_credentials_do_not_travel_over_plain_http():
    index = Index.parse("http://alice:pw@pkgs.example.com/simple/")
    exchange = Exchange(accepting("pw"))
    with pytest.raises(NoCredentials, match="not sent over plain http") as caught:
        exchange.get("http://pkgs.example.com/simple/x/", index)
    assert exchange.sent == [("http://pkgs.example.com/simple/x/", None)]
    assert caught.value.hint == "--allow-insecure-host pkgs.example.com"


def test_credentials_travel_over_plain_http_to_this_machine():
    index = Index.parse("http://alice:pw@127.0.0.1:8080/simple/")
    assert Exchange(accepting("pw")).get("http://127.0.0.1:8080/simple/x/", index) == b"in"


def redirecting(**locations: str) -> Callable[[Request], FakeAnswer]:
    """A server whose paths' last words redirect; everything else says what it got."""

    def handler(request: Request) -> FakeAnswer:
        word = request.url.partition("?")[0].rstrip("/").rpartition("/")[2]
        if word in locations:
            return FakeAnswer(302, {"Location": locations[word]})
        return FakeAnswer(body=(secret_of(request) or "nothing").encode())

    return handler


@pytest.mark.parametrize(
    ("location", "arrives_with"),
    [
        ("/elsewhere/y", b"pw"),
        ("https://pkgs.example.com:443/y", b"pw"),
        ("https://pkgs.example.com:444/y", b"nothing"),
        ("https://cdn.example.com/y", b"nothing"),
        ("https://evilpkgs.example.com/y", b"nothing"),
        ("https://pkgs.example.com/y?X-Amz-Signature=abc", b"nothing"),
        ("https://u:own@cdn.example.com/y", b"own"),
    ],
)
def test_each_hop_decides_afresh_what_it_carries(location, arrives_with):
    index = Index.parse("https://alice:pw@pkgs.example.com/simple/")
    assert Exchange(redirecting(x=location)).get("https://pkgs.example.com/x", index, "*/*") == arrives_with


@pytest.mark.parametrize(
    "location", ["http://pkgs.example.com/y", "file:///etc/passwd", "https://pkgs.example.com/x", ""]
)
def test_a_redirect_that_nobody_should_follow_is_an_error(location):
    index = Index.parse("https://alice:pw@pkgs.example.com/simple/")
    exchange = Exchange(redirecting(x=location))
    with pytest.raises(NetworkError):
        exchange.get("https://pkgs.example.com/x", index, "*/*")
    assert len(exchange.sent) == 1


def test_a_file_store_that_refuses_is_not_about_the_indexs_credentials():
    def handler(request: Request) -> FakeAnswer:
        if "store" in request.url:
            return FakeAnswer(403)
        return FakeAnswer(302, {"Location": "https://store.example.com/blob"})

    index = Index.parse("https://alice:pw@pkgs.example.com/simple/")
    exchange = Exchange(handler)
    with pytest.raises(NetworkError, match=r"store.example.com/blob answered with status 403"):
        exchange.get("https://pkgs.example.com/x.whl", index, "*/*")
    assert exchange.sent == [("https://pkgs.example.com/x.whl", "pw"), ("https://store.example.com/blob", None)]


def test_a_stranger_who_is_sent_on_to_a_public_index_asks_again_with_credentials():
    def handler(request: Request) -> FakeAnswer:
        if "public" in request.url or secret_of(request) == "k":
            return FakeAnswer(body=request.url.encode())
        return FakeAnswer(302, {"Location": "https://public.example.org/simple/x/"})

    exchange = Exchange(handler, keyring(credentials("k")))
    assert exchange.get() == PAGE.encode()
    assert [secret for _, secret in exchange.sent] == [None, None, "k"]
    assert not [event for event in exchange.told if isinstance(event, Warned)]


def test_a_strangers_view_is_said_when_there_are_no_credentials():
    def handler(request: Request) -> FakeAnswer:
        if "public" in request.url:
            return FakeAnswer(body=b"public")
        return FakeAnswer(302, {"Location": "https://public.example.org/simple/x/"})

    exchange = Exchange(handler)
    assert exchange.get() == b"public"
    warned = [event.message for event in exchange.told if isinstance(event, Warned)]
    assert warned == [f"{INDEX.url} sent us on to https://public.example.org: it was asked without credentials"]


def test_threads_that_are_refused_together_look_up_once():
    gate = threading.Barrier(4)

    def handler(request: Request) -> FakeAnswer:
        if secret_of(request) is None:
            gate.wait(10)
            return FakeAnswer(401, ASKS)
        return FakeAnswer(body=b"in")

    source = keyring(credentials("k"))
    exchange = Exchange(handler, source)
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(exchange.get())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"in"] * 4
    assert len(source.questions) == 1
    assert sorted(str(secret) for _, secret in exchange.sent) == ["None"] * 4 + ["k"] * 4


@pytest.mark.parametrize("status", [304, 404, 410, 416])
def test_statuses_that_mean_something_to_the_caller_are_returned(status):
    exchange = Exchange(lambda _: FakeAnswer(status))
    with exchange.client.get(PAGE, INDEX) as response:
        assert response.status == status


def test_a_busy_server_is_asked_again_and_then_named():
    exchange = Exchange(lambda _: FakeAnswer(503, {"Retry-After": "2"}), retries=2)
    with pytest.raises(NetworkError, match="answered with status 503") as caught:
        exchange.get()
    assert caught.value.is_transient
    assert len(exchange.sent) == 3
    assert all(pause >= 2 for pause in exchange.pauses)


def test_a_broken_connection_is_tried_again_and_a_lasting_fault_is_not():
    faults = [NetworkError("reset", is_transient=True)]

    def handler(_: Request) -> FakeAnswer:
        if faults:
            raise faults.pop()
        return FakeAnswer(body=b"in")

    assert Exchange(handler, retries=1).get() == b"in"
    faults.append(NetworkError("unknown host"))
    with pytest.raises(NetworkError, match="unknown host"):
        Exchange(handler, retries=1).get()


def test_each_request_and_answer_is_told_with_user_and_source_and_no_secret():
    exchange = Exchange(accepting("k3y"), keyring(credentials("k3y")))
    exchange.get(index=Index.parse("https://alice@pkgs.example.com/feed/simple/"))
    assert exchange.told[0] == RequestSent(1, "GET", PAGE, "alice", "keyring")
    assert isinstance(exchange.told[1], ResponseReceived)
    assert (exchange.told[1].number, exchange.told[1].status) == (1, 200)
    assert "k3y" not in repr(exchange.told)


def test_a_token_in_the_usernames_place_is_sent_alone_and_never_shown():
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    exchange = Exchange(lambda _: FakeAnswer(body=b"in"), keyring(credentials("k")))
    exchange.get(index=Index.parse(f"https://{token}@pkgs.example.com/feed/simple/"))
    header = exchange.transport.requests[0].headers["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{token}:"
    assert token not in repr(exchange.told)
    assert "<token>" in repr(exchange.told)


def test_azure_is_told_to_refuse_rather_than_to_show_a_page():
    exchange = Exchange(lambda _: FakeAnswer())
    url = "https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/"
    exchange.get(url + "x/", Index(url))
    assert exchange.transport.requests[0].headers["X-TFS-FedAuthRedirect"] == "Suppress"


class Notebook:
    """Where a memory keeps its notes between runs."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self.pages.get(key)

    def write(self, key: str, content: bytes) -> None:
        self.pages[key] = content


class TestMemory:
    """What one run learns of an index spares the next one a refusal."""

    def run(self, notebook: Notebook, handler: Callable[[Request], FakeAnswer], *sources: Source) -> list[str | None]:
        """Make one request in a new run, and return the secrets that were sent."""
        transport = FakeTransport(handler)
        accesses = Accesses([UrlSource(), *sources, UsernameSource()], memory=Memory(notebook, lambda: 1.0))
        with Client(transport, accesses, lambda _: None, retries=0).get(PAGE, INDEX, accept=JSON):
            pass
        return [secret_of(request) for request in transport.requests]

    def test_the_second_run_s_first_request_is_not_refused(self):
        notebook = Notebook()
        assert self.run(notebook, accepting("k"), keyring(credentials("k"))) == [None, "k"]
        assert self.run(notebook, accepting("k"), keyring(credentials("k"))) == ["k"]

    def test_a_stranger_who_was_sent_on_is_not_sent_on_again(self):
        def handler(request: Request) -> FakeAnswer:
            if "public" in request.url or secret_of(request) == "k":
                return FakeAnswer()
            return FakeAnswer(302, {"Location": "https://public.example.org/simple/x/"})

        notebook = Notebook()
        assert self.run(notebook, handler, keyring(credentials("k"))) == [None, None, "k"]
        assert self.run(notebook, handler, keyring(credentials("k"))) == ["k"]

    def test_an_index_that_lets_a_stranger_in_is_asked_by_one_the_next_time(self):
        notebook = Notebook()
        self.run(notebook, accepting("k"), keyring(credentials("k")))
        asked = keyring(Absent("no entry"))
        assert self.run(notebook, lambda _: FakeAnswer(), asked) == [None]
        assert len(asked.questions) == 1
        assert self.run(notebook, lambda _: FakeAnswer(), asked) == [None]
        assert len(asked.questions) == 1, "keyring is not asked any more"

    def test_nothing_is_remembered_of_credentials_that_are_refused(self):
        notebook = Notebook()
        with pytest.raises(CredentialsRefused):
            self.run(notebook, accepting("k"), keyring(credentials("other")))
        assert notebook.pages == {}

    def test_a_package_that_is_not_there_says_nothing_about_strangers(self):
        notebook = Notebook()
        self.run(notebook, accepting("k"), keyring(credentials("k")))
        pages = dict(notebook.pages)
        assert self.run(notebook, lambda _: FakeAnswer(404), keyring(Absent("no entry"))) == [None]
        assert notebook.pages == pages


FORM = b'<!DOCTYPE html><title>Acme</title><form><input name="u"><input type="password" name="p"></form>'
HTML = {"Content-Type": "text/html; charset=utf-8"}
FILE = "https://pkgs.example.com/files/x-1-py3-none-any.whl"
ANY_PAGE = f"{JSON}, text/html;q=0.01"


@pytest.mark.parametrize(("url", "accept"), [(PAGE, ANY_PAGE), (FILE, "*/*"), (f"{FILE}.metadata", "*/*")])
def test_a_stranger_who_is_shown_a_form_asks_again_with_credentials(url, accept):
    exchange = Exchange(
        lambda request: FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(200, HTML, FORM),
        keyring(credentials("k")),
    )
    assert exchange.get(url, accept=accept) == b"in"
    assert exchange.sent == [(url, None), (url, "k")]
    assert exchange.transport.left_open == []


@pytest.mark.parametrize(("url", "accept"), [(PAGE, ANY_PAGE), (FILE, "*/*")])
def test_a_form_that_is_shown_to_everyone_is_named(url, accept):
    exchange = Exchange(lambda _: FakeAnswer(200, HTML, FORM), keyring(credentials("k")))
    with pytest.raises(SignInPage) as caught:
        exchange.get(url, accept=accept)
    assert [step.outcome for step in caught.value.trail if step.username] == ["refused"]


def test_a_stranger_who_is_sent_to_a_form_elsewhere_asks_again_with_credentials():
    def handler(request: Request) -> FakeAnswer:
        if "sso" in request.url:
            return FakeAnswer(200, HTML, FORM)
        return FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(302, {"Location": "https://sso.example/"})

    exchange = Exchange(handler, keyring(credentials("k")))
    assert exchange.get(accept=ANY_PAGE) == b"in"
    assert [secret for _, secret in exchange.sent] == [None, None, "k"]


def test_a_page_in_html_is_handed_on_whole():
    page = b"<!DOCTYPE html><title>Links for login</title>" + b'<a href="login-1.0.tar.gz">login-1.0.tar.gz</a>\n' * 999
    exchange = Exchange(lambda _: FakeAnswer(200, HTML, page), keyring(credentials("k")))
    assert exchange.get(accept=ANY_PAGE) == page
    assert exchange.sent == [(PAGE, None)]


@pytest.mark.parametrize("status", [401, 403])
def test_a_stranger_who_is_sent_to_a_closed_door_asks_again_with_credentials(status):
    def handler(request: Request) -> FakeAnswer:
        if "closed" in request.url:
            return FakeAnswer(status)
        location = {"Location": "https://closed.example/"}
        return FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(302, location)

    assert Exchange(handler, keyring(credentials("k"))).get() == b"in"
    with pytest.raises(NetworkError, match=f"closed.example/ answered with status {status}") as caught:
        Exchange(handler).get()
    assert caught.value.details == (f"{INDEX.url} led there, and what it is opened with stays with {INDEX.origin}",)


def test_userinfo_in_a_location_serves_that_hop_alone_on_the_same_origin_too():
    def handler(request: Request) -> FakeAnswer:
        word = request.url.rpartition("/")[2]
        to = {"x": "https://u:own@pkgs.example.com/y", "y": "https://pkgs.example.com/z"}.get(word)
        return FakeAnswer(302, {"Location": to}) if to else FakeAnswer()

    index = Index.parse("https://alice:pw@pkgs.example.com/simple/")
    exchange = Exchange(handler)
    exchange.get("https://pkgs.example.com/x", index, "*/*")
    assert [secret for _, secret in exchange.sent] == ["pw", "own", "pw"]


def hidden(request: Request) -> FakeAnswer:
    """An index that tells strangers that there is nothing."""
    return FakeAnswer(body=b"in") if secret_of(request) == "p" else FakeAnswer(404)


def test_a_stranger_s_404_is_a_refusal_where_a_username_is_known():
    person = FakeSource(Rank.PROMPT, credentials("p", source="prompt"))
    exchange = Exchange(hidden, person, user="alice")
    assert exchange.get() == b"in"
    assert exchange.sent == [(PAGE, None), (PAGE, "p")]


def test_a_stranger_s_404_means_not_here_where_nobody_is_known_or_nothing_is_left():
    asked = keyring(credentials("p"))
    with Exchange(hidden, asked).client.get(PAGE, INDEX) as response:
        assert response.status == 404
    assert asked.questions == []
    with Exchange(hidden, keyring(Absent("no entry")), user="alice").client.get(PAGE, INDEX) as response:
        assert response.status == 404


def test_a_404_to_who_is_known_means_not_here():
    person = FakeSource(Rank.PROMPT, credentials("p", source="prompt"))
    exchange = Exchange(hidden, keyring(credentials("k")), person, user="alice")
    with exchange.client.get(PAGE, INDEX) as response:
        assert response.status == 404
    assert exchange.sent == [(PAGE, "k")]
    assert person.questions == []


def test_a_stranger_who_is_sent_on_to_where_a_private_name_is_not_known_asks_again_with_credentials():
    def handler(request: Request) -> FakeAnswer:
        if "public" in request.url:
            return FakeAnswer(404)
        return (
            FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(302, {"Location": "https://public.example/"})
        )

    assert Exchange(handler, keyring(credentials("k"))).get() == b"in"
