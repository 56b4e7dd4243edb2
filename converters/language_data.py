"""Tables of :mod:`converters.languages`: function words, alphabets and labels.

Kept apart so that the rules can be read without scrolling past the words. The function words are
the common small words of each language's running text, ours to choose; the letters are those of
its alphabet beyond a to z, lower case.
"""

from __future__ import annotations

__all__ = ["FUNCTION_WORDS", "ISO_639_1", "LABELS", "LETTERS", "REPLACED_TAGS"]

# ISO 639-1 (https://www.loc.gov/standards/iso639-2/php/code_list.php): a two-letter tag that is
# not one of these names no language, and e-readers refuse it.
ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv "
    "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
    "ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
    "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv "
    "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr "
    "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)

# The tag that BCP 47 wants instead (preferred values of the IANA registry, RFC 5646 section
# 2.2.1: the shortest code), and a few country codes that people write for a language. Longest
# match first; what follows the matched part (script, region) is kept.
REPLACED_TAGS = {
    # Withdrawn or grandfathered, with the value that replaced them.
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "sh": "sr-latn",
    "tl": "fil",
    "cmn": "zh",
    "zh-cmn": "zh",
    "zh-guoyu": "zh",
    "zh-hakka": "hak",
    "zh-xiang": "hsn",
    "zh-min-nan": "nan",
    "zh-yue": "yue",
    "zh-wuu": "wuu",
    "zh-gan": "gan",
    "zh-nan": "nan",
    "i-hak": "hak",
    "i-klingon": "tlh",
    "i-lux": "lb",
    "i-navajo": "nv",
    "no-bok": "nb",
    "no-nyn": "nn",
    "art-lojban": "jbo",
    "en-gb-oed": "en-gb-oxendict",
    # .NET and old Windows names of the Chinese scripts.
    "zh-chs": "zh-hans",
    "zh-cht": "zh-hant",
    # ISO 639-2 codes, both kinds, where ISO 639-1 has a shorter one.
    "alb": "sq",
    "ara": "ar",
    "baq": "eu",
    "bel": "be",
    "ben": "bn",
    "bul": "bg",
    "cat": "ca",
    "ces": "cs",
    "chi": "zh",
    "cze": "cs",
    "dan": "da",
    "deu": "de",
    "dut": "nl",
    "ell": "el",
    "eng": "en",
    "est": "et",
    "fas": "fa",
    "fin": "fi",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "gle": "ga",
    "glg": "gl",
    "gre": "el",
    "heb": "he",
    "hin": "hi",
    "hrv": "hr",
    "hun": "hu",
    "ice": "is",
    "ind": "id",
    "isl": "is",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "lat": "la",
    "lav": "lv",
    "lit": "lt",
    "mac": "mk",
    "may": "ms",
    "mkd": "mk",
    "msa": "ms",
    "nld": "nl",
    "nob": "nb",
    "nor": "no",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "ron": "ro",
    "rum": "ro",
    "rus": "ru",
    "slk": "sk",
    "slo": "sk",
    "slv": "sl",
    "spa": "es",
    "srp": "sr",
    "swe": "sv",
    "tam": "ta",
    "tha": "th",
    "tur": "tr",
    "ukr": "uk",
    "urd": "ur",
    "vie": "vi",
    "zho": "zh",
    # Country codes that are no language codes, so that only one language can be meant.
    "cn": "zh-hans",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "jp": "ja",
    "ua": "uk",
}

