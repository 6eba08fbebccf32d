"""Fold Japanese: unify old and variant forms of kanji, convert to katakana, write out iteration marks.

Hiragana and katakana have the same order, so adding an offset converts one to the other (the Unicode
Standard, section 18.4). Iteration marks follow the Ministry of Education's guide of 1946
(くりかへし符号の使ひ方). Sources of the table of kanji (forms that NFKC unifies already are left out):

1. Old forms of common kanji (Cabinet Notice 2 of 2010) and of kanji for given names (Ordinance for
   Enforcement of the Family Register Act, appended table 2), and extended simplified forms, as kyujipy 0.6.8
   (MIT licence) lists them; except kanji whose new form is outside JIS X 0208.
2. The shrink map of the National Tax Agency's corporate numbers, which replaces kanji outside JIS X 0208 by
   kanji inside it; single kanji only, from jntajis-python 0.1.0. Source: Corporate Number Publication Site
   (National Tax Agency), https://www.houjin-bangou.nta.go.jp/download/, Public Data License 1.0; processed.
3. Frequent forms in family names, selected by hand. The Ministry of Justice's notices on family registers
   treat them as equal to the other form (Civil Affairs Bureau 5200 of 1990, and later notices).

Notices and ordinances are not protected by copyright (Copyright Act of Japan, article 13).

The first form of a group replaces the others. Two kanji in common use that only look alike are never
unified: 埼 and 崎 stay distinct, and so do 藤 and 籐. Kanji that are the simplified form of another character
in Chinese (关, 养, 确, 么) are left out; ``chinese`` covers these.
"""

import re
import unicodedata

