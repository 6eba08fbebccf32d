"""Callers who hide their number, as networks and platforms spell it.

Words: RFC 3261 (section 8.1.1.3), RFC 3323 (section 4.1) and RFC 5079 put "Anonymous" and
``sip:anonymous@anonymous.invalid`` in a From header; 3GPP TS 24.008 (10.5.4.30, "Cause of No CLI") has
"Unavailable", "Reject by user", "Interaction with other service" and "Coin line/payphone"; exchanges and
telephones show "Private", "Restricted", "Withheld", "Blocked", "Unknown" and "Out of area". NTT's Number
Display shows 非通知, 公衆電話 or 表示圏外 (https://jp.sharp/support/tel/station/data/utility/cus0003.html).

Numbers: such a word on a telephone keypad, which Twilio sent as the caller before November 2022
(https://www.twilio.com/en-us/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls).
"""

import re

from service.matching import text

_WORDS = frozenset(
    {
        "anonymous",
        "blocked",
        "coin_line/payphone",
        "interaction_with_other_service",
        "no_caller_id",
        "no_number",
        "not_available",
        "number_withheld",
        "out_of_area",
        "payphone",
        "private",
        "private_caller",
        "private_number",
        "reject_by_user",
        "rejected_by_user",
        "restricted",
        "unavailable",
        "undisclosed",
        "unknown",
        "unknown_caller",
        "unknown_number",
        "withheld",
        "非通知",
        "非通知設定",
        "番号非通知",
        "ヒツウチ",
        "通知不可能",
        "通知不可",
        "公衆電話",
        "コウシュウデンワ",
        "表示圏外",
        "ヒョウジケンガイ",
    }
)

# None of them is a number of the country that its first digits name, so nobody is taken for hidden by them.
# Without the plus they could be (8656696 is a mobile number in Iceland), so without it they do not count.
_NUMBERS = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+86282452253",  # UNAVAILABLE
        "+7378742833",  # RESTRICTED
        "+8656696",  # UNKNOWN
        "+2562533",  # BLOCKED
        "+7748283",  # PRIVATE
    }
)

_SIP_ANONYMOUS = re.compile(r"sips?:(anonymous@|[^@>]*@anonymous\.invalid\b)")
_NOT_A_LETTER = re.compile(r"[\s_-]+")


def is_withheld(value: str) -> bool:
    """Tell whether a caller hides the number. A blank value hides nothing: no number was given."""
    plain = text.canonical(value).strip("\"'<>()[] ")
    if plain.startswith("+"):
        return f"+{text.digits(plain)}" in _NUMBERS
    return _NOT_A_LETTER.sub("_", plain) in _WORDS or _SIP_ANONYMOUS.search(plain) is not None
