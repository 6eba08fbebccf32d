"""Remove legal forms from the names of companies: GmbH, Ltd., S.A. de C.V., 株式会社.

``FORMS`` and ``UNSPACED`` are selected from three lists:

1. ISO 20275, the Entity Legal Forms Code List (GLEIF, 28 September 2023).
2. The organisation types of rigour 2.2.3 (OpenSanctions, MIT licence).
3. The terms of cleanco 2.3 (MIT licence).

Left out are misspellings, most transliterations, public bodies, and forms that are also frequent words or
countries (``in``, ``is``, ``UK``). Added are usual abbreviations that the lists lack, most of them in other
scripts, and forms that laws of Japan name (such as the Companies Act, article 6, and the Medical Care Act,
article 39).

Pass names folded with ``spelling.fold``, but not simplified: simplifying would change the forms too
(ユウゲンガイシャ, Naamloze).
"""

# ruff: noqa: RUF001  (forms in scripts whose letters look like Latin ones)

import re
from collections.abc import Collection, Sequence

from service.matching import folding
from service.matching.name.spelling import spell_out_umlauts

FORMS = """
3ao 3at aat ab abp abpubl ad adsitz ae ag aj akciovaspolecnost akciovaspolocnost aktg aktges aktiebolag
aktiengesellschaft aktieselskab aktieselskabet aktsiaselts amba andco andcompany anonimsirketi
anpartsselskab ans ao aps as asa asbl asc asoy ay berhad beslotenvennootschap bhd bm bsc bscc bt bv bvba ca
cc cia cialtda cic cjsc clg co commv commva company coop cooperative corp corporation cpt crl cv cva cvba
cvoa cxa dac dd dmcc dno doo dooel ead eeig eg egbr egen ehf eingetragenegenossenschaft eingetragenekauffrau
eingetragenerkaufmann eingetragenerverein eireli eirl ek ekfm ekfr enk enr eood epe esv etco eurl ev ewiv
fie fmba fop fzco fze fzllc gag gbr generalpartnership gesbr gesellschaftbürgerlichenrechts gesellschaftmbh
gesellschaftmitbeschränkterhaftung gesmbh ggmbh gie gk gmbh gmbhcokg gmbhundcokg godogaisha godokaisha
goudoukaisha gp gug haftungsbeschränkt hb hf hlutafelag ike iks inc incorporated ivs jdoo jointstockcompany
jsc jscb jtd julkinenosakeyhtio kabushikigaisha kabushikikaisha kb kd kda kft kg kgaa kht kk kkt
kommanditgesellschaft kommanditgesellschaftaufaktien koop korlatoltfelelossegutarsasag ks ksc kscc kscp kv
ky lc lda limited limitedcompany limitedliabilityco limitedliabilitycompany limitedliabilitypartnership
limitedpartnership limitedsirketi llc llcfz lllp llp lp ltd ltda ltdaepp ltdame ltdcokg ltdsti ltee mb mbb
mbh mchj mepe mmc mtu na naamlozevennootschap nationalassociation npc nuf nv nyrt oao obrt oe
offenehandelsgesellschaft og ohf ohg ojsc ong ood ooo opc osakeyhtio osauhing ou oy oyj pa pao partg
partgmbb partmbb pbc pc pcl perseroanterbatas pfa pjsc plc pllc pltd prat private privatelimited
privatelimitedcompany prjsc proprietarylimited psc pte pty ptyltd publ publiccompanylimited publiclimited
publiclimitedcompany pvt pvtltd qmj qsc rhf rt ry sa saa sab sabdecv sac sadecv sae sagl saic sal
sanayiticaret sanayiveticaret santic sanvetic saoc saog sapa sapi sapidecv sarl sarlau sas sasu sau sc sca
sccl sce scoop scop scpa scra scrl scs sd sderldecv sdnbhd se secs senc sendirianberhad sf sgps sgr sha shk
shpk sia sicav sl sll slne slp slu smba snc sociedadanonima sociedadanonimadecapitalvariable
sociedadderesponsabilidadlimitada sociedadeanonima sociedadelimitada sociedadlimitada
sociedadporaccionessimplificada societaaresponsabilitalimitata societaperazioni societateanonima
societatecuraspunderelimitata societeanonyme societearesponsabilitelimitee societeennomcollectif
societeparactionssimplifiee socltd sp spa spj spk spolkaakcyjna spolkazograniczonaodpowiedzialnoscia
spolkazoo spolsro spp sprl spzoo srl srls sro stg sti tapui tbk tmi tnhh tnhhmtv tov uab ud ug ulc ultd
undco undcokg unipessoallda unlimited unltd unternehmergesellschaft uzdarojiakcinebendrove
vennootschaponderfirma vof vos vsi vvag vzw wll xk xxk yk yugengaisha yugenkaisha zao
zartkoruenmukodoreszvenytarsasag zat zrt zs

ООО ОАО ЗАО ПАО НАО АО ИП ЧП ОДО УП ЧУП ЧТУП СООО ИООО КФХ СПК НКО АНО ТОВ ТзОВ ТДВ ПАТ ПрАТ ВАТ ЗАТ АТ ПП
ФОП ТОО ЖШС ОсОО ЖЧК АД ЕАД ООД ЕООД ЕТ СД КД КДА ДОО ХХК ХК МЧЖ ААТ ТАА ЛТД Лимитед
обществосограниченнойответственностью акционерноеобщество публичноеакционерноеобщество
закрытоеакционерноеобщество открытоеакционерноеобщество индивидуальныйпредприниматель
товариствозобмеженоювідповідальністю акціонернетовариство приватнепідприємство фізичнаособапідприємець
дружествосограниченаотговорност друштвосаограниченомодговорношћу ΑΕ ΑΕΒΕ ΑΒΕΕ ΑΕΕ ΕΠΕ ΙΚΕ ΟΕ ΕΕ
ανώνυμηεταιρεία בעמ בערבוןמוגבל ՍՊԸ ԲԲԸ ՓԲԸ შპს სს شركة المحدودة محدودة شمم شمل شذمم ذمم شمع شمك المساهمة
مساهمة लिमिटेड प्राइवेटलिमिटेड प्रालि लि लिमिटेडकंपनी
"""
"""Legal forms after a name, and in scripts other than Latin also in front; without blanks and punctuation."""

