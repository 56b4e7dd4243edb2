"""The independent checkers: what finds no fault in a bad file proves nothing about a good one."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checkers import EpubMessage
from tools.requirements import known_labels, proved_labels

PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:12345678-1234-5678-1234-567812345678</dc:identifier>
<dc:title>Title</dc:title><dc:language>en</dc:language>
<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
</manifest><spine><itemref idref="nav"/></spine></package>
"""
NAVIGATION = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>Title</title></head><body><nav epub:type="toc"><ol><li><a href="{target}">Start</a>
</li></ol></nav></body></html>
"""
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def book(path: Path, *, target: str = "nav.xhtml") -> Path:
    """Write the smallest book there is; its contents list leads to ``target``."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("book.opf", PACKAGE)
        archive.writestr("nav.xhtml", NAVIGATION.format(target=target))
    return path


def test_epubcheck_passes_a_good_book_and_names_what_is_wrong_with_a_bad_one(
    epubcheck: Callable[[Path], list[EpubMessage]], tmp_path: Path
) -> None:
    good = book(tmp_path / "好.epub")
    assert epubcheck(good) == []
    missing = epubcheck(book(tmp_path / "bad.epub", target="missing.xhtml"))
    assert [(message.severity, message.code) for message in missing] == [("ERROR", "RSC-007")]
    assert "missing.xhtml" in missing[0].text
    torn = tmp_path / "torn.epub"
    torn.write_bytes(good.read_bytes()[:200])
    assert {message.severity for message in epubcheck(torn)} & {"FATAL", "ERROR"}
    assert epubcheck(good) == []  # a bad book leaves nothing behind


def pdf(*, tagged: bool, language: str = ' lang="en"', alternative: str = ' alt="A dot"') -> bytes:
    """Return a small PDF with a heading, a picture and a link."""
    from weasyprint import HTML

    dot = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    out = io.BytesIO()
    HTML(
        string=f'<html{language}><title>Title</title><h1>Title</h1><img src="{dot}"{alternative}>'
        '<p><a href="https://example.org/">Link</a></p></html>'
    ).write_pdf(out, pdf_variant="pdf/ua-1" if tagged else None)
    return out.getvalue()


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (lambda: pdf(tagged=False), "PDFUA1-TAGGED-DOCUMENT-001"),
        (lambda: pdf(tagged=True, language=""), "PDFUA1-LANGUAGE-TAG-001"),
        (lambda: pdf(tagged=True, alternative=""), "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"),
    ],
    ids=["untagged", "no language", "no alternative text"],
)
def test_pdf_checker_names_what_is_wrong(
    pdf_check: Callable[..., list[str]], document: Callable[[], bytes], fault: str
) -> None:
    faults = pdf_check(document())
    assert fault in {entry.partition(":")[0] for entry in faults}


def test_pdf_checker_passes_what_weasyprint_tags(pdf_check: Callable[..., list[str]]) -> None:
    document = pdf(tagged=True)
    assert pdf_check(document) == []
    assert pdf_check(document, profile="2b") != []  # PDF/UA is not PDF/A


def test_verapdf_names_what_is_wrong_and_passes_what_is_not(
    verapdf: Callable[..., list[str]], tmp_path: Path
) -> None:
    good = pdf(tagged=True)
    assert verapdf(good) == []
    assert verapdf(pdf(tagged=True, alternative=""))[0].startswith("7.3-1:")
    assert "7.1-11" in {entry.partition(":")[0] for entry in verapdf(pdf(tagged=False))}
    assert verapdf(good, "2b") != []
    torn = tmp_path / "撕.pdf"
    torn.write_bytes(good[:200])
    assert verapdf(torn)[0].startswith("unreadable:")
    assert verapdf(good) == []  # a bad document leaves nothing behind


def test_requirement_marks_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "test_marks.py").write_text(
        "import pytest\n"
        'pytestmark = pytest.mark.requirement("ALL-1")\n'
        "@pytest.mark.requirement('MD-1', 'MD-2')\n"
        "def test_one(): ...\n"
        "class TestTwo:\n"
        "    CASES = [pytest.param(1, marks=pytest.mark.requirement('EP-1'))]\n"
        "    @pytest.mark.parametrize('x', CASES)\n"
        "    def test_three(self, x): ...\n",
        encoding="utf-8",
    )
    assert proved_labels(tmp_path) == {
        "ALL-1": ["test_marks.py::module"],
        "MD-1": ["test_marks.py::test_one"],
        "MD-2": ["test_marks.py::test_one"],
        "EP-1": ["test_marks.py::TestTwo"],
    }


def test_requirement_list_has_every_label_once_and_in_order() -> None:
    groups: dict[str, list[int]] = {}
    for label in known_labels():
        group, _, number = label.partition("-")
        groups.setdefault(group, []).append(int(number))
    assert set(groups) == {"ALL", "MD", "EP", "PDF", "TXT", "HT", "IN", "SEC"}
    for group, numbers in groups.items():
        assert numbers == list(range(1, len(numbers) + 1)), group
