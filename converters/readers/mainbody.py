"""Which part of a web page is its article: found with two libraries, cut out of our own tree.

Libraries that find the main text give back text, or a tree of their own with tables, captions,
code or pictures lost. So they only vote here (:mod:`~converters.readers.votes`): each block of
text on the page gets a weight (:mod:`~converters.readers.evidence`). Then whole things are
decided as wholes: a table, a list, a figure stays or goes, a heading goes where its text goes,
what stands between the title and the text is the lead. What remains is the tree of the page
without the rest, read as any other HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from converters.addresses import resolve
from converters.article import clean
from converters.readers.evidence import Ground, weigh
from converters.readers.pictures import attribute
from converters.readers.pieces import Findings
from converters.readers.soup import Parsed
from converters.readers.tables import is_layout
from converters.readers.textblocks import Element, Outline, TextBlock, key_of, outline
from converters.readers.votes import vote

__all__ = ["MainBody", "find_main_body"]

_LONG = 60  # letters: a block that marks where the text begins and ends
_LEAD = 25  # letters: shorter lines between title and text are dates, names, shares
_LEAD_BLOCKS = 25  # so many blocks above the text, the title is looked for
_HEAD_LINE = 100  # letters that a line about the title may have
_ABOVE_TITLE = 3  # blocks
_HEAD_BLOCKS = 30
_UNSEEN = 0.75  # of the letters: the text itself waits for a script
_STATED = 0.8  # of the letters that the votes are for stand in what is stated to be the text
_SMALL = 1500  # letters: a page with less is small
_FEW_LINKS = 0.15  # of the letters
_CELL_BLOCKS = 4  # paragraphs in one cell: no cell of data holds so many
_CLIMB = 40  # elements between a text and the link around it
_MARK = 6  # characters: a note's mark, "[12]"
_NOTE = 2000  # letters: a note is no longer


@dataclass(slots=True)
class MainBody:
    """What :func:`find_main_body` found: ``letters`` kept, and how many of these are ``linked``.

    ``total`` are the letters of the whole page.
    ``head`` are the short lines about the title that did not stay: who wrote it, and when.
    """

    letters: int
    linked: int
    total: int
    head: tuple[str, ...] = ()


def find_main_body(
    parsed: Parsed, html: str, titles: Iterable[str], findings: Findings, base: str = ""
) -> MainBody:
    """Cut everything out of the tree that is not the article's; tell ``findings`` what went.

    ``html`` is what the tree was parsed from, ``titles`` what the page's title may be, ``base``
    the address that links are resolved against.
    """
    root = parsed.soup.body or parsed.soup
    page = outline(root)
    voted = vote(page.blocks, html, parsed.depth)
    verdict = _Verdict(page, {key_of(title) for title in titles} - {""}, voted)
    verdict.decide()
    _Pruning(page, verdict, findings, base).prune(root)
    kept = [block for block in page.blocks if block.keep]
    return MainBody(
        sum(block.length for block in kept),
        sum(block.linked for block in kept),
        sum(block.length for block in page.blocks),
        tuple(verdict.head()),
    )


class _Verdict:
    """Deciding, block by block and then thing by thing, what stays.

    ``first`` and ``last`` are the places of the article's first and last block of some length,
    ``lead`` is where its title stands, or else the first block.
    """

    def __init__(self, page: Outline, titles: set[str], voted: bool) -> None:
        self.page = page
        self.titles = titles
        if not voted:
            for block in page.blocks:
                block.precise = block.generous = _looks_like_text(block)
        self.ground = Ground(page)
        self.first, self.last = self.ground.first, self.ground.last
        self.lead = self.first
        self.wholes = _stated_wholes(self.ground) if voted else []

    def decide(self) -> None:
        """Set ``keep`` of every block."""
        blocks = self.page.blocks
        if not blocks:
            return
        if self.wholes:
            self._keep_stated()
            return
        self._weigh()
        self._drop_hidden()
        if not any(block.keep for block in blocks):
            self._keep_voted()
        self.first, self.last = self.ground.ends([block.keep for block in blocks])
        self._keep_small()
        self.lead = self.first
        self._keep_lead()
        self._settle_wholes()
        self._keep_captions()
        self._keep_notes()
        self._settle_headings()

    def _weigh(self) -> None:
        """Keep what enough speaks for, but no navigation and no path of links above the text."""
        core = self.ground.core
        navigation = (  # a whole page stands in it: its end tag was forgotten
            core is not None
            and core.nav
            and any(block.precise and block.length >= _LONG for block in self.page.blocks)
        )
        for place, (block, weight) in enumerate(
            zip(self.page.blocks, weigh(self.ground), strict=True)
        ):
            leads_here = place <= self.first and self._is_way_here(block)
            block.keep = weight > 0 and not leads_here and (navigation or not block.element.nav)

    def _drop_hidden(self) -> None:
        """Drop what nobody sees, unless it is the text itself, which scripts show later."""
        kept = [block for block in self.page.blocks if block.keep]
        hidden = [block for block in kept if block.element.hidden]
        unseen = sum(block.length for block in hidden)
        if unseen < _UNSEEN * sum(block.length for block in kept):
            for block in hidden:
                block.keep = False

    def _keep_voted(self) -> None:
        """Keep what the votes are for where nothing is sure: a very short text, a list of links."""
        blocks = [
            block for block in self.page.blocks if not (block.element.nav or block.element.aside)
        ]
        precise = [block for block in blocks if block.precise]
        for block in precise or [block for block in blocks if block.generous]:
            block.keep = True

    def _keep_small(self) -> None:
        """Keep all that nothing calls furniture on a page of little text and few links.

        Such a page is a letter, a notice, a page made by hand: the libraries have too little to
        compare, and take short paragraphs for furniture.
        """
        blocks = self.page.blocks
        linked = sum(block.linked for block in blocks)
        if not linked <= _FEW_LINKS * sum(block.length for block in blocks) <= _FEW_LINKS * _SMALL:
            return
        for block in blocks:
            element = block.element
            furniture = element.aside or element.nav or element.furniture or element.named
            if not (furniture or element.hidden) and block.density < 0.5:
                block.keep = True
        kept = [place for place, block in enumerate(blocks) if block.keep]
        if kept:
            self.first, self.last = min(self.first, kept[0]), max(self.last, kept[-1])

    def _keep_stated(self) -> None:
        """Keep the elements that the page says are the article's text, and their notes."""
        stated = {id(element) for element in self.wholes}
        for block in self.page.blocks:
            block.keep = any(id(element) in stated for element in block.element.path())
        kept = [place for place, block in enumerate(self.page.blocks) if block.keep]
        self.first, self.last, self.lead = kept[0], kept[-1], kept[0]

    def head(self) -> Iterator[str]:
        """The short lines that went from about the title to where the text begins."""
        blocks = self.page.blocks
        start = self.first
        while start < self.last and (
            not blocks[start].keep or blocks[start].is_heading or blocks[start].key in self.titles
        ):
            start += 1
        for block in blocks[max(0, self.lead - _ABOVE_TITLE) : start][-_HEAD_BLOCKS:]:
            if not block.keep and block.length <= _HEAD_LINE and block.key not in self.titles:
                yield " ".join(block.text.split())

    # --- things decided as wholes ---

    def _keep_lead(self) -> None:
        """Keep what stands between the title and the text and is no furniture: the lead."""
        blocks = self.page.blocks
        start = self._title_place()
        if start is None:
            return
        self.lead = start
        for place in range(start + 1, self.first):
            block = blocks[place]
            if (
                block.length >= _LEAD
                and block.density < 0.3
                and not (block.element.aside or block.element.nav or block.element.furniture)
                and not block.element.named
                and block.key not in self.titles
            ):
                block.keep = True

    def _is_way_here(self, block: TextBlock) -> bool:
        """Whether a block is the path of links from the front page, which ends with the title."""
        ends = block.linked and block.key.endswith(tuple(self.titles))
        return bool(ends) and block.key not in self.titles

    def _title_place(self) -> int | None:
        """Where the title stands above the text: the last heading or line that is one."""
        blocks = self.page.blocks
        above = range(self.first - 1, max(-1, self.first - _LEAD_BLOCKS - 1), -1)
        for place in above:
            if blocks[place].key in self.titles and not blocks[place].element.nav:
                return place
        return next((place for place in above if blocks[place].element.within("h1")), None)

    def _settle_wholes(self) -> None:
        """Tables, code, figures and lists stay or go whole."""
        for name, rule in (
            ("table", self._table_stays),
            ("pre", self._piece_stays),
            ("figure", self._piece_stays),
            ("ol", self._list_stays),
            ("ul", self._list_stays),
            ("dl", self._list_stays),
        ):
            for element, places in self._groups(name):
                stays = rule(element, places)
                if stays is not None:
                    for place in places:
                        self.page.blocks[place].keep = stays

    def _groups(self, name: str) -> list[tuple[Element, list[int]]]:
        """The outermost elements called ``name``, with the blocks in them."""
        groups: dict[int, tuple[Element, list[int]]] = {}
        for place, block in enumerate(self.page.blocks):
            found = [each for each in block.element.path() if each.tag.name == name]
            if found:
                groups.setdefault(id(found[-1]), (found[-1], []))[1].append(place)
        return list(groups.values())

    def _table_stays(self, element: Element, places: list[int]) -> bool | None:
        """Data tables within the text stay; nothing is said of those that lay out."""
        if is_layout(element.tag) or self._lays_out(element, places):
            return None
        kept, linked, letters = self._shares(places)
        if kept >= 0.25 * letters and linked < 0.7 * letters:
            return True
        near = self.lead <= places[-1] and places[0] <= self.last + 2
        return near and element.inside and linked < 0.3 * letters and self._is_free(element)

    def _lays_out(self, element: Element, places: list[int]) -> bool:
        """Whether a table without any sign of it lays a page out: a cell holds a page's things."""
        if element.tag.find(("h1", "nav", "article", "main")) is not None:
            return True
        cells = Counter(
            id(cell)
            for place in places
            if self.page.blocks[place].length >= _LONG
            and (cell := self.page.blocks[place].element.within("td")) is not None
        )
        return max(cells.values(), default=0) >= _CELL_BLOCKS

    def _piece_stays(self, element: Element, places: list[int]) -> bool | None:
        """Code and captions within the text stay."""
        kept, linked, letters = self._shares(places)
        if kept >= 0.5 * letters:
            return True
        inside = self.lead <= places[0] <= self.last + 1 and element.inside
        return True if inside and linked < 0.5 * letters and self._is_free(element) else None

    def _list_stays(self, element: Element, places: list[int]) -> bool | None:
        """A list stays whole where most of it does, or where a line before it announces it."""
        kept, _, letters = self._shares(places)
        if kept >= 0.5 * letters:
            return True
        before = self.page.blocks[places[0] - 1] if places[0] else None
        announced = before is not None and before.keep and before.precise and _announces(before)
        voted = sum(self.page.blocks[place].precise for place in places)
        if announced and 2 * voted >= len(places):
            return True
        return None

    def _shares(self, places: list[int]) -> tuple[int, int, int]:
        blocks = [self.page.blocks[place] for place in places]
        return (
            sum(block.length for block in blocks if block.keep),
            sum(block.linked for block in blocks),
            max(1, sum(block.length for block in blocks)),
        )

    def _is_free(self, element: Element) -> bool:
        """Whether nothing calls ``element`` furniture."""
        return not (element.aside or element.nav or element.named)

    def _keep_captions(self) -> None:
        """Keep what stands under a picture within the text and is called a caption."""
        blocks = self.page.blocks
        for medium in self.page.media:
            place = medium.place
            if not self.lead <= place <= min(self.last + 1, len(blocks) - 1):
                continue
            block = blocks[place]
            element = block.element
            if (
                "caption" in element.kinds
                and (block.precise or block.generous)
                and block.density < 0.5
                and element.inside
                and self._is_free(element)
            ):
                block.keep = True

    def _keep_notes(self) -> None:
        """Keep the notes that marks in the text lead to, wherever they stand (IN-15)."""
        wanted = set()
        for block in self.page.blocks:
            if block.keep and block.linked:
                for node in block.nodes:
                    if len(node) <= _MARK:
                        wanted.add(_around(node).partition("#")[2])
        wanted.discard("")
        if not wanted:
            return
        for place, block in enumerate(self.page.blocks):
            for element in block.element.path():
                if element.total > _NOTE:
                    break
                if element.tag.attrs and attribute(element.tag, "id") in wanted:
                    block.keep = True
                    self.last = max(self.last, place)

    def _settle_headings(self) -> None:
        """A heading, and a short line that ends with a colon, goes where what follows goes."""
        blocks = self.page.blocks
        follows = False  # whether the block after this one, headings aside, stays
        for place in range(len(blocks) - 1, -1, -1):
            block = blocks[place]
            within = self.first <= place <= self.last
            if self.lead < place < self.first:
                continue
            if block.is_heading:
                if follows and within and self._is_free(block.element):
                    block.keep = True
                elif not follows and block.keep and not (within and block.precise):
                    block.keep = block.key in self.titles
            elif (
                block.keep
                and not (follows or block.precise)
                and block.length < _LONG
                and _announces(block)
            ):
                block.keep = False
            else:
                follows = block.keep


