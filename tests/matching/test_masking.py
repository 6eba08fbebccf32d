"""What is shown of a sensitive value."""

import pytest

from service.matching.masking import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("123456789", "*****6789"),
        ("12345678", "****5678"),
        ("1234567", "*****67"),
        ("123456", "****56"),
        ("12345", "*****"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_the_end_alone_is_readable(value: str, shown: str) -> None:
    """Four characters of a long value, none of a short one: what is shown never makes half of it."""
    assert masked(value) == shown
