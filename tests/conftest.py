"""Property tests take the same examples each time, and no clock decides about them."""

from hypothesis import settings

from tests.doubles.mounts import mount  # noqa: F401 - pytest finds the fixture by its name

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
