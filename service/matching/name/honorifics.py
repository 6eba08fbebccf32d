"""How people are addressed: what stands around a name and is no part of it.

English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese and Korean. Words that are names as
well are doubtful (Don) or left out (San, Sri, Pan).
"""

import re

from service.matching import folding as text

_TITLES = (
    r"sig\.ra|sig\.na|dott\.ssa|prof\.ssa"
    "|mr|mrs|ms|miss|mx|doctor|prof|professor|sir|madam"
    "|herr|herrn|frau|fräulein|doktor"
    "|mme|mlle|monsieur|madame|mademoiselle|maître"
    "|sr|sra|srta|señor|señora|señorita|doña|dña|dra|senhor|senhora|signor|signora|dott"
    "|dhr|de heer|mevr|mevrouw"
)
# Without their full stop these are words or names.
_SHORT = r"rev|hon|hr|fr|frl|ing|dipl\.-ing|mag|sig|avv|lic|exm[oa]|ilm[oa]|mw|drs|ir"
# In Germany and Austria a doctor says of what: Dr. rer. nat., Dr. med. dent., Dr.-Ing.
_FACULTIES = (
    r"med|rer|nat|phil|jur|iur|habil|oec|pol|agr|vet|dent|theol|techn|mont|soc|paed|h\. ?c|mult|univ|ing"
)
_DOCTOR = rf"dr(?:\.-ing)?(?:\. ?| )(?:(?:{_FACULTIES})\. ?)*"
# A run of blanks and commas is tried once, whole: from each of them it would cost the square of its length.
_RUN = r"(?<![, ])[, ]++"
_BEFORE = re.compile(rf"(^|{_RUN})(?:{_DOCTOR}|(?:{_TITLES})(?:\. ?| )|(?:{_SHORT})\. ?)+(?=[^ ,])")

_KANA = "さま|さん|ちゃん|くん"
_JAPANESE = f"様|{_KANA}|サマ|殿|氏|先生|せんせい|センセイ|御中"
_KOREAN = "님|씨|선생님"
# 様 and 씨 are the only ones written close to the name that no name ends with; those in kana follow anything
# but their own kana, of which they might be a part; 님 follows a whole name.
_AFTER = re.compile(
    rf"(?:{_RUN}(?:{_JAPANESE}|{_KOREAN}|ph\.? ?d\.?|m\.d\.|esq\.?)|, ?(?:md|dds|mba)"
    rf"|(?:{_RUN})?\((?:{_JAPANESE}|{_KOREAN}|サン|チャン|クン|どの|ドノ)\)"
    rf"|様|(?<![\u3041-\u309f])(?:{_KANA})|(?<=[^\u30a1-\u30ff\s(,・])(?:サマ|サン|チャン|クン)"
    r"|(?<=[가-힣])(?:씨|선생님)|(?<=[가-힣]{3})님"
    r"|-(?:san|sama|kun|chan|sensei))(?=$|[ ,])"
)
# Likewise, but some names do end or begin so: 尊氏, 李小君, and the M. of M. Night Shyamalan.
_DOUBTFUL = re.compile(
    rf"^[md]\. ?(?=[^ ,])|(?<=..)(?:{_KANA}|サマ|サン|チャン|クン|殿|どの|ドノ)$"
    r"|(?<=..)(?:氏|君|先生|せんせい|センセイ|社長|部長)$|(?<=[가-힣])님$"
)
# These are whole words that some are called, so what is typed is one only where a first and a last name are
# left: Don Johnson is nobody's Johnson.
_DOUBTFUL_WORD = re.compile(rf"^(?:don|dona|sig|mag) (?=[^ ,])|{_RUN}(?:ii|iii|iv|md)$")
_GENERATION = re.compile(rf"{_RUN}(?:jr|sr)\.?(?=$|,)")
_SUFFIX = re.compile(rf"{_RUN}(?:(?:jr|sr)\.?|ii|iii|iv)$")


def bare(value: str) -> str:
    """Return a name without the words by which its bearer is addressed; the value itself if nothing is left.

    A lone word is never one of them: ``Miss`` is a name when it stands for one.
    """
    plain = text.canonical(value)
    return _left(value, plain, _AFTER.sub("", _BEFORE.sub(lambda found: found[1], plain)))


def barest(value: str) -> str:
    """Return a typed name also without what may be an address or a part of the name."""
    known = bare(value)
    plain = text.canonical(known)
    rest = _GENERATION.sub("", _DOUBTFUL.sub("", plain))
    fewer = _DOUBTFUL_WORD.sub("", rest).strip(" ,")
    return _left(known, plain, fewer if " " in fewer else rest)


def undoubted(bare_name: str) -> str:
    """Return a bare name without what may be an address; the name itself if nothing is or is left."""
    plain = text.canonical(bare_name)
    return _left(bare_name, plain, _DOUBTFUL_WORD.sub("", _GENERATION.sub("", _DOUBTFUL.sub("", plain))))


def without_suffix(bare_name: str) -> str:
    """Return a bare name without what tells a son from his father: Jr., III; itself if nothing does."""
    plain = text.canonical(bare_name)
    return _left(bare_name, plain, _SUFFIX.sub("", plain))


def _left(value: str, plain: str, rest: str) -> str:
    rest = rest.strip(" ,")
    return rest if rest != plain and any(map(str.isalnum, rest)) else value
