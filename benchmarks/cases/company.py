"""Companies, searched for by some words of their names, and without or with another legal form."""

# ruff: noqa: RUF001  (names in Cyrillic)

from collections.abc import Mapping, Sequence

from benchmarks.cases.case import Case

_FOUND_BY: Mapping[str, Sequence[str]] = {
    "Acme Widgets GmbH": ("acme widgets", "acme", "Widgets Acme", "Acme GmbH", "Acme Widgets Ltd."),
    "Schroeder LLC": ("schroeder", "Schroeder, Inc."),
    "Kestrel Freight Europe Pty Ltd": ("kestrel freight", "europe kestrel", "Freight Europe Kestrel"),
    "Brindle & Sons": ("Brindle and Sons", "brindle", "Brindle & Sons Ltd"),
    "Société Durand-Lévêque SARL": ("durand leveque", "Durand SARL"),
    "Größe & Söhne GmbH & Co. KG": ("grosse sohne", "groesse", "Größe Söhne"),
    "Fábrica Montoya S.A. de C.V.": ("fabrica montoya", "montoya"),
    "Kowalczyk Sp. z o.o.": ("kowalczyk", "Kowalczyk sp zoo"),
    "ООО «Ромашка»": ("ромашка", "Ромашка ООО"),
    "PT Sumber Jaya Tbk": ("sumber jaya", "PT Sumber"),
    "Kartika Lestari": ("PT Kartika Lestari", "Kartika Lestari (P) Ltd", "LLC Kartika Lestari"),
    "SAS Quillon": ("sas", "Quillon"),
    "I.B.N. Logistik AG": ("ibn", "IBN Logistik"),
    "株式会社青葉商店": ("青葉商店", "㈱青葉商店", "青葉商店 (有)", "青葉商店 御中"),
    "合同会社谷里": ("谷里", "谷里合同会社", "㈱谷里"),
    "ｶ)ｶﾜｶﾐ": ("カワカミ", "カワカミ株式会社"),
    "㈜한빛전자": ("한빛전자", "한빛전자 주식회사"),
    "Lumen Foto Labs GmbH": ("Lumen Foto GmbH", "Labs Lumen GmbH", "Lumen Foto AG"),
    "Zenith Gears & Cogs, Inc.": ("Zenith Gears, Inc.", "Zenith Gears and Cogs Ltd"),
    "Servicios Integrales del Norte S.A. de C.V.": ("Servicios Integrales SA de CV",),
    "株式会社 みずき 電機 工業": ("株式会社みずき電機",),
    "Tessel Rope And Cord Works Ltd": ("Tessel Rope & Cord Works Ltd", "Tessel Rope Cord Works Ltd"),
    "SARL Dupont et Fils": ("Dupont et Fils SARL", "Dupont & Fils"),
}
_STRANGERS: Mapping[str, Sequence[str]] = {
    "Acme Widgets GmbH": ("gmbh", "Acme Gadgets GmbH", "Apex GmbH"),
    "Kartika Lestari": ("PT Kartini Lestari",),
    "合同会社谷里": ("合同会社", "合同会社穀物"),
    "Schroeder LLC": ("Schrader LLC", "LLC"),
    "株式会社青葉商店": ("株式会社", "株式会社若葉商店"),
    "Lumen Foto Labs GmbH": ("Lumen Video GmbH", "Lumen AG"),
}

CASES = tuple(
    Case(
        row="company: some words of its name",
        key="name",
        region="JP",
        names={"business_name": business_name},
        found_by=found_by,
        strangers=_STRANGERS.get(business_name, ()),
    )
    for business_name, found_by in _FOUND_BY.items()
)
