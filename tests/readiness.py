"""Readiness checks without a cache: a test changes something, and asks at once."""

from service.use_cases.health import ReadinessTimes


def uncached() -> ReadinessTimes:
    """Return times that reuse no result, and that suffice on a slow machine."""
    return ReadinessTimes(cache_ttl=0, definitions_ttl=0, definitions_timeout=60)
