"""Names and phone numbers of 27 locales, for invented people.

British and American numbers are from ranges reserved for film and television (Ofcom, "Telephone numbers for
use in TV and radio drama programmes"; 555-0100 to 555-0199 in North America). In other countries, the numbers
are example numbers of phonenumbers with other last digits. The benchmarks call no number.
"""

# ruff: noqa: RUF001  (names in their own script)

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """Names, honorifics and phone numbers of a country.

    Slashes separate names, titles and numbers. Japanese names have their reading in katakana after a ``=``.
    ``strangers`` has a first and a last name that no person in the sample has. In ``titles``, ``{}`` is the
    name. ``numbers`` have a ``#`` for each random digit. Without them, phonenumbers' examples are used.
    ``trunk_zero``: national numbers begin with a zero, which some people also write after the country code.
    ``spells_out``: umlauts are also written as two letters.
    """

    region: str
    first: str
    last: str
    strangers: str
    middle: str = ""
    titles: str = ""
    numbers: str = ""
    trunk_zero: bool = False
    spells_out: bool = False


LOCALES = (
    Locale(
        region="JP",
        first="太郎=タロウ/花子=ハナコ/一郎=イチロウ/奈々=ナナ/健二=ケンジ/由美=ユミ/大輔=ダイスケ/美咲=ミサキ"
        "/翔太=ショウタ/京子=キョウコ/ゆかり=ユカリ/剛=ツヨシ",
        last="山田=ヤマダ/高橋=タカハシ/山崎=ヤマザキ/渡辺=ワタナベ/斎藤=サイトウ/佐々木=ササキ/小島=コジマ"
        "/広沢=ヒロサワ/桜井=サクライ/服部=ハットリ/葛西=カサイ/浜口=ハマグチ/吉国=ヨシクニ/黒沢=クロサワ",
        strangers="次郎=ジロウ/鈴木=スズキ",
        titles="{}様/{}さん/{} 様/{} 殿/{} 先生",
        trunk_zero=True,
    ),
    Locale(
        region="US",
        first="John/Jane/Sean/Anne-Marie/Michael/Zoë/Chloé/DeShawn/Mary Lou/William/Renée/José",
        last="Doe/O'Neil/Smith-Jones/McDonald/Van Buren/D'Angelo/Whitaker/Núñez/St. John/Okafor/Reyes/Lee",
        strangers="Walter/Pemberton",
        middle="Quincy/Fitzgerald/Ann",
        titles="Mr. {}/Mrs {}/Ms. {}/Dr. {}/{}, Ph.D./{}, Esq.",
        numbers="+1 ### 555 01##",
    ),
    Locale(
        region="GB",
        first="Oliver/Siân/Rhys/Mary-Jane/Alistair/Zara/Isla/Niamh/Hugh/Beth/Colin/Priya",
        last="Ashworth/Llewellyn/Fforde-Hughes/D'Arcy/Macleod/Brontë/Penhaligon/Shah/Thwaite/Day-Lewis/Owen/Fox",
        strangers="Gareth/Wetherby",
        middle="James/Rose",
        titles="Mr {}/Mrs {}/Miss {}/Sir {}/Dr {}/Prof. {}",
        numbers="+44 20 7946 0###/+44 7700 900###",
        trunk_zero=True,
    ),
    Locale(
        region="IE",
        first="Séan/Aoife/Pádraig/Máire/Ciarán/Órla/Donal/Gráinne/Fionn/Róisín/Tadhg/Éamonn",
        last="O'Brien/O’Sullivan/Ó Dálaigh/Ní Bhriain/McCarthy/FitzGibbon/Kavanagh/Mac Cárthaigh/Byrne/O'Dea",
        strangers="Brendan/Heffernan",
        titles="Mr. {}/Ms {}/Dr {}",
        trunk_zero=True,
    ),
    Locale(
        region="DE",
        first="Jörg/Jürgen/Käthe/Hans-Jörg/Anne-Marie/Bärbel/Günther/Uwe/Sören/Karl-Heinz/Björn/Zoë",
        last="Köhler/Müller/Groß/Strauß/Schäuble/Häusler/Schröder/Jäger/von der Heide/Müller-Lüdenscheidt"
        "/Böll/Übelacker/Bauer",
        strangers="Dietmar/Kowalke",
        titles="Herr {}/Frau {}/Herr Dr. {}/Frau Prof. Dr. {}/Dr. {}/Dipl.-Ing. {}",
        trunk_zero=True,
        spells_out=True,
    ),
    Locale(
        region="FR",
        first="François/Hélène/Anaïs/Jean-Luc/Benoît/Marie-Ève/Éloïse/Loïc/Gaël/Cécile/Thérèse/Noël",
        last="Lefèvre/Cœurdray/L'Hermitte/Saint-Exupéry/Bœuf/de La Tour/Châtelain/D'Aubigné/Crépin/Gagné/Roy",
        strangers="Thibault/Marchandeau",
        titles="M. {}/Mme {}/Mlle {}/Monsieur {}/Madame {}/Maître {}",
        trunk_zero=True,
    ),
    Locale(
        region="ES",
        first="Begoña/Íñigo/María José/Jesús/Ángel/Nuria/Iñaki/Inés/Raúl/Lucía/Óscar/Pilar",
        last="García Márquez/Muñoz/Ordóñez/Zubizarreta/Cañas/Güell/Sánchez-Vicario/López"
        "/Peña Ibáñez/de la Vega",
        strangers="Rodrigo/Echevarría",
        titles="Sr. {}/Sra. {}/Srta. {}/Señor {}/Dra. {}",
    ),
    Locale(
        region="PT",
        first="João/Conceição/Luís/Inês/Simão/Fátima/Tomé/Lídia/Mário/Graça/Amílcar/Zélia",
        last="Guimarães/Brandão/Assunção/Sá Carneiro/Leitão/Simões/Falcão/Henriques/Camões/Queirós/Magalhães",
        strangers="Nuno/Vasconcelos",
        titles="Sr. {}/Sra. {}/Senhor {}/Dr. {}",
    ),
    Locale(
        region="IT",
        first="Niccolò/Desirée/Giosuè/Gian-Luca/Noè/Chiara/Nicolò/Mosè/Totò/Aimée/Salomè/Carlo",
        last="D'Amico/Dell'Acqua/De Santis/Prezzolì/Lo Cicero/Forlì/Cantù/Di Giovanni/Nardò/Bixio/Calò/Ricci",
        strangers="Ettore/Zambelli",
        titles="Signor {}/Signora {}/Sig. {}/Dott. {}",
    ),
    Locale(
        region="NL",
        first="Daniël/Zoë/Jan-Willem/Joëlle/Sjoerd/Noëlle/Thijs/Mariëtte/Aafke/Renée/Koen/Loïs",
        last="van der Berg/de Vries/'t Hooft/Ten Brink/Eijkman/Veldhuijzen/Coëlho/in 't Veld/Smit-de Boer",
        strangers="Wouter/Hoekstra",
        titles="Dhr. {}/Mevr. {}/Mevrouw {}",
        trunk_zero=True,
    ),
    Locale(
        region="BR",
        first="Luís/Antônio/Conceição/Íris/Cauã/Nívea/Fabrício/Vitória/Estêvão/Lêda/Moacyr/Thaís",
        last="Gonçalves/da Silva/Araújo/Conceição Lima/dos Santos/Sebastião/Côrtes/Frazão/Lopes/Nóbrega",
        strangers="Wagner/Bittencourt",
        middle="de Jesus/Aparecida",
        titles="Sr. {}/Sra. {}/Senhora {}",
        trunk_zero=True,
    ),
    Locale(
        region="MX",
        first="Ximena/Cuauhtémoc/Guadalupe/José Ángel/Moisés/Itzel/Xóchitl/Ramón/Yazmín/Efraín/Noé/Socorro",
        last="Hernández/Ibarra Núñez/Xicoténcatl/Treviño/Zúñiga/Cárdenas/Olmedo/Peón Contreras/Güereca",
        strangers="Porfirio/Escalante",
        titles="Sr. {}/Sra. {}/Señora {}",
    ),
    Locale(
        region="AR",
        first="Martín/Belén/Agustín/Nélida/Tomás/Malén/Facundo/Ayelén/Ñancú/Sofía/Germán/Ramiro",
        last="Gutiérrez/Agüero/Acuña/Bértora/Yáñez/D'Elía/Piñeyro/Di María/Quiñones/Balcarce/Etchegoyén/Sosa",
        strangers="Leopoldo/Anchorena",
        titles="Sr. {}/Sra. {}/Señor {}",
        trunk_zero=True,
    ),
    Locale(
        region="SE",
        first="Åsa/Björn/Märta/Örjan/Karl-Åke/Söder/Linnéa/Göran/Håkan/Ulla-Britt/Pär/Lovisa",
        last="Ångström/Sjöberg/Öberg/Lindström/Håkansson/Björklund/Åkesson/Wikström/Näslund/Gyllensköld/Berg",
        strangers="Torvald/Eklöf",
        trunk_zero=True,
        spells_out=True,
    ),
    Locale(
        region="NO",
        first="Bjørn/Øystein/Åse/Solveig/Jørgen/Gunnhild/Pål/Sæmund/Kåre/Tørres/Aud/Håvard",
        last="Bjørnstad/Ødegård/Sæther/Ågård/Høyer/Løvås/Sørlie/Brækhus/Nygård/Kjær/Blåfjell/Hansen",
        strangers="Sigurd/Fjeldheim",
        spells_out=True,
    ),
    Locale(
        region="DK",
        first="Søren/Jørn/Kåre/Hans-Jørgen/Æbbe/Øjvind/Bjarke/Kirstine/Rønnaug/Åge/Maja/Bodil",
        last="Kierkegård/Sørensen/Ægidius/Højgård/Ørsted/Bødker/Skjærbæk/Nørgård/Lærke/Brønd/Holm/Møller",
        strangers="Thorkild/Rasmussen",
        spells_out=True,
    ),
    Locale(
        region="IS",
        first="Ægir/Þórdís/Guðrún/Björk/Sigurður/Ásgeir/Hafþór/Eyþór/Kristín/Óðinn/Freyja/Jón",
        last="Guðmundsdóttir/Þórðarson/Jónsson/Ægisson/Sigurðardóttir/Hallgrímsson/Björnsdóttir/Eiðsson/Hafstað",
        strangers="Snorri/Kjartansson",
    ),
    Locale(
        region="FI",
        first="Väinö/Yrjö/Päivi/Anna-Liisa/Jyrki/Aino/Sirkku/Matti/Kyösti/Hilkka/Eero/Tuija",
        last="Hämäläinen/Mäkelä/Järvinen/Korhonen/Lähde/Räsänen/Hyvönen/Sallinen/Kärki-Salo/Vänskä/Niemi",
        strangers="Tapio/Kettunen",
        trunk_zero=True,
    ),
    Locale(
        region="PL",
        first="Łukasz/Małgorzata/Józef/Żaneta/Paweł/Agnieszka/Świętosław/Zbigniew/Grażyna/Michał/Jędrzej/Ewa",
        last="Wałęsa/Dąbrowski/Żółć/Kowalczyk/Gżegżółka/Ćwiek/Skłodowska-Curie/Kościuszko/Łącki/Śliwa/Nowak/Błoński",
        strangers="Ryszard/Wiśniewska",
    ),
    Locale(
        region="CZ",
        first="Jiří/Žofie/Ondřej/Růžena/Čeněk/Šárka/Zdeněk/Běla/Matěj/Ludmila/Přemysl/Ivo",
        last="Dvořák/Šťastný/Říha/Kučerová/Žižka/Čapek/Němcová/Hříbek/Ďáblík/Švejk/Coufal/Ježek",
        strangers="Radovan/Vondráček",
    ),
    Locale(
        region="TR",
        first="Işıl/İbrahim/Çağla/Şükrü/Ümit/Yıldız/Gökhan/Özge/Nâzım/Işık/Deniz/Ayşegül",
        last="Yılmaz/Çelik/Şahin/İnönü/Öztürk/Ağaoğlu/Kılıç/Dağlarca/Güneş/Karabıyık/Demir/Erdoğmuş",
        strangers="Orhan/Tanpınar",
        trunk_zero=True,
    ),
    Locale(
        region="GR",
        first="Γιώργος/Ελένη/Δημήτρης/Αθηνά/Σωκράτης/Μαρία/Ηλίας/Άννα/Θεόδωρος/Όλγα/Νίκος/Ζωή",
        last="Παπάς/Ιωαννίδης/Χατζής/Κωστόπουλος/Μαυρίδης/Αγγέλου/Ράλλης/Σταύρου/Ξενάκης/Φωκάς/Δούκας",
        strangers="Πέτρος/Βενιζέλος",
    ),
    Locale(
        region="RU",
        first="Фёдор/Пётр/Семён/Алёна/Ольга/Андрей/Юлия/Матвей/Артём/Нина/Илья/Зоя",
        last="Ёлкин/Королёв/Зайцев/Хрущёв/Лебедев/Щёголев/Быков/Мейерсон/Римский-Корсаков/Соловьёв/Цой/Гай",
        strangers="Руслан/Дубинин",
        middle="Иванович/Сергеевич/Андреевна",
    ),
    Locale(
        region="IN",
        first="प्रिया/अर्जुन/दीपिका/Rajesh/Lakshmi/Mohammed/किरण/Sunita/विक्रम/Anjali/Harpreet/नेहा",
        last="शर्मा/हिन्दुजा/Iyer/Subramanian/गुप्ता/Singh/Chatterjee/पटेल/Reddy/Desai/Naidu/Bose",
        strangers="Vivek/Mukherjee",
        titles="Mr. {}/Mrs. {}/Dr. {}",
        trunk_zero=True,
    ),
    Locale(
        region="KR",
        first="민준/서연/지호/하은/도윤/예은/주원/수아/각현/유진/채원/태양",
        last="김/이/박/최/정/강/조/남궁/황보/선우/윤/장",
        strangers="영철/독고",
        trunk_zero=True,
    ),
    Locale(
        region="VN",
        first="Ánh/Đức/Hương/Phượng/Dũng/Thảo/Quân/Thúy/Bảo/Ngọc/Khải/Yến",
        last="Nguyễn/Đặng/Trần/Phạm/Vũ/Đỗ/Lý/Huỳnh/Bùi/Hồ/Dương/Ngô",
        strangers="Sơn/Đoàn",
        middle="Văn/Thị",
        trunk_zero=True,
    ),
    Locale(
        region="EG",
        first="أحمد/فاطمة/يوسف/مريم/عبد الرحمن/ليلى/حسين/نور/طارق/سلمى/كريم/هدى",
        last="المصري/منصور/عبد الله/الشناوي/حجازي/بن يوسف/النجار/فؤاد/رمضان/سليمان/زكي/الخولي",
        strangers="خالد/البنا",
        trunk_zero=True,
    ),
)
