"""``broadsheet bundle``: from many sources to one file, as a person runs it."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import converters
from converters.edition.settings import Settings
from tests.checkers import EpubMessage
from tests.command import no_leftovers, run, said

Check = Callable[[Path], list[EpubMessage]]

WORDS = (
    "港口的老钟表匠每天清晨上山校准塔楼里的大钟",
    "运河两岸的菜农把白菜堆在青石台阶上等第一班船",
    "图书馆新来的管理员用三个月重新编排了地方志",
    "山谷里的气象站记录下四十年来最早的一场雪",
    "码头工会与船东在凌晨就新的装卸时间达成一致",
    "南城的裁缝铺搬进了从前的邮局并保留了柜台",
)


def text(number: int) -> str:
    """Some paragraphs that no other article has."""
    words = WORDS[number % len(WORDS)]
    lines = [f"<p>{words}，这是第{number}篇的第{line}段，{words[::-1]}。</p>" for line in range(4)]
    return "\n".join(lines)


def archived(
    title: str, number: int, *, day: int | None = None, host: str = "a.example.org", more: str = ""
) -> str:
    """An archived article as the seeds have it."""
    date = f"日期：2020-10-{day or number:02} 08:00\n\n" if day != 0 else ""
    return f"[{title}](https://{host}/{number})\n------\n{date}{text(number)}\n{more}\n"


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """A folder with six articles of two sources, of which two links lead to one another."""
    folder = tmp_path / "week"
    folder.mkdir()
    for number in range(1, 7):
        other = number % 6 + 1
        link = (
            f'<p>另见<a href="https://{"ab"[other % 2]}.example.org/{other}">第{other}篇</a>，'
            f'以及<a href="https://elsewhere.example.net/{number}">别处</a>。</p>'
        )
        host = f"{'ab'[number % 2]}.example.org"
        path = folder / f"{number}.txt"
        path.write_text(archived(f"第{number}篇", number, host=host, more=link), "utf-8")
    return folder


def files(book: Path) -> dict[str, str]:
    """The documents of a book by their names."""
    with zipfile.ZipFile(book) as archive:
        names = [name for name in archive.namelist() if name.endswith(("html", "opf", "ncx"))]
        return {name.rpartition("/")[2]: archive.read(name).decode() for name in names}


def chapters(book: Path) -> list[str]:
    """The documents of a book's articles."""
    return [data for name, data in files(book).items() if name.startswith("a-")]


# --- The main job --------------------------------------------------------------------------


@pytest.mark.requirement("ALL-9", "EP-1", "EP-10", "EP-12")
def test_a_folder_becomes_one_book(week: Path, tmp_path: Path, epubcheck: Check) -> None:
    book = tmp_path / "week.epub"
    done = run("bundle", week, "-o", book, "--sort", "date", "--group", "source,day")
    assert done.returncode == 0, said(done)
    assert said(done) == ""
    assert epubcheck(book) == []
    found = files(book)
    assert "2020年10月1日" in found["content.opf"]
    assert "2 来源 · 6 篇" in found["title.xhtml"]
    assert len(chapters(book)) == 6
    assert found["nav.xhtml"].index("第2篇") < found["nav.xhtml"].index("第4篇")
    for number in range(1, 7):
        assert f"第{number}篇" in found["nav.xhtml"]
        assert f"第{number}篇" in found["sources.xhtml"]


@pytest.mark.requirement("ALL-9")
def test_links_between_its_articles_lead_inside_and_others_are_notes(
    week: Path, tmp_path: Path
) -> None:
    book = tmp_path / "week.epub"
    assert run("bundle", week, "-o", book).returncode == 0
    for chapter in chapters(book):
        assert chapter.count('epub:type="noteref"') == 1
        assert "elsewhere.example.net" in chapter
        inside = chapter.split("另见")[1].split("以及")[0]
        assert 'href="a-' in inside


