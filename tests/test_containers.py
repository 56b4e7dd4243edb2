"""Containers: archives, saved pages, web archives, and the pictures in them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import convert
from converters.article import Image
from converters.containers import Locator, Resources, find_resources, open_container
from converters.containers import model as limits
from converters.containers.model import from_member, safe_name
from converters.errors import ConversionError, UnreadableSource, UnsafeSource
from converters.images import Folder, Pictures
from converters.source import Source, open_source, open_sources


def gzipped(data: bytes) -> bytes:
    """Return ``data`` as gzip, the same at any time: workers must find tests of the same names."""
    return gzip.compress(data, mtime=0)


UTC = timezone.utc  # noqa: UP017 - the same name in all versions
PAGE = "<h1>Title</h1><p>文章</p>".encode()


def picture(colour: str = "red") -> bytes:
    from PIL import Image as Pillow

    out = io.BytesIO()
    Pillow.new("RGB", (4, 3), colour).save(out, "PNG")
    return out.getvalue()


def zipped(members: Mapping[str, bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def mhtml(parts: str, head: str = "", start: str = "") -> bytes:
    """A message of parts, each with its fields, as browsers write it."""
    return (
        "From: <Saved by Blink>\n"
        f"{head or 'Snapshot-Content-Location: https://e.org/a/page.html'}\n"
        "Subject: x\nDate: Thu, 2 Jul 2020 18:28:24 +0800\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/related;\n\ttype="text/html";{start}\n\tboundary="--B"\n\n\n'
        f"{parts}\n----B--\n"
    ).encode()


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def opened(*names: object, **options: object) -> list[Source | ConversionError]:
    return list(open_sources([str(name) for name in names], **options))  # type: ignore[arg-type]


def sources(*names: object, **options: object) -> list[Source]:
    found = opened(*names, **options)
    assert all(isinstance(each, Source) for each in found), found
    return [each for each in found if isinstance(each, Source)]


def contents(*names: object) -> dict[str, bytes]:
    return {each.relative: each.data for each in sources(*names)}


def only_error(*names: object, **options: object) -> ConversionError:
    (found,) = opened(*names, **options)
    assert isinstance(found, ConversionError), found
    return found


MEMBERS = {
    "b.html": PAGE + b"b",
    "a/c.md": PAGE + b"c",
    "a/": b"",
    "b_files/frame.html": b"frame",
    "a/photo.png": b"png",
    ".git/config": b"x",
    "__MACOSX/._b.html": b"x",
    "a/.DS_Store": b"x",
}
ARTICLES = {"a/c.md": PAGE + b"c", "b.html": PAGE + b"b"}


# --- Archives ------------------------------------------------------------------------------

FORMS: list[tuple[str, Callable[[Mapping[str, bytes]], bytes]]] = [
    ("x.zip", zipped),
    ("x.zip", lambda m: zipped(m, zipfile.ZIP_STORED)),
    ("x.zip", lambda m: zipped(m, zipfile.ZIP_LZMA)),
    ("x.tar", tarred),
    ("x.tar.gz", lambda m: gzipped(tarred(m))),
    ("x.tgz", lambda m: tarred(m, "w:gz")),
    ("x.tar.bz2", lambda m: bz2.compress(tarred(m))),
    ("x.tar.xz", lambda m: lzma.compress(tarred(m))),
]


@pytest.mark.parametrize(("name", "make"), FORMS)
def test_an_archive_gives_its_articles(
    tmp_path: Path, name: str, make: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    members = {k: v for k, v in MEMBERS.items() if not k.endswith("/")}
    path = write(tmp_path, name, make(members))
    found = sources(path)
    assert {each.relative: each.data for each in found} == ARTICLES
    assert [each.name for each in found] == [f"{path}/a/c.md", f"{path}/b.html"]
    # Whatever it is called, and from standard input too.
    assert contents(path.rename(tmp_path / "article.html")) == ARTICLES
    found = sources("-", stdin=io.BytesIO(make(members)))
    assert {each.name: each.data for each in found} == {f"-/{k}": v for k, v in ARTICLES.items()}


def test_an_archive_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "in/saves.tar.gz", gzipped(tarred(ARTICLES)))
    write(tmp_path, "in/z.html", PAGE)
    assert list(contents(tmp_path)) == ["in/saves/a/c.md", "in/saves/b.html", "in/z.html"]


@pytest.mark.requirement("SEC-5")
def test_archives_nest_once(tmp_path: Path) -> None:
    inner = gzipped(tarred({"deep.html": PAGE, "most.zip": zipped({"x.html": PAGE})}))
    path = write(tmp_path, "x.zip", zipped({"a.html": PAGE, "inner.tgz": inner}))
    first, deep, deeper = opened(path)
    assert isinstance(first, Source)
    assert isinstance(deep, Source)
    assert (deep.relative, deep.data) == ("inner/deep.html", PAGE)
    assert deep.name == f"{path}/inner.tgz/deep.html"
    assert isinstance(deeper, UnreadableSource)
    assert "archive in an archive in an archive" in str(deeper)


@pytest.mark.parametrize("name", ["a.html.gz", "a.html.bz2", "a.html.xz"])
def test_a_document_that_is_compressed_by_itself(tmp_path: Path, name: str) -> None:
    pack: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
    }
    path = write(tmp_path, name, pack[Path(name).suffix](PAGE))
    (source,) = sources(path)
    assert (source.name, source.relative, source.data) == (str(path), "a.html", PAGE)


def test_gzip_in_parts_with_padding(tmp_path: Path) -> None:
    data = gzipped(PAGE) + gzipped(b"more") + bytes(512)
    assert contents(write(tmp_path, "a.html.gz", data)) == {"a.html": PAGE + b"more"}


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 has Zstandard")
def test_zstandard_is_told_where_it_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path, "x.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(100))
    assert "Python 3.14; unpack it first" in only_error(path).reason


@pytest.mark.parametrize("encoding", ["gbk", "big5", "shift_jis", "cp437", "utf-8"])
def test_names_without_their_encoding(tmp_path: Path, encoding: str) -> None:
    """Windows in other languages writes names in its own code page and does not say so."""
    names = (
        ["Straße/café.html", "Übung.html"]
        if encoding == "cp437"
        else ["文章/新聞.html", "中文.html"]
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr("x" * len(name.encode(encoding)) + str(number), PAGE)
    data = out.getvalue()
    for number, name in enumerate(names):
        raw = name.encode(encoding)
        data = data.replace(b"x" * len(raw) + str(number).encode(), raw + b"l")
    path = write(tmp_path, "x.zip", data)
    assert sorted(contents(path)) == sorted(f"{name}l" for name in names)


@pytest.mark.requirement("SEC-5", "SEC-8")
@pytest.mark.parametrize("make", [zipped, tarred])
def test_members_lead_nowhere_else(
    tmp_path: Path, make: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    names = ["../../etc/a.html", "/etc/b.html", "..\\..\\c.html", "C:\\d.html", "x/../../e.html"]
    path = write(tmp_path, "x.zip", make(dict.fromkeys(names, PAGE)))
    assert sorted(contents(path)) == ["c.html", "d.html", "etc/a.html", "etc/b.html", "x/e.html"]


@pytest.mark.requirement("SEC-2", "SEC-5")
def test_links_and_devices_in_a_tar(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", b"planted secret")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind.decode()}.html")
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
    error = only_error(write(tmp_path, "x.tar", out.getvalue()))
    assert "no files that could be articles" in error.reason


@pytest.mark.requirement("SEC-5")
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("x.zip", zipped),
        ("x.tar.gz", lambda m: gzipped(tarred(m))),
        ("x.tar.xz", lambda m: lzma.compress(tarred(m), preset=0)),
        ("x.tar.bz2", lambda m: bz2.compress(tarred(m))),
    ],
)
def test_bombs(
    tmp_path: Path, name: str, make: Callable[[Mapping[str, bytes]], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "_FREE", 1024 * 1024)
    path = write(tmp_path, name, make({"a.html": bytes(20 * 1024 * 1024)}))
    error = only_error(path)
    assert isinstance(error, UnsafeSource)
    assert "bombs" in error.reason


@pytest.mark.requirement("SEC-5")
def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMBERS", 5)
    for make in (zipped, tarred):
        path = write(tmp_path, "x", make({f"{n}.html": PAGE for n in range(6)}))
        assert "more than 5 files" in only_error(path).reason
        os.utime(path, (1, 1))


@pytest.mark.requirement("SEC-5")
def test_members_that_overlap(tmp_path: Path) -> None:
    """The bomb of https://www.bamsoftware.com/hacks/zipbomb/ : one content, many names."""
    data = zipped({"a.html": os.urandom(5000)}, zipfile.ZIP_STORED)
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    tail = bytearray(data[end:])
    struct.pack_into("<HHL", tail, 8, 5, 5, len(entry) * 5)
    entries = b"".join(entry.replace(b"a.html", b"%d.html" % number) for number in range(5))
    path = write(tmp_path, "x.zip", data[:start] + entries + tail)
    assert "overlap" in only_error(path).reason


