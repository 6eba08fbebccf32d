"""The limit of open files follows the number of connections."""

import resource
from collections.abc import Iterator

import pytest

from service.server.client_limits import raise_open_file_limit


@pytest.fixture(autouse=True)
def _restore_limit() -> Iterator[None]:
    """Restore the limit for other tests."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def _set_soft_limit(soft: int) -> int:
    """Set the soft limit. Return the hard limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return hard


def test_the_soft_limit_is_raised_for_the_connections() -> None:
    """Operators need no ``ulimit -n``."""
    hard = _set_soft_limit(1000)
    assert raise_open_file_limit(2000) == 2000
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (3000, hard)


def test_a_soft_limit_that_is_high_enough_is_kept() -> None:
    """The service never lowers the limit."""
    _set_soft_limit(4000)
    assert raise_open_file_limit(2000) == 2000
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 4000


def test_the_hard_limit_bounds_the_connections() -> None:
    """Some file descriptors are reserved for MongoDB and files."""
    hard = _set_soft_limit(1000)
    assert raise_open_file_limit(hard + 1) == hard - 1000
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard
