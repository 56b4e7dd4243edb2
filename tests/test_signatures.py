"""What is no text is told by its first bytes, and text never is taken for it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from converters.signatures import looks_binary
from tests.sentences import PARAGRAPHS


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, kind)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("a.md")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    return buffer.getvalue()


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_pictures(kind: str) -> None:
    assert looks_binary(picture(kind)) == (
        "a WebP picture" if kind == "WEBP" else f"a {kind} picture"
    )


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"\n\n%PDF-1.4\n" + bytes(400), "a PDF document"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (bz2.compress(b"x"), "a bzip2 archive"),
        (lzma.compress(b"x"), "an xz archive"),
        (tarred(), "a tar archive"),
        (zipped(a=b"x"), "a ZIP archive"),
        (zipped(), "an empty ZIP archive"),
        (zipped(mimetype=b"application/epub+zip"), "an EPUB book"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "an OpenDocument file"),
        (zipped(word__document=b"x"), "a Word document"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "an AVIF picture"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "a video"),
        (bytes(60) + b"BOOKMOBI" + bytes(60), "a Kindle book"),
        (Path(sys.executable).read_bytes()[:4096], "a program"),
        (random.Random(7).randbytes(4000), "binary data"),
        (bytes(4000), "binary data"),
        (bytes(range(256)) * 20, "binary data"),
    ],
)
def test_files_that_are_no_text(data: bytes, words: str) -> None:
    assert looks_binary(data) == words


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("language", PARAGRAPHS)
def test_text_in_any_encoding_is_text(language: str) -> None:
    text = PARAGRAPHS[language] + "\n"
    codecs = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
    for codec in (*codecs, "gb18030", "iso2022_jp"):
        data = (text * 3).encode(codec, "ignore")
        assert looks_binary(data) is None, codec


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BMW baut ein neues Werk",
        "BZh ist eine Abkürzung",
        "PK is a band",
        "GIF87 and GIF89 are versions of one format",
        "MZ was a programmer",
        "ID3 tags are read by every player",
        "RIFFs of the seventies",
        "wOFF is a font format",
        "In %PDF-1.4 the header comes first",
        "one stray \0 in a text " * 3,
        "\x1b[31mred\x1b[0m" * 9,
    ],
)
def test_text_that_begins_like_something_else(text: str) -> None:
    assert looks_binary(text.encode()) is None


def test_the_corpus_is_text(corpus: Path) -> None:
    for folder in ("archive", "dated", "pages", "posts"):
        for path in (corpus / folder).iterdir():
            assert looks_binary(path.read_bytes()) is None, path.name
