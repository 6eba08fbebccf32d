"""First names that are used for one another: nicknames, and forms of one name in several languages.

A name can be in several groups: Alex is Alexander or Alexandra. Names are folded and simplified.
"""

from collections import defaultdict
from collections.abc import Mapping

_GROUPS = """
abigail abby abbie gail/abraham abe bram/adelaide addie ada/agnes aggie nessa/albert al bert bertie alberto
alexander alex alec alek sandy sander sascha sasha xander alexandre alejandro alessandro aleksander aleksandr
alexandra alex sandra sascha sasha lexi alexa alessandra alejandra aleksandra ola
alfred alf alfie fred alfredo/alice ali alicia allie/alison ali allie/amanda mandy manda
amelia amy millie mia/andrew andy drew andreas andre andres andrea andrei andrzej anders
angela angie angelika ange/ann anne anna annie nancy ana anja anya ania/annette netty nettie anette
anthony tony antonio anton antoine antoni toni ant/antonia toni tonia antoinette/arthur art artie arturo
augustus gus august augusto/barbara barb barbie babs bobbie barbora basia/bartholomew bart bartosz bartek
beatrice bea trixie beatriz beatrix/benedict ben bennet benedikt/benjamin ben benny benji benni
bernard bernie bernhard bernd bernardo/bradley brad/bridget biddy birgit brigitte brigida gitte/calvin cal
cameron cam/caroline carrie caro carol carolina karolina lina/cassandra cass cassie sandra
cecilia celia cece cilla
catherine cathy cath kate katie kathy kitty katherine kathryn katharina katarina katarzyna kasia
catherine katrin kathrin trine/catherine catalina caterina ekaterina katya katja karin cat kat katia kate
charles charlie chuck chas carl karl carlos carlo chip karel/charlotte lottie charlie lotte lotta
christine chris chrissie christina tina kristina kristin kirsten cristina krystyna christiane christel
christopher chris kit christoph cristobal kris krzysztof topher christophe
christian chris kristian krystian cristian/clarence clare/claudia claudine klaudia/clifford cliff
constance connie konstanze/cornelia nele nelly conny/cornelius neil conny kees/cynthia cindy
daniel dan danny dani danilo daniil/danielle dani daniela/david dave davy davide dawid
deborah deb debbie debra debora/dennis denny denis/derek derrick/diana di diane/dolores lola lolita
dominic dom nick dominik domenico domingo/donald don donny/dorothy dot dottie dolly dorothea dora
douglas doug/edgar ed/edith edie/edmund ed ned ted edmond
edward ed eddie ned ted teddy eduardo eduard edoardo edouard/edwin ed eddie
eleanor ellie nell nora elena leonora leonor eleonore elinor lena/elias eli elijah
elizabeth liz lizzie beth betty betsy eliza elisabeth lisa elsie bess libby lisbeth elzbieta ela liesel
isabel isabella isabelle izabela bella isa/elisabetta elisa betta/elise elsa
emily em emmy millie emilia emilie/emmanuel manny manuel emanuel manolo manu/eric rick erik erich ricky
ernest ernie ernst/ernst ernesto/esther essie hester/eugene gene evgeny eugen eugenio/eva eve evita ewa
evelyn evie eve/ezekiel zeke/florence flo florrie flora
frances fran fanny francie frankie franziska francesca franzi/francisca paqui paquita
francis frank frankie fran francisco francesco francois franz frans/francisco paco pancho kiko chico cisco
franciscus frans/frantisek franta/franciszek franek
frederick fred freddy fritz friedrich frederic federico fredrik frederik fryderyk/gabriel gabe gabi gabriele
gabrielle gabby gabi gabriela/geoffrey geoff jeff jeffrey
george georgie jorge georg giorgio georges jerzy jurgen juri yuri georgios georgy jiri joris juraj jurek
georgina georgie gina/gerald gerry jerry gerd/gerard gerry gerhard gerd gerardo gert
gertrude gertie trudy trude gertrud/gilbert gil bert/gillian gill jill/giovanni gianni nino
giuseppe beppe peppe pino/gregory greg gregor gregorio grzegorz/guadalupe lupe lupita/guillermo memo guille
gustav gus gustavo gustaf/harold harry hal harald/harriet hattie
helen nell nellie ellen helena helene ella elena lena eleni olena
henry harry hank hal henri heinrich enrique hendrik henrik heinz enrico henryk henk rik heiner quique
herbert herb bert/hillary hil/howard howie/hubert bert hugh hugo/ignacio nacho ignatius iggy inaki
irene rene irina ira irena/isaac ike zac/jacob jake jakob jakub kuba coby/jacqueline jackie
james jim jimmy jamie jem jimmie jaime
jane janie jenny janet jean joan johanna jana jeanne giovanna juana joanna asia/janet jan/janice jan
jason jay/jennifer jen jenny jenna jenni/jeremy jerry jez jeremias/jerome jerry hieronymus/jess jessie
jesus chuy chucho/joachim achim jochen joaquin quino jo kim joakim/joao juca ze
johannes hans hannes johan jan johann jens/john johnny jack jon jonny juan jean ivan sean giovanni joao ian
jan janek/giannis yannis ioannis john/jonathan jon jonny nathan jonathon
joseph joe joey jose josef giuseppe jozef josep jo/jose pepe/josef sepp/giuseppe beppe peppe/ze jose zezinho
josephine jo josie josefa josefine pepa fina/joshua josh josue/judith judy judi jutta/julia julie jule giulia
julian jules julien julio julius/karen kari/kenneth ken kenny/kimberly kim/larissa lara lora
laura lori laurie laure lauren/lawrence larry laurie laurence lars lorenz lorenzo laurent/lars lasse
leo leonard leon lenny len leonardo leonhard leopold/leonid lenya
lewis lou louis lew ludwig luis luigi lodewijk ludovico lutz lajos/lillian lily lil lilly/linda lindy
louise lou luise luisa lulu/lucas luke luc luca lukas lukasz/lucille lucy lucia lucie lucinda luz
ludmila mila lyuda luda/madeleine maddie madeline maddy/magdalena lena magda leni maddalena
marcus mark marc marco marcos markus marek/margaret maggie meg peggy margie marge/margarita rita margherita
margarethe grete gretel gretchen margit greta margret/malgorzata gosia/margaret marguerite margot
maria mary marie mariya marija masha/mary molly polly/maria mia marysia/maryam miriam mariam
mariana marianne marian/martha marta mattie/martin marty martijn marcin/martina tina
matthew matt matty mateo matteo matthias mathieu mats mateusz matias matthijs matej thijs
maurice mo moritz mauricio/maximilian max maxim maxi maximiliano/mercedes merche/melanie mel
melissa mel lissa missy
michael mike mick mickey micky mikey michel miguel michele mikael mikhail michal mitch/mikhail misha mischa
michelle shelly shell michaela/mildred millie/mohammed mohamed muhammad mohamad mehmet mohammad md mo
monica mona monika/montgomery monty/nathaniel nate nat nathan nathanael
natalie nat natasha natalia natalya tasha nata natalija
nicholas nick nicky nicolas nikolaus klaus nicola niccolo niko nico nicolo nikolai mikolaj
nicole nicky nikki nicola nicoletta/norman norm/oliver ollie olli olivier/olivia liv livia/oscar ossi oskar
pamela pam/patricia pat patty tricia trish patsy patrizia/patrick pat paddy patrice patrik padraig patricio
paul pablo paolo paulo pavel pauli pawel pal/paula pauline paulina paola polly/penelope penny nellie
peter pete pedro pierre piet pietro petr petra petros piotr per peer perico pyotr petya
philip phil pip felipe philipp philippe filippo filip/philippa pippa/phillip phil/priscilla prissy cilla
rachel rae raquel/ralph raf ralf/raphael rafael raffael rafal rafa/raymond ray raimund ramon
rebecca becky becca rebekka reba/regina gina reggie/reginald reg reggie reinhold/renate nate rena
ricardo rico/richard rick dick rich ricky richie ricardo riccardo ryszard
robert bob bobby rob robbie bert roberto rupert ruprecht robin bobbie/roberta bobbie robbie
roderick rod rick rodrigo/rodney rod/roger rog rodger hodge rudiger ruggero/roland rollo orlando rolf rolando
ronald ron ronnie ronny/rosa rose rosie rosita roza/rosemary rose rosie romy rosemarie/rosario charo
roxanne roxy/rudolph rudy rudolf rolf/russell russ/samantha sam sammy/samuel sam sammy/sarah sally sara sadie
sebastian seb basti bastian sebastien/sergei sergey serge sergio serhiy serezha/sharon shari
sigismund sigi siggi/simon si simone szymon/sofia sophie sophia zofia/sofia sonja sonia sonya/solomon sol
stanislaw stan stasiek stanislav/stanley stan/stephanie steph stefanie steffi stefania stephane stefi
stephen steve steven stefan esteban etienne stefano steph steffen stevie
susan sue susie suzanne susanna susanne susana suzie suzan/zuzana zuzanna/svetlana sveta lana/sylvester sly
sylvia sylvie silvia silke/tatiana tanya tania tatjana tanja
teresa terri tess tessa tere therese theresa theresia resi tracy tereza terry/terence terry
theodore ted teddy theo teodor theodor teo/fedor fyodor/thomas tom tommy tomas tommaso tomasz thom
timothy tim timmy timo timotheus/ursula uschi ulla uli/ulrich uli ulli/valentina valya tina vale
valerie val valeria/vera verena/veronica ronnie vero veronika/victor vic viktor vittorio wiktor
victoria vicky tori viktoria vittoria vicki/vincent vince vinnie vinny vincenzo vicente enzo
virginia ginny gina/vladimir vova volodya vlad waldemar wladimir volodymyr/vyacheslav slava/wallace wally
walter wally walt gualtiero/wilfred wilf fred/wilhelmina willa mina minna helma wilma
william bill billy will willy liam wilhelm guillaume guillermo willem wim guglielmo guilherme willi
winifred winnie freda/xavier javier javi xavi/yekaterina katya/yevgeniya zhenya/yvonne von vonnie
zachary zach zack/dmitri dima dmitry mitya dimitri dimitris dimitrios mitsos
konstantin kostya kostas konstantinos costa/alexey alyosha lyosha aleksei alexis alejo/pilar pili
concepcion concha conchita/dolores loli/enrique kike quique/rafael rafa/luis lucho/carmen menchu
consuelo chelo/antonio chema/jose chema pepe/maria mari mariquita/александр саша шура алекс
александра саша шура/алексей леша алеша/анастасия настя/анна аня нюра/андрей андрюша/борис боря
валентина валя/валерий валера/василий вася/виктор витя/виктория вика/владимир вова володя/вячеслав слава
галина галя/георгий гоша жора/григорий гриша/дарья даша/дмитрий дима митя/евгений женя/евгения женя
екатерина катя/елена лена/елизавета лиза/иван ваня/илья илюша/ирина ира/константин костя/ксения оксана ксюша
лариса лара/леонид леня/людмила люда мила/маргарита рита/мария маша маруся/михаил миша/надежда надя
наталья наталия наташа/николай коля/ольга оля/павел паша/петр петя/светлана света/семен сема/сергей сережа
софия софья соня/станислав стас/татьяна таня/федор федя/юлия юля/юрий юра/яков яша/матвей мотя/артем тема
алена лена/γιωργος γεωργιος/δημητρης δημητριος μητσος/γιαννης ιωαννης/κωστας κωνσταντινος/νικος νικολαος
μαρια μαιρη/ελενη λενα/θεοδωρος θοδωρης/βασιλης βασιλειος/παναγιωτης τακης/αικατερινη κατερινα
ευαγγελια βαγγελιω/hannah hanna/eduardo edu lalo dudu/fernando fer nando/fernanda fer nanda/gonzalo gonza
roberto beto/alberto beto/gerardo gera/salvador salva chava/isabel chabela bel/alejandro ale jandro
alessandro ale sandro/alejandra ale/santiago santi/sebastian seba/sebastiao tiao/felipe pipe/remedios reme
encarnacion encarna/montserrat montse/concepcion conchi/conceicao sao/begona bego/nuria nuri/lucia luci
raul rulo/ramon moncho/agustin agus/augustin gustl/martin tincho/belen belu/ramiro rama/jesus chus
socorro coco/fatima fati/antonio tonho toninho tonino nino/carlos carlinhos/beatriz bia/manuel manel maneco
adriana dri/gustavo guga guto/vitoria vivi/viviana vivi/francesco ciccio/luigi gigi gino/salvatore toto turi
lorenzo renzo/domenico mimmo/gaetano tano/raffaele lello/pasquale lino/filippo pippo/carlo carletto
chiara chiaretta/guillaume guigui/jacques jacquot/genevieve ginette/gerard gege/cornelis kees/hendrik henk
antonius ton toon/gerardus gerrit/jacobus koos jaap/daniel daan/mariette jet/margaretha greet
elisabeth els sissi/gunther gunni/karlheinz kalle heinz/karl kalle/georg schorsch/alois lois
katharina kathi kati kathe/johann hannes/agnieszka aga agusia/malgorzata malgosia/jozef jozek/pawel pawelek
zbigniew zbyszek/grazyna grazka grazynka/michal michas misiek/lukasz lukaszek/krzysztof krzysiek krzys
tomasz tomek/piotr piotrek/stanislaw stas staszek/wojciech wojtek/grzegorz grzesiek/ewa ewka/maciej maciek
kazimierz kazik/tadeusz tadek/zofia zosia/urszula ula/jiri jirka/ondrej ondra/zdenek zdenda/matej mata
ludmila lida/josef pepa/jan honza/vaclav vasek/karel kaja/jaroslav jarda/miroslav mirek/stanislav standa
ladislav lada/katerina katka/hana hanka/alzbeta bety/nils nisse/goran jojje/bjorn nalle bjossi/lovisa lova
solveig sol/per pelle/kirstine stine/kristine stine/margrethe grethe/sigurdur siggi/gudrun gunna runa
jon nonni/kristin stina/gudmundur gummi/ragnheidur ragga/johannes juha jussi/juhani juha/ibrahim ibo
mehmet memo/mustafa musti
brian bryan/alan allan/luca luka/curt kurt/carolin caroline/kristin kristen/carina karina/gary garry
sean shaun shawn
"""
"""Groups of names, separated by slashes and line breaks."""

