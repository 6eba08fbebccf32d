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
    """The legal form may be behind the name, in front of it or in brackets."""
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
        ("株式会社アクメ商店", "アクメ"),
        ("サトー商店", "サトウ商店"),
        ("Lumen Foto Labs GmbH", "Lumen Foto GmbH"),
        ("Lumen Foto Labs GmbH", "Lumen Labs GmbH"),
        ("Lumen Foto Labs GmbH", "Lumen Foto AG"),
        ("Lumen Foto Labs GmbH", "Labs Foto Lumen Ltd."),
        ("Nimbus Cloud Data, Inc.", "Nimbus Cloud Inc"),
        ("Zenith Gears & Cogs, Inc.", "Zenith Gears, Inc."),
        ("Zenith Gears & Cogs, Inc.", "Zenith Gears and Cogs Ltd"),
        ("Zenith Gears & Cogs, Inc.", "Zenith Gears Cogs Incorporated"),
        ("Zenith Gears & Cogs, Inc.", "Zenith Gears and Cogs Co."),
        ("Servicios Integrales del Norte S.A. de C.V.", "Servicios Integrales SA de CV"),
        ("Servicios Integrales del Norte S.A. de C.V.", "Norte, SA de CV"),
        ("株式会社 みずき 電機 工業", "株式会社みずき電機"),
        ("株式会社 みずき 電機 工業", "みずき工業㈱"),
        ("ООО «Север Лес Торг»", "Север Лес ООО"),
        ("Acme Widgets GmbH", "Widgets Acme GmbH"),
        ("J. Smith Plumbing Ltd", "John Smith Plumbing Ltd"),
        ("John Smith Plumbing Ltd", "John A. Smith Plumbing"),
        ("Müller & Söhne Optik GmbH", "Mueller und Soehne GmbH"),
        ("A & E Networks Europe LLC", "A and E Networks"),
        ("山田", "合同会社山田"),
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
    """The words may be in any order. A different legal form is only a partial match too."""
    assert best(company(stored), asked) is Tier.PARTIAL_NAME


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Marks & Spencer p.l.c.", "Marks and Spencer"),
        ("Marks & Spencer p.l.c.", "Marks Spencer PLC"),
        ("Schroeder and Sons Ltd", "Schroeder & Sons"),
        ("Schroeder Sons Ltd", "Schroeder und Sons"),
        ("Tessel Rope And Cord Works Ltd", "Tessel Rope & Cord Works Ltd"),
        ("Tessel Rope And Cord Works Ltd", "Tessel Rope Cord Works Ltd"),
        ("Silva e Filhos Ltda", "Silva & Filhos, Ltda."),
        ("Hermanos Ruiz y Cía. S.A.", "Hermanos Ruiz & Cia SA"),
        ("Brandt & Co.", "Brandt und Co"),
        ("A & E Networks LLC", "A and E Networks"),
        ("H and M", "H & M"),
        ("Большаков и Сыновья, ООО", "ООО «Большаков & Сыновья»"),
        ("Müller & Söhne GmbH & Co. KG", "Mueller und Soehne GmbH und Co. KG"),
        ("Mueller & Soehne GmbH", "Müller und Söhne GmbH"),
        ("Dupont et Fils SARL", "SARL Dupont et Fils"),
        ("SARL Dupont et Fils", "Dupont & Fils S.A.R.L."),
        ("ООО «Ромашка-Сервис»", "Ромашка Сервис ООО"),
        ("주식회사 한빛소프트", "한빛소프트 주식회사"),
        ("㈱山田商店", "山田商店㈱"),
        ("株式会社山田商店", "山田商店 株式会社"),
        ("合同会社青葉", "青葉合同会社"),
    ],
)
def test_the_place_of_the_legal_form_and_words_for_and_do_not_count(stored: str, asked: str) -> None:
    """Words for "and" equal each other and the sign &, and may be omitted. The match is a whole name."""
    assert best(company(stored), asked) is Tier.FULL_NAME


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Dupont et Fils SARL", ("SARL Dupont et Fils", "Dupont et Fils", "Dupont et Fils GmbH")),
        ("Lumen Foto GmbH", ("Lumen Foto GmbH", "Lumen Foto AG", "Lumen Foto Labs GmbH")),
        ("한빛소프트 주식회사", ("(주)한빛소프트", "한빛소프트", "유한회사 한빛소프트")),
    ],
)
def test_the_company_with_the_requested_legal_form_comes_first(asked: str, names: tuple[str, ...]) -> None:
    """The companies with a different legal form are partial matches."""
    tiers = [best(company(name), asked) for name in names]
    assert tiers == [Tier.FULL_NAME, Tier.PARTIAL_NAME, Tier.PARTIAL_NAME]


