"""Sentences of ours in many languages: one paragraph each about a village and its bridge."""

from __future__ import annotations

__all__ = ["PARAGRAPHS"]

PARAGRAPHS = {
    "zh-Hans": (
        "山谷里的老桥三年前被洪水冲垮，村民们一直靠渡船过河。今年春天，新桥终于动工，工程师说"
        "两个月后就能通车。"
    ),
    "zh-Hant": (
        "山谷裡的老橋三年前被洪水沖垮，村民們一直靠渡船過河。今年春天，新橋終於動工，工程師說"
        "兩個月後就能通車。"
    ),
    "ja": (
        "谷にかかる古い橋は三年前の洪水で流され、村の人々は渡し船で川を渡ってきた。今年の春、"
        "新しい橋の工事がようやく始まった。"
    ),
    "ko": (
        "골짜기의 낡은 다리는 삼 년 전 홍수에 떠내려갔고 마을 사람들은 나룻배로 강을 건넜다. "
        "올봄 새 다리 공사가 마침내 시작되었다."
    ),
    "en": (
        "The old bridge in the valley was washed away three years ago, and since then the "
        "people of the village have had to cross the river by boat. This spring the work on "
        "a new one began."
    ),
    "de": (
        "Die alte Brücke im Tal wurde vor drei Jahren vom Hochwasser weggerissen, und "
        "seitdem müssen die Leute aus dem Dorf mit dem Boot über den Fluss. In diesem "
        "Frühjahr begann der Bau einer neuen."
    ),
    "fr": (
        "Le vieux pont de la vallée a été emporté par la crue il y a trois ans, et depuis "
        "les gens du village doivent traverser la rivière en bateau. Au printemps, les "
        "travaux ont enfin commencé."
    ),
    "es": (
        "El viejo puente del valle fue arrastrado por la crecida hace tres años, y desde "
        "entonces la gente del pueblo tiene que cruzar el río en barca. Esta primavera "
        "empezaron por fin las obras."
    ),
    "pt": (
        "A velha ponte do vale foi levada pela cheia há três anos, e desde então as pessoas "
        "da aldeia têm de atravessar o rio de barco. Nesta primavera começaram finalmente as "
        "obras de uma nova."
    ),
    "it": (
        "Il vecchio ponte della valle è stato portato via dalla piena tre anni fa, e da "
        "allora la gente del paese deve attraversare il fiume in barca. In primavera sono "
        "finalmente iniziati i lavori."
    ),
    "nl": (
        "De oude brug in het dal is drie jaar geleden door het hoge water weggeslagen, en "
        "sindsdien moeten de mensen uit het dorp met de boot over de rivier. Dit voorjaar is "
        "de bouw begonnen."
    ),
    "sv": (
        "Den gamla bron i dalen spolades bort av översvämningen för tre år sedan, och sedan "
        "dess har folk i byn fått ta båten över floden. I våras började man till slut att "
        "bygga en ny."
    ),
    "pl": (
        "Stary most w dolinie został zniszczony przez powódź trzy lata temu i od tego czasu "
        "ludzie ze wsi muszą przeprawiać się przez rzekę łodzią. Wiosną w końcu rozpoczęto "
        "budowę nowego."
    ),
    "cs": (
        "Starý most v údolí strhla před třemi lety povodeň a od té doby se lidé z vesnice "
        "musí přes řeku dostat lodí. Letos na jaře se konečně začalo se stavbou nového "
        "mostu, který bude z kamene."
    ),
    "hu": (
        "A völgyben álló régi hidat három éve elvitte az árvíz, és azóta a falu lakóinak "
        "csónakkal kell átkelniük a folyón. Az idén tavasszal végre elkezdték az új híd "
        "építését, de még nem kész."
    ),
    "tr": (
        "Vadideki eski köprü üç yıl önce selde yıkıldı ve o zamandan beri köyde yaşayanlar "
        "nehri tekneyle geçmek için çok bekliyor. Bu bahar yeni bir köprü için çalışmalar "
        "başladı."
    ),
    "vi": (
        "Cây cầu cũ trong thung lũng đã bị lũ cuốn trôi ba năm trước, và từ đó người dân "
        "trong làng phải qua sông bằng thuyền. Mùa xuân này việc xây cầu mới cuối cùng cũng "
        "đã bắt đầu."
    ),
    "id": (
        "Jembatan tua di lembah itu hanyut oleh banjir tiga tahun lalu, dan sejak itu orang "
        "desa harus menyeberangi sungai dengan perahu karena tidak ada jalan lain. Kini "
        "pekerjaan sudah dimulai."
    ),
    "fi": (
        "Laakson vanha silta sortui tulvassa kolme vuotta sitten, ja sen jälkeen kylän "
        "ihmiset ovat joutuneet kulkemaan joen yli veneellä. Nyt uutta siltaa on alettu "
        "rakentaa, mutta se ei ole valmis."
    ),
    "ru": (
        "Старый мост в долине снесло паводком три года назад, и с тех пор жители деревни "
        "переправляются через реку на лодке. Этой весной наконец началось строительство "
        "нового."
    ),
    "uk": (
        "Старий міст у долині знесло повінню три роки тому, і відтоді мешканці села "
        "переправляються через річку човном. Цієї весни нарешті почалося будівництво нового."
    ),
    "bg": (
        "Старият мост в долината беше отнесен от наводнението преди три години и оттогава "
        "хората от селото пресичат реката с лодка. Тази пролет най-сетне започна строежът на "
        "новия път."
    ),
    "el": ("Η παλιά γέφυρα της κοιλάδας παρασύρθηκε από την πλημμύρα πριν από τρία χρόνια."),
    "he": (
        "הגשר הישן בעמק נסחף בשיטפון לפני שלוש שנים, ומאז חוצים אנשי הכפר את הנהר בסירה. "
        "האביב התחילה הבנייה."
    ),
    "ar": (
        "جرف الفيضان الجسر القديم في الوادي قبل ثلاث سنوات، ومنذ ذلك الحين يعبر أهل القرية "
        "النهر بالقارب."
    ),
    "fa": (
        "پل قدیمی دره سه سال پیش در سیل از میان رفت و از آن زمان مردم روستا با قایق از "
        "رودخانه می‌گذرند."
    ),
    "ur": (
        "وادی کا پرانا پل تین سال پہلے سیلاب میں بہہ گیا تھا اور تب سے گاؤں کے لوگ کشتی سے "
        "دریا پار کرتے ہیں۔"
    ),
    "th": ("สะพานเก่าในหุบเขาถูกน้ำพัดไปเมื่อสามปีก่อน"),
    "hi": (
        "घाटी का पुराना पुल तीन साल पहले बाढ़ में बह गया था और तब से गाँव के लोग नाव से नदी पार करते हैं। "
        "इस वसंत में नए पुल का काम शुरू हुआ है।"
    ),
}

