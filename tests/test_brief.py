"""``broadsheet brief``: from many sources to one PDF, as a person runs it."""

import io
import json
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from msgspec.structs import replace
from PIL import Image

import converters
from converters.article import Article, Paragraph, Text
from converters.briefing import for_print, note_text, print_options
from converters.edition.settings import Briefing, Settings
from converters.errors import ConversionError
from tests.command import no_leftovers, run, said
from tests.pdf_pages import annotations, pages, squeezed, text

SENTENCES = (
    "The harbour master has retired after forty years, and the bell was rung for him.",
    "The tide tables were printed twice this month, which had never happened before.",
    "A boat came home without its crew, who had walked along the shore.",
)


def saved(number: int, words: str) -> str:
    """A page as a person keeps it."""
    host = f"{'ab'[number % 2]}.example.org"
    return (
        f'<html lang="en"><head><title>Story number {number}</title>'
        f'<link rel="canonical" href="https://{host}/{number}">'
        f'<meta property="article:published_time" content="2020-10-{10 + number}T08:00:00Z">'
        f"</head><body><article><h1>Story number {number}</h1><p>{words} Paragraph one of story "
        f'{number} says <a href="https://elsewhere.example.net/{number}">where it was read</a>.</p>'
        f"<p>Story {number} goes on. {words[::-1].capitalize()} And it ends.</p></article></body>"
        "</html>"
    )


