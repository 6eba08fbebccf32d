"""Kana: folding, and unifying of similar sounds."""

import pytest

from service.matching import folding
from service.matching.folding import japanese


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("やまだ", "ヤマダ"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("ゔぁ", "ヴァ"),
        ("う゛ぁ", "ヴァ"),
        ("は゜", "パ"),
        ("みすゞ", "ミスズ"),
        ("いすゞ", "イスズ"),
        ("すゝむ", "ススム"),
        ("ずゝ", "ズス"),
        ("佐々木", "佐佐木"),
        ("奈々々", "奈奈奈"),
        ("奈〻々美々", "奈奈奈美美"),
        ("かゞゝゞ", "カガカガ"),
        ("がゝゝゞヾ", "ガカカガガ"),
        ("まゞゝ", "マママ"),
        ("々", "々"),
        ("三ヶ島", "三ケ島"),
        ("サトー", "サトー"),
        ("しょう", "ショウ"),
    ],
)
def test_kana_fold_to_katakana(typed: str, folded: str) -> None:
    """Hiragana, half-width kana and iteration marks become katakana."""
    assert folding.fold(typed) == folded


@pytest.mark.parametrize(
    "pair",
    [
        ("はな", "ばな"),
        ("ハハ", "パパ"),
        ("ユキ", "ユウキ"),
        ("オノ", "オオノ"),
        ("ゆり", "ゆみ"),
        ("まつ", "まづ"),
    ],
)
def test_different_sounds_stay_distinct(pair: tuple[str, str]) -> None:
    """Voicing and vowel length are kept, even in the unified form."""
    one, other = (japanese.simplify(folding.fold(name)) for name in pair)
    assert one != other


@pytest.mark.parametrize(
    "forms",
    [
        ("サトウ", "サトー", "ｻﾄｰ", "さとう"),
        ("オオノ", "オーノ", "おおの"),
        ("ユウコ", "ユーコ"),
        ("ケイ", "ケエ", "ケー"),
        ("ケイイチ", "ケーイチ", "けいいち"),
        ("ショウジ", "ｼﾖｳｼﾞ"),
        ("ハットリ", "ﾊﾂﾄﾘ"),
        ("みづき", "みずき"),
        ("ゑみ", "えみ"),
    ],
)
def test_similar_sounds_are_unified(forms: tuple[str, ...]) -> None:
    """Long vowels, small kana and the old orthography do not matter."""
    assert len({japanese.simplify(folding.fold(form)) for form in forms}) == 1
