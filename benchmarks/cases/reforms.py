"""Numbers before and after reforms of numbering plans, and numbers with and without a zero that is kept."""

from collections.abc import Iterator, Sequence

from benchmarks.cases.case import Case

_ROW = "phone: before and after a reform"
_ZERO = "phone: Italy's zero"

# Region, country code, and three numbers without it: after the reform, before it, and a stranger's.
_REFORMS = (
    ("CI", "225", "07 07 12 34 56", "07 12 34 56", "08 12 34 56"),
    ("CI", "225", "01 40 12 34 57", "40 12 34 57", "44 12 34 57"),
    ("CI", "225", "27 22 41 23 45", "22 41 23 45", "22 01 23 45"),
    ("VN", "84", "24 3936 2345", "4 3936 2345", "8 3936 2345"),
    ("PH", "63", "2 8525 1234", "2 525 1234", "2 7525 1234"),
    ("NG", "234", "201 234 5678", "1 234 5678", "2 234 5678"),
    ("EG", "20", "100 123 4567", "10 123 4567", "11 123 4567"),
    ("QA", "974", "3312 3456", "312 3456", "412 3456"),
    ("SA", "966", "11 234 5678", "1 234 5678", "2 234 5678"),
    ("CM", "237", "6 77 12 34 56", "77 12 34 56", "97 12 34 56"),
    ("GN", "224", "621 12 34 56", "61 12 34 56", "62 12 34 56"),
    ("EC", "593", "99 123 4567", "9 123 4567", "8 123 4567"),
    ("UY", "598", "4446 2000", "446 2000", "546 2000"),
    ("MU", "230", "5 251 2345", "251 2345", "291 2345"),
    ("GH", "233", "30 223 4567", "21 23 45 67", "22 23 45 67"),
    ("AZ", "994", "20 203 45 67", "110 3 45 67", "170 3 45 67"),
    ("GE", "995", "577 12 34 56", "77 12 34 56", "78 12 34 56"),
    ("LA", "856", "20 55 123 456", "20 5 123 456", "20 9 123 456"),
    ("HN", "504", "2221 2345", "221 2345", "231 2345"),
    ("GW", "245", "955 12 34 56", "512 34 56", "612 34 56"),
)
# Region, stored number, two other spellings of it, and a stranger's number.
_ZEROS = (
    ("IT", "06 6982 1234", "+39 06 6982 1234", "+39 6 6982 1234", "+39 6 6982 1235"),
    ("VA", "+39 06 6988 1234", "+39 (06) 6988 1234", "+39 (6) 6988 1234", "+39 2 6988 1234"),
    ("SM", "0549 886377", "+378 0549 886377", "+378 549 886377", "+378 549 886378"),
    ("IT", "+39 2 1234 5678", "02 1234 5678", "+39 02 1234 5678", "+39 03 1234 5678"),
    ("IT", "+39 331 234567", "331 234567", "331 23 45 67", "+39 0331 234567"),
)


def _cases() -> Iterator[Case]:
    for region, code, new, old, stranger in _REFORMS:
        # One profile has the new number. Another profile has the old number of another line, which ends in 9.
        for stored, last in ((new, new[-1]), (old, "9")):
            line = [f"+{code} {number[:-1]}{last}" for number in (stored, new, old)]
            yield Case(
                row=_ROW,
                key="phone",
                region=region,
                phones=line[:1],
                found_by=[*line, line[2].replace(" ", "")],
                strangers=[f"+{code} {stranger[:-1]}{last}"],
            )
    for region, stored, *spellings, stranger in _ZEROS:
        yield Case(
            row=_ZERO,
            key="phone",
            region=region,
            phones=[stored],
            found_by=[stored, *spellings],
            strangers=[stranger],
        )


CASES: Sequence[Case] = tuple(_cases())