_IN_FRONT = """
ab asbl bvba cjsc congty congtycophan congtycp congtytnhh congtytnhhmtv congtytrachnhiemhuuhan ctcp cty
ctytnhh cv eurl firma gaec gbr gie godokaisha jointstockcompany jsc kabushikigaisha kabushikikaisha kk
limitedliabilitycompany llc llp naamlozevennootschap oao ojsc ooo oy oü pao pjsc prjsc pt pttbk
publicjointstockcompany sarl sas sasu scea sci scop selarl sia snc societaaresponsabilitalimitata
societaperazioni spolkaakcyjna spolkazograniczonaodpowiedzialnoscia sprl tnhh tov uab vzw yugenkaisha zao
"""
"""Latin forms in front of a name. Other forms are often a part of it there: SC Johnson, Inc Magazine."""

UNSPACED = """
株式会社 有限会社 合同会社 合資会社 合名会社 相互会社 特例有限会社 有限責任事業組合 一般社団法人
公益社団法人 社団法人 一般財団法人 公益財団法人 財団法人 医療法人 医療法人社団 医療法人財団 社会医療法人
学校法人 宗教法人 社会福祉法人 特定非営利活動法人 NPO法人 独立行政法人 国立大学法人 監査法人 税理士法人
弁護士法人 司法書士法人 行政書士法人 社会保険労務士法人 農事組合法人 協同組合 事業協同組合 企業組合
カブシキガイシャ カブシキカイシャ ユウゲンガイシャ ユウゲンカイシャ ゴウドウガイシャ ゴウドウカイシャ
股份有限公司 有限责任公司 有限責任公司 有限公司 股份公司 無限公司 公司 주식회사 유한회사 유한책임회사
합자회사 합명회사 사단법인 재단법인 의료법인 학교법인 사회복지법인 บริษัท จำกัด มหาชน ห้างหุ้นส่วนจำกัด บจก
บมจ หจก
"""
"""Forms before or after a name that need no space between form and name."""

_FORMS_AT_END = frozenset(
    folding.fold(each) for form in FORMS.split() for each in (form, spell_out_umlauts(form))
)
_FORMS_IN_FRONT = {
    *map(folding.fold, _IN_FRONT.split()),
    *(form for form in _FORMS_AT_END if not form.isascii()),
}
_ANY_UNSPACED = "|".join(
    # The longest form first. Half-width text often has the full ﾔ instead of the small ｬ: ｶﾌﾞｼｷｶﾞｲｼﾔ.
    sorted(
        {each for form in map(folding.fold, UNSPACED.split()) for each in (form, form.replace("ャ", "ヤ"))},
        key=lambda form: (-len(form), form),
    )
)
_UNSPACED_FORM = re.compile(rf"^(?:{_ANY_UNSPACED}) ?| ?(?:{_ANY_UNSPACED})$")

# Maximum number of forms in a row (Co., Ltd.), and of words of one form (Sp. z o. o.).
_MAX_FORMS, _MAX_WORDS = 3, 7


def strip(folded: str) -> str:
    """Return the folded name of a company without legal forms in front or at its end.

    At least one word remains, even if it is a legal form.
    """
    rest = folded
    for _ in range(_MAX_FORMS):
        words = (_UNSPACED_FORM.sub("", rest) or rest).split()
        words = words[: len(words) - _count_at_end(words)]
        rest = " ".join(words[_count_in_front(words) :])
    return rest


def word_in_front(folded: str) -> str:
    """Return the Latin legal form in front of a name if it is one word, otherwise an empty string.

    Such a word may be a part of the name: ``sas`` is a legal form in France, and in SAS Institute the name.
    """
    words = folded.split()
    return words[0] if folded.isascii() and _count_in_front(words) == 1 else ""


def _count_at_end(words: Sequence[str]) -> int:
    sizes = range(min(len(words) - 1, _MAX_WORDS), 0, -1)
    return next((size for size in sizes if _is_form(words[-size:], words[-size - 1 :][:2], _FORMS_AT_END)), 0)


def _count_in_front(words: Sequence[str]) -> int:
    sizes = range(min(len(words) - 1, _MAX_WORDS), 0, -1)
    return next((size for size in sizes if _is_form(words[:size], words[size - 1 :][:2], _FORMS_IN_FRONT)), 0)


def _is_form(words: Sequence[str], between: Sequence[str], forms: Collection[str]) -> bool:
    """Return whether the words are a legal form.

    ``between`` are the two words where the form and the name meet.
    """
    # A letter next to a letter belongs to the same abbreviation: I.B.M. does not end with the form B.M.
    is_cut = all(len(word) == 1 for word in between)
    return not is_cut and "".join(words) in forms
