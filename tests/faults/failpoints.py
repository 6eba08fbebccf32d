"""Context managers for MongoDB's failpoints."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.faults.replica_set import Member

_APP_NAME = "profile-lookup"
"""The service's application name, so that only its commands fail, not those of the test."""


@contextmanager
def failing_command(member: Member, command: str, *, times: int = 1, **how: Any) -> Iterator[None]:
    """Make the service's next commands of this name fail. ``how`` has options of ``failCommand``."""
    data = {"failCommands": [command], "appName": _APP_NAME, **how}
    member.command("configureFailPoint", "failCommand", mode={"times": times}, data=data)
    try:
        yield
    finally:
        member.command("configureFailPoint", "failCommand", mode="off")


@contextmanager
def not_replicating(members: list[Member]) -> Iterator[None]:
    """Stop replication from the primary to the members."""
    with ExitStack() as stack:
        for member in members:
            member.command("configureFailPoint", "stopReplProducer", mode="alwaysOn")
            stack.callback(member.command, "configureFailPoint", "stopReplProducer", mode="off")
        yield