@pytest.mark.requirement("ALL-3", "ALL-9")
def test_the_order_of_the_sources_makes_no_difference_when_sorted(
    week: Path, tmp_path: Path
) -> None:
    paths = sorted(week.iterdir())
    paths.append(week / "bad.txt")
    paths[-1].write_bytes(b"")
    shuffled = [paths[place] for place in (3, 6, 0, 5, 2, 4, 1)]
    made = []
    for place, order in enumerate((paths, paths[::-1], shuffled)):
        book = tmp_path / f"{place}.epub"
        done = run("bundle", *order, "-o", book, "--sort", "date", "-j", str(1 + place % 2))
        assert done.returncode == 1
        made.append(book.read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.requirement("ALL-9")
def test_doubles_are_taken_once_and_told(week: Path, tmp_path: Path) -> None:
    copy = week / "copy.txt"
    copy.write_text((week / "1.txt").read_text("utf-8").replace("https://b.", "http://www.b."))
    other = week / "other.txt"
    other.write_text(archived("转载", 1, host="mirror.example.net"), "utf-8")
    book, report = tmp_path / "week.epub", tmp_path / "report.json"
    done = run("bundle", week, "-o", book, "--report", report)
    assert done.returncode == 0
    assert "2 articles were there twice" in said(done)
    assert len(chapters(book)) == 6
    told = json.loads(report.read_bytes())
    assert sorted(each["kind"] for each in told["left_out"]) == ["same address", "same text"]
    assert {each["kept"] for each in told["left_out"]} == {"第1篇"}
    assert "转载" in files(book)["about.xhtml"]
    again = run("bundle", week, "-o", book, "--keep-duplicates", "-f")
    assert said(again) == ""
    assert len(chapters(book)) == 8


@pytest.mark.requirement("ALL-9")
@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--since", "2020-10-03", "--until", "2020-10-05"], {3, 4, 5}),
        (["--match", "白菜"], {1}),
        (["--source", "a.example.org"], {2, 4, 6}),
        (["--source", "b.example.org", "--until", "2020-10-04"], {1, 3}),
    ],
)
def test_what_was_not_asked_for_is_left_out(
    week: Path, tmp_path: Path, options: list[str], left: set[int]
) -> None:
    book, report = tmp_path / "week.epub", tmp_path / "report.json"
    done = run("bundle", week, "-o", book, "--report", report, *options)
    assert done.returncode == 0, said(done)
    contents = files(book)["nav.xhtml"]
    assert {number for number in range(1, 7) if f"第{number}篇" in contents} == left
    told = json.loads(report.read_bytes())
    assert told["edition"]["articles"] == len(left)
    assert [each["kind"] for each in told["left_out"]] == ["filtered"] * (6 - len(left))


def test_everything_can_be_said_in_an_edition_file(week: Path, tmp_path: Path) -> None:
    (tmp_path / "weekly.toml").write_text(
        'title = "周报"\nauthor = "编者"\nsources = ["week"]\nsort = "date"\nuntil = 2020-10-03\n'
        'series = "港口"\nseries-index = 7\noutput = "out/weekly.epub"\n',
        "utf-8",
    )
    done = run("bundle", "--edition", tmp_path / "weekly.toml", "--subtitle", "十月", cwd=week)
    assert done.returncode == 0, said(done)
    found = files(tmp_path / "out" / "weekly.epub")
    assert "周报" in found["title.xhtml"]
    assert "十月" in found["title.xhtml"]
    assert "编者" in found["content.opf"]
    assert 'property="group-position"' in found["content.opf"]
    assert len(chapters(tmp_path / "out" / "weekly.epub")) == 3


