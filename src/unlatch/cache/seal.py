"""What an entry of a cache is called, and the seal that proves it whole: two digests, and nothing loaded for them."""

try:
    # hashlib has the same function, and loads OpenSSL with it: 3 ms.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

SIZE = 16


def name_of(key: str) -> str:
    """Return the name of an entry, so that its key is nowhere on the disk: the first two letters are its folder's."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def seal(name: str, *body: "bytes | memoryview") -> bytes:
    """Return the seal of an entry's name and of all that follows it, in parts."""
    made = blake2b(name.encode(), digest_size=SIZE)
    for part in body:
        made.update(part)
    return made.digest()
