"""Linux's own keyring as a drawer: texts in the kernel's memory, which only the same user's processes can read.

They are never swapped to a disk in the clear by us, leave no file, and are gone when their time is over, or the machine
is. Source: keyrings(7), add_key(2), keyctl(2). Containers mostly forbid these calls, because a container's root would
meet the machine's there; then there is no drawer.
"""

import ctypes
import errno
import math
import os
import platform
import sys

from unlatch.auth.store.drawer import DrawerStuck

# The numbers of add_key and keyctl, by the machine's architecture.
_CALLS = {
    "x86_64": (248, 250),
    "aarch64": (217, 219),
    "riscv64": (217, 219),
    "ppc64le": (269, 271),
    "s390x": (278, 280),
}
_USER_KEYRING = -4
_KIND = b"user"
_PREFIX = b"unlatch:"
_SET_PERMISSION, _DESCRIBE, _UNLINK, _SEARCH, _READ, _SET_TIMEOUT = 5, 6, 9, 10, 11, 15
# Everything for whoever has the key and for its user, nothing for anybody else. A user's own keyring is not always
# among what a session has, so that its user has to be allowed by name.
_OURS_ALONE = 0x3F3F0000
_NOTHING = frozenset({errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED})


class KernelDrawer:
    """Texts in the keyring of the user who runs this process."""

    label = "the kernel's keyring"

    def __init__(self) -> None:
        """Raise DrawerStuck where there is no such keyring, or it may not be used."""
        numbers = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
        if numbers is None or sys.maxsize < 2**32:
            raise DrawerStuck("there is no kernel's keyring that unlatch knows of here")
        self._add_key, self._keyctl = numbers
        self._call = ctypes.CDLL(None, use_errno=True).syscall
        self._call.restype = ctypes.c_long
        self._ask(_READ, _USER_KEYRING, None, 0)

    def get(self, key: str) -> str | None:
        """Return the text, None when there is none."""
        number = self._find(key)
        return None if number is None else self._text(number)

    def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text for so many seconds, in the place of what was there."""
        # A new key: one that is changed in place would keep the time that it has.
        self.drop(key)
        content = text.encode()
        number = self._do(
            self._add_key, _KIND, _PREFIX + key.encode(), content, ctypes.c_size_t(len(content)), _USER_KEYRING
        )
        self._ask(_SET_TIMEOUT, number, math.ceil(seconds))
        self._ask(_SET_PERMISSION, number, _OURS_ALONE)

    def drop(self, key: str) -> None:
        """Throw a text away; it may be gone already."""
        number = self._find(key)
        if number is not None:
            self._ask(_UNLINK, number, _USER_KEYRING)

    def texts(self) -> list[str]:
        """Return every text."""
        packed = self._content(_READ, _USER_KEYRING)
        numbers = [int.from_bytes(packed[at : at + 4], sys.byteorder, signed=True) for at in range(0, len(packed), 4)]
        found = (self._text(number) for number in numbers if self._is_ours(number))
        return [text for text in found if text is not None]

    def _find(self, key: str) -> int | None:
        try:
            return self._ask(_SEARCH, _USER_KEYRING, _KIND, _PREFIX + key.encode(), 0)
        except _Gone:
            return None

    def _is_ours(self, number: int) -> bool:
        try:
            # The type, the user, the group, the permissions, and then the name.
            return self._content(_DESCRIBE, number).split(b";", 4)[-1].startswith(_PREFIX)
        except (_Gone, DrawerStuck):
            return False

    def _text(self, number: int) -> str | None:
        try:
            return self._content(_READ, number).decode("utf-8", "replace")
        except _Gone:
            return None

    def _content(self, operation: int, number: int) -> bytes:
        """Return what the kernel writes into a buffer that is large enough; it tells the size in any case."""
        size = 0
        while True:
            room = ctypes.create_string_buffer(max(size, 1))
            needed = self._ask(operation, number, room, size)
            if needed <= size:
                return room.raw[:needed]
            size = needed

    def _ask(self, operation: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
        return self._do(self._keyctl, operation, *arguments)

    def _do(self, number: int, *arguments: object) -> int:
        """Make a system call. Raise _Gone and DrawerStuck."""
        wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
        answer = int(self._call(ctypes.c_long(number), *wide))
        if answer >= 0:
            return answer
        reason = ctypes.get_errno()
        if reason in _NOTHING:
            raise _Gone
        raise DrawerStuck(f"the kernel's keyring cannot be used: {os.strerror(reason)}")


class _Gone(Exception):
    """A key that is not there, or not any longer."""
