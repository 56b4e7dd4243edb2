"""What no PDF of ours may be or lack, as functions that say where it does.

Each takes the bytes of a PDF and returns its findings, a line for each; none if all is well.
tests/test_pdf_checks.py shows each a file with the fault that it is there to find.
:func:`faults` gathers those that hold for every file.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import Any

import pikepdf

__all__ = [
    "Element",
    "claims",
    "damage",
    "faults",
    "font_faults",
    "header_faults",
    "link_faults",
    "logical_text",
    "marked_content",
    "note_faults",
    "outline_faults",
    "safety_faults",
    "structure_faults",
    "tree",
]

_SCHEMES = ("http:", "https:", "mailto:", "tel:", "ftp:")
# What makes a file do something or carry something (ISO 32000-1, 12.6.4, 7.11.4, 12.7).
_ACTIVE = ("/JS", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles", "/AcroForm", "/EF", "/XFA")
_DEEPEST = 3  # section, article, heading


def faults(data: bytes) -> list[str]:
    """Return what is wrong with a file whatever it holds."""
    return [
        *damage(data),
        *font_faults(data),
        *header_faults(data),
        *structure_faults(data),
        *link_faults(data),
        *note_faults(data),
        *outline_faults(data),
        *safety_faults(data),
    ]


# --- Other programs ------------------------------------------------------------------------


def damage(data: bytes) -> list[str]:
    """Return what ``qpdf --check`` has to say."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        done = subprocess.run(["qpdf", "--check", file.name], capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode == 0 and "WARNING" not in said:
        return []
    return [f"qpdf: {line}" for line in said.splitlines()]


def font_faults(data: bytes) -> list[str]:
    """Return the fonts that ``pdffonts`` finds not embedded, not a subset or drawn as pictures."""
    done = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True)
    found = []
    for line in done.stdout.decode("utf-8", "replace").splitlines()[2:]:
        # Name, type and encoding have spaces or stick out; then come embedded, subset, mapped to
        # Unicode, and the object's two numbers.
        embedded, subset, mapped = line.split()[-5:-2]
        if (embedded, subset, mapped) != ("yes", "yes", "yes") or " Type 3 " in line:
            found.append(
                f"font {line[:36].strip()}: {embedded=}, {subset=}, {mapped=}: {line[36:]}"
            )
    return found


