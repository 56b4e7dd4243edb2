"""PDFs of many articles: made of parts, in one process or several, and one file all the same."""

import base64
import gc
import io
import os
import resource
import subprocess
import sys
import textwrap
from dataclasses import replace as with_fields
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import PIL.Image
import pytest
from msgspec.structs import replace

from converters.article import Article, Figure, Heading, Image, Link, Text, inlines
from converters.edition import Edition, Section, edition
from converters.errors import WriteError
from converters.writers import Context, _pdf_book, _pdf_press, pdf
from converters.writers._pdf_press import Part
from tests import pdf_pages
from tests.pdf_pages import outline, pages, paragraph, text


def printed(whole: Edition, context: Context | None = None, **options: Any) -> bytes:
    """Return ``whole`` as a PDF on small paper."""
    return pdf_pages.printed(whole, context, **{"page": "A6", **options})


def bundle(*articles: Article) -> Edition:
    """Return an edition that was meant as one of many articles."""
    return replace(edition(articles, title="合集"), is_bundle=True)


@cache
def few() -> Edition:
    """Return a short bundle in three languages, with pages enough for running heads."""
    texts = (("en", "One", "word "), ("zh-Hans", "二", "几个字"), ("ar", "ثلاثة", "كلمة "))
    return bundle(
        *(
            Article(
                title=title,
                language=language,
                url=f"https://example.com/{language}",
                body=(paragraph(words * 150), *noted(2).body),
            )
            for language, title, words in texts
        )
    )


def noted(count: int, words: int = 30) -> Article:
    """Return an article of ``count`` paragraphs, each with a note."""
    body = [
        paragraph("word " * words, Link(content=(Text("here"),), url=f"https://example.com/{n}"))
        for n in range(count)
    ]
    return Article(title="Notes", language="en", url="https://example.com/notes", body=tuple(body))


@pytest.mark.requirement("PDF-17")
def test_processes_make_the_same_bytes() -> None:
    alone = printed(few())
    assert printed(few(), with_fields(Context(), workers=2)) == alone
    assert printed(few()) == alone


def test_a_program_keeps_nothing_for_ever_of_a_file_that_it_wrote() -> None:
    before = gc.get_freeze_count()
    printed(few(), with_fields(Context(), workers=2))
    assert gc.get_freeze_count() == before


@pytest.mark.requirement("PDF-17")
def test_parts_that_are_made_in_another_order_make_the_same_bytes() -> None:
    # Processes begin with the longest part, which draws other letters first.
    short, long = (
        Article(title=title, language="en", url=f"https://example.com/{title}", body=body)
        for title, body in (
            ("Eins", (paragraph("word " * 99), paragraph("jkq"))),  # first words are in the front
            ("Zwei", (paragraph("word " * 99), paragraph("qkj"), *noted(2).body)),
        )
    )
    both = bundle(short, long)
    members = [replace(each, length=n) for n, each in enumerate(both.members)]
    both = replace(both, members=tuple(members))
    assert printed(both, with_fields(Context(), workers=2)) == printed(both)


@pytest.mark.requirement("PDF-8")
def test_characters_without_a_glyph_are_themselves_in_every_part() -> None:
    unknown = ("\u0378", "\u0379\u0380", "\U0001f8d5")
    articles = (
        Article(title=f"{n}", language="en", url=f"https://example.com/{n}", body=(body,))
        for n, body in enumerate(paragraph(f"before{each}behind") for each in unknown)
    )
    found = text(printed(bundle(*articles)))
    for each in unknown:
        assert f"before{each}behind" in found


@pytest.mark.requirement("PDF-8")
def test_parts_share_fonts() -> None:
    with pikepdf.open(io.BytesIO(printed(few()))) as pdf:
        found = [
            str(item.BaseFont).split("+")[1]
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0"
        ]
        each = {page.Resources.Font.objgen for page in pdf.pages}
    assert found
    assert len(found) == len(set(found))
    assert len(each) == 1


def picture(shade: int) -> str:
    """Return a photograph as an address."""
    out = io.BytesIO()
    PIL.Image.effect_noise((300, 200), shade).convert("RGB").save(out, "JPEG")
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


def test_words_that_look_like_the_address_of_a_picture_are_words() -> None:
    looks_so = Article(title="One", body=(paragraph('"broadsheet:picture/none"'),))
    assert "broadsheet:picture/none" in text(printed(edition([looks_so])))


def test_a_picture_of_several_articles_is_in_the_file_once() -> None:
    first, second = picture(40), picture(80)
    one, two = (
        Article(
            title=title,
            language="en",
            body=tuple(Figure(images=(Image(url=url, alt="Noise"),)) for url in urls),
        )
        for title, urls in (("One", (first,)), ("Two", (first, second)))
    )
    data = printed(bundle(one, two))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        images = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]
    assert len(images) == 2


