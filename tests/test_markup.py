"""HTML to blocks: small documents, written for each way of the web."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from converters.article import (
    MAX_DEPTH,
    Article,
    Block,
    BlockQuote,
    BulletList,
    Code,
    CodeBlock,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    LineBreak,
    Link,
    Math,
    OrderedList,
    Paragraph,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    depth,
    from_json,
    plain_text,
    query,
    to_json,
)
from converters.readers.markup import Body, read_html

BASE = "https://news.example.org/2024/story.html"
LONG = "这是一段足够长的正文，用来说明前面的一行是标题而不是正文的一部分。"


def blocks(html: str, **options: object) -> tuple[Block, ...]:
    return read_html(html, base=BASE, **options).blocks  # type: ignore[arg-type]


def texts(html: str) -> list[str]:
    return [plain_text(block) for block in blocks(html)]


def figure(html: str) -> Figure:
    (found,) = query(blocks(html), Figure)
    return found


def reasons(body: Body) -> set[str]:
    return {drop.what for drop in body.findings.dropped()}


# --- paragraphs ---


@pytest.mark.requirement("IN-9")
@pytest.mark.parametrize(
    "html",
    [
        "<p>甲</p><p>乙</p>",
        "<p>甲<br><br>乙</p>",
        "<p>甲<br />\n<br />乙</p>",
        "<p>甲<br>&nbsp;<br>乙</p>",
        "<div>甲<div>乙</div></div>",
        "<div><p>甲</div>乙",
        "甲<p>乙",
        "<p>甲</p><p>&nbsp;</p><p>\u3000</p><p>\u200b</p><p>乙</p>",
        "<p>\u3000\u3000甲</p><p>&nbsp;&nbsp;乙</p>",
        "<section><article><p>甲<p>乙</article></section>",
        "<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>",
        "<span>甲<p>乙</p></span>",
    ],
)
def test_paragraphs_part_where_a_reader_sees_them_part(html: str) -> None:
    assert blocks(html) == (Paragraph((Text("甲"),)), Paragraph((Text("乙"),)))


@pytest.mark.requirement("IN-9")
def test_emphasis_goes_on_across_paragraphs() -> None:
    one, two = blocks("<p><b>甲<br><br>乙</b>丙</p>", headings=False)
    assert one == Paragraph((Strong((Text("甲"),)),))
    assert two == Paragraph((Strong((Text("乙"),)), Text("丙")))


@pytest.mark.requirement("IN-9")
def test_single_breaks_stay_in_verse() -> None:
    assert blocks("<p>床前明月光<br>疑是地上霜</p>") == (
        Paragraph((Text("床前明月光"), LineBreak(), Text("疑是地上霜"))),
    )


@pytest.mark.requirement("IN-9")
def test_single_breaks_after_whole_sentences_part_paragraphs() -> None:
    assert texts(f"<p>{LONG}<br>{LONG}</p>") == [LONG, LONG]


@pytest.mark.requirement("IN-9")
def test_a_paragraph_cut_by_a_picture_is_joined() -> None:
    first, second = blocks('<p>会谈于周五<img src="/a.jpg" width="600">在华盛顿举行。</p>')
    assert plain_text(first) == "会谈于周五在华盛顿举行。"
    assert isinstance(second, Figure)


@pytest.mark.requirement("MD-2", "ALL-5")
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>中文\n换行</p>", "中文换行"),
        ("<p>中文\n<b>换行</b></p>", "中文换行"),
        ("<p>two\nlines</p>", "two lines"),
        ("<p>한국어\n문장</p>", "한국어 문장"),
        ("<p>a <b> b</b> c</p>", "a b c"),
        ("<p>索菲 贝特罗尼</p>", "索菲 贝特罗尼"),
        ("<p>x\u00a0y\u200dz\u00adw</p>", "x\u00a0y\u200dz\u00adw"),
        ("<p>e\u0301 ﬁ ２</p>", "e\u0301 ﬁ ２"),
        ("<p>a\x01b\x7fc\ufeffd</p>", "abcd"),
        ("<p>AT&amp;T &#8230; &lt;b&gt;</p>", "AT&T … <b>"),
    ],
)
def test_white_space_and_characters(html: str, text: str) -> None:
    assert texts(html) == [text]


# --- inlines ---


@pytest.mark.requirement("IN-17")
def test_every_inline_element_keeps_its_meaning() -> None:
    html = (
        "<p><em>a</em> <strong>b</strong> <del>c</del> <ins>d</ins> <sup>e</sup> <sub>f</sub> "
        "<code>g  h</code> <mark>i</mark> <abbr title='World Health Organization'>WHO</abbr> "
        "<span lang='en'>j</span> <q>k</q> <kbd>l</kbd></p>"
    )
    (paragraph,) = blocks(html)
    assert isinstance(paragraph, Paragraph)
    kinds = [type(item) for item in paragraph.content if not isinstance(item, Text)]
    assert kinds == [
        Emphasis, Strong, Strikeout, Underline, Superscript, Subscript, Code, Span, Span, Span, Code,
    ]  # fmt: skip
    assert list(query(paragraph, Span)) == [
        Span((Text("i"),), mark=True),
        Span((Text("WHO"),), title="World Health Organization"),
        Span((Text("j"),), language="en"),
    ]
    assert "“k”" in plain_text(paragraph)


@pytest.mark.requirement("IN-17")
@pytest.mark.parametrize(
    "html",
    [
        "<p><ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby></p>",
        "<p><ruby>漢<rt>hàn</ruby></p>",
        "<p><ruby>漢<rp>(<rt>hàn</rt></ruby></p>",
    ],
)
def test_ruby(html: str) -> None:
    assert blocks(html) == (Paragraph((Ruby((Text("漢"),), "hàn"),)),)


@pytest.mark.requirement("IN-17")
def test_formulas_keep_their_tex() -> None:
    html = (
        "<p><math display='block'><semantics><mi>x</mi>"
        "<annotation encoding='application/x-tex'>x^2</annotation></semantics></math></p>"
        "<p>是 <script type='math/tex'>y_1</script> 和 <img class='latex' src='/f.png' alt='$z$'></p>"
    )
    assert list(query(blocks(html), Math)) == [Math("x^2", True), Math("y_1"), Math("z")]


def test_styles_of_word_processors_mean_emphasis() -> None:
    html = "<p>a<span style='font-weight: 700; color: red'>b</span>c</p>"
    assert blocks(html) == (Paragraph((Text("a"), Strong((Text("b"),)), Text("c"))),)


# --- links ---


@pytest.mark.requirement("IN-14")
@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a?id=1&utm_source=x&b=2", "https://news.example.org/a?id=1&b=2"),
        ("//other.example/x", "https://other.example/x"),
        ("https://link.zhihu.com/?target=https%3A//example.com/p", "https://example.com/p"),
        ("https://www.google.com/url?q=https://example.com/&sa=D", "https://example.com/"),
        ("https://example.com/?from=home", "https://example.com/?from=home"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://example.com/%E5%BE%B7%e5%be%b7", "https://example.com/%E5%BE%B7%e5%be%b7"),
    ],
)
def test_link_addresses(href: str, url: str) -> None:
    (link,) = query(blocks(f'<p>看<a href="{href}">这里</a></p>'), Link)
    assert link.url == url


@pytest.mark.requirement("IN-14")
@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x", "#", ""]
)
def test_addresses_that_lead_nowhere_leave_their_words(href: str) -> None:
    assert blocks(f'<p>看<a href="{href}">这里</a></p>') == (Paragraph((Text("看这里"),)),)


@pytest.mark.requirement("ALL-7")
def test_links_within_the_article_stay_links() -> None:
    html = '<p><a href="#s">下文</a></p><h2 id="s">下文</h2><p id="unused">文</p>'
    (link,) = query(blocks(html), Link)
    (heading,) = query(blocks(html), Heading)
    assert (link.url, heading.identifier) == ("#s", "s")


def test_a_fragment_without_target_leads_to_the_page() -> None:
    (link,) = query(blocks('<p><a href="#comments">评论</a></p>'), Link)
    assert link.url == f"{BASE}#comments"


def test_a_link_around_blocks_is_a_link_in_each() -> None:
    found = list(query(blocks('<a href="/x"><p>甲</p><p>乙</p></a>'), Link))
    assert [plain_text(link) for link in found] == ["甲", "乙"]


# --- pictures and captions ---


@pytest.mark.requirement("IN-7")
@pytest.mark.parametrize(
    "html",
    [
        '<figure><img src="/a.jpg"><figcaption>说明</figcaption></figure>',
        '<img src="/a.jpg"><div><small style="color:#999">说明</small></div>',
        '<div class="wp-caption"><img src="/a.jpg"><p class="wp-caption-text">说明</p></div>',
        '<p><img src="/a.jpg" aria-describedby="c"></p><p id="c">说明</p>',
        '<p><img src="/a.jpg"></p><p style="text-align: center">说明</p><p>正文</p>',
        '<p><div class="image-inline captioned"><div><img src="/a.jpg"/></div>'
        '<div class="image-caption"><span>说明</span></div></div></p>',
        '<p><img src="/a.jpg"></p><p>&nbsp;</p><p><em>说明</em></p><p>正文</p>',
        '<div class="Figure-x1"><div><div><img src="/a.jpg"></div></div><div><p>说明</p></div></div>',
        '<figure><div><picture><img src="/a.jpg"></picture></div><p>说明</p></figure>',
        '<a href="/a.jpg"><figure><img src="/a.jpg"><figcaption>说明</figcaption></figure></a>',
        '<p><img src="/a.jpg" alt="说 明"></p><p>说明</p><p>正文</p>',
        '<p><img src="/a.jpg" title="说明"><br>说明</p><p>正文</p>',
    ],
)
def test_a_caption_is_its_pictures(html: str) -> None:
    found = figure(html)
    assert plain_text(found.caption) == "说明"
    assert [image.url for image in found.images] == ["https://news.example.org/a.jpg"]
    assert not any("说明" in text for text in texts(html)[1:])


@pytest.mark.requirement("IN-7")
@pytest.mark.parametrize(
    "start",
    [
        "图：会场",
        "▲ 会场",
        "图片说明：会场",
        "图为会场一角",
        "Photo shows the hall",
        "Abbildung 3: Der Saal",
        "Rys. 2. Sala",
        "写真1 会場",
        "Рис. 2. Зал",
    ],
)
def test_captions_by_their_first_words(start: str) -> None:
    assert plain_text(figure(f'<p><img src="/a.jpg"></p><p>{start}</p><p>正文</p>').caption)


@pytest.mark.requirement("IN-7")
@pytest.mark.parametrize(
    "html",
    [
        '<p><img src="/a.jpg"></p><p>正文没有任何说明的样子。</p>',
        '<p><img src="/a.jpg"></p><p>图书馆今天开门。</p>',
        '<p><img src="/a.jpg"></p><p style="text-align:center"><strong>第一节</strong></p><p>正文</p>',
        '<p><img src="/a.jpg"></p><p style="text-align:center">我记得石头</p>'
        '<p style="text-align:center">人们来不及避开</p>',
        '<p><img src="/a.jpg"></p><h3>标题</h3>',
        '<p><img src="/a.jpg" alt="产品一号"></p><p><strong>产品一号</strong></p><p>正文</p>',
        '<p><img src="/a.jpg" alt="图"></p><p>图</p>',
        '<p><img src="/a.jpg"></p><p>Imagen y sonido van juntos.</p>',
    ],
)
def test_text_after_a_picture_stays_text(html: str) -> None:
    assert figure(html).caption == ()


@pytest.mark.requirement("IN-7")
@pytest.mark.parametrize(
    ("html", "caption", "credit"),
    [
        (
            '<figure><img src="/a.jpg"><figcaption>说明<span class="credit">某社</span></figcaption></figure>',
            "说明",
            "某社",
        ),
        (
            '<div class="Figure"><img src="/a.jpg"/><p class="Copyright">图像来源，Reuters</p></div>',
            "",
            "图像来源，Reuters",
        ),
        ('<p><img src="/a.jpg"></p><p>图片来源：某社</p><p>正文</p>', "", "图片来源：某社"),
        *(
            (f'<p><img src="/a.jpg"></p><p>{credit}</p><p>正文</p>', "", credit)
            for credit in (
                "Bildquelle: G. W.",
                "Bilder: dpa",
                "Bildnachweis: (c) A",
                "Crédit photo : AFP",
                "Fuente: EFE",
                "Fot. J. Kowalski",
                "Źródło: PAP",
                "写真：共同",
                "Фото: ТАСС",
            )
        ),
        (
            '<p><img src="/a.jpg" alt="A battery"></p><p>A battery</p><p>(c) Someone</p><p>正文</p>',
            "A battery",
            "(c) Someone",
        ),
        (
            '<figure><img src="/a.jpg"><figcaption>说明</figcaption><p>摄影：某人</p></figure>',
            "说明",
            "摄影：某人",
        ),
    ],
)
def test_credits_stand_apart(html: str, caption: str, credit: str) -> None:
    found = figure(html)
    assert (plain_text(found.caption), plain_text(found.credit)) == (caption, credit)


@pytest.mark.requirement("IN-7")
def test_a_gallery_keeps_every_pair() -> None:
    html = (
        '<figure><img src="/1.jpg"><figcaption>一</figcaption>'
        '<img src="/2.jpg"><figcaption>二</figcaption></figure>'
    )
    found = list(query(blocks(html), Figure))
    assert [(plain_text(f.caption), len(f.images)) for f in found] == [("一", 1), ("二", 1)]


@pytest.mark.requirement("IN-9")
@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("a missing picture", "in the middle", "a missing picture in the middle"),
        ("the words", ", and more", "the words, and more"),
        ("他们走过了", "长长的街道。", "他们走过了长长的街道。"),
        ("사진", "입니다", "사진 입니다"),
        ("这里有一张", "图片的样子很特别。", "这里有一张图片的样子很特别。"),
        ("Look at the", "picture of it.", "Look at the picture of it."),
    ],
)
def test_a_sentence_around_a_picture_keeps_its_words_apart(
    left: str, right: str, joined: str
) -> None:
    found = read_html(f'<p>{left} <img src="https://e.org/a.jpg"> {right}</p>').blocks
    assert plain_text(found[0]) == joined
    assert isinstance(found[1], Figure)


@pytest.mark.requirement("IN-10")
def test_a_copy_that_is_held_as_text_is_a_picture() -> None:
    copy = '&lt;img src="/a.jpg" alt="x"&gt;'
    html = f'<p>{LONG}</p><img src="/spacer.gif" class="lazy"><noscript>{copy}</noscript>'
    found = read_html(html, base=BASE).blocks
    assert [image.url[-5:] for image in query(found, Image)] == ["a.jpg"]
    assert "img" not in plain_text(found)


@pytest.mark.requirement("IN-9")
def test_a_sentence_around_two_pictures_stays_in_order() -> None:
    html = '<p>sent a <img src="/a.jpg"> back to the <img src="/b.jpg"> where it was printed.</p>'
    words, *figures = read_html(html, base=BASE).blocks
    assert plain_text(words) == "sent a back to the where it was printed."
    assert [image.url[-5:] for image in query(figures, Image)] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://e.org/f.svg" alt="x">',
        '<img src="https://latex.codecogs.com/gif.latex?x" alt="x">',
        '<img src="https://wikimedia.org/api/rest_v1/media/math/render/svg/ab12" alt="x">',
    ],
)
def test_a_formula_amid_a_sentence_stays_there(image: str) -> None:
    (paragraph,) = read_html(f"<p>The value {image} is small.</p>").blocks
    assert isinstance(paragraph, Paragraph)
    assert [type(item) for item in paragraph.content] == [Text, Image, Text]


def test_alternative_text_stays_what_the_source_says() -> None:
    """Whether it repeats the caption is for the writers, which can say that it does."""
    found = figure('<figure><img src="/a.jpg" alt="会 场"><figcaption>会场</figcaption></figure>')
    assert found.images[0].alt == "会 场"


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize(
    "html",
    [
        '<img data-original="/a.jpg" src="/spacer.gif">',
        '<img data-src="/a.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<img srcset="/s.jpg 300w, /a.jpg 1200w, /m.jpg 600w" src="/s.jpg">',
        '<img srcset="/s.jpg, /a.jpg 2x">',
        '<picture><source srcset="/a.jpg 800w"><img src="/s.jpg"></picture>',
        '<img src="/loading.gif"><noscript><img src="/a.jpg"></noscript>',
        '<img src="a.jpg">',
        '<amp-img src="/a.jpg"></amp-img>',
    ],
)
def test_the_best_address_of_a_picture(html: str) -> None:
    (image,) = query(read_html(html, base="https://news.example.org/").blocks, Image)
    assert image.url == "https://news.example.org/a.jpg"


@pytest.mark.requirement("IN-11")
@pytest.mark.parametrize(
    "src",
    [
        "https://images.weserv.nl?url=img.example.com/a.jpg",
        "https://images.weserv.nl/?url=https%3A%2F%2Fimg.example.com%2Fa.jpg",
        "https://wsrv.nl/?url=img.example.com/a.jpg",
        "https://i1.wp.com/img.example.com/a.jpg?ssl=1&amp;w=600",
        "https://site.example/_next/image?url=https%3A%2F%2Fimg.example.com%2Fa.jpg&amp;w=640",
        "https://site.example/cdn-cgi/image/width=600/https://img.example.com/a.jpg",
    ],
)
def test_a_proxys_picture_is_the_original(src: str) -> None:
    (image,) = query(blocks(f'<img src="{src}">'), Image)
    assert image.url == "https://img.example.com/a.jpg"
    assert src.replace("&amp;", "&") in image.alternatives


@pytest.mark.requirement("IN-13")
@pytest.mark.parametrize(
    "html",
    [
        '<p>好<img src="https://s.w.org/images/core/emoji/72x72/1f64f.png" alt="🙏" class="wp-smiley"></p>',
        '<p>好<img src="/x.png" alt="🙏" style="height: 1em"></p>',
        '<p>好<img src="//img.t.sinajs.cn/face/a.gif" title="[赞]" alt="🙏" class="W_img_face"></p>',
    ],
)
def test_emoji_pictures_are_characters(html: str) -> None:
    assert texts(html) == ["好🙏"]


@pytest.mark.requirement("IN-13")
def test_trackers_and_spacers_go_and_are_counted() -> None:
    body = read_html(
        '<p>文<img src="https://t.example/p.gif" width="1" height="1"><img src="/spacer.gif"></p>'
    )
    assert not list(query(body.blocks, Image))
    assert reasons(body) == {"tracking pixel", "placeholder picture"}


# --- headings ---


@pytest.mark.requirement("IN-8")
@pytest.mark.parametrize(
    "line",
    [
        "<strong>中东</strong>",
        "<b>打造黄店经济圈</b>",
        "<span style='font-weight:bold'>结语</span>",
        "<b>暴露出什么？</b>",
    ],
)
def test_a_bold_line_over_text_is_a_heading(line: str) -> None:
    first, second = blocks(f"<p>{line}</p><p>{LONG}</p>")
    assert isinstance(first, Heading)
    assert first.level == 2
    assert not list(query(first, Strong))
    assert isinstance(second, Paragraph)


@pytest.mark.requirement("IN-8")
@pytest.mark.parametrize(
    "html",
    [
        f"<p><b>{LONG}</b></p><p>{LONG}</p>",
        f"<p><b>这是一句话。</b></p><p>{LONG}</p>",
        f"<p><b>问：为什么？</b></p><p>{LONG}</p>",
        f"<p>{LONG}</p><p><b>最后一行</b></p>",
        f"<p><b>一</b></p><p><b>二</b></p><p><b>三</b></p><p>{LONG}</p>",
        f"<p><b>某报</b>报道：{LONG}</p><p>{LONG}</p>",
    ],
)
def test_bold_that_is_no_heading(html: str) -> None:
    assert not list(query(blocks(html), Heading))


PROSE = "这一段的文字足够长，读起来像一个自然段，而不像地址、名单或诗句，所以上面那一行黑体字是它的小标题。"


@pytest.mark.requirement("IN-8")
def test_bold_first_lines_of_paragraphs_are_headings() -> None:
    html = f"<p><b>伪网站</b><br/>{PROSE}</p><p><strong>恶意附件</strong><br>{PROSE}</p>"
    made = blocks(html)
    assert [type(block) for block in made] == [Heading, Paragraph, Heading, Paragraph]
    assert [plain_text(block) for block in made[::2]] == ["伪网站", "恶意附件"]
    assert [plain_text(block) for block in made[1::2]] == [PROSE, PROSE]


@pytest.mark.requirement("IN-8")
@pytest.mark.parametrize(
    "html",
    [
        f"<p><b>只有一次</b><br>{PROSE}</p><p>{PROSE}</p>",
        f"<p><b>您怎么看？</b><br>{PROSE}</p><p><b>为什么？</b><br>{PROSE}</p>",
        "<p><b>地址</b><br>某街一号<br>某市</p><p><b>电话</b><br>123456<br>传真</p>",
        f"<p><b>目的：</b><br>{PROSE}</p><p><b>期限：</b><br>{PROSE}</p>",
    ],
)
def test_bold_first_lines_that_stay_in_their_paragraphs(html: str) -> None:
    assert [type(block) for block in blocks(html)] == [Paragraph, Paragraph]


@pytest.mark.requirement("IN-8")
def test_headings_can_be_left_as_they_are() -> None:
    body = read_html(f"<p><b>中东</b></p><p>{LONG}</p>", headings=False)
    assert isinstance(body.blocks[0], Paragraph)


@pytest.mark.requirement("IN-8")
def test_numbered_lines_are_headings() -> None:
    html = f"<p>一、起因</p><p>{LONG}</p><p>二、经过</p><p>{LONG}</p>"
    found = list(query(blocks(html), Heading))
    assert [(h.level, plain_text(h)) for h in found] == [(2, "一、起因"), (2, "二、经过")]


@pytest.mark.requirement("IN-8")
def test_dotted_numbers_tell_the_level() -> None:
    lines = ("1994-2005", "1.1 先行者", "1.2 后来人", "2005-2014")
    html = "".join(f"<p><b>{line}</b></p><p>{LONG}</p>" for line in lines)
    assert [h.level for h in query(blocks(html), Heading)] == [2, 3, 3, 2]


@pytest.mark.requirement("IN-8", "MD-4")
@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((1, 1), (2, 2)),
        ((2, 3, 2), (2, 3, 2)),
        ((3, 5, 3), (2, 3, 2)),
        ((4, 2, 6), (2, 2, 3)),
        ((2, 4, 5, 6), (2, 3, 4, 5)),
    ],
)
def test_levels_begin_at_two_and_skip_none(
    levels: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    html = "".join(f"<h{n}>标题</h{n}><p>{LONG}</p>" for n in levels)
    assert tuple(h.level for h in query(blocks(html), Heading)) == expected


# --- other blocks ---


@pytest.mark.requirement("IN-17")
def test_lists() -> None:
    html = (
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>"
        '<ol start="3" type="a"><li>x<li>y</ol>'
    )
    bullets, numbers = blocks(html)
    assert isinstance(bullets, BulletList)
    assert isinstance(numbers, OrderedList)
    assert isinstance(bullets.items[0][1], BulletList)
    assert len(bullets.items[1]) == 2
    assert (numbers.start, numbers.style, len(numbers.items)) == (3, "lower-alpha", 2)


def test_lists_of_one_item_in_a_row_are_one_list() -> None:
    (found,) = blocks("<ul><li>a</li></ul><ul><li>b</li></ul> <ul><li>c</li></ul>")
    assert isinstance(found, BulletList)
    assert len(found.items) == 3


@pytest.mark.requirement("IN-17")
def test_definitions() -> None:
    (found,) = blocks("<dl><dt>甲<dd>一<dd>二<dt>乙<dd>三</dl>")
    assert isinstance(found, DefinitionList)
    assert [(plain_text(d.term), len(d.definitions)) for d in found.items] == [("甲", 2), ("乙", 1)]


@pytest.mark.requirement("IN-17")
def test_quotations_with_their_source() -> None:
    (found,) = blocks("<blockquote><p>言</p><footer>——<cite>某人</cite></footer></blockquote>")
    assert isinstance(found, BlockQuote)
    assert len(found.content) == 1
    assert plain_text(found.citation) == "某人"


@pytest.mark.requirement("IN-17", "MD-12")
def test_code_keeps_every_byte() -> None:
    (found,) = blocks(
        '<pre><code class="language-python">def f():\n    return  "&lt;"\n</code></pre>'
    )
    assert found == CodeBlock('def f():\n    return  "<"', "python")


@pytest.mark.requirement("IN-17")
def test_tables() -> None:
    html = (
        "<table><caption>表</caption><thead><tr><th>a<th style='text-align:right'>b</thead>"
        "<tr><td rowspan=2>1<td>2<tr><td colspan='99999'>3</table>"
    )
    (found,) = blocks(html)
    assert isinstance(found, Table)
    assert plain_text(found.caption) == "表"
    assert [len(row.cells) for row in (*found.head, *found.body)] == [2, 2, 1]
    assert found.body[0].cells[0].rowspan == 2
    assert found.body[1].cells[0].colspan == 1000
    assert found.alignments == ("", "right")


def test_rules_at_the_ends_go_and_runs_are_one() -> None:
    found = blocks("<hr><p>甲</p><hr><hr><p>乙</p><hr>")
    assert [type(block) for block in found] == [Paragraph, ThematicBreak, Paragraph]


@pytest.mark.requirement("IN-17")
def test_details_are_open() -> None:
    assert texts("<details><summary>更多</summary><p>内容</p></details>") == ["更多", "内容"]


# --- embeds ---


@pytest.mark.requirement("IN-16")
@pytest.mark.parametrize(
    ("html", "url", "kind", "provider"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abc_DEF-123?feature=oembed" title="题"></iframe>',
            "https://www.youtube.com/watch?v=abc_DEF-123",
            "video",
            "YouTube",
        ),
        (
            '<iframe src="https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fx%2Fvideos%2F1%2F"></iframe>',
            "https://www.facebook.com/x/videos/1/",
            "video",
            "Facebook",
        ),
        (
            '<iframe src="https://w.soundcloud.com/player/?url=https%253A%252F%252Fsoundcloud.com%252Fx%252Fy"></iframe>',
            "https://soundcloud.com/x/y",
            "audio",
            "SoundCloud",
        ),
        (
            '<video poster="/p.jpg"><source src="/v.mp4"></video>',
            "https://news.example.org/v.mp4",
            "video",
            "news.example.org",
        ),
        (
            '<audio src="/a.mp3"></audio>',
            "https://news.example.org/a.mp3",
            "audio",
            "news.example.org",
        ),
    ],
)
def test_frames_become_titled_links(html: str, url: str, kind: str, provider: str) -> None:
    (embed,) = query(blocks(html), Embed)
    assert (embed.url, embed.kind, embed.provider) == (url, kind, provider)


@pytest.mark.requirement("IN-16")
@pytest.mark.parametrize(
    ("html", "kind", "title"),
    [
        (
            '<p>听</p><a href="/a.mp3"><img src="/icon.png" alt="MP3 - 8 Mo"></a>',
            "audio",
            "MP3 - 8 Mo",
        ),
        ('<p>看</p><p><a href="/a.MP4?x=1"><img src="/still.jpg"></a></p>', "video", ""),
    ],
)
def test_a_picture_that_only_opens_a_recording_is_the_recording(
    html: str, kind: str, title: str
) -> None:
    (embed,) = query(blocks(html), Embed)
    assert (embed.kind, embed.title, embed.provider) == (kind, title, "news.example.org")
    assert embed.url.lower().split("?")[0].endswith((".mp3", ".mp4"))
    assert not list(query(blocks(html), Figure))


def test_a_recording_linked_with_words_stays_a_link() -> None:
    html = '<p><a href="/a.mp3"><img src="/icon.png"> 下载</a></p>'
    assert not list(query(blocks(html), Embed))


@pytest.mark.requirement("IN-16")
def test_a_frame_beside_its_own_quotation_appears_once() -> None:
    body = read_html(
        '<blockquote class="wp-embedded-content"><p><a href="https://example.org/p/">文</a></p></blockquote>'
        '<p><iframe src="https://example.org/p/embed/#?secret=x"></iframe></p>'
    )
    assert [type(block) for block in body.blocks] == [BlockQuote]
    assert "frame" in reasons(body)


# --- furniture ---

FOOTERS = {
    "feed plug-in": '<hr><p><small>&copy; 某人 for <a href="https://x.example">某站</a>, 2020. | '
    '<a href="https://x.example/p/">Permalink</a> | <a href="https://x.example/p/#comments">No comment</a><br/>'
    'Post tags: <a href="https://x.example/tag/1" rel="tag">甲</a>, <a href="https://x.example/tag/2">乙</a></small></p>'
    '<p><small>Feed enhanced by <a href="https://y.example">Better Feed</a></small></p>',
    "feed maker": '<br><hr><div>获取更多RSS：<br><a href="https://f.example">https://f.example</a></div>',
    "wordpress": '<p>The post <a href="https://x.example/p">题</a> appeared first on <a href="https://x.example">X</a>.</p>',
}


@pytest.mark.requirement("IN-18", "ALL-2")
@pytest.mark.parametrize("name", FOOTERS)
def test_feed_footers_go_and_are_reported(name: str) -> None:
    body = read_html(f"<p>{LONG}</p>{FOOTERS[name]}")
    assert [plain_text(block) for block in body.blocks] == [LONG]
    (drop,) = [d for d in body.findings.dropped() if d.what == "feed footer"]
    assert drop.text
    assert drop.addresses


@pytest.mark.requirement("IN-18")
def test_a_footers_tags_are_the_articles() -> None:
    assert read_html(f"<p>{LONG}</p>{FOOTERS['feed plug-in']}").findings.tags == ["甲", "乙"]


@pytest.mark.requirement("IN-18")
@pytest.mark.parametrize(
    "html",
    [
        "<p>文</p><script>alert(1)</script><style>p{}</style>",
        '<p>文</p><form><input value="x"><button>送出</button></form>',
        "<nav><a href='/'>首页</a></nav><p>文</p>",
        '<p>文</p><div style="display:none">看不见</div><div hidden>也看不见</div>',
        "<p>文</p><p>点击关注</p><p>阅读原文</p>",
        '<p>文</p><ul><li><a href="https://www.facebook.com/sharer.php?u=x">Facebook</a></li>'
        '<li><a href="https://twitter.com/intent/tweet?x">推特</a></li></ul>',
        "<p>文</p><!-- 注释 --><template>x</template>",
    ],
)
def test_what_is_no_part_of_the_text_goes(html: str) -> None:
    assert texts(html) == ["文"]


@pytest.mark.requirement("IN-19")
@pytest.mark.parametrize(
    "html",
    [
        f'<div class="related-share promo">{LONG * 2}</div>',
        f'<div style="display:none">{LONG * 2}</div>',
        f'<p class="footer subscribe">{LONG * 2}</p>',
        f"<p>{LONG}</p><p>© 2020年某社版权声明：{LONG}</p>",
    ],
)
def test_long_text_never_goes_on_one_sign(html: str) -> None:
    assert LONG in plain_text(blocks(html))


# --- robustness ---


@pytest.mark.requirement("ALL-10")
@pytest.mark.parametrize(
    "tag",
    [
        "div",
        "b",
        "blockquote",
        "ul><li",
        "table><tr><td",
        "span style='font-weight:bold'",
        "a href=x",
    ],
)
def test_deep_trees_are_read_in_bounded_depth_and_time(tag: str) -> None:
    start = time.perf_counter()
    body = read_html(f"<{tag}>" * 3000 + "深处的文字")
    assert "深处的文字" in plain_text(body.blocks)
    assert depth(body.blocks) <= MAX_DEPTH
    # A quadratic walk takes minutes here; no machine is a hundred times slower than ours.
    assert time.perf_counter() - start < 60


@pytest.mark.parametrize("end", range(0, 330, 7))
def test_truncated_html_reads_up_to_its_end(end: int) -> None:
    html = (
        '<div><p>甲<a href="https://example.org/x" title="y">乙</a></p><figure><img src="/a.jpg" '
        'srcset="/a.jpg 1x, /b.jpg 2x"><figcaption>丙</figcaption></figure><table><tr><td>1</td><td>2'
        "</td></tr><tr><td>3</td><td>4</td></tr></table><ul><li>丁</li></ul><pre>x</pre></div>"
    )
    body = read_html(html[:end])
    assert len(plain_text(body.blocks)) <= end


_TAGS = (
    "p div b i a ul ol li table tr td th blockquote pre h2 h3 img br hr figure figcaption small span "
    "dl dt dd ruby rt em strong section details summary picture noscript q code"
).split()
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(
        ['<img src="/a.jpg">', '<a href="/x">', '<span lang="ja">', '<p style="text-align:center">',
         '<div class="wp-caption">', '<a href="#k">', '<h2 id="k">', "<td colspan=3>", "&nbsp;", "<br><br>"]
    ),
    st.text(alphabet="中文 ab，。\n\u3000", min_size=1, max_size=6),
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40))
@example(["<table>", "<th>", "a"])  # a cell without a row
def test_any_tag_soup_keeps_its_words(pieces: list[str]) -> None:
    html = "".join(pieces)
    body = read_html(html, base=BASE)
    words = "".join(c for piece in pieces if not piece.startswith(("<", "&")) for c in piece)
    kept = plain_text(body.blocks) + "".join(d.text for d in body.findings.dropped())
    kept += "".join(ruby.annotation for ruby in query(body.blocks, Ruby))
    assert sorted(c for c in words if not c.isspace()) == sorted(
        c for c in kept if not c.isspace() and c not in "“”"
    )
    article = Article(body=body.blocks)
    assert from_json(to_json(article)) == article


def test_cells_without_a_row_are_a_row() -> None:
    html = """<table><thead><th>Name</th><th>Age</th></thead>
    <tbody><tr><td>Li</td><td>31</td></tr></tbody></table>"""
    (table,) = read_html(html).blocks
    assert isinstance(table, Table)
    (head,) = table.head
    assert [plain_text(cell) for cell in head.cells] == ["Name", "Age"]
    assert len(table.body) == 1


@pytest.mark.requirement("IN-16")
def test_a_quoted_post_is_a_quote_with_author_and_date() -> None:
    html = """<blockquote class="twitter-tweet"><p lang="en" dir="ltr">A short post.
    <a href="https://t.co/abc">https://t.co/abc</a></p>&mdash; A Name (@name)
    <a href="https://twitter.com/name/status/1?ref_src=twsrc">October 1, 2020</a></blockquote>
    <script async src="https://platform.twitter.com/widgets.js"></script>"""
    (quote,) = read_html(html).blocks
    assert isinstance(quote, BlockQuote)
    assert plain_text(quote.citation) == "A Name (@name) October 1, 2020"
    assert plain_text(quote.content).startswith("A short post.")


def test_dialogue_in_a_quote_is_no_citation() -> None:
    html = "<blockquote><p>— One.</p><p>— Two.</p></blockquote>"
    (quote,) = read_html(html).blocks
    assert isinstance(quote, BlockQuote)
    assert len(quote.content) == 2


@pytest.mark.requirement("IN-16")
@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<lite-youtube videoid="ab_-"></lite-youtube>', "https://www.youtube.com/watch?v=ab_-"),
        (
            '<amp-youtube data-videoid="ab_-"></amp-youtube>',
            "https://www.youtube.com/watch?v=ab_-",
        ),
        ('<amp-twitter data-tweetid="1234"></amp-twitter>', "https://twitter.com/i/status/1234"),
        ('<amp-video src="https://v.example/a.mp4"></amp-video>', "https://v.example/a.mp4"),
    ],
)
def test_frames_of_scripts_and_of_amp(html: str, url: str) -> None:
    (embed,) = query(read_html(f"<p>Text.</p>{html}").blocks, Embed)
    assert embed.url == url


def test_a_figure_whose_picture_is_only_linked_has_that_picture() -> None:
    html = """<figure><p>Picture <a href="https://e.example/a.jpg"><b>e.example</b> / a.jpg</a></p>
    <figcaption>What it shows (1 May 2020)</figcaption></figure>"""
    (figure,) = read_html(html).blocks
    assert isinstance(figure, Figure)
    assert [image.url for image in figure.images] == ["https://e.example/a.jpg"]
    assert plain_text(figure.caption) == "What it shows (1 May 2020)"
