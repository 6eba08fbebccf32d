"""The customers that speed is measured on: enough of them, and of the shape that is told."""

from collections import Counter

import phonenumbers
import pytest

from benchmarks.speed import corpus

_MANY = 10_000_000
_SEVERAL = 15_000


@pytest.fixture(scope="module")
def some_of_many() -> list[int]:
    """Return the numbers of some customers, the first and the last of ten million among them."""
    return [0, 1, _MANY - 1, corpus.MOST - 1, *range(12_345, _MANY, 4_999)]


def test_values_tell_whose_they_are_up_to_ten_million_and_beyond(some_of_many: list[int]) -> None:
    """Whoever they belong to can be read off them, so no two customers have one in common."""
    assert corpus.MOST > _MANY
    for number in some_of_many:
        assert int(corpus.mobile(number).removeprefix("+8190")) == 10_000_000 + number
        assert int(corpus.email(number).removeprefix("customer").removesuffix("@example.com")) == number
        assert int(corpus.account(number).removeprefix("AC-")) == number


def test_every_number_can_be_dialled_up_to_ten_million(some_of_many: list[int]) -> None:
    """As callers' numbers can; and none is written longer or shorter for a large number."""
    for number in some_of_many:
        for each in corpus.customer(number)["phone_numbers"]:
            assert phonenumbers.is_valid_number(phonenumbers.parse(each["value"])), each["value"]
    assert len({len(corpus.mobile(number)) for number in some_of_many}) == 1


def test_three_hundred_share_a_number_at_the_smallest_size_measured() -> None:
    """And the next three hundred another one."""
    shared = Counter(corpus.customer(number)["phone_numbers"][1]["value"] for number in range(_SEVERAL))
    assert [shared[corpus.shared_number(group)] for group in range(3)] == [300, 300, 0]


def test_one_in_two_hundred_has_the_common_name_and_one_has_a_name_alone() -> None:
    """Whatever the number of customers: the other names are made of syllables that neither is made of."""
    names = Counter(corpus.name(number) for number in range(_SEVERAL))
    assert names[corpus.COMMON_NAME] == _SEVERAL // 200
    assert names[corpus.ONLY_NAME] == 1
    assert not {corpus.COMMON_NAME, corpus.ONLY_NAME} & {
        corpus.name(number) for number in (_MANY - 1, corpus.MOST - 1)
    }


def test_names_follow_a_power_law() -> None:
    """The most common last name is that of about one in 60, and half of the names are rare."""
    (_, most), *others = Counter(corpus.name(number)[1] for number in range(_SEVERAL)).most_common()
    assert _SEVERAL / 100 < most < _SEVERAL / 40
    assert sum(1 for _, times in others if times <= 5) > len(others) / 2


def test_the_same_customer_is_made_for_the_same_number() -> None:
    """Data that is kept from run to run is what a run asks for."""
    assert corpus.customer(4711) == corpus.customer(4711)
    assert corpus.customer(4711) != corpus.customer(4712)
