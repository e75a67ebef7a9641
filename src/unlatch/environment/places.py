"""Other places for packages of the same Python: the user's own folder (`--user`), and another root (`--root`).

Each makes one target of another. Nothing is looked at: paths are computed in the target's own kind, from an
environment that is handed in.
"""

import ntpath
import posixpath
from collections.abc import Mapping

from unlatch.model.errors import EnvironmentProblem
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme, Target
from unlatch.model.text import printable


def for_user(target: Target, environ: Mapping[str, str]) -> Target:
    """Return the target whose packages go where the Python looks for the user's own (PEP 370).

    That is sysconfig's `posix_user`, `nt_user` or `osx_framework_user` scheme. A Python that the operating system looks
    after stays so. Raise EnvironmentProblem for a virtual environment, which does not look there, and where the
    environment does not tell who the user is.
    """
    if target.is_virtual:
        raise EnvironmentProblem(
            f"--user: packages of the user are not seen in the virtual environment {printable(target.prefix)}",
            hint="leave --user out, or name another Python with --python",
        )
    base = _user_base(target, environ)
    scheme = _windows(target, base) if target.is_windows else _posix(target, base)
    return replace(target, prefix=base, scheme=scheme, is_own_prefix=False)


def for_root(target: Target, root: str) -> Target:
    """Return the target whose every folder lies below `root`, an absolute path, for whoever packs what is there."""
    path = ntpath if target.is_windows else posixpath
    moved = [path.join(root, path.splitdrive(folder)[1].lstrip("\\/")) for folder in target.scheme]
    return replace(target, scheme=Scheme(*moved), externally_managed=None, is_own_prefix=False)


def _user_base(target: Target, environ: Mapping[str, str]) -> str:
    """Return what the Python takes for the user's base folder, as `site.getuserbase` does."""
    home = environ.get("USERPROFILE" if target.is_windows else "HOME")
    chosen = environ.get("PYTHONUSERBASE")
    if chosen:
        return ntpath.normpath(chosen) if target.is_windows else posixpath.normpath(chosen)
    if target.is_windows and environ.get("APPDATA"):
        return ntpath.join(environ["APPDATA"], "Python")
    if not home:
        raise EnvironmentProblem("--user: the environment does not tell where the user's home is")
    if target.is_windows:
        return ntpath.join(home, "Python")
    if _is_framework(target):
        return posixpath.join(home, "Library", "Python", _version(target))
    return posixpath.join(home, ".local")


def _posix(target: Target, base: str) -> Scheme:
    python = "python" if _is_framework(target) else f"python{_version(target)}"
    free_threaded = "t" if posixpath.dirname(target.scheme.purelib).endswith("t") else ""
    packages = posixpath.join(base, "lib", python + free_threaded, "site-packages")
    return Scheme(
        purelib=packages,
        platlib=packages,
        scripts=posixpath.join(base, "bin"),
        headers=posixpath.join(base, "include", f"python{_version(target)}{free_threaded}"),
        data=base,
    )


def _windows(target: Target, base: str) -> Scheme:
    python = ntpath.join(base, f"Python{_version(target).replace('.', '')}")
    packages = ntpath.join(python, "site-packages")
    return Scheme(packages, packages, ntpath.join(python, "Scripts"), ntpath.join(python, "Include"), base)


def _is_framework(target: Target) -> bool:
    """Whether it is a framework build of macOS, whose users' packages lie in their Library."""
    return target.markers["sys_platform"] == "darwin" and "/Python.framework/" in f"{target.prefix}/"


def _version(target: Target) -> str:
    return f"{target.version[0]}.{target.version[1]}"
