"""git, as a child: what it is told, what it may reach, how long it may take, and what its complaints mean.

Credentials are git's own affair: its helpers, netrc files and ssh agents are asked by it. What stood in a URL is handed
over in the child's environment, for the repository's origin alone, and so stands in no argument and in no file.
"""

import os
import re
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from unlatch.build.workshop import Workshop
from unlatch.model.credentials import Secret, Userinfo, looks_like_token
from unlatch.model.errors import (
    ConfigurationError,
    CredentialsRefused,
    Forbidden,
    NetworkError,
    NoCredentials,
    NotFound,
    UnlatchError,
)
from unlatch.model.frozen import field, frozen
from unlatch.model.text import printable
from unlatch.model.url import Origin, shown

# In seconds: how long one command may take, and how long a server may send nothing while it does.
_LIMIT = 3600.0
_SILENCE = 60
# What ties git to a repository that it is started from, as in a hook (git rev-parse --local-env-vars).
_LOCAL = re.compile(
    r"GIT_(ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|CONFIG|DIR|GRAFT_FILE|IMPLICIT_WORK_TREE|INDEX_FILE|NAMESPACE|"
    r"INTERNAL_SUPER_PREFIX|NO_REPLACE_OBJECTS|OBJECT_DIRECTORY|PREFIX|QUARANTINE_PATH|REPLACE_REF_BASE|SHALLOW_FILE|"
    r"WORK_TREE)"
)
_LFS = (
    ("filter.lfs.process", "git-lfs filter-process"),
    ("filter.lfs.smudge", "git-lfs smudge -- %f"),
    ("filter.lfs.required", "true"),
)
# git's words, with LC_ALL=C, and what they mean; the first that is found counts.
_MEANINGS: tuple[tuple[str, type[UnlatchError], str], ...] = (
    (
        r"could not read (Username|Password)|terminal prompts disabled",
        NoCredentials,
        "wants credentials, and git has none",
    ),
    (r"Authentication failed|error: 401|invalid credentials", CredentialsRefused, "does not accept the credentials"),
    (r"Permission denied \(|Host key verification failed", CredentialsRefused, "does not let ssh in"),
    (r"error: 403|Access denied|denied to ", Forbidden, "does not give access to this user"),
    (
        r"[Rr]epository .*not found|does not appear to be a git repo|does not exist|error: 404",
        NotFound,
        "is not there, or not for you",
    ),
)


class GitFailed(Exception):
    """git has ended with a status other than 0. `said` is what it wrote on standard error.

    `had_password` says that it was given one, from the URL.
    """

    def __init__(self, said: str, *, had_password: bool = False) -> None:
        super().__init__("git failed")
        self.said = said
        self.had_password = had_password


