"""Index terms of whole profiles."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest

from service.matching.profiles import KEY_OF_FIELD, Index, index
from service.matching.search_keys import query_terms
from service.model.profile import EMPTY_PROFILE
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

SSN = SearchKey(name="ssn", label="SSN", type=KeyType.DIGITS, unique=True)
NICK = SearchKey(name="nick", label="Nickname", type=KeyType.TEXT)

FIELDS: dict[str, object] = {
    "profile_id": "ab" * 16,
    "first_name": "太郎",
    "middle_name": None,
    "last_name": "山田",
    "phonetic_first_name": "タロウ",
    "phonetic_last_name": "ヤマダ",
    "business_name": "Yamada, Inc.",
    "account_number": "A-1001",
    "phone_numbers": [
        {"type": "home", "value": "03-1234-5678", "e164": "+81312345678"},
        {"type": "work", "value": "1234", "e164": None},
    ],
    "email_addresses": [{"type": "home", "value": "Taro@Example.com"}],
    "keys": {"ssn": ["123-45-6789"], "nick": ["Tarō", "TARO"], "gone": ["x"]},
}
PERSON = profile_with(**FIELDS)


def test_every_field_gives_index_terms() -> None:
    """The terms are sorted and distinct. An undefined search key has only the term `.held:`."""
    assert index(PERSON, {"ssn": SSN, "nick": NICK}, "JP") == Index(
        lookup=[
            ".held:gone",
            ".held:nick",
            ".held:ssn",
            "account:a1001",
            "email:taro@example.com",
            "name.company:=yamada",
            "name.company:=yamada inc",
            "name.like:タロー 山田",
            "name.like:タローヤマダ",
            "name.like:ヤマダ 太郎",
            "name.like:ヤマダタロー",
            "name.part:yamada",
            "name.part:タロー",
            "name.part:ヤマダ",
            "name.part:太郎",
            "name.part:山田",
            "name.romaji:t yamada",
            "name.romaji:taro",
            "name.romaji:taroyamada",
            "name.romaji:yamada",
            "name.romaji:yamadataro",
            "name:yamada",
            "name:yamadainc",
            "name:タロウヤマダ",
            "name:ヤマダタロウ",
            "name:太郎山田",
            "name:山田太郎",
            "nick:taro",
            "phone:+81312345678",
            "phone:1234",
            "profile_id:" + "ab" * 16,
            "ssn:123456789",
        ],
        unique=["ssn:123456789"],
    )


@pytest.mark.parametrize("field", KEY_OF_FIELD)
def test_a_field_gives_terms_of_its_key_only(field: str) -> None:
    """``KEY_OF_FIELD`` contains the search key of each field."""
    alone = index(profile_with(**{field: FIELDS[field] or "Lee"}), {}, "JP").lookup
    assert {entry.partition(":")[0].partition(".")[0] for entry in alone} == {KEY_OF_FIELD[field]}


def test_no_other_field_gives_index_terms() -> None:
    """Exceptions are the profile ID and the custom search keys."""
    others = dict.fromkeys(EMPTY_PROFILE.keys() - KEY_OF_FIELD.keys() - {"keys"}, "Lee")
    assert "gender" in others
    assert index(profile_with(**others), {}, "JP") == Index([], [])


@pytest.mark.parametrize(
    "fields",
    [
        {"first_name": "Cher"},
        {
            "first_name": "Cher",
            "last_name": None,
            "phone_numbers": None,
            "email_addresses": None,
            "keys": None,
        },
        {"first_name": "Cher", "account_number": " ", "phone_numbers": [{"value": " "}], "keys": {"ssn": []}},
    ],
)
def test_a_profile_with_only_a_first_name_is_indexed(fields: dict[str, object]) -> None:
    """Missing, null and blank fields give no index term."""
    assert index(profile_with(**fields), {"ssn": SSN}, "JP") == Index(
        lookup=["name.part:cher", "name:cher"], unique=[]
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phone", "+81 3 1234 5678"),
        ("phone", "03(1234)5678"),
        ("phone", "１２３４"),
        ("email", "TARO＠example.com"),
        ("name", "太郎　山田"),
        ("name", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("name", "山田"),
        ("name", "YAMADA INC"),
        ("account", "a-1001"),
        ("profile_id", "AB" * 16),
    ],
)
def test_a_profile_matches_by_each_built_in_key(key: str, value: str) -> None:
    """The value of the query may be in another spelling."""
    found = index(PERSON, {}, "JP").lookup
    assert any(term.lookup in found for term in query_terms(BUILT_IN[key], value, "JP"))


@pytest.mark.parametrize("value", ["anonymous", "+266696687", "7378742833"])
def test_a_stored_withheld_number_is_not_indexed(value: str) -> None:
    """It is not indexed even if an older release took it for a number."""
    numbers = [{"value": value, "e164": None}, {"value": value, "e164": "+17378742833"}]
    profile = profile_with(phone_numbers=numbers)
    assert index(profile, {}, "US").lookup == []


def test_a_unique_text_has_one_unique_term_and_matches_in_each_spelling() -> None:
    """Müller matches as Mueller and as Muller, but only Mueller is unique."""
    key = SearchKey(name="nick", label="Nickname", type=KeyType.TEXT, unique=True)
    found = index(profile_with(keys={"nick": ["Müller"]}), {"nick": key}, "JP")
    assert found == Index(lookup=[".held:nick", "nick:mueller", "nick:muller"], unique=["nick:mueller"])
    assert index(profile_with(keys={"nick": ["Mueller"]}), {"nick": key}, "JP").unique == found.unique


def test_a_phone_number_is_not_parsed_again() -> None:
    """The stored E.164 form is indexed; the current region does not matter."""
    profile = profile_with(phone_numbers=[{"value": "03-1234-5678", "e164": "+81312345678"}])
    assert index(profile, {}, "US").lookup == ["phone:+81312345678"]


def test_a_phone_number_that_could_not_be_read_is_read_again() -> None:
    """It may be a number by newer rules, or in another default region."""
    profile = profile_with(phone_numbers=[{"value": "03-1234-5678", "e164": None}])
    assert index(profile, {}, "JP").lookup == ["phone:+81312345678"]
    assert index(profile, {}, "SG").lookup == ["phone:0312345678"]
