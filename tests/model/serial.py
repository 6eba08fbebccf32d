"""Serializability: concurrent operations must have the results of some sequential order."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import combinations, permutations
from typing import Any

from tests.model.on_contacts import Associate
from tests.model.operation import Operation, World
from tests.model.responses import NO_PROFILE, Response
from tests.model.stored import state_of


def explained(
    world: World, operations: Sequence[Operation], actual: Sequence[Response], state: Any
) -> World | None:
    """Return the model after an order that explains the responses and the state. None if there is none."""
    for order in permutations(range(len(operations))):
        for undone in _possibly_undone(operations, actual):
            after = deepcopy(world)
            explain = (_explains(after, operations[n], actual[n], undone=n in undone) for n in order)
            if all(explain) and state_of(after) == state:
                return after
    return None


def _explains(world: World, operation: Operation, actual: Response, *, undone: bool) -> bool:
    """Apply the operation to the model. Return if that explains the response."""
    expected = operation.applied(world, actual)
    return expected.status < 300 if undone else expected == actual


def _possibly_undone(
    operations: Sequence[Operation], actual: Sequence[Response]
) -> Iterator[tuple[int, ...]]:
    """Yield sets of operations that may have been applied and undone, although they got an error.

    Associating a contact with a profile that is being deleted gets a 404. But the association may have been
    stored and removed again, so that the contact has lost its earlier association.
    """
    candidates = [
        n
        for n, (operation, response) in enumerate(zip(operations, actual, strict=True))
        if isinstance(operation, Associate) and response == NO_PROFILE
    ]
    for count in range(len(candidates) + 1):
        yield from combinations(candidates, count)
