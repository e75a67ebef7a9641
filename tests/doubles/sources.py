"""Sources of credentials that answer from a list and remember what they were asked."""

from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import AccessError


class FakeSource:
    """A source of any rank. It gives its answers one after the other, and the last one for ever."""

    def __init__(self, rank: Rank, *answers: Credentials | Absent | AccessError, name: str | None = None) -> None:
        self.rank = rank
        self.name = name or rank.name.lower()
        self.questions: list[Question] = []
        self._answers = list(answers) or [Absent("nothing here")]

    def find(self, question: Question) -> Credentials | Absent:
        self.questions.append(question)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, AccessError):
            raise answer
        return answer


def credentials(secret: str, *, username: str = "alice", source: str = "keyring", detail: str = "") -> Credentials:
    """Credentials for a test, by their secret."""
    return Credentials(username, Secret(secret), source, detail)
