"""How much each worker has in hand: a number for each, in memory that all of them share."""

import mmap

_PLACES = 256
_NUMBER_BYTES = 4
_NOBODY = 2**31 - 1


class WorkerLoads:
    """The numbers, made before the workers are: a fork shares the memory, and each writes its own alone.

    A worker's place follows from its age, which counts up; two that are 256 apart would share one, and be
    taken for one.
    """

    def __init__(self) -> None:
        """Have no workers."""
        self._numbers = memoryview(mmap.mmap(-1, _PLACES * _NUMBER_BYTES)).cast("i")
        for age in range(_PLACES):
            self.forget(age)

    def tell(self, age: int, load: int) -> None:
        """Say how much the worker has."""
        self._numbers[age % _PLACES] = load

    def forget(self, age: int) -> None:
        """Say that the worker takes nothing."""
        self.tell(age, _NOBODY)

    def least(self) -> int:
        """Return how much the worker with the least has."""
        return min(self._numbers)
