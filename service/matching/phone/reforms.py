"""Convert numbers between the formats before and after a reform of their numbering plan.

Each rule is one to one, and today no other subscriber has the converted number.

Brazil: mobile numbers got a ninth digit, a 9 in front, by area from 2012 to 6 November 2016 (Anatel;
https://tribunapopular.net/noticia/22371/celulares-de-todo-o-pais-terao-nove-digitos-a-partir-do-dia-6).
Trunked radio kept eight digits that begin with a 7 until it was switched off on 31 March 2018
(https://telesintese.com.br/nextel-desliga-servico-de-radio-em-marco). Fixed lines begin with 2 to 5: no rule.
Mexico: mobile numbers dialled from abroad lost a 1 on 3 August 2019, and ten digits are unique (IFT;
https://www.commsupdate.com/articles/2019/07/18/mexico-to-introduce-10-digit-phone-numbers-on-3-august/).
Argentina: mobile and fixed lines share area codes. Mobiles are dialled with a 15 at home, with a 9 from
abroad, and with neither from a mobile (Wikipedia, Telephone numbers in Argentina;
https://support.toku.co/hc/en-us/articles/28286847786649-Identifying-an-Argentina-Mobile-number).
Chile: fixed lines got a 2 after the area code in 2012 and 2013 (Subtel;
https://elpinguino.com/noticias/138274/Se-debe-anteponer-dgito-2-a-nmeros-de-telfonos-fijos).
Benin: all numbers got a 01 in front on 30 November 2024 (ARCEP; https://fr.allafrica.com/stories/202411300249.html).
Vietnam: mobile numbers of eleven digits lost one from 15 September 2018, prefix by prefix (MobiFone's own:
https://mobifone.vn/wps/portal/public/gioi-thieu/doi-dau-so/Doi_dau_so_top_1/ke-hoach-trien-khai-chuyen-doi-thue-bao;
all: https://convert-phone-numbers.en.aptoide.com/app).
Colombia: fixed numbers got a 60 before the one digit of their area from 1 September 2021 (CRC, resolution
5826; https://radionacional.co/actualidad/como-marcar-de-celular-a-fijo-en-colombia).
Gabon: on 16 November 2019 numbers got a digit after their zero, and callers from abroad no longer dial the
zero: 06 is 066 and 07 is 077 (ARCEP; http://news.alibreville.com/h/114469.html).

Not covered: Côte d'Ivoire in 2021 (prefixes by operator), and Vietnam's area codes of 2017 (no source).
"""

import re

# Old and new prefixes.
_VIETNAM = """
120:70 121:79 122:77 123:83 124:84 125:85 126:76 127:81 128:78 129:82 162:32
163:33 164:34 165:35 166:36 167:37 168:38 169:39 186:56 188:58 199:59
"""

# Each reform replaces digits: pattern of the digits before them, old digits, new digits, pattern after them.
_REFORMS = (
    ("55[1-9]{2}", "", "9", r"[6-9]\d{7}"),
    ("52", "1", "", r"[2-9]\d{9}"),
    ("54", "", "9", r"[1-3]\d{9}"),
    ("56", "2", "22", r"\d{7}"),
    (r"56[3-7]\d", "", "2", r"\d{6}"),
    ("229", "", "01", r"\d{8}"),
    ("57", "", "60", r"[1245678]\d{7}"),
    ("241", "0", "6", r"[256]\d{6}"),
    ("241", "0", "7", r"[47]\d{6}"),
    ("241", "01", "11", r"\d{6}"),
    *(("84", *prefixes.split(":"), r"\d{7}") for prefixes in _VIETNAM.split()),
)
_RULES = tuple(
    (re.compile(rf"(\+{before}){digits}({behind})"), rf"\g<1>{others}\2")
    for before, *replaced, behind in _REFORMS
    for digits, others in (replaced, reversed(replaced))
)
# A plus sign and two digits, to skip most numbers quickly.
_REFORMED_PREFIXES = tuple({f"+{before[:2]}" for before, *_ in _REFORMS})


def other_spellings(number: str) -> list[str]:
    """Return a number in the formats before and after reforms; all are a plus sign and digits."""
    if not number.startswith(_REFORMED_PREFIXES):
        return []
    matches = ((pattern.fullmatch(number), other) for pattern, other in _RULES)
    return [match.expand(other) for match, other in matches if match]
