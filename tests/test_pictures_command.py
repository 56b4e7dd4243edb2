"""Pictures through the command itself: a process, a pretend web, the files that come out."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.picture_server import Answer, Authority, PictureServer, Request, environment, running

SITE = "http://pictures.example"
LATE = "http://other.example/gone.jpg"


def photograph(width: int, height: int, colour: str, kind: str, **options: object) -> bytes:
    """Return a picture with something in it, as a file of Pillow's format ``kind``."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).ellipse((width // 4, height // 4, width // 2, height // 2), fill="red")
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def pixel() -> bytes:
    file = io.BytesIO()
    Image.new("P", (1, 1)).save(file, "GIF")
    return file.getvalue()


WEB = {
    f"{SITE}/square.jpg": Answer(photograph(1800, 1200, "navy", "JPEG")),
    f"{SITE}/chart.webp": Answer(photograph(600, 400, "olive", "WEBP"), "image/webp"),
    f"{SITE}/count.gif": Answer(pixel(), "image/gif"),
}
FIGURES = (
    f'<figure><img src="{SITE}/square.jpg" alt="人群"><figcaption>广场上的人群</figcaption></figure>'
    "<p>第一段正文说明昨天发生的事情。</p>"
    f'<figure><img src="{SITE}/chart.webp"><figcaption>一张图表</figcaption></figure>'
    f'<p>第二段正文。</p><img src="{SITE}/square.jpg"><p>第三段。</p>'
)
ARTICLE = f"[题目](http://news.example/a.html)\n------\n\n{FIGURES}"


def web(request: Request) -> Answer:
    """Answer as the pretend web does: what it does not know is not there."""
    return WEB.get(request.url, Answer(b"", "text/plain", 404))


@pytest.fixture(scope="module")
def server() -> Iterator[PictureServer]:
    with running(web) as server:
        yield server


@pytest.fixture
def run(server: PictureServer, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return ``run(*arguments, **variables)``: the command, with a cache of the test's own."""
    server.requests.clear()

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [sys.executable, "-m", "converters", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            timeout=120,
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parent.parent),
                **environment(server),
                "BROADSHEET_CACHE": str(tmp_path / "cache"),
                **variables,
            },
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


def written(folder: Path, body: str) -> Path:
    """Return an article with this body."""
    path = folder / "other.txt"
    path.write_text(
        f"[题目](http://news.example/b.html)\n------\n\n<p>正文一段。</p>{body}", "utf-8"
    )
    return path


def pictures(book: Path) -> dict[str, Image.Image]:
    """Return the pictures of a book's articles by their names, decoded."""
    with zipfile.ZipFile(book) as opened:
        found: dict[str, Image.Image] = {
            name: Image.open(io.BytesIO(opened.read(name)))
            for name in opened.namelist()
            if name.endswith((".jpg", ".png", ".gif", ".webp", ".svg")) and "cover" not in name
        }
    for picture in found.values():
        picture.load()
    return found


