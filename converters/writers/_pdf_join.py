"""Parts of a PDF become one file: pages, structure, outline, links.

The shell is a document of an empty page, which has the fonts of all parts, the metadata and what
its standard asks for. The pages of the parts take the place of its own, and what stands in their
margins is painted onto them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from converters.writers._pdf_engine import elsewhere
from converters.writers._pdf_press import Bookmark, Part
from converters.writers._pdf_style import PageError

if TYPE_CHECKING:
    from pikepdf import Dictionary, Object, Page, Pdf

__all__ = ["join"]

_INSIDE = elsewhere("")
_HIDDEN = "it hides or takes out of the flow what every page has (html, body, div)"
_AT_ONCE = 1 << 14  # bytes of a part that are read


def join(  # noqa: PLR0913 - two are keywords
    shell: BinaryIO,
    margins: Sequence[Part],
    parts: Sequence[Part],
    bookmarks: Sequence[Bookmark],
    target: BinaryIO,
    shift: Sequence[float] = (0.0, 0.0),
    *,
    shared: bool = False,
) -> None:
    """Write the file made of ``parts`` in their order to ``target``.

    ``margins`` are those of all pages, in lots; each but the first has one page before them.
    ``bookmarks`` are those of all parts, with pages counted in the whole file. ``shift`` moves
    the type area to the right, in points: on odd pages, on even pages. ``shared``: parts have
    pictures in common, which are in the file once.
    """
    import pikepdf

    with ExitStack() as stack:
        pdf = stack.enter_context(pikepdf.open(shell))
        sources = [stack.enter_context(pikepdf.open(_reader(part.path))) for part in parts]
        filled = []
        for lot, part in enumerate(margins):
            more = stack.enter_context(pikepdf.open(_reader(part.path)))
            filled += [_margin(pdf, page) for page in list(more.pages)[min(lot, 1) :]]
        fonts = pdf.pages[0].obj.Resources.Font
        del pdf.pages[:]
        for source in sources:
            for copied in source.pages:
                pdf.pages.append(copied)
        pages = [page.obj for page in pdf.pages]
        if shared:
            _share_pictures(pages)
        if len(filled) != len(pages):  # only a style sheet of a person's own does that
            raise PageError(_HIDDEN)
        for number, (page, margin) in enumerate(zip(pages, filled, strict=True)):
            _paint(pdf, page, margin, fonts)
            _move(page, shift[number % 2])
        for drawing in _drawings(pages):
            drawing.Resources.Font = fonts
        _join_structure(pdf, sources)
        _join_destinations(pdf, sources)
        for page in pages:
            _lead_inside(page)
        _outline(pdf, pages, bookmarks)
        pdf.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )


class _Late(RawIOBase):
    """The file at ``path``, which is open only while it is read.

    Of each part pikepdf reads until the whole file is written, and a process may have no more
    than 256 or 1024 files open at once.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._size = Path(path).stat().st_size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = (0, self._place, self._size)[whence] + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        with Path(self._path).open("rb", 0) as file:
            file.seek(self._place)
            count = file.readinto(buffer) or 0
        self._place += count
        return count


def _reader(path: str) -> BufferedReader:
    return BufferedReader(_Late(path), _AT_ONCE)


def _margin(pdf: Pdf, page: Page) -> Dictionary:
    """What is in the margins of a page of another file."""
    from pikepdf import Dictionary

    return Dictionary(
        Contents=pdf.copy_foreign(page.obj.Contents),
        Resources=pdf.copy_foreign(page.obj.Resources),
    )


def _paint(pdf: Pdf, page: Dictionary, margin: Dictionary, fonts: Object) -> None:
    """Paint what is in the margins onto a page, and give it the fonts of the file."""
    from pikepdf import Array

    page.Contents = Array(
        [pdf.make_stream(b"q"), page.Contents, pdf.make_stream(b"Q"), margin.Contents]
    )
    page.Resources.Font = fonts
    for kind in ("/ExtGState", "/XObject", "/Pattern", "/Shading"):
        for name, value in margin.Resources.get(kind, {}).items():
            if name not in page.Resources[kind]:
                page.Resources[kind][name] = value


def _drawings(pages: Iterable[Dictionary]) -> Iterator[Any]:
    """What is drawn apart from the pages that it is on, because it is translucent; each once."""
    seen: set[tuple[int, int]] = set()
    holders: list[Any] = list(pages)
    while holders:
        resources = holders.pop().Resources
        if resources.is_indirect and resources.objgen in seen:  # pages of a part share them
            continue
        seen.add(resources.objgen)
        for drawing in resources.get("/XObject", {}).values():
            if drawing.get("/Subtype") == "/Form" and drawing.objgen not in seen:
                seen.add(drawing.objgen)
                if "/Resources" in drawing:
                    holders.append(drawing)
                    yield drawing


def _move(page: Dictionary, distance: float) -> None:
    """Move all that is on a page to the right: its paper goes to the left."""
    from pikepdf import Array

    if not distance:
        return
    for box in ("/MediaBox", "/TrimBox", "/BleedBox"):
        left, bottom, right, top = map(float, page[box])
        page[box] = Array([left - distance, bottom, right - distance, top])


