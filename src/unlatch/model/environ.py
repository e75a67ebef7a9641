"""The environment variables that a child gets: never a secret, and for a Python that is only asked, next to nothing.

Every child that unlatch starts is given what one of these returns. The sources of credentials are no exception: they
know their own variables, and those are not among what is left out here. Nothing is read: the variables are handed in.
"""

import re
from collections.abc import Mapping

# What a Python, or the wrapper script that starts it, needs to start at all. Nothing that can hold a secret.
_TO_START = ("PATH", "HOME", "LD_LIBRARY_PATH", "PYENV_ROOT", "PYENV_VERSION", "SYSTEMROOT")
# Patterns are compiled when they are first used: a run with nothing to do starts no child.
_OF_AN_INDEX = r"(UNLATCH|UV)_INDEX_\w+_(PASSWORD|TOKEN)"
_LEADS = r"INDEX|FIND_LINKS"
_USERINFO = r"//[^/\s]*@"
# What a variable is called that holds a secret, whoever reads it: a CI job has a dozen of them.
_CALLED_SO = (
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS|TOKEN|TOKENS|CREDENTIAL|CREDENTIALS|APIKEY|API_KEY|ACCESS_KEY|"
    r"ACCESS_KEY_ID|SECRET_KEY|PRIVATE_KEY|SIGNING_KEY|ACCOUNT_KEY|AUTH|NETRC|PAT|FEED_ENDPOINTS)(_|$)|ACCESSTOKEN"
)
_HARMLESS = frozenset({"SSH_AUTH_SOCK", "XAUTHORITY", "GIT_ASKPASS", "SSH_ASKPASS"})


def to_start_python(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a Python needs to start, for a child that runs our own few lines."""
    return {name: environ[name] for name in _TO_START if name in environ}


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for who is asked for credentials: without what unlatch itself was given of them.

    That is indexes' passwords, and URLs of indexes and of find-links that have userinfo in them.
    """
    return {
        name: value
        for name, value in environ.items()
        if not re.fullmatch(_OF_AN_INDEX, name) and not (re.search(_LEADS, name) and re.search(_USERINFO, value))
    }


def for_strangers(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for code that was fetched, such as a build back end: without anything like a secret.

    Left out is what is called like one (`…_TOKEN`, `…_PASSWORD`), and what has userinfo in a URL, a proxy's too.
    """
    return {name: value for name, value in environ.items() if not _is_secret(name, value)}


def secrets(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the values that `for_strangers` leaves out, and the userinfo in them: what no output may repeat."""
    values = {value for name, value in environ.items() if _is_secret(name, value) and not re.search(_USERINFO, value)}
    for value in environ.values():
        for userinfo in re.findall(r"//([^/\s@]*)@", value):
            values.add(userinfo)
            values.add(userinfo.partition(":")[2])
    return frozenset(values - {""})


def _is_secret(name: str, value: str) -> bool:
    upper = name.upper()
    is_called_so = re.search(_CALLED_SO, upper) is not None and upper not in _HARMLESS
    return is_called_so or re.search(_USERINFO, value) is not None
