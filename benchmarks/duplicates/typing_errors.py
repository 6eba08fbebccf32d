"""Ways in which an agent writes the name of a person differently from a colleague.

The docstring of each change, up to its first period, is a row of the report.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random

from benchmarks import spelling
from benchmarks.duplicates.records import Record, has_chance
from benchmarks.people import parse_names

Change = Callable[[Record, Random], bool]
"""Changes the names of a record. Returns False if the names cannot be changed in this way."""


def _read(pairs: str) -> Mapping[str, str]:
    """Return the pairs of a text: ``a=b/c=d``."""
    return dict(pair.split("=") for pair in pairs.split("/"))


# Not taken from the service's table, which lacks some of these.
_NICKNAMES = _read(
    "Michael=Mike/Michael=Mick/William=Bill/William=Will/John=Johnny/John=Jack/Oliver=Ollie/Alistair=Ali"
    "/Colin=Col/Hugh=Hughie/Beth=Elizabeth/Donal=Don/Günther=Günni/Käthe=Katharina/Karl-Heinz=Kalle/Sören=Sörn"
    "/Jürgen=Jürg/Hélène=Léna/Cécile=Cé/Thérèse=Térésa/Begoña=Bego/Íñigo=Iñi/Jesús=Chus/Nuria=Nuri/Raúl=Rulo"
    "/Lucía=Luci/Pilar=Pili/Conceição=São/Fátima=Fati/Graça=Gracinha/Guadalupe=Lupe/Ramón=Moncho"
    "/Socorro=Coco/Martín=Tincho/Belén=Belu/Agustín=Agus/Sofía=Sofi/Ramiro=Rama/Carlo=Carlino"
    "/Chiara=Chiaretta/Daniël=Daan/Mariëtte=Jet/Koen=Koenraad/Fabrício=Fabi/Vitória=Vivi/Björn=Nalle"
    "/Göran=Jojje/Lovisa=Lova/Solveig=Sol/Håvard=Håvi/Kirstine=Stine/Guðrún=Gunna/Sigurður=Siggi/Jón=Nonni"
    "/Kristín=Stína/Matti=Matias/Eero=Eerikki/Łukasz=Łukaszek/Małgorzata=Gosia/Józef=Józek/Paweł=Pawełek"
    "/Agnieszka=Aga/Zbigniew=Zbyszek/Grażyna=Grażka/Michał=Misiek/Jiří=Jirka/Ondřej=Ondra/Zdeněk=Zdenda"
    "/Matěj=Máťa/Ludmila=Lída/İbrahim=İbo/Özge=Özi/Γιώργος=Γεώργιος/Δημήτρης=Δημήτριος/Μαρία=Μαίρη"
    "/Νίκος=Νικόλαος/Θεόδωρος=Θοδωρής/Фёдор=Федя/Пётр=Петя/Семён=Сёма/Алёна=Лёна/Ольга=Оля/Юлия=Юля"
    "/Артём=Тёма/Илья=Илюша/Rajesh=Raj/Mohammed=Md/Harpreet=Harry/Anjali=Anju/Sunita=Suni"
)
_ROMAJI = _read(
    "タロウ=Taro,Tarou/ハナコ=Hanako/イチロウ=Ichiro,Itiro/ナナ=Nana/ケンジ=Kenji,Kenzi/ユミ=Yumi/ダイスケ=Daisuke"
    "/ミサキ=Misaki/ショウタ=Shota,Shouta/キョウコ=Kyoko,Kyouko/ユカリ=Yukari/ツヨシ=Tsuyoshi/ジロウ=Jiro"
    "/ヤマダ=Yamada/タカハシ=Takahashi/ヤマザキ=Yamazaki/ワタナベ=Watanabe/サイトウ=Saito,Saitoh/ササキ=Sasaki"
    "/コジマ=Kojima,Kozima/ヒロサワ=Hirosawa/サクライ=Sakurai/ハットリ=Hattori/カサイ=Kasai/ハマグチ=Hamaguchi"
    "/ヨシクニ=Yoshikuni/クロサワ=Kurosawa/スズキ=Suzuki"
)
# What a Japanese keyboard offers for the same reading.
_SAME_READING = _read(
    "太郎=太朗/花子=華子/一郎=市郎/奈々=菜々/健二=謙二/由美=裕美/大輔=大介/美咲=未咲/翔太=祥太/京子=恭子"
    "/ゆかり=由香里/剛=毅/高橋=髙橋/山崎=山嵜/渡辺=渡部/斎藤=齋藤/小島=児島/広沢=廣澤/桜井=櫻井/葛西=笠井"
)
_MIN_LETTERS = 3


def typo_in_first_name(record: Record, random: Random) -> bool:
    """Mistype a letter."""
    return _mistype(record, "first_name", random)


def typo_in_last_name(record: Record, random: Random) -> bool:
    """Mistype a letter."""
    return _mistype(record, "last_name", random)


def nickname(record: Record, random: Random) -> bool:
    """Write the nickname."""
    del random
    short = _NICKNAMES.get(record.first.written)
    return bool(short) and _set(record, first_name=short)


def married_name(record: Record, random: Random) -> bool:
    """Write another last name, in one case of four added to the former one."""
    names = parse_names(record.locale.last)
    new = random.choice([each for each in names if each.written != record.last.written])
    has_both = has_chance(random, 0.25) and not record.last.reading
    written = f"{record.last.written}-{new.written}" if has_both else new.written
    return _set(record, last_name=written, phonetic_last_name=new.reading and spelling.hiragana(new.reading))


def initial(record: Record, random: Random) -> bool:
    """Write only the first letter of the first name."""
    del random
    letter = record.first.written[0]
    has_capitals = letter.lower() != letter.upper()
    return has_capitals and _set(record, first_name=f"{letter}.", middle_name="")


def first_name_only(record: Record, random: Random) -> bool:
    """Leave out all names but the first."""
    del random
    return _set(record, middle_name="", last_name="", phonetic_last_name="")


def last_name_only(record: Record, random: Random) -> bool:
    """Write the last name into the only required field."""
    del random
    names = {"first_name": record.names["last_name"], "middle_name": "", "last_name": ""}
    reading = {"phonetic_first_name": record.names["phonetic_last_name"], "phonetic_last_name": ""}
    return _set(record, **names, **reading)


def exchanged(record: Record, random: Random) -> bool:
    """Write the first name into the field of the last name."""
    del random
    names = record.names
    return _set(
        record,
        first_name=names["last_name"],
        last_name=names["first_name"],
        phonetic_first_name=names["phonetic_last_name"],
        phonetic_last_name=names["phonetic_first_name"],
    )


def in_one_field(record: Record, random: Random) -> bool:
    """Write all names into one field."""
    first, last = record.names["first_name"], record.names["last_name"]
    whole = f"{last}{random.choice(('', ' '))}{first}" if record.first.reading else f"{first} {last}"
    return _set(record, first_name=whole, middle_name="", last_name="")


def without_middle_name(record: Record, random: Random) -> bool:
    """Leave out the middle name, or abbreviate it."""
    middle = record.middle and random.choice(("", f"{record.middle[0]}."))
    return bool(record.middle) and _set(record, middle_name=middle)


def notation(record: Record, random: Random) -> bool:
    """Write capitals, no accents, two letters for umlauts, full-width or decomposed letters."""
    ways: Sequence[Callable[[str], str]] = (
        str.upper,
        spelling.without_accents,
        spelling.full_width,
        spelling.spelt_out if record.locale.spells_out else str.lower,
        lambda text: unicodedata.normalize("NFD", text),
    )
    way = random.choice(ways)
    return _set(record, **{name: way(value) for name, value in record.names.items()})


def kana(record: Record, random: Random) -> bool:
    """Write the name of a Japanese in kana."""
    change = random.choice((str, spelling.hiragana, spelling.half_width))
    return _set_japanese(record, change(record.first.reading), change(record.last.reading))


def romaji(record: Record, random: Random) -> bool:
    """Write the name of a Japanese in Latin letters."""
    first, last = (
        random.choice(_ROMAJI.get(name.reading, "").split(",")) for name in (record.first, record.last)
    )
    return _set_japanese(record, first, last)


def without_reading(record: Record, random: Random) -> bool:
    """Write the name of a Japanese without its reading."""
    del random
    return _set_japanese(record, record.first.written, record.last.written)


def same_reading(record: Record, random: Random) -> bool:
    """Write other kanji of the same reading, in one case of three without the reading."""
    first = _SAME_READING.get(record.first.written)
    last = _SAME_READING.get(record.last.written, record.last.written)
    if has_chance(random, 1 / 3):
        return bool(first) and _set_japanese(record, first or "", last)
    return bool(first) and _set(record, first_name=first or "", last_name=last)


def _set_japanese(record: Record, first: str, last: str) -> bool:
    is_japanese = bool(record.first.reading and first and last)
    empty = dict.fromkeys(("middle_name", "phonetic_first_name", "phonetic_last_name"), "")
    return is_japanese and _set(record, first_name=first, last_name=last, **empty)


def _mistype(record: Record, name: str, random: Random) -> bool:
    text = record.names[name]
    letters = [place for place, char in enumerate(text) if char.isalpha()]
    is_alphabet = not unicodedata.name(text[:1] or " ").startswith(("CJK", "HANGUL", "KATAKANA", "HIRAGANA"))
    if len(letters) < _MIN_LETTERS or not is_alphabet:
        return False
    place = random.choice(letters)
    # A letter of the same script.
    other = (
        text[random.choice(letters)].lower()
        if not text.isascii()
        else random.choice("abcdefghijklmnoprstuvwz")
    )
    mistyped = random.choice(
        (
            f"{text[:place]}{text[place + 1 :]}",
            f"{text[:place]}{text[place]}{text[place:]}",
            f"{text[:place]}{other}{text[place:]}",
            f"{text[:place]}{other}{text[place + 1 :]}",
            f"{text[:place]}{text[place + 1 : place + 2]}{text[place]}{text[place + 2 :]}",
        )
    )
    return mistyped.lower() != text.lower() and _set(record, **{name: mistyped})


def _set(record: Record, **names: str | None) -> bool:
    record.names |= {name: value or "" for name, value in names.items()}
    return True
