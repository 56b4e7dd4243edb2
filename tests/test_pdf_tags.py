"""The structure of a PDF and the standards it follows, as two checkers and poppler see them."""

import base64
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image as Raster

from converters.article import (
    Article,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Figure,
    Heading,
    Image,
    Link,
    Note,
    OrderedList,
    Row,
    Span,
    Table,
    Text,
)
from tests import strategies
from tests.bundles import odd, week
from tests.pdf_checks import (
    Element,
    claims,
    faults,
    logical_text,
    marked_content,
    outline_faults,
    tree,
)
from tests.pdf_pages import article, made, pages, paragraph, printed, squeezed

# WeasyPrint leaves the file of the colour profile open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ROOT = Path(__file__).resolve().parent.parent
Check = Callable[..., list[str]]
VARIANTS = {
    "pdf/ua-1": ["ua1"],
    "pdf/a-2u": ["2u", "ua1"],
    "pdf/a-2a": ["2a", "ua1"],
    "pdf/a-3u": ["3u", "ua1"],
    "pdf/a-3a": ["3a", "ua1"],
}


def picture(mode: str = "L", kind: str = "PNG") -> str:
    """Return a small picture as a data: address."""
    ramp = Raster.linear_gradient("L").resize((60, 40))
    bands = Raster.getmodebands(mode)
    target = io.BytesIO()
    Raster.merge(mode, [ramp] * bands).save(target, kind) if bands > 1 else ramp.save(target, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(target.getvalue()).decode()}"


def link(words: str, url: str) -> Link:
    return Link((Text(words),), url)


def cells(*words: str, header: bool = False) -> Row:
    return Row(tuple(Cell((paragraph(word),), header=header) for word in words))


