"""Headers of files from Japan."""

_NAMES = {
    "first_name": "名 名前(名) お名前(名) 氏名(名) 下の名前",
    "last_name": "姓 苗字 名字 名前(姓) お名前(姓) 氏名(姓)",
    "name": "氏名 名前 お名前 ご氏名 顧客名 お客様名 会員名 担当者名 宛名",
    "phonetic_first_name": (
        "名カナ 名かな 名(カナ) 名(かな) メイ めい 名フリガナ 名ふりがな 名(フリガナ) フリガナ(名) カナ(名)"
    ),
    "phonetic_last_name": (
        "姓カナ 姓かな 姓(カナ) 姓(かな) セイ せい 姓ふりがな 姓(フリガナ) フリガナ(姓) カナ(姓)"
    ),
    "phonetic_name": (
        "フリガナ ふりがな カナ かな カナ氏名 氏名カナ 氏名(カナ) 氏名(かな) 氏名フリガナ 読み "
        "よみ ヨミ ヨミガナ よみがな 読み仮名"
    ),
    "business_name": "会社名 法人名 企業名 勤務先 勤務先名 社名 貴社名 御社名 団体名 店舗名 取引先名",
    "account_number": (
        "顧客番号 顧客ID 顧客コード 顧客No お客様番号 お客様ID お客様コード 会員番号 会員ID "
        "会員コード 会員No 取引先コード 得意先コード"
    ),
    "birth_date": "生年月日",
    "gender": "性別",
    "party_type": "顧客区分 顧客種別 個人法人区分 法人個人区分",
    "additional_information": "備考 備考欄 メモ 摘要 特記事項 コメント",
}
_PHONES = {
    "phone_numbers": (
        "電話 電話番号 電話番号1 電話番号2 電話番号3 連絡先 連絡先電話番号 TEL TEL1 TEL2 お電話番号"
    ),
    "phone_numbers.mobile": "携帯 携帯電話 携帯電話番号 携帯番号 携帯TEL",
    "phone_numbers.home": "自宅電話番号 自宅TEL 固定電話 固定電話番号",
    "phone_numbers.work": "会社電話番号 会社TEL 勤務先電話番号 勤務先電話",
    "phone_numbers.fax": "FAX番号 ファックス ファクス FAX ファックス番号",
}
_EMAILS = {
    "email_addresses": (
        "メール メールアドレス メールアドレス1 メールアドレス2 Eメール Eメールアドレス "
        "電子メール E-mailアドレス PCメール PCメールアドレス"
    ),
    "email_addresses.mobile": "携帯メール 携帯メールアドレス",
    "email_addresses.work": "会社メールアドレス",
}
_ADDRESSES = {
    "addresses.address_1": "住所 住所1 番地 町名番地 町域番地 丁目番地 ご住所",
    "addresses.address_2": "住所2 建物名 建物 ビル名 マンション名 建物名・部屋番号",
    "addresses.address_3": "住所3",
    "addresses.address_4": "住所4",
    "addresses.city": "市区町村 市町村 市区郡",
    "addresses.province": "都道府県 県",
    "addresses.country": "国 国名",
    "addresses.postal_code": "郵便番号",
}
_OTHERS = {
    "attributes.department": "部署 部署名 所属",
    "attributes.job_title": "役職 役職名",
    "attributes.website": "ホームページ URL",
}

COLUMNS = {
    header: field
    for group in (_NAMES, _PHONES, _EMAILS, _ADDRESSES, _OTHERS)
    for field, headers in group.items()
    for header in headers.split()
}
