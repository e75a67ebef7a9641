"""Whether bytes come fast enough to be waited for: a server that says a little now and then would hold us for ever."""

SLOWEST = 1000
"""In bytes a second: what is slower than this is given up, unless told otherwise."""

WINDOW = 30.0
"""In seconds of waiting: the time over which the speed is taken."""


class TooSlow(TimeoutError):
    """What comes is not nothing, and too little."""

    def __init__(self, slowest: int, window: float) -> None:
        super().__init__(f"fewer than {slowest:,} bytes a second came in {window:g} s")


class Pace:
    """The pace of one exchange. Only the time that was waited counts: whoever reads late is not the server's fault."""

    __slots__ = ("_came", "_slowest", "_waited", "_window")

    def __init__(self, slowest: int = SLOWEST, window: float = WINDOW) -> None:
        """Take the least number of bytes a second, over so many seconds; 0 is content with anything."""
        self._slowest = slowest
        self._window = window
        self.begin()

    def begin(self) -> None:
        """Forget what was: something else comes now."""
        self._waited = 0.0
        self._came = 0

    def note(self, waited: float, count: int) -> None:
        """Take note of `count` bytes that came after so many seconds. Raise TooSlow."""
        self._waited += waited
        self._came += count
        if self._waited < self._window:
            return
        if self._came < self._slowest * self._waited:
            raise TooSlow(self._slowest, self._window)
        self.begin()
