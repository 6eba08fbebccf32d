"""The count of sensitive values of a credential is exact, even if requests race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from pymongo.database import Database

from service.store.domains.sensitive_value_counts import SensitiveValueCountStore

RACERS = 16
# In the future: MongoDB removes old counts.
HOUR = datetime(2999, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def with_limit(database: Database[dict[str, Any]]) -> Callable[[int], SensitiveValueCountStore]:
    """Return a function that creates a store with a limit, like another instance of the service."""
    return lambda limit: SensitiveValueCountStore(database["sensitive_value_counts"], limit=limit)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(("values", "accepted"), [(1, 10), (2, 5), (3, 3)])
def test_racing_requests_together_stay_within_the_limit(
    database: Database[dict[str, Any]],
    with_limit: Callable[[int], SensitiveValueCountStore],
    number: int,
    values: int,
    accepted: int,
) -> None:
    """The hour has no count yet. Each request uses a store of its own, like another instance."""
    barrier = Barrier(RACERS)

    def add(_: int) -> bool:
        store = with_limit(10)
        barrier.wait(timeout=30)
        return store.add("default", f"plk_{number}", HOUR, values)

    with ThreadPoolExecutor(RACERS) as pool:
        assert sum(pool.map(add, range(RACERS))) == accepted
    (count,) = database["sensitive_value_counts"].find({}, {"_id": False})
    assert count == {
        "domain": "default",
        "count": accepted * values,
        "expires_at": HOUR + timedelta(days=1),
    }


def test_each_domain_credential_and_hour_has_its_own_count(
    with_limit: Callable[[int], SensitiveValueCountStore],
) -> None:
    """Each count has the full limit."""
    store = with_limit(1)
    windows = [("a", "k", HOUR), ("b", "k", HOUR), ("a", "l", HOUR), ("a", "k", HOUR + timedelta(hours=1))]
    assert [store.add(*window, 1) for window in windows * 2] == [True] * 4 + [False] * 4


def test_more_values_than_the_limit_are_rejected(
    database: Database[dict[str, Any]], with_limit: Callable[[int], SensitiveValueCountStore]
) -> None:
    """The first request of an hour is rejected too. Without a limit, nothing is written."""
    assert not with_limit(1).add("default", "k", HOUR, 2)
    assert with_limit(0).add("default", "k", HOUR, 1000)
    assert database["sensitive_value_counts"].count_documents({}) == 0
