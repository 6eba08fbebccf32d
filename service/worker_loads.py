"""How many connections each worker has open: a number for each, in memory that all of them share."""

import mmap

_PLACES = 256
_NUMBER_BYTES = 4
_NOBODY = 2**31 - 1


class OpenConnections:
    """The numbers, made before the workers are: a fork shares the memory, and each writes its own alone.

    A worker's place follows from its age, which counts up; two that are 256 apart would share one, and be
    taken for one.
    """

    def __init__(self) -> None:
        """Have no workers."""
        self._numbers = memoryview(mmap.mmap(-1, _PLACES * _NUMBER_BYTES)).cast("i")
        for age in range(_PLACES):
            self.forget(age)

    def tell(self, age: int, count: int) -> None:
        """Say how many the worker has."""
        self._numbers[age % _PLACES] = count

    def forget(self, age: int) -> None:
        """Say that the worker takes none."""
        self.tell(age, _NOBODY)

    def fewest(self) -> int:
        """Return how many the worker with the fewest has."""
        return min(self._numbers)
