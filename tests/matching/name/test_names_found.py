"""Which typed names match which stored names, and on which tier."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest

from service.matching.profiles import index
from service.matching.ranking import reasons
from service.matching.search_keys import index_terms, query_terms, term_prefixes
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

NAME = BUILT_IN["name"]
FULL, PARTIAL = Tier.FULL_NAME, Tier.PARTIAL_NAME

TARO = profile_with(
    first_name="太郎", last_name="山田", phonetic_first_name="タロウ", phonetic_last_name="やまだ"
)


def person(*fields: str) -> Profile:
    """Return a profile with a first name, middle names and a last name."""
    first, *middle, last = fields if len(fields) > 1 else (*fields, "")
    return profile_with(first_name=first, middle_name=" ".join(middle), last_name=last)


def best(profile: Profile, asked: str) -> Tier | None:
    """Return the best tier on which a profile matches a name."""
    stored = index(profile, {}, "JP").lookup
    return min(
        (term.tier for term in query_terms(NAME, asked, "JP") if term.lookup in stored),
        key=lambda tier: tier.rank,
        default=None,
    )


def _reason(profile: Profile, asked: str) -> tuple[Tier, bool]:
    """Return the tier of the match, and whether it is loose."""
    (reason,) = reasons(index(profile, {}, "JP").lookup, query_terms(NAME, asked, "JP"))
    return reason.tier, reason.loose


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("John", "Doe"), "JOHN DOE"),
        (("John", "Doe"), "Doe, John"),
        (("John", "Doe"), "Ｊｏｈｎ　Ｄｏｅ"),
        (("John", "Doe"), "Mr. John Doe"),
        (("Dr. John", "Doe"), "John Doe"),
        (("John", "Doe"), "Doe, John, Dr."),
        (("John", "Doe, Dr."), "Doe, John"),
        (("Doe, John, Dr.",), "John Doe"),
        (("Anna Sophie", "Schulze-Boysen"), "Schulze-Boysen, Anna Sophie, Dr."),
        (("Adolph", "Freiherr von Knigge"), "Adolph Frhr. von Knigge"),
        (("민준", "김"), "김민준 고객님"),
        (("John", "Quincy", "Doe"), "John Doe"),
        (("John", "Quincy", "Doe"), "Doe John Quincy"),
        (("Luís", "Gonçalves"), "luis goncalves"),
        (("Luis", "Goncalves"), "Luís Gonçalves"),
        (("Bjørn", "Łódź"), "Bjorn Lodz"),
        (("Hans", "Strauß"), "Hans Strauss"),
        (("Ægir", "Đặng"), "aegir dang"),
        (("Jörg", "Köhler"), "Jorg Kohler"),
        (("Jörg", "Köhler"), "Joerg Koehler"),
        (("Jorg", "Kohler"), "Jörg Köhler"),
        (("Joerg", "Koehler"), "Jörg Köhler"),
        (("Karl", "Schaeuble"), "Karl Schäuble"),
        (("Søren", "Ågård"), "Soeren Aagaard"),
        (("Γιώργος", "Παπάς"), "ΓΙΩΡΓΟΣ ΠΑΠΑΣ"),
        (("Фёдор", "Ёлкин"), "Федор Елкин"),
        (("Anne-Marie", "Roy"), "Anne Marie Roy"),
        (("Anne-Marie", "Roy"), "Annemarie Roy"),
        (("Annemarie", "Roy"), "Anne-Marie Roy"),
        (("Anne Marie", "Roy"), "Roy Anne-Marie"),
        (("Sean", "O'Neil"), "Sean ONeil"),
        (("Sean", "ONeil"), "Sean O’Neil"),
        (("Sean", "O Neil"), "Sean O'Neil"),
        (("Sean", "O'Neil"), "O Neil Sean"),
        (("Jan", "van der Berg"), "Jan vanderBerg"),
        (("Jan", "Vanderberg"), "van der Berg, Jan"),
        (("太郎", "山田"), "山田太郎"),
        (("太郎", "山田"), "山田　太郎様"),
        (("太郎", "山田"), "太郎 山田さん"),
        (("山田太郎",), "山田 太郎"),
        (("John Doe",), "Doe John"),
        (("María José de la Vega",), "de la Vega, María José"),
        (("María José Sánchez-Vicario",), "Sánchez-Vicario María José"),
        (("Jean-Luc Saint-Exupéry",), "Saint Exupery, Jean Luc"),
        (("一郎", "髙﨑"), "高崎 一郎"),
        (("一郎", "渡辺"), "渡邉 一郎"),
        (("一郎", "渡邊"), "渡邉一郎"),
        (("一", "佐々木"), "佐佐木一"),
        (("葛󠄀西",), "葛西"),
        (("やまだ", "たろう"), "ﾀﾛｳ ﾔﾏﾀﾞ"),
        (("John", "Quincy", "Doe"), "John Q. Doe"),
        (("John", "Quincy", "Doe"), "Doe, John Q."),
        (("Anne-Marie", "Quincy", "Lee"), "Anne-Marie Q. Lee"),
        (("Hương Thị", "Vũ"), "Hương T. Vũ"),
        (("Íris", "de Jesus", "Conceição Lima"), "Íris d. Conceição Lima"),
        (("Ludwig", "van Beethoven"), "Beethoven, Ludwig van"),
        (("Ludwig van", "Beethoven"), "Beethoven, Ludwig van"),
        (("Beethoven, Ludwig van",), "Ludwig van Beethoven"),
        (("Vincent", "de la Cruz"), "Cruz, Vincent de la"),
        (("Rainer", "Müller"), "Herrn Dr. rer. nat. Rainer Müller"),
        (("Rainer", "Müller"), "Dr. med. Rainer Müller"),
        (("Don", "Johnson"), "Don Johnson"),
        (("Don", "Johnson"), "Mr. Don Johnson"),
        (("John", "Smith Jr."), "John Smith"),
        (("John", "Smith Jr."), "John Smith Jr"),
        (("Henry", "Ford III"), "Henry Ford"),
        (("Naomasa", "Ii"), "Naomasa Ii"),
        (("Jane", "Doe"), "Jane Doe, M.D."),
        (("太郎", "山田"), "山田太郎(様)"),
        (("太郎", "山田"), "山田太郎サマ"),
        (("민준", "김"), "김민준님"),
        (("민준", "김"), "김민준 씨"),
        (("う゛ぃくとりあ",), "ヴィクトリア"),
        (("Đorđe", "Đurić"), "Djordje Djuric"),
        (("Djordje", "Djuric"), "Đorđe Đurić"),
        (("Đorđe", "Đurić"), "Dorde Duric"),
        (("㈱山田商店",), "株式会社山田商店"),
        (("山田商店(有)",), "山田商店有限会社"),
    ],
)
def test_an_equal_spelling_matches_as_the_whole_name(stored: tuple[str, ...], asked: str) -> None:
    """Rules make the spellings equal."""
    assert best(person(*stored), asked) is FULL


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("Jorg", "Kohler"), "Joerg Koehler"),
        (("Joerg", "Koehler"), "Jorg Kohler"),
        (("Joerg", "Kohler"), "Jörg Köhler"),
        (("Michael", "Roy"), "Michal Roy"),
        (("Koehler",), "Kohler"),
        (("Karl", "Schaeuble"), "Karl Schauble"),
        (("Karl", "Schauble"), "Karl Schaeuble"),
        (("Oeystein", "Hoeyer"), "Oystein Hoyer"),
        (("Mary-Jane Ann", "Lee"), "Mary-Jane Lee"),
        (("Mary Lou Ann", "Lee"), "Lee, Mary Lou"),
        (("John", "Doe"), "John Quincy Doe"),
        (("John", "Doe"), "Doe John Quincy"),
        (("John", "Quincy", "Doe"), "John F. Doe"),
        (("John", "Quincy", "Doe"), "Doe John Q"),
        (("Anne-Marie", "Lee"), "Anne M. Lee"),
        (("Juan", "Pérez"), "Don Juan Pérez"),
        (("Don Juan", "Pérez"), "Juan Pérez"),
        (("John", "Smith"), "John Smith Jr."),
        (("John", "Smith Sr."), "John Smith Jr."),
        (("Henry", "Ford III"), "Ford, Henry II"),
        (("太郎", "ヤマダ"), "ヤマダ サン"),
        (("一郎", "山碕"), "山崎一郎"),
        (("민준", "김"), "김님"),
        (("John Quincy", "Doe"), "John Doe"),
        (("Anne-Marie", "Roy"), "Anne Roy"),
        (("Gabriel José", "García Márquez"), "Gabriel García"),
        (("Gabriel José", "García Márquez"), "Márquez, Gabriel"),
        (("Hương Thị Vũ",), "Vũ Hương"),
        (("Hương Thị Vũ",), "HươngVũ"),
        (("Chloé Ann Lee",), "ChloéLee"),
        (("Jane Ann Smith-Jones",), "Jane Smith-Jones"),
        (("Jane-Ann Mary Smith",), "Jane Smith"),
        (("M. Loïc", "D'Aubigné"), "Loïc D'Aubigné"),
        (("M. Loïc", "D'Aubigné"), "D'Aubigné Loïc"),
        (("Jan", "van der Berg"), "Jan Berg"),
        (("Jan", "van der Berg"), "van der Berg"),
        (("Jan", "van der Berg"), "Mr. Berg"),
        (("太郎", "斉藤"), "斎藤太郎"),
        (("太郎", "斎藤"), "齊藤 太郎"),
        (("ショウジ", "サトウ"), "ｻﾄｰｼﾖｳｼﾞ"),
        (("太郎", "山田"), "山田殿"),
        (("太郎", "山田"), "山田太郎君"),
        (("John", "Doe"), "Doe"),
    ],
)
def test_a_similar_name_matches_on_a_lower_tier(stored: tuple[str, ...], asked: str) -> None:
    """It is a spelling that may be another name, has an additional middle name, or is a part of the name."""
    assert best(person(*stored), asked) is PARTIAL


@pytest.mark.parametrize(
    ("asked", "tier"),
    [
        ("山田 太郎", FULL),
        ("やまだたろう", FULL),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", FULL),
        ("タロウ・ヤマダ", FULL),
        ("山田 タロウ", PARTIAL),
        ("山田たろう", PARTIAL),
        ("たろう 山田", PARTIAL),
        ("ヤマダ 太郎", PARTIAL),
        ("ヤマダ", PARTIAL),
        ("やまだ様", PARTIAL),
        ("タロー", PARTIAL),
    ],
)
def test_phonetic_names_match_too(asked: str, tier: Tier) -> None:
    """The typed name may be in kanji, in kana, or one of its two parts in each."""
    assert best(TARO, asked) is tier


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("太郎", "斉藤"), "佐藤太郎"),
        (("太郎", "斉藤"), "斉藤次郎"),
        (("はな",), "ばな"),
        (("ハハ",), "パパ"),
        (("ユキ", "オノ"), "ユウキ オオノ"),
        (("一郎", "山埼"), "山崎一郎"),
        (("太郎", "山田"), "田山太郎"),
        (("太", "大田"), "太田大"),
        (("Jan", "Doe"), "Jane Doe"),
        (("Jörg", "Doe"), "Jorge Doe"),
        (("Ming", "Xu"), "Ming Xue"),
        (("Jo", "Doe"), "Joe Doe"),
        (("Joy", "Doe"), "Joey Doe"),
        (("Maria",), "Ana Maria"),
        (("Ana", "Silva"), "Ana Souza"),
        (("John", "Doe"), "John Roe"),
        (("John", "Doe"), "Dr. Roe"),
        (("Magic", "Johnson"), "Don Johnson"),
        (("Naomasa", "Abe"), "Naomasa Ii"),
        (("山田商店株式会社",), "株式会社山田商店"),
        (("Nada", "Roy"), "Nadja Roy"),
        (("Андрий", "Й"), "Андрии И"),
        (("ครับ",), "ครบ"),
        (("हिन्दी",), "हन्दी"),
        (("각",), "가"),
    ],
)
def test_another_name_does_not_match(stored: tuple[str, ...], asked: str) -> None:
    """Some of the names are nearly equal to the stored name."""
    assert best(person(*stored), asked) is None


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("Michael",), "Michal"),
        (("Ana Maria",), "Maria"),
        (("Jonah",), "Jonathan"),
        (("ジョナ",), "ジョナサン"),
        (("尊", "足利"), "足利尊氏"),
        (("小", "李"), "李小君"),
        (("John", "Doe"), "John Quincy Doe"),
        (("Aung",), "Aung San"),
    ],
)
def test_another_name_never_matches_as_the_whole_name(stored: tuple[str, ...], asked: str) -> None:
    """A possibly different name is at most a partial match."""
    assert best(person(*stored), asked) is not FULL


@pytest.mark.parametrize(
    ("profile", "typed"),
    [
        (TARO, "やま"),
        (TARO, "ﾔﾏ"),
        (TARO, "ヤマダ たろ"),
        (TARO, "山田"),
        (TARO, "太郎 山"),
        (person("Ken", "Yamamoto"), "yam"),
        (person("Ken", "Yamamoto"), "ken y"),
        (person("Luís", "Gonçalves"), "Gon"),
        (person("Luís", "Gonçalves"), "GONÇ"),
        (person("Jörg", "Köhler"), "koe"),
        (person("Jörg", "Köhler"), "kö"),
        (person("Joerg", "Koehler"), "köh"),
        (person("Jan", "van der Berg"), "van der B"),
        (person("Sean", "O'Neil"), "o'n"),
        (person("John", "Doe"), "Mr. Do"),
        (person("Drake"), "dr"),
    ],
)
def test_a_name_matches_while_it_is_typed(profile: Profile, typed: str) -> None:
    """At least two characters are needed. The first or the last name may come first, in any spelling."""
    assert any(
        entry.startswith(term_prefixes(NAME, typed, "JP")) for entry in index(profile, {}, "JP").lookup
    )


@pytest.mark.parametrize(
    ("profile", "count"),
    [
        (person("Cher"), 2),
        (person("John", "Doe"), 5),
        (person("John", "Quincy", "Doe"), 13),
        (person("Jörg", "Köhler"), 7),
        (person("Jan", "van der Berg"), 7),
        (person("João", "da Silva Santos"), 16),
        (person("太郎", "山田"), 4),
        (TARO, 17),
    ],
)
def test_a_profile_has_few_index_terms(profile: Profile, count: int) -> None:
    """Each term costs space in the index, so most names have only their orders and parts, and an initial."""
    assert len(index(profile, {}, "JP").lookup) == count


def test_a_middle_initial_distinguishes_two_people() -> None:
    """Only the right person matches as a whole name, even if the middle name is stored in `first_name`."""
    for jane, anne in (
        (person("Mary", "Jane", "Watson"), person("Mary", "Anne", "Watson")),
        (person("Mary Jane", "Watson"), person("Mary Anne", "Watson")),
    ):
        assert (best(jane, "Mary J. Watson"), best(anne, "Mary J. Watson")) == (FULL, PARTIAL)


@pytest.mark.parametrize(
    "asked", ["Maria Garcia Elena Ruiz", "Maria Garcia Petra Ruiz", "Dr. Maria Garcia Elena Ruiz"]
)
def test_three_of_four_words_are_a_loose_match(asked: str) -> None:
    """A profile with all words of the search comes first."""
    assert _reason(person("Maria Luisa", "Ana", "Garcia Lopez Ruiz"), asked) == (PARTIAL, True)


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("Maria", "Elena", "Garcia Ruiz"), "Maria Garcia Elena Ruiz"),
        (("Maria Luisa", "Ana", "Garcia Lopez Ruiz"), "Ruiz Luisa Maria"),
        (("Maria Luisa", "Ana", "Garcia Lopez Ruiz"), "Maria Ruiz"),
    ],
)
def test_all_words_of_a_search_are_no_loose_match(stored: tuple[str, ...], asked: str) -> None:
    """The words may be in any order."""
    assert _reason(person(*stored), asked) == (PARTIAL, False)


def test_a_name_is_one_reason_that_shows_the_typed_name() -> None:
    """The reason contains the typed name in its folded form, not the index terms."""
    for asked, read in (("Anna Bel", "anna bel"), ("Mr. ジェームズ・ヴァン", "ジェームズ ヴァン")):
        assert {term.value for term in query_terms(NAME, asked, "JP")} == {read}


def test_a_custom_key_of_type_name_matches_like_a_name() -> None:
    """The typed value is in another order and other kana, has an honorific, or is a part of the value."""
    nick = SearchKey(name="nick", label="Nickname", type=KeyType.NAME)
    stored = index_terms(nick, "やまだ たろう", "JP")
    assert all(
        {term.lookup for term in query_terms(nick, asked, "JP")} & set(stored)
        for asked in ("タロウ ﾔﾏﾀﾞ様", "やまだ")
    )
