"""MongoDB's own failpoints, switched on for the time of a block."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.faults.replica_set import Member

_OURS = "profile-lookup"
"""The name under which the service connects: its commands fail, those of the test do not."""


@contextmanager
def failing_command(member: Member, command: str, *, times: int = 1, **how: Any) -> Iterator[None]:
    """Let the service's next commands of this name fail; ``how`` is what MongoDB's failCommand takes."""
    data = {"failCommands": [command], "appName": _OURS, **how}
    member.command("configureFailPoint", "failCommand", mode={"times": times}, data=data)
    try:
        yield
    finally:
        member.command("configureFailPoint", "failCommand", mode="off")


@contextmanager
def not_replicating(members: list[Member]) -> Iterator[None]:
    """Let the members fetch nothing from the primary."""
    with ExitStack() as stack:
        for member in members:
            member.command("configureFailPoint", "stopReplProducer", mode="alwaysOn")
            stack.callback(member.command, "configureFailPoint", "stopReplProducer", mode="off")
        yield
