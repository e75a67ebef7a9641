"""Somebody at a terminal who gives the answers that a test has put into their mouth."""

from unlatch.auth.sources.prompt import Person


class FakePerson:
    """Gives its answers one after the other, and none once they have run out. `asked` are the questions, in order."""

    def __init__(self, *answers: str | None) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        self.hidden: list[str] = []
        self.has_left = False

    def ask(self, text: str, *, is_secret: bool = False) -> str | None:
        self.asked.append(text)
        if is_secret:
            self.hidden.append(text)
        return self._answers.pop(0) if self._answers and not self.has_left else None

    def leave(self) -> None:
        self.has_left = True


_: type[Person] = FakePerson
