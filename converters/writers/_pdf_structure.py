"""Structure elements of a PDF, what may stand in which, and how they are written.

The types and what they hold: ISO 32000-1, 14.8.4; the tree's notation: 14.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

__all__ = [
    "GROUPS",
    "HOSTS",
    "IN_LINES",
    "Node",
    "lines_in",
    "make_artifacts",
    "marked",
    "within",
    "write",
]

# Types that hold no content but other elements (14.8.4.2), and what content is wrapped in there.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Document": ("P",),
    "Art": ("P",),
    "Sect": ("P",),
    "Div": ("P",),
    "BlockQuote": ("P",),
    "Note": ("P",),
    "L": ("LI", "LBody"),
    "LI": ("LBody",),
    "TOC": ("TOCI", "P"),
    "TOCI": ("P",),
    "Table": ("TBody", "TR", "TD"),
    "THead": ("TR", "TD"),
    "TBody": ("TR", "TD"),
    "TFoot": ("TR", "TD"),
    "TR": ("TD",),
}
HOSTS = frozenset({"Document", "Art", "Sect", "BlockQuote", "LBody", "TD", "TH"})
"""Types in which a note may follow the block that calls it."""
IN_LINES = frozenset({"Reference", "Link", "Span", "Figure", "Code", "Ruby"})
"""Types that stand in lines of text."""

# What may stand in those that do not take everything (tables 333, 336 and 337).
_TAKES = {
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI", "TOC", "Caption"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
# Rows and cells count even when they are empty.
_KEPT = frozenset({"TD", "TH", "TR"})


class Node:
    """An element of the structure.

    ``kids`` are nodes, places of content (page and MCID, and the stream where that is not the
    page's) and annotations (page and dictionary); pages count from 0. ``page`` is the first with
    content of it. ``language`` is what it is in, ``lang`` the same where it has to be said.
    ``attributes`` is an attribute dictionary in PDF's notation, without its brackets; ``columns``
    and ``rows`` are what a cell spans. ``lines`` is the box's element whose lines stand in a
    paragraph that no element asked for. A node of the kind ``""`` is no part of the tree: its
    content is decoration.
    """

    __slots__ = (
        "alt",
        "attributes",
        "columns",
        "identifier",
        "kids",
        "kind",
        "lang",
        "language",
        "lines",
        "page",
        "parent",
        "reference",
        "rows",
    )

    def __init__(self, kind: str, parent: Node | None, language: str = "") -> None:
        self.kind = kind
        self.parent = parent
        self.language: str = language or (parent.language if parent else "")
        self.lang = ""
        self.kids: list[Any] = []
        self.page: int | None = None
        self.alt = ""
        self.identifier = ""
        self.attributes = ""
        self.columns = self.rows = 1
        self.lines: Any = None
        self.reference = b""

    def add(self, *kinds: str) -> Node:
        """A new element at the end of this one, in it another, and so on; the innermost."""
        node = self
        for kind in kinds:
            inner = Node(kind, node)
            node.kids.append(inner)
            node = inner
        return node

    def last(self, kind: str) -> Node | None:
        """The last kid, if it is an element of ``kind``."""
        kid = self.kids[-1] if self.kids else None
        return kid if isinstance(kid, Node) and kid.kind == kind else None


def within(parent: Node, kind: str) -> Node:
    """A new element of ``kind`` in ``parent``, with others between them that the types ask for."""
    taken = _TAKES.get(parent.kind)
    if kind == "LI" and parent.kind != "L":
        parent = parent.last("L") or within(parent, "L")
    elif taken and kind not in taken:
        parent = parent.add(*GROUPS[parent.kind])
    return parent.add(kind)


def lines_in(node: Node, element: Any) -> Node:
    """Where the lines of ``element`` stand in ``node``: in a group they are a paragraph.

    It is one paragraph where they go on after a page break.
    """
    wrappers = GROUPS.get(node.kind)
    if wrappers is None:
        return node
    last = node.last(wrappers[0])
    while last is not None and last.lines is None and last.kind in GROUPS:
        last = last.last(GROUPS[last.kind][0])
    if last is not None and last.lines is element:
        return last
    home = node.add(*wrappers)
    home.lines = element
    return home


def make_artifacts(stream: Any, edges: Mapping[int, str]) -> None:
    """Make marked content of ``stream`` an artifact (ISO 32000-1, 14.8.2.2).

    ``edges`` has the numbers (MCID) of the content and whether it is a page's ``Header`` or
    ``Footer``, or neither: then it is the page's layout, or something printed once more.
    """
    import pydyf

    content = stream.stream
    for place, item in enumerate(content):
        if type(item) is pydyf.Dictionary and item.get("MCID") in edges:
            edge = edges[item["MCID"]]
            kind = {"Type": "/Pagination", "Subtype": f"/{edge}"} if edge else {"Type": "/Layout"}
            content[place - 1] = "/Artifact"
            content[place] = pydyf.Dictionary(kind)


def marked(stream: Any) -> Iterator[int]:
    """The numbers of the marked content in ``stream``."""
    import pydyf

    for item in stream.stream:
        if type(item) is pydyf.Dictionary and "MCID" in item:
            yield item["MCID"]


# --- Writing -------------------------------------------------------------------------------


def write(pdf: Any, root: Node, pages: int) -> None:
    """Write the tree below ``root`` into ``pdf``, a ``pydyf.PDF`` of so many pages."""
    import pydyf

    _prune(root)
    tree = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(tree)
    nodes = list(_nodes(root))
    objects = []
    for node in nodes:
        element = pydyf.Dictionary()
        pdf.add_object(element)
        node.reference = element.reference
        objects.append(element)
    parents = _Parents(pages, pdf.page_references)
    for node, element in zip(nodes, objects, strict=True):
        above = node.parent.reference if node.parent else tree.reference
        element.update(_entries(node, above, parents))
    identified = sorted((node.identifier, node.reference) for node in nodes if node.identifier)
    if identified:
        names = pydyf.Array()
        for identifier, reference in identified:
            names += [pydyf.String(identifier), reference]
        tree["IDTree"] = pydyf.Dictionary({"Names": names})
    numbers = pydyf.Dictionary({"Nums": pydyf.Array(parents.numbers())})
    pdf.add_object(numbers)
    tree["K"] = pydyf.Array([root.reference])
    tree["ParentTree"] = numbers.reference
    tree["ParentTreeNextKey"] = parents.next
    pdf.catalog["StructTreeRoot"] = tree.reference
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog.setdefault("Lang", pydyf.String())  # an empty one: nobody knows


def _prune(node: Node) -> bool:
    """Take out what is empty or needless; say whether ``node`` is neither."""
    kids = [kid for kid in node.kids if not isinstance(kid, Node) or _prune(kid)]
    node.kids = list(chain.from_iterable(_unwrapped(kid) for kid in kids))
    for kid in node.kids:
        if isinstance(kid, Node):
            kid.parent = node
    if node.kind == "Table":
        _mend_table(node)
    return bool(node.kids) or node.kind in _KEPT


def _unwrapped(kid: Any) -> Sequence[Any]:
    """Pictures alone in a line that no element asked for need no paragraph around them."""
    if not isinstance(kid, Node) or kid.lines is None or kid.kind != "P":
        return (kid,)
    alone = all(isinstance(inner, Node) and inner.kind == "Figure" for inner in kid.kids)
    return kid.kids if alone else (kid,)


def _mend_table(table: Node) -> None:
    """A head or foot without a body is its body (ISO 32000-1, table 337), all rows are as long.

    WeasyPrint leaves out spans that reach below their group.
    """
    parts = [kid for kid in table.kids if isinstance(kid, Node)]
    if not any(part.kind == "TBody" for part in parts):
        for part in parts:
            if part.kind in ("THead", "TFoot"):
                part.kind = "TBody"
    bare = [part for part in parts if part.kind == "TR"]
    groups = [part.kids for part in parts if part.kind in ("THead", "TBody", "TFoot")]
    rows = [row for group in (bare, *groups) for row in _covered(group)]
    width = max((covered for _, covered in rows), default=0)
    for row, covered in rows:
        for _ in range(width - covered):
            row.add("TD")


def _covered(group: Sequence[Node]) -> Iterator[tuple[Node, int]]:
    """The rows of a group, and how many columns the cells in each and from above it cover."""
    pending: list[list[int]] = []  # columns and the rows that they go on for
    for place, row in enumerate(group):
        for cell in row.kids:
            cell.rows = min(cell.rows, len(group) - place)
            pending.append([cell.columns, cell.rows])
        yield row, sum(columns for columns, _ in pending)
        pending = [[columns, rows - 1] for columns, rows in pending if rows > 1]


def _nodes(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(kid for kid in reversed(node.kids) if isinstance(kid, Node))


class _Parents:
    """Who owns which content: the parent tree (14.7.4.4)."""

    def __init__(self, pages: int, references: Sequence[bytes]) -> None:
        self.pages = references
        self.next = pages
        self._content: dict[int, dict[int, bytes]] = {page: {} for page in range(pages)}
        self._annotations: list[tuple[int, bytes]] = []

    def content(self, page: int, mcid: int, owner: bytes) -> None:
        self._content[page][mcid] = owner

    def apart(self, stream: Any, mcid: int, owner: bytes) -> None:
        """Content that is in a stream of its own (14.7.4.3)."""
        key = stream.extra.get("StructParents")
        if key is None:
            key = stream.extra["StructParents"] = self.next
            self._content[key] = {}
            self.next += 1
        self._content[key][mcid] = owner

    def annotation(self, dictionary: Any, owner: bytes) -> None:
        dictionary["StructParent"] = self.next
        self._annotations.append((self.next, owner))
        self.next += 1

    def numbers(self) -> Iterator[Any]:
        import pydyf

        found: dict[int, Any] = dict(self._annotations)
        for key, owners in self._content.items():
            last = max(owners, default=-1)
            found[key] = pydyf.Array([owners.get(mcid, b"null") for mcid in range(last + 1)])
        for key in sorted(found):
            yield key
            yield found[key]


def _entries(node: Node, above: bytes, parents: _Parents) -> dict[str, Any]:
    """The dictionary of a structure element (14.7.2, table 323)."""
    import pydyf

    entries: dict[str, Any] = {
        "Type": "/StructElem",
        "S": f"/{node.kind}",
        "P": above,
        "K": b"[%b]" % b" ".join(_kids(node, parents)),
    }
    if node.page is not None:
        entries["Pg"] = parents.pages[node.page]
    if node.lang:
        entries["Lang"] = pydyf.String(node.lang)
    if node.alt:
        entries["Alt"] = pydyf.String(node.alt)
    if node.identifier:
        entries["ID"] = pydyf.String(node.identifier)
    if attributes := node.attributes + _spans(node):
        entries["A"] = f"<<{attributes}>>"
    return entries


def _spans(node: Node) -> str:
    """What a cell spans (table 349); the attributes of cells belong to tables."""
    spans = (("ColSpan", node.columns), ("RowSpan", node.rows))
    said = "".join(f"/{name} {count}" for name, count in spans if count != 1)
    return f"{'' if node.attributes else '/O/Table'}{said}" if said else ""


def _kids(node: Node, parents: _Parents) -> Iterator[bytes]:
    """References to what is in an element (14.7.4)."""
    owner = node.reference
    for kid in node.kids:
        if isinstance(kid, Node):
            yield kid.reference
            continue
        page, content, *streams = kid
        if streams:
            (stream,) = streams
            parents.apart(stream, content, owner)
            place = (parents.pages[page], stream.reference, content)
            yield b"<</Type/MCR/Pg %b/Stm %b/MCID %d>>" % place
            continue
        if not isinstance(content, int):
            parents.annotation(content, owner)
            yield b"<</Type/OBJR/Obj %b/Pg %b>>" % (content.reference, parents.pages[page])
            continue
        parents.content(page, content, owner)
        if page == node.page:
            yield b"%d" % content
        else:
            yield b"<</Type/MCR/Pg %b/MCID %d>>" % (parents.pages[page], content)
