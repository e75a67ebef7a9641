"""What the `keyring` command's own interpreter is asked: every name in one process, side by side.

unlatch does not import this: that interpreter runs it (`-c`), so it keeps to Python 3.8 and to the `keyring` library.
Arguments: the username, empty where there is none, and the names, the best first. Answers: a line of JSON for each
name, in their order, up to the first that has a password.
"""

import sys

if sys.path[:1] == [""]:
    # Nothing is loaded from the working folder, which `-c` puts first.
    del sys.path[0]

import json
import os
import threading
import traceback

import keyring


class Asked(threading.Thread):
    """A name that is being asked for. What keyring answers is in `answer` when it is done."""

    def __init__(self, service: str, username: str) -> None:
        super().__init__()
        self.service = service
        self.username = username
        self.answer: dict[str, str] = {}

    def run(self) -> None:
        """Ask, and write down what came of it."""
        try:
            found = keyring.get_credential(self.service, self.username or None)
            if found is not None:
                self.answer = {"username": found.username, "password": found.password}
        except Exception as error:  # noqa: BLE001 - back ends raise whatever they like
            self.answer = {"problem": traceback.format_exception_only(type(error), error)[-1].strip()}


def main(username: str, *services: str) -> None:
    """Print the answers, and end without waiting for those that nobody needs."""
    answers = os.fdopen(os.dup(1), "w")
    # What a back end prints is for a person, and no answer.
    os.dup2(2, 1)
    # The back end is chosen here, and not by each thread.
    keyring.get_keyring()
    asking = [Asked(service, username) for service in services]
    for asked in asking:
        asked.start()
    for asked in asking:
        asked.join()
        print(json.dumps(asked.answer), file=answers, flush=True)
        if "password" in asked.answer:
            break
    sys.stderr.flush()
    os._exit(0)


main(*sys.argv[1:])