# Latin-script languages: the common small words of running text.
FUNCTION_WORDS: dict[str, str] = {
    "en": (
        "the of and to in is that was for it with as his on be at by had not are but from or "
        "have an they which one you were her all she there would their we him been has when "
        "who will more no if out so said what its about than into them can only other time "
        "new some could these two may then do first any my now such like our over man me even "
        "most made after also did many off before must well back through years where much "
        "your way down should because long each just state those people too mr how little "
        "good world make very year still see own work men day get here"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
        "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem "
        "über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei "
        "ihr ihre wir ich kann gegen vom können schon wenn habe seine mark ihren dann unter "
        "soll ihm wieder eines zwei diese dieser keine uns was hier muss sehr alle jetzt "
        "immer doch ohne mich bereits zwischen seit"
    ),
    "fr": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se "
        "ce il sont avec ou son lui nous comme mais sa aux cette ses elle leur ont être fait "
        "tout été même deux bien si ans très entre après peut sans d l qu n s c j y dont ils "
        "encore où depuis ces était contre aussi leurs avait vous je moins quand ainsi alors "
        "toujours notre nos votre avant toutes tous autre autres"
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o "
        "pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también "
        "fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede "
        "todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida "
        "otro después te otros aunque esa eso hace otra gobierno tan durante siempre día "
        "tanto ella tres sí dijo sido gran país según menos"
    ),
    "pt": (
        "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao "
        "ele das à seu sua ou quando muito nos já eu também só pelo pela até isso ela entre "
        "depois sem mesmo aos seus quem nas me esse eles você essa num nem suas meu às minha "
        "numa pelos elas qual nós lhe deles essas esses pelas este dele foi são está tem ser "
        "há ainda onde pode sobre foram era estão fazer anos"
    ),
    "it": (
        "di e il la che in a per un del non è una con i si da le della sono al dei come alla "
        "nel più gli anche ha lo dell l nella delle ma o ai degli su questo dal ed se ad all "
        "ci dalla stato essere suo d loro era alle cui sua tra fra mi hanno anni perché "
        "quando già questa chi solo dopo prima così poi sul sulla molto stata c due ancora "
        "fatto dove suoi nei tutti senza quello può ne io noi lui lei negli sia"
    ),
    "nl": (
        "de van het een en in is dat op te zijn met voor niet die aan er om ook als dan maar "
        "bij of uit nog worden door naar heeft tot ze wordt over hij was meer jaar werd je al "
        "ik zich kan hun wel deze heb zo moet hebben geen zou wat had haar veel andere nu "
        "onder we zij waren wij tegen moeten kunnen na alleen omdat twee iets alle weer ons "
        "mijn zonder dit tussen echter waar toch hoe"
    ),
    "sv": (
        "och i att det som en på är av för med den till inte har de ett om han men var jag vi "
        "sig från så kan när man också år säger under efter eller nu sin där vid mot skulle "
        "ska kommer ut får finns vara hade alla andra mycket än här då sedan över bara in "
        "blir upp även vad två vill hur mer ha går sitt hon bli detta utan nya många varit "
        "dem oss någon några mellan inom mig honom henne"
    ),
    "da": (
        "og i at det er en til af på som for med de den der ikke har et han var om jeg vi fra "
        "men så sig kan hun ved når også eller nu efter blev skal ud vil hvor over havde være "
        "dem kunne siger hvad bliver mod meget op år alle under andre noget bare man end "
        "mange da kun blive sin siden nogle mig dig hvis mellem får selv ind denne dette mere "
        "tilbage lige deres hvordan hende uden jo gør bør gennem alligevel første disse "
        "kommer gik lave vores indtil"
    ),
    "nb": (
        "og i det er på som en til å for med av at de har ikke den et om var jeg han fra men "
        "vi så seg kan hun skal ved også eller nå etter ble sier ut vil hvor over hadde være "
        "dem kunne hva blir mot mye opp år alle under andre noe bare man enn mange da kun "
        "blitt sin siden noen meg deg hvis mellom får selv inn denne dette mer tilbake deres "
        "hvordan henne uten jo bli gjør fikk må ha nye bør gjennom likevel første disse "
        "kommer gikk"
    ),
    "fi": (
        "ja on ei että se oli hän en mutta ovat kun niin joka myös mitä vain tai jos kuin ole "
        "sen minä nyt ollut sitä jo hänen tämä vielä ne sitten kuitenkin mukaan olisi mikä "
        "voi kaikki mukana tässä siitä siellä ennen minun jonka siinä kanssa jotka hyvin näin "
        "jälkeen koska tulee sekä sille jossa muun ettei vuoden vuonna noin eivät enää sillä "
        "tämän joita itse saa olla pitää eikä paljon nämä jotta täällä ilman"
    ),
    "pl": (
        "w i na z do się nie to że jest o jak a po od za przez co ale są był dla przy tym "
        "oraz już także tego jego które czy być może który ich której ze przed tak jako tylko "
        "jednak sobie go było bardzo która kiedy pod będzie bez też między ma ten ta te nad "
        "jej gdy więc nawet jeszcze ja mnie nas aby jeśli mu lat których roku wszystko można "
        "gdzie teraz kto byli była mają"
    ),
    "cs": (
        "a v se na je že o s z do i to k ve pro za by ale si po jako jsou které od byl tak "
        "jeho podle která který však už jak co ze při až také má před nebo jen své jejich být "
        "bude bylo jsem není ještě mezi když ke více byla první než kde již jí ho mu může pod "
        "pak proto my vás nás tento této tom tím aby ani roku let jste jsme bez ji"
    ),
    "sk": (
        "a v sa na je že o s z do i to k vo pre za by ale si po ako sú ktoré od bol tak jeho "
        "podľa ktorá ktorý však už čo zo pri až tiež má pred alebo len svoje ich byť bude "
        "bolo som nie ešte medzi keď ku viac bola prvý než kde aj jej ho mu môže pod potom "
        "preto my vás nás tento tejto tom tým aby ani roku rokov ste sme bez ju"
    ),
    "hu": (
        "a az és hogy nem is egy ez volt azt csak meg már de ha van mint még el vagy ki mert "
        "lehet pedig én minden fel sem majd most akkor után ezt azonban szerint nagyon be "
        "első kell más két így amely ami itt ahol mely között nincs jó úgy te ő mi amikor ott "
        "több arra aki lesz sok olyan ilyen tud sokkal neki nekem maga ne alatt által való "
        "ezek ennek során illetve számára saját"
    ),
    "ro": (
        "de și în a la cu că nu pe o din se este mai să pentru un care sunt au ca fi dar ce "
        "prin după fost sau le lui între această acest îi ne tot său ei până doar fiind când "
        "am despre cum era sa sub iar unde bine numai foarte dintre alte două ani fără cele "
        "cei aceste sale lor mult acestea aceasta ar unui unei ale al vor astfel şi însă "
        "ţării"
    ),
    "tr": (
        "ve bir bu da de için ile çok ne o gibi daha olarak ama olan var en kadar sonra ben "
        "mi her ki değil ise diye ya göre yok şey onu iki oldu içinde bunu olduğu hem biz "
        "nasıl bana ancak kendi zaman bütün büyük şimdi siz nin sadece veya önce artık hiç "
        "türk tarafından olduğunu dedi son bile üzerinde aynı eden bizim olması üzere çünkü "
        "onun benim ilk başka bunun edilen ardından yeni"
    ),
    "id": (
        "yang dan di dengan untuk pada adalah ini itu tidak dari ke bahwa oleh karena bisa "
        "akan telah sudah saya kami dalam sebagai juga atau mereka ada dapat tersebut seorang "
        "menjadi lebih para saat seperti anda kita secara harus hanya antara namun tahun ia "
        "setelah dia hingga melakukan sebuah serta bagi masih belum agar lain kalau banyak "
        "sangat beberapa yaitu ketika jika kepada maka lagi satu orang sedangkan tetapi nomor "
        "pemerintah tetap masa pernah sering cukup tapi apabila silakan boleh gagal berhasil "
        "demikian"
    ),
    "ms": (
        "yang dan di dengan untuk pada adalah ini itu tidak dari ke bahawa oleh kerana boleh "
        "akan telah sudah saya kami dalam sebagai juga atau mereka ada dapat tersebut seorang "
        "menjadi lebih para apabila seperti anda kita secara perlu hanya antara namun tahun "
        "beliau selepas dia sehingga melakukan sebuah serta bagi masih belum supaya lain "
        "kalau banyak sangat beberapa iaitu ketika jika kepada maka lagi satu orang daripada "
        "manakala berkata wajar ialah sahaja semua tiada semasa mesti nombor fail pelbagai "
        "hendaklah terdapat kerajaan tetapi bukan kini wang setiap itulah"
    ),
    "vi": (
        "và của là có được cho trong với các một những không này đã người để khi từ đến ra về "
        "như cũng trên tại nhiều vào đó năm lại sẽ theo ở vì nhưng phải rất sau thì làm hai "
        "nếu nên cùng nhất bị đang qua việc còn hơn nước ông chỉ cả mà tôi anh chúng bạn thể "
        "sự hay trước giữa gì do mới đây nào bằng"
    ),
    "hr": (
        "i u je se na da su za s od a o kao ne to koji bi ali će koja što iz ili samo još "
        "nakon kako po do koje prije sve bio nije više već kada te tako jer gdje ga mu njegov "
        "bila biti može li ima uz sa ako kod bez ovaj ova ovo godine između zbog njih svoje "
        "prema kojim tko netko uvijek dok smo sam ti tijekom jedan dvije možete hrvatske sada "
        "također poslije vrijeme tjedan cijeli valjan vrijednost svugdje ovdje prvi smije "
        "nisu treba mora"
    ),
    "sr-Latn": (
        "i u je se na da su za s od a o kao ne to koji bi ali će koja što iz ili samo još "
        "nakon kako po do koje pre sve bio nije više već kada te tako jer gde ga mu njegov "
        "bila biti može li ima uz sa ako kod bez ovaj ova ovo godine između zbog njih svoje "
        "prema kojim ko neko uvek dok smo sam ti tokom jedan dve možete srbije sada takođe "
        "posle pošto treba vreme nedelje ceo ovde prvi nisu mora sme svuda zahtev vrednost "
        "ispravno jeste upravo"
    ),
    "sl": (
        "in je v na da se za so pa z ki ne s tudi po o od kot bi ob do pri iz še kaj ali bo "
        "le kako sem če to že lahko ter samo ni ga več bil bila bilo zelo tako med ko jih vse "
        "kar nje imel pred njegov si ker a njen drugi svoje nekaj jo tem mu biti vendar kjer "
        "leta brez smo zaradi zato prav potem kateri katere vsak nič moral kdo tega vas torej"
    ),
    "et": (
        "ja on ei et see ta oli kui ma ka mis ning aga siis või ole oma nii selle kes seda "
        "kuid juba nad veel mida välja olid üle sest kas aasta tema mitte võib kõik pärast "
        "olen minu ainult me end väga nende enam saab vaid olla siin siiski nagu enne oleks "
        "sellest mille kus pole neid iga peale kuidas selles sellele üks kaks ilma tuleb kogu "
        "meie sa sinu palju uue"
    ),
    "lv": (
        "un ir ar no kas uz par tas to ka bet lai vai arī kā pie tikai pēc viņš bija tā gan "
        "tad jau nav būs ja ko var tiek līdz viņa vēl kur ļoti vairāk pat šo savu pirms vienu "
        "visu šī laikā dēļ bez starp ne es mēs jūs viņi kad tik bijis būt tās šis daudz gada "
        "gadā tieši tomēr taču visi kuru kura kuras savas mūsu jūsu caur pret latvijas "
        "vienmēr"
    ),
    "lt": (
        "ir kad į yra iš su ne tai bet už buvo kaip apie o po nuo jo dar iki jau jis tik savo "
        "tačiau jų prie taip pat dėl metų arba per ji gali kai tarp to ar kuris labai ką būti "
        "kas jei aš jie nėra nors man bus kurie kuri daug mes visi būtų todėl prieš kartu šis "
        "ši tų tą vėl ant čia mūsų pagal lietuvos pasak kurį viena dabar jos daugiau turi"
    ),
    "ca": (
        "de la i que el a en els les un per és una amb no del al es l d s ha més va com però "
        "són també o si dels aquest pel ser aquesta seva molt any sobre seu entre fins quan "
        "anys tot on ja des han perquè hi qui havia tots sense només cada dos seus era "
        "aquests ara bé després ho què altres aquestes fer pot així contra durant estat tres "
        "nou part fa qual ens em segons mateix"
    ),
    "gl": (
        "de a o que e en do da os un unha para con non as no na por se é máis como dos das ao "
        "co pola polo ou foi seu súa ás aos pero esta este son tamén sobre ser nos nas ten "
        "entre anos cando moi ata xa moito todo só cal despois onde sen durante dun dunha "
        "estas estes eles hai todos porque está eu ela ter foron pode ben desde outros mesmo "
        "galicia entón"
    ),
    "eu": (
        "eta da bat ez dira du ere zen izan baina dute egin zuen beste hau den edo bere dela "
        "izango hori ziren behar baino lehen bezala arte gabe oso zer horren dituen dugu "
        "diren honek batean baita hala asko euskal urte nahi baditu dago egiten ondoren "
        "guztiak batzuk hiru bi zuten dituzte zituen eman bidez buruz gero dagoen artean "
        "berri azken egun esan"
    ),
    "is": (
        "og að í á er sem til við um en var það með af fyrir ekki hann eru ég úr frá því þau "
        "hefur hafa verið þar þá kom hún svo eftir þeir vera þetta mér sér inn upp eða nú "
        "þegar allt hafi sig voru hafði þess hjá þó bara undir mjög hér ef vegna yfir einn "
        "þessi þessu okkur ára verður hvað sagði segir milli sitt"
    ),
    "ga": (
        "an na agus ar i a go is sé le do bhí as ag ní ach tá sin seo de ó nó siad mar leis "
        "nach bhfuil é chuid gur bith má iad don ina bheith chun ann sa san aon féin níos "
        "raibh sí faoi eile dá den lena air liom againn roimh acu céad duine bliain idir "
        "orthu chomh nuair"
    ),
    "cy": (
        "y yr yn a i o ar ac ei eu mae oedd am gan wedi wrth fel nid mewn at bod sydd cael "
        "gyda hyn na ond neu roedd un rhai dros ers bydd bu hwn mwy fod gwaith hefyd eich "
        "hynny iawn ddim ni chi nhw pan oes blwyddyn cyn rhwng pob fwy hon ein wneud yna drwy "
        "gall"
    ),
    "af": (
        "die van in en het is dat te n vir nie op met wat as by om hy was sy ek ons word aan "
        "deur sal hulle kan maar uit hom so ook daar na wees moet of meer toe tot een haar "
        "baie hierdie jy jou oor nog jaar net sê nou ander waar wanneer geen gaan twee omdat "
        "hoe al reeds mense veral sonder tussen dit my"
    ),
    "sq": (
        "të e në dhe i me për një që nga është si se nuk më do ka ishte por kjo ky janë ai "
        "ajo tij saj ata kanë pas kur edhe ose u duke kështu vetëm kësaj këtij tyre gjithë "
        "mund po sa ku çdo para disa shumë gjatë dy vitit sepse nëse këtë tjetër prej jo deri "
        "pa jetë vit kishte qenë mbi ndër"
    ),
    "sw": (
        "ya na wa kwa ni katika la za kuwa hii hiyo huo ili lakini pia si au kama yake wake "
        "cha baada watu hilo sana ambao ambayo hivyo wote tu huyo mwaka zaidi yao nchi bila "
        "vya ambapo hata kabla kutoka wakati serikali moja wao hayo sasa yeye kila mimi sisi "
        "hao bado alikuwa kuna hakuna"
    ),
    "fil": (
        "ang ng sa na mga ay at ni para si hindi ito may kung niya siya nang pa lang din ko "
        "mo ba namin kanyang po ka isang ako natin sila rin kayo tayo wala dahil kaya pero "
        "kay noong bilang mula nila iyon dito lamang habang ating upang kanilang ngayon "
        "maging isa pagkatapos bawat walang nito"
    ),
    "eo": (
        "la de kaj en estas al ke por ne mi estis ĝi kun li sed pri el ĉi kiu tiu kiel ĝis "
        "pli ankaŭ oni ili vi ni ŝi sin nur aŭ kiuj se sia unu dum post inter ĉiuj jam iĝis "
        "tre povas kie kiam estus ĉar tio per tiel iu havas multaj sub krom pro tiuj"
    ),
}

