"""How people are addressed: what stands around a name and is no part of it.

English, German, French, Spanish, Portuguese, Italian, Dutch and Japanese. Words that are names as well (Don,
San, Sri, Pan) are left out.
"""

import re

from service.matching import text

_TITLES = (
    "mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam"
    "|herr|frau"
    "|mme|mlle|monsieur|madame|mademoiselle|maître"
    "|sr|sra|srta|señor|señora|señorita|dra|senhor|senhora|signor|signora|dott"
    "|dhr|mevr|mevrouw"
)
# Without their full stop these are words or names.
_SHORT = r"rev|hr|fr|ing|dipl\.-ing|sig|sig\.ra|dott\.ssa"
# A run of blanks and commas is tried once, whole: from each of them it would cost the square of its length.
_RUN = r"(?<![, ])[, ]++"
_BEFORE = re.compile(rf"(^|{_RUN})(?:(?:{_TITLES})(?:\. ?| )|(?:{_SHORT})\. ?)+(?=[^ ,])")
# 様 is the only one written close to the name that no name ends with; the hiragana ones follow anything but
# hiragana, of which they might be a part.
_AFTER = re.compile(
    rf"(?:{_RUN}(?:様|さま|さん|ちゃん|くん|殿|氏|先生|御中|ph\.?d\.?|esq\.?)"
    r"|(?:様|(?<![\u3041-\u309f])(?:さま|さん|ちゃん|くん))"
    r"|-(?:san|sama|kun|chan|sensei))(?=$|[ ,])"
)
# Likewise, but some names do end or begin so: 尊氏, 李小君, and the M. of M. Night Shyamalan.
_DOUBTFUL = re.compile(r"^m\. ?(?=[^ ,])|(?<=..)(?:さま|さん|ちゃん|くん|殿|氏|君|先生|社長|部長)$")


def bare(value: str) -> str:
    """Return a name without the words by which its bearer is addressed; the value itself if nothing is left.

    A lone word is never one of them: ``Miss`` is a name when it stands for one.
    """
    plain = text.canonical(value)
    return _left(value, plain, _AFTER.sub("", _BEFORE.sub(r"\1", plain)))


def barest(value: str) -> str:
    """Return a name also without what may be an address or a part of the name."""
    return undoubted(bare(value))


def undoubted(bare_name: str) -> str:
    """Return a bare name without what may be an address; the name itself if nothing is or is left."""
    plain = text.canonical(bare_name)
    return _left(bare_name, plain, _DOUBTFUL.sub("", plain))


def _left(value: str, plain: str, rest: str) -> str:
    rest = rest.strip(" ,")
    return rest if rest != plain and any(map(str.isalnum, rest)) else value
