"""Masking of sensitive values."""

import pytest

from service.model.sensitive import masked


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("123456789", "*****6789"),
        ("12345678", "****5678"),
        ("1234567", "*****67"),
        ("123456", "****56"),
        ("12345", "*****"),
        ("1", "*"),
        ("", ""),
        ("078-05-1120", "*******1120"),
        ("12-34-56", "******56"),
        ("1-2-3-4", "*******"),
        ("1 2 3 4 5", "*********"),
        ("jane@example.com", "************.com"),
        ("........", "********"),
        ("山田太郎山田太郎", "****山田太郎"),
    ],
)
def test_only_the_end_is_visible(value: str, expected: str) -> None:
    """At most four characters, and at most half of the value, are visible. Short values are hidden."""
    assert masked(value) == expected
