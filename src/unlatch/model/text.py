"""Text from outside, as a person may see it."""


def printable(text: str) -> str:
    r"""Return text from outside as one line that is safe for a terminal: every unprintable becomes \xNN or \uNNNN."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
