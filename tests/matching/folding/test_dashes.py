"""Dashes that are typed for a long vowel mark, and signs that code pages exchange."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import pytest

from service.matching import folding
from service.matching.profiles import index
from service.matching.ranking import reasons
from service.matching.search_keys import identifying_terms, query_terms
from service.model.match import Tier
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

_DASHES = "-‐‑‒–—―−－﹣─━〜～~⁻‾￣"
_TILDES = "~～〜‾￣"
_UNIQUE = SearchKey(name="number", label="", type=KeyType.TEXT, unique=True)


def best(fields: dict[str, str], asked: str) -> Tier | None:
    """Return the best tier on which the name finds a profile."""
    found = reasons(
        index(profile_with(**fields), {}, "JP").lookup, query_terms(BUILT_IN["name"], asked, "JP")
    )
    return found[0].tier if found else None


@pytest.mark.parametrize("dash", _DASHES)
def test_a_dash_is_a_long_vowel_mark(dash: str) -> None:
    """The dash may be stored or typed, in names of people and companies, and after hiragana too."""
    person = {"first_name": "エリー", "last_name": "サトー"}
    assert best(person, f"サト{dash} エリ{dash}") is Tier.FULL_NAME
    assert best(person, f"さと{dash} えり{dash}") is Tier.FULL_NAME
    assert best({"first_name": f"エリ{dash}", "last_name": f"サト{dash}"}, "サトー エリー") is Tier.FULL_NAME
    assert best({"business_name": "スーパー山田"}, f"ス{dash}パ{dash}山田") is Tier.FULL_NAME
    assert best({"business_name": f"ス{dash}パ{dash}山田"}, "スーパー山田") is Tier.FULL_NAME
    assert best({"business_name": "スーパー"}, f"ｽ{dash}ﾊﾟ{dash}") is Tier.FULL_NAME
    assert best({"business_name": f"ｽ{dash}ﾊﾟ{dash}"}, "スーパー") is Tier.FULL_NAME
    assert best({"first_name": "グーグー"}, f"ｸﾞ{dash}ｸﾞ{dash}") is Tier.FULL_NAME
    assert best({"first_name": f"ｸﾞ{dash}ｸﾞ{dash}"}, "グーグー") is Tier.FULL_NAME


@pytest.mark.parametrize("dash", _DASHES)
def test_a_dash_between_two_names_may_also_be_a_hyphen(dash: str) -> None:
    """The program cannot know which of the two is meant."""
    assert best({"first_name": f"マリ{dash}テレサ"}, "マリテレサ") is Tier.PARTIAL_NAME
    assert (
        best({"first_name": "マリテレサ", "last_name": "アベ"}, f"マリ{dash}テレサ アベ") is Tier.PARTIAL_NAME
    )
    assert best({"first_name": f"アン{dash}マリ"}, "アンーマリ") is Tier.FULL_NAME


@pytest.mark.parametrize(("stored", "asked"), [("サトー", "サト"), ("オーノ", "オノ"), ("ビル", "ビール")])
def test_the_long_vowel_mark_still_counts(stored: str, asked: str) -> None:
    """A name without the mark and without a dash is a different name."""
    assert best({"first_name": "アキラ", "last_name": stored}, f"{asked} アキラ") is None


@pytest.mark.parametrize("tilde", _TILDES)
def test_a_tilde_at_the_end_may_also_be_an_ornament(tilde: str) -> None:
    """People add a tilde to a name in chats."""
    assert best({"first_name": "ゆか"}, f"ゆか{tilde}") is Tier.PARTIAL_NAME
    assert best({"first_name": f"ゆか{tilde}"}, "ゆか") is Tier.PARTIAL_NAME
    assert best({"first_name": "ゆかー"}, f"ゆか{tilde}") is Tier.FULL_NAME


@pytest.mark.parametrize("dash", _DASHES.translate(dict.fromkeys(map(ord, _TILDES))))
def test_a_dash_at_the_end_is_no_hyphen(dash: str) -> None:
    """It is a long vowel mark, so a name without it is not found."""
    assert best({"first_name": "アキラ", "last_name": f"サト{dash}"}, "サト アキラ") is None
    assert best({"first_name": "アキラ", "last_name": "サト"}, f"サト{dash} アキラ") is None


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("ア-1", "ア-1"), ("カ-B", "カ-b"), ("1ー2", "1-2"), ("サトー-エリ", "サトー-エリ"), ("山-田", "山-田")],
)
def test_a_dash_elsewhere_stays_a_dash(typed: str, folded: str) -> None:
    """Examples are a dash before a letter or digit, after another mark, and between kanji."""
    assert folding.fold(typed) == folded


@pytest.mark.parametrize("sign", "-−－─ー‐–—")
def test_all_dashes_are_equal_in_a_unique_text(sign: str) -> None:
    """A second profile cannot have the same number with another dash."""
    assert identifying_terms(_UNIQUE, f"K{sign}100", "JP") == identifying_terms(_UNIQUE, "K-100", "JP")


@pytest.mark.parametrize("sign", _TILDES)
def test_all_tildes_are_equal_in_a_unique_text(sign: str) -> None:
    """A tilde is a symbol, so it differs from a dash."""
    assert identifying_terms(_UNIQUE, f"K{sign}100", "JP") == ("number:k~100",)
    assert identifying_terms(_UNIQUE, f"K{sign}100", "JP") != identifying_terms(_UNIQUE, "K-100", "JP")
