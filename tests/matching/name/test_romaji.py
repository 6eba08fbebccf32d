"""Names in kana are found by their spelling in Latin letters."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.name import romaji
from service.matching.profiles import index
from service.matching.search_keys import index_terms, query_terms, term_prefixes, whole_value_terms
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

NAME = BUILT_IN["name"]
JUNICHI = profile_with(
    first_name="純一", last_name="佐藤", phonetic_first_name="ジュンイチ", phonetic_last_name="サトウ"
)
HALF_IN_KANA = profile_with(first_name="さくら", last_name="大野", phonetic_last_name="オオノ")


def best(profile: Profile, asked: str) -> Tier | None:
    """Return the best tier on which a profile matches the queried name, or None if there is no match."""
    stored = index(profile, {}, "JP").lookup
    tiers = (term.tier for term in query_terms(NAME, asked, "JP") if term.lookup in stored)
    return min(tiers, key=lambda tier: tier.rank, default=None)


def reading(last: str, first: str = "") -> Profile:
    """Return a profile whose names are in kana."""
    return profile_with(first_name=first, last_name=last)


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        (JUNICHI, "Sato Junichi"),
        (JUNICHI, "Satou Jun'ichi"),
        (JUNICHI, "SATO JUNICHI"),
        (JUNICHI, "Satō Jun’ichi"),
        (JUNICHI, "SATOH, Junichi"),
        (JUNICHI, "Junichi Satoo"),
        (JUNICHI, "Satô Zyun-iti"),
        (JUNICHI, "satojunichi"),
        (JUNICHI, "Ｓａｔｏ　Ｊｕｎｉｃｈｉ"),
        (JUNICHI, "Mr. Junichi Sato"),
        (JUNICHI, "Sato-san"),
        (JUNICHI, "J. Sato"),
        (JUNICHI, "J Satoh"),
        (JUNICHI, "Satō, J."),
        (reading("ヨシノ", "リサ"), "L. Yoshino"),
        (profile_with(first_name="サトウ ジュンイチ"), "J. Sato"),
        (profile_with(first_name="ジュンイチ サトウ"), "J. Sato"),
        (JUNICHI, "Satou"),
        (JUNICHI, "Junichi"),
        (HALF_IN_KANA, "Sakura Ono"),
        (HALF_IN_KANA, "Ohno Sakura"),
        (profile_with(first_name="やまだ たろう"), "yamada taro"),
        (profile_with(first_name="やまだ たろう"), "Tarou Yamada"),
        (profile_with(first_name="太郎", last_name="やまだ"), "Yamada"),
        (profile_with(first_name="佐藤純一", phonetic_first_name="サトウ ジュンイチ"), "Junichi Sato"),
        (reading("オオイシ"), "Ohishi"),
        (reading("オハラ"), "Ohara"),
        (reading("ゆうこ"), "Yuhko"),
        (reading("ユウキ"), "Yuhki"),
        (reading("ゆはら"), "Yuhara"),
        (reading("オオヤマ"), "Ohyama"),
        (reading("ホンマ"), "Homma"),
        (reading("ナンバ"), "Nanba"),
        (reading("ハッチョウ"), "Hatchō"),
        (reading("ハッチョウ"), "Hattyou"),
        (reading("ハットリ"), "Hattori"),
        (reading("ツチヤ"), "Tutiya"),
        (reading("フジタ"), "Huzita"),
        (reading("カヅオ"), "Kaduo"),
        (reading("カヲル"), "Kaworu"),
        (reading("キョウコ"), "Kyōko"),
        (reading("ｻﾄｳ", "ｼﾞｮｳｼﾞ"), "Sato Joji"),
        (reading("う゛ぃおら"), "Viola"),
        (reading("リサ"), "Lisa"),
        (reading("シェリー"), "Sherī"),
        (reading("ウィル"), "Wiru"),
        (reading("ティナ"), "Tina"),
        (reading("デューク"), "Dyuku"),
        (reading("エリー", "サトー"), "Eri Sato"),
        (profile_with(business_name="株式会社 サンリオ"), "Sanrio"),
    ],
)
def test_a_name_in_kana_is_found_in_latin_letters(profile: Profile, asked: str) -> None:
    """The spelling may be Hepburn or Kunrei, with long vowels in any spelling. The match is only partial."""
    assert best(profile, asked) is Tier.PARTIAL_NAME


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        (JUNICHI, "Sato Junji"),
        (JUNICHI, "Saito Junichi"),
        (JUNICHI, "Sat"),
        (JUNICHI, "K. Sato"),
        (JUNICHI, "J. Saito"),
        (JUNICHI, "S. Junichi"),
        (JUNICHI, "J. K. Sato"),
        (JUNICHI, "J."),
        (reading("ー", "サトウ"), "J. Sato"),
        (JUNICHI, "Junichi Sato Ken"),
        (reading("マサアキ"), "Masaki"),
        (reading("ニイナ"), "Nina"),
        (reading("ハットリ"), "Hatori"),
        (reading("キヨコ"), "Kyoko"),
        (reading("バン"), "Pan"),
        (profile_with(first_name="純一", last_name="佐藤"), "Sato Junichi"),
        (profile_with(first_name="Jon", last_name="Doe"), "John Doe"),
        (profile_with(first_name="Lo", last_name="Reed"), "Lou Reed"),
    ],
)
def test_another_name_is_not_found(profile: Profile, asked: str) -> None:
    """Stored names in Latin letters are not compared like kana: John and Jon stay different."""
    assert best(profile, asked) is None


@pytest.mark.parametrize(
    "typed", ["sa", "Sato", "satou", "Satoh J", "Sato Jun'", "zyun", "Jun", "JUNICHI S", "Junichi, Satō"]
)
def test_a_name_in_kana_is_found_while_it_is_typed(typed: str) -> None:
    """Two letters suffice. The first or the last name may come first."""
    prefixes = term_prefixes(NAME, typed, "JP")
    assert any(entry.startswith(prefixes) for entry in index(JUNICHI, {}, "JP").lookup)


@pytest.mark.parametrize("typed", ["Schro", "Smith", "Kraft", "佐藤", "3M", "さと"])
def test_a_beginning_that_is_not_romaji_has_no_romaji_prefix(typed: str) -> None:
    """Romaji is the spelling of kana in Latin letters."""
    assert not any("romaji" in prefix for prefix in term_prefixes(NAME, typed, "JP"))


def test_a_custom_key_of_type_name_is_found_in_latin_letters() -> None:
    """The first and last names of a profile are found in the same way. Such terms do not identify a value."""
    nick = SearchKey(name="nick", label="Nickname", type=KeyType.NAME)
    stored = index_terms(nick, "おおの ゆうき", "JP")
    assert {term.lookup for term in query_terms(nick, "Yuki Ono", "JP")} & set(stored)
    whole = set(whole_value_terms(nick, "おおの ゆうき", "JP"))
    assert not whole & set(whole_value_terms(nick, "おの ゆき", "JP"))


_MORAE = [*"アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"]
_HEPBURN = (
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo"
    " ya yu yo ra ri ru re ro wa"
)
_KUNREI = (
    "a i u e o ka ki ku ke ko sa si su se so ta ti tu te to na ni nu ne no ha hi hu he ho ma mi mu me mo"
    " ya yu yo ra ri ru re ro wa"
)


@given(st.lists(st.integers(0, len(_MORAE) - 1), min_size=1, max_size=12))
def test_every_reading_is_found_in_hepburn_and_in_kunrei(morae: list[int]) -> None:
    """Each kana has one spelling in each of the two systems."""
    stored = romaji.index_variants("".join(_MORAE[mora] for mora in morae))
    for system in (_HEPBURN.split(), _KUNREI.split()):
        assert set(romaji.query_variants("".join(system[mora] for mora in morae))) & set(stored)


@given(st.text(alphabet="abcehijklmnorstuvwyz ", max_size=30))
def test_the_canonical_form_is_stable(typed: str) -> None:
    """A query for a canonical form queries this form again."""
    for canonical in romaji.query_variants(typed):
        assert canonical in romaji.query_variants(canonical)
