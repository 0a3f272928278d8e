"""Passwords 口令: Argon2id with 19 MiB, two passes, one lane. An unknown login costs the same time as a wrong password."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

SHORTEST = 10


def hashed(password: str) -> str:
    """The Argon2id hash of ``password``, with its own salt."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one. Does the same work, and says no, when there is no hash at all."""
    try:
        return _HASHER.verify(password_hash or _nobodys(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
