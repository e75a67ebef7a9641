"""A drawer in this process's memory, with a clock that is handed in. It keeps the contract of the real ones."""

from collections.abc import Callable

from unlatch.auth.store.drawer import DrawerStuck


class FakeDrawer:
    label = "a drawer"

    def __init__(self, clock: Callable[[], float] = lambda: 0.0) -> None:
        self.kept: dict[str, tuple[float, str]] = {}
        self.is_stuck = False
        self._clock = clock

    def get(self, key: str) -> str | None:
        self._open()
        return self.kept.get(key, (0, None))[1]

    def put(self, key: str, text: str, seconds: float) -> None:
        self._open()
        self.kept[key] = (self._clock() + seconds, text)

    def drop(self, key: str) -> None:
        self._open()
        self.kept.pop(key, None)

    def texts(self) -> list[str]:
        self._open()
        return [text for _, text in self.kept.values()]

    def _open(self) -> None:
        if self.is_stuck:
            raise DrawerStuck("the drawer is stuck")
        self.kept = {key: (until, text) for key, (until, text) in self.kept.items() if until > self._clock()}
