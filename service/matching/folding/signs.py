"""Signs that look alike, or that keyboards and code pages use for each other."""

# Spacing accents (NFKC would replace them by spaces), quotation marks, modifier letters, primes, and geresh.
APOSTROPHES = "\u0060\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u05f3\u1fef\u1ffd\u2018\u2019\u201b\u2032\uff07"

# Japanese keyboards type these marks as separate characters (う゛ is ゔ); NFKC would put a space before them.
VOICING_MARKS = "\u309b\u309c"

# CP932 has U+FF0D and U+FF5E where JIS X 0208 has the minus sign U+2212 and the wave dash U+301C. JIS X 0201
# has an overline (U+203E, full-width U+FFE3) in the place of the tilde. Other minus signs, lines and tilde
# operators look the same.
MINUS_SIGNS = "\u02d7\u2043\u207b\u2212\u23af\u23e4\u2500\u2501\u2796"
TILDES = "\u02dc\u203e\u2053\u223c\u301c\uffe3"

ONE_APOSTROPHE = dict.fromkeys(map(ord, APOSTROPHES), "'")
UNIFIED = (
    dict.fromkeys(map(ord, MINUS_SIGNS), "-")
    | dict.fromkeys(map(ord, TILDES), "~")
    # CP932 has U+2225 where JIS X 0208 has the double line U+2016.
    | str.maketrans(f"{VOICING_MARKS}\u2225", "\u3099\u309a\u2016")
)
"""Table for ``str.translate``.

It maps signs that are used for each other to one of them, and voicing marks to combining marks.
"""
