"""The plain text writer: what a reader sees in a viewer, a terminal, a mail."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

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
    clean,
    query,
)
from converters.edition import edition
from converters.errors import WriteError
from converters.images import Pictures
from converters.linebreak import display_width, join
from converters.notes import shown_address
from converters.writers import Context, find_writer
from converters.writers.text import Options, write
from tests.strategies import articles, editions, runs
from tests.test_linebreak import split_by_force

A, B = "https://example.com/a", "https://example.org/b"


def run(*items: Inline | str) -> tuple[Inline, ...]:
    return tuple(Text(item) if isinstance(item, str) else item for item in items)


def para(*items: Inline | str) -> Paragraph:
    return Paragraph(run(*items))


def link(words: str, url: str) -> Link:
    return Link(run(words), url)


def cell(*items: Inline | str, **fields: Any) -> Cell:
    return Cell((para(*items),) if items else (), **fields)


def written(article: Article, context: Context | None = None, **options: Any) -> str:
    target = BytesIO()
    write(edition([article]), target, Options(**options), context or Context())
    return target.getvalue().decode("utf-8")


def body(*blocks: Block, language: str = "zh-Hans", **options: Any) -> str:
    """The text of ``blocks``, without the article's head and the final line feed."""
    text = written(Article(title="T", language=language, body=blocks), **options)
    head, rest = text[:4], text[4:]
    assert head == "T\n=\n"
    return rest.strip("\n")


def squeezed(text: str) -> str:
    """All characters of ``text`` that are no white space and that a file may hold."""
    return "".join(clean(text).split())


# --- Head and notes -------------------------------------------------------------------------

ARTICLE = Article(
    title="一篇文章的标题",
    url="https://example.com/%E4%B8%AD%E6%96%87?x=1",
    site="示例网",
    authors=("张三", "李四"),
    published=datetime(2023, 10, 28, 2, 4, tzinfo=UTC),
    updated=datetime(2023, 11, 1, tzinfo=UTC),
    language="zh-Hans",
    tags=("甲", "乙"),
    body=(para("正文", link("链接", A), "。"),),
)


@pytest.mark.requirement("TXT-4", "TXT-5", "ALL-8")
def test_an_article_has_head_body_and_notes() -> None:
    assert written(ARTICLE) == (
        "一篇文章的标题\n"
        "==============\n"
        "\n"
        "张三、李四 · 示例网 · 2023年10月28日 · 更新：2023年11月1日\n"
        "https://example.com/中文?x=1\n"
        "标签：甲、乙\n"
        "\n"
        "正文链接[1]。\n"
        "\n"
        "\n"
        "注释\n"
        "----\n"
        "\n"
        "[1] https://example.com/a\n"
    )


@pytest.mark.requirement("TXT-4")
def test_the_head_speaks_the_language_of_the_article() -> None:
    english = replace(ARTICLE, title="A title", authors=("Jane Doe",), language="en", updated=None)
    assert written(english).startswith(
        "A title\n=======\n\nJane Doe · 示例网 · 28 October 2023\n"
        "https://example.com/中文?x=1\nTags: 甲, 乙\n"
    )
    saved = Article(title="题", archived=datetime(2023, 1, 2, tzinfo=UTC), language="zh-Hant")
    assert written(saved) == "題\n==\n\n存檔：2023年1月2日\n".replace("題", "题")


def test_an_article_without_a_title_has_one_all_the_same() -> None:
    assert written(Article(language="en", body=(para("a"),))) == "Untitled\n========\n\na\n"


def test_a_heading_without_words_leaves_nothing() -> None:
    assert body(Heading(2, (Span((), identifier="i"),)), para("x")) == "x"


@pytest.mark.requirement("TXT-4")
def test_a_long_title_is_wrapped_and_underlined_to_its_width() -> None:
    title = "一二三四五六七八九十" * 3
    lines = written(Article(title=title, language="zh-Hans"), width=40).splitlines()
    assert lines == ["一二三四五六七八九十" * 2, "一二三四五六七八九十", "=" * 40]


