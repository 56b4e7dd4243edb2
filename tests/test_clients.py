"""Books in real clients: Ace by DAISY, epub.js in Chromium, Calibre's converter.

With BROADSHEET_SCREENSHOTS=FOLDER the pages that the tests look at are kept there as pictures.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from converters.article import Figure, Image, Paragraph, plain_text, query
from converters.edition import Edition, Section, edition
from converters.images import Pictures
from converters.writers import Context, epub
from tests.book_clients import HERE, AceReport, NoClientsError, ace, epub_reader
from tests.browser import Chromium, NoChromiumError, OpenPage
from tests.bundles import odd, week
from tests.conftest import cannot_run
from tests.pieces import piece

OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
EDITIONS: dict[str, Callable[[], Edition]] = {
    "week": week,
    "article": lambda: edition([piece("zh-Hant")]),
    "odd": odd,
    "vertical": lambda: edition([piece("zh-Hant"), piece("ja")]),
}
OPTIONS = {"vertical": epub.Options(vertical=True)}


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return ``book(name)``: the file of one of EDITIONS, made once."""
    folder = tmp_path_factory.mktemp("books")

    def make(name: str) -> Path:
        path = folder / f"{name}.epub"
        if not path.exists():
            made, options = EDITIONS[name](), OPTIONS.get(name, epub.Options())
            pictures = Pictures(need=epub.picture_need(made, options))
            with pictures, path.open("wb") as target:
                epub.write(made, target, options, Context(pictures))
        return path

    return make


def spine(path: Path) -> list[str]:
    """List the documents of a book in their order, as the package names them."""
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".opf"))
        package = etree.fromstring(archive.read(name))
    files = {item.get("id"): str(item.get("href")) for item in package.iter(f"{OPF}item")}
    return [files[ref.get("idref")] for ref in package.iter(f"{OPF}itemref")]


def test_packages_are_pinned_by_hash_whatever_the_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    named = {name: each for name, each in lock["packages"].items() if name}
    assert len(named) > 100
    for name, each in named.items():
        assert each["integrity"].startswith("sha512-"), name
        assert "resolved" not in each, name
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    for name, version in wanted.items():
        assert named[f"node_modules/{name}"]["version"] == version


# --- Ace by DAISY --------------------------------------------------------------------------


def checked(path: Path) -> AceReport:
    """Let Ace look at a book."""
    try:
        return ace(path)
    except (NoClientsError, NoChromiumError) as error:
        cannot_run(str(error))
        raise


@pytest.mark.requirement("EP-5", "EP-15")
@pytest.mark.parametrize("name", ["week", "article", "odd"])
def test_ace_finds_nothing(book: Callable[[str], Path], name: str) -> None:
    path = book(name)
    report = checked(path)
    assert set(spine(path)) <= report.documents
    assert report.violations == ()
    # What is missing is what only a person who examined the book may say (EP-6).
    asked = {"a11y:certifiedBy", "a11y:certifierCredential", "a11y:certifierReport"}
    assert set(report.metadata["missing"]) == asked | {"dcterms:conformsTo"}