GROUPS = """
万萬 丈𠀋 三弎 与與 丑丒 丘坵 丞氶 両兩 並竝 乗乘 乱亂 亀龜 予豫 争爭 事㕝 亘亙 亜亞 亟焏 京亰 仏佛 以㠯 仮假
会會 伝傳 伸訷 体躰體 余餘 併倂 侠俠 価價 侭儘 侯矦 俣㑨 倆𠈓 倏倐 倶俱 倹儉 偖扯 健徤 偽僞 傘仐 傚俲 傲慠
僊僲 僕㒒 儔俦 儕㑪 儼𠑊 光灮炗 兌兊 兎兔 児兒 党黨 兜兠 冂冋 内內 円圓 冊笧 写冩寫 凛凜 凡凢 処處 凭凴 制剬
前偂歬 剣劍𠝏 剤劑 剥剝 剰剩 功㓛 励勵 労勞憥 効效 勅勑敕 勇勈恿 勗勖 勢㔟 勧勸 勲勛勳 匆匇 匝帀迊 匯滙 区區
医毉醫 卓桌 単單 即卽 厖庬 厚㫗 厳嚴 参參 双雙 収收 叙敍 台䑓臺 叱𠮟 号號 吉𠮷 吟訡 吽呍 呉吳吴 告吿 呑吞
和咊龢 咤吒咜 咼喎 哲啠喆嚞悊 哺㕮 唖啞瘂 啖噉 喜㐂憘歖 営營 嗅齅 嘔呕 嘘噓 嘩𠵅 嘯嘨 嘱囑 噛嚙齩 嚢囊 嚮蠁
団團 囲圍 図圖 固怘 国囯囶圀國 圏圈 園薗 土圡𡈽 圧壓 坏坯 坑阬 埆礐 埣𡉻 堆𠂤 堕墮 堤埞隄 堰椻 場塲 塁壘
塩鹽𦣪 填塡 塹壍 増增 壊壞 壌壤 壗𡋤 壟壠 壮壯 声聲 壱壹 売賣 変變 太冭 奈㮈柰 奥奧嶴 奨奬 妍姸 妖祅 妙玅 妛𡚴
妝𡝂 妬妒 姦姧 姫姬 娯娛 嫦姮 嫩嫰 嬉娭 嬢孃 学學斅 宇㝢𡧃 守垨 宜冝 宝寳寶 実實 寉隺 富冨 寛寬 寝寢 寧甯 対對
寿壽 専專 将將 尓你尒 尚尙 尢尣 尭垚堯 尻㞍 尽盡 屁𥧔 届屆 屏屛 属屬 屡屢 岳嶽 岸㟁𡶜 峡峽 峰峯 島㠀嶋嶌
崎㟢嵜﨑 崑崐 崖崕 嵒嵓碞 嵩崧 嵬㟴 嶢嶤𡸳 嶬䧧 嶮𡸴 巌巖巗 巣巢 巻卷 帆㠶䑺颿 帑伖 帙袠 帯帶 帰歸 幇帮幫 幌縨
年秊 并幷 幹榦 庁廳 広廣 廃廢 廛鄽 廟庿 廻廽𢌞 弄挊挵 弐貳 弖氐 弥彌 弯彎 弾彈 当當 彦彥 彫琱 径徑 徇侚
很佷 従從 得淂 復复 徭傜 徳德悳𢛳 徴徵 心㣺忄 応應 怱忩 恋戀 恒恆 恤䘏 恪愙 恵僡惠 悟忢 悦悅 悩惱 悪惡 惨慘
愆諐 愧媿 慎愼 慷忼 憖憗 憚惮 憩愒 懐懷 懣𢡛 懦愞 戦戰 戮僇 戯戲 戸戶 戻戾 手扌 払拂 承𣴎 抜拔 択擇 担擔 拏挐
拘抅 拝拜 拠據 拡擴 挙擧 挟挾 挿插揷 捜搜 掃埽 掎𢰤 掲揭 掴摑 掻搔 揉楺 握䌂 揺搖 携擕 摂攝 撃擊 撈𢭐 撰籑
撹攪 擣𢭏 擲擿 攅攢 攫爴 攬擥 教敎 数數 敲䯨 敷旉 斉亝斊齊 斌份 斎齋 斟酙 斧𨨞 断斷 旒㐬 旧舊𦾔 旨㫖 旺暀 昂昻
昇曻 明朙 星皨 昭炤 是昰 昵暱 昼晝 時旹 晃晄 晋㬜晉 晒曬 晢晣𣇄 晩晚𣆶 景暻 晰晳 晴暒 暁曉 暄煊 暉煇 暦厤曆
曦㬢 曳拽 曹曺 曽曾 最㝡冣 朱硃 朶䒳 朽𣏓 杉杦 李杍 村邨 杓𣏐 条條 杤𣜜 来來 杯桮盃 杷欛 松㮤枩柗梥 枢樞
柄抦棅 柏栢 柳栁桺 柿柹 栃櫔 栄榮荣 校挍 栲𣑥 案桉 桑桒𥸮 桜櫻 桟棧 档檔 桧檜 梁樑 梅楳槑 梍皁 梔桅 梨棃 椀埦
植㯰 検檢 椢槶 椨﨓 楞棱 楫檝 楼樓 楽樂 楾𤭯 概槩槪 榎檟 槁槀 槊㮶矟 様樣 槙槇 槞櫳 樊棥 模橅 権權 横橫 樽罇
橈𣓤 橋槗𣘺 櫟檪 櫨𥽜 櫺欞 欄欗 欅﨔 欒栾 欟𣠤 欠缺缼𡙇 欧歐 款欵 歓歡 歩步 歯齒 歳歲 歴歷 歹歺 歿殁 残殘 殴毆
殺煞 殻壳殼 毎每 毘毗 毟挘毮 氈氊 気氣炁 水氺 汚汙洿 汳汴 沈沉 没沒 沢㚖澤 泊洦 法㳒灋 泥埿 泰㤗𣳾 派𠂢 浄淨
浅淺 浜濱濵 浩澔 浸寖 涅𣵀 涙淚 涜瀆 涼凉 淬㳃 淵渕 添沗𣷹 清淸 渇渴 済濟 渉涉 渋澁 渓溪 温溫 游斿 湶洤 湾灣
湿濕 満滿 溌潑 溯㴑 滂霶 滔㴞 滝瀧 滞滯 滲涁渗 漆㯃柒桼 漫熳 潔洯 潜潛 潸澘 澗礀 濂溓 瀘沪 瀬瀨 灯燈 災灾 炉爐
炳昞昺 点點 為爲 烟𤇆 烱烔 烽熢 焔㷔焰熖燄 焼燒 煢㷀 煬烊 煮煑 熙凞焈煕熈 熟𤎼 熹暿熺 燎尞 燐粦 燮爕 燼烬 爵𣝣
爾儞 爿丬 牢窂 犠犧 犢㸿 状狀 狗㺃 独獨 狭狹 猛勐 猟獵 猩狌 猪䐗 猫貓 献獻 猯貒 猿猨 獣獸 玳瑇 球璆 琉珋
琴珡琹 瑶瑤 瓶甁缾 甌瓯 産產 画畫 留畱 畝㽗畒𤰖 略畧 畭畬畲 畳疊 疆壃畺 疏䟽 疹𤺋 痩瘦膄 痴癡 痺痹 瘻瘘 癰癕臃
発發 皃㒵 皎晈皦 皓晧暠 皖晥 盆瓫 盗盜 県縣 真眞 眷睠 睨𥆩 睫䀹 瞞𥈞 瞠瞪 瞬瞚 瞼𥇥 矚瞩 矧矤 矩榘 研硏 砕碎
砲礮 砿磺礦 碇矴 碍㝵 碕𥔎 碗盌 確碻 磽墝 礼禮 祀禩 祢禰 祷禱 禄祿 禅禪 秋秌穐 秘祕 称偁稱穪 税稅 稲稻 穂穗穟
穏穩 穣穰 窃竊 窓牕 窗窻 窪漥 窺闚 窿㝫 竃䆴𥧄 竈灶 竜龍龒 筋觔 箋㮍䇳 算笇筭 箚劄 箪簞 箸筯 篠筿 篤䔍
篩簁籭 篭籠 簗𥱋 籌筹 籏簱 籔䉤 籵蹯 粋粹 粛肅 粢餈 粳秔 糂糝 糖餳𥹥 糸絲 紘綋 累纍 絅綗 絋纊 経經 絛縧 絵繪
絶絕 継繼 続續賡 総揔摠總 緑綠 緒緖 縁緣 縄繩 縦縱 繊纖 繋繫 繍繡 織𦀗 繝襉 繰繅 纉纘 纓䋝 纜䌫 缶缻罐
网㓁罒𦉰 罩䈇 罵嗎 羇覉 羌羗 群羣 翠翆 翻飜 翼𦐂 耋耊 聞𥹢 聡聦聰 聴聽 股脵 肱厷 肴餚 胄伷 胆膽 胚肧 胥偦
脇䏮𦚰 脛𦙾 脱脫 脳腦𡿺 脹痮 腕捥 膚肤 膩𧸐 膳饍 膾脍 臈﨟 臍𦜝 臓臟 臥卧 臼𦥑 舂㫪𣇃 舎舍 舐䑛 舗舖 舞儛 船舩
艤檥 艪艣 艶艷豔 艸䒑艹 艾𦫿 芦蘆 花芲蘤 芸秇蓺藝 苡苢 英䇦偀 茎莖 茘荔 茲𦱳 荘莊 荻藡𦿷 莅蒞 莱萊 菰苽菇 菴葊
萌萠 萍蓱 萱蕿蘐 萸茰 葱蔥 蒋蔣 蓄稸 蔔菔 蔘薓 蔭䕃𦹥𨼲 蔵藏 蕭䔥 薫薰 薬藥 薮藪 薺萕 蘇蘓 蘖櫱 虚虗虛 虫䖝蟲
虻蝱 蚊蚉蟁 蚓螾 蚕蠶 蛇虵 蛍螢 蛔蚘蛕 蛙䵷鼃 蛮蠻 蛯螧 蛾䖸 蜀蠋 蝉蟬 蝋蠟 蝟猬 蝿蠅 螂蜋 螺蠃 螻蝼 衛衞 袋帒
袴褲 装裝 裴裵 裸躶 褒襃 襄㐮 襷𧜎 襾覀 覇霸 規䂓 覓覔 覚覐覺 覧覽 観觀 角甪 触觸 記𧪄 訳譯 訶哬 証證 詑訑
誉譽 誘唀 誚譙 誤悞 説說 読讀 諠諼 謡謠 謫讁 謳𧦅 譲讓 讃讚 讌醼 谺岈 谿𧮾 豊灃豐 豚㹠 貂㹦𧲸 貝蛽 賛贊 賢臤贒
赫焃爀 跡迹 践踐 踏蹋 蹈𨂻 蹊徯 蹕𠌫 躊踌 躬躳 躯軀 軌䡄 軟輭 転轉 軽輕 輌輛 轄鎋 轜輀 轤䡎 辛𨐌 辞辤辭 辺邉邊
返﨤 迥逈 迫廹 逓遞 逖逷 遅遲 遍徧 道衟 遥遙 遷迁 邃𨗉 郎郞 郤郄 部郶 郷鄕 酊仃 酔醉 醗醱 醤醬 醸釀 釈釋
野埜𡌛 釶鉇 鉄銕鐵 鉚𨥫 鉢𥁊 鉱鑛 銛錟 銜㘅衘 銭錢 銹鏽 鋏𨦇 鋤鉏 鋭銳 鋳鑄 錬鍊 録錄 鍬鍫 鎌鐮 鎖鏁 鎮鎭 鏘𨪙
鏝槾 鐘銿 鐺鏜 鑒鍳 鑓𨯯 鑵𨫝 長镸 開开 関關 閲閱 閻閆 闃閴 闊濶𤄃 闘鬥鬪鬬鬭 阜阝 陀陁 降夅 陟徏 陥陷 陦嶹隯
陰阴隂 険險 陽阳 随隨 隠乚隱 隣鄰 隲騭 隴𨻫 隷隸 雄䧺 集𠍱 雋隽 雍雝 雑雜 雕鵰 雛鶵 雷靁 霊㚑䨩灵靈 青靑 靖竫
静靜 靭韌 靴鞾 鞠毱 韜鞱 韲虀 頤頥𦣝 頬頰 頴穎 頼賴 顔顏 顕㬎顯 顛顚 風凬凮 飆颷飇飈 飯飰 飲飮 餅餠 餉饟
餐湌飡 餞䬻 館舘 饒𩜙 駅驛 駆敺駈驅 駝駞 騒騷 験驗 騨驒 騾驘 驢馿 髄髓 高髙 髟镹 髪髮 髯髥 鬢髩鬂 鬮䦰䰗 魅鬽
鯒𩷛 鰐鱷 鱸魲 鴃鴂 鴉鵶𩿎 鴎鷗 鴒䴇 鴬鶯 鶏雞鷄𨿸 鶤鵾 鶴靍靎靏 鹸鹼 鹹醎 鹿𢈘 麁麤 麦麥 麩麬 麹麯麴 麺麵
麻蔴 麼麽 黄黃 黒黑 黙默 鼈鱉 鼓皷 齔齓 齟𪗱 齢齡 齧𪘂 齬𪘚 齶腭
"""
"""Groups of kanji, separated by white space. The first form of each group replaces the others."""