@pytest.mark.requirement("TXT-5", "TXT-2")
def test_addresses_stand_whole_and_alone_on_their_lines() -> None:
    long = "https://example.com/" + "%E4%B8%AD" * 40
    text = written(
        Article(title="T", url=long, language="zh", body=(para(link("x", long)),)), width=30
    )
    assert f"\n{shown_address(long)}\n" in text
    assert f"\n[1] {shown_address(long)}\n" in text


def test_notes_of_the_source_stand_with_the_addresses() -> None:
    note = Note((para("见", link("此处", A), "。"), para("又及。")))
    assert body(para("正文", note, "。", link("乙", B))) == (
        "正文[1]。乙[2]\n\n\n注释\n----\n\n"
        "[1] 见此处 https://example.com/a。\n\n    又及。\n[2] https://example.org/b"
    )


@pytest.mark.requirement("ALL-7")
def test_links_are_notes_or_addresses_in_the_text_or_words() -> None:
    paragraph = para("见", link("甲", A), "和", link("再", A), "和", link(B, B), "。")
    assert body(paragraph).startswith("见甲[1]和再[1]和https://example.org/b。\n\n\n注释")
    assert body(paragraph, links="inline", width=0) == (
        "见甲 <https://example.com/a>和再 <https://example.com/a>和https://example.org/b。"
    )
    assert body(paragraph, links="none") == "见甲和再和https://example.org/b。"


# --- Blocks ---------------------------------------------------------------------------------


@pytest.mark.requirement("TXT-4")
def test_headings_show_their_level() -> None:
    text = body(para("a"), Heading(2, run("二")), Heading(3, run("三")), para("b"))
    assert text == "a\n\n\n二\n--\n\n三\n~~\n\nb"
    marks = {body(Heading(level, run("x"))).splitlines()[1] for level in (2, 3, 4, 5, 6)}
    assert len(marks) == 5


@pytest.mark.requirement("TXT-4")
def test_lists_hang_behind_their_markers() -> None:
    nested = BulletList(((para("内"),),))
    text = body(BulletList(((para("一二三四五六七八九十甲"), nested), (para("乙"),), ())), width=20)
    assert text == "- 一二三四五六七八九\n  十甲\n  - 内\n- 乙\n-"
    items = tuple((para("x"),) for _ in range(3))
    assert body(OrderedList(items, start=9)) == " 9. x\n10. x\n11. x"
    assert body(OrderedList(items, style="upper-roman")) == "  I. x\n II. x\nIII. x"
    assert body(OrderedList(items, start=26, style="lower-alpha")) == " z. x\naa. x\nab. x"
    assert body(OrderedList(items[:1], start=0, style="lower-roman")) == "0. x"


def test_items_of_several_blocks_stand_apart() -> None:
    loose = BulletList(((para("a"), para("b")), (para("c"),)))
    assert body(loose) == "- a\n\n  b\n\n- c"


@pytest.mark.requirement("TXT-4")
def test_quotations_have_a_bar_and_their_source() -> None:
    quote = BlockQuote((para("一二三四五六七八九十"), para("乙")), run("某人"))
    assert body(quote, width=20) == "| 一二三四五六七八\n| 九十\n|\n| 乙\n|\n| ——某人"
    assert body(quote, width=20, language="en").endswith("| — 某人")


@pytest.mark.requirement("TXT-4")
def test_code_stands_as_it_is() -> None:
    code = CodeBlock("if x:\n\ty()\n\n# " + "long " * 20 + "\n\n")
    assert body(code, width=20) == "    if x:\n        y()\n\n    # " + ("long " * 20).rstrip()


def test_definitions_hang_under_their_terms() -> None:
    terms = DefinitionList(
        (Definition(run("甲"), ((para("一"),), (para("二"),))), Definition(run("乙"), ()))
    )
    assert body(terms) == "甲\n    一\n\n    二\n\n乙"


def test_a_break_between_topics_is_three_stars() -> None:
    assert body(para("a"), ThematicBreak(), para("b"), width=21) == "a\n\n        * * *\n\nb"


def test_line_breaks_stay() -> None:
    assert body(para("一", LineBreak(), "二\u2028三")) == "一\n二\n三"