# Their letters beyond a to z, lower case; languages without such letters are left out.
LETTERS: dict[str, str] = {
    "de": "ßäöü",
    "fr": "àâæçèéêëîïôùûüÿœ",
    "es": "áéíñóúü",
    "pt": "àáâãçéêíóôõúü",
    "it": "àèéìíîòóùú",
    "nl": "áäèéêëíïóöüĳ",
    "sv": "àäåéöü",
    "da": "áåæéóøü",
    "nb": "àâåæèéêòóôø",
    "fi": "äåöšž",
    "pl": "óąćęłńśźż",
    "cs": "áéíóúýčďěňřšťůž",
    "sk": "áäéíóôúýčďĺľňŕšťž",
    "hu": "áéíóöúüőű",
    "ro": "âîăşţșț",
    "tr": "âçîöûüğış",
    "id": "é",
    "ms": "é",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "hr": "ćčđšž",
    "sr-Latn": "ćčđšž",
    "sl": "ćčđšž",
    "et": "äõöüšž",
    "lv": "āčēģīķļņōŗšūž",
    "lt": "ąčėęįšūųž",
    "ca": "àçèéíïòóúü",
    "gl": "áéíïñóúü",
    "eu": "çñü",
    "is": "áæéíðóöúýþ",
    "ga": "áéíóú",
    "cy": "àáâäèéêëìíîïòóôöùúûüŵŷẁ",
    "af": "áäèéêëíîïóôöúû",
    "sq": "çë",
    "fil": "ñ",
    "eo": "ĉĝĥĵŝŭ",
}

