"""The customers of the benchmarks: their number, and the distribution of their values."""

from collections import Counter

import phonenumbers
import pytest

from benchmarks.speed import corpus

_MANY = 10_000_000
_SEVERAL = 15_000


@pytest.fixture(scope="module")
def some_of_many() -> list[int]:
    """Return the numbers of some customers, including the first and the last of ten million."""
    return [0, 1, _MANY - 1, corpus.MAX_CUSTOMERS - 1, *range(12_345, _MANY, 4_999)]


def test_values_are_unique_beyond_ten_million_customers(some_of_many: list[int]) -> None:
    """Each value contains the number of its customer."""
    assert corpus.MAX_CUSTOMERS > _MANY
    for number in some_of_many:
        assert int(corpus.mobile(number).removeprefix("+8190")) == 10_000_000 + number
        assert int(corpus.email(number).removeprefix("customer").removesuffix("@example.com")) == number
        assert int(corpus.account(number).removeprefix("AC-")) == number


def test_every_phone_number_is_valid(some_of_many: list[int]) -> None:
    """All phone numbers have the same length."""
    for number in some_of_many:
        for each in corpus.customer(number)["phone_numbers"]:
            assert phonenumbers.is_valid_number(phonenumbers.parse(each["value"])), each["value"]
    assert len({len(corpus.mobile(number)) for number in some_of_many}) == 1


def test_three_hundred_customers_share_a_phone_number() -> None:
    """The next three hundred profiles share another number."""
    shared = Counter(corpus.customer(number)["phone_numbers"][1]["value"] for number in range(_SEVERAL))
    assert [shared[corpus.shared_number(group)] for group in range(3)] == [300, 300, 0]


def test_one_in_two_hundred_has_the_common_name_and_one_the_unique_name() -> None:
    """The other names consist of other syllables, so this holds for any number of customers."""
    names = Counter(corpus.name(number) for number in range(_SEVERAL))
    assert names[corpus.COMMON_NAME] == _SEVERAL // 200
    assert names[corpus.ONLY_NAME] == 1
    assert not {corpus.COMMON_NAME, corpus.ONLY_NAME} & {
        corpus.name(number) for number in (_MANY - 1, corpus.MAX_CUSTOMERS - 1)
    }


def test_names_follow_a_power_law() -> None:
    """About one customer in 60 has the most common last name, and half of the names are rare."""
    (_, most), *others = Counter(corpus.name(number)[1] for number in range(_SEVERAL)).most_common()
    assert _SEVERAL / 100 < most < _SEVERAL / 40
    assert sum(1 for _, times in others if times <= 5) > len(others) / 2


def test_a_number_always_gives_the_same_customer() -> None:
    """A run can therefore use the data of an earlier run."""
    assert corpus.customer(4711) == corpus.customer(4711)
    assert corpus.customer(4711) != corpus.customer(4712)