def test_one_structure_tree_and_one_outline() -> None:
    one = Article(
        title="One", language="en", body=(Heading(level=2, content=inlines([Text("In")])),)
    )
    two = Article(title="Two", language="en", body=(paragraph("b"),))
    data = printed(bundle(one, two))
    assert [title for _, title, *_ in outline(data)][-4:] == ["One", "In", "Two", "Sources"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tree = pdf.Root.StructTreeRoot
        numbers = [int(number) for number in list(tree.ParentTree.Nums)[::2]]
        used = [int(page.StructParents) for page in pdf.pages]
        for page in pdf.pages:
            used += [int(link.StructParent) for link in page.get("/Annots", [])]
        assert numbers == list(range(len(numbers)))
        assert sorted(used) == numbers
        assert all(element.P.objgen == tree.K[0].objgen for element in tree.K[0].K)


@pytest.mark.parametrize("lot", [200, 2])
def test_pages_are_counted_in_the_whole_file(monkeypatch: pytest.MonkeyPatch, lot: int) -> None:
    monkeypatch.setattr(_pdf_book, "_MOST_MARGINS", lot)
    data = printed(few())
    count = len(pages(data))
    for number, page in enumerate(pages(data), 1):
        assert f"Page{number}of{count}" in page.text


@pytest.mark.requirement("PDF-5")
def test_running_heads_are_the_same_whatever_pages_are_filled_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = pages(printed(few(), duplex=True))
    monkeypatch.setattr(_pdf_book, "_MOST_MARGINS", 2)
    assert pages(printed(few(), duplex=True)) == together


@pytest.mark.requirement("PDF-6")
def test_notes_without_room_stand_behind_their_own_article() -> None:
    crowd = Article(
        title="Crowd",
        language="en",
        body=(
            paragraph(
                *(
                    Link(content=(Text(f"w{n} "),), url=f"https://example.com/{n}")
                    for n in range(60)
                )
            ),
        ),
    )
    data = printed(bundle(crowd, noted(2)))
    said = text(data)
    assert said.count("https://example.com/59") == 1
    assert "Notes" in said


def test_more_articles_than_files_may_be_open() -> None:
    many = [Article(title=f"T{n}", language="en", body=(paragraph("a"),)) for n in range(24)]
    printed(bundle(*many[:2]))  # libraries open files of their own
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(1)  # the lowest number that no open file has
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 12, hard))
    try:
        data = printed(bundle(*many))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(pages(data)) > len(many)


def test_articles_and_sections_follow_each_other_on_the_page() -> None:
    many = [Article(title=f"T{n}", language="en", body=(paragraph("a"),)) for n in range(4)]
    parts = [
        Section(title=f"S{n}", kind="source", value=f"{n}", start=n, stop=n + 1) for n in range(4)
    ]
    divided = replace(bundle(*many), sections=tuple(parts))
    told = pages(printed(divided, flow="continuous"))[1].text
    assert told.startswith("S0T0aS1T1a")
    separate = pages(printed(bundle(*many)))
    following = pages(printed(bundle(*many), flow="continuous"))
    assert len(separate) > len(following)
    assert "T0" in following[1].text and "T1" in following[1].text  # noqa: PT018


@pytest.mark.requirement("PDF-4")
def test_a_link_to_another_article_says_its_page() -> None:
    url = "https://example.com/b"
    one = Article(
        title="One",
        language="en",
        body=(
            *(paragraph("word " * 60) for _ in range(6)),
            paragraph(Link(content=(Text("Two"),), url=url)),
        ),
    )
    two = Article(title="Two", language="en", url=url, body=(paragraph("b"),))
    data = printed(bundle(one, two))
    place = next(n for n, page in enumerate(pages(data), 1) if page.text.startswith("Two"))
    assert f"Two→{place}" in text(data).replace("\u2009", "").replace(" ", "")


# WeasyPrint leaves the file of its colour profile open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.requirement("PDF-1", "PDF-8")
def test_what_a_process_misses_is_told_and_not_claimed() -> None:
    sample = Article(title="Box", language="en", body=(paragraph("A box: \U0010abcd."),))
    told: list[list[str]] = []
    for workers in (1, 2):
        warnings: list[str] = []
        context = Context(warn=warnings.append, workers=workers)
        data = printed(bundle(sample, sample), context, variant="pdf/a-3u")
        told.append(warnings)
        assert b"pdfaid:part" not in data
    assert told[0] == told[1]
    assert "U+10ABCD" in told[0][-1]


def test_a_killed_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_book, "press", lambda job: Part(error="out of memory"))
    with pytest.raises(WriteError, match="out of memory"):
        printed(few())


def test_shortcuts_change_no_page(tmp_path: Path) -> None:
    """What makes WeasyPrint faster leaves every mark on every page where it was."""
    script = textwrap.dedent(
        """
        import hashlib, sys
        import pikepdf
        from converters.writers import _pdf_fast
        if sys.argv[1] == "plain":
            _pdf_fast.apply = lambda: None
        from tests.test_pdf_book import noted, printed, bundle
        import io
        for style in ("", "newspaper"):
            data = printed(bundle(noted(9, 9), noted(3, 60)), style=style, page="A5")
            with pikepdf.open(io.BytesIO(data)) as pdf:
                for page in pdf.pages:
                    page.contents_coalesce()
                    print(hashlib.sha256(page.Contents.read_bytes()).hexdigest())
        """
    )
    root = Path(__file__).resolve().parent.parent
    made = [
        subprocess.run(
            [sys.executable, "-c", script, how],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for how in ("plain", "fast")
    ]
    assert made[0] == made[1]
    assert len(made[0].split()) > 6


@pytest.mark.requirement("PDF-17")
@pytest.mark.parametrize("count", [1, 2])
def test_notes_behind_an_article_do_not_have_it_laid_out_twice(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(markup: str, *rest: Any) -> Any:
        made.append(markup)
        return document(markup, *rest)

    document = _pdf_press.document
    for module in (_pdf_press, pdf):
        monkeypatch.setattr(module, "document", counting)
        monkeypatch.setattr(module, "shorter", lambda found, *_: found)
    articles = [noted(60) for _ in range(count)]
    data = printed(edition(articles, title="All"), notes="end")
    assert len(pages(data)) > 10 * count
    assert sum("example.com/59" in str(each) for each in made) == count