@pytest.mark.requirement("TXT-6")
def test_paragraphs_may_be_indented_instead_of_parted() -> None:
    blocks = (para("一二三四五六七八九十"), para("乙"), Heading(2, run("二")), para("丙"))
    assert body(*blocks, paragraphs="indent", width=20) == (
        "\u3000\u3000一二三四五六七八\n九十\n\u3000\u3000乙\n\n\n二\n--\n\n\u3000\u3000丙"
    )
    assert body(para("a b"), para("c"), language="en", paragraphs="indent") == "  a b\n  c"


@pytest.mark.requirement("TXT-2")
def test_deep_nesting_keeps_room_for_words() -> None:
    block: Block = para("字" * 40)
    for _ in range(30):
        block = BulletList(((block,),))
    quote: Block = para("字" * 40)
    for _ in range(30):
        quote = BlockQuote((quote,))
    for line in body(block, quote, width=24).splitlines():
        assert display_width(line, wide=True) <= 24
    assert squeezed(body(block, width=24)).count("字") == 40


# --- Tables ---------------------------------------------------------------------------------

TABLE = Table(
    (
        Row((cell("北京"), cell("Beijing"), cell("21.5"))),
        Row((cell("沪", rowspan=2), cell("Shanghai", LineBreak(), "(city)"), cell("24.9"))),
        Row((cell("x"), cell())),
        Row((cell("总计", colspan=2), cell("46.4"))),
    ),
    (Row((cell("城", header=True), cell("Name", header=True), cell("百万", header=True))),),
    caption=run("城市"),
    alignments=("", "center", "right"),
)


@pytest.mark.requirement("TXT-4")
def test_tables_are_aligned_by_display_width() -> None:
    assert body(TABLE) == (
        "表：城市\n\n"
        "城      Name    百万\n"
        "----  --------  ----\n"
        "北京  Beijing   21.5\n"
        "\n"
        "沪    Shanghai  24.9\n"
        "       (city)\n"
        "\n"
        "         x\n"
        "\n"
        "总计            46.4"
    )


@pytest.mark.requirement("TXT-4")
def test_tables_that_are_too_wide_are_labels_and_values() -> None:
    wide = with_long_cells(TABLE)
    assert body(wide, width=24) == (
        "表：城市\n\n"
        "城：北京\n"
        "Name：Beijing\n"
        "百万：21.5\n"
        "\n"
        "城：沪\n"
        "Name：Shanghai\n"
        "  (city)\n"
        "百万：24.9 and so on and\n"
        "  on\n"
        "\n"
        "城：沪\n"
        "Name：x\n"
        "\n"
        "城 / Name：总计\n"
        "百万：46.4"
    )


def with_long_cells(table: Table) -> Table:
    rows = list(table.body)
    rows[1] = Row((*rows[1].cells[:2], cell("24.9 and so on and on")))
    return replace(table, body=tuple(rows))


def test_tables_without_a_head() -> None:
    long = "很长" * 20
    pairs = Table((Row((cell("名"), cell(long))), Row((cell("岁"), cell("三")))))
    assert body(pairs, width=40) == (f"名：{'很长' * 9}\n  {'很长' * 9}很\n  长很长\n岁：三")
    three = Table((Row((cell("甲"), cell("乙"), cell(long))),))
    assert body(three, width=60).splitlines()[:2] == ["甲", "  乙"]


def test_cells_may_hold_blocks() -> None:
    listed = Cell((BulletList(((para("a"),), (para("b"),))),))
    table = Table((Row((listed, cell("c"))),), (Row((cell("H"), cell("I"))),))
    assert body(table) == "H    I\n---  -\n- a  c\n- b"
    assert body(Table((Row((listed, cell("很" * 40))),)), width=40).startswith("- a\n- b\n  很很")


def test_absurd_spans_cost_nothing() -> None:
    absurd = Table((Row((cell("a", colspan=1000, rowspan=1000), cell("b"))), Row((cell("c"),))))
    assert body(absurd) == "a  b\n   c"
    assert body(Table((Row(()),))) == ""


# --- Pictures and embeds --------------------------------------------------------------------


