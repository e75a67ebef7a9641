"""Property tests take the same examples each time, and no clock decides about them."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
