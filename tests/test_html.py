"""The shared renderer: model to XHTML that is XML and HTML at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tinyhtml5
from bs4 import BeautifulSoup
from hypothesis import given
from lxml import etree

from converters.article import (
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Row,
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
    query,
)
from converters.images import Pictures
from converters.notes import number
from converters.writers import Context
from converters.writers._xhtml import element, link_address, text
from converters.writers.html import HtmlRenderer
from tests.strategies import articles


def t(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def p(*content: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in content))


def renderer(*body: Block, **metadata: Any) -> HtmlRenderer:
    article = Article(body=body, **{"language": "en", **metadata})
    return HtmlRenderer(number(article), Context())


def rendered(*body: Block, **metadata: Any) -> str:
    return renderer(*body, **metadata).body().strip()


def inline(item: Inline, **metadata: Any) -> str:
    return rendered(Paragraph((item,)), **metadata).removeprefix("<p>").removesuffix("</p>")


def whole(article: Article) -> str:
    """All parts of an article, as one XML document."""
    making = HtmlRenderer(number(article), Context(), prefix="a1-")
    return f"<div>{making.header()}{making.body()}{making.note_list()}</div>"


# --- Markup --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "markup"),
    [
        (Emphasis(t("x")), "<em>x</em>"),
        (Strong(t("x")), "<strong>x</strong>"),
        (Strikeout(t("x")), "<s>x</s>"),
        (Underline(t("x")), "<u>x</u>"),
        (Superscript(t("x")), "<sup>x</sup>"),
        (Subscript(t("x")), "<sub>x</sub>"),
        (Code("a<b"), "<code>a&lt;b</code>"),
        (Math("x<y"), '<code class="math">x&lt;y</code>'),
        (Math("x", display=True), '<code class="math display">x</code>'),
        (LineBreak(), "<br/>"),
        (Ruby(t("漢"), "hàn"), "<ruby>漢<rt>hàn</rt></ruby>"),
        (Span(t("x"), title="why"), '<abbr title="why">x</abbr>'),
        (Span(t("x"), mark=True), "<mark>x</mark>"),
        (
            Span(t("שלום"), language="he", direction="rtl"),
            '<span lang="he" xml:lang="he" dir="rtl">שלום</span>',
        ),
        (
            Span(t("x"), mark=True, title="why", identifier="x"),
            '<mark id="x"><abbr title="why">x</abbr></mark>',
        ),
    ],
)
def test_each_inline_is_the_element_that_means_it(item: Inline, markup: str) -> None:
    assert inline(item) == markup


@pytest.mark.parametrize(
    ("block", "markup"),
    [
        (p("a"), "<p>a</p>"),
        (ThematicBreak(), "<hr/>"),
        (Heading(2, t("Title")), '<h2 id="title">Title</h2>'),
        (BulletList(((p("a"),), (p("b"),))), "<ul><li>a</li><li>b</li></ul>"),
        (
            BulletList(((p("a"), p("b")),)),
            "<ul><li><p>a</p>\n<p>b</p>\n</li></ul>",
        ),
        (
            OrderedList(((p("a"),),), start=3, style="lower-roman"),
            '<ol start="3" type="i"><li>a</li></ol>',
        ),
        (
            DefinitionList((Definition(t("term"), ((p("one"),), (p("two"),))),)),
            "<dl><dt>term</dt><dd>one</dd><dd>two</dd></dl>",
        ),
        (
            BlockQuote((p("a"),), t("who")),
            "<blockquote><p>a</p>\n<footer><cite>who</cite></footer></blockquote>",
        ),
        (
            CodeBlock("\n a<b\n", "c++"),
            '<pre><code class="language-c++">\n a&lt;b\n</code></pre>',
        ),
    ],
)
def test_each_block_is_the_element_that_means_it(block: Block, markup: str) -> None:
    assert rendered(block) == markup


def test_a_term_without_meaning_is_still_valid_html() -> None:
    assert "<dd></dd>" in rendered(DefinitionList((Definition(t("term"), ()),)))


@pytest.mark.requirement("EP-16")
def test_ruby_has_no_rp_and_no_ruby_in_it() -> None:
    markup = inline(Ruby((Ruby(t("漢"), "hàn"), Text("字")), "zi"))
    assert markup == "<ruby>漢（hàn）字<rt>zi</rt></ruby>"


def test_a_table_has_its_parts_spans_scopes_and_alignments() -> None:
    table = Table(
        head=(Row((Cell((p("H"),), header=True, colspan=2), Cell((p("I"),), header=True))),),
        body=(
            Row((Cell((p("a"),), rowspan=2), Cell((p("b"),)), Cell((p("c"),)))),
            Row((Cell((p("d"),)), Cell((p("e"),), header=True))),
        ),
        foot=(Row((Cell((p("f"),), colspan=3),)),),
        caption=t("What"),
        alignments=("left", "", "right"),
    )
    assert rendered(table) == (
        "<table><caption>What</caption>"
        '<thead><tr><th class="align-left" scope="col" colspan="2">H</th>'
        '<th class="align-right" scope="col">I</th></tr></thead>'
        '<tbody><tr><td class="align-left" rowspan="2">a</td><td>b</td>'
        '<td class="align-right">c</td></tr>'
        # The cell above reaches down, so these stand in the second and third column.
        '<tr><td>d</td><th class="align-right" scope="row">e</th></tr></tbody>'
        '<tfoot><tr><td class="align-left" colspan="3">f</td></tr></tfoot></table>'
    )


def test_level_shift_and_prefix_let_articles_share_a_document() -> None:
    article = Article(title="T", language="en", body=(Heading(2, t("A")), Heading(6, t("B"))))
    making = HtmlRenderer(article, Context(), prefix="a2-", level_shift=1)
    assert '<h2 class="title">T</h2>' in making.header()
    assert making.body() == '<h3 id="a2-a">A</h3>\n<h6 id="a2-b">B</h6>\n'


# --- Head of the article -------------------------------------------------------------------


@pytest.mark.requirement("EP-14", "ALL-8")
def test_the_head_says_who_where_when_and_the_readable_address() -> None:
    from datetime import UTC, datetime

    making = renderer(
        title="标题",
        authors=("甲", "乙"),
        site="某报",
        url="https://example.com/%E4%B8%AD",
        published=datetime(2023, 10, 28, tzinfo=UTC),
        updated=datetime(2023, 10, 30, tzinfo=UTC),
        tags=("一", "二"),
        language="zh-Hans",
    )
    header = BeautifulSoup(making.header(), "lxml")
    lines = [line.get_text() for line in header.find_all(["h1", "p"])]
    assert lines == [
        "标题",
        "甲、乙 · 某报 · 2023年10月28日 · 更新：2023年10月30日",
        "来源：https://example.com/中",
        "标签：一、二",
    ]
    assert '<a href="https://example.com/%E4%B8%AD">' in making.header()
    assert '<time datetime="2023-10-28T00:00:00+00:00">' in making.header()


def test_what_is_not_known_leaves_no_empty_line() -> None:
    assert renderer(title="T").header() == (
        '<header class="article-header"><h1 class="title">T</h1></header>'
    )


@pytest.mark.requirement("EP-14")
def test_the_lead_picture_is_shown_once() -> None:
    address = "https://example.com/lead.jpg"
    shown = renderer(p("a"), image=address).header()
    assert shown.count(f'href="{address}"') == 1
    opened = renderer(Figure((Image(address),)), image=address).header()
    assert address not in opened
    by_proxy = Image("https://proxy.example/?lead", alternatives=(address,))
    assert address not in renderer(Figure((by_proxy,)), image=address).header()


# --- Pictures ------------------------------------------------------------------------------


@pytest.mark.requirement("ALL-4", "EP-15")
def test_a_picture_that_is_not_there_keeps_its_words_caption_credit_and_address() -> None:
    markup = rendered(
        Figure(
            (Image("https://example.com/%E5%9B%BE.jpg", alt="A dog"),),
            caption=t("Bello"),
            credit=t("Photo: me"),
        )
    )
    figure = BeautifulSoup(markup, "lxml").figure
    assert figure is not None
    placeholder = figure.find("p")
    assert placeholder is not None
    assert placeholder.get_text(" ") == "Picture   A dog   example.com  / 图.jpg"
    assert 'href="https://example.com/%E5%9B%BE.jpg"' in markup
    assert '<figcaption>Bello <small class="credit">Photo: me</small></figcaption>' in markup


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/a/b.jpg?w=1", "example.com  / b.jpg"),
        ("https://example.com/", "example.com"),
        ("https://example.com/%00%0A", "example.com"),
        (
            "https://shop.example.com/Fair-Fashion-Knitwear-made-by-hand-from-wool-number_12.jpg",
            "shop.example.com  / Fair-Fashion-Knitwear-mad…ber_12.jpg",
        ),
        (
            "https://a-very-long-name-of-a-network-for-the-delivery-of-content.example.com/"
            "0123456789abcdef0123456789abcdef.png",
            "a-very-long-name-of-a-network-for-the-delivery-of-content.example.com"
            "  / 0123456789abc…abcdef.png",
        ),
    ],
)
@pytest.mark.requirement("ALL-4")
def test_the_place_of_a_picture_that_is_not_there_takes_a_line(url: str, shown: str) -> None:
    markup = rendered(Figure((Image(url),)))
    assert BeautifulSoup(markup, "lxml").get_text(" ").strip() == f"Picture   {shown}"
    assert f'href="{url}"' in markup


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://example.com/people/ann", ["example.com/small.jpg", "example.com/people/ann"]),
        # A larger copy is the picture itself: every gallery has these.
        ("https://example.com/large.JPG?1", ["example.com/small.jpg"]),
        ("https://example.com/small.png", ["example.com/small.jpg"]),
    ],
)
def test_a_link_that_only_shows_the_picture_larger_is_not_printed(
    link: str, shown: list[str]
) -> None:
    source = "https://example.com/small.jpg"
    image = Image(source, link=link, alternatives=("https://example.com/small.png",))
    markup = BeautifulSoup(rendered(Figure((image,))), "lxml")
    words = [anchor.get_text("").replace(" ", "") for anchor in markup.find_all("a")]
    assert [word.removeprefix("https://") for word in words] == shown


def test_figures_with_nothing_to_show_or_say_are_told() -> None:
    image = Image("https://example.com/a.jpg", alt="A dog")
    for figure, kind in (
        (Figure((image,)), ["missing"]),
        (Figure((image, image)), ["missing"]),
        (Figure((image,), t("Bello")), None),
        (Figure((image,), (), t("me")), None),
    ):
        found = BeautifulSoup(rendered(figure), "lxml").figure
        assert found is not None
        assert found.get("class") == kind


def test_a_lost_local_picture_is_said_to_be_missing_and_links_nowhere() -> None:
    markup = rendered(Figure((Image("pictures/a.jpg", alt="A dog"),)))
    assert "Picture not available" in markup
    assert "A dog" in markup
    assert "<a " not in markup


def test_words_that_the_caption_repeats_stand_once() -> None:
    markup = rendered(Figure((Image("https://example.com/a.jpg", alt="Bello"),), t("Bello, 3")))
    assert markup.count("Bello") == 1


class _Showing(HtmlRenderer):
    def picture_address(self, image: Image) -> str | None:
        return f"images/{image.url}"


def image_of(image: Image, caption: str = "", credit: str = "") -> Any:
    making = _Showing(Article(language="en"), Context())
    markup = making.block(
        Figure((image,), t(caption) if caption else (), t(credit) if credit else ())
    )
    found = BeautifulSoup(markup, "lxml").img
    assert found is not None
    return found


@pytest.mark.requirement("EP-15")
@pytest.mark.parametrize(
    ("alt", "caption", "credit"),
    [("Bello", "Bello, 3", ""), ("Bello (me)", "Bello", "me"), ("", "Bello", "")],
)
def test_words_that_the_caption_says_are_empty(alt: str, caption: str, credit: str) -> None:
    found = image_of(Image("a.jpg", alt=alt, title=alt), caption, credit)
    # An empty text is the mark; a role beside it would be an error in HTML.
    assert (found["alt"], found.get("role"), found.get("title")) == ("", None, None)


@pytest.mark.requirement("EP-15")
@pytest.mark.parametrize(
    ("image", "caption", "words"),
    [
        (Image("a.jpg", alt="A dog asleep"), "Bello", "A dog asleep"),
        (Image("a.jpg", alt="A dog"), "", "A dog"),
        (Image("a.jpg", title="A dog"), "Bello", "A dog"),
        (Image("a.jpg"), "", "Picture"),
        (Image("a.jpg", alt="DSC_001.jpeg"), "", "Picture"),
        # The words of a picture that is a link are the link's.
        (Image("a.jpg", alt="Bello", link="https://example.com/"), "Bello", "Bello"),
    ],
)
def test_words_that_are_needed_stay(image: Image, caption: str, words: str) -> None:
    found = image_of(image, caption)
    assert (found["alt"], found.get("role")) == (words, None)


@pytest.mark.requirement("ALL-4")
def test_an_absent_picture_is_its_words_and_a_note() -> None:
    image = Image("https://example.com/a.jpg", alt="A dog")
    body = number(
        Article(language="en", body=(Figure((image,), t("Bello")), p("see", image))),
        absent=lambda _: True,
    )
    making = HtmlRenderer(body, Context())
    assert making.body() == (
        '<figure><p class="absent"><span class="label">Picture</span> <span class="alt">A dog'
        '</span><sup><a id="ref-1" href="#note-1" role="doc-noteref">1</a></sup></p>'
        "<figcaption>Bello</figcaption></figure>\n"
        '<p>see<span class="absent">[A dog]</span>'
        '<sup><a href="#note-1" role="doc-noteref">1</a></sup></p>\n'
    )
    assert [note.number for note in making.notes] == [1]


def test_without_pictures_their_words_and_captions_stay() -> None:
    image = Image("https://example.com/a.jpg", alt="A dog")
    bare = Image("https://example.com/b.jpg")
    article = Article(
        language="en",
        image="https://example.com/lead.jpg",
        body=(
            Figure((image, bare), t("Bello")),
            Figure((bare,), identifier="gone"),
            p("see", bare, image, Link(t("there"), "#gone")),
        ),
    )
    making = HtmlRenderer(article, Context(pictures=Pictures(policy="none")))
    assert "lead.jpg" not in making.header()
    assert making.body() == (
        '<figure><div class="pictures"><p class="absent">A dog</p></div>'
        '<figcaption>Bello</figcaption></figure>\n<div id="gone"></div>\n'
        '<p>seeA dog<a href="#gone">there</a></p>\n'
    )


def test_an_embed_is_a_titled_link_with_its_address() -> None:
    url = "https://www.youtube.com/watch?v=x"
    markup = rendered(Embed(url, "video", title="A film", provider="YouTube", caption=t("See")))
    words = BeautifulSoup(markup, "lxml").get_text("|")
    assert words.split("|") == ["Video · YouTube", "A film", url, "See"]
    assert markup.count(f'href="{url}"') == 2


# --- Characters ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "markup"),
    [
        (t("one\u2028two\u2029\u2029three"), "one<br/>two<br/>three"),
        ((Strong(t("wool \u2028")), LineBreak(), *t("next")), "<strong>wool  </strong><br/>next"),
        (t("\u2028one"), " one"),
        (t("\u2028"), " "),
        ((Code("a\u2028b"),), "<code>a b</code>"),
    ],
)
def test_unicode_separators_of_lines_are_markup(content: tuple[Inline, ...], markup: str) -> None:
    # Browsers show nothing in their place, and fonts an empty box.
    assert rendered(Paragraph(content)) == f"<p>{markup}</p>"


def test_attributes_hold_no_separators_of_lines() -> None:
    image = Image("data:image/gif;base64,", alt="a\u2028b")
    assert 'alt="a b"' in HtmlRenderer(Article(), Context())._img(image, "x")


# --- Links and notes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "relative/page.html",
        "//example.com/x",
        "https://",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "http://[x]/",
        "mailto:",
        "",
    ],
)
@pytest.mark.requirement("EP-16", "SEC-3")
def test_links_that_lead_nowhere_or_run_something_are_words(url: str) -> None:
    assert link_address(url) is None
    article = Article(language="en", body=(Paragraph((Link(t("words"), url),)),))
    assert HtmlRenderer(article, Context()).body() == "<p>words</p>\n"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/%E5%A7%93/%25E5?a=%2F#b", None),
        ("https://example.com/中 文", "https://example.com/%E4%B8%AD%20%E6%96%87"),
        ("https://example.com/?q[]=1|2", "https://example.com/?q%5B%5D=1%7C2"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/#a#b", "https://example.com/#a%23b"),
        ("https://例え.jp/", None),
        ("http://[::1]:80/", None),
        ("mailto:a@b.org?subject=x", None),
        ("tel:+1-2", None),
    ],
)
@pytest.mark.requirement("ALL-8")
def test_addresses_stay_as_they_are_but_for_what_no_address_may_hold(
    url: str, address: str | None
) -> None:
    assert link_address(url) == (address or url)


def test_no_link_stands_in_a_link() -> None:
    note = Note((p("n"),), number=1)
    image = Image("https://example.com/i.png", alt="pic", link="https://example.com/j")
    link = Link((Text("a"), image, note, Text("b")), "https://example.com/")
    article = Article(language="en", body=(Paragraph((link,)),))
    markup = HtmlRenderer(article, Context()).body()
    assert markup == (
        '<p><a href="https://example.com/">a<span class="absent">[pic]</span>b</a>'
        '<sup><a id="ref-1" href="#note-1" role="doc-noteref">1</a></sup></p>\n'
    )


def test_links_within_the_article_find_their_place() -> None:
    markup = rendered(
        Heading(2, t("中东"), identifier="中东"),
        p(Link(t("up"), "#中东"), Link(t("figure"), "#fig 1"), Link(t("gone"), "#nowhere")),
        Figure((Image("https://example.com/a.png"),), t("c"), identifier="fig 1"),
    )
    soup = BeautifulSoup(markup, "lxml")
    ids = [str(node["id"]) for node in soup.find_all(id=True)]
    assert [link["href"] for link in soup.select("p > a[href^='#']")] == [
        f"#{name}" for name in ids
    ]
    assert soup.p is not None
    assert soup.p.get_text() == "upfiguregone"


@pytest.mark.requirement("EP-9", "EP-7")
def test_ids_come_from_the_words_and_begin_with_a_letter() -> None:
    making = renderer(
        Heading(2, t("中东")),
        Heading(2, t("The Middle East!")),
        Heading(2, t("2024")),
        Heading(2, t("中东")),
        Heading(2, t("note 1")),
    )
    making.body()
    ids = [entry.identifier for entry in making.outline]
    assert ids[1:3] == ["the-middle-east", "x-2024"]
    assert ids[3] == ids[0] + "-2"
    assert ids[4] == "x-note-1"  # not the id of the first note
    alone = renderer(Heading(2, t("中东")))
    alone.body()
    assert alone.outline[0].identifier == ids[0]


def test_a_note_and_its_mark_lead_to_each_other() -> None:
    making = renderer(p("a", Link(t("b"), "https://example.com/"), "c"))
    assert making.body() == (
        '<p>ab<sup><a id="ref-1" href="#note-1" role="doc-noteref">1</a></sup>c</p>\n'
    )
    assert making.note_list() == (
        '<section class="endnotes" role="doc-endnotes"><hr/>'
        '<div class="endnote" id="note-1"><p><a href="#ref-1" role="doc-backlink">1</a>. '
        '<a href="https://example.com/">https://example.com/</a></p></div></section>'
    )


@pytest.mark.requirement("EP-23")
def test_a_note_holds_no_heading() -> None:
    making = renderer(p("a", Note((Heading(3, t("H")), p("b")))))
    making.body()
    notes = making.note_list()
    assert "<h3" not in notes
    assert "<strong>H</strong>" in notes


# --- Properties ----------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x0c", "\x1f", "\x85", "\ufffe", "\ud800"])
@pytest.mark.requirement("EP-13", "ALL-5", "SEC-6")
def test_characters_that_xml_forbids_cannot_get_in(character: str) -> None:
    markup = element("p", text(f"a{character}b"), {"title": f"a{character}b"})
    assert etree.fromstring(markup).text in ("ab", "a b")


@given(articles())
@pytest.mark.requirement("EP-13", "ALL-1", "ALL-5")
def test_any_article_is_well_formed_and_keeps_its_words(article: Article) -> None:
    markup = whole(article)
    root = etree.fromstring(markup)
    words = "".join(root.itertext())
    body = number(article).body
    said = [node.text for node in query(body, Text)]
    said += [node.text for node in query(body, Code)]
    said += [node.text for node in query(body, CodeBlock)]
    said += [node.tex for node in query(body, Math)]
    parts = [part for piece in said for part in re.split("[\u2028\u2029]", piece)]
    assert [part for part in parts if part not in words] == []
    assert whole(article) == markup


@given(articles())
@pytest.mark.requirement("EP-9")
def test_in_any_article_ids_are_unique_and_links_find_them(article: Article) -> None:
    root = etree.fromstring(whole(article))
    ids = [str(name) for name in root.xpath("//@id")]
    assert len(ids) == len(set(ids))
    assert all(name.isascii() and name[0].isalpha() for name in ids)
    for target in root.xpath("//a/@href[starts-with(., '#')]"):
        assert str(target)[1:] in ids
    assert not root.xpath("//a//a")


@given(articles())
def test_any_article_reads_the_same_as_html_and_as_xml(article: Article) -> None:
    """A browser's HTML parser and an XML parser see the same elements and words."""
    markup = whole(article)
    as_xml = etree.fromstring(markup)
    as_html = tinyhtml5.parse(markup, namespace_html_elements=False).find("body/div")
    assert as_html is not None
    assert [node.tag for node in as_html.iter()] == [node.tag for node in as_xml.iter()]
    assert "".join(as_html.itertext()) == "".join(as_xml.itertext())