@pytest.mark.requirement("TXT-4", "IN-7")
@pytest.mark.parametrize(
    ("figure", "language", "expected"),
    [
        (Figure((Image(A),), run("说明"), run("某")), "zh-Hans", f"[图：说明（摄影：某）]\n{A}"),
        (Figure((Image(A),), run("說明"), run("某")), "zh-Hant", f"[圖：說明（攝影：某）]\n{A}"),
        (
            Figure((Image(A),), run("Words"), run("Jane")),
            "en",
            f"[Picture: Words (Photo: Jane)]\n{A}",
        ),
        (Figure((Image(A),), (), run("Photo: Jane")), "en", f"[Picture (Photo: Jane)]\n{A}"),
        (Figure((Image(A, "what"),)), "en", f"[Picture: what]\n{A}"),
        (Figure((Image(A, "what"),), run("Words")), "en", f"[Picture: Words]\n{A}"),
        (Figure((Image(A),)), "en", f"[Picture]\n{A}"),
        (Figure((Image(A, "a"), Image(B, "b"))), "en", f"[Picture: a]\n{A}\n[Picture: b]\n{B}"),
        (Figure((Image(A), Image(B)), run("Both")), "en", f"[Picture: Both]\n{A}\n{B}"),
        (Figure((Image(A, link=B),), run("W")), "en", f"[Picture: W]\n{A}\n{B}"),
        (Figure((Image(A, link="https://example.com/l.jpg"),)), "en", f"[Picture]\n{A}"),
        (Figure((Image("data:image/png;base64,AA", "x"),)), "en", "[Picture: x]"),
        (Embed(A, "video", "T", "YouTube"), "en", f"[Video: T (YouTube)]\n{A}"),
        (Embed(A, "video", "T", "优酷", caption=run("说")), "zh", f"[视频：T（优酷）]\n{A}\n说"),
        (Embed(A, "audio"), "en", f"[Audio]\n{A}"),
        (Embed(A, "post", "", "X"), "en", f"[Embedded content (X)]\n{A}"),
        (para("a ", Image(A, "pic"), " b"), "en", f"a [Picture: pic] {A} b"),
    ],
)
def test_pictures_are_their_captions_over_their_addresses(
    figure: Block, language: str, expected: str
) -> None:
    text = body(figure, language=language)
    assert text.split("\n\n\n")[0] == expected


@pytest.mark.requirement("ALL-7")
def test_addresses_of_pictures_are_no_notes() -> None:
    text = body(
        para(link("一", A)),
        Figure((Image("img/图 1.jpg"),), run("说", link("二", B))),
        Figure((Image(A),)),
        para(link("三", "https://example.com/3")),
    )
    assert text == (
        f"一[1]\n\n[图：说二[2]]\nimg/图%201.jpg\n\n[图]\n{A}\n\n三[3]\n\n\n注释\n----\n\n"
        "[1] https://example.com/a\n[2] https://example.org/b\n[3] https://example.com/3"
    )


def test_addresses_of_pictures_follow_the_links() -> None:
    figure = Figure((Image(A),), run("说明"))
    assert body(figure, links="inline") == "[图：说明]\nhttps://example.com/a"
    assert body(figure, links="none") == "[图：说明]"


def test_the_picture_that_stands_for_the_article_is_shown_once() -> None:
    article = Article(title="T", language="en", image=A, body=(para("x"),))
    assert f"\n\n[Picture]\n{A}\n\nx\n" in written(article)
    shown = replace(article, body=(Figure((Image(B, alternatives=(A,)),)), para("x")))
    assert written(shown).count("[Picture]") == 1


def test_who_wants_no_pictures_gets_their_words() -> None:
    context = Context(pictures=Pictures(policy="none"))
    article = Article(
        title="T",
        language="en",
        image=B,
        body=(
            Figure((Image(A),), run("Caption")),
            Figure((Image(A),)),
            para("a", Image(A, "b"), Image(A)),
        ),
    )
    assert written(article, context) == "T\n=\n\n[Picture: Caption]\n\nab\n"


# --- Inlines --------------------------------------------------------------------------------


