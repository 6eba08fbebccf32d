"""Write out the abbreviated legal forms of Japanese and Korean companies.

Companies abbreviate the form in brackets, as in the characters ㈱ and ㈲. Japanese banks abbreviate it in
kana (Zengin data format): ``ｶ)ﾔﾏﾀﾞ`` and ``ﾔﾏﾀﾞ(ｶ``.
"""

import re

_ABBREVIATIONS = {
    "株": "株式会社",
    "有": "有限会社",
    "同": "合同会社",
    "資": "合資会社",
    "名": "合名会社",
    "社": "社団法人",
    "財": "財団法人",
    "一社": "一般社団法人",
    "一財": "一般財団法人",
    "公社": "公益社団法人",
    "公財": "公益財団法人",
    "医": "医療法人",
    "学": "学校法人",
    "宗": "宗教法人",
    "福": "社会福祉法人",
    "特非": "特定非営利活動法人",
    "独": "独立行政法人",
    "協": "協同組合",
    "주": "주식회사",
    "유": "유한회사",
}
_BANK_ABBREVIATIONS = {
    "カ": "株式会社",
    "ユ": "有限会社",
    "ド": "合同会社",
    "シ": "合資会社",
    "メ": "合名会社",
    "イ": "医療法人",
    "シャ": "社団法人",
    "ザイ": "財団法人",
    "ガク": "学校法人",
    "フク": "社会福祉法人",
    "トクヒ": "特定非営利活動法人",
}

_ANY_BANK = "|".join(_BANK_ABBREVIATIONS)
_ABBREVIATION = re.compile(rf"\(({'|'.join(_ABBREVIATIONS)})\)|^({_ANY_BANK})\)|\(({_ANY_BANK})\)?$")


def expand(folded: str) -> str:
    """Return the folded name with abbreviated forms in brackets written out: (株) as 株式会社."""
    return _ABBREVIATION.sub(_write_out, folded) if "(" in folded or ")" in folded else folded


def _write_out(match: re.Match[str]) -> str:
    abbreviation, in_front, after = match.groups()
    return _ABBREVIATIONS[abbreviation] if abbreviation else _BANK_ABBREVIATIONS[in_front or after]