def logical_text(data: bytes) -> str:
    """Return all text in the order of the structure, as poppler reads it, without white space."""
    done = subprocess.run(
        ["pdfinfo", "-enc", "UTF-8", "-struct-text", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    said = done.stdout.decode("utf-8", "replace")
    return re.sub(r"\s", "", "".join(re.findall(r'^ *"(.*)"$', said, re.MULTILINE)))


# --- What the file says of itself ----------------------------------------------------------


def claims(data: bytes) -> list[str]:
    """Return the standards that the metadata name: ``PDF/A-3U``, ``PDF/UA-1``."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        metadata = pdf.open_metadata()
        found = []
        if metadata.get("pdfaid:part"):
            found.append(f"PDF/A-{metadata['pdfaid:part']}{metadata['pdfaid:conformance']}")
        if metadata.get("pdfuaid:part"):
            found.append(f"PDF/UA-{metadata['pdfuaid:part']}")
        return found


def header_faults(data: bytes) -> Iterator[str]:
    """Yield what a tagged file has to say at its root and does not."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        marks: Any = root.get("/MarkInfo", pikepdf.Dictionary())
        if not marks.get("/Marked"):
            yield "not marked as tagged"
        window: Any = root.get("/ViewerPreferences", pikepdf.Dictionary())
        if not window.get("/DisplayDocTitle"):
            yield "the window shows no title"
        if not str(root.get("/Lang", "")):
            yield "no language"
        if not str(pdf.docinfo.get("/Title", "")):
            yield "no title"
        if "/Filter" in root.Metadata:
            yield "the metadata is compressed"
        for number, page in enumerate(pdf.pages, 1):
            if "/Annots" in page and page.get("/Tabs") != "/S":
                yield f"page {number}: tabs do not follow the structure"


def safety_faults(data: bytes) -> Iterator[str]:
    """Yield what runs, is attached, or can be filled in."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                continue
            yield from (f"there is {name}" for name in _ACTIVE if name in item)
            action = item.get("/A")
            if isinstance(action, pikepdf.Dictionary) and "/S" in action:
                if str(action.S) != "/URI":
                    yield f"an action {action.S}"
                elif not str(action.URI).startswith(_SCHEMES):
                    yield f"a link to {action.URI}"


def outline_faults(data: bytes, deepest: int = _DEEPEST) -> Iterator[str]:
    """Yield bookmarks without words or place, or below the level ``deepest``."""
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen for page in pdf.pages}
        stack = [(1, item) for item in outline.root]
        while stack:
            level, item = stack.pop()
            target: Any = item.destination
            if not item.title.strip():
                yield "a bookmark without words"
            if not isinstance(target, pikepdf.Array) or target[0].objgen not in pages:
                yield f"bookmark {item.title} leads nowhere"
            if level > deepest:
                yield f"bookmark {item.title} is on level {level}"
            stack.extend((level + 1, child) for child in item.children)


# --- Structure -----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Element:
    """An element of the structure tree.

    ``content`` are the pages (from 0) and numbers of marked content that is directly in it,
    ``links`` its annotations, ``apart`` content in streams of their own, which are translucent.
    """

    kind: str
    item: Any = field(repr=False)
    parent: Element | None = field(repr=False)
    kids: list[Element] = field(default_factory=list)
    content: list[tuple[int, int]] = field(default_factory=list)
    links: list[Any] = field(default_factory=list, repr=False)
    apart: list[tuple[int, Any, int]] = field(default_factory=list, repr=False)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all in it, in reading order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.kids))

    def all(self, kind: str) -> list[Element]:
        """Return all elements of a kind."""
        return [element for element in self.walk() if element.kind == kind]

    def text(self, name: str) -> str:
        """Return a text entry of the element, such as ``Lang``."""
        return str(self.item.get(f"/{name}", ""))

    def outline(self) -> Any:
        """Return the kinds of this element and all in it, as nested lists."""
        return [self.kind, *(kid.outline() for kid in self.kids)] if self.kids else self.kind


def tree(pdf: pikepdf.Pdf) -> Element:
    """Return the root element of a tagged file."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    top = pdf.Root.StructTreeRoot.K
    document = top[0] if isinstance(top, pikepdf.Array) else top
    root = Element(str(document.S)[1:], document, None)
    stack = [root]
    while stack:
        element = stack.pop()
        own = numbers.get(element.item.Pg.objgen, -1) if "/Pg" in element.item else -1
        kids = element.item.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                element.content.append((own, kid))
            elif "/Stm" in kid:
                element.apart.append((numbers.get(kid.Pg.objgen, -1), kid.Stm, int(kid.MCID)))
            elif "/MCID" in kid:
                element.content.append((numbers.get(kid.Pg.objgen, -1), int(kid.MCID)))
            elif "/Obj" in kid:
                element.links.append(kid.Obj)
            else:
                child = Element(str(kid.S)[1:], kid, element)
                element.kids.append(child)
                stack.append(child)
    return root


def structure_faults(data: bytes) -> Iterator[str]:
    """Yield what is wrong with the tree: pictures without words, content of nobody or of two."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            yield "no structure"
            return
        root = tree(pdf)
        elements = list(root.walk())
        for element in elements:
            if element.kind == "Figure" and not element.text("Alt"):
                yield "a picture without words"
            if element.kind == "Art" and not element.text("Lang"):
                yield "an article without its language"
            if element.parent and element.item.P.objgen != element.parent.item.objgen:
                yield f"{element.kind} does not know its parent"
            if element.kind not in ("TD", "TH") and not (
                element.kids or element.content or element.links or element.apart
            ):
                yield f"{element.kind} is empty"
        yield from _identifiers(pdf, elements)
        yield from _owners(pdf, elements)


def _identifiers(pdf: pikepdf.Pdf, elements: list[Element]) -> Iterator[str]:
    """ISO 32000-1, 14.7.2: the tree of identifiers has all of them."""
    found = Counter(element.text("ID") for element in elements if element.text("ID"))
    yield from (f"{name} names {count} elements" for name, count in found.items() if count > 1)
    known: set[str] = set()
    if "/IDTree" in pdf.Root.StructTreeRoot:
        known = {str(name) for name, _ in pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree).items()}
    yield from (f"{name} is not in the tree of identifiers" for name in found.keys() - known)


def _owners(pdf: pikepdf.Pdf, elements: list[Element]) -> Iterator[str]:
    """ISO 32000-1, 14.7.4.4: what is in a page or a link knows its element, and it that."""
    numbers = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    owned: Counter[tuple[int, int]] = Counter()
    linked = set()
    for element in elements:
        for page, mcid in element.content:
            owned[page, mcid] += 1
            known: Any = numbers[int(pdf.pages[page].StructParents)] if page >= 0 else []
            if mcid >= len(known) or known[mcid].objgen != element.item.objgen:
                yield f"page {page + 1}: content {mcid} does not know its {element.kind}"
        for _, stream, mcid in element.apart:
            if numbers[int(stream.StructParents)][mcid].objgen != element.item.objgen:
                yield f"translucent content {mcid} does not know its {element.kind}"
        for link in element.links:
            linked.add(link.objgen)
            if numbers[int(link.StructParent)].objgen != element.item.objgen:
                yield f"a link does not know its {element.kind}"
    for page, mcid in (place for place, count in owned.items() if count > 1):
        yield f"page {page + 1}: content {mcid} is in several elements"
    for number, each in enumerate(pdf.pages, 1):
        marked = set(_marked(each))
        lost = marked - {mcid for page, mcid in owned if page == number - 1}
        yield from (f"page {number}: content {mcid} is in no element" for mcid in sorted(lost))
        for annotation in each.get("/Annots", []):
            if annotation.objgen not in linked:
                yield f"page {number}: a link is in no element"


# Libraries that parse a page's every operator take seconds for what is a line in the stream.
_PROPERTIES = re.compile(rb"/(\w+)\s*<<([^<>]*)>>\s*BDC")


def marked_content(page: pikepdf.Page) -> Iterator[tuple[str, str]]:
    """Yield the tags and the properties of what a page draws that is marked (14.6.2)."""
    contents: Any = page.obj.Contents
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        for tag, properties in _PROPERTIES.findall(stream.read_bytes()):
            yield tag.decode(), properties.decode("latin-1")


def _marked(page: pikepdf.Page) -> Iterator[int]:
    """Yield the numbers of the content of a page that belongs to elements."""
    for _, properties in marked_content(page):
        if (number := re.search(r"/MCID\s+(\d+)", properties)) is not None:
            yield int(number[1])


# --- Links and notes -----------------------------------------------------------------------


def _places(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Return the named places, each with its page."""
    names: Any = pdf.Root.get("/Names", {})
    if "/Dests" not in names:
        return {}
    found: Any = pikepdf.NameTree(names.Dests).items()
    return {str(name): place[0] for name, place in found}


def link_faults(data: bytes) -> Iterator[str]:
    """Yield links that lead nowhere in the file, say nothing, or take no room."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        places = _places(pdf)
        pages = {page.obj.objgen for page in pdf.pages}
        yield from (f"{name} is on no page" for name in places if places[name].objgen not in pages)
        for number, page in enumerate(pdf.pages, 1):
            for link in page.get("/Annots", []):
                if "/Dest" in link and str(link.Dest) not in places:
                    yield f"page {number}: a link to {link.Dest}, which is nowhere"
                if "/Dest" not in link and "/A" not in link:
                    yield f"page {number}: a link to nothing"
                if not str(link.get("/Contents", "")).strip():
                    yield f"page {number}: a link without words"
                left, bottom, right, top = map(float, link.Rect)
                if left == right or bottom == top:
                    yield f"page {number}: a link without room: {link.Contents}"


def note_faults(data: bytes) -> Iterator[str]:
    """Yield notes that no mark leads to, or that do not lead back to their mark."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            return
        places = _places(pdf)
        root = tree(pdf)
        marks = {
            str(link.Dest): mark
            for mark in reversed(root.all("Reference"))
            for inner in mark.all("Link")
            for link in inner.links
            if "/Dest" in link
        }
        for note in root.all("Note"):
            name = note.text("ID")
            if name not in marks:
                yield f"nothing leads to {name}"
                continue
            back = [
                str(link.Dest)
                for label in note.kids
                if label.kind == "Lbl"
                for inner in label.all("Link")
                for link in inner.links
            ]
            pages = {
                page for each in marks[name].walk() for page, *_ in (*each.content, *each.apart)
            }
            mark_pages = {pdf.pages[page].obj.objgen for page in pages}
            if not back or back[0] not in places:
                yield f"{name} does not lead back"
            elif places[back[0]].objgen not in mark_pages:
                yield f"{name} leads back to a page without its mark"
