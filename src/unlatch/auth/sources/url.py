"""Credentials from the index's URL: `https://user:password@host/`, or a token in the username's place."""

from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Secret


class UrlSource:
    """`https://user:password@host/`: complete credentials, the user's clearest word."""

    rank = Rank.URL
    name = "URL"

    def find(self, question: Question) -> Credentials | Absent:
        """Return the URL's own credentials when both halves stand in it."""
        username, password = question.index.userinfo.username, question.index.userinfo.password
        if username is None:
            return Absent("no username in it")
        if password is None:
            return Absent("no password in it")
        return Credentials(username, password, self.name)


class UsernameSource:
    """`https://TOKEN@host/`: the username alone, sent with an empty password."""

    rank = Rank.USERNAME
    name = "username alone"

    def find(self, question: Question) -> Credentials | Absent:
        """Return the URL's username with an empty password, when there is no password beside it.

        What is not there has been told by `UrlSource`.

        A token is its own secret: what is shown in its place says only that there is one.
        """
        username, password = question.index.userinfo.username, question.index.userinfo.password
        if not username or password is not None:
            return Absent("")
        return Credentials(username, Secret(""), self.name, "with an empty password")
