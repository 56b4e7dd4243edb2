"""Bundles in the formats that pandoc writes."""

import io
import re
import zipfile
from typing import Any

import docutils.core  # type: ignore[import-untyped]
import pytest
import typst
from lxml import etree
from msgspec.structs import replace

from converters.article import Article, Heading, Link, Paragraph, Text, inlines, plain_text, query
from converters.convert import read_articles
from converters.edition import Edition, edition
from converters.source import Source
from converters.writers import Context
from converters.writers import pandoc as writers
from tests.bundles import ODD_TITLES, odd, week

FORMATS = ["docx", "odt", "rst", "org", "latex", "typst"]
A, B = "https://example.org/a", "https://example.org/b"


def made(whole: Edition, name: str, **options: Any) -> bytes:
    target = io.BytesIO()
    writer: writers.PandocWriter = getattr(writers, name)
    writer.write(whole, target, writers.PandocOptions(**options), Context())
    return target.getvalue()


def markup(data: bytes, name: str) -> str:
    if name not in ("docx", "odt"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = "word/document.xml" if name == "docx" else "content.xml"
        return package.read(part).decode()


def shown(data: bytes, name: str) -> str:
    text = markup(data, name)
    if name not in ("docx", "odt"):
        return text
    return "\n".join("".join(node.itertext()) for node in etree.fromstring(text.encode()).iter())


@pytest.fixture(scope="module", params=FORMATS)
def book(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    return request.param, made(week(), request.param)


def test_all_that_the_edition_says_is_there(book: tuple[str, bytes]) -> None:
    name, data = book
    words = shown(data, name)
    for said in ("The Harbour Week", "2 sources · 9 articles", "What two papers wrote"):
        assert said in words
    for heading in ("Example Review", "The Other Paper", "Sources", "Left out", "broken.html"):
        assert heading in words
    assert words.rindex("Letters to the Editor") > words.rindex("Sources")


def test_sections_are_headings_above_their_articles() -> None:
    source = Source("a.docx", content=made(week(), "docx"), relative="a.docx")
    (whole,) = read_articles(source)
    levels = {plain_text(each): each.level for each in query(whole.body, Heading)}
    top = levels["Example Review"]
    assert levels["Sources"] == levels["Left out"] == levels["Contents"] == top
    assert levels["25 October 2023"] == top + 1
    assert levels["Tides by Hand"] == top + 2
    assert levels["How they were made"] == top + 3


@pytest.mark.requirement("ALL-9")
def test_links_to_other_articles_lead_inside(book: tuple[str, bytes]) -> None:
    name, data = book
    text = markup(data, name)
    marks = {
        "docx": r'<w:hyperlink w:anchor="(article-\w+)">(?:(?!</w:hyperlink>).)*clock that is late',
        "odt": r'<text:a [^>]*xlink:href="#(article-\w+)"[^>]*>(?:(?!</text:a>).)*clock that',
        "org": r"\[\[#(article-\w+)\]\[a clock that",
        "latex": r"\\hyperref\[(article-\w+)\]\{a clock",
        "typst": r"#link\(<(article-\w+)>\)\[a clock",
        "rst": r"late \[\d+\]_",  # whose links find no places: the address is a note
    }
    found = re.search(marks[name], text, re.DOTALL)
    assert found is not None
    if name == "rst":
        return
    places = {
        "docx": f'w:name="{found[1]}"',
        "odt": f'bookmark-start text:name="{found[1]}"',
        "org": f":CUSTOM_ID: {found[1]}\n",
        "latex": f"\\label{{{found[1]}}}",
        "typst": f"<{found[1]}>\n",
    }
    assert text.count(places[name]) == 1


def test_files_are_read_without_complaint(book: tuple[str, bytes]) -> None:
    name, data = book
    if name == "typst":
        assert bytes(typst.compile(data)).startswith(b"%PDF")
    elif name == "rst":
        said = io.StringIO()
        docutils.core.publish_string(
            data.decode(),
            writer="html5",
            # Errors: of lines under words with joiners, docutils and pandoc count one otherwise.
            settings_overrides={"warning_stream": said, "report_level": 3},
        )
        assert said.getvalue() == ""
    elif name == "latex":
        text = data.decode()
        assert text.index("\\tableofcontents") < text.index("\\section{Example Review}")
        assert "\\setcounter{tocdepth}{3}" in text
    else:
        (whole,) = read_articles(Source(f"a.{name}", content=data, relative=f"a.{name}"))
        assert "the moon does not wait" in plain_text(whole.body)


@pytest.mark.parametrize("name", FORMATS)
def test_odd_titles(name: str) -> None:
    data = made(odd(), name)
    words = shown(data, name)
    assert words.count("Words of article") >= len(ODD_TITLES)
    assert "钟" * 500 in words
    if name == "typst":
        assert bytes(typst.compile(data)).startswith(b"%PDF")


def test_links_lead_inside_in_an_edition_that_is_no_bundle() -> None:
    body = (Paragraph(inlines((Text("See "), Link((Text("two"),), B)))),)
    pair = edition(
        [Article(title="One", url=A, body=body), Article(title="Two", url=B)], title="Both"
    )
    assert "[[#article-2][two]]" in made(pair, "org").decode()
    assert "Contents" not in made(pair, "org").decode()
    assert "[[#" not in made(pair, "org", links="none").decode()
    alone = made(replace(pair, articles=pair.articles[:1], members=pair.members[:1]), "org")
    assert B in alone.decode()
