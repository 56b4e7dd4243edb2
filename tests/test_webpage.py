"""The HTML page: valid, self-contained, readable in every window, and the same article again."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import subprocess
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image as Pillow

from converters.article import (
    Article,
    CodeBlock,
    Figure,
    Heading,
    Image,
    Link,
    Note,
    Paragraph,
    Text,
    plain_text,
    query,
)
from converters.edition import Edition, Member, Section, edition
from converters.errors import ConversionError, WriteError
from converters.images import Need, Pictures
from converters.notes import number
from converters.readers.markup import read_html
from converters.writers import Context, find_writer, webpage
from converters.writers._webpage_notes import room_below
from converters.writers.webpage import Options, picture_need, write, write_folder
from tests import strategies as own
from tests.browser import Chromium, OpenPage
from tests.bundles import ODD_TITLES, odd, week
from tests.pieces import TAGS, piece

HOSTILE = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "&lt;b&gt; &amp;amp; ]]> <?php ?>",
)


def render(
    made: Edition | Article, options: Options | None = None, pictures: Pictures | None = None
) -> str:
    out = BytesIO()
    book = edition([made]) if isinstance(made, Article) else made
    write(book, out, options or Options(), Context(pictures or Pictures()))
    return out.getvalue().decode("utf-8")


def parsed(page: str) -> Any:
    return lxml.html.document_fromstring(
        page.encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
    )


def seven() -> Edition:
    return edition([piece(tag) for tag in TAGS], title="Seven clocks", language="en")


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Path]:
    """Return ``page(article or edition, ...)``: a file to open."""

    def make(made: Edition | Article, *arguments: Any) -> Path:
        path = tmp_path / "page.html"
        path.write_text(render(made, *arguments), encoding="utf-8")
        return path

    return make


# --- The file ------------------------------------------------------------------------------


def faults(page: str) -> list[str]:
    """Return what no page may have: scripts, requests, ids twice, links that lead nowhere."""
    tree = parsed(page)
    found: list[str] = []
    for element in tree.iter(lxml.etree.Element):
        if element.tag in {"script", "iframe", "object", "embed", "form", "base", "template"}:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name.startswith("on") or name in {"srcset", "style", "ping", "background", "action"}:
                found.append(f"{name}={value}")
            if name == "src" and not value.startswith("data:image/"):
                found.append(f"src={value}")
            if name == "href" and not re.match(
                r"https?:|mailto:|tel:|ftp:|#", value, re.IGNORECASE
            ):
                found.append(f"href={value}")
        if element.tag == "link" and element.get("rel") != "canonical":
            found.append("a link that is loaded")
    ids = tree.xpath("//@id")
    found += [f"id {name} twice" for name in set(ids) if ids.count(name) > 1]
    targets = {href[1:] for href in tree.xpath("//@href") if href.startswith("#")}
    found += [f"#{name} leads nowhere" for name in targets - set(ids)]
    return found


@pytest.mark.requirement("HT-1", "HT-2", "SEC-3")
@given(own.editions(), st.sampled_from(("notes", "inline", "none")))
@settings(max_examples=60)
def test_any_edition_makes_a_page_that_is_safe(made: Edition, links: Any) -> None:
    page = render(made, Options(links=links))
    assert not faults(page)
    # It is XML as well: what a browser makes of it is what we meant. The style is CSS.
    body = "<body" + page.split("\n<body", 1)[1].rsplit("</html>", 1)[0]
    lxml.etree.fromstring(body.encode())


@pytest.mark.requirement("HT-1", "ALL-1")
def test_the_nu_checker_finds_nothing(
    nu_check: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    for tag in TAGS:
        (tmp_path / f"{tag}.html").write_text(render(piece(tag)), "utf-8")
    (tmp_path / "seven.html").write_text(render(seven()), "utf-8")
    (tmp_path / "inline.html").write_text(render(piece("en"), Options(links="inline")), "utf-8")
    count = 0

    @given(own.editions())
    @settings(max_examples=40)
    def more(made: Edition) -> None:
        nonlocal count
        count += 1
        (tmp_path / f"any-{count}.html").write_text(render(made), "utf-8")

    more()
    # The text keeps its code points (ALL-5), whatever the checker would like better.
    text = ("Normalization Form C", "Private Use Area", "composing character")
    assert [found for found in nu_check(tmp_path) if not any(what in found for what in text)] == []


@pytest.mark.requirement("HT-2", "SEC-3")
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    article = Article(
        title=words,
        url="javascript:alert(1)",
        site=words,
        authors=(words,),
        summary=words,
        tags=(words,),
        language='en" onload="alert(1)',
        image="javascript:alert(2)",
        body=(
            Heading(2, (Text(words),), words),
            Paragraph((Text(words), Link((Text("x"),), "javascript:alert(3)"))),
            Paragraph((Link((Text(words),), "data:text/html,<script>alert(4)</script>"),)),
            Figure(
                (Image("javascript:alert(5)", words, words, link="vbscript:x"),), (Text(words),)
            ),
            CodeBlock(words, words),
        ),
    )
    for made in (edition([article]), edition([article, article], title=words)):
        page = render(made)
        assert not faults(page)
        tree = parsed(page)
        assert " ".join(words.split()) in " ".join(tree.findtext("head/title").split())
        assert tree.xpath("//pre")[0].text_content() == words


def policy_of(tree: Any) -> str:
    return str(tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0])


@pytest.mark.requirement("HT-2", "SEC-3")
def test_policy_allows_the_pages_own_style_alone(tmp_path: Path) -> None:
    sheet = tmp_path / "own.css"
    sheet.write_bytes(
        b"p { color: red }\r\n/* </style><script>alert(1)</script> */ q::before { content: '<!--' }"
    )
    for options in (Options(), Options(style=str(sheet))):
        page = render(piece("en"), options)
        assert not faults(page)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy_of(parsed(page)) == (
            f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'"
        )
    assert "color: red" in render(piece("en"), Options(style=str(sheet)))


@pytest.mark.requirement("HT-3", "ALL-3")
def test_same_bytes() -> None:
    assert render(seven()) == render(seven())


def test_errors() -> None:
    with pytest.raises(WriteError, match="no article"):
        render(Edition(articles=()))
    with pytest.raises(ConversionError, match="cannot be read as a CSS file"):
        render(piece("en"), Options(style="nothing-of-this-name"))


@pytest.mark.parametrize("name", ["html", ".html", "page.htm"])
def test_writer_is_found(name: str) -> None:
    assert find_writer(name).name == "html"


# --- What it says --------------------------------------------------------------------------


@pytest.mark.requirement("HT-4", "ALL-1")
def test_head_tells_what_the_article_is() -> None:
    article = replace(
        piece("ar"),
        summary="ملخص  في\nسطرين",
        image="https://example.org/lead.jpg",
        tags=("a, b", "c"),
    )
    tree = parsed(render(article))
    assert dict(tree.attrib)["lang"] == "ar"
    assert tree.get("dir") == "rtl"
    named = {
        meta.get("name") or meta.get("property"): meta.get("content") for meta in tree.iter("meta")
    }
    assert tree.findtext("head/title") == article.title
    assert tree.xpath("//meta[@name='author']/@content") == list(article.authors)
    assert named["description"] == "ملخص في سطرين"
    assert named["keywords"] == "a b,c"
    assert named["referrer"] == "no-referrer"
    assert named["color-scheme"] == "light dark"
    assert named["article:published_time"] == "2023-10-28T09:30:00+00:00"
    assert named["og:site_name"] == "Example Review"
    assert named["og:image"] == "https://example.org/lead.jpg"
    assert tree.xpath("//link[@rel='canonical']/@href") == [article.url]


def meaning(blocks: Iterable[Any]) -> dict[str, Any]:
    """Return what reading a page again must give back."""
    blocks = tuple(blocks)
    return {
        "words": re.sub(r"\s+", "", plain_text(blocks)),
        "headings": [(heading.level, plain_text(heading)) for heading in query(blocks, Heading)],
        "captions": [
            (plain_text(figure.caption), len(figure.images)) for figure in query(blocks, Figure)
        ],
        "links": [(plain_text(link.content), link.url) for link in query(blocks, Link)],
        "code": [(block.text, block.language) for block in query(blocks, CodeBlock)],
    }


@pytest.mark.requirement("HT-4", "ALL-1")
@pytest.mark.parametrize("tag", TAGS)
def test_page_reads_back_to_the_same_article(tag: str) -> None:
    article = piece(tag)
    # Pictures on the web stand on the page as their address, which is no picture to a reader.
    body = tuple(
        block
        for block in article.body
        if not (isinstance(block, Figure) and block.images[0].url.startswith("https:"))
        and type(block).__name__ != "Embed"
    )
    tree = parsed(render(replace(article, body=body), Options(links="inline")))
    (text,) = tree.xpath("//article//*[@itemprop='articleBody']")
    again = read_html(lxml.html.tostring(text, encoding="unicode")).blocks
    assert meaning(again) == meaning(body)


@pytest.mark.requirement("HT-4", "ALL-7")
@pytest.mark.parametrize("tag", TAGS)
def test_notes_read_back_to_the_same_notes(tag: str) -> None:
    # A picture that is not at hand has its address as a note.
    article = number(piece(tag), shared=False, absent=lambda image: "data:" not in image.url)
    tree = parsed(render(piece(tag)))
    (whole,) = tree.xpath("//article")
    whole.remove(whole.find("header"))
    again = read_html(lxml.html.tostring(whole, encoding="unicode")).blocks
    notes = [plain_text(note.content) for note in query(article.body, Note)]
    assert [plain_text(note.content) for note in query(again, Note)] == notes
    assert len(notes) >= 2


@pytest.mark.requirement("HT-5")
def test_edition_opens_with_its_contents() -> None:
    made = seven()
    tree = parsed(render(made))
    entries = tree.xpath("//nav//li/a")
    assert [entry.text_content() for entry in entries] == [a.title for a in made.articles]
    for entry, article in zip(entries, made.articles, strict=True):
        (target,) = tree.xpath(f"//*[@id='{entry.get('href')[1:]}']")
        assert target.tag == "article"
        assert (target.get("lang"), target.get("dir") or "ltr") == (
            article.language,
            article.direction,
        )
        assert target.xpath(".//h2")[0].text_content() == article.title
    assert [h1.text_content() for h1 in tree.xpath("//h1")] == ["Seven clocks"]
    names = tree.xpath("//*[@role='region' or @role='doc-endnotes']/@aria-label")
    assert len(names) == len(set(names)) > 7


# --- Pictures ------------------------------------------------------------------------------

REMOTE = Image("https://example.com/a%20boat.jpg", "A boat", width=400)


@pytest.mark.requirement("HT-2", "HT-6", "ALL-4")
def test_pictures_travel_in_the_page() -> None:
    tree = parsed(render(piece("en")))
    (image,) = tree.iter("img")
    header, data = image.get("src").split(",")
    assert header in {"data:image/png;base64", "data:image/jpeg;base64"}
    assert base64.b64decode(data)[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0"}
    assert (image.get("width"), image.get("height"), image.get("alt")) == (
        "640",
        "240",
        "A blue rectangle",
    )


@pytest.mark.requirement("HT-6", "ALL-4")
def test_picture_on_the_web_leaves_its_place_and_is_loaded_only_where_asked() -> None:
    article = Article(title="x", language="en", body=(Figure((REMOTE,), (Text("Low tide"),)),))
    shown = parsed(render(article)).xpath("//figure")[0]
    assert not shown.xpath(".//img")
    assert shown.xpath(".//a/@href") == ["#note-1"]
    assert "A boat" in shown.text_content()
    assert parsed(render(article)).xpath("//*[@id='note-1']//a/@href")[1:] == [REMOTE.url]
    inline = parsed(render(article, Options(links="inline"))).xpath("//figure")[0]
    assert inline.xpath(".//a/@href") == [REMOTE.url]
    assert shown.xpath("figcaption")[0].text_content() == "Low tide"
    linked = parsed(render(article, None, Pictures(policy="link")))
    assert linked.xpath("//figure//img/@src") == [REMOTE.url]
    assert "img-src data: http: https:;" in policy_of(linked)
    none = parsed(render(article, None, Pictures(policy="none")))
    assert not none.xpath("//img")
    assert "Low tide" in none.xpath("//figure")[0].text_content()


SVG = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='90' height='40'%3E"
    "%3Cscript%3E1%3C/script%3E%3Ccircle r='9'/%3E%3C/svg%3E"
)


@pytest.mark.requirement("HT-6")
def test_each_picture_stands_in_its_place_whatever_the_words_say() -> None:
    blue = next(query(piece("en").body, Image))
    words = Text('<img src="data:,picture-0123456789abcdef0123"/> data:,picture-00')
    article = Article(
        title=words.text,
        language="en",
        body=(Figure((blue,)), Paragraph((words,)), Figure((Image(SVG, alt="x"), blue))),
    )
    need = picture_need(edition([article]), Options())
    tree = parsed(render(article, None, Pictures(need=need)))
    first, drawing, second = (image.get("src") for image in tree.iter("img"))
    assert first == second
    assert base64.b64decode(first.partition(",")[2])[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0"}
    assert drawing.startswith("data:image/svg+xml;base64,")
    content = base64.b64decode(drawing.partition(",")[2])
    assert b"circle" in content
    assert b"script" not in content
    assert tree.xpath("//article/div/p")[0].text_content() == words.text


@pytest.mark.requirement("HT-6", "EP-29")
def test_what_a_page_can_use_of_a_picture() -> None:
    made = edition([Article()])
    assert picture_need(made, Options()) == Need(1600, vector=True, animated=True)
    small = picture_need(made, Options(image_width=800, gray=True))
    assert (small.width, small.grey) == (800, True)


def test_pictures_beside_the_page_are_files_that_it_may_show() -> None:
    blue = next(query(piece("en").body, Image))
    pictures = Pictures(policy="folder")
    page = render(Article(title="x", language="en", body=(Figure((blue,)),)), None, pictures)
    (image,) = parsed(page).iter("img")
    assert list(pictures.beside) == [image.get("src")]
    policy = policy_of(parsed(page))
    assert "img-src data: 'self' file:;" in policy
    assert "http" not in policy


def test_strips_are_shown_in_their_own_width(chromium: Chromium, tmp_path: Path) -> None:
    out = BytesIO()
    Pillow.new("L", (300, 3000), 99).save(out, "PNG")
    strip = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    path = tmp_path / "page.html"
    body = (Figure((Image(strip, alt="a"),), (Text("Down the river"),)),)
    path.write_text(render(Article(title="x", language="en", body=body)), encoding="utf-8")
    with chromium.open(path, width=390, height=844) as page:
        assert page.value("document.images[0].getBoundingClientRect().width") == 300


# --- In the browser ------------------------------------------------------------------------

WIDTHS = (320, 390, 820, 1600, 3840)
# Articles outside the window are not laid out until they come near it.
_LAY_OUT = """() => document.querySelectorAll('.member').forEach(member => {
    member.style.contentVisibility = 'visible';
})"""
# The right and left edge of everything that is not inside a box that scrolls.
_OUTSIDE = """() => [...document.body.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && !element.closest('pre, .wide, .notes-title') &&
        (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 80))"""
_PLACES = """() => [...document.querySelectorAll('.endnote')].map(note => {
    const mark = document.querySelector(note.querySelector('[role=doc-backlink]').hash);
    const [at, box] = [mark.getBoundingClientRect(), note.getBoundingClientRect()];
    const text = note.closest('article').querySelector('.text').getBoundingClientRect();
    const line = parseFloat(getComputedStyle(mark.closest('article')).lineHeight);
    return {mark: at.top, line, top: box.top, bottom: box.bottom, left: box.left, right: box.right,
        textLeft: text.left, textRight: text.right, textBottom: text.bottom};
})"""


@pytest.mark.requirement("HT-7")
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(
    chromium: Chromium, page: Callable[..., Path], width: int
) -> None:
    with chromium.open(page(seven()), width=width) as opened:
        opened.value(_LAY_OUT)
        assert opened.value("document.documentElement.scrollWidth") <= width
        assert opened.value(_OUTSIDE) == []
        assert opened.requests == []
        assert opened.complaints == []
        # About 66 letters or 38 characters a line, however wide the window.
        ems = opened.value(
            "[...document.querySelectorAll('.text')].map(text => "
            "text.getBoundingClientRect().width / parseFloat(getComputedStyle(text).fontSize))"
        )
        assert max(ems) <= 38.1
        assert min(ems) >= (32 if width > 1000 else 15)


@pytest.mark.requirement("HT-8")
@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hant"])
def test_notes_stand_beside_their_marks_in_a_wide_window(
    chromium: Chromium, page: Callable[..., Path], tag: str
) -> None:
    with chromium.open(page(piece(tag)), width=1600) as opened:
        places = opened.value(_PLACES)
        assert len(places) >= 2
        before = 0.0
        for place in places:
            assert place["top"] - place["line"] <= place["mark"]
            assert place["top"] >= before
            if place["top"] > before + place["line"]:  # nothing above it pushes it down
                assert abs(place["top"] - place["mark"]) < place["line"]
            before = place["bottom"]
            if tag == "ar":
                assert place["left"] >= 0
                assert place["right"] < place["textLeft"]
            else:
                assert place["textRight"] < place["left"]
                assert place["right"] <= 1600


@pytest.mark.requirement("HT-8")
def test_notes_follow_the_text_in_a_narrow_window_and_lead_back(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    with chromium.open(page(piece("en")), width=390) as opened:
        assert all(place["top"] > place["textBottom"] for place in opened.value(_PLACES))
        opened.page.get_by_role("link", name="2", exact=True).first.click()
        assert opened.page.url.endswith("#note-2")
        box = opened.page.locator("#note-2").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 900
        opened.page.locator("#note-2 [role=doc-backlink]").click()
        assert opened.page.url.endswith("#ref-2")


def crowd(count: int, paragraphs: int) -> Article:
    """Return an article with ``count`` links in its first paragraph."""
    links = tuple(
        item
        for index in range(count)
        for item in (
            Link((Text(f"word{index}"),), f"https://example.org/{'x' * 60}/{index}"),
            Text(" "),
        )
    )
    rest = (Paragraph((Text("Words that go on for a while. " * 12),)),) * paragraphs
    return number(Article(title="x", language="en", body=(Paragraph(links), *rest)), shared=False)


@pytest.mark.requirement("HT-8")
def test_notes_without_room_beside_the_text_stay_behind_it() -> None:
    assert room_below(crowd(2, 10)) == 0
    assert room_below(crowd(4, 0)) is not None
    assert room_below(crowd(60, 60)) is None  # they would fall behind their marks
    assert "anchor(" not in render(crowd(60, 60))


@pytest.mark.requirement("HT-8")
def test_notes_of_one_article_never_stand_beside_the_next(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    made = edition([crowd(9, 1), crowd(9, 0), piece("en")], title="Three")
    with chromium.open(page(made), width=1600) as opened:
        opened.value(_LAY_OUT)
        ends = opened.value(
            "[...document.querySelectorAll('article')].map(article => [Math.max(0, ...[...article."
            "querySelectorAll('.endnote')].map(note => note.getBoundingClientRect().bottom)),"
            "article.closest('.member').getBoundingClientRect().bottom])"
        )
        for notes, article in ends:
            assert notes <= article


@pytest.mark.requirement("HT-9")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1600])
def test_axe_finds_nothing(
    chromium: Chromium, page: Callable[..., Path], scheme: Any, width: int
) -> None:
    for made in (seven(), piece("en"), piece("ar")):
        with chromium.open(page(made, Options()), width=width, scheme=scheme) as opened:
            opened.value(_LAY_OUT)
            assert opened.violations() == []


@pytest.mark.requirement("HT-9")
def test_axe_finds_nothing_about_links_in_the_text(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    with chromium.open(page(piece("en"), Options(links="inline"))) as opened:
        assert opened.violations() == []


def luminance(opened: OpenPage, what: str) -> float:
    colour = opened.value(f"getComputedStyle(document.documentElement).{what}")
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.requirement("HT-10")
def test_dark_where_the_reader_wants_it_and_never_on_paper(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    file = page(piece("en"))
    with chromium.open(file, scheme="light") as opened:
        assert luminance(opened, "backgroundColor") > 0.9
        assert luminance(opened, "color") < 0.2
    with chromium.open(file, scheme="dark") as opened:
        assert luminance(opened, "backgroundColor") < 0.2
        assert luminance(opened, "color") > 0.7
        opened.page.emulate_media(media="print")
        assert luminance(opened, "backgroundColor") > 0.999
        assert luminance(opened, "color") == 0


@pytest.mark.requirement("HT-10")
def test_on_paper_the_notes_with_their_addresses_follow_the_text(
    chromium: Chromium, page: Callable[..., Path], tmp_path: Path
) -> None:
    words = {}
    for links in ("notes", "inline"):
        with chromium.open(page(piece("en"), Options(links=links)), width=1600) as opened:
            opened.page.pdf(path=tmp_path / "paper.pdf", format="A4")
        done = subprocess.run(
            ["pdftotext", str(tmp_path / "paper.pdf"), "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        words[links] = " ".join(done.stdout.split())
    assert words["notes"].index("Low tide") < words["notes"].index("2. https://example.org/keeper")
    assert "key to the case <https://example.org/keeper>" in words["inline"]
    assert "zip(errors, errors[1:], strict=False)) / len(errors)" in words["notes"]  # not cut off


@pytest.mark.requirement("HT-9")
def test_wide_boxes_can_be_scrolled_with_the_keyboard(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    with chromium.open(page(piece("en")), width=390) as opened:
        boxes = opened.page.locator("[role=region]")
        assert boxes.count() == 2
        for index in range(2):
            boxes.nth(index).focus()
            opened.page.keyboard.press("ArrowRight")
            for _ in range(50):  # scrolling is smooth; the page's policy forbids waiting inside it
                if boxes.nth(index).evaluate("box => box.scrollLeft") > 0:
                    break
                opened.page.wait_for_timeout(50)
            else:
                pytest.fail("the box did not scroll")


def test_note_blocks_and_lists_are_kept() -> None:
    note = Note((Paragraph((Text("One."),)), Paragraph((Text("Two."),))))
    article = Article(title="x", language="en", body=(Paragraph((Text("Words"), note)),))
    (found,) = parsed(render(article)).xpath("//*[@role='doc-endnotes']/div")
    assert [p.text_content() for p in found.iter("p")] == ["1. One.", "Two."]


# --- Bundles -------------------------------------------------------------------------------


def headings_of(tree: Any) -> list[tuple[int, str]]:
    return [
        (int(heading.tag[1]), heading.text_content().strip())
        for heading in tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
    ]


@pytest.mark.requirement("HT-5", "ALL-9")
def test_bundle_is_divided_by_its_sections() -> None:
    made = week()
    page = render(made)
    assert not faults(page)
    tree = parsed(page)
    found = headings_of(tree)
    assert found[:5] == [
        (1, "The Harbour Week"),
        (2, "Example Review"),
        (3, "23 October 2023"),
        (4, "A Clock That Does Not Hurry"),
        (5, "What it measures"),
    ]
    assert [level for level, _ in found if level == 1] == [1]
    assert all(after <= before + 1 for (before, _), (after, _) in pairwise(found))
    assert found[-2:] == [(2, "Sources"), (2, "Left out")]
    lines = [
        (len(line.xpath("ancestor::ol")), line.xpath("a")[0].text_content())
        for line in tree.xpath("//nav[@id='contents']//li")
    ]
    assert lines[:5] == [
        (1, "Example Review"),
        (2, "23 October 2023"),
        (3, made.members[0].title),
        (3, made.members[1].title),
        (3, made.members[2].title),
    ]
    # What the section says, its lines do not say again.
    about = tree.xpath("//nav[@id='contents']//li[not(@class)]/span[@class='about']")
    assert about[0].text_content() == "Ada Byron · Charles Wheatstone"


@pytest.mark.requirement("HT-5", "ALL-9")
def test_bundle_leads_from_article_to_article() -> None:
    made = week()
    tree = parsed(render(made))
    articles = tree.xpath("//article")
    names = [article.get("id") for article in articles]
    for place, article in enumerate(articles):
        (ways,) = article.getparent().xpath("./div[@class='ways']")
        expected = [f"#{names[place - 1]}"] if place else []
        expected += ["#contents"]
        expected += [f"#{names[place + 1]}"] if place + 1 < len(names) else []
        assert ways.xpath("a/@href") == expected
    (link,) = tree.xpath("//article//a[text()='a clock that is late']")
    assert link.get("href") == f"#{names[0]}"
    # The article's own address is where it was first.
    assert tree.xpath("//p[@class='source']/a/@href")[0] == made.members[0].url


@pytest.mark.requirement("HT-5", "ALL-4")
def test_bundle_ends_with_its_sources_and_what_was_left_out() -> None:
    tree = parsed(render(week()))
    (back,) = tree.xpath("//footer[@class='back']")
    sources = [line.text_content() for line in back.xpath(".//summary")]
    assert sources == ["Example Review 7 articles", "The Other Paper 2 articles"]
    assert len(back.xpath(".//details//a")) == 9
    left = [line.text_content() for line in back.xpath(".//section[@id='left-out']//li")]
    assert left[0].startswith("A Clock That Does Not Hurry · mirror.example.net — the same as")
    # A path is somebody's own affair.
    assert left[1] == "broken.html — could not be read"


@pytest.mark.requirement("HT-5", "EP-7")
def test_ids_come_from_the_articles_and_not_from_their_places() -> None:
    made = week()
    names = parsed(render(made)).xpath("//article/@id")
    fewer = replace(made, articles=made.articles[3:5], members=made.members[3:5], sections=())
    assert parsed(render(fewer)).xpath("//article/@id") == names[3:5]


@pytest.mark.requirement("HT-1", "HT-5")
def test_odd_titles_stay_titles(
    nu_check: Callable[[Path], list[str]], chromium: Chromium, tmp_path: Path
) -> None:
    page = render(odd())
    assert not faults(page)
    tree = parsed(page)
    shown = [words or "Untitled" for words in ODD_TITLES]
    assert [a.text_content() for a in tree.xpath("//nav[@id='contents']//a")] == shown
    names = tree.xpath("//article/@id")
    assert len(set(names)) == len(names) == len(ODD_TITLES)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "odd.html").write_text(page, "utf-8")
    (folder / "week.html").write_text(render(week()), "utf-8")
    # Nobody said which language it is.
    assert [found for found in nu_check(folder) if 'has “lang="und"”' not in found] == []
    for name in ("odd", "week"):
        with chromium.open(folder / f"{name}.html", width=390) as opened:
            opened.value(_LAY_OUT)
            assert opened.value("document.documentElement.scrollWidth") <= 390
            assert opened.value(_OUTSIDE) == []
            assert opened.violations() == []
            assert opened.complaints == []


@st.composite
def bundles(draw: st.DrawFn) -> Edition:
    """Editions of many with sections in sections, and articles in none."""
    made = draw(own.editions(4))
    count = len(made.members)
    words = st.text(max_size=30)

    def within(start: int, stop: int, deep: int) -> tuple[Section, ...]:
        cuts = sorted(draw(st.sets(st.integers(start, stop), max_size=3)))
        return tuple(
            Section(
                title=draw(words),
                kind=draw(st.sampled_from(("source", "day", "month", "tag"))),
                value=draw(words),
                start=first,
                stop=last,
                children=within(first, last, deep + 1) if deep < 4 else (),
            )
            for first, last in pairwise(cuts)
        )

    return replace(
        made,
        is_bundle=True,
        subtitle=draw(words),
        description=draw(words),
        sections=within(0, count, 0),
    )


@pytest.mark.requirement("HT-1", "HT-2", "HT-5", "SEC-3")
@given(bundles())
@settings(max_examples=30)
def test_any_bundle_makes_pages_that_are_safe(made: Edition) -> None:
    page = render(made)
    assert not faults(page)
    body = "<body" + page.split("\n<body", 1)[1].rsplit("</html>", 1)[0]
    lxml.etree.fromstring(body.encode())
    assert len(parsed(page).xpath("//article")) == len(made.members)
    files: dict[str, bytes] = {}
    write_folder(made, files.__setitem__, Options(), Context(Pictures()))
    assert len(files) == len(made.members) + 1
    for name, data in files.items():
        tree = parsed(data.decode())
        local = {unquote(href) for href in tree.xpath("//a/@href") if ":" not in href[:9]}
        assert {href for href in local if not href.startswith("#")} <= set(files), name


@pytest.mark.requirement("HT-5")
def test_contents_have_one_edge_whatever_the_direction_of_a_title(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    edges = """(side) => [...document.querySelectorAll('#contents li:not(.part) > a')].map(link => {
        const range = document.createRange();
        range.selectNodeContents(link);
        return Math.round(range.getBoundingClientRect()[side]);
    })"""
    for language, side in (("en", "left"), ("ar", "right")):
        with chromium.open(page(replace(week(), language=language))) as opened:
            assert len(set(opened.page.evaluate(edges, side))) == 1


class Once(Sequence[Article]):
    """Articles that are made when they are taken, and remember how often that was."""

    def __init__(self, count: int) -> None:
        self.length = count
        self.taken: list[int] = []

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, place: Any) -> Any:
        if place >= self.length:
            raise IndexError(place)
        self.taken.append(place)
        words = f"Paragraph of article {place} with many words in it. " * 8_000
        return Article(
            title=f"Article {place}",
            url=f"https://example.org/{place}",
            language="en",
            body=(Paragraph((Text(words.strip()),)),),
        )


@pytest.mark.requirement("ALL-10")
@pytest.mark.parametrize("kind", ["page", "site"])
def test_articles_pass_by_one_at_a_time(kind: str, tmp_path: Path) -> None:
    count = 60
    articles = Once(count)
    members = tuple(
        Member(title=f"Article {place}", url=f"https://example.org/{place}", language="en")
        for place in range(count)
    )
    made = Edition(articles=articles, members=members, title="Many", is_bundle=True)
    sizes: list[int] = []
    tracemalloc.start()
    try:
        if kind == "page":
            with (tmp_path / "page.html").open("wb") as target:
                write(made, target, Options(), Context())
            sizes.append((tmp_path / "page.html").stat().st_size)
        else:
            write_folder(made, lambda _, data: sizes.append(len(data)), Options(), Context())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert articles.taken == list(range(count))
    assert sum(sizes) > 20_000_000
    assert peak < 17_000_000  # up to 8 MiB wait in memory, the rest on the disk


def test_a_page_of_very_many_notes_keeps_them_in_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "anchor(" in render(week())
    assert "noted" in parsed(render(week())).find("body").get("class").split()
    monkeypatch.setattr(webpage, "_MOST_BESIDE", 5)
    assert "anchor(" not in render(week())
    assert "noted" not in parsed(render(week())).find("body").get("class").split()


def test_links_lead_to_articles_that_are_not_laid_out_yet(
    chromium: Chromium, page: Callable[..., Path]
) -> None:
    text = Paragraph((Text("Words that go on for a while. " * 40),))
    articles = [
        Article(
            title=f"Article {place}",
            url=f"https://example.org/{place}",
            language="en",
            body=(text,) * (place % 7 * 5 + 1),
        )
        for place in range(60)
    ]
    made = replace(edition(articles, title="Many"), is_bundle=True)
    with chromium.open(page(made)) as opened:
        opened.page.locator("nav li > a").nth(55).click()
        shown = "document.querySelector(location.hash).getBoundingClientRect().top"
        opened.page.wait_for_function(f"Math.abs({shown}) < 300")
        assert opened.page.url.endswith(parsed(render(made)).xpath("//article/@id")[55])


# --- A site --------------------------------------------------------------------------------


def site(made: Edition, folder: Path) -> list[str]:
    """Write an edition as a site and return the names of its files in order."""
    names: list[str] = []

    def put(name: str, data: bytes) -> None:
        names.append(name)
        (folder / name).write_bytes(data)

    pictures = Pictures(need=picture_need(made, Options()))
    write_folder(made, put, Options(), Context(pictures))
    return names


def site_faults(folder: Path) -> list[str]:
    """List links that lead out of the folder's files or nowhere, and what no page may have."""
    found: list[str] = []
    for file in sorted(folder.glob("*.html")):
        page = file.read_text("utf-8")
        tree = parsed(page)
        local = [href for href in tree.xpath("//a/@href") if not re.match(r"https?:|#", href)]
        for href in local:
            if not (folder / unquote(href)).is_file():
                found.append(f"{file.name}: {href} leads nowhere")
            page = page.replace(f'href="{html.escape(href)}"', 'href="#contents"')
        known = 'id="contents"' in page
        found += [
            f"{file.name}: {fault}"
            for fault in faults(page)
            if known or fault != "#contents leads nowhere"
        ]
    return found