def _share_pictures(pages: Sequence[Dictionary]) -> None:
    """Let all pages that show the same picture show one object."""
    known: dict[bytes, Any] = {}
    done: set[tuple[int, int]] = set()
    for page in pages:
        resources = page.Resources
        if resources.objgen in done:
            continue
        done.add(resources.objgen)
        drawn: Any = resources.get("/XObject", {})
        for name, picture in drawn.items():
            if picture.get("/Subtype") == "/Image":
                drawn[name] = known.setdefault(_digest(picture), picture)


def _digest(picture: Any) -> bytes:
    """What tells pictures apart: their bytes, those of their masks, and what is said of both."""
    digest = sha256()
    for stream in (picture, picture.get("/SMask")):
        if stream is not None:
            said = {key: value for key, value in stream.items() if key != "/SMask"}
            digest.update(repr(sorted((key, str(value)) for key, value in said.items())).encode())
            digest.update(stream.read_raw_bytes())
    return digest.digest()


# --- Structure -----------------------------------------------------------------------------


def _join_structure(pdf: Pdf, sources: Sequence[Pdf]) -> None:
    """One tree of the parts' trees (ISO 32000-1, 14.7).

    The pages of each part and their annotations point into its own list of elements by number;
    in the file's list they begin where the part before ends.
    """
    from pikepdf import Array, Dictionary, String

    root = pdf.Root.StructTreeRoot
    whole = root.K[0]
    whole.K = Array()
    numbers = Array()
    names: dict[bytes, Any] = {}
    pages = iter([page.obj for page in pdf.pages])
    start = 0
    for source in sources:
        tree = pdf.copy_foreign(source.Root.StructTreeRoot)
        for element in tree.K[0].K:
            element.P = whole
            whole.K.append(element)
        own = tree.ParentTree.Nums
        for place in range(0, len(own), 2):
            numbers.append(int(own[place]) + start)
            numbers.append(own[place + 1])
        own_pages = list(islice(pages, len(source.pages)))
        for holder in (*own_pages, *_drawings(own_pages)):
            _renumber(holder, start)
        start += len(own) // 2
        known = tree.IDTree.Names if "/IDTree" in tree else ()
        for place in range(0, len(known), 2):
            names[bytes(known[place])] = known[place + 1]
    root.ParentTree.Nums = numbers
    root.ParentTreeNextKey = start
    if names:
        pairs = [item for name in sorted(names) for item in (String(name), names[name])]
        root.IDTree = pdf.make_indirect(Dictionary(Names=Array(pairs)))


def _renumber(holder: Any, start: int) -> None:
    """Shift the numbers of a page, or of what is drawn apart from one."""
    if "/StructParents" in holder:
        holder.StructParents = int(holder.StructParents) + start
    for annotation in holder.get("/Annots", ()):
        if "/StructParent" in annotation:
            annotation.StructParent = int(annotation.StructParent) + start


# --- Links ---------------------------------------------------------------------------------


def _join_destinations(pdf: Pdf, sources: Sequence[Pdf]) -> None:
    """One name tree of the parts' destinations (ISO 32000-1, 12.3.2.3), sorted."""
    from pikepdf import Array, Dictionary

    found: dict[bytes, Any] = {}
    for source in sources:
        if "/Names" not in source.Root or "/Dests" not in source.Root.Names:
            continue
        names = source.Root.Names.Dests.Names
        copied = pdf.copy_foreign(source.make_indirect(names))
        for place in range(0, len(copied), 2):
            found.setdefault(bytes(copied[place]), (copied[place], copied[place + 1]))
    pairs = [item for name in sorted(found) for item in found[name]]
    if pairs:
        if "/Names" not in pdf.Root:
            pdf.Root.Names = Dictionary()
        pdf.Root.Names.Dests = pdf.make_indirect(Dictionary(Names=Array(pairs)))


def _lead_inside(page: Dictionary) -> None:
    """Let links to other parts lead there."""
    from pikepdf import String

    for annotation in page.get("/Annots", ()):
        address = str(annotation.A.URI) if "/A" in annotation else ""
        if address.startswith(_INSIDE):
            del annotation["/A"]
            annotation.Dest = String(address.removeprefix(_INSIDE))
            if annotation.get("/Contents") == address:  # it has no words of its own
                annotation.Contents = annotation.Dest


# --- Outline -------------------------------------------------------------------------------


def _outline(pdf: Pdf, pages: Sequence[Dictionary], bookmarks: Sequence[Bookmark]) -> None:
    """The outline, nested by levels; all of it is open."""
    from pikepdf import Array, Name, OutlineItem

    with pdf.open_outline() as outline:
        outline.root.clear()
        open_items: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
        for mark in bookmarks:
            while open_items[-1][0] >= mark.level:
                open_items.pop()
            place = Array([pages[mark.page], Name.XYZ, mark.left, mark.top, 0])
            item = OutlineItem(mark.label, place)
            item.is_closed = False
            open_items[-1][1].append(item)
            open_items.append((mark.level, item.children))