@frozen(kw_only=True)
class GitCommand:
    """The git of a run.

    `program` is its absolute path. What is at work in the `workshop` is ended when the run is left. Without a person
    git asks nobody anything. `has_lfs` says that git-lfs is installed, which is then used whether the user has set it
    up for git or not. `limit` is in seconds. `certificates` and
    `client_certificate` are PEM files, `proxy` is a URL, or "" for none whatever the environment says; None leaves each
    of them to git. `insecure_hosts` are those whose certificates are not checked, and which passwords may go to in
    clear.
    """

    program: str
    workshop: Workshop
    environ: Mapping[str, str] = field(repr=False)
    has_person: bool = False
    has_lfs: bool = False
    is_offline: bool = False
    limit: float = _LIMIT
    certificates: Path | None = None
    client_certificate: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    insecure_hosts: frozenset[str] = frozenset()

    def run(self, folder: Path, arguments: Sequence[str], url: str, userinfo: Userinfo) -> str:
        """Run git in a folder, on behalf of the repository at a URL, and return what it wrote on standard output.

        Raise GitFailed when it fails, NetworkError when it takes too long, ConfigurationError for a password that would
        travel in clear.
        """
        # A mirror that is no repository must not be taken for a part of one above it.
        environ = {**self.environment(url, userinfo), "GIT_CEILING_DIRECTORIES": str(folder.parent)}
        child = self.workshop.start(
            lambda: subprocess.Popen(
                [self.program, *arguments],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Nobody is there: without a terminal neither ssh nor a helper can wait for an answer.
                start_new_session=not self.has_person,
            )
        )
        try:
            stdout, stderr = child.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            raise NetworkError(f"git did not end within {self.limit:g} seconds at {shown(url)}") from None
        finally:
            # What it has started holds the other ends of the pipes.
            self.workshop.dismiss(child)
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
        if child.returncode:
            raise GitFailed(stderr.decode("utf-8", "replace"), had_password=userinfo.password is not None)
        return stdout.decode("utf-8", "replace")

    def environment(self, url: str, userinfo: Userinfo) -> dict[str, str]:
        """Return git's environment: the user's, with what unlatch was told. Raise ConfigurationError."""
        environ = {name: value for name, value in self.environ.items() if not _LOCAL.fullmatch(name)}
        scheme = urlsplit(url).scheme
        # No transport that runs a command (ext::), and none that nobody vouches for (git:).
        allowed = ["https", "http", "ssh", *(["file"] if scheme == "file" else [])]
        environ |= {
            "GIT_ALLOW_PROTOCOL": "none" if self.is_offline and scheme != "file" else ":".join(allowed),
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C",
        }
        if not self.has_person:
            environ |= {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "SSH_ASKPASS_REQUIRE": "never"}
            # A window is no help where nobody looks; a program that the user names for git may know the answer.
            environ.setdefault("GIT_ASKPASS", "")
        if self.certificates is not None:
            environ["GIT_SSL_CAINFO"] = str(self.certificates)
        if self.client_certificate is not None:
            environ["GIT_SSL_CERT"] = environ["GIT_SSL_KEY"] = str(self.client_certificate)
        count = environ.get("GIT_CONFIG_COUNT", "")
        first = int(count) if count.isdigit() else 0
        told = self._configuration(url, userinfo)
        environ["GIT_CONFIG_COUNT"] = str(first + len(told))
        for number, (key, value) in enumerate(told, start=first):
            environ |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return environ

    def _configuration(self, url: str, userinfo: Userinfo) -> list[tuple[str, str]]:
        """Return keys and values of git's configuration for these commands alone."""
        told = [
            ("core.hooksPath", os.devnull),
            ("core.fsmonitor", "false"),
            ("gc.autoDetach", "false"),
            ("http.lowSpeedLimit", "1"),
            ("http.lowSpeedTime", str(_SILENCE)),
        ]
        if self.has_lfs:
            told += _LFS
        if not self.has_person:
            told.append(("credential.interactive", "never"))
        if self.proxy is not None:
            told.append(("http.proxy", self.proxy))
        if not url.startswith(("https:", "http:")):
            return told
        origin = Origin.of(url)
        is_insecure = bool({origin.host, origin.authority, f"{origin.host}:{origin.port}"} & self.insecure_hosts)
        if is_insecure:
            told.append((f"http.{origin}/.sslVerify", "false"))
        if userinfo.username is None:
            return told
        if userinfo.password is None and not looks_like_token(userinfo.username):
            told.append((f"credential.{origin}.username", userinfo.username))
            return told
        if not (origin.scheme == "https" or origin.is_loopback or is_insecure):
            raise ConfigurationError(
                f"the password in the URL of {shown(url)} would travel in clear",
                hint=f"name it with https, or with --allow-insecure-host {origin.authority}",
            )
        told.append((f"http.{origin}/.extraHeader", f"Authorization: Basic {_basic(userinfo)}"))
        return told

    def failure(self, failed: GitFailed, url: str) -> UnlatchError:
        """Return what git's complaint about a repository means."""
        lines = [line for line in failed.said.splitlines() if line.strip()]
        details = tuple(f"git: {_masked(line)}" for line in lines[-6:])
        place = shown(url)
        if self.is_offline and "not allowed" in failed.said:
            return NetworkError(f"{place} would have to be asked, and unlatch was told to stay offline")
        for pattern, kind, meaning in _MEANINGS:
            if re.search(pattern, failed.said):
                if kind is NoCredentials and failed.had_password:
                    kind, meaning = CredentialsRefused, "does not accept the password in its URL"  # noqa: PLW2901 - what git says fits both
                if issubclass(kind, NoCredentials | CredentialsRefused | Forbidden):
                    return kind(f"{place} {meaning}", index=place, details=details, hint=f"git ls-remote {place}")
                return kind(f"{place} {meaning}", details=details, hint=f"git ls-remote {place}")
        return NetworkError(f"git failed at {place}", details=details, hint=f"git ls-remote {place}")


def _basic(userinfo: Userinfo) -> str:
    """Return the credentials of RFC 7617; a token that stands alone is the username of an empty password."""
    password = userinfo.password or Secret("")
    return b64encode(f"{userinfo.username}:{password.reveal()}".encode()).decode()


def _masked(line: str) -> str:
    """Return a line of git's without userinfo: the user's own configuration may put some into a URL."""
    return printable(re.sub(r"://[^/\s]*@", "://…@", line))
