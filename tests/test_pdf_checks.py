"""The checks of PDFs: each finds the fault that it is there to find, and none where there is none."""

import io
import re
from collections.abc import Callable, Iterable
from typing import Any

import pikepdf
import pytest

from converters.article import Figure, Heading, Image, Link, Text
from tests import pdf_checks
from tests.pdf_checks import faults, tree
from tests.pdf_pages import article, made, paragraph

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAAAAACoWZBhAAAAEklEQVR4nGNgYGD4//8/"
    "AwMDABMDAwEBjP7pAAAAAElFTkSuQmCC"
)


@pytest.fixture(scope="module")
def good() -> bytes:
    """A file with a heading, a picture, a link and a note."""
    return made(
        article(
            paragraph("Words ", Link((Text("and a link"),), "https://example.org/"), "."),
            Heading(2, (Text("Section"),)),
            Figure((Image(DOT, "A dot"),), (Text("Caption"),)),
            language="en",
            title="Title",
        ),
        page="A6",
    )


def test_a_good_file_has_no_faults(good: bytes) -> None:
    assert faults(good) == []
    assert pdf_checks.claims(good) == []


def element(pdf: pikepdf.Pdf, kind: str) -> Any:
    return tree(pdf).all(kind)[0].item


def annotation(pdf: pikepdf.Pdf, kind: str) -> Any:
    """The first annotation that leads into the file (``Dest``) or out of it (``A``)."""
    return next(link for link in pdf.pages[0].Annots if f"/{kind}" in link)


def without_alternative(pdf: pikepdf.Pdf) -> None:
    del element(pdf, "Figure")["/Alt"]


def without_language(pdf: pikepdf.Pdf) -> None:
    del element(pdf, "Art")["/Lang"]


def empty_element(pdf: pikepdf.Pdf) -> None:
    element(pdf, "Caption").K = pikepdf.Array()


def wrong_parent(pdf: pikepdf.Pdf) -> None:
    element(pdf, "Caption").P = element(pdf, "Art")


def wrong_owner(pdf: pikepdf.Pdf) -> None:
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0] = owners[1]


def same_identifier(pdf: pikepdf.Pdf) -> None:
    element(pdf, "H1").ID = element(pdf, "Note").ID


def unlisted_identifier(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot["/IDTree"]


def link_without_element(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(annotation(pdf, "A"))
    pdf.pages[0].Annots.append(pdf.make_indirect(link))


def link_to_nowhere(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "Dest").Dest = pikepdf.String("gone")


def link_without_words(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "A").Contents = pikepdf.String(" ")


def link_without_room(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "A").Rect = pikepdf.Array([1, 1, 1, 2])


def link_to_a_file(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "A").A.URI = pikepdf.String("file:///etc/hosts")


def link_that_launches(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "A").A.S = pikepdf.Name.Launch


def script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"words"


def note_that_nothing_leads_to(pdf: pikepdf.Pdf) -> None:
    element(pdf, "Note").ID = pikepdf.String("other")


def note_that_does_not_lead_back(pdf: pikepdf.Pdf) -> None:
    element(pdf, "Lbl").S = pikepdf.Name.Span


def untagged(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]
    del pdf.Root["/MarkInfo"]


def without_title(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/ViewerPreferences"]
    del pdf.docinfo["/Title"]


def deep_bookmark(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        children = outline.root[0].children
        for _ in range(3):
            item = pikepdf.OutlineItem("Deep", 0)
            children.append(item)
            children = item.children


def lost_font(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for name in ("/FontFile", "/FontFile2", "/FontFile3"):
                if name in item:
                    del item[name]


def unclaimed_content(pdf: pikepdf.Pdf) -> None:
    element(pdf, "H1").K = pikepdf.Array([element(pdf, "Caption")])


BROKEN: list[tuple[Callable[[pikepdf.Pdf], None], str]] = [
    (without_alternative, "a picture without words"),
    (without_language, "an article without its language"),
    (empty_element, "Caption is empty"),
    (wrong_parent, "Caption does not know its parent"),
    (wrong_owner, "content 0 does not know its"),
    (same_identifier, "names 2 elements"),
    (unlisted_identifier, "is not in the tree of identifiers"),
    (link_without_element, "a link is in no element"),
    (link_to_nowhere, "a link to gone, which is nowhere"),
    (link_without_words, "a link without words"),
    (link_without_room, "a link without room"),
    (link_to_a_file, "a link to file:"),
    (link_that_launches, "an action /Launch"),
    (script, "there is /OpenAction"),
    (attachment, "there is /EF"),
    (note_that_nothing_leads_to, "nothing leads to other"),
    (note_that_does_not_lead_back, "does not lead back"),
    (untagged, "not marked as tagged"),
    (untagged, "no structure"),
    (without_title, "the window shows no title"),
    (without_title, "no title"),
    (deep_bookmark, "bookmark Deep is on level 4"),
    (lost_font, "embedded='no'"),
    (unclaimed_content, "is in no element"),
]


@pytest.mark.parametrize(("wreck", "finding"), BROKEN, ids=[f"{w.__name__}-{f}" for w, f in BROKEN])
def test_each_check_finds_its_fault(
    good: bytes, wreck: Callable[[pikepdf.Pdf], None], finding: str
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        wreck(pdf)
        pdf.save(out)
    found: Iterable[str] = faults(out.getvalue())
    assert any(re.search(re.escape(finding), line) for line in found), found


def test_a_damaged_file_is_found(good: bytes) -> None:
    torn = good.replace(b"endobj", b"endob_", 1)
    assert pdf_checks.damage(torn) != []