# Two texts of a sentence or two in each language.
SHORT_TEXTS = {
    "de": (
        "Der Zug nach Lübeck fährt heute nicht, weil auf der Strecke gebaut wird. Wer trotzdem reisen will, nimmt den Bus vor dem Bahnhof.",
        "Ich habe das Brot selbst gebacken, und es ist mir zum ersten Mal gelungen. Das Rezept steht unten, aber ohne Gewähr.",
    ),
    "fr": (
        "Le marché du samedi a changé de place, et les habitants du quartier ne sont pas tous contents. On y trouve pourtant les mêmes fromages.",
        "Nous avons passé l’été dans une maison sans électricité. Ce n’était pas prévu, mais nous y retournerons l’année prochaine.",
    ),
    "es": (
        "El museo abrirá sus puertas el próximo jueves después de dos años de obras. La entrada será gratuita durante el primer mes.",
        "Mi abuela nunca escribía las recetas. Decía que quien quiere cocinar tiene que mirar, y que lo demás se aprende con los años.",
    ),
    "pt": (
        "A biblioteca do bairro vai fechar durante o mês de agosto para obras. Os livros podem ser devolvidos na caixa que está junto à porta.",
        "Não sei quando comecei a gostar de chuva, mas foi certamente depois de me mudar para esta cidade, onde chove quase todos os dias.",
    ),
    "it": (
        "Il ponte sul fiume resterà chiuso fino alla fine del mese. Chi deve andare dall’altra parte può usare la barca, che parte ogni mezz’ora.",
        "Quando ero piccolo non mi piaceva il caffè. Adesso ne bevo tre al giorno e non riesco più a lavorare senza.",
    ),
    "nl": (
        "De bakker op de hoek stopt ermee na veertig jaar. Zijn dochter neemt de zaak niet over, want zij heeft een andere baan gevonden.",
        "Het regende de hele week, maar dat hield ons niet tegen. We hebben elke dag gefietst en zijn nergens te laat gekomen.",
    ),
    "sv": (
        "Färjan till ön går inte i dag eftersom det blåser för mycket. De som redan har köpt en biljett får pengarna tillbaka.",
        "Jag har aldrig tyckt om att vänta, men på landet lär man sig det. Bussen kommer när den kommer, och det är ingen idé att klaga.",
    ),
    "pl": (
        "Most nad rzeką będzie zamknięty do końca tygodnia, ponieważ trwa remont. Autobusy jeżdżą inną drogą, a kierowcy proszą o cierpliwość.",
        "Nie wiem, czy to był dobry pomysł, ale kupiliśmy stary dom na wsi. Dach przecieka, za to sad jest piękny.",
    ),
    "cs": (
        "Knihovna bude příští týden zavřená, protože se maluje. Knihy je možné vrátit do schránky, která je vedle dveří.",
        "Když jsme se přestěhovali na venkov, nikdo nám nevěřil, že tam vydržíme. Teď už tu jsme pět let a nechceme zpátky.",
    ),
    "hu": (
        "A híd a jövő hét végéig zárva lesz, mert felújítják. Aki át akar menni a másik oldalra, az a komppal mehet, amely óránként indul.",
        "Nem tudom, hogy mikor kezdtem el szeretni az esőt, de az biztos, hogy nem a városban volt.",
    ),
    "tr": (
        "Köprü onarım nedeniyle bu hafta kapalı olacak. Karşıya geçmek isteyenler için her yarım saatte bir vapur kalkıyor.",
        "Çocukken kahveyi hiç sevmezdim, ama şimdi günde üç fincan içiyorum ve onsuz çalışamıyorum. Bu da böyle bir şey.",
    ),
    "vi": (
        "Cây cầu sẽ đóng cửa đến cuối tuần vì đang được sửa chữa. Những người muốn sang bên kia sông có thể đi phà.",
        "Tôi không biết mình bắt đầu thích mưa từ khi nào, nhưng chắc chắn là sau khi chuyển đến thành phố này.",
    ),
    "id": (
        "Jembatan itu akan ditutup sampai akhir pekan karena sedang diperbaiki. Warga yang ingin menyeberang dapat naik perahu dari dermaga.",
        "Saya tidak tahu sejak kapan saya menyukai hujan, tetapi pasti setelah pindah ke kota ini dengan keluarga saya.",
    ),
    "fi": (
        "Silta on suljettu viikon loppuun asti, koska sitä korjataan. Ne, jotka haluavat joen yli, voivat mennä lautalla.",
        "En tiedä, milloin aloin pitää sateesta, mutta se oli varmasti sen jälkeen, kun muutimme tähän kaupunkiin.",
    ),
    "en": (
        "The bridge will be closed until the end of the week while it is being repaired. Anyone who wants to cross can take the ferry.",
        "I never liked coffee as a child, but now I drink three cups a day and cannot work without it. So much for principles.",
    ),
    "ru": (
        "Мост будет закрыт до конца недели, потому что его ремонтируют. Тем, кто хочет попасть на другой берег, придётся сесть на паром.",
        "В детстве я не любил кофе, а теперь пью три чашки в день и уже не могу без него работать. Вот такие привычки.",
    ),
    "uk": (
        "Міст буде зачинено до кінця тижня, бо його ремонтують. Ті, хто хоче потрапити на інший берег, можуть сісти на пором.",
        "У дитинстві я не любив кави, а тепер п’ю три чашки на день і вже не можу без неї працювати. Отакі звички.",
    ),
    "bg": (
        "Мостът ще бъде затворен до края на седмицата, защото се ремонтира. Който иска да премине, може да вземе ферибота.",
        "Като дете не обичах кафе, а сега пия по три чаши на ден и не мога да работя без него. Това е положението.",
    ),
    "el": (
        "Η γέφυρα θα μείνει κλειστή μέχρι το τέλος της εβδομάδας, επειδή επισκευάζεται.",
        "Όταν ήμουν παιδί δεν μου άρεσε ο καφές, τώρα όμως πίνω τρεις την ημέρα.",
    ),
    "he": (
        "הגשר יהיה סגור עד סוף השבוע בגלל עבודות תיקון. מי שרוצה לעבור לצד השני יכול לעלות על המעבורת שיוצאת כל חצי שעה.",
        "בילדותי לא אהבתי קפה, ועכשיו אני שותה שלוש כוסות ביום ולא מצליח לעבוד בלעדיו. אלה הם ההרגלים.",
    ),
    "ar": (
        "سيبقى الجسر مغلقا حتى نهاية الأسبوع بسبب أعمال الصيانة. ومن أراد العبور إلى الضفة الأخرى فعليه أن يركب القارب.",
        "لم أكن أحب القهوة في طفولتي، أما الآن فأشرب ثلاثة فناجين في اليوم ولا أستطيع أن أعمل من دونها.",
    ),
    "fa": (
        "پل تا پایان هفته به دلیل تعمیرات بسته خواهد بود. کسانی که می‌خواهند به آن سوی رود بروند می‌توانند سوار قایق شوند.",
        "در کودکی قهوه دوست نداشتم، اما حالا روزی سه فنجان می‌نوشم و بدون آن نمی‌توانم کار کنم. این هم از عادت‌ها.",
    ),
    "ur": (
        "پل مرمت کی وجہ سے ہفتے کے آخر تک بند رہے گا۔ جو لوگ دوسری طرف جانا چاہتے ہیں وہ کشتی میں بیٹھ سکتے ہیں۔",
        "بچپن میں مجھے کافی پسند نہیں تھی، لیکن اب میں دن میں تین پیالیاں پیتا ہوں اور اس کے بغیر کام نہیں کر سکتا۔",
    ),
    "ja": (
        "橋は修理のため、週末まで通行止めになります。向こう岸へ行きたい人は、三十分ごとに出る渡し船に乗ってください。",
        "子どものころはコーヒーが嫌いだったのに、今では一日に三杯も飲んでいる。",
    ),
    "ko": (
        "다리는 수리 때문에 이번 주말까지 통제됩니다. 건너편으로 가려는 사람은 나룻배를 타야 합니다.",
        "어릴 때는 커피를 싫어했지만 지금은 하루에 세 잔을 마신다.",
    ),
    "zh-Hans": (
        "大桥因维修关闭到周末，想过河的人可以坐渡船，每半小时一班。",
        "小时候我不喜欢喝咖啡，现在一天要喝三杯，不喝就没法工作。",
    ),
    "zh-Hant": (
        "大橋因維修關閉到週末，想過河的人可以坐渡輪，每半小時一班。",
        "小時候我不喜歡喝咖啡，現在一天要喝三杯，不喝就沒辦法工作。",
    ),
    "th": (
        "สะพานจะปิดจนถึงสิ้นสัปดาห์เพราะกำลังซ่อมแซม",
        "ตอนเด็กฉันไม่ชอบกาแฟ แต่ตอนนี้ดื่มวันละสามแก้ว",
    ),
    "hi": (
        "पुल की मरम्मत के कारण वह सप्ताह के अंत तक बंद रहेगा। जो लोग उस पार जाना चाहते हैं वे नाव ले सकते हैं।",
        "बचपन में मुझे कॉफ़ी पसंद नहीं थी, लेकिन अब मैं दिन में तीन प्याले पीता हूँ और उसके बिना काम नहीं कर सकता।",
    ),
}