def everything() -> Article:
    """Return an article with everything that has a type of its own."""
    return article(
        paragraph("The first ", link("link", "https://example.org/1"), " is here. 😀"),
        Heading(4, (Text("Deep"), Note((paragraph("About the heading."),)))),
        paragraph("It says ", Span((Text("bonjour"),), language="fr"), " and ", Code("x = 1"), "."),
        BlockQuote((paragraph("Quoted"),), citation=(Text("Somebody"),)),
        BulletList(((paragraph("One"), BulletList(((paragraph("Inner"),),))), (paragraph("Two"),))),
        OrderedList(((paragraph("Three"),),), start=3),
        DefinitionList((Definition((Text("Term"),), ((paragraph("Meaning"),),)),)),
        CodeBlock("print(1)\nprint(2)"),
        Table(
            (cells("a", "b"), cells("c", "d")),
            head=(cells("Left", "Right", header=True),),
            foot=(cells("sum", "e"),),
            caption=(Text("Numbers"),),
        ),
        Figure((Image(picture(), "A ramp"),), (Text("Said of the ramp"),)),
        Figure((Image(picture("CMYK", "JPEG"), "A ramp in inks"),)),
        Figure((Image("https://example.org/gone.jpg"),), (Text("Far away"),)),
        title="Everything",
        url="https://example.org/all",
        site="Example",
        language="en",
        published=datetime(2023, 10, 28, 2, 4, 53, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def whole() -> bytes:
    return made(everything(), page="A6")


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """Articles in many languages, in sections, with pictures and notes."""
    return printed(week(), variant="pdf/a-3u")


def structure(data: bytes) -> Element:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = tree(pdf)
        for element in root.walk():
            element.item = {key: str(value) for key, value in element.item.items() if key != "/P"}
        return root


def kinds(element: Element) -> list[str]:
    return [kid.kind for kid in element.kids]


# --- Standards -----------------------------------------------------------------------------


@pytest.mark.requirement("PDF-1", "ALL-3")
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_file_follows_what_it_claims(variant: str, verapdf: Check, pdf_check: Check) -> None:
    data = made(everything(), page="A6", variant=variant)
    for profile in VARIANTS[variant]:
        assert verapdf(data, profile) == []
        # A stream whose last byte is a carriage return seems one byte short to this checker, since
        # a line feed follows it (one file in a hundred or so).
        found = pdf_check(data, profile)
        assert [fault for fault in found if "-STREAM-LENGTH-" not in fault] == []
    assert faults(data) == []
    kind = variant.removeprefix("pdf/a-").upper()
    expected = ["PDF/UA-1"] if variant == "pdf/ua-1" else [f"PDF/A-{kind}", "PDF/UA-1"]
    assert claims(data) == expected


@pytest.mark.requirement("PDF-1", "PDF-2")
def test_nothing_is_claimed_unasked_but_all_is_kept(
    whole: bytes, verapdf: Check, pdf_check: Check
) -> None:
    assert claims(whole) == []
    assert [fault.partition(":")[0] for fault in verapdf(whole)] == ["5-1"]  # the claim
    assert {fault.partition(":")[0] for fault in pdf_check(whole)} == {
        "PDFUA1-ID-PART-001",
        "PDFUA1-ID-SCHEMA-001",
    }
    assert faults(whole) == []


@pytest.mark.requirement("PDF-1", "PDF-8")
def test_a_bundle_in_many_languages_follows_two_standards(
    bundle: bytes, verapdf: Check, pdf_check: Check
) -> None:
    assert claims(bundle) == ["PDF/A-3U", "PDF/UA-1"]
    for profile in ("3u", "ua1"):
        assert verapdf(bundle, profile) == []
        found = pdf_check(bundle, profile)
        assert [fault for fault in found if "-STREAM-LENGTH-" not in fault] == []
    assert faults(bundle) == []


@pytest.mark.requirement("PDF-1", "PDF-2")
@pytest.mark.parametrize(
    "options",
    [
        {"flow": "continuous", "columns": 2, "page": "A4"},
        {"duplex": True, "gray": True, "toner_save": True, "notes": "end", "page": "A5"},
    ],
    ids=["continuous columns", "duplex grey"],
)
def test_other_ways_to_print_it_are_as_good(options: dict[str, Any], verapdf: Check) -> None:
    data = printed(odd(), variant="pdf/ua-1", **options)
    assert verapdf(data) == []
    assert faults(data) == []


@pytest.mark.requirement("PDF-1")
def test_a_style_of_ones_own_does_not_make_a_claim_untrue(tmp_path: Path, verapdf: Check) -> None:
    style = tmp_path / "own.css"
    style.write_text(
        "article { opacity: .9 } blockquote, td { opacity: .5 !important } img { image-rendering: auto !important }"
        "h1 { transform: rotate(1deg) } table { display: block } li, p { display: inline }"
    )
    for articles in ((everything(),), (everything(), everything())):
        data = made(*articles, page="A6", variant="pdf/a-3u", style=str(style))
        assert verapdf(data, "3u") == verapdf(data, "ua1") == []
        assert faults(data) == []


@pytest.mark.requirement("PDF-1", "PDF-8")
def test_a_missing_glyph_is_said_and_nothing_is_claimed() -> None:
    warnings: list[str] = []
    sample = article(paragraph("A box: \U0010abcd."), language="en")
    for articles in ((sample,), (sample, sample)):
        warnings.clear()
        data = made(*articles, page="A6", variant="pdf/a-3u", warn=warnings.append)
        assert claims(data) == []
        assert "pdf/a-3u allows no character without a glyph" in warnings[0]


@pytest.mark.requirement("PDF-1")
def test_private_characters_are_not_for_level_a() -> None:
    from converters.writers._pdf_archive import claimed

    assert claimed("pdf/a-3a", "abc", ())[0] == "pdf/a-3a"
    assert claimed("pdf/a-3a", "a\ue000", ()) == (
        "pdf/a-3u",
        "pdf/a-3a allows no private characters: the file says that it follows pdf/a-3u",
    )
    assert claimed("pdf/a-3u", "a\ue000", ()) == ("pdf/a-3u", "")
    assert claimed("", "a", ("b",)) == ("", "")


# Without making a failing article smaller, which takes minutes here.
@pytest.mark.requirement("PDF-1", "PDF-2")
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sample=strategies.articles())
def test_any_article_is_tagged_right(sample: Article, verapdf: Check) -> None:
    warnings: list[str] = []
    data = made(sample, page="A5", variant="pdf/a-3u", warn=warnings.append)
    assert faults(data) == []
    if claims(data):
        assert verapdf(data, "3u") == verapdf(data, "ua1") == []
    else:
        assert any("printed as empty boxes" in warning for warning in warnings)


# --- Types ---------------------------------------------------------------------------------


@pytest.mark.requirement("PDF-2")
def test_documentation_lists_the_types_there_are(whole: bytes, bundle: bytes) -> None:
    documentation = (ROOT / "docs" / "pdf.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z]\w*)` \|", documentation, re.MULTILINE))
    found = {element.kind for data in (whole, bundle) for element in structure(data).walk()}
    assert found == documented