def test_ace_sees_what_is_wrong(book: Callable[[str], Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(book("article")) as whole, zipfile.ZipFile(broken, "w") as target:
        for name in whole.namelist():
            data = whole.read(name)
            if re.fullmatch(r"EPUB/a-.*\.xhtml", name):
                data = data.replace(b"</section></body>", b'<img src="x.png"/></section></body>')
            target.writestr(name, data)
    report = checked(broken)
    assert [line for line in report.violations if line.startswith(("serious", "critical"))]


# --- epub.js -------------------------------------------------------------------------------


@contextmanager
def reading(chromium: Chromium, path: Path) -> Iterator[OpenPage]:
    """Open a book in epub.js; at the end the reader has complained of nothing."""
    try:
        with epub_reader(chromium, path) as page:
            page.page.set_default_timeout(10_000)
            yield page
            assert page.complaints == []
            assert page.requests == []
    except NoClientsError as error:
        cannot_run(str(error))


def photograph(page: OpenPage, name: str) -> None:
    """Keep what the window shows, where somebody wants to see it."""
    folder = os.environ.get("BROADSHEET_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.page.screenshot(path=Path(folder) / f"{name}.png")


_CONTENTS = """book.loaded.navigation.then(navigation => navigation.toc.map(
    function line(entry) { return [entry.label.trim(), entry.href, entry.subitems.map(line)] }))"""
_IMAGES = """Promise.all([...rendition.getContents()[0].document.images].map(image =>
    image.decode().then(() => [image.naturalWidth, image.clientWidth])))"""


def lines(entries: list[Any], depth: int = 0) -> list[tuple[int, str]]:
    """Give a tree of contents as lines, each with its depth."""
    found: list[tuple[int, str]] = []
    for label, _, children in entries:
        found.append((depth, label))
        found += lines(children, depth + 1)
    return found


def expected(made: Edition) -> list[tuple[int, str]]:
    """Give the sections and the articles' titles as they have to stand in the contents."""

    def within(sections: tuple[Section, ...], start: int, stop: int, depth: int) -> Iterator[Any]:
        for section in sections:
            yield depth, section.title
            yield from within(section.children, section.start, section.stop, depth + 1)
            start = section.stop
        yield from ((depth, made.members[place].title) for place in range(start, stop))

    return list(within(made.sections, 0, len(made.members), 0))


def is_subsequence(wanted: list[Any], found: list[Any]) -> bool:
    """Tell whether all of ``wanted`` stands in ``found`` in that order."""
    rest = iter(found)
    return all(each in rest for each in wanted)


@pytest.mark.requirement("EP-10", "EP-12")
def test_reader_sees_title_and_contents_with_sections(
    book: Callable[[str], Path], chromium: Chromium
) -> None:
    made = week()
    with reading(chromium, book("week")) as page:
        assert page.value("book.package.metadata.title") == made.title
        contents = page.value(_CONTENTS)
        assert is_subsequence(expected(made), lines(contents)), lines(contents)
        page.value(f"rendition.display({contents[0][1]!r})")
        photograph(page, "first-entry")
        page.value("rendition.display('nav.xhtml')")
        photograph(page, "contents")


@pytest.mark.requirement("EP-30")
def test_reader_finds_the_cover(book: Callable[[str], Path], chromium: Chromium) -> None:
    with reading(chromium, book("week")) as page:
        size = page.value(
            "book.coverUrl().then(async url => { const image = new Image(); image.src = url;"
            "await image.decode(); return [image.naturalWidth, image.naturalHeight]; })"
        )
        assert size[0] >= 600
        assert size[1] > size[0]
        page.value("rendition.display('cover.xhtml')")
        photograph(page, "cover")


@pytest.mark.requirement("EP-12")
def test_reader_goes_through_all_of_the_book_and_back(
    book: Callable[[str], Path], chromium: Chromium
) -> None:
    path = book("week")
    with reading(chromium, path) as page:
        all_files = page.value("book.spine.spineItems.map(item => item.href)")
        assert all_files == spine(path)
        in_line = page.value(
            "book.spine.spineItems.filter(item => item.linear).map(item => item.href)"
        )
        seen = page.value(
            """(async () => {
                const seen = [];
                await rendition.display(); // the cover is out of the line
                for (let page = 0; page < 200; page += 1) {
                    const here = rendition.currentLocation();
                    if (seen.at(-1) !== here.start.href) seen.push(here.start.href);
                    if (here.atEnd) break;
                    await rendition.next();
                }
                return seen;
            })()"""
        )
        assert seen == in_line
        last = page.value("rendition.currentLocation().start.index")
        page.value(f"rendition.display({in_line[-1]!r}).then(() => rendition.prev())")
        assert page.value("rendition.currentLocation().start.index") <= last


@pytest.mark.requirement("EP-15", "EP-28")
def test_reader_shows_the_pictures(book: Callable[[str], Path], chromium: Chromium) -> None:
    count = 0
    with reading(chromium, book("week")) as page:
        for name in spine(book("week")):
            page.value(f"rendition.display({name!r})")
            for natural, shown in page.value(_IMAGES):
                count += 1
                assert natural > 0
                assert 0 < shown <= 600
    pictures = sum(
        image.url.startswith("data:")
        for article in week().articles
        for image in query(article.body, Image)
    )
    assert count >= pictures > 3


@pytest.mark.requirement("EP-19", "EP-20", "EP-21", "EP-22")
def test_reader_pops_up_the_notes(book: Callable[[str], Path], chromium: Chromium) -> None:
    made = week()
    with reading(chromium, book("week")) as page:
        contents = page.value(_CONTENTS)
        (href,) = (href for label, href in entries(contents) if label == "Tides by Hand")
        page.value(f"rendition.display({href!r})")
        frame = page.page.frame_locator("iframe")
        photograph(page, "chapter")
        note = page.page.locator("#note")
        assert not note.is_visible()
        marks = frame.locator("a[role=doc-noteref]")
        said = []
        for place in range(marks.count()):
            marks.nth(place).click()
            said.append(note.inner_text().strip())
            photograph(page, f"note-{place + 1}")
        # A note's number does not part from its first word.
        assert said[0] == "1.\u00a0Everybody in the harbour, that is."
        assert "errors?year=1911" in said[1]
        # Each chapter's marks have their notes in the same file, whatever its language.
        for article in made.articles[:7]:
            (href,) = (href for label, href in entries(contents) if label == article.title)
            page.value(f"rendition.display({href!r})")
            lost = page.value(
                """(() => {
                    const chapter = rendition.getContents()[0].document;
                    const marks = [...chapter.querySelectorAll('a')].filter(
                        link => link.getAttribute('epub:type') === 'noteref');
                    const found = marks.map(mark => chapter.getElementById(mark.hash.slice(1)));
                    return [marks.length, found.filter(note =>
                        note?.getAttribute('epub:type') !== 'footnote').length];
                })()"""
            )
            assert lost[0] >= 2, article.title
            assert lost[1] == 0, article.title


def entries(contents: list[Any]) -> Iterator[tuple[str, str]]:
    """Give the labels and addresses of a tree of contents."""
    for label, href, children in contents:
        yield label, href
        yield from entries(children)


@pytest.mark.requirement("ALL-9")
def test_reader_goes_from_article_to_article(
    book: Callable[[str], Path], chromium: Chromium
) -> None:
    with reading(chromium, book("week")) as page:
        contents = dict(entries(page.value(_CONTENTS)))
        page.value(f"rendition.display({contents['Tides by Hand']!r})")
        frame = page.page.frame_locator("iframe")
        frame.get_by_role("link", name="a clock that is late").click()
        page.page.wait_for_function(
            "file => rendition.currentLocation().start?.href === file",
            arg=contents["A Clock That Does Not Hurry"],
        )


def test_reader_shows_vertical_lines_from_right_to_left(
    book: Callable[[str], Path], chromium: Chromium
) -> None:
    with reading(chromium, book("vertical")) as page:
        assert page.value("rendition.settings.direction") == "rtl"
        (href,) = (
            href for label, href in entries(page.value(_CONTENTS)) if label == piece("ja").title
        )
        page.value(f"rendition.display({href!r})")
        chapter = "rendition.getContents()[0].document"
        assert page.value(f"getComputedStyle({chapter}.body).writingMode") == "vertical-rl"
        photograph(page, "vertical")
        shown = "rendition.currentLocation().start"
        first = page.value(shown)
        page.value("rendition.next()")
        second = page.value(shown)
        assert (first["href"], second["href"]) == (href, href)
        assert second["displayed"]["page"] > first["displayed"]["page"]


# --- Calibre -------------------------------------------------------------------------------


def calibre(command: str, *arguments: str | Path) -> str:
    """Run a command of Calibre's and return what it prints; skip the test where there is none."""
    program = shutil.which(command)
    if program is None:
        pytest.skip(f"{command} is not installed (Debian: calibre)")
    done = subprocess.run(
        [program, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


def test_calibre_reads_the_metadata(book: Callable[[str], Path]) -> None:
    told = calibre("ebook-meta", book("week"))
    fields = dict(re.findall(r"^(\S[^:]*?) *: (.*)$", told, re.MULTILINE))
    assert fields["Title"].startswith("The Harbour Week")
    assert "Ada Byron" in fields["Author(s)"]
    assert "eng" in fields["Languages"]


def letters(words: str) -> str:
    """Reduce text to what a conversion leaves alone; the numbers of notes stand among the words."""
    return "".join(filter(str.isalpha, words))


def words_of(file: Path) -> str:
    """Give the words of a chapter without the readings above them."""
    tree = etree.parse(file)
    etree.strip_elements(tree, f"{XHTML}rt", with_tail=False)
    return "".join(tree.getroot().itertext())


def test_calibre_reads_contents_and_text(book: Callable[[str], Path], tmp_path: Path) -> None:
    made = week()
    folder = tmp_path / "opened"
    calibre("ebook-convert", book("week"), folder)
    toc = etree.parse(folder / "toc.ncx")
    titles = [words.text.strip() for words in toc.iter(f"{NCX}text") if words.text]
    assert is_subsequence([title for _, title in expected(made)], titles), titles
    text = letters("".join(map(words_of, sorted(folder.rglob("*.xhtml")))))
    for article in made.articles:
        contents = [each.content for each in query(article.body, Paragraph)]
        contents += [each.caption for each in query(article.body, Figure)]
        for words in map(plain_text, contents):
            assert letters(words) in text, words
