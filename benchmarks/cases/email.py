"""E-mail addresses as people, programs and mail headers write them, and values with several addresses."""

from collections.abc import Sequence

from benchmarks.cases.case import Case

_SEVERAL = "e-mail: several addresses"
_AROUND = "e-mail: labels and brackets around it"
_SIGNS = "e-mail: typographic signs"
_DOTS = "e-mail: dots of Japanese carriers"

CASES: Sequence[Case] = (
    Case(
        row=_SEVERAL,
        key="email",
        region="US",
        emails=["ada@several.example; Bob <bob@several.example>"],
        found_by=["ada@several.example", "BOB@several.example", "bob@several.example, cy@other.example"],
        strangers=["cy@several.example", "ada@several.example.net", "Bob <cy@several.example>"],
    ),
    Case(
        row=_SEVERAL,
        key="email",
        region="JP",
        emails=["dan@several.example、eve@several.example", "fay@several.example / gil@several.example"],
        found_by=[f"{name}@several.example" for name in ("dan", "eve", "fay", "gil")],
    ),
    Case(
        row=_SEVERAL,
        key="billing",
        region="US",
        keys={"billing": ["hal@several.example\nida@several.example"]},
        found_by=["hal@several.example", "ida@several.example"],
        strangers=["ada@several.example", "hal@several.example <jan@several.example>"],
    ),
    Case(
        row=_AROUND,
        key="email",
        region="US",
        emails=["kim@around.example"],
        found_by=[
            "mailto:kim%40around.example",
            "SMTP:kim@around.example",
            "email:kim@around.example",
            "メール\N{FULLWIDTH COLON}kim@around.example",
            "kim@around.example。",
            "【kim@around.example】",
            "[kim@around.example](mailto:kim@around.example)",
            '<a href="mailto:kim@around.example">Kim</a>',
            "Kim &lt;kim@around.example&gt;",
            '"lee@other.example" <kim@around.example>',
            "*kim@around.example*",
        ],
        strangers=["mailto:kim%2540around.example", '"kim@around.example" <lee@other.example>', "kim@around"],
    ),
    Case(
        row=_SIGNS,
        key="email",
        region="US",
        emails=["o\N{RIGHT SINGLE QUOTATION MARK}neil-moe@signs.example"],
        found_by=[
            "o'neil-moe@signs.example",
            "O\N{ACUTE ACCENT}Neil\N{EN DASH}Moe@signs.example",
            "o&#39;neil-moe@signs.example",
        ],
        strangers=["oneil-moe@signs.example", "o'neilmoe@signs.example"],
    ),
    Case(
        row=_SIGNS,
        key="email",
        region="TR",
        emails=["\u0130SMA\u0130L@SIGNS.EXAMPLE"],
        found_by=[
            "ismail@signs.example",
            "\u0131sma\u0131l@signs.example",
            "i\u0307smai\u0307l@signs.example",
        ],
        strangers=["ismael@signs.example"],
    ),
    Case(
        row=_DOTS,
        key="email",
        region="JP",
        emails=["mia..ito@docomo.example", '"nao."@ezweb.example'],
        found_by=[
            "mia..ito@docomo.example",
            '"mia..ito"@docomo.example',
            'Mia <"mia..ito"@docomo.example>',
            "<mia..ito@docomo.example>",
            "mailto:mia..ito@docomo.example",
            "nao.@ezweb.example",
        ],
        strangers=["mia.ito@docomo.example", "nao@ezweb.example", "miaito@docomo.example"],
    ),
)
