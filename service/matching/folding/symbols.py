"""Remove symbols and emoji from names: ♥ Ana ♥, 🌸Mia🌸, Acme™."""

import re
import unicodedata
from functools import lru_cache

from service.matching.folding import signs

# An emoji keycap sequence has a digit that is no part of the name (UTS #51, section 1.4.3).
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
# After kana, a tilde may be a long vowel mark. The half-width kana include their voicing marks.
_TILDE = re.compile(rf"(?<![\u3041-\u30fa\uff66-\uff9f])[~\uff5e{signs.TILDES}]")
# Unicode counts some of these as symbols, but in names they are apostrophes, voicing marks and dashes.
_NO_SYMBOLS = frozenset(f"~\uff5e{signs.APOSTROPHES}{signs.VOICING_MARKS}{signs.TILDES}{signs.MINUS_SIGNS}")


def remove(name: str) -> str:
    """Return the name with spaces for symbols and emoji; unchanged if no letter or digit would be left."""
    if name.isalpha():
        return name
    words = _TILDE.sub(" ", _KEYCAP.sub(" ", name))
    words = "".join(" " if _is_symbol(char) else char for char in words)
    return words if any(map(str.isalnum, words)) else name


@lru_cache(maxsize=4096)
def _is_symbol(char: str) -> bool:
    category = unicodedata.category(char)
    if char in _NO_SYMBOLS or not (category[0] == "S" or category == "Me"):
        return False
    # Some symbols are letters in a circle or in a square: ㈱. Trade marks are letters above the line.
    letters = any(map(str.isalnum, unicodedata.normalize("NFKC", char)))
    return not letters or unicodedata.decomposition(char).startswith("<super>")
