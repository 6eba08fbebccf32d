"""Numbers that callers withhold."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest

from service.matching import phone


@pytest.mark.parametrize(
    "value",
    [
        "anonymous",
        "Anonymous",
        " ANONYMOUS ",
        "Ａｎｏｎｙｍｏｕｓ",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        "sip:anonymous@anonymous.invalid",
        "sip:c8oqz84zk7z@anonymous.invalid;tag=hyh8",
        "sips:anonymous@example.com",
        "Restricted",
        "unavailable",
        "Unknown",
        "Private Number",
        "PRIVATE",
        "Out-of-Area",
        "No Caller ID",
        "Coin line/payphone",
        "+266696687",
        "+266 696 687",
        "+86282452253",
        "+7378742833",
        "+8656696",
        "+2562533",
        "Withheld number",
        "Reject by user",
        "Interaction with other service",
        '"Coin line/payphone" <sip:anonymous@anonymous.invalid>',
        "sip:anonymous@contoso.com;user=phone",
        "sip:thisis@anonymous.invalid",
        "非通知",
        "非通知設定",
        "通知不可能",
        "ﾋﾂｳﾁ",
        "受信エラー",
        "sip:+266696687@trunk",
        "<sip:+266696687@t;user=phone>",
        "tel:+266696687",
        "266696687",
        "00266696687",
        "86282452253",
        "7378742833",
        "sip:unknown@sbc.example.com",
        "sip:Restricted@h",
        "sip:unavailable@h",
        "sip:No%20Caller%20ID@h",
        "tel:anonymous",
        "anonymous;phone-context=+1",
        '"+14155552671" <sip:anonymous@anonymous.invalid>',
        "公衆電話",
        "表示圏外",
        '"Anonymous" <anonymous>',
        '"Unavailable" <Unavailable>',
        '"Store 42" <Anonymous>',
        '"+14155550100" <Anonymous>',
        "4155550100 <Anonymous>",
        '"Jane" <No Caller ID>',
        '"Anonymous" <>',
        "anonymous@anonymous.invalid",
        "thisis@anonymous.invalid;tag=1",
        "anonymous@192.0.2.1",
        "Restricted <+266696687>",
        "Restricted <266696687>",
        "whatsapp:+266696687",
        "whatsapp:anonymous",
        "266696687@s.whatsapp.net",
    ],
)
def test_a_withheld_number_is_recognised(value: str) -> None:
    """These are the forms that networks and platforms send."""
    assert phone.is_withheld(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "+81312345678",
        "03-1234-5678",
        "1234",
        "0",
        "+8656696123456",
        "8656696",
        "(737) 874-2833",
        "266 696 687",
        '"Anonymous" <sip:+14155552671@h>',
        "sip:unknowns@h",
        "+17378742833",
        "+7748283",
        "Anonymous Ltd",
        "sip:alice@example.com",
        '"Anonymous" <4155552671>',
        '"Private" <+14155552671>',
        '"Unknown" <1001>',
        "private.jones@example.com",
        "alice@anonymous.invalid.example.com",
        '"" <>',
        "\ud800",
    ],
)
def test_other_values_are_not_withheld(value: str) -> None:
    """Neither real numbers nor blank values."""
    assert not phone.is_withheld(value)
