"""The soak test detects figures that grow too much."""

from dataclasses import replace

import pytest

from tests.faults.soak import MAX_CONNECTIONS, MAX_GROWTH_MB, MAX_THREADS, Sample, faults

_FLAT = Sample(
    when="quarter", requests=1, megabytes=[60.0, 61.0], threads=[1, 1], descriptors=[30, 30], connections=20
)


def test_stable_figures_are_not_reported() -> None:
    """Figures may reach the maximum. Growth in the first quarter is ignored."""
    cold = replace(_FLAT, megabytes=[10.0, 10.0])
    last = replace(
        _FLAT,
        megabytes=[60.0 + MAX_GROWTH_MB, 61.0],
        threads=[MAX_THREADS, 1],
        connections=2 * MAX_CONNECTIONS,
    )
    assert faults([cold, _FLAT, last]) == []


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (replace(_FLAT, megabytes=[60.0, 61.1 + MAX_GROWTH_MB]), "memory has grown from 61.0"),
        (replace(_FLAT, threads=[1, MAX_THREADS + 1]), "threads"),
        (replace(_FLAT, connections=2 * MAX_CONNECTIONS + 1), "connections to MongoDB"),
    ],
)
def test_growing_figures_are_reported(last: Sample, message: str) -> None:
    """One worker with too much growth is enough."""
    (fault,) = faults([_FLAT, _FLAT, last])
    assert message in fault
