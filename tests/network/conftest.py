"""What the tests of this room share: certificates, and a stack of things that end with the test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.doubles.certificates import certificates

__all__ = ["certificates", "stack"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