@pytest.mark.requirement("SEC-7")
def test_a_member_above_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path, "x.zip", zipped({"a.html": b"x" * 100, "b.html": b"y"}))
    large, small = sources(path, max_bytes=50)
    assert small.data == b"y"
    with pytest.raises(UnsafeSource, match="larger than 50 bytes"):
        large.open()


def test_encrypted_members_are_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": PAGE}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (source,) = sources(write(tmp_path, "x.zip", bytes(data)))
    with pytest.raises(UnreadableSource, match="encrypted; unpack"):
        source.open()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.zip", zipped(ARTICLES)[:-30], "damaged"),
        ("x.zip", zipped({}), "no files"),
        ("x.tar.gz", gzipped(tarred(ARTICLES))[:-40], "damaged"),
        ("x.tar.gz", b"\x1f\x8b\x08" + b"garbage" * 50, "damaged"),
        ("x.tar", tarred(ARTICLES)[:700], "damaged"),
        ("x.tar.xz", lzma.compress(tarred(ARTICLES))[:-30], "damaged"),
        ("x.warc", b"WARC/1.0\r\nnonsense", "no files|damaged"),
        ("x.mht", mhtml("----B\nContent-Type: text/plain\n\nx"), "none of its parts is HTML"),
    ],
)
def test_damaged_containers(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = write(tmp_path, name, data)
    found = opened(path)
    errors = [each for each in found if isinstance(each, ConversionError)]
    if not errors:  # the damage is in a member
        for each in found:
            assert isinstance(each, Source)
            with pytest.raises(UnreadableSource, match="damaged"):
                each.open()
        return
    assert any(word in errors[0].reason for word in words.split("|")), errors


def test_damage_in_a_member_is_its_own(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": b"x" * 500, "b.html": PAGE}, zipfile.ZIP_STORED))
    data[100] ^= 1
    bad, good = sources(write(tmp_path, "x.zip", bytes(data)))
    with pytest.raises(UnreadableSource, match="damaged"):
        bad.open()
    assert good.data == PAGE


@pytest.mark.parametrize(
    "members",
    [
        {"mimetype": b"application/epub+zip", "OEBPS/a.xhtml": PAGE},
        {"[Content_Types].xml": b"x", "word/document.xml": b"x"},
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"x"},
    ],
)
def test_documents_that_are_archives_are_documents(
    tmp_path: Path, members: dict[str, bytes]
) -> None:
    data = zipped(members, zipfile.ZIP_STORED)
    path = write(tmp_path, "x.zip", data)
    (source,) = sources(path)
    assert source.data == data
    path = write(tmp_path, "y.zip", zipped({"inner.epub": data}))
    assert contents(path) == {"inner.epub": data}


def test_members_travel_to_another_process(tmp_path: Path) -> None:
    path = write(tmp_path, "x.zip", zipped({"i.zip": zipped(ARTICLES), "z.html": PAGE}))
    for source in sources(path):
        assert len(pickle.dumps(source)) < 1500
        assert pickle.loads(pickle.dumps(source)).open().data == source.data  # noqa: S301


def test_members_are_read_by_several_threads(tmp_path: Path) -> None:
    members = {f"{n:03}.html": os.urandom(20_000) for n in range(40)}
    for name, make in (("x.zip", zipped), ("x.tar", tarred)):
        found = sources(write(tmp_path, name, make(members)))
        wrong: list[str] = []

        def read(each: Source, wrong: list[str] = wrong) -> None:
            if each.data != members[each.relative]:
                wrong.append(each.name)

        threads = [threading.Thread(target=read, args=[each]) for each in found]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong


@pytest.mark.requirement("ALL-10")
def test_many_members_take_linear_time(tmp_path: Path) -> None:
    members = {f"{n}.html": PAGE for n in range(3000)}
    path = write(tmp_path, "x.tar.gz", gzipped(tarred(members)))
    assert sum(len(each.data) for each in sources(path)) == 3000 * len(PAGE)


# --- Saved pages ---------------------------------------------------------------------------

PARTS = """----B
Content-Type: text/html; charset=gb2312
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://e.org/a/page.html

<h1>=CE=C4=D5=C2</h1><p>Text <img src=3D"https://e.org/p=
.png"></p>

----B
Content-Type: text/html
Content-ID: <frame-2@mhtml.blink>
Content-Location: https://ads.org/frame.html

<p>an advertisement</p>
----B
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://e.org/p.png

aW1hZ2U=
----B
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-ID: <pic@e.org>
Content-Location: ../q.png

Y2lk
"""


def test_mhtml(tmp_path: Path) -> None:
    path = write(tmp_path, "saved.mht", mhtml(PARTS))
    (source,) = sources(path)
    document = source.open()
    assert document.text.startswith('<h1>文章</h1><p>Text <img src="https://e.org/p.png"></p>')
    assert (source.name, source.relative) == (str(path), "saved.mht")
    assert (document.url, document.encoding) == ("https://e.org/a/page.html", "gb2312")
    assert document.media_type == "text/html"
    assert document.archived is not None
    assert document.archived.astimezone(UTC) == datetime(2020, 7, 2, 10, 28, 24, tzinfo=UTC)
    (stdin,) = sources("-", stdin=io.BytesIO(mhtml(PARTS)))
    assert stdin.open().text == document.text
    (member,) = sources(write(tmp_path, "x.zip", zipped({"in/saved.mht": mhtml(PARTS)})))
    assert member.open().url == document.url
    assert member.relative == "in/saved.mht"
    assert Source("-", content=mhtml(PARTS)).open().url == document.url


@pytest.mark.requirement("IN-12")
def test_pictures_in_mhtml(tmp_path: Path) -> None:
    (source,) = sources(write(tmp_path, "saved.mht", mhtml(PARTS)))
    place = source.pictures()
    assert isinstance(place, Resources)
    found = {
        address: place.find(address)
        for address in ("https://e.org/p.png", "/p.png", "../p.png", "cid:pic@e.org", "../q.png",
                        "https://e.org/q.png", "cid:other", "https://e.org/other", "file:///etc/passwd",
                        "", "https://[broken/")
    }  # fmt: skip
    assert {address for address, data in found.items() if data == b"image"} == {
        *("https://e.org/p.png", "/p.png", "../p.png")
    }
    assert {address for address, data in found.items() if data == b"cid"} == {
        *("cid:pic@e.org", "../q.png", "https://e.org/q.png")
    }


def test_the_part_that_mhtml_starts_with(tmp_path: Path) -> None:
    start = '\n\tstart="<frame-2@mhtml.blink>";'
    (source,) = sources(write(tmp_path, "x.mhtml", mhtml(PARTS, "X-Y: z", start)))
    document = source.open()
    assert b"advertisement" in document.data
    assert document.url == "https://ads.org/frame.html"


@pytest.mark.requirement("SEC-7")
def test_mhtml_that_nests_without_end(tmp_path: Path) -> None:
    deep = "".join(
        f"--B{n}\nContent-Type: multipart/related; boundary=B{n + 1}\n\n" for n in range(3000)
    )
    data = f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B0\n\n{deep}".encode()
    assert isinstance(only_error(write(tmp_path, "x.mht", data)), ConversionError)


@pytest.mark.parametrize(
    "data",
    [
        b"Title: x\nDate: today\n\nContent-Type: multipart/related\nMIME-Version: 1.0\n",
        b"Content-Type: text/html\nMIME-Version: 1.0\n\n<p>x",
        b"# About MIME-Version: 1.0\nContent-Type: multipart/related\n",
    ],
)
def test_what_is_no_mhtml(tmp_path: Path, data: bytes) -> None:
    (source,) = sources(write(tmp_path, "a.md", data))
    assert source.data == data


RDF = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<RDF:RDF xmlns:MAF="http://maf.mozdev.org/metadata/rdf#"
  xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><RDF:Description RDF:about="urn:root">
<MAF:originalurl RDF:resource="https://e.org/a/page.html"/><MAF:title RDF:resource="&e;x"/>
<MAF:archivetime RDF:resource="Thu, 02 Jul 2020 18:28:24 +0000"/>
<MAF:indexfilename RDF:resource="{index}"/><MAF:charset RDF:resource="UTF-8"/>
</RDF:Description></RDF:RDF>"""


def test_maff(tmp_path: Path) -> None:
    members = {
        "1594/index.rdf": RDF.format(index="start.html").encode(),
        "1594/start.html": PAGE,
        "1594/index_files/frame.html": b"frame",
        "1594/index_files/p.png": b"image",
        "1595/index.rdf": RDF.format(index="../../x.html").encode(),
    }
    (source,) = sources(write(tmp_path, "x.maff", zipped(members)))
    document = source.open()
    assert (document.data, document.url) == (PAGE, "https://e.org/a/page.html")
    assert document.encoding == "UTF-8"
    assert document.archived == datetime(2020, 7, 2, 18, 28, 24, tzinfo=UTC)
    place = source.pictures((document.url,))
    assert isinstance(place, Resources)
    assert place.find("index_files/p.png") == b"image"
    assert place.find("https://e.org/a/index_files/p.png?x") == b"image"
    assert place.find("../index_files/p.png") is None


def record(url: str, http: str, body: bytes, kind: str = "response") -> bytes:
    block = http.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
    head = (
        f"WARC/1.0\nWARC-Type: {kind}\nWARC-Target-URI: {url}\n"
        "WARC-Date: 2020-07-02T18:28:24Z\nWARC-Record-ID: <urn:uuid:x>\n"
        f"Content-Type: application/http; msgtype=response\nContent-Length: {len(block)}\n\n"
    )
    return head.replace("\n", "\r\n").encode() + block + b"\r\n\r\n"


HTML = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=GBK"
RECORDS = [
    record("https://e.org/a", HTML, "<p>文章</p>".encode("gbk")),
    record("https://e.org/404", HTML.replace("200 OK", "404 Not Found"), PAGE),
    record("https://e.org/a", "GET /a HTTP/1.1\nHost: e.org", b"", "request"),
    record("https://e.org/p.png", "HTTP/1.1 200 OK\nContent-Type: image/png", b"image"),
    record(
        "https://e.org/b/?x=1",
        HTML + "\nTransfer-Encoding: chunked\nContent-Encoding: gzip",
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzipped(PAGE)), gzipped(PAGE)),
    ),
]


@pytest.mark.parametrize("packed", [False, True])
def test_warc(tmp_path: Path, packed: bool) -> None:
    data = b"".join(gzipped(each) if packed else each for each in RECORDS)
    path = write(tmp_path, "x.warc.gz" if packed else "x.warc", data)
    first, second = sources(path)
    assert (first.relative, second.relative) == ("e.org/a.html", "e.org/b-x-1.html")
    document = first.open()
    assert (document.text, document.url) == ("<p>文章</p>", "https://e.org/a")
    assert (document.encoding, document.media_type) == ("gbk", "text/html")
    assert document.archived == datetime(2020, 7, 2, 18, 28, 24, tzinfo=UTC)
    assert second.open().data == PAGE
    place = second.pictures()
    assert isinstance(place, Resources)
    assert place.find("https://e.org/p.png") == b"image"
    assert place.find("https://e.org/404") is None


@pytest.mark.requirement("SEC-5")
def test_a_warc_that_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_FREE", 1024 * 1024)
    data = gzipped(record("https://e.org/", HTML, bytes(20_000_000)))
    error = only_error(write(tmp_path, "x.warc.gz", data))
    assert isinstance(error, UnsafeSource)
    assert "bombs" in error.reason


@pytest.mark.requirement("SEC-5")
def test_a_bomb_in_a_warc(tmp_path: Path) -> None:
    body = gzipped(bytes(5_000_000))
    data = record("https://e.org/", f"{HTML}\nContent-Encoding: gzip", body)
    (source,) = sources(write(tmp_path, "x.warc", data), max_bytes=1_000_000)
    with pytest.raises(UnsafeSource, match="larger than"):
        source.open()


@pytest.mark.requirement("SEC-11")
def test_a_warc_that_ends_too_early(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number, data in enumerate(
        (
            b"".join(gzipped(each) for each in RECORDS)[:-50],
            RECORDS[0] + b"\x1b]0;x\x07 garbage\r\n" + RECORDS[4],
        )
    ):
        path = write(tmp_path, f"{number}.warc", data)
        assert "e.org/a.html" in [each.relative for each in sources(path)]
    assert capfd.readouterr() == ("", "")  # warcio would write what is wrong there


def warnings_of(path: Path) -> list[str]:
    return [each for source in sources(path) for each in source.open().warnings]


@pytest.mark.requirement("ALL-2")
def test_what_is_cut_off_is_told(tmp_path: Path) -> None:
    """A file that was not copied to its end gives what it holds, and says so."""
    whole = RECORDS[0] + record("https://e.org/z", HTML, b"<p>words</p>" * 9)
    assert warnings_of(write(tmp_path, "a.warc", whole)) == []
    (told,) = warnings_of(write(tmp_path, "b.warc", whole[:-40]))
    assert "ends too early" in told
    told = warnings_of(write(tmp_path, "c.warc", RECORDS[0] + b"garbage\r\n" + RECORDS[4]))[-1]
    assert "is damaged behind this page" in told
    page = f"----B\nContent-Type: text/html\n\n{PAGE.decode()}"
    assert warnings_of(write(tmp_path, "a.mht", mhtml(page))) == []
    path = write(tmp_path, "b.mht", mhtml(page)[:-20])
    (article,) = (each for source in sources(path) for each in convert.read_articles(source))
    assert any("ends too early" in each for each in article.provenance.warnings)


def test_members_without_a_name(tmp_path: Path) -> None:
    data = zipped({"x": b"1", "a.html": PAGE})
    data = data.replace(
        b"PK\x01\x02" + data[data.index(b"PK\x01\x02") + 4 :][:24] + b"\1\0",
        b"PK\x01\x02" + data[data.index(b"PK\x01\x02") + 4 :][:24] + b"\0\0",
    )
    entry = data.index(b"PK\x01\x02")
    data = data[: entry + 46] + data[entry + 47 :]  # its one character
    end = data.index(b"PK\x05\x06")
    size = struct.unpack_from("<L", data, end + 12)[0]
    data = data[: end + 12] + struct.pack("<L", size - 1) + data[end + 16 :]
    assert contents(write(tmp_path, "x.zip", data)) == {"a.html": PAGE}


# --- Pictures ------------------------------------------------------------------------------


@pytest.mark.requirement("IN-12", "ALL-4")
def test_pictures_of_articles_in_archives(tmp_path: Path) -> None:
    """By whatever name the article has them: relative, absolute as once on the web, nested."""
    page = (
        b'<link rel=canonical href="https://e.org/2020/page.html">'
        b"<h1>Title</h1><p>Some words that make a paragraph.</p>"
    )
    members = {
        "a/page.html": page + b'<p><img src="page_files/p.png" alt="red"></p>',
        "a/page_files/p.png": picture(),
        "secret.png": picture("blue"),
    }
    outer = zipped({**members, "inner.zip": zipped(members)})
    path = write(tmp_path, "saves.zip", outer)
    image = Image("https://e.org/2020/page_files/p.png")
    for name in (f"{path}/a/page.html", f"{path}/inner.zip/a/page.html"):
        place = find_resources(name, ("https://e.org/2020/page.html",))
        assert place is not None
        found = Pictures({name: place}).get(image, name)
        assert found is not None
        assert (found.width, found.height) == (4, 3)
        assert Pictures({name: place}).get(Image("page_files/p.png"), name) is not None
        for outside in ("../../secret.png", "/etc/passwd", "file:///etc/passwd"):
            assert Pictures({name: place}).get(Image(outside), name) is None
    assert find_resources(f"{path}/a/nowhere.html") is None
    assert find_resources(str(path)) is None
    assert find_resources("nowhere/x.html") is None
    assert find_resources("a\0b") is None


@pytest.mark.requirement("IN-12")
def test_pictures_saved_beside_a_page(tmp_path: Path) -> None:
    write(tmp_path, "in/page_files/a b.png", picture())
    write(tmp_path, "secret.png", picture())
    place = Folder(tmp_path / "in", ("https://e.org/x/y.html",))
    pictures = Pictures({"s": place}, warn=pytest.fail)
    assert pictures.get(Image("https://e.org/x/page_files/a%20b.png"), "s") is not None
    assert pictures.get(Image("https://other.org/x/page_files/a%20b.png"), "s") is None
    assert pictures.get(Image("https://e.org/secret.png"), "s") is None


@pytest.mark.requirement("IN-12")
def test_a_saved_page_becomes_a_book_with_its_pictures(tmp_path: Path) -> None:
    import base64

    encoded = base64.encodebytes(picture()).decode()
    parts = PARTS.replace("aW1hZ2U=\n", encoded)
    path = write(tmp_path, "saved.mht", mhtml(parts))
    article = convert.read(path)
    assert article.url == "https://e.org/a/page.html"
    assert article.archived is not None
    target = tmp_path / "x.epub"
    convert.write(article, target)
    with zipfile.ZipFile(target) as book:
        assert [name for name in book.namelist() if name.endswith((".png", ".jpg"))]


# --- Names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.html", "a/b.html"),
        ("./a//b", "a/b"),
        ("../..", ""),
        ("c:\\x\\..\\y", "x/y"),
        ("a\0b", "ab"),
        ("...", "..."),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.requirement("SEC-5")
@given(st.text(alphabet="a./\\:cC\0 ~", max_size=40), st.text(alphabet="a./\\%2e?#", max_size=40))
def test_no_name_and_no_address_leads_out(name: str, address: str) -> None:
    safe = safe_name(name)
    root = Path("/the/folder")
    assert os.path.normpath(root / safe).startswith(str(root))
    for found in from_member(address, safe or "x"):
        assert os.path.normpath(root / found).startswith(str(root))


def test_a_container_that_goes_away(tmp_path: Path) -> None:
    path = write(tmp_path, "x.zip", zipped(ARTICLES))
    source = open_source(path)
    path.unlink()
    with pytest.raises(UnreadableSource):
        source.open()
    with pytest.raises(UnreadableSource):
        open_container(Locator(tmp_path / "never.zip"))
