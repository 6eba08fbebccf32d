"""Outlook: its CSV files in Japanese."""

_KINDS = {"会社": "work", "自宅": "home", "その他": "other"}
_PARTS = {
    "番地 ({kind})": "address_1",
    "住所 2 ({kind})": "address_2",
    "住所 3 ({kind})": "address_3",
    "番地 2 ({kind})": "address_2",
    "番地 3 ({kind})": "address_3",
    "{kind}住所私書箱": "address_4",
    "市町村 ({kind})": "city",
    "市区町村 ({kind})": "city",
    "都道府県 ({kind})": "province",
    "郵便番号 ({kind})": "postal_code",
    "国 ({kind})/地域": "country",
    "国 ({kind})": "country",
}

COLUMNS = {
    "ミドル ネーム": "middle_name",
    "姓フリガナ": "phonetic_last_name",
    "名前フリガナ": "phonetic_first_name",
    "アカウント": "account_number",
    "誕生日": "birth_date",
    "メモ": "additional_information",
    "電子メール アドレス": "email_addresses",
    "電子メール 2 アドレス": "email_addresses",
    "電子メール 3 アドレス": "email_addresses",
    "会社電話": "phone_numbers.work",
    "会社電話 2": "phone_numbers.work",
    "会社代表電話": "phone_numbers.main",
    "通常の電話": "phone_numbers.main",
    "自宅電話": "phone_numbers.home",
    "自宅電話 2": "phone_numbers.home",
    "自動車電話": "phone_numbers.car",
    "その他の電話": "phone_numbers.other",
    "コールバック": "phone_numbers.callback",
    "ポケットベル": "phone_numbers.pager",
    "会社 FAX": "phone_numbers.fax",
    "自宅 FAX": "phone_numbers.fax",
    "その他の FAX": "phone_numbers.fax",
    "Web ページ": "attributes.website",
} | {
    part.format(kind=name): f"addresses.{kind}.{field}"
    for name, kind in _KINDS.items()
    for part, field in _PARTS.items()
}
