"""Source trees from git repositories: which commit a branch, a tag or a commit's beginning means, and its files.

Each repository has a mirror in the cache, with all of the history of what was asked for, and the contents of those
files alone that were needed (a partial clone). So `git describe`, which many projects take their version from, is
right, and a second revision costs little. A checkout is a worktree of the mirror.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from unlatch.build.git_command import GitCommand, GitFailed
from unlatch.model.credentials import Userinfo
from unlatch.model.errors import NotFound
from unlatch.model.events import Listener, Noted, Warned
from unlatch.model.source import Git
from unlatch.model.text import printable
from unlatch.model.url import shown

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_BEGINNING = re.compile(r"[0-9a-f]{4,}")
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
# What a command that was killed leaves behind in a repository.
_DAMAGE = re.compile(
    r"\.lock': File exists|could not lock|not (in )?a git (repository|directory)|corrupt|bad object|unable to read tree"
)


class Repositories:
    """The repositories of a run. Every method may be called from any thread."""

    def __init__(self, git: GitCommand, place_of: Callable[[str], Path], listener: Listener) -> None:
        """Take git, and what returns the folder for the mirror of a URL, which others may use at the same time."""
        self._git = git
        self._place_of = place_of
        self._listener = listener
        self._known: dict[tuple[str, str | None], str] = {}

    def commit_of(self, source: Git, userinfo: Userinfo) -> str:
        """Return the commit that a revision means now: 40 or 64 hexadecimal digits. A whole commit is taken as it is.

        As in pip, a branch goes before a tag of the same name. Raise NotFound when there is none of that name,
        AccessError or NetworkError.
        """
        revision = source.revision
        if revision is not None and _COMMIT.fullmatch(revision.lower()):
            return revision.lower()
        key = source.url, revision
        if key not in self._known:
            self._known[key] = self._look_up(source, userinfo)
        return self._known[key]

    def check_out(self, source: Git, commit: str, userinfo: Userinfo, folder: Path) -> None:
        """Put the files of a commit into a folder that is not there yet, with those of its submodules.

        The folder is a worktree, to be removed as any folder is. Raise NotFound when the repository lacks the commit,
        AccessError or NetworkError.
        """
        mirror = self._with_mirror(source, lambda mirror: self._fetch(mirror, source, commit, userinfo))
        self._run(mirror, source, userinfo, "worktree", "add", "--quiet", "--detach", "--force", str(folder), commit)
        if (folder / ".gitmodules").is_file():
            self._run(folder, source, userinfo, "submodule", "--quiet", "update", "--init", "--recursive")
        self._look_for_lfs(source, folder)
        if source.subdirectory and not (folder / source.subdirectory).is_dir():
            raise NotFound(f"{shown(source.url)} has no folder {printable(source.subdirectory)} at {commit[:12]}")

    def _look_up(self, source: Git, userinfo: Userinfo) -> str:
        """Ask the repository itself, or, for the beginning of a commit, its mirror after all was fetched."""
        revision = source.revision
        names = _names(revision)
        said = self._run(self._place_of(source.url), source, userinfo, "ls-remote", "--quiet", source.url, *names)
        there = {name: commit for commit, _, name in (line.partition("\t") for line in said.splitlines())}
        found = next((there[name] for name in names if name in there), None)
        if found is None and revision is not None and _BEGINNING.fullmatch(revision.lower()):
            mirror = self._with_mirror(source, lambda mirror: self._fetch_all(mirror, source, userinfo))
            found = self._within(mirror, source, "rev-parse", "--verify", "--quiet", f"{revision.lower()}^{{commit}}")
        if found is None:
            meant = "commit yet" if revision is None else f"branch, tag or commit {printable(revision)}"
            raise NotFound(f"{shown(source.url)} has no {meant}", hint=f"git ls-remote {shown(source.url)}")
        self._listener(Noted(f"git: {shown(source.url)} has {found} at {printable(revision or 'its head')}"))
        return found.strip()

    def _fetch(self, mirror: Path, source: Git, commit: str, userinfo: Userinfo) -> None:
        """See that the mirror has a commit and its history: alone where the server gives it so, else with the rest."""
        name = f"refs/unlatch/{commit}"
        if self._within(mirror, source, "show-ref", "--verify", "--hash", name) is not None:
            return
        fetch = ("fetch", "--quiet", "--force", "--filter=blob:none", "origin")
        try:
            self._git.run(mirror, [*fetch, f"+{commit}:{name}"], source.url, userinfo)
        except GitFailed:
            self._fetch_all(mirror, source, userinfo)
            if self._within(mirror, source, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}") is None:
                raise NotFound(f"{shown(source.url)} has no commit {commit}") from None
            self._git.run(mirror, ["update-ref", name, commit], source.url, userinfo)

    def _fetch_all(self, mirror: Path, source: Git, userinfo: Userinfo) -> None:
        fetch = ("fetch", "--quiet", "--force", "--prune", "--filter=blob:none", "origin")
        self._git.run(mirror, [*fetch, *_EVERYTHING], source.url, userinfo)

    def _with_mirror(self, source: Git, change: Callable[[Path], None]) -> Path:
        """Change the mirror, alone, and return it; one that a killed command has left in disorder is made anew.

        `change` raises GitFailed.
        """
        from filelock import FileLock  # noqa: PLC0415 - loaded only for a repository

        place = self._place_of(source.url)
        mirror = place / "mirror"
        with FileLock(place / "lock"):
            try:
                self._make(mirror, source)
                change(mirror)
            except GitFailed as failed:
                if not _DAMAGE.search(failed.said):
                    raise self._git.failure(failed, source.url) from None
                shutil.rmtree(mirror, ignore_errors=True)
                try:
                    self._make(mirror, source)
                    change(mirror)
                except GitFailed as again:
                    raise self._git.failure(again, source.url) from None
        return mirror

    def _make(self, mirror: Path, source: Git) -> None:
        """See that the mirror is there. It holds the clean URL, and no credentials."""
        if not (mirror / "config").is_file():
            mirror.mkdir(exist_ok=True)
            self._git.run(mirror, ["init", "--quiet", "--bare", "--template="], source.url, Userinfo())
        self._git.run(mirror, ["config", "remote.origin.url", source.url], source.url, Userinfo())
        # Checkouts of earlier runs are gone by now.
        self._git.run(mirror, ["worktree", "prune"], source.url, Userinfo())

    def _run(self, folder: Path, source: Git, userinfo: Userinfo, *arguments: str) -> str:
        try:
            return self._git.run(folder, arguments, source.url, userinfo)
        except GitFailed as failed:
            raise self._git.failure(failed, source.url) from None

    def _within(self, mirror: Path, source: Git, *arguments: str) -> str | None:
        """Return what a question to the mirror gives, None when it fails."""
        try:
            return self._git.run(mirror, arguments, source.url, Userinfo())
        except GitFailed:
            return None

    def _look_for_lfs(self, source: Git, folder: Path) -> None:
        attributes = folder / ".gitattributes"
        if not self._git.has_lfs and attributes.is_file() and "filter=lfs" in attributes.read_text("utf-8", "replace"):
            self._listener(
                Warned(f"{shown(source.url)} keeps files in Git LFS, and without git-lfs they are pointers only")
            )


def _names(revision: str | None) -> list[str]:
    """Return what a revision may be called in a repository, what is meant first; the commit of a tag is `…^{}`."""
    if revision is None:
        return ["HEAD"]
    names = [f"refs/heads/{revision}", f"refs/tags/{revision}^{{}}", f"refs/tags/{revision}"]
    return [*names, revision] if revision.startswith("refs/") else names
