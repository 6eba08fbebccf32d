"""Companies are found by the words of their names, with and without the legal form."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest

from service.matching.profiles import index
from service.matching.search_keys import term_prefixes
from service.model.match import Tier
from service.model.search_key import BUILT_IN
from tests.matching.name.companies import best, company
from tests.matching.partial_profiles import profile_with

NAME = BUILT_IN["name"]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Acme Widgets GmbH", "acme widgets"),
        ("Acme Widgets GmbH", "ACME WIDGETS GMBH"),
        ("Schroeder LLC", "schroeder"),
        ("Acme, Inc.", "Acme"),
        ("Acme Corporation", "acme"),
        ("The Acme Company", "the acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Acme (Pvt) Ltd", "acme"),
        ("Acme Sdn. Bhd.", "acme"),
        ("Müller & Söhne GmbH & Co. KG", "mueller soehne"),
        ("Müller & Söhne GmbH & Co. KG", "Muller Sohne"),
        ("Test Ges.m.b.H.", "test"),
        ("Foo UG (haftungsbeschränkt)", "foo"),
        ("Acme S.A. de C.V.", "acme"),
        ("Acme S. de R.L. de C.V.", "acme"),
        ("Société Générale SA", "societe generale"),
        ("SARL Dupont", "dupont"),
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("Petrol d.o.o.", "petrol"),
        ("Norsk Hydro A/S", "norsk hydro"),
        ("Uzsienio UAB", "uzsienio"),
        ("Koç Holding A.Ş.", "koc holding"),
        ("Yılmaz San. ve Tic. Ltd. Şti.", "yılmaz"),
        ("Ericsson AB (publ)", "ericsson"),
        ("Comercial Andina S.A.C.", "comercial andina"),
        ("Padaria Silva Ltda - ME", "padaria silva"),
        ("Siam Trading Public Company Limited", "siam trading"),
        ("Koivu Oy Ab", "koivu"),
        ("Smith & Lane, P.A.", "smith lane"),
        ("Công ty TNHH Minh Anh", "minh anh"),
        ("ООО «Ромашка»", "ромашка"),
        ("АО Альфа-Банк", "альфа банк"),
        ("ТОВ Нова Пошта", "Нова Пошта"),
        ("Κόσμος Α.Ε.", "κόσμος"),
        ('בזק בע"מ', "בזק"),
        ("شركة الاتصالات ش.م.م", "الاتصالات"),
        ("株式会社山田商店", "山田商店"),
        ("山田商店株式会社", "山田商店"),
        ("株式会社 山田商店", "山田商店"),
        ("㈱山田商店", "山田商店"),
        ("㈱山田商店", "株式会社山田商店"),
        ("ｶ)ﾔﾏﾀﾞ", "ヤマダ"),
        ("ヤマダ（カ", "やまだ"),
        ("カブシキガイシャヤマダ", "ヤマダ"),
        ("(同)さくら", "合同会社さくら"),
        ("（一社）日本協会", "一般社団法人日本協会"),
        ("医療法人社団さくら会", "さくら会"),
        ("삼성전자㈜", "삼성전자"),
        ("(주)한화", "주식회사 한화"),
        ("深圳市腾讯计算机系统有限公司", "深圳市腾讯计算机系统"),
        ("บริษัท ปตท. จำกัด (มหาชน)", "ปตท"),
        ("I.B.M. GmbH", "ibm"),
        ("I.B.M.", "ibm"),
        ("3M Company", "3m"),
        ("合資会社青葉", "青葉"),
        ("合名会社谷川", "谷川"),
        ("里山協同組合", "里山"),
        ("ｶﾌﾞｼｷｶﾞｲｼﾔｱｸﾒ", "アクメ"),
        ("Acme Gesellschaft mit beschraenkter Haftung", "Acme"),
        ("Acme Gesellschaft mit beschränkter Haftung", "Acme"),
    ],
)
def test_a_company_is_found_as_a_whole_without_its_legal_form(stored: str, asked: str) -> None:
    """Behind the name, in front of it, and in brackets."""
    assert best(company(stored), asked) is Tier.FULL_NAME


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Acme Widgets GmbH", "acme"),
        ("Acme Widgets GmbH", "widgets"),
        ("Acme Widgets GmbH", "Widgets Acme"),
        ("Acme Widgets GmbH", "Acme GmbH"),
        ("Acme Widgets GmbH", "Acme Widgets Ltd."),
        ("Acme Widgets", "Acme Widgets GmbH"),
        ("Schroeder", "Schroeder LLC"),
        ("Schroeder LLC", "Schroeder Inc."),
        ("Acme Widgets Europe Trading Ltd", "acme trading"),
        ("Acme Widgets Europe Trading Ltd", "europe widgets acme"),
        ("One Two Three Four Five Six Seven Eight Nine Ten Ltd", "nine one"),
        ("Schroeder & Sons Ltd", "Schroeder and Sons"),
        ("Schroeder and Sons Ltd", "Schroeder & Sons"),
        ("The Royal Bank of Scotland plc", "Bank of Scotland"),
        ("J.P. Morgan Chase & Co.", "JP Morgan"),
        ("JP Morgan Chase & Co.", "J.P. Morgan"),
        ("I.B.M. Deutschland GmbH", "IBM"),
        ("Rolls-Royce Deutschland Ltd & Co KG", "RollsRoyce"),
        ("Rolls-Royce Deutschland Ltd & Co KG", "Rolls Royce"),
        ("Rolls-Royce Deutschland Ltd & Co KG", "Deutschland RollsRoyce"),
        ("株式会社セブン‐イレブン・ジャパン", "セブンイレブン"),
        ("Koehler GmbH", "Kohler"),
        ("PT Bank Central Asia Tbk", "central asia"),
        ("PT Bank Central Asia Tbk", "PT Asia"),
        ("PT Bank Central Asia Tbk", "Asia Tbk"),
        ("SC Johnson", "johnson"),
        ("株式会社山田商店", "㈲山田商店"),
        ("株式会社山田商店", "山田商店 株式会社"),
        ("株式会社アクメ商店", "アクメ"),
        ("サトー商店", "サトウ商店"),
        ("山田", "合同会社山田"),
        ("合同会社青葉", "青葉合同会社"),
        ("青葉合同会社", "㈱青葉"),
        ("合資会社谷川", "谷川合名会社"),
        ("里山商店", "里山商店協同組合"),
        ("アクメ", "カブシキガイシャアクメ"),
        ("ユウゲンガイシャアクメ", "アクメカブシキガイシャ"),
        ("ユウゲンガイシャアクメ", "ゴウドウガイシャアクメ"),
        ("Acme", "Acme naamloze vennootschap"),
        ("Acme N.V.", "Acme naamloze vennootschap"),
        ("Acme", "Acme spółka akcyjna"),
        ("Acme", "Acme società a responsabilità limitata"),
    ],
)
def test_a_company_is_found_by_some_words_of_its_name(stored: str, asked: str) -> None:
    """In any order, and with another legal form: the words may belong to another company."""
    assert best(company(stored), asked) is Tier.PARTIAL_NAME


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Acme Widgets GmbH", "gmbh"),
        ("Acme Widgets GmbH", "Acme Gadgets GmbH"),
        ("Acme Widgets GmbH", "Acme Ltd."),
        ("Acme Widgets GmbH", "Apex GmbH"),
        ("Acme Widgets GmbH", "Widgets Acme Trading"),
        ("C&A", "C"),
        ("I.B.M.", "I."),
        ("Schroeder and Sons", "and"),
        ("株式会社山田商店", "株式会社"),
        ("株式会社山田商店", "株式会社山本商店"),
        ("株式会社山田商店", "山田"),
        ("合同会社青葉", "合同会社"),
        ("合同会社青葉", "合同会社若葉"),
        ("青葉", "同会社青葉"),
    ],
)
def test_another_company_is_not_found(stored: str, asked: str) -> None:
    """Nor is any company found by a legal form."""
    assert best(company(stored), asked) is None


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        ("Ana", "", "Ana Sá"),
        ("Maria", "Silva", "Maria Sá"),
        ("Jan", "Berg", "Jan As"),
        ("Carl", "Schroeder", "Schroeder LLC"),
        ("Lee", "Grant", "Lee Co"),
    ],
)
def test_a_person_is_not_found_by_the_name_of_a_company(first: str, last: str, asked: str) -> None:
    """A last word that may be a legal form is ignored only for companies."""
    assert best(profile_with(first_name=first, last_name=last), asked) is None


@pytest.mark.parametrize("typed", ["acm", "acme w", "Acme Widgets G", "山田", "株式会社山"])
def test_a_company_is_found_while_its_name_is_typed(typed: str) -> None:
    """With and without the legal form in front."""
    prefixes = term_prefixes(NAME, typed, "JP")
    stored = [*index(company("Acme Widgets GmbH"), {}, "JP").lookup]
    stored += index(company("株式会社山田商店"), {}, "JP").lookup
    assert any(entry.startswith(prefixes) for entry in stored)


@pytest.mark.parametrize(
    ("business_name", "count"), [("Acme", 3), ("Acme GmbH", 4), ("Acme Widgets GmbH", 8), ("", 0), (" ", 0)]
)
def test_a_company_has_few_index_terms(business_name: str, count: int) -> None:
    """Each term costs space in the index."""
    assert len(index(company(business_name), {}, "JP").lookup) == count


def test_a_long_name_has_a_bounded_number_of_index_terms() -> None:
    """Many words are combined only in pairs and threes, and not those in the middle."""
    words = " ".join(f"word{number}" for number in range(40))
    assert len(index(company(f"{words} GmbH"), {}, "JP").lookup) < 200