def filled(folder: Path) -> Path:
    folder.mkdir()
    for number, words in enumerate(SENTENCES, 1):
        (folder / f"{number}.html").write_text(saved(number, words), encoding="utf-8")
    return folder


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """A folder with three saved pages of two sites."""
    return filled(tmp_path / "week")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command makes of such a folder without being asked for more."""
    folder = tmp_path_factory.mktemp("made")
    done = run("brief", filled(folder / "week"), "-o", folder / "week.pdf", "--page", "A5")
    assert (done.returncode, said(done)) == (0, "")
    assert no_leftovers(folder)
    return folder / "week.pdf"


# --- The main job --------------------------------------------------------------------------


@pytest.mark.requirement("PDF-1", "PDF-4", "PDF-16", "ALL-9")
def test_a_folder_becomes_a_briefing(made: Path) -> None:
    data = made.read_bytes()
    first = text(data, "-f", "1", "-l", "1", "-layout")
    for words in ("11–13 October 2020", "2 sources · 3 articles", "Contents", SENTENCES[0]):
        assert words in first
    found = re.findall(r"(Story number \d) ?[ .]+(\d+)", first)
    assert len(found) == 3
    for title, at in found:
        assert squeezed(title) in pages(data)[int(at) - 1].text
    assert pages(data)[0].width == pytest.approx(148 / 25.4 * 72, abs=0.01)
    with pikepdf.open(made) as pdf:
        assert pdf.docinfo.Title == "11–13 October 2020"


@pytest.mark.requirement("PDF-7")
def test_its_last_page_names_every_address(made: Path) -> None:
    data = made.read_bytes()
    last = len(pages(data)) - 1
    listed = [target for page, _, target in annotations(data) if page == last]
    for number, host in ((1, "b"), (2, "a"), (3, "b")):
        assert f"https://{host}.example.org/{number}" in listed
        assert f"https://elsewhere.example.net/{number}" in listed


@pytest.mark.requirement("PDF-17", "ALL-9")
def test_the_function_makes_the_same(made: Path, tmp_path: Path) -> None:
    whole = converters.brief(made.parent / "week", tmp_path / "again.pdf", page="A5")
    assert (tmp_path / "again.pdf").read_bytes() == made.read_bytes()
    assert whole.outputs == (str(tmp_path / "again.pdf"),)
    assert len(whole.edition.members) == 3


def test_the_function_makes_nothing_but_pdfs(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"week\.epub: a briefing is a PDF: name it \*\.pdf"):
        converters.brief(made.parent / "week", tmp_path / "week.epub")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("PDF-1", "PDF-7", "PDF-16")
def test_an_edition_file_says_what_is_wanted(week: Path, tmp_path: Path) -> None:
    Image.new("RGB", (300, 100), "#722222").save(tmp_path / "house.png")
    (tmp_path / "note.txt").write_text("A word before.\n\nAnd another.", encoding="utf-8")
    (tmp_path / "edition.toml").write_text(
        'title = "Harbour"\nsources = ["week"]\nsort = "title"\n'
        'to = "epub"\noutput = "week.epub"\nfor = "kindle"\ncover = "none"\n[options]\n'
        "toc-depth = 2\n"
        '[briefing]\noutput = "out.pdf"\npage = "A6"\nqr = true\nlogo = "house.png"\n'
        'note = "@note.txt"\nglance = false\naddresses = false\narchive = true\n',
        encoding="utf-8",
    )
    done = run("brief", "--edition", tmp_path / "edition.toml", "--title", "Tides")
    assert (done.returncode, said(done)) == (0, "")
    data = (tmp_path / "out.pdf").read_bytes()
    assert pages(data)[0].height == pytest.approx(148 / 25.4 * 72, abs=0.01)
    words = text(data)
    assert words.startswith("Tides")
    assert "A word before." in words
    assert SENTENCES[0] not in text(data, "-f", "1", "-l", "1")
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        drawn = [str(each.Subtype) for each in pdf.pages[0].Resources.XObject.values()]
        assert drawn.count("/Image") == 1
    assert {found.text for found in codes(data)} >= {"https://b.example.org/1"}


def codes(data: bytes) -> list[zxingcpp.Barcode]:
    """The codes on all pages, as a camera sees them."""
    found = []
    for number in range(1, len(pages(data)) + 1):
        place = ("-f", str(number), "-l", str(number), "-singlefile")
        done = subprocess.run(
            ["pdftoppm", "-r", "200", "-gray", *place, "-"],
            input=data,
            capture_output=True,
            check=True,
        )
        found += zxingcpp.read_barcodes(Image.open(io.BytesIO(done.stdout)))
    return found


def test_articles_follow_each_other_if_asked(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    paper = ("--page", "A5", "--continuous", "--no-glance", "--no-addresses")
    done = run("brief", made.parent / "week", "-o", path, *paper, "--report", tmp_path / "r.json")
    assert (done.returncode, said(done)) == (0, "")
    assert len(pages(path.read_bytes())) < len(pages(made.read_bytes()))
    assert "https://a.example.org/2" not in text(path.read_bytes()).partition("Sources")[2]
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert report["edition"]["articles"] == 3


def test_standard_output_and_a_name_by_the_title(week: Path, tmp_path: Path) -> None:
    done = run("brief", week, "--page", "A5", "-o", "-")
    assert done.returncode == 0
    assert done.stdout.startswith(b"%PDF-")
    done = run("brief", week / "1.html", "--page", "A5", cwd=tmp_path)
    assert (done.returncode, said(done)) == (0, "")
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["Story number 1.pdf"]


# --- What cannot be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        ((), 2, "nothing to read; name files, folders or addresses"),
        (("x", "-o", "week.epub"), 2, "a briefing is a PDF"),
        (("x", "-o", "week"), 2, "name it *.pdf"),
        (("x", "--page", "A99"), 2, "'A99' is no size of paper: there are A3, A4"),
        (("x", "--columns", "3"), 2, "--columns"),
        (("x", "--since", "2021", "--until", "2020"), 2, "is after 2020-12-31"),
        (("x", "--group", "colour"), 2, "source, day, month, tag"),
        (("x", "--offline", "--refresh"), 2, "leave out one of the two"),
        (("x", "-O", "colour=red"), 2, "colour"),
        (
            ("x", "--archive", "-O", "variant=pdf/ua-1"),
            2,
            "--archive is variant=pdf/a-3u, not pdf/ua-1; leave out one",
        ),
        (("x", "--logo", "gone.png"), 1, "gone.png: cannot be read as the logo"),
        (("x", "--note", "@gone.txt"), 1, "gone.txt: cannot be read as the editor's note"),
        (("x", "--style", "gone.css"), 1, "gone.css: cannot be read as a CSS file"),
        (("--edition", "gone.toml"), 2, "gone.toml: cannot be read"),
    ],
)
def test_what_cannot_be_had_is_told_before_a_source_is_read(
    tmp_path: Path, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    done = run("brief", *arguments, cwd=tmp_path)
    told = said(done)
    assert done.returncode == status
    assert reason in " ".join(told.split())
    assert "x:" not in told
    assert list(tmp_path.iterdir()) == []


def test_an_option_of_the_format_wins_over_the_edition_file(week: Path, tmp_path: Path) -> None:
    words = 'sources = ["week"]\n[briefing]\npage = "A6"\narchive = true\n'
    (tmp_path / "edition.toml").write_text(words, encoding="utf-8")
    made = tmp_path / "week.pdf"
    own = ("--edition", tmp_path / "edition.toml", "-O", "variant=", "-o", made, "--archive")
    assert run("brief", *own).returncode == 2
    assert run("brief", *own[:-1]).returncode == 0
    assert b"pdfaid:part" not in made.read_bytes()


def test_a_style_that_cannot_be_used_is_told_before_a_source_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(":root { --columns: 7 }", encoding="utf-8")
    done = run("brief", "x", "--style", "own.css", cwd=tmp_path)
    assert done.returncode == 1
    assert said(done).startswith("own.css: --columns cannot be '7'")
    assert "x:" not in said(done)


def test_no_article_left(week: Path, tmp_path: Path) -> None:
    done = run("brief", week, "--since", "2030", "-o", tmp_path / "a.pdf")
    assert done.returncode == 1
    assert "no article is left: 3 articles were read and not chosen" in said(done)
    assert not (tmp_path / "a.pdf").exists()


def test_help_stands_under_headings() -> None:
    told = run("brief", "--help").stdout.decode()
    for heading in ("What goes in:", "Its parts:", "Paper:", "How it looks:"):
        assert f"\n{heading}\n" in told
    assert "--page-per-article" in told


# --- Settings ------------------------------------------------------------------------------


def test_what_is_said_for_a_book_is_not_for_paper() -> None:
    book = Settings(to="epub", output="w.epub", style="book.css", options={"toc_depth": 2})
    own = for_print(replace(book, cover="c.jpg", device="kobo", vertical=True))
    assert own == Settings()
    assert for_print(Settings(output="w.epub", style="book.css")) == Settings()
    paper = Settings(output="w.pdf", style="plain", options={"page": "A5"})
    assert for_print(paper) == paper
    both = replace(book, briefing=Briefing(output="p.pdf"))
    assert for_print(both).output == "p.pdf"


def test_options_from_the_weakest_to_the_strongest() -> None:
    assert print_options(Settings()) == {"look": "briefing", "glance": True, "addresses": True}
    said_for_all = Settings(style="plain", gray=True, links="none", options={"page": "A5"})
    assert print_options(said_for_all)["style"] == "plain"
    assert print_options(said_for_all)["page"] == "A5"
    own = replace(
        said_for_all, briefing=Briefing(style="large", page="A4", glance=False, archive=True)
    )
    found = print_options(own)
    assert (found["style"], found["page"], found["glance"]) == ("large", "A4", False)
    assert (found["variant"], found["gray"], found["links"]) == ("pdf/a-3u", True, "none")
    assert "archive" not in found
    assert "output" not in found


def test_a_note_is_text_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes("\ufeffÜber den Tag.\n".encode())
    assert note_text("Words @ noon") == "Words @ noon"
    assert note_text(f"@{file}") == "Über den Tag.\n"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConversionError, match="is not UTF-8: save the editor's note as UTF-8"):
        note_text(f"@{file}")
    file.write_bytes(b"a" * 1_000_001)
    with pytest.raises(ConversionError, match="is too long for an editor's note"):
        note_text(f"@{file}")
    for missing in (f"@{tmp_path}", "@", "@a\0b"):
        with pytest.raises(ConversionError, match="cannot be read as the editor's note"):
            note_text(missing)


def test_articles_of_a_program_become_a_briefing(tmp_path: Path) -> None:
    articles = [Article(title=f"{n}", body=(Paragraph((Text(f"Text {n}."),)),)) for n in range(2)]
    settings = Settings(title="Two", briefing=Briefing(page="A6", note="Said before."))
    converters.brief(articles, tmp_path / "two.pdf", settings, glance=False)
    words = text((tmp_path / "two.pdf").read_bytes())
    assert "Said before." in words
    with pytest.raises(ConversionError, match="colour"):
        converters.brief(articles, tmp_path / "two.pdf", colour="red")


@pytest.mark.parametrize(
    ("said_there", "place"),
    [('page = "A9"', "page in edition.toml"), ('output = "x.epub"', "output in edition.toml")],
)
def test_what_an_edition_file_says_wrongly_is_told_of_the_file(
    said_there: str, place: str, tmp_path: Path
) -> None:
    (tmp_path / "edition.toml").write_text(f"[briefing]\n{said_there}\n", encoding="utf-8")
    done = run("brief", "week", "--edition", "edition.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert place in said(done)
