"""Pictures: what is embedded, what is refused, and what is left of it."""

from __future__ import annotations

import base64
import errno
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from PIL import Image as Pillow

import converters
from converters import convert, images
from converters.article import (
    Article,
    Block,
    Candidate,
    Cell,
    Embed,
    Figure,
    Image,
    Paragraph,
    Provenance,
    Row,
    Table,
    Text,
    query,
    to_json,
)
from converters.cache import Cache
from converters.convert import make_options, write_edition
from converters.edition import edition
from converters.errors import ImageError, WriteError
from converters.fetch import FetchPolicy
from converters.images import Pictures, decode, places
from converters.images.raster import encoded
from converters.output import write_whole
from converters.writers import Context, find_writer
from tests.picture_server import Answer, Request, running


def raster(mode: str = "RGB", size: tuple[int, int] = (8, 6)) -> Pillow.Image:
    picture = Pillow.linear_gradient("L").resize(size)
    return picture.convert(mode)


def file(picture: Pillow.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def data_address(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


# --- Finding -------------------------------------------------------------------------------


def test_data_addresses_in_base64_and_percent_encoding() -> None:
    data = file(raster())
    wrapped = data_address(data).rstrip("=")
    wrapped = wrapped[:60] + "\n  " + wrapped[60:]
    pictures = Pictures()
    for address in (data_address(data), "data:image/png," + quote_from_bytes(data), wrapped):
        found = pictures.get(Image(address))
        assert found is not None
        assert found.data == encoded(data, "x").data


def test_a_damaged_data_address_is_a_warning_that_does_not_repeat_it() -> None:
    warnings: list[str] = []
    pictures = Pictures(warn=warnings.append)
    address = "data:image/png;base64,!!!!" + "A" * 5000
    assert pictures.get(Image(address), "a.html") is None
    assert warnings == [
        "a.html: picture data:image/png;base64,… is damaged: its base64 cannot be decoded"
    ]
    with pytest.raises(ImageError):
        decode(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of pictures, and a secret one beside it."""
    inside = tmp_path / "inside"
    (inside / "pics").mkdir(parents=True)
    (inside / "pics" / "a b.png").write_bytes(file(raster()))
    (inside / "picture.png").write_bytes(file(raster()))
    (tmp_path / "secret.png").write_bytes(file(raster()))
    return inside


@pytest.mark.parametrize("address", ["pics/a b.png", "pics/a%20b.png", "./pics/../pics/a b.png?x"])
def test_files_below_the_folder_are_found(folder: Path, address: str) -> None:
    pictures = Pictures({"doc": folder})
    picture = pictures.get(Image(address), "doc")
    assert picture is not None
    assert picture.width == 8
    assert pictures.get(Image(address), "another") is None
    assert pictures.get(Image("lost.png", alternatives=(address,)), "doc") == picture


def refusal(folder: Path, address: str) -> str:
    warnings: list[str] = []
    assert Pictures({"doc": folder}, warn=warnings.append).get(Image(address), "doc") is None
    assert len(warnings) == 1
    return warnings[0]


@pytest.mark.requirement("SEC-2")
def test_nothing_outside_the_folder_is_read(folder: Path) -> None:
    secret = folder.parent / "secret.png"
    (folder / "link.png").symlink_to(secret)
    (folder / "up").symlink_to(folder.parent)
    for address in (
        "../secret.png",
        "pics/../../secret.png",
        "%2e%2e/secret.png",
        "link.png",
        "up/secret.png",
        str(secret),
        secret.as_uri(),
        "..\\secret.png",
        "C:\\secret.png",
    ):
        assert "outside the article's folder" in refusal(folder, address), address


@pytest.mark.requirement("SEC-2")
def test_an_article_as_json_has_the_pictures_beside_it_and_no_others(tmp_path: Path) -> None:
    """Whatever file it says that it comes from."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "notes.txt").write_text("private")
    (tmp_path / "private" / "secret.png").write_bytes(file(raster("L")))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.png").write_bytes(file(raster()))
    article = Article(
        title="Said",
        body=(Figure((Image("secret.png"),)), Figure((Image("own.png"),))),
        provenance=Provenance(source=str(tmp_path / "private" / "notes.txt")),
    )
    document = tmp_path / "own" / "article.json"
    document.write_bytes(to_json(article))
    told: list[str] = []
    out = BytesIO()
    converters.write(converters.read(document), out, "html", warn=told.append)
    assert out.getvalue().count(b"data:image/png") == 1
    assert [warning.partition("picture ")[2] for warning in told] == ["secret.png is not there"]


def test_a_link_that_stays_inside_is_followed(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "pics" / "a b.png")
    assert Pictures({"doc": folder}).get(Image("link.png"), "doc") is not None


@pytest.mark.requirement("SEC-2")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_regular_files_are_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    assert "no regular file" in refusal(folder, "pipe.png")
    assert refusal(folder, "pics").endswith(("no regular file and is left out", "(Is a directory)"))


@pytest.mark.parametrize("address", ["lost.png", "a\0b.png", "x" * 5000, "pics/a b.png/more"])
def test_what_is_not_there_is_a_warning(folder: Path, address: str) -> None:
    assert "is not there" in refusal(folder, address)


def test_too_large_a_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MAX_BYTES", 10)
    assert "is larger than" in refusal(folder, "pics/a b.png")


@pytest.mark.requirement("ALL-4")
def test_pictures_on_the_web_are_not_fetched_and_not_warned_of() -> None:
    warnings: list[str] = []
    pictures = Pictures(warn=warnings.append)
    for address in ("https://example.com/a.png", "http://example.com/a.png", "//example.com/a"):
        assert pictures.get(Image(address)) is None
    assert not warnings


@pytest.mark.parametrize("policy", ["link", "none"])
def test_nothing_is_embedded_unless_asked(folder: Path, policy: images.Policy) -> None:
    pictures = Pictures({"doc": folder}, policy=policy)
    assert pictures.get(Image("pics/a b.png"), "doc") is None
    assert pictures.get(Image(data_address(file(raster())))) is None


def test_one_picture_is_decoded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = Pictures({"doc": folder})
    first = pictures.get(Image("pics/a b.png"), "doc")
    monkeypatch.setattr("converters.images.raster.encoded", None)
    assert pictures.get(Image("pics/a b.png", alt="again"), "doc") is first


# --- Collecting ----------------------------------------------------------------------------


def answers(files: dict[str, bytes]) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        body = files.get(urlsplit(request.url).path)
        return Answer(body, "image/png") if body is not None else Answer(b"", status=404)

    return answer


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FetchPolicy:
    monkeypatch.delenv("BROADSHEET_OFFLINE")
    return FetchPolicy(allow_private=True, cache=str(tmp_path / "cache"), retries=0)


def drawn(colour: str, size: tuple[int, int] = (8, 6)) -> bytes:
    return file(Pillow.new("RGB", size, colour))


def test_all_pictures_are_fetched_before_the_writer_asks(policy: FetchPolicy) -> None:
    files = {f"/{n}.png": drawn(f"#0000{n:02x}") for n in range(30)}
    with running(answers(files)) as server, Pictures(fetch=policy) as pictures:
        shown = tuple(Image(server.address + path) for path in files)
        article = Article(
            title="t",
            image=shown[0].url,
            body=(
                Figure(shown[:2]),
                Paragraph((Text("a "), shown[2])),
                Embed("https://v.example/", poster=shown[3]),
                Table(body=(Row((Cell((Figure(shown[4:]),)),)),)),
            ),
        )
        pictures.collect([article])
        assert pictures.without_pixels(article) == article
        assert len(server.urls) == 30
        server.answer = lambda _: Answer(status=500)
        for image in shown:
            assert pictures.get(image) is not None
        assert len(server.urls) == 30
        assert pictures.account().embedded == 30


def test_ctrl_c_waits_for_no_picture_that_did_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(_: Pictures, image: Image, source: str) -> None:
        time.sleep(0.1)
        if image.url.startswith("0"):
            raise KeyboardInterrupt

    monkeypatch.setattr(Pictures, "_look", look)
    article = Article(title="Many", body=tuple(Figure((Image(f"{n}.png"),)) for n in range(50)))
    ended: list[type[BaseException]] = []

    def collect() -> None:
        try:
            Pictures().collect([article])
        except KeyboardInterrupt as error:
            ended.append(type(error))

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    thread.join(10)
    assert ended == [KeyboardInterrupt]


@pytest.mark.requirement("EP-29")
def test_the_same_picture_under_two_addresses_is_one(policy: FetchPolicy) -> None:
    files = {"/a.png": drawn("red"), "/b.png": drawn("red")}
    with running(answers(files)) as server, Pictures(fetch=policy) as pictures:
        one, two = (Image(server.address + path) for path in files)
        pictures.collect([Article(body=(Figure((one, two)),))])
        assert pictures.get(one) == pictures.get(two)
        account = pictures.account()
        assert (account.embedded, account.size) == (1, len(encoded(drawn("red"), "x").data))


def test_what_articles_of_several_sources_show_is_asked_for_once(policy: FetchPolicy) -> None:
    """Also where its server forbids to keep it, and where what comes cannot be decoded."""

    def answer(request: Request) -> Answer:
        body = drawn("red") if request.url.endswith("a.png") else b"\x89PNG\r\n\x1a\n" + bytes(99)
        return Answer(body, "image/png", fields={"Cache-Control": "no-store"})

    with running(answer) as server, Pictures(fetch=policy) as pictures:
        shown = tuple(Image(f"{server.address}/{name}.png") for name in ("a", "broken"))
        for source in ("one", "other"):
            pictures.collect([Article(body=(Figure(shown),), provenance=Provenance(source=source))])
        assert len(server.urls) == 2
        assert pictures.account().embedded == 1


@pytest.mark.requirement("ALL-4")
def test_what_is_missing_is_told_once_in_the_order_of_the_article(policy: FetchPolicy) -> None:
    warnings: list[str] = []
    with (
        running(answers({"/5.png": drawn("red")})) as server,
        Pictures(fetch=policy, warn=warnings.append) as pictures,
    ):
        shown = [Image(f"{server.address}/{n}.png", alt=alt) for n in range(9) for alt in "ab"]
        made = Article(body=(Figure(tuple(shown)),), provenance=Provenance(source="s"))
        pictures.collect([made])
        assert pictures.without_pixels(made) == made
        for image in reversed(shown):
            pictures.get(image, "s")
        missing = pictures.account().missing
    expected = [shown[2 * n].url for n in (0, 1, 2, 3, 4, 6, 7, 8)]
    assert [each.url for each in missing] == expected
    assert warnings == [f"s: {each}" for each in missing]
    assert all("HTTP 404" in each.reason for each in missing)


@pytest.mark.requirement("IN-6", "IN-11")
def test_a_lead_is_found_where_its_picture_in_the_body_is(policy: FetchPolicy) -> None:
    warnings: list[str] = []
    with (
        running(answers({"/proxy.png": drawn("red")})) as server,
        Pictures(fetch=policy, warn=warnings.append) as pictures,
    ):
        origin, proxy = f"{server.address}/gone.png", f"{server.address}/proxy.png"
        made = Article(image=origin, body=(Figure((Image(origin, alternatives=(proxy,)),)),))
        pictures.collect([made])
        assert pictures.without_pixels(made) == made
        assert (pictures.account().embedded, pictures.account().missing) == (1, ())
    assert warnings == []


@pytest.mark.requirement("IN-11", "IN-12")
def test_where_a_picture_is_looked_for(policy: FetchPolicy, folder: Path) -> None:
    """What is at hand goes before the web, and the original before the proxy."""
    files = {"/there.png": drawn("red"), "/proxy": drawn("blue"), "/in/picture.png": drawn("red")}
    with (
        running(answers(files)) as server,
        Pictures({"s": folder}, fetch=policy, warn=pytest.fail) as pictures,
    ):

        def size(image: Image) -> tuple[int, int]:
            found = pictures.get(image, "s")
            assert found is not None
            return found.width, found.height

        base = server.address
        article = Article(url=f"{base}/in/page.html", provenance=Provenance(source="s"))
        pictures.collect([article])
        here = encoded((folder / "picture.png").read_bytes(), "x")
        assert size(Image("picture.png")) == (here.width, here.height)
        assert server.urls == []
        (folder / "picture.png").unlink()
        fallback = Image(f"{base}/gone.png", alternatives=(f"{base}/proxy",))
        assert size(fallback) == (8, 6)
        assert [urlsplit(url).path for url in server.urls] == ["/gone.png", "/proxy"]


@pytest.mark.requirement("IN-12")
def test_a_copy_of_any_size_at_hand_goes_before_the_web(policy: FetchPolicy, folder: Path) -> None:
    with running(answers({"/big.png": drawn("red")})) as server:
        big = f"{server.address}/big.png"
        image = Image(big, alternatives=("picture.png",), candidates=(Candidate(big, 2000),))
        with Pictures({"s": folder}, fetch=policy, warn=pytest.fail) as pictures:
            assert pictures.get(image, "s") is not None
        assert server.urls == []


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("size", [(1, 1), (24, 16)])
def test_what_stands_in_for_a_picture_is_the_last_resort(
    policy: FetchPolicy, size: tuple[int, int]
) -> None:
    """A lazy loader's blurred copy in a data: address is no copy at hand."""
    stand_in = data_address(drawn("blue", size) + bytes(800))
    with running(answers({"/a.png": drawn("red", (300, 200))})) as server:
        there = Image(f"{server.address}/a.png", alternatives=(stand_in,))
        gone = Image(f"{server.address}/gone.png", alternatives=(stand_in,))
        large = data_address(file(Pillow.effect_noise((101, 80), 50)))
        whole = Image(f"{server.address}/gone.png", alternatives=(large,))
        said: list[str] = []
        with Pictures(fetch=policy, warn=said.append) as pictures:
            found = [pictures.get(each) for each in (there, gone, whole)]
            assert pictures.account().pixels == 0
            assert len(pictures.account().missing) == 1
    assert [picture.width if picture else 0 for picture in found] == [
        300,
        size[0] if size[0] > 2 else 0,
        101,
    ]
    assert len(said) == 1
    assert "/gone.png" in said[0]


@pytest.mark.requirement("IN-12")
def test_what_is_not_in_the_folder_is_looked_for_beside_the_page(
    policy: FetchPolicy, folder: Path
) -> None:
    files = {"/in/gone.png": drawn("red")}
    with running(answers(files)) as server, Pictures({"s": folder}, fetch=policy) as pictures:
        url = f"{server.address}/in/page.html"
        pictures.collect([Article(url=url, provenance=Provenance(source="s"))])
        assert pictures.get(Image("gone.png"), "s") is not None


@pytest.mark.requirement("IN-10")
def test_what_turns_out_a_pixel_is_left_out_and_counted(policy: FetchPolicy) -> None:
    files = {"/p.gif": drawn("red", (1, 1)), "/a.png": drawn("red")}
    with (
        running(answers(files)) as server,
        Pictures(fetch=policy, warn=pytest.fail) as pictures,
    ):
        pixel, image = Image(f"{server.address}/p.gif"), Image(f"{server.address}/a.png")
        body = (
            Figure((pixel,)),
            Figure((pixel, image), (Text("c"),)),
            Figure((pixel,), (Text("words"),)),
            Paragraph((Text("a "), pixel)),
        )
        made = Article(image=pixel.url, body=body)
        pictures.collect([made])
        found = pictures.without_pixels(made)
        pixels = pictures.account().pixels
    assert found.image == ""
    assert found.body == (
        Figure((image,), (Text("c"),)),
        Paragraph((Text("words"),)),
        Paragraph((Text("a"),)),
    )
    assert pixels == 4


def test_a_damaged_picture_is_told_of_once(policy: FetchPolicy) -> None:
    whole = file(raster(size=(400, 300)), "JPEG")
    warnings: list[str] = []
    with (
        running(answers({"/d.jpg": whole[: len(whole) // 2]})) as server,
        Pictures(fetch=policy, warn=warnings.append) as pictures,
    ):
        image = Image(f"{server.address}/d.jpg")
        pictures.collect([Article(body=(Figure((image, image)),))] * 2)
        assert pictures.get(image) is not None
    (warning,) = warnings
    assert image.url in warning


def test_a_whole_copy_is_better_than_a_damaged_one(policy: FetchPolicy) -> None:
    whole = file(raster(size=(400, 300)), "JPEG")
    files = {"/half.jpg": whole[: len(whole) // 2], "/whole.jpg": whole}
    with (
        running(answers(files)) as server,
        Pictures(fetch=policy, warn=pytest.fail) as pictures,
    ):
        half, other = (server.address + path for path in files)
        found = pictures.get(Image(half, alternatives=(other,)))
        assert found == pictures.get(Image(other))


@pytest.mark.requirement("SEC-4")
def test_time_for_decoding_is_limited_for_all_pictures_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of a thousand drawings may keep within its own limit and take hours with the others."""
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "other.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><!----></svg>")
    said: list[str] = []
    monkeypatch.setattr(images, "_LOST_TIME", 0.0)
    with Pictures({"s": folder}, warn=said.append) as pictures:
        assert pictures.get(Image("drawing.svg"), "s") is None
        assert pictures.get(Image("other.svg"), "s") is None
        assert pictures.get(Image("picture.png"), "s") is not None
        assert "too long" not in said[0]
        assert "too long" in said[1]
        monkeypatch.setattr(images, "_DECODING_TIME", 0.0)
        (folder / "another.png").write_bytes(drawn("red"))
        assert pictures.get(Image("another.png"), "s") is None
    assert "too long" in said[2]


@pytest.mark.requirement("MD-13")
def test_addresses_in_text_formats(folder: Path) -> None:
    image = Image("picture.png")
    kept = Pictures({"s": folder}, policy="folder")
    address = kept.address(image, "s")
    assert address is not None
    assert re.fullmatch(r"images/[0-9a-f]{20}\.png", address)
    picture = kept.get(image, "s")
    assert kept.beside == {address: picture}
    embedded = Pictures({"s": folder}).address(image, "s")
    assert picture is not None
    assert embedded == data_address(picture.data)
    assert Pictures({"s": folder}, policy="link").address(image, "s") is None


@pytest.mark.requirement("MD-13")
def test_articles_as_text_formats_write_them(folder: Path) -> None:
    there, absent = Image("picture.png", alt="A"), Image("https://e.org/b.png", alt="B")
    body = (
        Figure((there, absent), (), (Text("who"),)),
        Figure((absent,), (Text("c"),)),
        Figure((Image("https://e.org/c.png"),)),
        Paragraph((Text("x "), there, Text(" y"))),
        Paragraph((Image("https://e.org/d.png"),)),
        Embed("https://v.example/", poster=absent),
    )
    article = Article(body=body, provenance=Provenance(source="s"))

    def placed(policy: images.Policy) -> tuple[Block, ...]:
        return Pictures({"s": folder}, policy=policy).placed(article).body

    assert placed("link") == body
    beside = list(query(placed("folder"), Image))
    assert [image.url.partition("/")[0] for image in beside] == [
        "images", "https:", "https:", "https:", "images", "https:", "https:"
    ]  # fmt: skip
    assert placed("none") == (
        Figure((), (Text("A B"),), (Text("who"),)),
        Figure((), (Text("c"),)),
        Paragraph((Text("x A y"),)),
        Embed("https://v.example/"),
    )


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize("url", ["file:///etc/hostname", "C:\\a.png", "\\\\server\\a.png", "x:y"])
@pytest.mark.parametrize("name", ["markdown", "rst", "org", "latex"])
def test_no_text_refers_to_files_of_the_machine(url: str, name: str) -> None:
    body = (
        Figure((Image(url, alt="words"),)),
        Figure((Image(url), Image("https://e.org/a.png")), (Text("caption"),)),
        Paragraph((Text("before "), Image(url, alt="inline"), Text(" after"))),
        Embed("https://v.example/", poster=Image(url)),
    )
    out = BytesIO()
    converters.write(Article(title="t", image=url, body=body), out, name, images="link")
    text = out.getvalue().decode()
    for part in ("file:", "C:", "server", "x:y"):
        assert part not in text
    for part in ("words", "caption", "inline", "https://e.org/a.png"):
        assert part in text


def test_pictures_wait_on_the_disk(folder: Path) -> None:
    """What the writer does not use at the moment is not in memory."""
    with Pictures({"s": folder}) as pictures:
        picture = pictures.get(Image("picture.png"), "s")
        assert picture is not None
        assert picture.data == picture.data
        assert picture.data is not picture.data
        assert picture.size == len(picture.data)
    with pytest.raises(ValueError, match="closed"):
        assert picture.data


def test_one_content_meant_in_two_sizes_stands_once() -> None:
    """Whichever was drawn first, each keeps its own size."""
    small, large = (
        quote_from_bytes(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{width}" '
            'viewBox="0 0 8 8"><rect width="4" height="4"/></svg>'.encode()
        )
        for width in (40, 400)
    )
    with Pictures(need=images.Need(width=20)) as pictures:
        found = [pictures.get(Image(f"data:image/svg+xml,{each}")) for each in (small, large)]
    one, other = found
    assert one is not None
    assert other is not None
    assert one.digest == other.digest
    assert (one.density, other.density) == (0.5, 0.05)


def test_a_full_disk_costs_one_picture_and_not_those_before_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    real = tempfile.TemporaryFile

    def small(**options: Any) -> Any:
        inner = real(**options)

        class Small:
            """A file on a disk with room for one picture."""

            def __getattr__(self, name: str) -> Any:
                return getattr(inner, name)

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                inner.close()

            def write(self, data: bytes) -> int:
                room = 200 - inner.tell()
                if room <= 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                count: int = inner.write(data[:room])
                return count

        return Small()

    monkeypatch.setattr(tempfile, "TemporaryFile", small)
    noise = file(Pillow.effect_noise((40, 40), 50))
    (folder / "noise.png").write_bytes(noise)
    with Pictures({"s": folder}, warn=said.append) as pictures:
        kept = pictures.get(Image("picture.png"), "s")
        assert kept is not None
        before = kept.data
        assert len(before) < 200
        assert pictures.get(Image("noise.png"), "s") is None
        assert kept.data == before
    assert [message.partition("does not")[2] for message in said] == [
        " fit into the temporary folder (No space left on device); make room there or set TMPDIR"
    ]


def test_drawings_are_drawn_in_every_run(policy: FetchPolicy) -> None:
    """With the fonts that there are then, also where a pixel is as large as one of CSS."""
    svg = (
        b"<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><path d='M0 0h4v4z'/></svg>"
    )

    def answer(_: Request) -> Answer:
        return Answer(svg, "image/svg+xml")

    with running(answer) as server:
        with Pictures(fetch=policy, need=images.Need(width=8)) as pictures:
            found = pictures.get(Image(f"{server.address}/a.svg"))
            assert found is not None
            assert found.density == 1.0
        kept = Cache(Path(policy.cache), max_bytes=10**9, keep=10**9).info()
        assert (kept.answers, kept.contents) == (1, 1)


def test_pictures_beside_files_are_written_with_the_file_that_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not again with every file after it."""
    written: list[Path] = []

    def write(path: Path, data: bytes, *, force: bool) -> None:
        written.append(path.relative_to(tmp_path))
        write_whole(path, data, force=force)

    monkeypatch.setattr(convert, "write_whole", write)
    writer = find_writer("markdown")
    with Pictures(policy="folder") as pictures:
        for number in range(3):
            noise = file(Pillow.effect_noise((40 + number, 40), 50))
            article = Article(title="t", body=(Figure((Image(data_address(noise)),)),))
            made, path = edition([article]), tmp_path / f"{number}.md"
            options = make_options(writer, {})
            write_edition(made, path, writer, options, Context(pictures), force=False)
    assert len(written) == len(set(written)) == 6


def test_a_full_folder_for_temporary_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    writer = find_writer("markdown")
    with Pictures() as pictures, pytest.raises(WriteError, match="No space left on device"):
        write_edition(
            edition([Article(title="t", body=(Paragraph((Text("a"),)),))]),
            tmp_path / "a.md",
            writer,
            make_options(writer, {}),
            Context(pictures),
            force=False,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_picture_from_the_web_is_decoded_in_one_run_only(
    policy: FetchPolicy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = file(raster(size=(400, 300)), "JPEG")[:2000]
    files = {"/a.png": drawn("red"), "/d.jpg": damaged}
    need = images.Need(width=4)
    said: list[list[str]] = []
    found: list[list[images.Picture | None]] = []
    with running(answers(files)) as server:
        shown = [Image(server.address + path) for path in files]
        for _ in range(2):
            said.append([])
            with Pictures(fetch=policy, need=need, warn=said[-1].append) as pictures:
                pictures.collect([Article(body=(Figure(tuple(shown)),))])
                found.append([pictures.get(each) for each in shown])
            monkeypatch.setattr("converters.images.raster.encoded", None)
        assert found[0] == found[1]
        assert None not in found[0]
        assert said[0] == said[1]
        assert len(said[0]) == 1
        monkeypatch.undo()
        monkeypatch.delenv("BROADSHEET_OFFLINE")
        with Pictures({"s": folder}, fetch=policy, need=images.Need(width=3)) as pictures:
            other = pictures.get(shown[0])
            assert other is not None
            assert other.width == 3
            assert pictures.get(Image("picture.png"), "s") is not None
        before = Cache(Path(policy.cache), max_bytes=10**9, keep=10**9).size()
        with Pictures({"s": folder}, fetch=policy, need=images.Need(width=2)) as pictures:
            pictures.get(Image("picture.png"), "s")
        after = Cache(Path(policy.cache), max_bytes=10**9, keep=10**9).size()
        assert before == after, "a person's own files are not copied into the cache"