def _stated_wholes(ground: Ground) -> list[Element]:
    """The element that a page says holds its article's text, and the one with its notes.

    It must be the only one with this property (https://schema.org/articleBody), hold what the
    votes are for, and nothing in it may be called or built as furniture: many sites put these
    into it too.
    """
    elements = ground.page.elements
    stated = [element for element in elements if _property(element.tag) == "articlebody"]
    if len(stated) != 1 or not stated[0].total:
        return []
    (text,) = stated
    article = text.within("article")
    if article is None or text.kept < _STATED * ground.kept or text.named or text.nav:
        return []
    below = (each for each in elements if each is not text and text in each.path())
    if any(each.furniture or each.nav or each.tag.name == "form" for each in below):
        return []
    if text.tag.find(["script", "button", "input"]) is not None:
        return []
    notes = (each for each in elements if attribute(each.tag, "role") == "doc-endnotes")
    return [text, *(each for each in notes if each.within("article") is article)]


def _property(tag: Tag) -> str:
    return attribute(tag, "itemprop").strip().lower() if tag.attrs else ""


def _announces(block: TextBlock) -> bool:
    return block.text.rstrip().endswith((":", "："))


def _looks_like_text(block: TextBlock) -> bool:
    """Whether a block reads like text where no library could say."""
    return block.length >= _LEAD and block.density < 0.3 and not block.element.aside


