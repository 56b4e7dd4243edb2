"""Short articles in several languages and directions, with all that an article may hold.

Each is written as a page's HTML would be and read by the project's own reader, so that ``lang``
and ``dir`` of the source are proved on the way. :func:`piece` gives one, :data:`TAGS` names them.
"""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import UTC, datetime
from functools import cache

from converters.article import Article
from converters.languages import direction
from converters.readers.markup import read_html

__all__ = ["RIGHT_TO_LEFT", "TAGS", "piece"]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _picture(width: int, height: int) -> str:
    """Draw a blue slope as a PNG in a ``data:`` address (https://www.w3.org/TR/png-3/)."""
    row = [bytes((30 + x * 150 // width, 90, 200 - x * 90 // width)) for x in range(width)]
    lines = b"".join(b"\0" + b"".join(row[y % 7 :] + row[: y % 7]) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(lines)), _chunk(b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


_PICTURE = _picture(640, 240)

_PIECES = {
    "en": (
        "A Clock That Does Not Hurry",
        ("Ada Byron", "Charles Wheatstone"),
        f"""
<p>The clock in the harbour office has been four minutes late since the winter of 1911, and nobody
who works there wants it <em>mended</em>. I went to see it in <a
href="https://example.org/harbour/opening-hours?season=winter&amp;lang=en">the off season</a>, when
the office is open on two mornings a week, and asked the keeper for <a
href="https://example.org/keeper">the key to the case</a>.</p>
<h2>What it measures</h2>
<p>Its pendulum is a rod of <strong>invar</strong>, an alloy that hardly grows with warmth. The
keeper writes the error of every day into a book, in the <a
href="https://example.net/archive/2023/05/the-very-long-name-of-a-page-that-has-an-address-which-does-not-fit-on-one-line.html">same
columns</a> as her grandfather, and works out the rate with a short program:</p>
<pre><code class="language-python">def rate(errors: list[float]) -&gt; float:
    \"\"\"Seconds a day that the clock gains; a negative number means that it loses time.\"\"\"
    return sum(later - earlier for earlier, later in zip(errors, errors[1:], strict=False)) / len(errors)
</code></pre>
<p>The call <code>rate([0.1, 0.3, 0.2])</code> gives what the table below shows.</p>
<table>
<caption>Errors of the clock in the first days of March</caption>
<thead><tr><th scope="col">Day</th><th scope="col">Weather in the morning</th><th scope="col">Temperature</th>
<th scope="col">Error, seconds</th><th scope="col">Remarks of the keeper</th></tr></thead>
<tbody>
<tr><th scope="row">1 March</th><td>Rain and a strong wind from the west</td><td>7.5 °C</td><td>−240.1</td><td>Wound on the stroke of eight</td></tr>
<tr><th scope="row">2 March</th><td>Clearing</td><td>9.0 °C</td><td>−240.3</td><td>Nothing to note</td></tr>
<tr><th scope="row">3 March</th><td>Fog until noon</td><td>6.1 °C</td><td>−240.2</td><td>A visitor stopped the pendulum for a moment</td></tr>
</tbody></table>
<figure><img src="{_PICTURE}" alt="A blue rectangle"><figcaption>The dial,
drawn by <a href="https://example.com/draughtsman">a draughtsman</a> who never saw it</figcaption></figure>
<blockquote><p>A clock that is always late by the same four minutes is never wrong.</p>
<footer><cite>The keeper’s grandmother</cite></footer></blockquote>
<h2>Three rules of the house</h2>
<ol><li>Wind it on Monday.</li><li>Never set it:
<ul><li>not in summer,</li><li>not for <span lang="fr">Monsieur le préfet</span>,</li></ul></li>
<li>Write down what you see, as in <a href="https://example.org/a_b_(c)">the first volume</a>.</li></ol>
<dl><dt>Rate</dt><dd>What the clock gains in a day.</dd><dt>Error</dt><dd>What it shows less what
it should.</dd></dl>
<p>In the evening a ship blew its horn, the clock struck, and the two agreed
on <abbr title="Greenwich Mean Time">GMT</abbr> for once. H<sub>2</sub>O, E = mc<sup>2</sup>, and
Pneumonoultramicroscopicsilicovolcanoconiosis-in-an-unbroken-word-that-is-longer-than-a-phone-is-wide.</p>
<figure><img src="https://example.com/pictures/the-harbour.jpg" alt="Boats at low tide"><figcaption>Low tide</figcaption></figure>
<iframe src="https://www.youtube.com/embed/abcdefghijk" title="The clock strikes nine"></iframe>
""",
    ),
    "zh-Hant": (
        "山城的雨與一碗麵",
        ("林小滿",),
        f"""
<p>每年六月，雨水沿著石階往下流，整座城市都聽得見。我在<a
href="https://zh.wikipedia.org/wiki/%E9%87%8D%E6%85%B6">老碼頭</a>住了三年，學會的第一件事，是分辨
<em>大雨</em>與<strong>暴雨</strong>的聲音。</p>
<h2>第一節　石階</h2>
<p>石階一共有二百一十六級。鄰居說：「走慢一點，雨不會跑掉。」他的話我後來寫進<a
href="https://example.org/%E6%97%A5%E8%A8%98">日記</a>裡，也寫進給朋友的信裡。二〇二三年的夏天特別長，
GitHub 上的一個小專案記錄了三十天的雨量，程式只有兩行：</p>
<pre><code class="language-python">total = sum(day.millimetres for day in june)
print(f"六月雨量：{{total:.1f}} 毫米")</code></pre>
<table><caption>三個測站的雨量</caption><thead><tr><th>測站</th><th>六月（毫米）</th><th>七月（毫米）</th><th>備註</th></tr></thead>
<tbody><tr><td>碼頭</td><td>312.5</td><td>280</td><td>儀器於七月三日更換</td></tr>
<tr><td>山頂</td><td>401</td><td>377.2</td><td>無</td></tr></tbody></table>
<figure><img src="{_PICTURE}" alt="雨中的石階"><figcaption>雨中的石階，攝於清晨</figcaption></figure>
<blockquote><p>雨是這座城市的另一條街道。</p><footer><cite>《山城筆記》</cite></footer></blockquote>
<ul><li>小麵要先放醬油；</li><li>再放辣椒、花椒與芝麻；</li><li>最後才放麵。</li></ul>
<p>雨停的時候，麵館的老闆把椅子搬出來，請每一位客人看<ruby>彩虹<rt>ㄘㄞˇ ㄏㄨㄥˊ</rt></ruby>。</p>
""",
    ),
    "ja": (
        "港の時計と、四分の遅れについて",
        ("山田 花子",),
        """
<p>港の事務所にある時計は、一九一一年の冬からずっと四分遅れている。けれども、そこで働く人たちは誰も直そうとしない。私が<a
href="https://ja.wikipedia.org/wiki/%E6%99%82%E8%A8%88">その時計</a>を見に行ったのは、観光客のいない二月の朝だった。</p>
<h2>振り子</h2>
<p>振り子の棒は<strong>インバー</strong>という合金でできている。温度が変わっても、ほとんど<em>伸びない</em>。管理人は毎日の誤差を帳面に書き、
祖父の代から続く<a href="https://example.jp/%E8%A8%98%E9%8C%B2">記録</a>と比べる。「いつも同じだけ遅れる時計は、間違っていないのです」と彼女は言った。</p>
"""
        + """
<p>冬のあいだ、事務所の窓からは<ruby>鷗<rt>かもめ</rt></ruby>の群れが見える。船は一日に二度だけ出て、二度だけ戻る。時計の音は低く、
潮の音に混じってしまうので、初めて来た人には聞こえない。Wi-Fi はあるが、誰も使わない。帳面の紙は黄色くなり、二〇二三年の頁にはコーヒーの染みがある。
私はその頁を写真に撮り、東京の友人に送った。返事は短かった。「四分あれば、珈琲が飲める。」</p>
"""
        * 12
        + """
<ol><li>月曜日にねじを巻くこと。</li><li>時刻を合わせないこと。</li></ol>
""",
    ),
    "ar": (
        "ساعة الميناء التي لا تستعجل",
        ("ليلى حداد", "سمير قاسم"),
        f"""
<p>تتأخر الساعة المعلقة في مكتب الميناء أربع دقائق منذ شتاء عام 1911، ولا أحد ممن يعملون هناك يريد
<em>إصلاحها</em>. ذهبت لأراها في <a href="https://example.org/harbour/opening?season=winter">موسم
الشتاء</a>، حين يفتح المكتب صباحين في الأسبوع، وسألت الحارسة عن <a
href="https://ar.wikipedia.org/wiki/%D8%B3%D8%A7%D8%B9%D8%A9">مفتاح الصندوق</a> (وهو من النحاس).</p>
<h2>ماذا تقيس الساعة؟</h2>
<p>بندولها قضيب من سبيكة <span lang="en" dir="ltr">Invar 36</span> التي لا تكاد تتمدد مع الحرارة.
تكتب الحارسة خطأ كل يوم في دفتر، وتحسب المعدل ببرنامج قصير كتبه أخوها على <strong>GitHub</strong>
بنسبة 12.5% فقط من الوقت الذي كانت تحتاجه:</p>
<pre><code class="language-python">def rate(errors):
    return sum(errors) / len(errors)  # متوسط</code></pre>
<table><caption>أخطاء الساعة في أول أيام آذار</caption>
<thead><tr><th>اليوم</th><th>الطقس</th><th>الحرارة</th><th>الخطأ (ثانية)</th></tr></thead>
<tbody><tr><td>1 آذار</td><td>مطر وريح غربية</td><td>7.5 °C</td><td>−240.1</td></tr>
<tr><td>2 آذار</td><td>صحو</td><td>9.0 °C</td><td>−240.3</td></tr></tbody></table>
<figure><img src="{_PICTURE}" alt="مستطيل أزرق"><figcaption>وجه الساعة كما رسمه رسام لم يرها
(Reuters)</figcaption></figure>
<blockquote><p>الساعة التي تتأخر دائما بالقدر نفسه لا تخطئ أبدا.</p><footer><cite>جدة
الحارسة</cite></footer></blockquote>
<h3>قواعد البيت</h3>
<ol><li>املأها يوم الاثنين.</li><li>لا تضبطها أبدا:<ul><li>لا في الصيف،</li><li>ولا من أجل
<span lang="fr">Monsieur le préfet</span>.</li></ul></li></ol>
<dl><dt>المعدل</dt><dd>ما تكسبه الساعة في اليوم.</dd></dl>
<p>في المساء أطلقت سفينة بوقها، فدقت الساعة، واتفقتا لمرة واحدة. راجع C++ و ‎+1 (555) 010-9999.</p>
<figure><img src="https://example.com/pictures/harbour.jpg" alt="قوارب عند الجزر"></figure>
""",
    ),
    "he": (
        "השעון שאינו ממהר",
        ("נועה לוי",),
        """
<p>השעון במשרד הנמל מפגר בארבע דקות מאז חורף 1911, ואיש מן העובדים שם אינו רוצה <em>לתקן</em>
אותו. נסעתי לראות אותו ב<a href="https://he.wikipedia.org/wiki/%D7%A9%D7%A2%D7%95%D7%9F">עונה
המתה</a>, כשהמשרד פתוח שני בקרים בשבוע, וביקשתי את <a href="https://example.org/key">מפתח
הארון</a>.</p>
<h2>מה הוא מודד</h2>
<p>המטוטלת שלו היא מוט של <span lang="en">Invar</span>, סגסוגת שכמעט אינה מתרחבת בחום. השומרת
כותבת את השגיאה של כל יום בפנקס (עמ' 12–15) ומחשבת את הקצב בתוכנית קצרה ב-Python 3.12:</p>
<pre><code>print(sum(errors) / len(errors))</code></pre>
<table><thead><tr><th>יום</th><th>מזג האוויר</th><th>שגיאה</th></tr></thead><tbody><tr><td>1
במרץ</td><td>גשם</td><td>240.1-</td></tr></tbody></table>
<blockquote><p>שעון שמפגר תמיד באותה מידה אינו טועה לעולם.</p></blockquote>
<ul><li>לכוון ביום שני.</li><li>לא לכוון לעולם.</li></ul>
""",
    ),
    "fa": (
        "ساعتی که شتاب نمی‌کند",
        ("مریم رضایی",),
        """
<p>ساعتِ دفترِ بندر از زمستان ۱۲۹۰ چهار دقیقه عقب است و هیچ‌کس از کارکنان نمی‌خواهد آن را
<em>تعمیر</em> کند. من در <a href="https://fa.wikipedia.org/wiki/%D8%B3%D8%A7%D8%B9%D8%AA">فصل
خلوت</a> به دیدنش رفتم و از نگهبان <a href="https://example.org/key">کلیدِ جعبه</a> را خواستم.</p>
<h2>چه چیزی را می‌سنجد</h2>
<p>آونگ آن میله‌ای از آلیاژ <span lang="en">Invar</span> است که با گرما کمتر از ۰٫۱٪ دراز می‌شود.
نگهبان خطای هر روز را در دفتری می‌نویسد و با برنامه‌ای کوتاه در Python 3 میانگین می‌گیرد.</p>
<table><thead><tr><th>روز</th><th>هوا</th><th>خطا</th></tr></thead><tbody><tr><td>۱
مارس</td><td>بارانی</td><td>۲۴۰٫۱−</td></tr></tbody></table>
<ul><li>دوشنبه کوکش کنید.</li><li>هرگز میزانش نکنید.</li></ul>
<blockquote><p>ساعتی که همیشه به یک اندازه عقب است، هرگز اشتباه نمی‌کند.</p></blockquote>
""",
    ),
    "ur": (
        "وہ گھڑی جو جلدی نہیں کرتی",
        ("عائشہ خان",),
        """
<p>بندرگاہ کے دفتر کی گھڑی ۱۹۱۱ کی سردیوں سے چار منٹ پیچھے ہے، اور وہاں کام کرنے والوں میں سے کوئی
بھی اسے <em>ٹھیک</em> کرانا نہیں چاہتا۔ میں اسے <a
href="https://ur.wikipedia.org/wiki/%DA%AF%DA%BE%DA%91%DB%8C">سردی کے موسم</a> میں دیکھنے گئی اور
محافظ سے <a href="https://example.org/key">صندوق کی چابی</a> مانگی۔</p>
<h2>یہ کیا ناپتی ہے؟</h2>
<p>اس کا لنگر <span lang="en">Invar</span> کی سلاخ ہے جو گرمی سے بہت کم بڑھتی ہے۔ محافظ ہر دن کی
غلطی ایک کتاب میں لکھتی ہے اور Python 3.12 کے ایک چھوٹے پروگرام سے اوسط نکالتی ہے۔</p>
<table><thead><tr><th>دن</th><th>موسم</th><th>غلطی</th></tr></thead><tbody><tr><td>1
مارچ</td><td>بارش</td><td>240.1</td></tr></tbody></table>
<ul><li>پیر کو چابی دیں۔</li><li>کبھی درست نہ کریں۔</li></ul>
""",
    ),
}

TAGS = tuple(_PIECES)
RIGHT_TO_LEFT = tuple(tag for tag in TAGS if direction(tag) == "rtl")


@cache
def piece(tag: str) -> Article:
    """Give the article in the language ``tag``."""
    title, authors, body = _PIECES[tag]
    html = f'<html lang="{tag}" dir="{direction(tag)}"><body>{body}</body></html>'
    return Article(
        title=title,
        url=f"https://example.org/{tag}/2023/clock",
        site="Example Review",
        authors=authors,
        published=datetime(2023, 10, 28, 9, 30, tzinfo=UTC),
        language=tag,
        direction=direction(tag),
        tags=("clocks", "harbour"),
        body=read_html(html).blocks,
    )