@pytest.mark.requirement("TXT-6")
@pytest.mark.parametrize(
    ("run_", "expected"),
    [
        (run("10", Superscript(run("3"))), "10^3"),
        (run("x", Superscript(run("-1"))), "x^-1"),
        (run("x", Superscript(run("a+b"))), "x^(a+b)"),
        (run("the 4", Superscript(run("th"))), "the 4th"),
        (run("x", Superscript(run("[1]"))), "x[1]"),
        (run("H", Subscript(run("2")), "O"), "H_2O"),
        (run("a", Subscript(run("i, j"))), "a_(i, j)"),
        (run(Ruby(run("漢"), "hàn")), "漢（hàn）"),
        (run(Ruby(run("AI"), "ei ai")), "AI (ei ai)"),
        (run(Strikeout(run("old"))), "~~old~~"),
        (run(Emphasis(run("a")), Strong(run("b")), Underline(run("c"))), "abc"),
        (run(Code("x = 1")), "`x = 1`"),
        (run("E: ", Math("E=mc^2")), "E: E=mc^2"),
        (run("so", Math("\\sum x", display=True), "then"), "so\n\\sum x\nthen"),
        (run(Span(run("WHO"), title="World"), " ", Span(run("WHO"), title="World")), "WHO (World) WHO"),
        (run(Span(run("m"), mark=True), Span((), identifier="i")), "m"),
    ],
)  # fmt: skip
def test_inlines_read_well_without_markup(run_: tuple[Inline, ...], expected: str) -> None:
    assert body(Paragraph(run_), language="en") == expected


@pytest.mark.requirement("TXT-6")
def test_emphasis_may_be_marked() -> None:
    inlines = run(
        Emphasis(run("a")), Strong(run("b")), Underline(run("c")), Span(run("d"), mark=True)
    )
    assert body(Paragraph(inlines), emphasis="marks") == "*a***b**_c_=d="


# --- The file -------------------------------------------------------------------------------


@pytest.mark.requirement("TXT-7")
def test_encoding_mark_and_line_ends() -> None:
    def data(**options: Any) -> bytes:
        target = BytesIO()
        article = Article(title="题", language="zh-Hans")
        write(edition([article]), target, Options(**options), Context())
        return target.getvalue()

    assert data() == "题\n==\n".encode()
    assert data(bom=True, newline="crlf") == b"\xef\xbb\xbf" + "题\r\n==\r\n".encode()
    assert data(encoding="gb18030") == "题\n==\n".encode("gb18030")
    assert data(encoding="gb18030", bom=True) == "\ufeff题\n==\n".encode("gb18030")


@pytest.mark.requirement("TXT-7")
def test_what_an_encoding_lacks_is_an_error() -> None:
    article = Article(title="题", language="zh-Hans", body=(para("好😀"),))
    with pytest.raises(WriteError, match=r"gbk has no character '😀' \(U\+1F600\).* line 4"):
        written(article, encoding="gbk")
    assert "好😀" in BytesIO(written_bytes(article, "gb18030")).read().decode("gb18030")


def written_bytes(article: Article, encoding: Any) -> bytes:
    target = BytesIO()
    write(edition([article]), target, Options(encoding=encoding), Context())
    return target.getvalue()


@pytest.mark.parametrize(
    "values", [{"width": 19}, {"width": -1}, {"encoding": "gbk", "bom": True}, {"links": "all"}]
)
def test_options_that_cannot_be_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(values, Options)


def test_the_writer_is_the_one_for_txt() -> None:
    assert find_writer(".txt").load().Options is Options


def test_no_article_is_an_error() -> None:
    with pytest.raises(WriteError, match="no article"):
        write(edition([]), BytesIO(), Options(), Context())


def test_several_articles_have_contents_and_rules_between() -> None:
    other = Article(title="Second", language="en", body=(para(link("b", B)),))
    target = BytesIO()
    write(edition([ARTICLE, other], title="合集"), target, Options(width=30), Context())
    text = target.getvalue().decode()
    assert text.startswith(
        "合集\n====\n\n目录\n----\n\n1. 一篇文章的标题\n2. Second\n\n" + "=" * 30 + "\n\n一篇"
    )
    assert text.endswith("b[1]\n\n\nNotes\n-----\n\n[1] https://example.org/b\n")


# --- Properties -----------------------------------------------------------------------------

