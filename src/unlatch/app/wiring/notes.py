"""What a room remembers from run to run: its `Memory`, kept in a bucket of the cache."""

from unlatch.cache.store import Bucket, Cache


class Notes:
    """What a room remembers from run to run, kept in a bucket of the cache."""

    def __init__(self, cache: Cache, bucket: Bucket) -> None:
        self._cache = cache
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """Return what was written under the key."""
        return self._cache.read(self._bucket, key)

    def write(self, key: str, content: bytes) -> None:
        """Keep the content under the key."""
        self._cache.write(self._bucket, key, content)
