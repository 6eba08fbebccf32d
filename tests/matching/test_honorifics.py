"""How people are addressed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import honorifics

laws = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("Mr. John Doe", "john doe"),
        ("Mr John Doe", "john doe"),
        ("Dr.Doe", "doe"),
        ("Prof. Dr. Müller", "müller"),
        ("Herr Dipl.-Ing. Köhler", "köhler"),
        ("Mme Dupont", "dupont"),
        ("Sra. García", "garcía"),
        ("Doe, Mrs. Jane", "doe, jane"),
        ("Jane Doe, Ph.D.", "jane doe"),
        ("山田様", "山田"),
        ("山田太郎 様", "山田太郎"),
        ("林さん", "林"),
        ("ヤマダさん", "ヤマダ"),
        ("山田さん 太郎さん", "山田 太郎"),
        ("Yamada-san", "yamada"),
    ],
)
def test_an_honorific_is_no_part_of_a_name(typed: str, bare: str) -> None:
    """Titles go before a name, and Japanese honorifics behind it."""
    assert honorifics.bare(typed) == bare


@pytest.mark.parametrize(
    "name",
    [
        "Miss",
        "Dr",
        "様",
        "さん",
        "Herr",
        "John Herr",
        "Drake",
        "Mrázek",
        "Ing Marie",
        "Aung San",
        "ジョナサン",
        "ハサン",
        "じょなさん",
        "足利尊氏",
        "李小君",
        "鵜殿",
        "M. Night Shyamalan",
        "Don Quijote",
        "...",
        "",
        " ",
    ],
)
def test_what_is_a_name_stays(name: str) -> None:
    """A lone word, a part of a word, and a word that people are called are left alone."""
    assert honorifics.bare(name) == name


@pytest.mark.parametrize(
    ("typed", "barest"),
    [
        ("山田太郎殿", "山田太郎"),
        ("山田 君", "山田"),
        ("鈴木部長", "鈴木"),
        ("M. Dupont", "dupont"),
        ("王君", "王君"),
    ],
)
def test_what_may_be_an_honorific_is_left_out_in_a_second_attempt(typed: str, barest: str) -> None:
    """Some words are a part of one name and the address of another; two characters remain at least."""
    assert honorifics.barest(typed) == barest


@laws
@given(value=st.text(st.sampled_from("Mr. Dr,様さん君殿山a-"), min_size=1, max_size=12).filter(str.strip))
def test_something_is_left(value: str) -> None:
    """No name consists of honorifics alone."""
    assert honorifics.bare(value).strip()
    assert honorifics.barest(value).strip()
