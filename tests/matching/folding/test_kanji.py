"""Old and variant forms of kanji."""

import unicodedata

import pytest

from service.matching import folding
from service.matching.folding import japanese


@pytest.mark.parametrize(
    "forms",
    [
        "高髙",
        "崎﨑嵜",
        "辺邊邉",
        "斎齋",
        "斉齊",
        "沢澤",
        "浜濱濵",
        "国國圀",
        "広廣",
        "桜櫻",
        "竜龍",
        "島嶋嶌",
        "吉𠮷",
        "橋槗",
        "富冨",
        "館舘",
        "淵渕",
        "恵惠",
        "真眞",
        "徳德",
        "寛寬",
        "黒黑",
        "瀬瀨",
        "頼賴",
        "柳栁",
        "桑桒",
        "関關",
        "円圓",
        "塚塚",
        "福福",
        "神神",
        "都都",
    ],
)
def test_forms_of_one_kanji_fold_to_the_same(forms: str) -> None:
    """The result is the form in common use, which is the first of each text here."""
    assert {folding.fold(form) for form in forms} == {forms[0]}


@pytest.mark.parametrize(
    "pair", ["埼崎", "碕崎", "藤籐", "斉斎", "佐左", "太大", "荻萩", "己巳", "未末", "土士"]
)
def test_kanji_that_only_look_alike_stay_distinct(pair: str) -> None:
    """They are characters of different names."""
    assert folding.fold(pair[0]) != folding.fold(pair[1])


def test_confused_kanji_are_only_similar() -> None:
    """斉藤 and 斎藤 are not equal, but similar."""
    assert japanese.simplify(folding.fold("齊藤")) == japanese.simplify(folding.fold("齋藤"))
    assert japanese.simplify(folding.fold("山碕")) == japanese.simplify(folding.fold("山﨑"))


def test_the_table_is_consistent() -> None:
    """Each form is in one group only, and NFKC normalisation changes no form."""
    groups = japanese.GROUPS.split()
    forms = "".join(groups)
    assert len(set(forms)) == len(forms)
    assert all(len(group) > 1 for group in groups)
    assert unicodedata.normalize("NFKC", forms) == forms
    assert all(japanese.fold(group) == group[0] * len(group) for group in groups)
