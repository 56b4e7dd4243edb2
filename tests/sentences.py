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