@pytest.mark.requirement("HT-1")
def test_rows_without_cells_go_and_what_reached_over_them_is_shorter() -> None:
    def cell(words: str, rowspan: int = 1, *, header: bool = False) -> Cell:
        return Cell((Paragraph((Text(words),)),), header=header, rowspan=rowspan)

    rows = (Row((cell("a", 3), cell("b"))), Row(()), Row((cell("c"),)))
    markup = HtmlRenderer(Article(body=(Table(rows),)), Context()).body()
    assert "<tr></tr>" not in markup
    assert '<td rowspan="2">a</td>' in markup
    assert markup.count("<tr>") == 2


@pytest.mark.requirement("HT-1")
def test_header_cells_hold_no_headings_and_no_footers() -> None:
    quote = BlockQuote((Paragraph((Text("q"),)),), (Text("who"),))
    cell = Cell((Heading(2, (Text("h"),), "place"), quote), header=True)
    link = Paragraph((Link((Text("x"),), "#place"),))
    markup = HtmlRenderer(Article(body=(Table((Row((cell,)),)), link)), Context()).body()
    assert '<p id="place"><strong>h</strong></p>' in markup
    assert "<footer>" not in markup
    assert 'href="#place"' in markup


@pytest.mark.requirement("EP-15", "PDF-1")
def test_a_row_of_header_cells_alone_is_about_its_columns() -> None:
    def row(*headers: bool) -> Row:
        return Row(tuple(Cell((Paragraph((Text("x"),)),), header=header) for header in headers))

    table = Table((row(True, True), row(True, False)))
    markup = HtmlRenderer(Article(body=(table,)), Context()).body()
    assert markup.count('scope="col"') == 2
    assert markup.count('scope="row"') == 1


def test_columns_in_which_no_cell_begins_are_gone() -> None:
    def cell(words: str, colspan: int = 1) -> Cell:
        return Cell((Paragraph((Text(words),)),), colspan=colspan)

    table = Table(
        (Row((cell("a"), cell("b"))), Row((cell("c", 3), cell("d")))),
        head=(Row((cell("all", 4),)),),
        alignments=("left", "right", "center", "left"),
    )
    markup = rendered(table)
    assert '<td class="align-left" colspan="3">all</td>' in markup
    assert '<td class="align-left" colspan="2">c</td>' in markup
    assert '<td class="align-left">d</td>' in markup