@pytest.mark.requirement("HT-5", "ALL-9")
def test_site_has_an_index_and_a_page_for_each_article(tmp_path: Path) -> None:
    made = week()
    names = site(made, tmp_path)
    assert names[:2] == ["index.html", "A Clock That Does Not Hurry.html"]
    assert len(names) == 10
    assert site_faults(tmp_path) == []
    index = parsed((tmp_path / "index.html").read_text("utf-8"))
    assert headings_of(index)[:3] == [
        (1, "The Harbour Week"),
        (2, "Example Review"),
        (3, "23 October 2023"),
    ]
    links = [unquote(href) for href in index.xpath("//nav[@id='contents']//a/@href")]
    assert links == names[1:]
    for place, (name, member) in enumerate(zip(names[1:], made.members, strict=True)):
        tree = parsed((tmp_path / name).read_text("utf-8"))
        assert tree.findtext("head/title") == member.title
        assert (tree.get("lang"), tree.get("dir")) == (member.language, member.direction)
        assert headings_of(tree)[0] == (1, member.title)
        ways = [unquote(href) for href in tree.xpath("//nav[@class='ways']/a/@href")]
        around = [names[place]] if place else []
        around += ["index.html"]
        around += [names[place + 2]] if place + 2 < len(names) else []
        assert ways == around
        assert tree.xpath("//header[@class='way-up']//a/@href") == ["index.html"]
    tides = parsed((tmp_path / "Tides by Hand.html").read_text("utf-8"))
    (link,) = tides.xpath("//article//a[text()='a clock that is late']")
    assert unquote(link.get("href")) == names[1]