_FIRST_FORM = str.maketrans({variant: group[0] for group in GROUPS.split() for variant in group[1:]})

# Between kanji, small ヵ and ヶ are another spelling of か and け, not another sound: 三ヶ島, 三ケ島.
_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_UNIFIED_KANA = _KATAKANA | str.maketrans("ヵヶゕゖ", "カケカケ")

_KANJI_ITERATION = re.compile(r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])([々〻]+)")
_KANA_ITERATION = re.compile(r"([\u30a1-\u30fa])([ヽヾ]+)")
_VOICED = str.maketrans(
    "カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
)
_UNVOICED = {voiced: unvoiced for unvoiced, voiced in _VOICED.items()}

# People type a dash or a wave dash for the long vowel mark (ら~めん). ッ and ン cannot be long. Before a
# Latin letter or a digit, the dash separates: カ-1. Between kana, it may also be a hyphen: マリ-テレサ. A
# tilde may also be an ornament: ゆか~.
_LONG_DASH = re.compile("(?<=[\u30a1-\u30c2\u30c4-\u30f2\u30f4-\u30fa])[-~](?![0-9a-z])")
_KANA = "[\u3041-\u3096\u30a1-\u30fa]"
_HAS_KANA = re.compile(_KANA)
_MAYBE_NO_MARK = re.compile(f"(?<={_KANA})(?:~|[-\u2010-\u2015](?={_KANA}))")
_SHORT_MARK = re.compile("(?<=[0-9a-zッン])ー")

