"""Japanese people, searched for by their names in Latin letters."""

# ruff: noqa: RUF001  (apostrophes and other signs as people type them)

from collections.abc import Mapping, Sequence

from benchmarks.cases.case import Case

_JUNICHI = {
    "first_name": "純一",
    "last_name": "佐藤",
    "phonetic_first_name": "ジュンイチ",
    "phonetic_last_name": "サトウ",
}
_SAKURA = {"first_name": "さくら", "last_name": "大野", "phonetic_last_name": "オオノ"}
_TAKUMI = {"first_name": "たくみ", "last_name": "ほんま"}
# Name fields, names that must find the person, and names of strangers.
_PEOPLE: Sequence[tuple[Mapping[str, str], Sequence[str], Sequence[str]]] = (
    (
        _JUNICHI,
        (
            "Sato Junichi",
            "Satou Jun'ichi",
            "SATO JUNICHI",
            "Satō, Jun’ichi",
            "Junichi Satoh",
            "Satô Zyun-iti",
            "J. Sato",
        ),
        ("Saito Junichi", "Sato Junji", "K. Sato"),
    ),
    (_SAKURA, ("Sakura Ono", "Ohno Sakura", "Ōno Sakura", "Oono Sakura", "OnoSakura"), ("Ono Sakurako",)),
    (_TAKUMI, ("Homma Takumi", "Honma Takumi", "Takumi Honma"), ("Honda Takumi",)),
)

CASES = (
    *(
        Case(
            row="name: Latin letters for kana",
            key="name",
            region="JP",
            names=names,
            found_by=found_by,
            strangers=strangers,
        )
        for names, found_by, strangers in _PEOPLE
    ),
    *(
        Case(
            row="name begun: Latin letters for kana",
            key="name",
            region="JP",
            names=names,
            found_by=found_by,
            by_prefix=True,
        )
        for names, found_by in (
            (_JUNICHI, ("sa", "Satou J", "zyun", "Junichi S")),
            (_SAKURA, ("Ohno S", "sak")),
        )
    ),
)
