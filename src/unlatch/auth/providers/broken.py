"""What a way to credentials raises when it is there and fails."""


class Broken(Exception):
    """A way to credentials failed, which is not the same as not being set up. Its text is one printable sentence."""