# What writers print around an article, in the article's language. Every language has every key;
# a test holds that. {page}, {pages}, {count} and {minutes} are filled in by the caller.
LABELS: dict[str, dict[str, str]] = {
    "en": {
        "notes": "Notes",
        "contents": "Contents",
        "at a glance": "At a glance",
        "editor's note": "Editor's note",
        "cover": "Cover",
        "start": "Start of text",
        "author": "Author",
        "source": "Source",
        "published": "Published",
        "updated": "Updated",
        "archived": "Archived",
        "tags": "Tags",
        "summary": "Summary",
        "picture": "Picture",
        "qr code": "Address of the article as a QR code",
        "credit": "Photo",
        "video": "Video",
        "audio": "Audio",
        "embed": "Embedded content",
        "table": "Table",
        "code": "Code",
        "missing picture": "Picture not available",
        "untitled": "Untitled",
        "several articles": "{count} articles",
        "reading time": "{minutes} min read",
        "page": "Page",
        "page of": "Page {page} of {pages}",
        "previous": "Previous",
        "next": "Next",
        "sources": "Sources",
        "several sources": "{count} sources",
        "one source": "1 source",
        "one article": "1 article",
        "about": "About this edition",
        "left out": "Left out",
        "undated": "Undated",
        "unknown source": "Unknown source",
        "untagged": "Other",
        "double of": "the same as “{title}”",
        "unreadable": "could not be read",
        "not chosen": "Not chosen: {count}",
        "made with": "Made with {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "zh-Hans": {
        "notes": "注释",
        "contents": "目录",
        "at a glance": "速览",
        "editor's note": "编者按",
        "cover": "封面",
        "start": "正文",
        "author": "作者",
        "source": "来源",
        "published": "发布",
        "updated": "更新",
        "archived": "存档",
        "tags": "标签",
        "summary": "摘要",
        "picture": "图",
        "qr code": "文章网址的二维码",
        "credit": "摄影",
        "video": "视频",
        "audio": "音频",
        "embed": "嵌入内容",
        "table": "表",
        "code": "代码",
        "missing picture": "图片缺失",
        "untitled": "无标题",
        "several articles": "{count} 篇",
        "reading time": "阅读约{minutes}分钟",
        "page": "页",
        "page of": "第{page}页，共{pages}页",
        "previous": "上一篇",
        "next": "下一篇",
        "sources": "来源",
        "several sources": "{count} 来源",
        "one source": "1 来源",
        "one article": "1 篇",
        "about": "关于本辑",
        "left out": "未收入",
        "undated": "日期不详",
        "unknown source": "来源不详",
        "untagged": "其他",
        "double of": "与《{title}》相同",
        "unreadable": "无法读取",
        "not chosen": "未选入：{count} 篇",
        "made with": "由 {name} 制作",
        "colon": "：",
        "open": "（",
        "close": "）",
    },
    "zh-Hant": {
        "notes": "註釋",
        "contents": "目錄",
        "at a glance": "速覽",
        "editor's note": "編者按",
        "cover": "封面",
        "start": "正文",
        "author": "作者",
        "source": "來源",
        "published": "發布",
        "updated": "更新",
        "archived": "存檔",
        "tags": "標籤",
        "summary": "摘要",
        "picture": "圖",
        "qr code": "文章網址的二維碼",
        "credit": "攝影",
        "video": "影片",
        "audio": "音訊",
        "embed": "嵌入內容",
        "table": "表",
        "code": "程式碼",
        "missing picture": "圖片缺失",
        "untitled": "無標題",
        "several articles": "{count} 篇",
        "reading time": "閱讀約{minutes}分鐘",
        "page": "頁",
        "page of": "第{page}頁，共{pages}頁",
        "previous": "上一篇",
        "next": "下一篇",
        "sources": "來源",
        "several sources": "{count} 來源",
        "one source": "1 來源",
        "one article": "1 篇",
        "about": "關於本輯",
        "left out": "未收入",
        "undated": "日期不詳",
        "unknown source": "來源不詳",
        "untagged": "其他",
        "double of": "與《{title}》相同",
        "unreadable": "無法讀取",
        "not chosen": "未選入：{count} 篇",
        "made with": "由 {name} 製作",
        "colon": "：",
        "open": "（",
        "close": "）",
    },
    "ja": {
        "notes": "注",
        "contents": "目次",
        "at a glance": "ダイジェスト",
        "editor's note": "編集部より",
        "cover": "表紙",
        "start": "本文",
        "author": "著者",
        "source": "出典",
        "published": "公開日",
        "updated": "更新日",
        "archived": "保存日",
        "tags": "タグ",
        "summary": "要約",
        "picture": "図",
        "qr code": "記事のアドレスの二次元コード",
        "credit": "撮影",
        "video": "動画",
        "audio": "音声",
        "embed": "埋め込みコンテンツ",
        "table": "表",
        "code": "コード",
        "missing picture": "画像なし",
        "untitled": "無題",
        "several articles": "{count}件",
        "reading time": "約{minutes}分で読めます",
        "page": "ページ",
        "page of": "{page} / {pages}ページ",
        "previous": "前の記事",
        "next": "次の記事",
        "sources": "出典",
        "several sources": "{count}媒体",
        "one source": "1媒体",
        "one article": "1件",
        "about": "この号について",
        "left out": "収録しなかったもの",
        "undated": "日付不明",
        "unknown source": "出典不明",
        "untagged": "その他",
        "double of": "「{title}」と同じ",
        "unreadable": "読み取れませんでした",
        "not chosen": "対象外：{count}件",
        "made with": "{name} で作成",
        "colon": "：",
        "open": "（",
        "close": "）",
    },
    "ko": {
        "notes": "주",
        "contents": "차례",
        "at a glance": "한눈에 보기",
        "editor's note": "편집자의 말",
        "cover": "표지",
        "start": "본문",
        "author": "글쓴이",
        "source": "출처",
        "published": "발행",
        "updated": "수정",
        "archived": "보존",
        "tags": "태그",
        "summary": "요약",
        "picture": "그림",
        "qr code": "기사 주소의 큐아르 코드",
        "credit": "사진",
        "video": "동영상",
        "audio": "오디오",
        "embed": "삽입된 콘텐츠",
        "table": "표",
        "code": "코드",
        "missing picture": "그림 없음",
        "untitled": "제목 없음",
        "several articles": "{count}편",
        "reading time": "읽는 시간 {minutes}분",
        "page": "쪽",
        "page of": "{page} / {pages}쪽",
        "previous": "이전 글",
        "next": "다음 글",
        "sources": "출처",
        "several sources": "출처 {count}곳",
        "one source": "출처 1곳",
        "one article": "1편",
        "about": "이 책에 대하여",
        "left out": "수록되지 않은 글",
        "undated": "날짜 없음",
        "unknown source": "출처 불명",
        "untagged": "기타",
        "double of": "‘{title}’와 같은 글",
        "unreadable": "읽을 수 없음",
        "not chosen": "선택되지 않음: {count}편",
        "made with": "{name} 제작",
        "colon": ": ",
        "open": "(",
        "close": ")",
    },
    "de": {
        "notes": "Anmerkungen",
        "contents": "Inhalt",
        "at a glance": "Auf einen Blick",
        "editor's note": "Vorbemerkung",
        "cover": "Umschlag",
        "start": "Textbeginn",
        "author": "Autor",
        "source": "Quelle",
        "published": "Veröffentlicht",
        "updated": "Aktualisiert",
        "archived": "Archiviert",
        "tags": "Schlagwörter",
        "summary": "Zusammenfassung",
        "picture": "Bild",
        "qr code": "Adresse des Artikels als QR-Code",
        "credit": "Foto",
        "video": "Video",
        "audio": "Audio",
        "embed": "Eingebetteter Inhalt",
        "table": "Tabelle",
        "code": "Code",
        "missing picture": "Bild nicht verfügbar",
        "untitled": "Ohne Titel",
        "several articles": "{count} Artikel",
        "reading time": "{minutes} Min. Lesezeit",
        "page": "Seite",
        "page of": "Seite {page} von {pages}",
        "previous": "Zurück",
        "next": "Weiter",
        "sources": "Quellen",
        "several sources": "{count} Quellen",
        "one source": "1 Quelle",
        "one article": "1 Artikel",
        "about": "Über diese Ausgabe",
        "left out": "Nicht aufgenommen",
        "undated": "Ohne Datum",
        "unknown source": "Unbekannte Quelle",
        "untagged": "Sonstiges",
        "double of": "dasselbe wie „{title}“",
        "unreadable": "nicht lesbar",
        "not chosen": "Nicht ausgewählt: {count}",
        "made with": "Erstellt mit {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "fr": {
        "notes": "Notes",
        "contents": "Sommaire",
        "at a glance": "En bref",
        "editor's note": "Note de la rédaction",
        "cover": "Couverture",
        "start": "Début du texte",
        "author": "Auteur",
        "source": "Source",
        "published": "Publié",
        "updated": "Mis à jour",
        "archived": "Archivé",
        "tags": "Mots-clés",
        "summary": "Résumé",
        "picture": "Image",
        "qr code": "Adresse de l’article en code QR",
        "credit": "Photo",
        "video": "Vidéo",
        "audio": "Audio",
        "embed": "Contenu intégré",
        "table": "Tableau",
        "code": "Code",
        "missing picture": "Image non disponible",
        "untitled": "Sans titre",
        "several articles": "{count} articles",
        "reading time": "{minutes} min de lecture",
        "page": "Page",
        "page of": "Page {page} sur {pages}",
        "previous": "Précédent",
        "next": "Suivant",
        "sources": "Sources",
        "several sources": "{count} sources",
        "one source": "1 source",
        "one article": "1 article",
        "about": "À propos de cette édition",
        "left out": "Non repris",
        "undated": "Sans date",
        "unknown source": "Source inconnue",
        "untagged": "Divers",
        "double of": "identique à « {title} »",
        "unreadable": "illisible",
        "not chosen": "Non retenus : {count}",
        "made with": "Réalisé avec {name}",
        "colon": "\u00a0: ",
        "open": " (",
        "close": ")",
    },
    "es": {
        "notes": "Notas",
        "contents": "Índice",
        "at a glance": "De un vistazo",
        "editor's note": "Nota de la redacción",
        "cover": "Cubierta",
        "start": "Inicio del texto",
        "author": "Autor",
        "source": "Fuente",
        "published": "Publicado",
        "updated": "Actualizado",
        "archived": "Archivado",
        "tags": "Etiquetas",
        "summary": "Resumen",
        "picture": "Imagen",
        "qr code": "Dirección del artículo en código QR",
        "credit": "Foto",
        "video": "Vídeo",
        "audio": "Audio",
        "embed": "Contenido incrustado",
        "table": "Tabla",
        "code": "Código",
        "missing picture": "Imagen no disponible",
        "untitled": "Sin título",
        "several articles": "{count} artículos",
        "reading time": "{minutes} min de lectura",
        "page": "Página",
        "page of": "Página {page} de {pages}",
        "previous": "Anterior",
        "next": "Siguiente",
        "sources": "Fuentes",
        "several sources": "{count} fuentes",
        "one source": "1 fuente",
        "one article": "1 artículo",
        "about": "Sobre esta edición",
        "left out": "No incluidos",
        "undated": "Sin fecha",
        "unknown source": "Fuente desconocida",
        "untagged": "Otros",
        "double of": "igual que «{title}»",
        "unreadable": "no se pudo leer",
        "not chosen": "No elegidos: {count}",
        "made with": "Creado con {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "pt": {
        "notes": "Notas",
        "contents": "Sumário",
        "at a glance": "Em resumo",
        "editor's note": "Nota do editor",
        "cover": "Capa",
        "start": "Início do texto",
        "author": "Autor",
        "source": "Fonte",
        "published": "Publicado",
        "updated": "Atualizado",
        "archived": "Arquivado",
        "tags": "Etiquetas",
        "summary": "Resumo",
        "picture": "Imagem",
        "qr code": "Endereço do artigo em código QR",
        "credit": "Foto",
        "video": "Vídeo",
        "audio": "Áudio",
        "embed": "Conteúdo incorporado",
        "table": "Tabela",
        "code": "Código",
        "missing picture": "Imagem não disponível",
        "untitled": "Sem título",
        "several articles": "{count} artigos",
        "reading time": "{minutes} min de leitura",
        "page": "Página",
        "page of": "Página {page} de {pages}",
        "previous": "Anterior",
        "next": "Próximo",
        "sources": "Fontes",
        "several sources": "{count} fontes",
        "one source": "1 fonte",
        "one article": "1 artigo",
        "about": "Sobre esta edição",
        "left out": "Não incluídos",
        "undated": "Sem data",
        "unknown source": "Fonte desconhecida",
        "untagged": "Outros",
        "double of": "igual a “{title}”",
        "unreadable": "não pôde ser lido",
        "not chosen": "Não escolhidos: {count}",
        "made with": "Criado com {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "it": {
        "notes": "Note",
        "contents": "Indice",
        "at a glance": "In breve",
        "editor's note": "Nota del curatore",
        "cover": "Copertina",
        "start": "Inizio del testo",
        "author": "Autore",
        "source": "Fonte",
        "published": "Pubblicato",
        "updated": "Aggiornato",
        "archived": "Archiviato",
        "tags": "Etichette",
        "summary": "Sommario",
        "picture": "Immagine",
        "qr code": "Indirizzo dell’articolo come codice QR",
        "credit": "Foto",
        "video": "Video",
        "audio": "Audio",
        "embed": "Contenuto incorporato",
        "table": "Tabella",
        "code": "Codice",
        "missing picture": "Immagine non disponibile",
        "untitled": "Senza titolo",
        "several articles": "{count} articoli",
        "reading time": "{minutes} min di lettura",
        "page": "Pagina",
        "page of": "Pagina {page} di {pages}",
        "previous": "Precedente",
        "next": "Successivo",
        "sources": "Fonti",
        "several sources": "{count} fonti",
        "one source": "1 fonte",
        "one article": "1 articolo",
        "about": "Informazioni su questa edizione",
        "left out": "Non inclusi",
        "undated": "Senza data",
        "unknown source": "Fonte sconosciuta",
        "untagged": "Altro",
        "double of": "uguale a «{title}»",
        "unreadable": "non leggibile",
        "not chosen": "Non scelti: {count}",
        "made with": "Creato con {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "ru": {
        "notes": "Примечания",
        "contents": "Содержание",
        "at a glance": "Коротко",
        "editor's note": "От редакции",
        "cover": "Обложка",
        "start": "Начало текста",
        "author": "Автор",
        "source": "Источник",
        "published": "Опубликовано",
        "updated": "Обновлено",
        "archived": "Сохранено",
        "tags": "Метки",
        "summary": "Краткое содержание",
        "picture": "Изображение",
        "qr code": "Адрес статьи в виде QR-кода",
        "credit": "Фото",
        "video": "Видео",
        "audio": "Аудио",
        "embed": "Встроенное содержимое",
        "table": "Таблица",
        "code": "Код",
        "missing picture": "Изображение недоступно",
        "untitled": "Без названия",
        "several articles": "Статей: {count}",
        "reading time": "Время чтения: {minutes} мин",
        "page": "Страница",
        "page of": "Страница {page} из {pages}",
        "previous": "Предыдущая",
        "next": "Следующая",
        "sources": "Источники",
        "several sources": "Источников: {count}",
        "one source": "Источников: 1",
        "one article": "Статей: 1",
        "about": "Об этом выпуске",
        "left out": "Не вошло",
        "undated": "Без даты",
        "unknown source": "Источник неизвестен",
        "untagged": "Прочее",
        "double of": "то же, что «{title}»",
        "unreadable": "не удалось прочитать",
        "not chosen": "Не отобрано: {count}",
        "made with": "Создано в {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "ar": {
        "notes": "الحواشي",
        "contents": "المحتويات",
        "at a glance": "لمحة سريعة",
        "editor's note": "كلمة المحرر",
        "cover": "الغلاف",
        "start": "بداية النص",
        "author": "الكاتب",
        "source": "المصدر",
        "published": "نُشر",
        "updated": "حُدّث",
        "archived": "حُفظ",
        "tags": "الوسوم",
        "summary": "الملخص",
        "picture": "صورة",
        "qr code": "عنوان المقال في رمز الاستجابة السريعة",
        "credit": "تصوير",
        "video": "فيديو",
        "audio": "صوت",
        "embed": "محتوى مضمّن",
        "table": "جدول",
        "code": "شيفرة",
        "missing picture": "الصورة غير متاحة",
        "untitled": "بلا عنوان",
        "several articles": "المقالات: {count}",
        "reading time": "مدة القراءة: {minutes} د",
        "page": "صفحة",
        "page of": "صفحة {page} من {pages}",
        "previous": "السابق",
        "next": "التالي",
        "sources": "المصادر",
        "several sources": "المصادر: {count}",
        "one source": "المصادر: 1",
        "one article": "المقالات: 1",
        "about": "عن هذا الإصدار",
        "left out": "لم يُدرج",
        "undated": "بلا تاريخ",
        "unknown source": "مصدر غير معروف",
        "untagged": "أخرى",
        "double of": "مطابق لـ «{title}»",
        "unreadable": "تعذرت قراءته",
        "not chosen": "لم يُختر: {count}",
        "made with": "أُنشئ بواسطة {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "fa": {
        "notes": "یادداشت‌ها",
        "contents": "فهرست",
        "at a glance": "در یک نگاه",
        "editor's note": "یادداشت سردبیر",
        "cover": "جلد",
        "start": "آغاز متن",
        "author": "نویسنده",
        "source": "منبع",
        "published": "انتشار",
        "updated": "به‌روزرسانی",
        "archived": "بایگانی",
        "tags": "برچسب‌ها",
        "summary": "خلاصه",
        "picture": "تصویر",
        "qr code": "نشانی مقاله در رمزینهٔ پاسخ سریع",
        "credit": "عکس",
        "video": "ویدئو",
        "audio": "صدا",
        "embed": "محتوای جاسازی‌شده",
        "table": "جدول",
        "code": "کد",
        "missing picture": "تصویر در دسترس نیست",
        "untitled": "بدون عنوان",
        "several articles": "{count} مقاله",
        "reading time": "زمان مطالعه: {minutes} دقیقه",
        "page": "صفحه",
        "page of": "صفحهٔ {page} از {pages}",
        "previous": "قبلی",
        "next": "بعدی",
        "sources": "منابع",
        "several sources": "{count} منبع",
        "one source": "1 منبع",
        "one article": "1 مقاله",
        "about": "درباره این شماره",
        "left out": "گنجانده‌نشده",
        "undated": "بدون تاریخ",
        "unknown source": "منبع نامشخص",
        "untagged": "سایر",
        "double of": "همان «{title}»",
        "unreadable": "خوانده نشد",
        "not chosen": "انتخاب‌نشده: {count}",
        "made with": "ساخته‌شده با {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "he": {
        "notes": "הערות",
        "contents": "תוכן העניינים",
        "at a glance": "במבט אחד",
        "editor's note": "דבר העורך",
        "cover": "כריכה",
        "start": "תחילת הטקסט",
        "author": "מחבר",
        "source": "מקור",
        "published": "פורסם",
        "updated": "עודכן",
        "archived": "נשמר",
        "tags": "תגיות",
        "summary": "תקציר",
        "picture": "תמונה",
        "qr code": "כתובת המאמר כקוד לסריקה",
        "credit": "צילום",
        "video": "וידאו",
        "audio": "שמע",
        "embed": "תוכן מוטמע",
        "table": "טבלה",
        "code": "קוד",
        "missing picture": "התמונה אינה זמינה",
        "untitled": "ללא כותרת",
        "several articles": "{count} מאמרים",
        "reading time": "{minutes} דקות קריאה",
        "page": "עמוד",
        "page of": "עמוד {page} מתוך {pages}",
        "previous": "הקודם",
        "next": "הבא",
        "sources": "מקורות",
        "several sources": "{count} מקורות",
        "one source": "מקור אחד",
        "one article": "מאמר אחד",
        "about": "על גיליון זה",
        "left out": "לא נכללו",
        "undated": "ללא תאריך",
        "unknown source": "מקור לא ידוע",
        "untagged": "אחר",
        "double of": "זהה ל„{title}”",
        "unreadable": "לא ניתן לקריאה",
        "not chosen": "לא נבחרו: {count}",
        "made with": "נוצר באמצעות {name}",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "ur": {
        "notes": "حواشی",
        "contents": "فہرست",
        "at a glance": "ایک نظر میں",
        "editor's note": "مدیر کا نوٹ",
        "cover": "سرورق",
        "start": "متن کا آغاز",
        "author": "مصنف",
        "source": "ماخذ",
        "published": "اشاعت",
        "updated": "تازہ کاری",
        "archived": "محفوظ شدہ",
        "tags": "ٹیگ",
        "summary": "خلاصہ",
        "picture": "تصویر",
        "qr code": "مضمون کا پتا بطور کیو آر کوڈ",
        "credit": "تصویر بشکریہ",
        "video": "ویڈیو",
        "audio": "آڈیو",
        "embed": "منسلک مواد",
        "table": "جدول",
        "code": "کوڈ",
        "missing picture": "تصویر دستیاب نہیں",
        "untitled": "بلا عنوان",
        "several articles": "{count} مضامین",
        "reading time": "مطالعے کا وقت: {minutes} منٹ",
        "page": "صفحہ",
        "page of": "صفحہ {page} از {pages}",
        "previous": "پچھلا",
        "next": "اگلا",
        "sources": "ذرائع",
        "several sources": "{count} ذرائع",
        "one source": "1 ذریعہ",
        "one article": "1 مضمون",
        "about": "اس شمارے کے بارے میں",
        "left out": "شامل نہیں",
        "undated": "بلا تاریخ",
        "unknown source": "نامعلوم ذریعہ",
        "untagged": "دیگر",
        "double of": "وہی جو ”{title}“",
        "unreadable": "پڑھا نہ جا سکا",
        "not chosen": "منتخب نہیں: {count}",
        "made with": "{name} سے تیار کردہ",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
}