_OTHERS = """
aiden jayden kayden hayden jason mason ethan dylan logan megan morgan evan ryan rowan gavin kevin devin colin
darren warren larry barry terry perry kerry rory cory tim tom jim kim dan don ron ben ken len glen tina nina
gina dina lina mina lena lara mara sara tara zara cara clara dora nora cora flora mia pia lea leo noel joel
jana june joan dean ian helena irina marta marina martina corina kerstin kirsten bert gert milan mila mira
mona rita ruth rolf ralf uwe ute udo ida ada ava eva ella emma erna edna emil luisa timo tino dino gino nino
mario marlon marvin merlin haruka haruna haruki yuki yuka yuko yumi yuna kana kano rina rena risa misaki
mizuki takeshi takashi satoshi hitoshi hiroshi kenta kento aylin ayla selin selim emre eren amir emir ali
alia omar amal kamal jamal jalal rania dania
"""
"""More frequent names that differ in one letter from another name."""


def _group_numbers() -> Mapping[str, frozenset[int]]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(_GROUPS.strip().replace("\n", "/").split("/")):
        for name in group.split():
            numbers[name].add(number)
    return {name: frozenset(its_numbers) for name, its_numbers in numbers.items()}


_NUMBERS = _group_numbers()
_KNOWN = frozenset({*_NUMBERS, *_OTHERS.split()})


def groups(name: str) -> frozenset[int]:
    """Return the numbers of the groups that a simplified first name is in."""
    return _NUMBERS.get(name, frozenset())


def is_known(name: str) -> bool:
    """Return whether this simplified first name is frequent. Then it is not another name with a typo."""
    return name in _KNOWN
