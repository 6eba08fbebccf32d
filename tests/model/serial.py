"""Operations at once: their answers and what they leave must be those of one order, one after the other."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import combinations, permutations
from typing import Any

from tests.model.answers import NO_PROFILE, Answer
from tests.model.on_contacts import Associate
from tests.model.operation import Operation, World
from tests.model.stored import state_of


def explained(
    world: World, operations: Sequence[Operation], seen: Sequence[Answer], state: Any
) -> World | None:
    """Return the world after an order that explains both the answers and the state; None where none does."""
    for order in permutations(range(len(operations))):
        for undone in _undone(operations, seen):
            after = deepcopy(world)
            explain = (_explains(after, operations[n], seen[n], undone=n in undone) for n in order)
            if all(explain) and state_of(after) == state:
                return after
    return None


def _explains(world: World, operation: Operation, seen: Answer, *, undone: bool) -> bool:
    """Do to the world what the operation does; tell whether that explains its answer."""
    due = operation.applied(world, seen)
    return due.status < 300 if undone else due == seen


def _undone(operations: Sequence[Operation], seen: Sequence[Answer]) -> Iterator[tuple[int, ...]]:
    """Yield which operations may have been carried out and undone, though they were answered otherwise.

    An association with a profile that is deleted at that very moment is made, and then removed by both: the
    404 is true, but the contact is no longer associated with whom it was before.
    """
    may_be = [
        n
        for n, (operation, answer) in enumerate(zip(operations, seen, strict=True))
        if isinstance(operation, Associate) and answer == NO_PROFILE
    ]
    for count in range(len(may_be) + 1):
        yield from combinations(may_be, count)
