"""Traditional and simplified forms of Chinese characters."""

import pytest

from service.matching import folding
from service.matching.folding import chinese, japanese
from service.matching.name.spelling import simplify

# The characters with which a form is confused in Japan are replaced first.
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
    """Also if Japan has a third form, such as 竜."""
    assert similar(pair[0]) == similar(pair[1])


def test_each_pair_of_the_table_is_similar() -> None:
    """None is lost by folding."""
    assert len(_TABLE) > 8000
    different = [
        pair
        for pair in map("".join, zip(_TABLE[::2], _TABLE[1::2], strict=True))
        if len({*map(similar, pair)}) > 1
    ]
    assert different == []


@pytest.mark.parametrize("pair", ["後后", "髪発", "関笑", "養美", "葉叶", "機机"])
def test_characters_that_japanese_keeps_apart_are_not_equal(pair: str) -> None:
    """They are at most similar."""
    assert folding.fold(pair[0]) != folding.fold(pair[1])


@pytest.mark.parametrize(
    "pair", ["埼崎", "碕埼", "藤籐", "太大", "关笑", "养美", "陳陸", "张章", "刘柳", "王汪"]
)
def test_other_characters_are_not_even_similar(pair: str) -> None:
    """They make different names."""
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
def test_common_names_in_japanese_stay_as_they_are(name: str) -> None:
    """So they need no other index terms."""
    assert chinese.simplify(name) == name


def test_simplifying_twice_changes_nothing() -> None:
    """Each character has one form."""
    once = chinese.simplify(japanese.fold(_TABLE))
    assert chinese.simplify(once) == once