@pytest.mark.requirement("PDF-2")
def test_blocks_have_their_types(whole: bytes) -> None:
    (art,) = structure(whole).kids
    assert art.kind == "Art"
    assert art.text("Lang") == "en"
    (quote,) = art.all("BlockQuote")
    assert kinds(quote) == ["P", "P"]
    bullets, numbers, terms = (each for each in art.kids if each.kind == "L")
    assert bullets.outline() == [
        "L",
        ["LI", "Lbl", ["LBody", ["L", ["LI", "Lbl", "LBody"]]]],
        ["LI", "Lbl", "LBody"],
    ]
    assert "Disc" in bullets.text("A")
    assert "Decimal" in numbers.text("A")
    assert terms.outline() == ["L", ["LI", "Lbl", "LBody"]]
    (table,) = art.all("Table")
    assert kinds(table) == ["Caption", "THead", "TBody", "TFoot"]
    assert all("/Column" in cell.text("A") for cell in table.all("TH"))
    assert ["P", "Code"] in [each.outline() for each in art.kids]
    (foreign,) = art.all("Span")
    assert foreign.text("Lang") == "fr"
    pictured = next(each for each in art.kids if each.kind == "Div")
    assert kinds(pictured) == ["Figure", "Caption"]
    assert pictured.kids[0].text("Alt") == "A ramp"


@pytest.mark.requirement("PDF-2")
def test_headings_go_down_one_level_at_a_time(whole: bytes) -> None:
    headings = [each.kind for each in structure(whole).walk() if re.fullmatch(r"H\d", each.kind)]
    assert headings == ["H1", "H2"]  # a title and a heading of the fourth level


@pytest.mark.requirement("PDF-2", "PDF-6")
def test_a_note_follows_the_block_that_calls_it() -> None:
    marked = (paragraph("words", Note((paragraph("a note"),))),)
    data = made(
        article(
            paragraph("First ", link("site", "https://example.org/"), " and more."),
            paragraph("Second."),
            BulletList((marked,)),
            Table((Row((Cell(marked), Cell((paragraph("b"),)))),)),
            Figure((Image(picture(), "A ramp"),), (Text("Caption"), Note((paragraph("n"),)))),
            language="en",
        ),
        page="A6",
    )
    (art,) = structure(data).kids
    assert kinds(art) == ["H1", "P", "Note", "P", "L", "Table", "Div", "Note"]
    body = art.kids[4].all("LBody")[0]
    assert kinds(body) == ["Reference", "Note"]
    assert kinds(art.kids[5].all("TD")[0]) == ["Reference", "Note"]
    note = art.kids[2]
    assert note.outline() == ["Note", ["Lbl", "Link"], ["P", "Link"]]
    assert note.text("ID") == "note-1"
    words = logical_text(data)
    assert words.index("andmore.") < words.index("https://") < words.index("Second")
    assert faults(data) == []


@pytest.mark.requirement("PDF-2")
def test_what_a_page_break_cuts_is_one_element() -> None:
    rows = tuple(cells(f"row {n}", f"value {n}") for n in range(40))
    data = made(
        article(
            paragraph("A sentence of many words that goes on. " * 60),
            Table(rows, head=(cells("Name", "Value", header=True),)),
            language="en",
        ),
        page="A6",
    )
    (art,) = structure(data).kids
    assert kinds(art) == ["H1", "P", "Table"]
    assert len({page for page, _ in art.kids[1].content}) > 1
    (table,) = art.all("Table")
    assert kinds(table) == ["THead", "TBody"]
    assert len(table.all("TR")) == 41
    assert sum(page.text.count("Value") for page in pages(data)) > 1
    assert logical_text(data).count("Value") == 1  # printed again is not read again
    assert faults(data) == []


@pytest.mark.requirement("PDF-2", "PDF-14")
def test_cells_of_several_rows_may_be_cut(verapdf: Check) -> None:
    rows = [
        Row((Cell((paragraph(f"group {n}"),), rowspan=3), Cell((paragraph("x"),))))
        if n % 3 == 0
        else cells("y")
        for n in range(60)
    ]
    short = Table((cells("a", "b", "c"), cells("d"), Row(())), head=(cells("h", header=True),))
    only_head = Table((), head=(cells("h", header=True),))
    data = made(
        article(Table(tuple(rows)), short, only_head, language="en"), page="A6", variant="pdf/ua-1"
    )
    assert verapdf(data) == []
    assert faults(data) == []


