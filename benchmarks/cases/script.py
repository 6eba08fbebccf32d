"""Names and texts in other letters, with symbols or invisible characters, or changed by a spreadsheet."""

# ruff: noqa: RUF001  (look-alike characters are tested)

from collections.abc import Iterator, Sequence

from benchmarks import spelling
from benchmarks.cases.case import Case


def _person(row: str, first: str, last: str, found_by: Sequence[str], strangers: Sequence[str]) -> Case:
    return Case(
        row=f"name: {row}",
        key="name",
        region="JP",
        names={"first_name": first, "last_name": last},
        found_by=found_by,
        strangers=strangers,
    )


def _company(row: str, name: str, found_by: Sequence[str], strangers: Sequence[str]) -> Case:
    return Case(
        row=f"company: {row}",
        key="name",
        region="JP",
        names={"business_name": name},
        found_by=found_by,
        strangers=strangers,
    )


def _custom(row: str, key: str, value: str, found_by: Sequence[str], strangers: Sequence[str]) -> Case:
    return Case(
        row=f"custom key: {row}",
        key=key,
        region="US",
        keys={key: [value]},
        found_by=found_by,
        strangers=strangers,
    )


def _arabic() -> Iterator[Case]:
    row = "Arabic and Persian letters"
    yield _person(
        row, "محمد", "الأحمد", ["محمد الاحمد", "مُحَمَّد الأحمد", "محمـــد الأحمد"], ["محمود الأحمد", "محمد حامد"]
    )
    yield _person(row, "أحمد", "علي", ["احمد على", "أَحمد علی"], ["حامد علي", "أحمد عالي"])
    yield _person(row, "علی", "کریمی", ["علي كريمي", "كريمى على"], ["علی کرمی"])
    yield _person(row, "فاطمة", "مؤمن", ["فاطمه مومن", "فاطمة مؤمن"], ["فاطم مؤمن"])
    yield _person("Hebrew points", "יוֹסֵף", "כֹּהֵן", ["יוסף כהן", "כהן יוסף"], ["יסכה כהן"])
    yield _person("Hebrew points", "שרה", "ג'ורג'", ["שָׂרָה ג׳ורג׳"], ["שירה ג'ורג'"])


def _chinese() -> Iterator[Case]:
    row = "traditional and simplified"
    for one, other, strangers in (
        ("偉 陳", "伟 陈", ["陈玮", "陳緯"]),
        ("龙 张", "龍 張", ["張雲", "章龙"]),
        ("國華 劉", "国华 刘", ["柳国华"]),
        ("关林 赵", "關林 趙", ["赵笑林"]),
    ):
        first, last = one.split()
        other_first, other_last = other.split()
        asked = [f"{other_last}{other_first}", f"{other_last} {other_first}", f"{other_first} {last}"]
        yield _person(row, first, last, asked, strangers)


def _dashes() -> Iterator[Case]:
    row = "dash for the long vowel mark"
    yield _person(row, "エリー", "サトー", spelling.dashes("サトー エリー"), ["サト エリ", "サトー エマー"])
    for position, stored in enumerate(spelling.dashes("ミキー")):
        last = "アイウエオカキクケコサシスセソタチ"[position] * 2
        # A tilde may also be an ornament.
        strangers = [] if stored[-1] in "～〜" else [f"{last} ミキ"]
        yield _person(row, stored, last, [f"{last} ミキー", f"{last}みきー"], strangers)
    yield _company(row, "スーパーヤマト", spelling.dashes("スーパーヤマト"), ["スパヤマト", "スーパーヤマダ"])
    for position, stored in enumerate(spelling.dashes("センター")):
        number = f"第{position + 1}"
        yield _company(row, f"{stored}{number}", [f"センター{number}"], [f"セント{number}"])


def _symbols() -> Iterator[Case]:
    for stored, asked, stranger in (
        ("♥ Ana ♥ Silva", "ana silva", "♥ Ana ♥ Souza"),
        ("🌸Mia🌸 Holt", "mia holt", "🌸Mio🌸 Holt"),
        ("~ Max Power", "max power", "~ Mux Power"),
        ("👨\u200d👩\u200d👧 Lea Berg 👍🏽", "lea berg", "👍🏽 Leo Berg"),
    ):
        yield _person("symbols and emoji", stored, "", [asked, stored], [stranger])
    for first, last in (("Eva", "Lind"), ("花子", "田中")):
        yield _person(
            "symbols and emoji", first, last, spelling.decorated(f"{last} {first}"), [f"♥ {first} Roe ♥"]
        )
    yield _person("symbols and emoji", "♣♣", "", ["♣♣"], ["♠♠"])
    yield _company("symbols and emoji", "★ Nordlicht™ ★", ["nordlicht", "Nordlicht®"], ["★ Südlicht ★"])
    yield _person("invisible characters", "Ida", "Falk", spelling.with_invisible("Ida Falk"), ["Ida Folk"])


def _texts() -> Iterator[Case]:
    row = "characters that code pages replace with each other"
    yield _custom(row, "membership", "K-100", ["K−100", "K－100", "K─100", "Kー100"], ["K-101", "K~100"])
    yield _custom(row, "membership", "L~200", ["L～200", "L〜200"], ["L-200", "L200"])
    row = "changed by a spreadsheet"
    for key in ("membership", "tax_number"):
        yield _custom(row, key, "12345.0", ["12345", "12345.00", "1.2345E+04"], ["123450", "1.23E+04"])
        yield _custom(row, key, "447911123456", ["447911123456.0", "4.47911123456E+11"], ["4.479E+11"])
        yield _custom(row, key, "44791112", ["44791112.0"], ["447911120"])


CASES: Sequence[Case] = (*_arabic(), *_chinese(), *_dashes(), *_symbols(), *_texts())
