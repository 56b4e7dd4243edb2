"""What pandoc writes from the model: looked at from outside, and read back."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docutils.core  # type: ignore[import-untyped]
import pytest
import typst
from hypothesis import Phase, given, settings
from lxml import etree
from msgspec.structs import replace

import converters
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
    plain_text,
    query,
    trimmed,
    walk,
)
from converters.edition import Edition, edition
from converters.images import Picture, Pictures
from converters.notes import number
from converters.readers import ReadOptions, pandoc
from converters.source import Source
from converters.writers import Context
from converters.writers import pandoc as writers
from converters.writers._pandoc_ast import Shape, TreeWriter, _grid
from converters.writers._pandoc_package import office_tag
from tests import strategies

FORMATS = ("docx", "odt", "rst", "org", "latex", "typst")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pixels() -> str:
    """Return a picture as a ``data:`` address."""
    from PIL import Image as Raster

    buffer = io.BytesIO()
    Raster.new("RGB", (40, 30), "red").save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


PICTURE = pixels()


def words(*items: str | Inline) -> Paragraph:
    return Paragraph(trimmed(Text(item) if isinstance(item, str) else item for item in items))


def cell(*items: str | Inline, **options: Any) -> Cell:
    return Cell((words(*items),), **options)


ARTICLE = Article(
    title="标题 & “测试” #1",
    url="https://example.org/a_b",
    site="示例网",
    authors=("张三", "Jane Roe"),
    published=datetime(2024, 5, 6, tzinfo=UTC),
    language="zh-Hans",
    summary="摘要",
    tags=("甲", 'a "b"'),
    body=(
        words("正文", Strong((Text("重点"),)), "，", Emphasis((Text("强调"),)), Link((Text("链接"),), "https://e.org/%E4%B8%AD"), "。"),
        words("x", Superscript((Text("2"),)), Subscript((Text("i"),)), Strikeout((Text("删"),)), Underline((Text("线"),)), Span((Text("亮"),), mark=True), Ruby((Text("漢"),), "hàn"), LineBreak(), Code("a_b*c"), Math("x^2"), Note((words("注释"), words("再")))),
        Heading(2, (Text("第一节"),), "first"),
        Figure((Image(PICTURE, "红"),), (Text("图说明"),), (Text("某摄"),), "fig"),
        Figure((Image("https://example.com/a.jpg", "远处"),), (Text("远图"),)),
        BlockQuote((words("引用"),), (Text("鲁迅"),)),
        BulletList(((words("一"), BulletList(((words("嵌套"),),))), (words("二"),))),
        OrderedList(((words("三"),), (words("四"),)), 3, "lower-alpha"),
        DefinitionList((Definition((Text("词"),), ((words("义"),),)),)),
        CodeBlock("def f():\n\treturn 1", "python"),
        Table(
            body=(Row((cell("a", rowspan=2), cell("b"))), Row((cell("c"),)), Row((cell("d", colspan=2),))),
            head=(Row((cell("头", header=True), cell("尾", header=True))),),
            caption=(Text("表说明"),),
            alignments=("left", "right"),
        ),
        Heading(3, (Text("子节"),)),
        words("见", Link((Text("图"),), "#fig"), "和", Link((Text("无"),), "#nowhere")),
        ThematicBreak(),
        Embed("https://v.example/1", "video", "视频", "YouTube"),
        words("完"),
    ),
)  # fmt: skip
SEEN = ("正文", "重点", "强调", "链接", "第一节", "图说明", "某摄", "引用", "鲁迅", "嵌套", "词", "义", "表说明", "子节", "视频", "YouTube", "漢", "hàn", "注释", "再", "远图", "远处", "张三", "Jane Roe", "示例网")  # fmt: skip


def write(
    what: Article | Edition, name: str, pictures: Pictures | None = None, **options: Any
) -> tuple[bytes, list[str]]:
    """Return what a writer makes, and what it warns of."""
    target, said = io.BytesIO(), list[str]()
    whole = edition([what]) if isinstance(what, Article) else what
    writer: writers.PandocWriter = getattr(writers, name)
    context = Context(pictures or Pictures(), said.append)
    writer.write(whole, target, writers.PandocOptions(**options), context)
    return target.getvalue(), said


def text_of(data: bytes, name: str) -> str:
    """Return all that a file of the format shows."""
    if name not in ("docx", "odt"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [
            n for n in package.namelist() if re.search(r"(document|footnotes|content)\.xml$", n)
        ]
        return "\n".join("".join(etree.fromstring(package.read(n)).itertext()) for n in names)


@pytest.mark.parametrize("name", FORMATS)
def test_every_word_is_there(name: str) -> None:
    data, _ = write(ARTICLE, name)
    text = text_of(data, name)
    for word in (*SEEN, "标题"):
        if name == "org" and word == "远处":  # Org has no alternative text
            continue
        assert word in text, word


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bytes_every_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = write(ARTICLE, name)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("HOME", "/nowhere")
    assert write(ARTICLE, name)[0] == first
    undated = replace(ARTICLE, published=None)
    assert write(undated, name)[0] == write(undated, name)[0]


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_packages_have_fixed_times_and_no_traces(name: str) -> None:
    data, _ = write(ARTICLE, name)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.testzip() is None
        everything = b"".join(package.read(entry) for entry in package.infolist())
    assert b"2024-05-06T00:00:00" in everything
    assert b"/tmp" not in everything
    if name == "odt":
        assert data[30:38] == b"mimetype"


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_pictures_travel_inside(name: str) -> None:
    data, said = write(ARTICLE, name)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        pictures = [n for n in package.namelist() if "media/" in n or "Pictures/" in n]
        assert len(pictures) == 1
        assert package.read(pictures[0])[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
        text = package.read("word/document.xml" if name == "docx" else "content.xml")
    assert b"data:" not in text
    assert said == []


def test_a_picture_that_is_found_is_embedded_with_its_link() -> None:
    class Found(Pictures):
        def get(self, image: Image, source: str = "") -> Picture | None:
            return super().get(Image(PICTURE), source) if image.url.endswith("a.jpg") else None

    linked = Figure((Image("https://e.org/a.jpg", link="https://e.org/page"),))
    data, said = write(Article(title="t", body=(linked,)), "docx", Found(), links="inline")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        links = package.read("word/_rels/document.xml.rels").decode()
    assert "https://e.org/page" in links
    assert said == []


def drawn(width: int, height: int, colour: str = "red") -> str:
    from PIL import Image as Raster

    buffer = io.BytesIO()
    Raster.new("RGB", (width, height), colour).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def inches(*blocks: Block, name: str = "docx") -> list[float]:
    """Return how wide the pictures of a document are, in order."""
    data, _ = write(Article(title="t", body=blocks), name)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if name == "odt":
            text = package.read("content.xml").decode()
            return [float(width) for width in re.findall(r'svg:width="([\d.]+)in"', text)]
        text = package.read("word/document.xml").decode()
    return [int(width) / 914400 for width in re.findall(r'<wp:extent cx="(\d+)"', text)]


FORMULA = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='96' height='24'%3E"
    "%3Crect width='40' height='20'/%3E%3C/svg%3E"
)


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_pictures_are_as_large_as_in_a_browser_and_no_wider_than_the_page(name: str) -> None:
    """A drawing has three pixels for each CSS pixel: formulas were three times too large."""
    line = words("a", Image(FORMULA), "b")
    figures = [Figure((Image(drawn(*size)),)) for size in ((192, 90), (3000, 900), (300, 3000))]
    given = Figure((Image(drawn(300, 200, "blue"), width=48),))
    widths = inches(line, *figures, given, name=name)
    assert widths == pytest.approx([1, 2, 415 / 72, 57 / 72, 0.5], abs=0.02)


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_pictures_in_a_table_keep_to_their_column(name: str) -> None:
    picture = Cell((Figure((Image(drawn(1600, 1000)),)),))
    widths = inches(Table((Row((cell("Alpha"), picture, cell("words " * 40))),)), name=name)
    assert 0.8 < widths[0] < 3


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_a_gallery_stands_in_rows_that_can_be_seen(name: str) -> None:
    """In one row eight pictures were as large as stamps."""
    images = tuple(Image(drawn(1200, 800 + number)) for number in range(8))
    figure = Figure(images, (Text("eight"),))
    widths = inches(figure, name=name)
    assert len(widths) == 8
    assert min(widths) > 2


@pytest.mark.requirement("MD-7")
def test_links_are_foot_notes_of_the_format() -> None:
    data, _ = write(ARTICLE, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        notes = etree.fromstring(package.read("word/footnotes.xml"))
    assert len(body.findall(f".//{W}footnoteReference")) == 2
    assert "https://e.org/中" in "".join(notes.itertext())
    assert write(ARTICLE, "latex")[0].count(b"\\footnote{") == 2
    assert write(ARTICLE, "typst")[0].count(b"#footnote[") == 2
    assert write(ARTICLE, "org")[0].decode().count("[fn:") == 4
    inline = write(ARTICLE, "latex", links="inline")[0].decode()
    assert "\\href{https://e.org/\\%E4\\%B8\\%AD}{链接}" in inline
    none = write(ARTICLE, "latex", links="none")[0].decode()
    assert "链接" in none
    assert "E4" not in none


@pytest.mark.parametrize(("language", "tag"), [("zh-Hans", "zh-CN"), ("zh-Hant", "zh-TW"), ("zh-Hant-HK", "zh-HK"), ("ja", "ja-JP"), ("fr-CA", "fr-CA")])  # fmt: skip
def test_language(language: str, tag: str) -> None:
    assert office_tag(language) == tag
    article = replace(ARTICLE, language=language)
    with zipfile.ZipFile(io.BytesIO(write(article, "docx")[0])) as package:
        styles = package.read("word/styles.xml").decode()
        options = package.read("word/settings.xml").decode()
    with zipfile.ZipFile(io.BytesIO(write(article, "odt")[0])) as package:
        odt = package.read("styles.xml").decode()
    if tag == "fr-CA":
        assert 'w:val="fr-CA"' in styles
        return
    assert re.search(rf'<w:lang [^>]*w:eastAsia="{tag}"', styles)
    assert f'<w:themeFontLang w:eastAsia="{tag}"' in options
    assert f'style:country-asian="{tag[3:]}"' in odt


def test_latex_sets_chinese() -> None:
    text = write(ARTICLE, "latex")[0].decode()
    assert "{ctex}" in text
    assert text.count("\\begin{") == text.count("\\end{")
    assert "ctex" not in write(replace(ARTICLE, language="en"), "latex")[0].decode()


def test_right_to_left() -> None:
    article = Article(title="عنوان", language="ar", direction="rtl", body=(words("نص"),))
    with zipfile.ZipFile(io.BytesIO(write(article, "docx")[0])) as package:
        assert "w:bidi" in package.read("word/document.xml").decode()
    assert 'lang: "ar"' in write(article, "typst")[0].decode()


def compiled(data: bytes) -> bytes:
    return bytes(typst.compile(data))


def test_typst_compiles() -> None:
    assert compiled(write(ARTICLE, "typst")[0]).startswith(b"%PDF")


def rst_report(data: bytes) -> str:
    """Return what docutils has to say."""
    said = io.StringIO()
    settings_ = {"warning_stream": said, "report_level": 2, "file_insertion_enabled": False, "raw_enabled": False}  # fmt: skip
    docutils.core.publish_string(data.decode(), writer="html5", settings_overrides=settings_)
    return said.getvalue()


def test_restructuredtext_is_valid() -> None:
    assert rst_report(write(ARTICLE, "rst")[0]) == ""


def test_org_marks_stand_beside_what_lets_them_count() -> None:
    text = write(ARTICLE, "org")[0].decode()
    assert "正文\u200b*重点*\u200b，\u200b/强调/\u200b链接" in text
    assert "#+language: zh-Hans" in text


@pytest.mark.parametrize("name", FORMATS)
def test_several_articles_are_chapters(name: str) -> None:
    whole = edition([ARTICLE, replace(ARTICLE, title="第二篇", authors=("李四",))], title="合集")
    data, _ = write(whole, name)
    text = text_of(data, name)
    for word in ("合集", "第二篇", "李四", "2024-05-06"):
        assert word in text
    if name == "typst":
        assert compiled(data)
    if name == "docx":
        (both,) = pandoc.read(
            Source("a.docx", content=data, relative="a.docx").open(), ReadOptions()
        )
        tops = [plain_text(h) for h in query(both.body, Heading) if h.level == 2]
        assert tops == [ARTICLE.title, "第二篇"]


@given(strategies.tables(2))
@settings(max_examples=60)
def test_tables_fill_their_grid(table: Table) -> None:
    for rows in (table.head, table.body, table.foot):
        grid = _grid(rows)
        assert sum(isinstance(place, Cell) for row in grid for place in row) == sum(
            len(row.cells) for row in rows
        )
        assert all(any(place is not True for place in row) for row in grid)
        covered = sum(c.colspan * c.rowspan for row in grid for c in row if isinstance(c, Cell))
        assert covered == sum(place is not None for row in grid for place in row)


def test_ragged_and_overlapping_tables_are_mended() -> None:
    rows = (
        Row((cell("a", colspan=3, rowspan=9), cell("b"))),
        Row((cell("c", colspan=1000),)),
        Row(()),
    )
    nodes = TreeWriter(Shape(), lambda image: None).blocks((Table(rows),))
    assert len(nodes[0]["c"][2]) == 1000
    article = Article(title="t", body=(Table(rows[:1]), words("x")))
    for name in FORMATS:
        assert "b" in text_of(write(article, name)[0], name)


def read_back(data: bytes, name: str) -> Article:
    opened = Source(f"a.{name}", content=data, relative=f"a.{name}").open()
    return next(pandoc.read(opened, ReadOptions()))


@pytest.mark.parametrize("name", ["docx", "odt", "rst", "org", "latex"])
def test_reading_it_back(name: str) -> None:
    back = read_back(write(ARTICLE, name)[0], {"latex": "tex"}.get(name, name))
    assert back.title == ARTICLE.title
    assert [(h.level, plain_text(h)) for h in query(back.body, Heading)] == [
        (2, "第一节"),
        (3, "子节"),
    ]
    notes = [plain_text(note.content) for note in query(back.body, Note)]
    assert notes == ["https://e.org/中", "注释\n再"]
    assert [len(found.items) for found in query(back.body, OrderedList)] == [2]
    assert [len(found.items) for found in query(back.body, BulletList)] == [2, 1]
    if name != "latex":  # pandoc reads no longtable with spans
        (table,) = query(back.body, Table)
        cells = [plain_text(c) for row in (*table.head, *table.body) for c in row.cells]
        assert [c for c in cells if c] == ["头", "尾", "a", "b", "c", "d"]
    if name not in ("odt", "latex"):  # pandoc reads their code as paragraphs
        codes = [" ".join(block.text.split()) for block in query(back.body, CodeBlock)]
        assert codes[:1] == ["def f(): return 1"]
    if name in ("docx", "odt"):
        images = [image.url[:15] for figure in query(back.body, Figure) for image in figure.images]
        assert images == ["data:image/png;"]
        assert back.summary == "摘要"


def letters(article: Article) -> list[str]:
    """Return the words of an article, its notes among them, without order."""
    body = walk(article.body, lambda node: None if isinstance(node, Image | Math) else node)
    text = plain_text(body) + "".join(plain_text(note.content) for note in query(body, Note))
    return sorted(set(filter(str.isalnum, text)))


@pytest.mark.parametrize("name", FORMATS)
@given(article=strategies.articles(1))
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))  # a process or two each
def test_any_article_can_be_written(name: str, article: Article) -> None:
    data, _ = write(article, name)
    numbered = number(article, "notes", shared=False, in_headings=False)
    if name == "docx":
        back = read_back(data, name)
        assert set(letters(numbered)) <= set(letters(back)) | set(back.title)
    elif name == "odt":
        text = text_of(data, name)
        assert set(letters(numbered)) <= set(text)
    elif name == "typst":
        assert compiled(data).startswith(b"%PDF")
    else:
        assert set(letters(numbered)) <= set(data.decode())


@pytest.mark.requirement("SEC-13")
@pytest.mark.parametrize("name", FORMATS)
def test_no_file_is_read(name: str, tmp_path: Any) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"TOP SECRET")
    images = (Image(str(secret), "alt"), Image(f"file://{secret}", "alt"))
    data, _ = write(Article(title="t", body=(Figure(images),)), name)
    if name in ("docx", "odt"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = b"".join(package.read(entry) for entry in package.infolist())
    assert b"TOP SECRET" not in data


def test_by_the_python_interface(tmp_path: Any) -> None:
    for suffix in ("docx", "odt", "rst", "org", "tex", "typ"):
        path = tmp_path / f"a.{suffix}"
        converters.write(ARTICLE, path)
        assert path.stat().st_size > 500
