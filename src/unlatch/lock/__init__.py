"""Locks: pylock.toml (PEP 751) written and read, requirements.txt written. No I/O: texts come in and go out."""
