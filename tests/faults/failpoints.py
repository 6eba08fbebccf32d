"""Context managers for MongoDB's failpoints."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.faults.replica_set import Member

_APP_NAME = "profile-lookup"
"""The application name of the service. The test's own commands have another name, so they do not fail."""


@contextmanager
def failing_command(member: Member, command: str, *, times: int = 1, **options: Any) -> Iterator[None]:
    """Make the service's next commands of this name fail. ``options`` are those of ``failCommand``."""
    data = {"failCommands": [command], "appName": _APP_NAME, **options}
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