class _Pruning:
    """Cutting the tree down to what stays."""

    def __init__(self, page: Outline, verdict: _Verdict, findings: Findings, base: str) -> None:
        self.page = page
        self.verdict = verdict
        self.findings = findings
        self.base = base
        self.live: set[int] = set()
        self.dead: set[int] = set()
        self.worded: set[int] = set()  # what holds text that stays
        self.gone_links: set[str] = set()
        self.kept_links: set[str] = set()

    def prune(self, root: Tag) -> None:
        """Take out of ``root`` what has no block or picture that stays."""
        for block in self.page.blocks:
            for node in block.nodes:
                if block.keep:
                    _mark(node, self.live, root)
                    self.live.add(id(node))
                elif not block.element.furniture:  # a button on a picture is no word about it
                    _mark(node, self.dead, root)
                if block.linked:
                    (self.kept_links if block.keep else self.gone_links).add(_link_around(node))
        self.gone_links -= self.kept_links
        self.worded = set(self.live)
        whole = {id(element.tag) for element in self.verdict.wholes}
        for medium in self.page.media:
            if self._medium_stays(medium.place, medium.tag, medium.element):
                self.live.add(id(medium.tag))
                _mark(medium.tag, self.live, root)
        stack = [root]
        while stack:
            tag = stack.pop()
            for child in list(tag.contents):
                if id(child) in self.live:
                    if (
                        isinstance(child, Tag)
                        and child.name not in _WHOLE
                        and id(child) not in whole
                    ):
                        _open(child)
                        stack.append(child)
                elif isinstance(child, Tag):
                    self._drop_element(child)
                elif not isinstance(child, PreformattedString) and str(child).strip():
                    self._drop(child)

    def _drop_element(self, tag: Tag) -> None:
        """Drop ``tag``; a cell is only emptied, since its row keeps its columns."""
        if tag.name in ("td", "th"):
            for part in list(tag.contents):
                self._drop(part)
        elif tag.name not in _KEPT_EMPTY:
            self._drop(tag)

    def _medium_stays(self, place: int, tag: Tag, element: Element) -> bool:
        """A picture stays between the title and the end, where no furniture's name is about it."""
        verdict = self.verdict
        if not verdict.lead <= place <= verdict.last + 1 or not element.inside:
            return False
        if element.aside or element.nav or element.named:
            return False
        # A picture goes with words that go: a teaser's, in one element or under one link.
        if (link := _link_around(tag)) and link in self.gone_links:
            return False
        # A player's words are its own.
        if tag.name not in ("img", "picture", "amp-img", "noscript"):
            return True
        for each in element.path():
            if id(each.tag) in self.worded:
                break
            if id(each.tag) in self.dead:
                return False
        return True

    def _drop(self, node: PageElement) -> None:
        if isinstance(node, Tag):
            words = "" if node.name in ("script", "style", "svg") else node.get_text(" ")
            links = [attribute(link, "href") for link in node.find_all("a", href=True)]
            kind = _kind(node, words, links)
        else:
            words, links, kind = str(node), [], "page furniture"
        text = clean(" ".join(words.split()))
        if text or links or (isinstance(node, Tag) and node.find(("img", "iframe")) is not None):
            addresses = tuple(resolve(link, self.base) for link in links)
            self.findings.drop(kind, "is not part of the article", text, addresses)
        node.extract()


