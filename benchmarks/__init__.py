"""The race: unlatch, uv and pip install the same wheels from the same private index, and are timed. See README.md."""
