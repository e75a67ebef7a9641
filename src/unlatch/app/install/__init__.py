"""The commands that change an environment, and the ways by which they begin early or skip what is known."""