# --- Other formats -------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["md", "txt", "html", "json"])
def test_the_same_edition_in_one_file_of_another_format(
    week: Path, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"week.{suffix}"
    done = run("bundle", week, "-o", target, "--sort", "date", "--title", "一周")
    assert done.returncode == 0, said(done)
    found = target.read_text("utf-8")
    for number in range(1, 7):
        assert f"第{number}篇" in found
    if suffix != "json":
        assert "一周" in found


@pytest.mark.parametrize(("to", "index"), [("markdown", "index.md"), ("html", "index.html")])
def test_a_folder_gets_a_file_for_each_article_and_an_index(
    week: Path, tmp_path: Path, to: str, index: str
) -> None:
    folder = tmp_path / "site"
    done = run("bundle", week, "-t", to, "-o", f"{folder}/", "--sort", "date")
    assert done.returncode == 0, said(done)
    names = {path.name for path in folder.iterdir()}
    suffix = Path(index).suffix
    assert {f"第{number}篇{suffix}" for number in range(1, 7)} | {index} <= names
    assert no_leftovers(tmp_path)
    again = run("bundle", week, "-t", to, "-o", f"{folder}/")
    assert again.returncode == 1
    assert "exists already; --force overwrites it" in said(again)
    assert run("bundle", week, "-t", to, "-o", f"{folder}/", "-f").returncode == 0
    assert {path.name for path in folder.iterdir()} == names


def test_a_book_in_a_folder_or_here_is_named_by_its_title(week: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert run("bundle", week, "--title", "一周/新闻", cwd=out).returncode == 0
    (book,) = out.iterdir()
    assert book.suffix == ".epub"
    assert book.name.startswith("一周")
    assert run("bundle", week, "--title", "二", "-o", f"{out}/").returncode == 0
    assert (out / "二.epub").exists()


def test_text_goes_to_standard_output_when_asked(week: Path) -> None:
    done = run("bundle", week, "-t", "text", "-o", "-")
    assert done.returncode == 0, said(done)
    assert "第6篇" in done.stdout.decode()


def test_from_python(week: Path, tmp_path: Path) -> None:
    own = converters.read(archived("自己的", 9).encode())
    settings = Settings(title="一周", sort="date", group=("month",), until=date(2020, 10, 3))
    made = converters.bundle([week, own], tmp_path / "week.md", settings, links="inline")
    assert made.outputs == (str(tmp_path / "week.md"),)
    assert [each.title for each in made.edition.members] == ["第1篇", "第2篇", "第3篇"]
    assert [each.kind for each in made.edition.left_out] == ["filtered"] * 4
    found = (tmp_path / "week.md").read_text("utf-8")
    assert "(https://elsewhere.example.net/1)" in found
    with pytest.raises(converters.ConversionError, match="no article is left"):
        converters.bundle(week, tmp_path / "none.epub", Settings(match=("nichts",)))


# --- Bad input -----------------------------------------------------------------------------


def test_what_cannot_be_read_is_told_and_the_rest_is_bundled(
    week: Path, tmp_path: Path, epubcheck: Check
) -> None:
    bad = week / "bad.txt"
    bad.write_bytes(b"")
    book = tmp_path / "week.epub"
    done = run("bundle", week, "-o", book, "https://127.0.0.1/x")
    assert done.returncode == 1
    lines = said(done).splitlines()
    assert any(line.startswith(f"{bad}: is empty") for line in lines)
    assert lines[-1] == "2 of 8 sources failed"
    assert len(chapters(book)) == 6
    about = files(book)["about.xhtml"]
    assert "bad.txt" in about
    assert str(tmp_path) not in about
    assert epubcheck(book) == []


def test_no_article_left_says_why_and_makes_nothing(week: Path, tmp_path: Path) -> None:
    book = tmp_path / "week.epub"
    done = run("bundle", week, "-o", book, "--since", "2021")
    assert done.returncode == 1
    assert said(done).startswith(f"{book}: no article is left: 6 articles were read")
    assert "(6 x is before 2021-01-01)" in said(done)
    done = run("bundle", week, "-o", book, "--source", "c.example.org")
    assert "(6 x comes from a source that was not chosen)" in said(done)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("bundle", empty, "-o", book)
    assert done.returncode == 1
    assert list(tmp_path.glob("*.epub")) == []


@pytest.mark.parametrize("target", ["week.epub", "./site/"])
def test_a_bundle_made_again_where_its_sources_are_is_the_same(week: Path, target: str) -> None:
    command = ("bundle", ".", "-o", target, "-t", "epub" if "epub" in target else "html")
    assert run(*command, cwd=week).returncode == 0
    made = {path: path.read_bytes() for path in week.rglob("*") if path.is_file()}
    again = run(*command, "--force", cwd=week)
    assert again.returncode == 0
    assert f"{target}: {1 if 'epub' in target else 7} file" in said(again)
    assert {path: path.read_bytes() for path in week.rglob("*") if path.is_file()} == made
    named = run("bundle", "week.epub", "-o", "week.epub", "--force", cwd=week)
    assert ("epub" in target) == (named.returncode == 0)


def test_articles_that_do_not_fit_onto_the_disk_are_an_error(week: Path, tmp_path: Path) -> None:
    book, report = tmp_path / "week.epub", tmp_path / "report.json"
    full = """
import sys
from converters.cli import main
from converters.edition import shelf
def put(self, data):
    raise shelf.WriteError("edition", "the disk is full")
shelf._File.put = put
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", full, "bundle", week, "-o", book, "--report", report],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert said(done) == "edition: the disk is full\n"
    assert not book.exists()
    assert json.loads(report.read_bytes())["edition"] == {"error": "edition: the disk is full"}


def test_an_existing_book_stays_and_nothing_is_read_for_it(week: Path, tmp_path: Path) -> None:
    book = tmp_path / "week.epub"
    book.write_bytes(b"mine")
    (week / "bad.txt").write_bytes(b"")
    done = run("bundle", week, "-o", book)
    assert done.returncode == 1
    assert said(done).splitlines() == [f"{book}: exists already; --force overwrites it"]
    assert book.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["missing.jpg", "text.jpg", "folder"])
@pytest.mark.parametrize("option", ["--cover", "--style"])
def test_a_cover_or_style_that_cannot_be_used_is_told_before_anything_is_read(
    week: Path, tmp_path: Path, option: str, name: str
) -> None:
    (tmp_path / "text.jpg").write_bytes(b"no picture, no \xff text")
    (tmp_path / "folder").mkdir()
    (week / "bad.txt").write_bytes(b"")
    book = tmp_path / "week.epub"
    done = run("bundle", week, "-o", book, option, tmp_path / name)
    assert done.returncode == 1
    assert said(done).startswith(f"{tmp_path / name}: ")
    assert "bad.txt" not in said(done)
    assert not book.exists()
    assert no_leftovers(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("-t", "pdf", "-O", "page=A99"), 2, "'A99' is no size of paper"),
        (("-t", "pdf", "-O", "logo=gone.png"), 1, "gone.png: cannot be read as the logo"),
        (("-t", "pdf", "--style", "gone.css"), 1, "gone.css: cannot be read as a CSS file"),
        (("-t", "epub", "--style", "newspaper"), 1, "the look of this name is one of printed"),
    ],
)
def test_what_a_format_cannot_have_is_told_before_anything_is_read(
    tmp_path: Path, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    done = run("bundle", "x", *arguments, cwd=tmp_path)
    assert done.returncode == status
    assert reason in " ".join(said(done).split())
    assert "x:" not in said(done)


def test_sources_of_one_name_and_titles_of_all_kinds(tmp_path: Path, epubcheck: Check) -> None:
    titles = [
        "长" * 500,
        "🙂🎉",
        "&lt;b&gt;粗&lt;/b&gt; &amp; *x*",
        "一\x07二\x1b[31m",
        "同名",
        "同名",
    ]
    for number, title in enumerate(titles, 1):
        folder = tmp_path / "in" / str(number)
        folder.mkdir(parents=True)
        (folder / "article.txt").write_text(archived(title, number), "utf-8")
    book = tmp_path / "odd.epub"
    done = run("bundle", tmp_path / "in", "-o", book, "--group", "day", "--title", titles[0])
    assert done.returncode == 0, said(done)
    assert epubcheck(book) == []
    assert len(chapters(book)) == len(titles)
    site = tmp_path / "site"
    assert run("bundle", tmp_path / "in", "-t", "html", "-o", f"{site}/").returncode == 0
    assert len(list(site.glob("*.html"))) == len(titles) + 1


def noted(folder: Path, notes: int) -> Path:
    """A book of two articles, one of which has so many notes."""
    links = "".join(
        f'<p>第{n}句<a href="https://x.example.org/{n}">链接</a>。</p>' for n in range(notes)
    )
    (folder / "many.txt").write_text(archived("许多", 1, more=links), "utf-8")
    (folder / "few.txt").write_text(archived("少", 2), "utf-8")
    book = folder / f"{notes}.epub"
    done = run("bundle", folder / "many.txt", folder / "few.txt", "-o", book)
    assert done.returncode == 0, said(done)
    return book


@pytest.mark.requirement("EP-22")
def test_ten_thousand_notes_in_one_article(tmp_path: Path, epubcheck: Check) -> None:
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    book = noted(tmp_path, 10_000)
    # Seconds of the processor: they would be minutes if it were quadratic.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 30
    marks = 0
    for document in chapters(book):
        marks += document.count('epub:type="noteref"')
        assert document.count('epub:type="noteref"') == document.count('epub:type="footnote"')
        assert len(document.encode()) < 260_000
    assert marks == 10_000
    # For all of them EPUBCheck takes half a minute.
    assert epubcheck(noted(tmp_path, 500)) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to read"),
        (["x", "--since", "gestern"], "2020-10-12"),
        (["x", "--since", "2021", "--until", "2020"], "is after"),
        (["x", "--group", "colour"], "source, day, month, tag"),
        (["x", "--language", "klingonisch!"], "BCP 47"),
        (["x", "-o", "a.md", "--cover", "none"], "--cover"),
        (["x", "-o", "a.md", "--for", "kobo"], "--for"),
        (["x", "-O", "colour=red"], "no option 'colour'"),
        (["--edition", "none.toml"], "none.toml"),
    ],
)
def test_what_is_not_understood_is_a_usage_error(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = run("bundle", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in said(done)


# --- While it works ------------------------------------------------------------------------


def read_terminal(main: int, wanted: bytes = rb"\Z(?!)") -> bytes:
    """Read what a terminal is told until ``wanted`` is among it, or to the end."""
    shown = b""
    try:
        while re.search(wanted, shown) is None and (data := os.read(main, 4096)):
            shown += data
    except OSError:  # the other end was closed
        pass
    return shown


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Give a terminal: the end to read from, and the one for a process."""
    main, sub = pty.openpty()
    yield main, sub
    os.close(main)


def test_a_bar_shows_counts_and_the_current_article(
    week: Path, tmp_path: Path, terminal: tuple[int, int]
) -> None:
    main, sub = terminal
    command = [sys.executable, "-m", "converters", "bundle", str(week), "-o", "week.epub"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=sub, stderr=sub) as process:
        os.close(sub)
        shown = read_terminal(main)
    assert process.returncode == 0
    words = shown.decode()
    assert "reading" in words
    assert "writing" in words
    assert "6/6" in words
    assert "第6篇" in words


@pytest.mark.parametrize("target", ["week.epub", "site/"])
def test_ctrl_c_leaves_nothing(tmp_path: Path, target: str, terminal: tuple[int, int]) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1, 700):
        (folder / f"{number}.txt").write_text(archived(f"第{number}篇", number, day=1), "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "converters", "bundle", str(folder), "-o", target]
    command += ["-t", "html"] if target.endswith("/") else []
    main, sub = terminal
    with subprocess.Popen(command, cwd=out, stderr=sub, start_new_session=True) as run:
        os.close(sub)
        told = read_terminal(main, rb"[1-9][0-9]*/699")
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        told += read_terminal(main)
    assert run.returncode != 0
    assert b"Traceback" not in told
    assert list(out.rglob("*")) == []