def test_a_company_ranks_above_a_person_with_the_same_words() -> None:
    """A person's name has no word for "and"."""
    assert (
        best(profile_with(first_name="Spencer", last_name="Marks"), "Marks and Spencer") is not Tier.FULL_NAME
    )


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("A.E.G. Ltd", "A.G. Ltd"),
        ("Duran Duran Ltd", "Duran and Duran and Duran Ltd"),
        ("Koehler & Sons Ltd", "Kohler and Sons"),
        ("Acme Widgets GmbH", "Widgets and Acme"),
    ],
)
def test_another_name_is_no_whole_name(stored: str, asked: str) -> None:
    """Different initials, repeated words, another order or another spelling make a different name."""
    assert best(company(stored), asked) is not Tier.FULL_NAME


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
        ("Lumen Foto Labs GmbH", "Lumen Video GmbH"),
        ("Lumen Foto Labs GmbH", "Lumen AG"),
        ("A. Meier GmbH", "Acme GmbH"),
        ("合同会社青葉", "合同会社"),
        ("合同会社青葉", "合同会社若葉"),
        ("青葉", "同会社青葉"),
    ],
)
def test_another_company_is_not_found(stored: str, asked: str) -> None:
    """A legal form alone finds no company either."""
    assert best(company(stored), asked) is None


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        ("Ana", "", "Ana Sá"),
        ("Maria", "Silva", "Maria Sá"),
        ("Jan", "Berg", "Jan As"),
        ("Carl", "Schroeder", "Schroeder LLC"),
        ("Lee", "Grant", "Lee Co"),
        ("Anna Berg", "Lima", "Lima Anna AG"),
    ],
)
def test_a_person_is_not_found_by_the_name_of_a_company(first: str, last: str, asked: str) -> None:
    """A last word that may be a legal form is ignored only for companies."""
    assert best(profile_with(first_name=first, last_name=last), asked) is None


@pytest.mark.parametrize("typed", ["acm", "acme w", "Acme Widgets G", "山田", "株式会社山"])
def test_a_company_is_found_while_its_name_is_typed(typed: str) -> None:
    """The text typed so far may begin with a legal form or not."""
    prefixes = term_prefixes(NAME, typed, "JP")
    stored = [*index(company("Acme Widgets GmbH"), {}, "JP").lookup]
    stored += index(company("株式会社山田商店"), {}, "JP").lookup
    assert any(entry.startswith(prefixes) for entry in stored)


@pytest.mark.parametrize(
    ("business_name", "count"), [("Acme", 3), ("Acme GmbH", 5), ("Acme Widgets GmbH", 9), ("", 0), (" ", 0)]
)
def test_a_company_has_few_index_terms(business_name: str, count: int) -> None:
    """Each term costs space in the index."""
    assert len(index(company(business_name), {}, "JP").lookup) == count


def test_a_long_name_has_a_bounded_number_of_index_terms() -> None:
    """Many words are combined only in pairs and threes, and not those in the middle."""
    words = " ".join(f"word{number}" for number in range(40))
    assert len(index(company(f"{words} GmbH"), {}, "JP").lookup) < 200