@pytest.mark.requirement("PDF-2", "PDF-4")
def test_contents_are_contents_and_articles_have_their_language(bundle: bytes) -> None:
    root = structure(bundle)
    (contents,) = [each for each in root.all("TOC") if each.parent and each.parent.kind != "TOCI"]
    assert set(kinds(contents)) == {"TOCI"}
    lines = contents.all("TOCI")
    assert [kinds(line) for line in lines if not line.all("TOC")][:2] == [["Reference"]] * 2
    # Titles and pages, without the dots between them.
    assert max(len(each.content) for each in contents.all("Link")) < 10
    arts = root.all("Art")
    assert [art.text("Lang") for art in arts] == [each.language for each in week().articles]
    assert all(art.parent is not None and art.parent.kind == "Document" for art in arts)


@pytest.mark.requirement("PDF-5", "PDF-2")
def test_heads_and_feet_of_pages_are_artifacts() -> None:
    long = paragraph("A sentence of many words that goes on. " * 60)
    articles = [article(long, language="en", title=title) for title in ("Northern", "Southern")]
    data = made(*articles, page="A6")
    found: Counter[str] = Counter()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for tag, properties in marked_content(page):
                if tag == "Artifact" and (edge := re.search(r"/Subtype\s*/(\w+)", properties)):
                    found[edge[1]] += 1
        assert found["Footer"] >= len(pdf.pages)
    assert found["Header"] > 0
    assert sum(page.text.count("Northern") for page in pages(data)) > 1
    assert logical_text(data).count("Northern") == 1


@pytest.mark.requirement("PDF-2")
def test_pictures_say_where_they_are(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        figures = tree(pdf).all("Figure")
        assert len(figures) == 2
        for figure in figures:
            left, bottom, right, top = map(float, figure.item.A.BBox)
            page = pdf.pages[figure.content[0][0]]
            assert 0 < left < right < float(page.MediaBox[2])
            assert 0 < bottom < top < float(page.MediaBox[3])
            assert (right - left) / (top - bottom) == pytest.approx(1.5, rel=0.02)


@pytest.mark.requirement("PDF-2")
def test_links_say_their_words() -> None:
    data = made(
        article(paragraph(link("the site", "https://example.org/")), language="en"),
        links="inline",
        page="A6",
    )
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [str(each.Contents) for each in pdf.pages[0].Annots] == ["the site"]


@pytest.mark.requirement("PDF-2")
def test_all_text_is_read_in_its_order(whole: bytes) -> None:
    read = logical_text(whole)
    places = [
        read.index(squeezed(words))
        for words in (
            "Everything",
            "The first",
            "https://example.org/1",
            "Deep",
            "About the heading.",
            "It says bonjour and x = 1",
            "Quoted",
            "Somebody",
            "One",
            "Inner",
            "Two",
            "Three",
            "Term",
            "Meaning",
            "print(1)",
            "Numbers",
            "Left",
            "sum",
            "Said of the ramp",
            "Far away",
        )
    ]
    assert places == sorted(places)
    printed_letters = Counter("".join(page.text for page in pages(whole)))
    assert not Counter(read) - printed_letters


@pytest.mark.requirement("PDF-2", "PDF-16")
@pytest.mark.parametrize("options", [{"style": "newspaper"}, {"columns": 2, "flow": "continuous"}])
def test_columns_are_read_one_after_the_other(options: dict[str, Any]) -> None:
    def numbered(first: int) -> Article:
        texts = (paragraph(f"<{n}> " + "words that go on " * 30) for n in range(first, first + 8))
        return article(*texts, language="en", title=f"<{first - 1}>")

    data = made(numbered(11), numbered(21), page="A5", **options)
    found = [int(number) for number in re.findall(r"<(\d+)>", logical_text(data))]
    assert found == sorted(found)
    assert len(found) == 18
    assert faults(data) == []


@pytest.mark.requirement("PDF-3")
def test_bookmarks_are_two_levels_deep(whole: bytes) -> None:
    assert list(outline_faults(whole, deepest=2)) == []
