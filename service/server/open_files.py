"""The operating system's limit of open files, which also counts connections."""

import resource

_RESERVED = 1000
"""Descriptors for MongoDB, libraries, metrics and the log."""


def raise_limit(connections: int) -> int:
    """Raise the limit for this number of connections, as far as the hard limit allows.

    Return the number of connections that the limit leaves room for.
    """
    needed = connections + _RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_below(soft, needed):
        soft = hard if _is_below(hard, needed) else needed
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, soft - _RESERVED) if _is_below(soft, needed) else connections


def _is_below(limit: int, needed: int) -> bool:
    return limit != resource.RLIM_INFINITY and limit < needed