OPTIONS = st.builds(
    Options,
    links=st.sampled_from(("notes", "notes", "inline", "none")),
    width=st.sampled_from((0, 20, 33, 40, 72, 100)),
    paragraphs=st.sampled_from(("blank", "indent")),
    emphasis=st.sampled_from(("plain", "marks")),
    punctuation=st.sampled_from(("inside", "hanging")),
)


def rendered(article: Article, options: Options) -> str:
    target = BytesIO()
    write(edition([article]), target, options, Context())
    return target.getvalue().decode("utf-8")


@pytest.mark.requirement("TXT-2", "TXT-7", "ALL-3")
@given(articles(), OPTIONS)
def test_any_article_is_clean_text_within_its_width(article: Article, options: Options) -> None:
    text = rendered(article, options)
    assert rendered(article, options) == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text)
    limit = options.width + (2 if options.punctuation == "hanging" else 0)
    for line in text.split("\n"):
        assert not line.endswith(" ")
        assert (
            not options.width
            or display_width(line, wide=True) <= limit
            or may_be_wide(line, article)
            or display_width(line) <= limit
            or "://" in line
        ), line


def may_be_wide(line: str, article: Article) -> bool:
    """Whether ``line`` holds an address or a line of code."""
    addresses = [article.url, article.image, *(node.url for node in query(article.body, Link))]
    for node in query(article.body, Image):
        addresses += (node.url, node.link)
    addresses += (node.url for node in query(article.body, Embed))
    rows = [row for code in query(article.body, CodeBlock) for row in code.text.split("\n")]
    return any(shown_address(url) in line for url in addresses if url) or any(
        row.expandtabs(4).strip() in line for row in rows if row.strip()
    )


@pytest.mark.requirement("ALL-1", "ALL-2")
@given(articles(), st.sampled_from(("blank", "indent")))
def test_all_words_of_an_article_are_in_its_text(article: Article, paragraphs: Any) -> None:
    text = squeezed(rendered(article, Options(width=0, paragraphs=paragraphs)))
    for node in query(article.body, Text):
        for part in re.split("[\u2028\u2029]", node.text):
            # A note that is only an address shows it without its scheme.
            assert squeezed(part).removeprefix("mailto:").removeprefix("tel:") in text, part
    for code in query(article.body, Code):
        assert squeezed(code.text) in text
    for block in query(article.body, CodeBlock):
        assert all(squeezed(row) in text for row in block.text.split("\n"))
    for embed in query(article.body, Embed):
        assert squeezed(embed.title) in text
    for ruby in query(article.body, Ruby):
        assert squeezed(ruby.annotation) in text
    for name in (*article.authors, *article.tags, article.site, article.title):
        assert squeezed(name) in text


@pytest.mark.requirement("ALL-1", "ALL-8")
@given(articles())
def test_all_addresses_of_an_article_are_in_its_text(article: Article) -> None:
    lines = rendered(article, Options(width=0))
    urls = {node.url for node in query(article.body, Link)}
    urls |= {image.url for node in query(article.body, Figure) for image in node.images}
    urls |= {node.url for node in query(article.body, Embed)} | {article.url}
    for url in urls:
        if url and not url.startswith(("#", "data:")):
            assert shown_address(url) in lines or url in lines  # in the source's own words


@pytest.mark.requirement("TXT-2")
@given(st.lists(runs(1), min_size=1, max_size=4), st.sampled_from((24, 40, 72)))
def test_lines_join_into_the_paragraphs_again(
    paragraphs: list[tuple[Inline, ...]], width: int
) -> None:
    article = Article(title="T", language="zh-Hans", body=tuple(map(Paragraph, paragraphs)))
    whole, wrapped = (
        rendered(article, Options(width=columns)).split("\n\n") for columns in (0, width)
    )
    assert len(whole) == len(wrapped)
    for row, lines in zip(whole, wrapped, strict=True):
        # A line break of the source, or what no line can hold, is not undone. Nor is a run of
        # spaces in code, where a line ends in it.
        if "\n" not in row and "  " not in row and not split_by_force(row, width, True):
            assert join(lines.split("\n")) == row


@given(editions())
def test_any_edition_is_written(made: Any) -> None:
    target = BytesIO()
    write(made, target, Options(), Context())
    assert target.getvalue().endswith(b"\n")
