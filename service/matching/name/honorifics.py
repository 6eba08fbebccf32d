"""Remove honorifics from names: words before or after a name that are not part of it.

Covers English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese and Korean. Words that are also
names are treated as doubtful (Don) or not as honorifics at all (San, Sri, Pan).
"""

import re

from service.matching import folding
from service.matching.folding import symbols

_TITLES = (
    r"sig\.ra|sig\.na|dott\.ssa|dr\.ssa|prof\.ssa|(?:dr|prof|sr)\.a(?= )"
    "|mr|mrs|ms|miss|mx|doctor|prof|professor|sir|madam"
    "|herr|herrn|frau|fräulein|familie|doktor|freiherr|freifrau"
    "|mme|mlle|monsieur|madame|mademoiselle|maître"
    "|sr|sra|srta|señor|señora|señorita|doña|dña|dra|senhor|senhora|signor|signora|dott|dottore|dottoressa|professoressa"
    "|dhr|de heer|mevr|mevrouw"
)
# These are honorifics only with a full stop. Without one, they can be words or names.
_ABBREVIATED = r"rev|hon|hr|fr|frl|fam|frhr|ing|dipl\.-ing|mag|sig|avv|lic|exm[oa]|ilm[oa]|mw|drs|ir"
# German and Austrian doctoral titles name the faculty: Dr. rer. nat., Dr. med. dent., Dr.-Ing.
_FACULTIES = (
    r"med|rer|nat|phil|jur|iur|habil|oec|pol|agr|vet|dent|theol|techn|mont|soc|paed|h\. ?c|mult|univ|ing"
)
_DOCTOR = rf"dr(?:\.-ing)?(?:\. ?| )(?:(?:{_FACULTIES})\. ?)*"
# Match a run of spaces and commas only from its start: trying each character would take quadratic time.
_RUN = r"(?<![, ])[, ]++"
_LEADING = re.compile(rf"(^|{_RUN})(?:(?:{_TITLES})(?:\. ?| )|{_DOCTOR}|(?:{_ABBREVIATED})\. ?)+(?=[^ ,])")
# Titles after a comma or in brackets, as in exports of CRMs: Müller, Hans, Dr. Prof. and Dr. need neither.
# A final Sr. is a suffix. Limits keep the time linear.
_TITLE_AT_END = (
    rf"(?:dr(?:\.-ing)?\.?(?: ?(?:{_FACULTIES})\.){{0,4}}|(?!sr\b)(?:{_TITLES})\.?|(?:{_ABBREVIATED})\.)"
)
_TITLES_AT_END = re.compile(
    rf"(?:, ?{_TITLE_AT_END}(?: {_TITLE_AT_END}){{0,3}}|(?: (?:prof|dr)(?:\.|\b)){{1,3}}"
    rf"| ?\({_TITLE_AT_END}(?: {_TITLE_AT_END}){{0,3}}\))(?=$|,)"
)

_KANA = "さま|さん|ちゃん|くん"
_JAPANESE = f"様|{_KANA}|サマ|殿|氏|先生|せんせい|センセイ|御中"
_KOREAN_TITLES = "(?:고객|회원|사장|부장|차장|과장|대리|팀장|실장|이사|대표|교수|원장|선생|사모)님"
_KOREAN = f"님|씨|고객|{_KOREAN_TITLES}"
# Without a space, 様 and 씨 are certain honorifics, because no name ends with them. Honorifics in kana are
# certain after any other script, and 님 is certain after three syllables.
_TRAILING = re.compile(
    rf"(?:{_RUN}(?:{_JAPANESE}|{_KOREAN}|ph\.? ?d\.?|m\.d\.|esq\.?)|, ?(?:md|dds|mba)"
    rf"|(?:{_RUN})?\((?:{_JAPANESE}|{_KOREAN}|サン|チャン|クン|どの|ドノ)\)"
    rf"|様|(?<![\u3041-\u309f])(?:{_KANA})|(?<=[^\u30a1-\u30ff\s(,・])(?:サマ|サン|チャン|クン)"
    rf"|(?<=[가-힣])(?:씨|{_KOREAN_TITLES})|(?<=[가-힣]{{3}})(?:님|고객)"
    r"|-(?:san|sama|kun|chan|sensei))(?=$|[ ,])"
)
# Doubtful, because some names begin or end with them: M. Night Shyamalan, 尊氏, 李小君.
_DOUBTFUL = re.compile(
    rf"^[md]\. ?(?=[^ ,])|(?<=..)(?:{_KANA}|サマ|サン|チャン|クン|殿|どの|ドノ)$"
    r"|(?<=..)(?:氏|君|先生|せんせい|センセイ|社長|部長)$|(?<=[가-힣])님$"
)
# More doubtful words. A query loses them only if two other words remain: Don Johnson is not Johnson.
_DOUBTFUL_WORD = re.compile(rf"^(?:don|dona|sig|mag) (?=[^ ,])|{_RUN}(?:ii|iii|iv|md)$")
_GENERATION = re.compile(rf"{_RUN}(?:jr|sr)\.?(?=$|,)")
_SUFFIX = re.compile(rf"{_RUN}(?:(?:jr|sr)\.?|ii|iii|iv)$")


def strip(value: str) -> str:
    """Return the name without symbols and certain honorifics.

    Keeps the symbols or the honorifics if no letter or digit would remain without them.
    """
    value = symbols.remove(value)
    canonical = folding.canonical(value)
    rest = _TITLES_AT_END.sub("", canonical)
    rest = _TRAILING.sub("", _LEADING.sub(lambda match: match[1], rest))
    return _rest_or_value(value, canonical, rest)


def strip_for_query(value: str) -> str:
    """Return a typed name without certain and doubtful honorifics, and without Jr. and Sr.

    Doubtful words, such as Don or III, are kept unless two other words remain.
    """
    stripped = strip(value)
    canonical = folding.canonical(stripped)
    rest = _GENERATION.sub("", _DOUBTFUL.sub("", canonical))
    shorter = _DOUBTFUL_WORD.sub("", rest).strip(" ,")
    return _rest_or_value(stripped, canonical, shorter if " " in shorter else rest)


def strip_doubtful(stripped: str) -> str:
    """Return a stripped name without doubtful words, Jr. and Sr.; unchanged if nothing would remain."""
    canonical = folding.canonical(stripped)
    rest = _DOUBTFUL_WORD.sub("", _GENERATION.sub("", _DOUBTFUL.sub("", canonical)))
    return _rest_or_value(stripped, canonical, rest)


def strip_suffix(stripped: str) -> str:
    """Return a stripped name without the suffix Jr., Sr., II, III or IV; unchanged if nothing remains."""
    canonical = folding.canonical(stripped)
    return _rest_or_value(stripped, canonical, _SUFFIX.sub("", canonical))


def _rest_or_value(value: str, canonical: str, rest: str) -> str:
    rest = rest.strip(" ,")
    return rest if rest != canonical and any(map(str.isalnum, rest)) else value
