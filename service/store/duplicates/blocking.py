"""The blocking keys of all profiles, and the pairs of profiles that share one.

Only profiles that share a blocking key are compared.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from service.store.duplicates.work_file import WorkFile

_HASH_KEY = "hash_key"
_KEY_BYTES = 32
_HASH_BYTES = 8
"""Of ten million keys, two have the same hash with a probability of 0.0003 %.

Then two profiles are compared needlessly.
"""

_PAIRS = """
INSERT INTO pairs (one, other)
SELECT a.profile, b.profile
FROM shared
JOIN keys AS a ON a.hash = shared.hash
JOIN keys AS b ON b.hash = shared.hash AND b.profile > a.profile
WHERE shared.profiles <= ?
GROUP BY a.profile, b.profile
ORDER BY a.profile, b.profile
"""

_TOO_SHARED = """
SELECT kinds.name, shared.profiles, profiles.id
FROM shared
JOIN keys ON keys.rowid = (SELECT rowid FROM keys WHERE hash = shared.hash ORDER BY profile LIMIT 1)
JOIN kinds ON kinds.number = keys.kind
JOIN profiles ON profiles.number = keys.profile
WHERE shared.profiles > ?
ORDER BY shared.profiles DESC, profiles.number
"""


class HashedKey(NamedTuple):
    """The hash of a blocking key, and what the key is made from, such as the name of a search key."""

    hash: int
    kind: str


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A blocking key that too many profiles share.

    ``kind`` is what the key is made from, such as the name of a search key. ``profiles`` is the number of the
    profiles, ``example_id`` the ID of the oldest one.
    """

    kind: str
    profiles: int
    example_id: str


def hash_of(hash_key: bytes, key: str) -> int:
    """Return the hash of a blocking key. Without ``hash_key``, the blocking key cannot be guessed from it."""
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=_HASH_BYTES, key=hash_key).digest()
    return int.from_bytes(digest, signed=True)


class BlockingKeys:
    """The blocking keys of the profiles that are read so far. They are hashed with a random key."""

    def __init__(self, work: WorkFile) -> None:
        self._work = work
        if work.get(_HASH_KEY) is None:
            with work.transaction():
                work.put(_HASH_KEY, secrets.token_hex(_KEY_BYTES))
        self.hash_key = bytes.fromhex(work.get(_HASH_KEY))
        self._kinds = dict[str, int](work.rows("SELECT name, number FROM kinds"))

    def add(self, first: int, profiles: Sequence[tuple[str, Sequence[HashedKey]]]) -> None:
        """Add profiles: the ID of each with its blocking keys. Call this in a transaction.

        The profiles get numbers from ``first`` on, in their order.
        """
        rows = [
            (key.hash, number, self._kind(key.kind))
            for number, (_, keys) in enumerate(profiles, first)
            for key in keys
        ]
        ids = [(number, bytes.fromhex(each)) for number, (each, _) in enumerate(profiles, first)]
        self._work.add("INSERT INTO profiles VALUES (?, ?)", ids)
        self._work.add("INSERT INTO keys VALUES (?, ?, ?)", rows)

    def forget(self) -> None:
        """Remove the random key, since all profiles are read. Call this in a transaction."""
        self._work.put(_HASH_KEY, None)

    def _kind(self, kind: str) -> int:
        if kind not in self._kinds:
            self._kinds[kind] = len(self._kinds)
            self._work.add("INSERT INTO kinds VALUES (?, ?)", [(self._kinds[kind], kind)])
        return self._kinds[kind]


def add_pairs(work: WorkFile, *, max_shared: int) -> None:
    """Store the pairs of profiles that share a blocking key, each once. Call this in a transaction.

    Blocking keys that more than ``max_shared`` profiles share are left out.
    """
    work.change("CREATE INDEX keys_by_hash ON keys (hash, profile)")
    work.change("INSERT INTO shared SELECT hash, COUNT(*) FROM keys GROUP BY hash HAVING COUNT(*) > 1")
    work.change(_PAIRS, max_shared)


def count_profiles(work: WorkFile) -> int:
    """Return the number of profiles that were read."""
    return int(work.rows("SELECT COUNT(*) FROM profiles").fetchone()[0])


def too_shared(work: WorkFile, *, max_shared: int) -> Iterator[SharedKey]:
    """Yield the blocking keys that more than ``max_shared`` profiles share, the most shared first."""
    for kind, profiles, example in work.rows(_TOO_SHARED, max_shared):
        yield SharedKey(kind, profiles, example.hex())
