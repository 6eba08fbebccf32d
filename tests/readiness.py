"""Times for readiness checks without caching, so that tests see each change at once."""

from service.use_cases.health import ReadinessTimes


def uncached() -> ReadinessTimes:
    """Return times that disable caching and allow for a slow machine."""
    return ReadinessTimes(cache_ttl=0, definitions_ttl=0, definitions_timeout=60)
