"""A memory of what interpreters answered, as a dictionary that a test can look into."""


class DictMemory:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def write(self, key: str, content: bytes) -> None:
        self.kept[key] = content


class FixedMemory(DictMemory):
    """A memory that answers every question with the same content, and keeps nothing."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def read(self, key: str) -> bytes | None:
        del key
        return self.content
