"""Honorifics around names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.name import honorifics

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)


@pytest.mark.parametrize(
    ("typed", "stripped"),
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
        ("Dr. rer. nat. Müller", "müller"),
        ("Herrn Prof. Dr.-Ing. Müller", "müller"),
        ("Dr. med. dent. Dr. h. c. Müller", "müller"),
        ("Frau Mag. Müller", "müller"),
        ("Fräulein Müller", "müller"),
        ("Frl. Müller", "müller"),
        ("Doctor Doe", "doe"),
        ("Doña Ana Pérez", "ana pérez"),
        ("Dña. Ana", "ana"),
        ("Sig. Rossi", "rossi"),
        ("Sig.ra Rossi", "rossi"),
        ("Dott.ssa Rossi", "rossi"),
        ("De heer Jansen", "jansen"),
        ("Mevrouw Jansen", "jansen"),
        ("Jane Doe, MD", "jane doe"),
        ("Jane Doe PhD", "jane doe"),
        ("Jane Doe M.D.", "jane doe"),
        ("ヤマダ サマ", "ヤマダ"),
        ("ﾔﾏﾀﾞ ｻﾏ", "ヤマダ"),
        ("山田サン", "山田"),
        ("山田(様)", "山田"),
        ("山田\uff08さん\uff09", "山田"),
        ("山田せんせい 御中", "山田せんせい"),
        ("김민준님", "김민준"),
        ("김민준 님", "김민준"),
        ("김씨", "김"),
        ("Öhlenschläger, Jürgen, Dr.", "öhlenschläger, jürgen"),
        ("Harker, John, Dr", "harker, john"),
        ("Harker, Dr.", "harker"),
        ("Harker, Dr., John", "harker, john"),
        ("Müller, Hans, Prof. Dr. rer. nat.", "müller, hans"),
        ("Müller, Hans, Dr.-Ing.", "müller, hans"),
        ("Hans Müller (Prof. Dr.)", "hans müller"),
        ("Hans Müller Dr.", "hans müller"),
        ("Müller Dr., Hans", "müller, hans"),
        ("Huber, Eva, Mag.", "huber, eva"),
        ("García, Ana, Sra.", "garcía, ana"),
        ("Müller, Familie", "müller"),
        ("Rossi, Anna, Dott.ssa", "rossi, anna"),
        ("Dr.ssa Anna Rossi", "anna rossi"),
        ("Dottoressa Rossi", "rossi"),
        ("Dr.ª Ana Silva", "ana silva"),
        ("Sr.ª Ana Silva", "ana silva"),
        ("Fam. Müller", "müller"),
        ("Familie Müller", "müller"),
        ("Frhr. von Knigge", "von knigge"),
        ("Adolph Freiherr von Knigge", "adolph von knigge"),
        ("김민준 고객님", "김민준"),
        ("김민준고객님", "김민준"),
        ("김민준 고객", "김민준"),
        ("김민준고객", "김민준"),
        ("김사장님", "김"),
        ("김민준 부장님", "김민준"),
        ("김민준(고객님)", "김민준"),
    ],
)
def test_an_honorific_is_no_part_of_a_name(typed: str, stripped: str) -> None:
    """Titles come before a name, and Japanese honorifics behind it."""
    assert honorifics.strip(typed) == stripped


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
        "Don Johnson",
        "Dona Brown",
        "Naomasa Ii",
        "Md Rahman",
        "Med Hondo",
        "ジャッキー チャン",
        "アウン・サン・スー・チー",
        "김님",
        "고객님",
        "John Smith Jr.",
        "John Smith, Sr.",
        "Smith, John, Sr",
        "Fam Wei",
        "Anna Freiherr",
        "Freiherr, Anna",
        "Familie",
        "Li, Ing",
        "Doe, Drake",
        "Andr",
        "...",
        "",
        " ",
    ],
)
def test_names_that_look_like_honorifics_stay(name: str) -> None:
    """Examples are a single word, a part of a word, and a word that is also a name."""
    assert honorifics.strip(name) == name


@pytest.mark.parametrize(
    ("typed", "stripped"),
    [
        ("山田太郎殿", "山田太郎"),
        ("山田 君", "山田"),
        ("鈴木部長", "鈴木"),
        ("M. Dupont", "dupont"),
        ("王君", "王君"),
        ("Don Juan Pérez", "juan pérez"),
        ("Don Johnson", "Don Johnson"),
        ("D. Juan Pérez", "juan pérez"),
        ("Sig Mario Rossi", "mario rossi"),
        ("John Smith Jr.", "john smith"),
        ("Smith Sr., John", "smith, john"),
        ("Henry Ford III", "henry ford"),
        ("Naomasa Ii", "Naomasa Ii"),
        ("ヤマダサマ", "ヤマダ"),
        ("ヤマダ サン", "ヤマダ"),
    ],
)
def test_doubtful_honorifics_are_removed_from_a_query(typed: str, stripped: str) -> None:
    """They may also be a part of the name. They are removed only if at least two characters remain."""
    assert honorifics.strip_for_query(typed) == stripped


@laws
@given(value=st.text(st.sampled_from("Mr. Dr,様さん君殿山a-"), min_size=1, max_size=12).filter(str.strip))
def test_a_name_never_becomes_empty(value: str) -> None:
    """No name consists of honorifics alone."""
    assert honorifics.strip(value).strip()
    assert honorifics.strip_for_query(value).strip()
