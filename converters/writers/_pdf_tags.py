"""The structure of a PDF: what is a heading, a list, a note, and in which order all is read.

WeasyPrint makes its own tree from the boxes of each page (its ``pdf/tags.py``): what a page break
cuts is two elements there, notes and contents are groups without a meaning, each line of a
paragraph is a span, and a table's head that is printed again is in the table again. The tree here
is made from the same boxes, but an element of the article is one element of the structure, however
many boxes and pages it is on:

* a note is a ``Note`` behind the block that calls it, wherever it is printed; its mark is a
  ``Reference`` (ISO 32000-1, table 338), its number a ``Lbl``;
* header cells say with ``Scope`` what they head (table 349), so that cells need no identifiers;
* a caption stands behind its picture, both in a ``Div``: readers stop at a picture's words, and do
  not come to a caption within its ``Figure`` (Tagged PDF Best Practice Guide: Syntax, 4.3.1,
  https://pdfa.org/resource/tagged-pdf-best-practice-guide-syntax/);
* a heading is at most one level below the heading before it (ISO 14289-1, 7.4.2);
* what is printed again on every page, heads of tables and what stands in the margins, is an
  artifact (ISO 32000-1, 14.8.2.2), and so are leaders and pictures that say nothing.

docs/pdf.md lists the types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from converters.writers._pdf_structure import (
    GROUPS,
    HOSTS,
    IN_LINES,
    Node,
    lines_in,
    make_artifacts,
    marked,
    within,
    write,
)

__all__ = ["apply"]

_POINTS = 0.75  # to a CSS pixel

# Types by the element of the markup; those that are not here or below add nothing of their own.
_TYPES = {
    "article": "Art",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "code": "Code",
    "figcaption": "Caption",
    "nav": "TOC",
    "p": "P",
    "rb": "RB",
    "rt": "RT",
    "ruby": "Ruby",
    "section": "Sect",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "thead": "THead",
    "tr": "TR",
}
_NUMBERINGS = {
    "circle": "Circle",
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "lower-roman": "LowerRoman",
    "square": "Square",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "upper-roman": "UpperRoman",
}
_SCOPES = {"col": "Column", "row": "Row"}
_LONGEST = 1000  # letters of what is said of a link
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


def apply() -> None:
    """Let WeasyPrint take this structure instead of its own; harmless when done twice."""
    from weasyprint import pdf

    pdf.add_tags = _add_tags


def _add_tags(pdf: Any, document: Any, _version: object, streams: Sequence[Any]) -> None:
    """Give ``pdf``, a ``pydyf.PDF``, the structure of ``document``, a page drawn in each stream."""
    tree = _Tree(document.metadata.lang or "")
    groups = _groups(pdf)
    for number, (page, stream) in enumerate(zip(document.pages, streams, strict=True)):
        tree.page(number, page, stream, groups.get(id(stream._tags), ()))  # noqa: SLF001
    tree.place_notes()
    write(pdf, tree.root, len(streams))


def _groups(pdf: Any) -> dict[int, list[Any]]:
    """What is drawn apart from its page because it is translucent, by the content of the page."""
    groups: dict[int, list[Any]] = {}
    for item in pdf.objects:
        if getattr(item, "extra", None) and item.extra.get("Subtype") == "/Form":
            groups.setdefault(id(getattr(item, "_tags", None)), []).append(item)
    return groups


class _Tree:
    """The structure of a document, page by page."""

    def __init__(self, language: str) -> None:
        from weasyprint.formatting_structure import boxes

        self.root = Node("Document", None, language)
        self._boxes = boxes
        self._nodes: dict[int, Node] = {}  # by the identity of their element
        self._marks: dict[str, Node] = {}  # by the identifier of the note they call
        self._notes: dict[Node, list[Node]] = {}  # by the element that calls them
        self._level = 0
        self._page = 0
        self._height = 0.0
        self._tags: dict[Any, Any] = {}  # the content of this page, by its box
        self._artifacts: dict[int, str] = {}  # that of it which is none
        self._apart: dict[int, Any] = {}  # that of it which is in a stream of its own
        self._special: dict[str, Callable[[Any, Node], Node]] = {
            "a": self._link,
            "dd": self._meaning,
            "div": self._group,
            "dl": self._list,
            "dt": self._term,
            "figure": self._figure,
            "img": self._picture,
            "li": self._item,
            "ol": self._list,
            "pre": self._listing,
            "sup": self._mark,
            "th": self._header,
            "ul": self._list,
            **{f"h{level}": self._heading for level in range(1, 7)},
        }

    def page(self, number: int, page: Any, stream: Any, groups: Sequence[Any]) -> None:
        """Add the content of one page, which is drawn in ``stream`` and, within it, ``groups``."""
        self._page, self._height = number, page.height
        self._tags = stream._tags  # noqa: SLF001 - as WeasyPrint's own tags.py does
        self._artifacts = {}
        self._apart = {mcid: group for group in groups for mcid in marked(group)}
        for box in page._page_box.children:  # noqa: SLF001
            if isinstance(box, self._boxes.MarginBox):
                self._repeated(box, {"t": "Header", "b": "Footer"}.get(box.at_keyword[1], ""))
            else:
                self._box(box, self.root)
        self._artifacts |= {left["mcid"]: "" for left in self._tags.values()}
        if self._artifacts:
            for each in (stream, *groups):
                make_artifacts(each, self._artifacts)

    # --- Boxes -----------------------------------------------------------------------------

    def _box(self, box: Any, parent: Node) -> None:
        """Add the content of a box to ``parent``, or to the node that its element has."""
        box = getattr(box, "_box", box)  # what is positioned stands behind a placeholder
        if isinstance(box, self._boxes.TextBox):
            self._content(box, parent)
            return
        if box.is_leader:  # dots on the way to a page number
            self._repeated(box)
            return
        element, name = box.element, box.element_tag
        node = parent
        if element is not None and name:
            if name in ("thead", "tfoot") and id(element) in self._nodes:
                self._repeated(box)
                return
            node = self._node(box, element, name, parent)
            if box.link_annotation is not None:
                self._annotate(box, node)
        if isinstance(box, self._boxes.ReplacedBox):
            self._content(box, node)
            return
        home: Node | None = None
        for child in box.children:
            if isinstance(child, self._boxes.LineBox):
                home = home or lines_in(node, element)
                for inline in child.children:
                    self._box(inline, home)
            else:
                self._box(child, node)

    def _content(self, box: Any, node: Node) -> None:
        """Add what is drawn of a box to ``node``."""
        drawn = self._tags.pop(box, None)
        if drawn is None:
            return
        if not node.kind:
            self._artifacts[drawn["mcid"]] = ""
            return
        if node.kind in GROUPS:
            node = lines_in(node, box.element)
        if node.page is None:
            node.page = self._page
        mcid = drawn["mcid"]
        apart = self._apart.get(mcid)
        node.kids.append((self._page, mcid) if apart is None else (self._page, mcid, apart))

    def _annotate(self, box: Any, node: Node) -> None:
        """Add the annotation of a link, which says what it leads to (ISO 14289-1, 7.18.5)."""
        if node.kind != "Link":
            return
        annotation, element = box.link_annotation, box.element
        own = "".join(element.itertext()).translate(_INVISIBLE).strip()[:_LONGEST]
        if words := own or element.get("data-page", ""):
            import pydyf

            annotation["Contents"] = pydyf.String(words)
        node.kids.append((self._page, annotation))

    def _repeated(self, box: Any, edge: str = "") -> None:
        """Nothing in ``box`` is content; its links belong to the elements that are there."""
        for inner in _descendants(box):
            drawn = self._tags.pop(inner, None)
            if drawn is not None:
                self._artifacts[drawn["mcid"]] = edge
            if inner.link_annotation is not None:
                self._annotate(inner, self._nodes.get(id(inner.element), self.root))

    # --- Elements --------------------------------------------------------------------------

    def _node(self, box: Any, element: Any, name: str, parent: Node) -> Node:
        """The node of an element; ``parent`` for one that adds nothing to the structure."""
        if "::" in name:
            return self._label(box, parent) if name == "li::marker" else parent
        known = self._nodes.get(id(element))
        if known is not None:
            return known
        special = self._special.get(name)
        if special is not None:
            node = special(element, parent)
        else:
            kind = _TYPES.get(name)
            again = kind in ("P", "Code") and kind == parent.kind
            node = within(parent, kind) if kind and not again else parent
        language = element.get("lang") if name not in ("html", "body") else None
        if language and language != parent.language:
            if node is parent:
                in_line = isinstance(box, self._boxes.InlineLevelBox)
                node = within(parent, "Span" if in_line else "Div")
            node.lang = node.language = language
        elif node.parent is self.root and node is not parent:
            node.lang = node.language
        if node is not parent:
            self._nodes[id(element)] = node
            if name in ("td", "th"):
                node.columns, node.rows = box.colspan, box.rowspan
            elif node.kind == "Figure":
                node.attributes = self._place(box)
        return node

    def _heading(self, element: Any, parent: Node) -> Node:
        if parent.kind == "TOC":
            return within(parent, "TOCI")
        self._level = min(int(element.tag[1]), self._level + 1)
        return within(parent, f"H{self._level}")

    def _group(self, element: Any, parent: Node) -> Node:
        """A group adds nothing, except where it is a note."""
        kinds = element.get("class", "").split()
        if "endnote" in kinds:
            return self._note(element, within(parent, "Note"))
        if "footnote" not in kinds:
            return parent
        mark = self._marks.get(element.get("id", ""))
        if mark is None:
            return self._note(element, within(self.root, "Note"))
        while mark.parent is not None and mark.parent.kind not in HOSTS:
            mark = mark.parent
        note = self._note(element, Node("Note", mark.parent))
        self._notes.setdefault(mark, []).append(note)
        return note

    def _note(self, element: Any, note: Node) -> Node:
        note.identifier = element.get("id") or f"note-{len(self._nodes)}"
        return note

    def _mark(self, element: Any, parent: Node) -> Node:
        return within(parent, "Reference") if element.get("class") == "call" else parent

    def _link(self, element: Any, parent: Node) -> Node:
        target = element.get("href")
        if target is None:
            return parent
        if element.get("class") == "number":
            return _labelled(parent).add("Link")
        if parent.kind in ("TOC", "TOCI") or _in_contents(parent):
            return within(parent, "Reference").add("Link")
        link = within(parent, "Link")
        if parent.kind == "Reference":
            self._marks.setdefault(target.removeprefix("#"), link)
        return link

    def _list(self, element: Any, parent: Node) -> Node:
        if parent.kind == "TOC":
            return parent
        return within(parent, "TOC" if parent.kind == "TOCI" else "L")

    def _item(self, element: Any, parent: Node) -> Node:
        if parent.kind == "TOC":
            return within(parent, "TOCI")
        return within(parent, "LI").add("LBody")

    def _term(self, element: Any, parent: Node) -> Node:
        item = parent.last("LI")
        if item is None or item.last("Lbl") is None:
            item = within(parent, "LI")
        return item.add("Lbl")

    def _meaning(self, element: Any, parent: Node) -> Node:
        return (parent.last("LI") or within(parent, "LI")).add("LBody")

    def _label(self, box: Any, parent: Node) -> Node:
        """The number or bullet of a list item, before its body."""
        body = self._nodes.get(id(box.element))
        item = body.parent if body else None
        if item is None or item.kind != "LI" or item.parent is None:
            return parent
        label = Node("Lbl", item)
        item.kids.insert(0, label)
        if not item.parent.attributes:
            item.parent.attributes = f"/O/List/ListNumbering/{_numbering(box.style)}"
        return label

    def _header(self, element: Any, parent: Node) -> Node:
        cell = within(parent, "TH")
        cell.attributes = f"/O/Table/Scope/{_SCOPES.get(element.get('scope', ''), 'Column')}"
        return cell

    def _figure(self, element: Any, parent: Node) -> Node:
        captioned = any(child.tag == "figcaption" for child in element)
        return within(parent, "Div") if captioned else parent

    def _picture(self, element: Any, parent: Node) -> Node:
        return _figure(element.get("alt"), parent)

    def _listing(self, element: Any, parent: Node) -> Node:
        return within(parent, "P").add("Code")

    def _place(self, box: Any) -> str:
        """Where a picture is, in points from the foot of its page (ISO 32000-1, table 344)."""
        left, top = box.content_box_x(), box.content_box_y()
        corners = (left, self._height - top - box.height, left + box.width, self._height - top)
        numbers = " ".join(f"{_POINTS * corner:.2f}" for corner in corners)
        return f"/O/Layout/BBox[{numbers}]"

    # --- Notes -----------------------------------------------------------------------------

    def place_notes(self) -> None:
        """Put the notes behind the blocks that call them.

        Where what calls them stands in a list item or cell without a paragraph of its own, they
        stand at its end.
        """
        hosts: set[Node] = set()
        for block, notes in self._notes.items():
            if block.parent is None:
                continue
            if block.kind in IN_LINES:
                block.parent.kids += notes
            else:
                hosts.add(block.parent)
        for host in hosts:
            kids = host.kids
            host.kids = []
            for kid in kids:
                host.kids.append(kid)
                if isinstance(kid, Node) and kid.kind not in IN_LINES:
                    host.kids += self._notes.get(kid, ())


def _figure(words: str | None, parent: Node) -> Node:
    """A picture with its words; one with empty words is decoration."""
    if words is not None and not words.strip():
        return Node("", parent)
    figure = within(parent, "Figure")
    figure.alt = words or ""
    return figure


def _in_contents(parent: Node) -> bool:
    return parent.kind == "P" and parent.parent is not None and parent.parent.kind == "TOCI"


def _labelled(parent: Node) -> Node:
    """The label of the note that ``parent`` is in."""
    note: Node | None = parent
    while note is not None and note.kind != "Note":
        note = note.parent
    if note is None:
        return within(parent, "Lbl")
    label = Node("Lbl", note)
    note.kids.insert(0, label)
    return label


def _numbering(style: Any) -> str:
    """How a list's items are numbered (ISO 32000-1, table 347), by the style of a mark."""
    return _NUMBERINGS.get(str(style["list_style_type"]), "Disc")


def _descendants(box: Any) -> Iterator[Any]:
    stack = [box]
    while stack:
        box = stack.pop()
        box = getattr(box, "_box", box)
        yield box
        stack.extend(getattr(box, "children", ()))
