"""The page size."""

import pytest

from schemas.common import limit_field
from tests.schemas.errors import errors_of


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30, "ten", "10", True, False, 1.5, None, [], {}])
def test_a_limit_in_a_body_is_a_number_from_1_to_100(limit: object) -> None:
    """Other values are rejected."""
    assert errors_of(limit_field(), limit)


def test_every_limit_from_1_to_100_is_valid() -> None:
    """A query string has a string. A body may have 20.0, which is the same number as 20 in JSON."""
    for limit in range(1, 101):
        read = limit_field().deserialize(float(limit))
        assert (read, type(read)) == (limit, int)
        assert limit_field().deserialize(limit) == limit
        assert limit_field(strict=False).deserialize(str(limit)) == limit
