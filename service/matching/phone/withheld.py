"""Recognise withheld phone numbers, in the spellings of networks and platforms.

SIP: ``sip:thisis@anonymous.invalid`` (RFC 3261, section 8.1.1.3), and the user ``anonymous`` (RFC 3323,
section 4.1; RFC 5767; MS-OCPSTN, section 2.2.5; SIP Line Messaging Guide of Cisco's Unified CM, "Calling Line
and Name Identification Restriction").

Words: networks and IMS telephones (3GPP TS 24.008, section 10.5.4.30, "Cause of No CLI"), Twilio
(https://www.twilio.com/docs/voice/twiml/changelog), telephones and caller ID units (manuals of the AT&T 992
and the Uniden OCT4960; http://www.callerid.com/Manuals/wc48-man/dep.private.html;
https://www.nfon.com/gb/service/knowledge-base/knowledge-base-detail/clir), mobile phones
(https://education-buzz.com/guides/how-to-block-private-calls-on-your-iphone), open-source call screening.
Japan: NTT's Number Display (https://jp.sharp/support/tel/station/data/utility/cus0003.html), mobile phones
(https://engrholiday.jp/nw/display-number; https://news.mynavi.jp/article/20220401-iphone_why/).

Numbers: such a word typed on a telephone keypad. Twilio sent these numbers before it forwarded the words
(https://www.twilio.com/en-us/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls). The
five numbers are from Twilio's article 223179988, as open-source code quotes it; the article itself was not
available.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from phonenumbers import convert_alpha_characters_in_number

from service.matching import folding
from service.matching.phone import characters, envelope

_WORDS = """
anonymous blocked coin_line/payphone interaction_with_other_service no_caller_id no_number
out_of_area payphone private private_caller private_number reject_by_user restricted unavailable
unknown unknown_caller unknown_number withheld withheld_number
非通知 非通知設定 ヒツウチ 通知不可能 通知不可 公衆電話
コウシュウデンワ 表示圏外 ヒョウジケンガイ 受信エラー ジュシンエラー
"""
_WITHHELD = frozenset(_WORDS.split())

# None of these is a valid number in the country of its first digits, so none belongs to a caller.
_KEYPAD_WORDS = ("+ANONYMOUS", "+UNAVAILABLE", "+RESTRICTED", "+UNKNOWN", "+BLOCKED")
_NUMBERS = frozenset(map(convert_alpha_characters_in_number, _KEYPAD_WORDS))

# Without a plus sign, the two short numbers may be real: 8656696 is a mobile number in Iceland. Trunks send
# the three long numbers without a plus sign. These could also be national numbers (7378742833 in Texas,
# 266696687 in Portugal). People rarely type those without separators, so only digits alone are accepted.
_WITHOUT_PLUS = re.compile(r"(?:00|011)(?P<abroad>[1-9]\d+)|(?P<bare>\d{9,})")

# ``sip:``, ``tel:``, ``whatsapp:``, ``https://``.
_SCHEME = re.compile(r"\A(?:[a-z][a-z0-9+.-]*:)+(?://)?")
_HIDDEN_HOST = re.compile(r"anonymous\.invalid(?:[\s;>:]|\Z)")
_SURROUNDING_CHARACTERS = "\"'<>()[] "
_WORD_SEPARATORS = re.compile(r"[\s_-]+")


@lru_cache(maxsize=1024)
def is_withheld(value: str) -> bool:
    """Return whether the value stands for a withheld number. A blank value does not: it means no number."""
    content, caption = envelope.open_envelope(characters.canonical(value))
    text = content or caption
    user, _, host = _SCHEME.sub("", text, count=1).partition("@")
    if _HIDDEN_HOST.match(host):
        return True
    # Ignore the parameters: they do not identify the caller (RFC 3966).
    if _is_word(unquote(user).partition(";")[0]):
        return True
    number = _SCHEME.sub("", envelope.extract(text), count=1).strip(_SURROUNDING_CHARACTERS)
    if number.startswith("+"):
        return f"+{folding.digits(number)}" in _NUMBERS
    digits = _WITHOUT_PLUS.fullmatch(number)
    return digits is not None and f"+{digits['abroad'] or digits['bare']}" in _NUMBERS


def _is_word(canonical: str) -> bool:
    return _WORD_SEPARATORS.sub("_", canonical.strip(_SURROUNDING_CHARACTERS)) in _WITHHELD
