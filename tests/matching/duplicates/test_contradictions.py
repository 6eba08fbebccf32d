"""Names and dates of birth that exclude that two profiles are of the same person."""

import pytest

from service.matching.duplicates.contradictions import contradicts
from service.model.profile import Profile
from tests.matching.partial_profiles import profile_with


def _person(name: str, **fields: str) -> Profile:
    """Return a profile from ``first/last``, or ``first/last=read first/read last``."""
    written, _, reading = name.partition("=")
    first, _, last = written.partition("/")
    read_first, _, read_last = reading.partition("/")
    names = {"first_name": first, "last_name": last or None}
    return profile_with(**names, phonetic_first_name=read_first, phonetic_last_name=read_last, **fields)


def _contradict(one: Profile, other: Profile) -> bool:
    result = contradicts(one, other)
    assert contradicts(other, one) is result
    return result


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John/Smith", "JOHN/SMITH"),
        ("John/Smith", "J./Smith"),
        ("JP/Roux", "Jean Pierre/Roux"),
        ("Bob/Smith", "Robert/Smith"),
        ("Smith/John", "John/Smith"),
        ("John Smith/", "John/Smith"),
        ("Smith John/", "John Smith/"),
        ("Smith/", "John/Smith"),
        ("Mr. John/Smith", "John/Smith"),
        ("Jhon/Smtih", "John/Smith"),
        ("Anna/Schmidt", "Anna/Meyer"),
        ("María/García", "María José/López"),
        ("Robert James/Smith", "James/Smith"),
        ("Anne-Marie/Doe", "Annemarie/Doe"),
        ("Anne-Marie/Doe", "Anne Marie/Doe"),
        ("Anne-Marie/Doe", "Anne/Doe"),
        ("Jörg/Köhler", "Joerg/Koehler"),
        ("Ludwig/van Beethoven", "Ludwig/Beethoven"),
        ("山田太郎/", "太郎/山田"),
        ("太郎/山田", "Taro/Yamada"),
        ("太郎/山田=タロウ/ヤマダ", "Taro/Yamada"),
        ("太郎/山田=タロウ/ヤマダ", "Yamada/Taro"),
        ("太郎/山田=たろう/やまだ", "タロウ/ヤマダ"),
        ("太郎/山田=タロウ/ヤマダ", "T./Yamada"),
        ("健二/斎藤=ケンジ/サイトウ", "謙二/斉藤=ケンジ/サイトウ"),
        ("Ольга/Иванова", "Olga/Ivanova"),
        ("", "John/Smith"),
        ("John/Smith", "John/Smith Jr."),
    ],
)
def test_names_that_may_be_of_one_person_do_not_contradict(one: str, other: str) -> None:
    """In both directions."""
    assert not _contradict(_person(one), _person(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John/Smith", "Jane/Smith"),
        ("Mario/Rossi", "Maria/Rossi"),
        ("Daniel/Klein", "Daniela/Klein"),
        ("Tim/Fox", "Tom/Fox"),
        ("Jason/Fox", "Mason/Fox"),
        ("J./Smith", "Robert/Smith"),
        ("María José/García", "María Carmen/García"),
        ("John Quincy/Doe", "John Fitzgerald/Doe"),
        ("Thị Hương/Nguyễn", "Thị Thảo/Nguyễn"),
        ("Anna/", "John/Smith"),
        ("太郎/山田", "花子/山田"),
        ("太郎/山田", "一郎/山田"),
        ("太郎/山田=タロウ/ヤマダ", "Hanako/Yamada"),
        ("太郎/山田=タロウ/ヤマダ", "ハナコ/ヤマダ"),
        ("민준/김", "민수/김"),
        ("John/Smith Jr.", "John/Smith, Sr."),
    ],
)
def test_other_first_names_contradict(one: str, other: str) -> None:
    """In both directions."""
    assert _contradict(_person(one), _person(other))


@pytest.mark.parametrize(
    "other",
    [
        *("1980-04-01", "01.04.1980", "1 April 1980", "昭和55年4月1日", "S55.4.1", "19800401"),
        *("1980-04-01T00:00:00Z", "1980-01-04", "1980-04-10", "1980-04-02", "1908-04-01"),
        *("1900-01-01", "", "unknown", "April 1980"),
    ],
)
def test_dates_in_other_notations_with_a_typo_or_missing_do_not_contradict(other: str) -> None:
    """Programs write 1900-01-01 for a missing date."""
    assert not _contradict(
        _person("John/Smith", birth_date="1980-04-01"), _person("John/Smith", birth_date=other)
    )


@pytest.mark.parametrize("other", ["1950-04-01", "1980-07-23", "23.07.1980", "1979-03-31"])
def test_other_dates_of_birth_contradict(other: str) -> None:
    """Also those of a parent and a child with the same name and birthday."""
    assert _contradict(
        _person("John/Smith", birth_date="1980-04-01"), _person("John/Smith", birth_date=other)
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Acme Ltd", "Globex", True),
        ("Acme Ltd", "ACME Limited", False),
        ("株式会社ヤマダ電機", "ヤマダ電機", False),
        ("Acme", "", False),
    ],
)
def test_companies_with_different_names_contradict(one: str, other: str, *, expected: bool) -> None:
    """The legal form is not part of the name. A person may work for a company with another name."""
    companies = [profile_with(first_name=None, business_name=each or None) for each in (one, other)]
    assert _contradict(*companies) is expected
    assert not _contradict(_person("Ann/Lee", business_name=one), companies[1])