@pytest.mark.requirement("HT-5", "ALL-3")
def test_site_has_a_file_for_each_of_two_articles_with_one_title(tmp_path: Path) -> None:
    names = site(odd(), tmp_path)
    assert len({name.casefold() for name in names}) == len(ODD_TITLES) + 1
    assert {"The same title.html", "The same title-2.html"} <= set(names)
    assert site_faults(tmp_path) == []
    again = tmp_path / "again"
    again.mkdir()
    assert site(odd(), again) == names
    assert all((again / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


@pytest.mark.requirement("HT-1", "HT-7", "HT-9")
def test_pages_of_a_site_are_as_good_as_one_alone(
    nu_check: Callable[[Path], list[str]], chromium: Chromium, tmp_path: Path
) -> None:
    week_site, odd_site = tmp_path / "week", tmp_path / "odd"
    for made, folder in ((week(), week_site), (odd(), odd_site)):
        folder.mkdir()
        site(made, folder)
        assert nu_check(folder) == []
    shown: list[tuple[Path, int, Literal["light", "dark"]]] = [
        (week_site / "index.html", 390, "dark"),
        (week_site / "index.html", 1400, "light"),
        (week_site / "Tides by Hand.html", 390, "light"),
        (week_site / "山城的雨與一碗麵.html", 1400, "dark"),
        (odd_site / "index.html", 390, "light"),
        (odd_site / "The same title.html", 390, "dark"),
    ]
    for path, width, scheme in shown:
        with chromium.open(path, width=width, scheme=scheme) as opened:
            assert opened.value("document.documentElement.scrollWidth") <= width
            assert opened.value(_OUTSIDE) == []
            assert opened.violations() == []
            assert opened.complaints == []
            assert opened.requests == []


@pytest.mark.requirement("HT-2")
def test_site_is_walked_from_page_to_page(chromium: Chromium, tmp_path: Path) -> None:
    site(week(), tmp_path)
    folder = tmp_path.resolve().as_uri() + "/"
    with chromium.open(tmp_path / "index.html", within=folder) as opened:
        opened.page.get_by_role("link", name="山城的雨與一碗麵").first.click()
        opened.page.get_by_role("link", name="Next").click()
        assert opened.page.title() == week().members[2].title
        opened.page.get_by_role("link", name="Contents").click()
        assert opened.page.title() == "The Harbour Week"
        assert opened.requests == []
        assert opened.complaints == []


def test_site_without_articles() -> None:
    with pytest.raises(WriteError, match="no article"):
        write_folder(Edition(articles=()), lambda *_: None, Options(), Context())