# Bank transfers have no small kana (the Zengin character set), and ヂヅヰヱヲ sound like other kana since the
# orthography of 1986 (現代仮名遣い). People confuse the family names 斉藤 and 斎藤, or 山碕 and 山崎.
_CONFUSED = str.maketrans("ァィゥェォッャュョヮヂヅヰヱヲ斉碕", "アイウエオツヤユヨワジズイエオ斎崎")
_LONG_VOWEL = re.compile(
    "[アカサタナハマヤラワガザダバパ][アー]"
    "|[イキシチニヒミリギジビピ][イー]"
    "|[ウクスツヌフムユルグズブプヴ][ウー]"
    "|[エケセテネヘメレゲゼデベペ][エイー]"
    "|[オコソトノホモヨロゴゾドボポ][オウー]"
)


def is_ideograph(char: str) -> bool:
    """Return whether the character is a Han ideograph."""
    return unicodedata.name(char, "").startswith(("CJK UNIFIED IDEOGRAPH-", "CJK COMPATIBILITY IDEOGRAPH-"))


def fold(value: str) -> str:
    """Return the text with unified kanji, katakana instead of hiragana, and iteration marks written out.

    A dash or a tilde after kana becomes a long vowel mark (サト- エリ-), except after ッ and ン, and before a
    Latin letter or a digit. After ッ, ン, a Latin letter or a digit, a long vowel mark becomes a dash (1ー2).
    Different sounds stay distinct: は, ば and ぱ, ゆき and ゆうき, つ and っ.
    """
    written = _KANJI_ITERATION.sub(_write_out, value.translate(_UNIFIED_KANA))
    written = _KANA_ITERATION.sub(_write_out, written).translate(_FIRST_FORM)
    return _SHORT_MARK.sub("-", _LONG_DASH.sub("ー", written))


def has_kana(canonical: str) -> bool:
    """Return whether the canonical text has kana. Only then can a dash in it be a long vowel mark."""
    return _HAS_KANA.search(canonical) is not None


def split_at_dashes(canonical: str) -> str:
    """Return the canonical text with spaces for dashes between kana, and for tildes after kana.

    These may be hyphens and ornaments instead of long vowel marks.
    """
    return _MAYBE_NO_MARK.sub(" ", canonical)


def simplify(folded: str) -> str:
    """Return the folded text with one spelling for kana that sound alike and for kanji that people confuse.

    Long vowels get one spelling (サトー, サトウ), small kana become large kana, ヅ becomes ズ.
    """
    return _LONG_VOWEL.sub(lambda match: f"{match[0][0]}ー", folded.translate(_CONFUSED))


def _write_out(match: re.Match[str]) -> str:
    # Each mark repeats the last character written so far.
    written = match[1]
    for mark in match[2]:
        char = written[-1]
        if mark == "ヾ":
            char = char.translate(_VOICED)
        elif mark == "ヽ":
            char = char.translate(_UNVOICED)
        written += char
    return written
