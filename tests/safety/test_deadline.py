"""All commands of a request share one deadline."""

import time
from contextlib import nullcontext
from itertools import count

import pytest

from service.errors.datastore import DatastoreUnavailable
from service.store.client.deadline import Deadline, within_deadline
from tests.api.caller import Caller
from tests.safety.conftest import FailPoint

_SLOW = {"blockConnection": True, "blockTimeMS": 700}


def test_many_slow_commands_share_one_deadline(api: Caller, failing: FailPoint) -> None:
    """Each command is fast enough alone. Together they exceed the deadline of one second."""
    api.define("plan")
    began = time.monotonic()
    with failing("find", **_SLOW):
        api.call("PUT", "/v1/search-keys/tier", {"label": "T", "type": "text"}, status=503)
        took = time.monotonic() - began
    assert 0.8 < took < 3
    assert "tier" not in {key["name"] for key in api.get("/v1/search-keys")["items"]}


def test_a_deadline_begins_with_the_first_command() -> None:
    """The time to upload the request body does not count."""
    clock = count(100.0)
    deadline = Deadline(4, clock=lambda: next(clock))
    assert [deadline.remaining() for _ in range(3)] == [3, 2, 1]
    with pytest.raises(DatastoreUnavailable):
        deadline.remaining()


def test_outside_a_request_commands_share_no_deadline() -> None:
    """For example, the command line sets no deadline for all its commands."""
    assert isinstance(within_deadline(), nullcontext)
