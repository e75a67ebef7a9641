"""The real parts of the end-to-end tests: servers, keyrings, Pythons, and the command as a user runs it.

Each part is a class that a test reads like a sentence; `conftest.py` hands them out and takes them down again. Nothing
here imports unlatch: the product is met at its command line only.
"""
