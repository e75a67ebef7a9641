"""The commands that look at an environment, or at what indexes have, and change nothing."""
