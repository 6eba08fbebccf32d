"""Query terms, prefixes and index terms of each search key."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import folding, phone
from service.matching.search_keys import index_terms, query_terms, term_prefixes
from service.model.characters import is_blank
from service.model.match import Tier
from service.model.search_key import AMAZON_NAMES, BUILT_IN, KeyType, SearchKey

laws = settings(derandomize=True, deadline=None, database=None, max_examples=75)

KEYS = [
    *BUILT_IN.values(),
    *(SearchKey(name=f"my_{kind}", label=kind, type=kind) for kind in KeyType),
    *(SearchKey(name=f"my_unique_{kind}", label=kind, type=kind, unique=True) for kind in KeyType),
]
VALUES = st.one_of(
    st.text(max_size=255),
    st.text(st.sampled_from("0123456789+()-. "), max_size=20),
    st.emails(),
    st.sampled_from(
        [
            "Doe, John",
            "山田 太郎",
            "anonymous",
            "+266696687",
            "n/a",
            "+453 3331 9991",
            "+56 (0)2 635 4444",
            "\ud800",
            "\x00",
            "\ufe0f",
        ]
    ),
)


def custom(kind: KeyType, *, unique: bool = False) -> SearchKey:
    """Return a custom key named ``k``."""
    return SearchKey(name="k", label="K", type=kind, unique=unique)


def has_meaning(key: SearchKey, value: str) -> bool:
    """Return whether the value is no blank, no withheld number, and no digits without a digit."""
    if key.type is KeyType.DIGITS:
        return bool(folding.digits(value))
    return not is_blank(value) and not (key.type is KeyType.PHONE and phone.is_withheld(value))


def asked(key: SearchKey, value: str, region: str = "JP") -> list[tuple[Tier, str]]:
    """Return tier and index term of each query term."""
    return [(term.tier, term.lookup) for term in query_terms(key, value, region)]


def test_the_built_in_keys_have_the_order_of_the_drop_down() -> None:
    """Phone comes first, and each key has a label and an example."""
    assert list(BUILT_IN) == ["phone", "email", "name", "account", "profile_id", "contact_id"]
    assert all(key.built_in and key.label and key.example for key in BUILT_IN.values())
    assert all(name == key.name for name, key in BUILT_IN.items())


def test_each_built_in_key_has_a_name_of_amazon_connect() -> None:
    """Flows written for Amazon Connect keep working."""
    assert set(AMAZON_NAMES.values()) == set(BUILT_IN)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("phone", "+81 3-1234-5678", [(Tier.EXACT, "phone:+81312345678")]),
        ("phone", "03-1234-5678", [(Tier.EXACT, "phone:+81312345678"), (Tier.RAW, "phone:0312345678")]),
        ("phone", "1234", [(Tier.RAW, "phone:1234")]),
        ("phone", "Reception", [(Tier.RAW, "phone:reception")]),
        (
            "phone",
            "+5626354444",
            [
                (Tier.VARIANT, "phone:+5626354444"),
                (Tier.VARIANT, "phone:+56226354444"),
                (Tier.RAW, "phone:5626354444"),
            ],
        ),
        ("email", "JANE@Example.com", [(Tier.EXACT, "email:jane@example.com")]),
        (
            "name",
            "John Doe",
            [
                (Tier.FULL_NAME, "name:johndoe"),
                (Tier.FULL_NAME, "name.company:=johndoe"),
                (Tier.PARTIAL_NAME, "name.like:johndoe"),
                (Tier.PARTIAL_NAME, "name.like:doe john"),
                (Tier.PARTIAL_NAME, "name.like:doe j"),
                (Tier.PARTIAL_NAME, "name.like:d john"),
                (Tier.PARTIAL_NAME, "name.part:johndoe"),
                (Tier.PARTIAL_NAME, "name.company:doe john"),
                (Tier.PARTIAL_NAME, "name.company:doe j"),
                (Tier.PARTIAL_NAME, "name.romaji:jondoe"),
            ],
        ),
        (
            "name",
            "Doe",
            [
                (Tier.FULL_NAME, "name:doe"),
                (Tier.PARTIAL_NAME, "name.like:doe"),
                (Tier.PARTIAL_NAME, "name.part:doe"),
                (Tier.PARTIAL_NAME, "name.romaji:doe"),
            ],
        ),
        ("account", " ａ-1001 ", [(Tier.EXACT, "account:a1001")]),
        ("profile_id", "AB" * 16, [(Tier.UNIQUE, "profile_id:" + "ab" * 16)]),
        ("contact_id", " Abc:1 ", [(Tier.UNIQUE, "contact_id:Abc:1")]),
    ],
)
def test_a_built_in_key_asks_for_the_best_tier_first(
    key: str, value: str, expected: list[tuple[Tier, str]]
) -> None:
    """Each built-in key normalises by its type."""
    assert asked(BUILT_IN[key], value) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (KeyType.DIGITS, "123-45-6789", [(Tier.EXACT, "k:123456789")]),
        (KeyType.DIGITS, "n/a", []),
        (KeyType.PHONE, "anonymous", []),
        (KeyType.PHONE, "+266696687", []),
        (KeyType.TEXT, "Señor, Foo", [(Tier.EXACT, "k:senorfoo")]),
        (KeyType.EMAIL, "Jane <J@example.com>", [(Tier.EXACT, "k:j@example.com")]),
        (KeyType.PHONE, "+81312345678", [(Tier.EXACT, "k:+81312345678")]),
        (KeyType.TEXT, "渡邉ゆう", [(Tier.EXACT, "k:渡辺ユウ")]),
        (
            KeyType.NAME,
            "Doe",
            [
                (Tier.FULL_NAME, "k:doe"),
                (Tier.PARTIAL_NAME, "k.like:doe"),
                (Tier.PARTIAL_NAME, "k.part:doe"),
                (Tier.PARTIAL_NAME, "k.romaji:doe"),
            ],
        ),
    ],
)
def test_a_custom_key_normalises_by_its_type(
    kind: KeyType, value: str, expected: list[tuple[Tier, str]]
) -> None:
    """A custom key works like the built-in key of its type, under its own name."""
    assert asked(custom(kind), value) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (KeyType.DIGITS, "123-45-6789", [(Tier.UNIQUE, "k:123456789")]),
        (KeyType.PHONE, "1234", [(Tier.UNIQUE, "k:1234")]),
        (KeyType.NAME, "John Doe", [(Tier.UNIQUE, "k:johndoe")]),
    ],
)
def test_a_unique_key_asks_only_for_its_owner(
    kind: KeyType, value: str, expected: list[tuple[Tier, str]]
) -> None:
    """A match has the best tier, and never matches a part of the value."""
    assert asked(custom(kind, unique=True), value) == expected


def test_a_variant_of_a_unique_number_has_a_lower_tier() -> None:
    """A unique number has one index term; another spelling or its bare digits may belong to others."""
    key = custom(KeyType.PHONE, unique=True)
    assert index_terms(key, "(31) 98888-8888", "BR") == ("k:+5531988888888",)
    assert asked(key, "(31) 98888-8888", "BR") == [
        (Tier.UNIQUE, "k:+5531988888888"),
        (Tier.VARIANT, "k:+553188888888"),
        (Tier.RAW, "k:31988888888"),
    ]


@pytest.mark.parametrize(
    "key", [BUILT_IN["phone"], custom(KeyType.PHONE), custom(KeyType.PHONE, unique=True)]
)
@pytest.mark.parametrize("value", ["anonymous", "sip:anonymous@anonymous.invalid", "+266696687", "非通知"])
def test_a_withheld_number_has_no_terms(key: SearchKey, value: str) -> None:
    """Callers with withheld numbers must not match each other."""
    assert index_terms(key, value, "JP") == ()
    assert query_terms(key, value, "JP") == ()


def test_a_unique_name_has_one_index_term() -> None:
    """So one profile can own John Doe, and another one Doe John."""
    assert index_terms(custom(KeyType.NAME, unique=True), "John Doe", "JP") == ("k:johndoe",)


def test_a_stored_name_has_terms_for_each_order_and_part() -> None:
    """A custom key of type name matches in any order, and by a part."""
    assert index_terms(custom(KeyType.NAME), "John Doe", "JP") == (
        "k:johndoe",
        "k:doejohn",
        "k.part:johndoe",
        "k.part:john",
        "k.part:doe",
        "k.initials:j doe",
        "k.initials:d john",
    )


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize(
    "spellings",
    [
        ("Müller", "MUELLER"),
        ("Müller", "Muller"),
        ("AB-12 34", "AB1234", "ab 12 34", "ＡＢ／１２・３４"),
        ("AC-77 b", "ac77b"),
        ("00-123 45", "0012345"),
        ("O'Neil", "ONeil", "o’neil"),
        ("---", "---"),
        ("...", "..."),
    ],
)
def test_a_text_matches_with_any_punctuation(spellings: tuple[str, ...], *, unique: bool) -> None:
    """Spaces, hyphens, marks and umlauts do not matter, but the order does."""
    key = custom(KeyType.TEXT, unique=unique)
    stored = set(index_terms(key, spellings[0], "JP"))
    for spelling in spellings:
        assert stored & {term.lookup for term in query_terms(key, spelling, "JP")}
    turned = " ".join(reversed(spellings[0].replace("-", " ").split()))
    assert turned in {spellings[0], ""} or not stored & {
        term.lookup for term in query_terms(key, turned, "JP")
    }


@pytest.mark.parametrize(
    ("stored", "asked_for", "region"),
    [
        ("+453 3331 9991", "45333319991", "JP"),
        ("+56 (0)2 635 4444", "+56 2 635 4444", "JP"),
        ("+56 (0)2 635 4444", "+56 02 635 4444", "JP"),
        ("03-1234-5678", "+81 (0)3 1234 5678", "JP"),
        ("１２３４", "1234", "DE"),
    ],
)
def test_a_phone_number_matches_in_any_spelling(stored: str, asked_for: str, region: str) -> None:
    """Numbers that are impossible in their region match too."""
    found = {term.lookup for term in query_terms(BUILT_IN["phone"], asked_for, region)}
    assert found & set(index_terms(BUILT_IN["phone"], stored, region))


@pytest.mark.parametrize(
    ("key", "value", "prefixes"),
    [
        ("name", "Yam", ("name:yam", "name.romaji:yam")),
        ("name", "やま", ("name:ヤマ",)),
        ("name", "ﾔﾏ", ("name:ヤマ",)),
        ("name", "Gon", ("name:gon", "name.romaji:gon")),
        ("name", "Doe, J", ("name:doej", "name.romaji:doej")),
        ("name", "van der B", ("name:vanderb",)),
        ("name", "Köh", ("name:koh", "name:koeh", "name.romaji:ko")),
        ("name", "Dr. Sm", ("name:drsm", "name:sm")),
        ("name", "Mr. J", ("name:mrj",)),
        ("name", "佐", ("name:佐",)),
        ("name", " 﨑 ", ("name:崎",)),
        ("name", "\U00020bb7", ("name:吉",)),
        ("name", "\ufa0e", ("name:\ufa0e",)),
        ("name", "林様", ("name:林様", "name:林")),
        ("phone", "+8131", ("phone:+8131", "phone:8131")),
        ("phone", "03-12", ("phone:+81312", "phone:0312")),
        ("email", "Jane@EX", ("email:jane@ex",)),
        ("email", "Jane <jane@EX", ("email:jane@ex",)),
        ("email", "jane@xn--bcher-kva.d", ("email:jane@bücher.d",)),
        ("account", "A-1", ("account:a1",)),
        ("account", "Mü", ("account:mue", "account:mu")),
        ("account", "--", ("account:--",)),
        ("account", "東", ("account:東",)),
        ("profile_id", "0F8C", ("profile_id:0f8c",)),
        ("contact_id", "Ab", ("contact_id:Ab",)),
    ],
)
def test_prefixes_are_normalised(key: str, value: str, prefixes: tuple[str, ...]) -> None:
    """A search while a value is typed looks for index terms with these prefixes."""
    assert term_prefixes(BUILT_IN[key], value, "JP") == prefixes


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "y"),
        ("name", "や"),
        ("name", "ﾔ"),
        ("name", "々"),
        ("name", "김"),
        ("name", " y, "),
        ("phone", "+8"),
        ("phone", "0"),
        ("email", "j "),
        ("email", "Jane <j"),
        ("email", "Jane <"),
        ("account", ""),
        ("account", "A-"),
        ("name", " "),
    ],
)
def test_a_prefix_of_less_than_two_characters_is_rejected(key: str, value: str) -> None:
    """One letter, kana or syllable would match too many profiles; one kanji is selective enough."""
    with pytest.raises(ValueError, match="two characters"):
        term_prefixes(BUILT_IN[key], value, "JP")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u3000"])
def test_a_blank_value_has_no_terms(key: SearchKey, value: str) -> None:
    """It has no query terms and no index terms."""
    assert query_terms(key, value, "JP") == ()
    assert index_terms(key, value, "JP") == ()


@laws
@given(key=st.sampled_from(KEYS), value=VALUES, region=st.sampled_from(["JP", "US", "DE", "IT", "", "XX"]))
def test_a_stored_value_matches_itself(key: SearchKey, value: str, region: str) -> None:
    """A value with meaning has index terms of limited length. One of its query terms equals one of them."""
    stored = index_terms(key, value, region)
    found = query_terms(key, value, region)
    assert bool(stored) is bool(found) is has_meaning(key, value)
    assert not stored or set(stored) & {term.lookup for term in found}
    assert [term.tier.rank for term in found] == sorted(term.tier.rank for term in found)
    assert all(term.key == key.name and term.value for term in found)
    for entry in (*stored, *(term.lookup for term in found)):
        assert len(entry.encode(errors="replace")) <= 1024
        assert entry.partition(":")[2]


@laws
@given(key=st.sampled_from(KEYS), value=VALUES, region=st.sampled_from(["JP", "US", ""]))
def test_a_whole_value_is_a_prefix_of_its_own_index_term(key: SearchKey, value: str, region: str) -> None:
    """A completely typed value matches as in an exact search. No error except ValueError is raised."""
    try:
        prefixes = term_prefixes(key, value, region)
    except ValueError:
        return
    stored = index_terms(key, value, region)
    assert any(entry.startswith(prefixes) for entry in stored) is has_meaning(key, value)
