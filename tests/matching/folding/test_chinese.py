"""Traditional and simplified forms of Chinese characters."""

import pytest

from service.matching import folding
from service.matching.folding import chinese, japanese
from service.matching.name.spelling import simplify

# The pairs of the table, one after the other: a traditional form and one of its simplified forms.
_TABLE = "".join(chinese.PAIRS.split())


def similar(text: str) -> str:
    """Return a text folded and simplified."""
    return simplify(folding.fold(text))


@pytest.mark.parametrize(
    "pair",
    [
        "陳陈",
        "偉伟",
        "張张",
        "龍龙",
        "劉刘",
        "黃黄",
        "葉叶",
        "鄭郑",
        "謝谢",
        "蘇苏",
        "國国",
        "關关",
        "齊齐",
        "鍾钟",
        "蕭萧",
    ],
)
def test_traditional_and_simplified_forms_are_similar(pair: str) -> None:
    """Some of them have a third form in Japan, such as 竜 for 龍 and 龙."""
    assert similar(pair[0]) == similar(pair[1])


def test_each_pair_of_the_table_is_similar() -> None:
    """Folding comes first and changes some characters, but keeps the two forms of each pair together."""
    assert len(_TABLE) > 8000
    different = [
        pair
        for pair in map("".join, zip(_TABLE[::2], _TABLE[1::2], strict=True))
        if len({*map(similar, pair)}) > 1
    ]
    assert different == []


@pytest.mark.parametrize("pair", ["後后", "髪発", "関笑", "養美", "葉叶", "機机"])
def test_characters_that_japanese_keeps_apart_are_not_equal(pair: str) -> None:
    """Names with them differ. The match tier for similar names may still find them."""
    assert folding.fold(pair[0]) != folding.fold(pair[1])


@pytest.mark.parametrize(
    "pair", ["埼崎", "碕埼", "藤籐", "太大", "关笑", "养美", "陳陸", "张章", "刘柳", "王汪"]
)
def test_other_characters_are_not_even_similar(pair: str) -> None:
    """They are characters of different names."""
    assert similar(pair[0]) != similar(pair[1])


@pytest.mark.parametrize(
    "name",
    [
        "佐藤",
        "鈴木",
        "高橋",
        "田中",
        "渡辺",
        "伊藤",
        "斎藤",
        "竜",
        "桜",
        "沢",
        "浜",
        "国",
        "大谷",
        "里美",
        "只野",
        "落合",
        "沖田",
        "坂本",
        "庄司",
    ],
)
def test_simplifying_does_not_change_common_japanese_names(name: str) -> None:
    """So these names need no additional index terms."""
    assert chinese.simplify(name) == name


def test_simplifying_twice_changes_nothing() -> None:
    """The form that replaces a character is not replaced again."""
    once = chinese.simplify(japanese.fold(_TABLE))
    assert chinese.simplify(once) == once
