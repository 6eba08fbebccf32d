"""Phone numbers as spreadsheets change them, and as telephone systems, messengers and people write them."""

from collections.abc import Sequence

from benchmarks.cases.case import Case

_CHANGED = "phone: changed by a spreadsheet"
_SEVERAL = "phone: several in one value"
_CAPTION = "phone: text before it"
_CALLER_ID = "phone: caller ID"
_GROUPS = "phone: digits after a national number"

CASES: Sequence[Case] = (
    Case(
        row=_CHANGED,
        key="phone",
        region="US",
        phones=["4155552671.0"],
        found_by=["+14155552671", "(415) 555-2671", "4.155552671E+09", "4,155,552,671.00", "14155552671.0"],
        strangers=["+41555526710", "41555526710", "4.155E+09", "4155552670.0"],
    ),
    Case(
        row=_CHANGED,
        key="phone",
        region="DE",
        phones=["1711234568.0"],
        found_by=["0171 1234568", "+49 171 1234568", "1711234568.00", "(1711234568.0);", "4.91711234568E+11"],
        strangers=["+49 171 12345680", "0171 12345680", "4.9171E+11"],
    ),
    Case(
        row=_CHANGED,
        key="phone",
        region="GB",
        phones=["4.479E+11"],
        found_by=[],
        strangers=["4.479E+11", "447900000000", "+447911123456"],
    ),
    Case(
        row=_SEVERAL,
        key="phone",
        region="JP",
        phones=["+1 415 555 2675 / +1 415 555 2676"],
        found_by=["+14155552675", "+14155552676", "+1 415 555 2676; +1 415 555 2675"],
        strangers=["+14155552677", "+1 415 555 26"],
    ),
    Case(
        row=_SEVERAL,
        key="phone",
        region="US",
        phones=["Home: 415-555-2604 or 415-555-2605\n(415) 555-2606 x12"],
        found_by=["+14155552604", "415-555-2605", "4155552606", "4155552605; 415-555-9999"],
        strangers=["415-555-2607", "+14155552604415"],
    ),
    Case(
        row=_SEVERAL,
        key="phone",
        region="DE",
        phones=["0711/123456 oder 0172/1234569"],
        found_by=["+49711123456", "0172 1234569"],
        strangers=["0711 1234560172", "+49 711 1234569"],
    ),
    Case(
        row=_SEVERAL,
        key="phone",
        region="DE",
        phones=["+49 711 123457 / 1234570"],
        found_by=["+49711123457", "0711 123457, Kundennr 30123456", "0711 123457 (seit 01.02.2019)"],
        strangers=["+491234570", "1234570", "+4930123456", "+491022019"],
    ),
    Case(
        row=_CAPTION,
        key="phone",
        region="MX",
        phones=["Cel: +52 1 55 1234 5679"],
        found_by=["+525512345679", "whatsapp:+5215512345679", "sms:+5215512345679", "55 1234 5679"],
        strangers=["+5215512345678", "whatsapp:+15512345679"],
    ),
    Case(
        row=_CAPTION,
        key="phone",
        region="US",
        phones=["Euro+ Shop 4155550183"],
        found_by=["+14155550183", "Line 2: 415-555-0183", "callto:+14155550183", "415-555-0183 2nd"],
        strangers=["Line 2: 415-555-0184", "Room 0183"],
    ),
    Case(
        row=_CALLER_ID,
        key="phone",
        region="FR",
        phones=["40.32.2555"],
        found_by=['"Carine" <40322555>', "Carine <40322555>", '"01 23 45 67 89" <40.32.25.55>'],
        strangers=['"40322555" <40322556>', '"40322555" <>', '"40322555" <carine>'],
    ),
    Case(
        row=_CALLER_ID,
        key="phone",
        region="US",
        phones=["415-555-0185"],
        found_by=[
            '"4155550186" <4155550185>',
            '"Line 1" <14155550185>',
            '"SMITH JOHN 2" <sip:4155550185@pbx.example.com>',
            "14155550185:12@s.whatsapp.net",
            "https://wa.me/14155550185",
        ],
        strangers=['"4155550185" <4155550186>', "14155550185@lid", "4155550185:2@lid", "14155550185-16@g.us"],
    ),
    Case(
        row=_GROUPS,
        key="phone",
        region="US",
        phones=["415-555-0187", "415-555-0188-2", "415-555-0189 2nd"],
        found_by=["415~555~0187", "415−555━0187", "415,555,0187", "(415) 555-0187 (2)", "415-555-0189"],  # noqa: RUF001
        strangers=["+41555501872", "+41555501882", "415-555-0187-2", "+41555501892", "415-555-0188"],
    ),
)