_WHOLE = frozenset(("pre", "math", "picture", "noscript", "video", "audio", "object", "svg"))
_KEPT_EMPTY = frozenset(
    ("br", "hr", "wbr", "head", "meta", "link", "base", "title", "col", "colgroup")
)


def _mark(node: Tag | NavigableString, marks: set[int], root: Tag) -> None:
    """Add all that ``node`` stands in to ``marks``."""
    at = node.parent
    while at is not None and id(at) not in marks:
        marks.add(id(at))
        if at is root:
            break
        at = at.parent


def _link_around(node: PageElement) -> str:
    """Where a link that ``node`` stands in leads to, without a fragment; empty without one."""
    return _around(node).partition("#")[0]


def _around(node: PageElement) -> str:
    """The address of the link that ``node`` stands in; no more elements are asked than usual."""
    at = node.parent
    for _ in range(_CLIMB):
        if at is None:
            break
        if at.name == "a":
            return attribute(at, "href")
        at = at.parent
    return ""


def _open(tag: Tag) -> None:
    """Let what holds text through the reading: a form around a whole page is no form."""
    if tag.name in ("form", "nav", "button", "dialog"):
        tag.name = "div"


def _kind(tag: Tag, words: str, links: list[str]) -> str:
    """What a part of the page is, as a person would say."""
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower()
    if tag.name == "nav" or "nav" in names or "menu" in names:
        return "navigation"
    if "comment" in names or "kommentar" in names:
        return "comments"
    if tag.name in ("script", "style"):
        return "script" if tag.name == "script" else "style sheet"
    linked = sum(len(link.get_text()) for link in tag.find_all("a"))
    if links and 2 * linked > len(words):
        return "links"
    return "page furniture"
