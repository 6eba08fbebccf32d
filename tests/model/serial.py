"""Serializability: concurrent operations must have the same results as some sequential order."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import combinations, permutations
from typing import Any

from tests.model.on_contacts import Associate
from tests.model.operation import Operation, World
from tests.model.responses import NO_PROFILE, Response
from tests.model.stored import model_state


def find_explanation(
    world: World, operations: Sequence[Operation], actual: Sequence[Response], state: Any
) -> World | None:
    """Return the model after a sequential order with these responses and this state, or None."""
    for order in permutations(range(len(operations))):
        for undone in _possibly_undone(operations, actual):
            after = deepcopy(world)
            has_responses = (
                _has_response(after, operations[n], actual[n], undone=n in undone) for n in order
            )
            if all(has_responses) and model_state(after) == state:
                return after
    return None


def _has_response(world: World, operation: Operation, actual: Response, *, undone: bool) -> bool:
    """Apply the operation to the model. Return whether the model has the same response."""
    expected = operation.apply(world, actual)
    return expected.status < 300 if undone else expected == actual


def _possibly_undone(
    operations: Sequence[Operation], actual: Sequence[Response]
) -> Iterator[tuple[int, ...]]:
    """Yield sets of operations that may have been applied and undone, although they got an error.

    A request that associates a contact with a profile gets a 404 if the profile is deleted meanwhile. The
    service may have stored and removed the association. Then the contact has lost its earlier association.
    """
    candidates = [
        n
        for n, (operation, response) in enumerate(zip(operations, actual, strict=True))
        if isinstance(operation, Associate) and response == NO_PROFILE
    ]
    for count in range(len(candidates) + 1):
        yield from combinations(candidates, count)