def chapters(book: Path) -> str:
    """Return the text of all XHTML files of a book."""
    with zipfile.ZipFile(book) as opened:
        names = [name for name in opened.namelist() if name.endswith(".xhtml")]
        return "\n".join(opened.read(name).decode() for name in names)


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.mark.requirement("EP-28", "EP-29")
def test_a_book_has_its_pictures_and_they_are_fetched_once(
    run: Run, server: PictureServer, article: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.epub"
    done = run("convert", article, "-o", book)
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(server.urls) == [f"{SITE}/chart.webp", f"{SITE}/square.jpg"]
    found = pictures(book)
    assert {each.format for each in found.values()} <= {"JPEG", "PNG"}
    assert sorted(each.width for each in found.values()) == [600, 1600]
    text = chapters(book)
    assert len(re.findall(r"<img\b", text)) >= 3
    assert SITE not in "".join(re.findall(r'src="([^"]*)"', text))

    first = book.read_bytes()
    assert run("convert", article, "-o", book, "--force").returncode == 0
    assert len(server.requests) == 2
    assert book.read_bytes() == first


@pytest.mark.requirement("ALL-4")
def test_offline_uses_what_was_fetched_before_and_is_still_kept(
    run: Run, server: PictureServer, article: Path, tmp_path: Path
) -> None:
    bare, full = tmp_path / "bare.epub", tmp_path / "full.epub"
    done = run("convert", article, "-o", bare, "--offline")
    assert done.returncode == 0
    assert b"square.jpg" in done.stderr
    text = chapters(bare)
    assert not pictures(bare)
    assert "广场上的人群" in text
    assert f"{SITE}/square.jpg" in text
    assert server.requests == []

    assert run("convert", article, "-o", full).returncode == 0
    server.requests.clear()
    done = run("convert", article, "-o", full, "--force", BROADSHEET_OFFLINE="1")
    assert done.returncode == 0
    assert b"warning" not in done.stderr
    assert len(pictures(full)) == 2
    assert server.requests == []

    told = run("cache", "info")
    assert told.returncode == 0
    assert str(tmp_path / "cache") in told.stdout.decode()
    assert run("cache", "clear").returncode == 0
    assert not [each for each in (tmp_path / "cache" / "content").rglob("*") if each.is_file()]


@pytest.mark.requirement("MD-13")
def test_markdown_with_its_pictures_in_a_folder_beside_it(
    run: Run, article: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "文章.md"
    done = run("convert", article, "-o", target, "--images", "folder")
    assert done.returncode == 0, done.stderr.decode()
    addresses = re.findall(r"!\[[^]]*\]\(([^)\s]+)", target.read_text("utf-8"))
    assert len(addresses) == 3
    assert len(set(addresses)) == 2
    for address in addresses:
        assert re.fullmatch(r"images/[0-9a-f]{16,}\.(jpg|png|webp)", address)
        Image.open(target.parent / address).load()
    assert len(list((target.parent / "images").iterdir())) == 2


@pytest.mark.requirement("MD-13", "ALL-4")
@pytest.mark.parametrize("options", [("markdown",), ("text", "--images", "link")])
def test_text_formats_fetch_nothing_by_default(
    run: Run, server: PictureServer, article: Path, options: tuple[str, ...]
) -> None:
    done = run("convert", article, "-t", *options)
    assert done.returncode == 0
    assert f"{SITE}/square.jpg" in done.stdout.decode()
    assert server.requests == []


def test_no_pictures_where_none_are_wanted(
    run: Run, server: PictureServer, article: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.epub"
    assert run("convert", article, "-o", book, "--images", "none").returncode == 0
    assert pictures(book) == {}
    assert re.findall('<img[^>]* src="([^"]*)"', chapters(book)) == ["cover.jpg"]
    assert server.requests == []


@pytest.mark.requirement("EP-29")
def test_width_and_grey_are_for_the_person_to_say(run: Run, article: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    done = run("convert", article, "-o", book, "--image-width", "300", "--gray")
    assert done.returncode == 0, done.stderr.decode()
    found = pictures(book).values()
    assert {each.width for each in found} == {300}
    for each in found:
        red, green, _ = each.convert("RGB").split()
        assert ImageChops.difference(red, green).getbbox() is None


@pytest.mark.requirement("ALL-4")
def test_a_missing_picture_leaves_a_place_and_a_tracker_none(run: Run, tmp_path: Path) -> None:
    """The first is a warning and the second only counted."""
    path = written(
        tmp_path,
        f'<figure><img src="{LATE}"><figcaption>没有的照片</figcaption></figure>'
        f'<p><img src="{SITE}/count.gif"></p><p>最后一段。</p>',
    )
    book, report = tmp_path / "book.epub", tmp_path / "report.json"
    done = run("convert", path, "-o", book, "--report", report)
    assert done.returncode == 0
    [entry] = json.loads(report.read_text("utf-8"))["results"]
    [warning] = entry["warnings"]
    assert LATE in warning
    assert sum(each.get("count", 1) for each in entry["dropped"] if "pixel" in each["what"]) == 1
    assert pictures(book) == {}
    text = chapters(book)
    assert "没有的照片" in text
    assert LATE in text
    assert "count.gif" not in text
    assert run("convert", path, "-o", book, "--force", "--strict").returncode == 1


@pytest.mark.requirement("EP-28")
def test_print_and_page_hold_their_pictures(
    run: Run, server: PictureServer, article: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run("convert", article, "-o", page).returncode == 0
    sources = re.findall(r'<img[^>]*\ssrc="([^"]*)"', page.read_text("utf-8"))
    assert len(sources) == 3
    assert all(source.startswith("data:image/") for source in sources)
    server.requests.clear()
    done = run("convert", article, "-o", tmp_path / "paper.pdf")
    assert done.returncode == 0
    assert server.requests == []
    assert (tmp_path / "paper.pdf").read_bytes().count(b"/Subtype /Image") >= 2


@pytest.mark.requirement("IN-11")
def test_the_seed_gets_its_picture_from_where_the_proxy_had_it(
    run: Run, seed: Path, tmp_path: Path
) -> None:
    """The seed shows a picture through images.weserv.nl; its origin answers by https."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program to make certificates with")
    picture = Answer(photograph(900, 600, "teal", "JPEG"))

    def answer(request: Request) -> Answer:
        return picture if "//gdb.voanews.com/" in request.url else Answer(b"", status=404)

    with running(answer, authority=Authority(tmp_path)) as secure:
        done = run("convert", seed, "-o", tmp_path / "seed.epub", **environment(secure))
        assert done.returncode == 0, done.stderr.decode()
        assert [url.partition("://")[0] for url in secure.urls] == ["https"]
    assert (900, 600) in {each.size for each in pictures(tmp_path / "seed.epub").values()}
