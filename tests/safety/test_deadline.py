"""One deadline for all commands of a request, whatever MongoDB is slow at."""

import time
from itertools import count

import pymongo
import pytest

from service.errors.datastore import DatastoreUnavailable
from service.store.client import deadline
from service.store.client.deadline import one_deadline, within_deadline
from tests.api.caller import Caller
from tests.safety.conftest import FailPoint

_SLOW = {"blockConnection": True, "blockTimeMS": 700}


def test_many_slow_commands_share_one_deadline(api: Caller, failing: FailPoint) -> None:
    """Each of the five would be in time; together they are not, and the request ends with its second."""
    api.define("plan")
    began = time.monotonic()
    with failing("find", **_SLOW):
        api.call("PUT", "/v1/search-keys/tier", {"label": "T", "type": "text"}, status=503)
        took = time.monotonic() - began
    assert 0.8 < took < 3
    assert "tier" not in {key["name"] for key in api.get("/v1/search-keys")["items"]}


def test_a_deadline_begins_with_the_first_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then a request may take its time, as a body does that arrives slowly."""
    clock = count(100.0)
    monkeypatch.setattr(deadline, "monotonic", lambda: next(clock))
    with one_deadline(4):
        assert _seconds_left() == 3
        assert _seconds_left() == 2
        assert _seconds_left() == 1
        with pytest.raises(DatastoreUnavailable):
            _seconds_left()
    with one_deadline(4):
        assert _seconds_left() == 3


def _seconds_left() -> float | None:
    with within_deadline():
        return pymongo._csot.get_timeout()  # noqa: SLF001 - the driver tells it nowhere else


def test_outside_a_request_each_command_has_its_own_time() -> None:
    """Commands of the command line are bounded one by one."""
    assert _seconds_left() is None
