"""The walk: a page's tree to pieces, one method a kind of element.

Elements are named and treated as the HTML standard does (https://html.spec.whatwg.org/), with
what archives need besides: blocks inside emphasis, links and paragraphs are let through with the
emphasis kept, lazy pictures are found.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any

from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from msgspec.structs import replace

from converters.addresses import LINK_SCHEMES, clean_link, resolve, same_page
from converters.article import (
    Block,
    BlockQuote,
    BulletList,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    ThematicBreak,
    Underline,
    clean,
    inlines,
    plain_text,
    query,
    trimmed,
)
from converters.languages import normalise_tag
from converters.readers.captions import attach_captions, figure_of
from converters.readers.embeds import EMBEDS, read_embed, read_media_link
from converters.readers.flow import Flow
from converters.readers.footnotes import NOTE, without_label
from converters.readers.furniture import is_hidden
from converters.readers.pictures import (
    alt_text,
    attribute,
    is_emoji,
    is_formula,
    is_icon,
    is_sign,
    is_tracker,
    read_image,
)
from converters.readers.pieces import Findings, Piece, Sign
from converters.readers.soup import Parsed, parse
from converters.readers.tables import TABLE_PARTS, add_rows, is_layout, read_table

__all__ = ["BLOCKS", "Walker"]

_MAX_NESTING = 20  # of quotes, lists and tables: what no page needs and no writer can show

_FIGURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:figure|caption(?:ed)?|wp-caption|image|img|photo|picture|pic|media|thumb)",
    re.IGNORECASE,
)
_CAPTION_NAME = re.compile(
    r"caption|legende?(?:[\s_-]|$)|(?:^|[\s_-])(?:cutline|desc(?:ription)?)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_CREDIT_NAME = re.compile(
    r"credit|copyright|attribution|photographer|(?:^|[\s_-])source(?:[\s_-]|$)", re.IGNORECASE
)
_BYLINE_NAME = re.compile(
    r"byline|dateline|timestamp|(?:^|[\s_-])(?:author|pubdate|(?<!status-)publish(?:ed)?(?:[\s_-]?(?:date|time|on))?"
    r"|post-?(?:date|meta)|entry-?(?:date|meta)|date)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_LANGUAGE_CLASS = re.compile(
    r"(?:^|\s)(?:lang(?:uage)?|brush|highlight-source)[-:]\s*([\w+#.-]+)", re.IGNORECASE
)
_STYLE = re.compile(
    r"font-weight\s*:\s*(?P<bold>bold|[6-9]00)|font-style\s*:\s*(?P<italic>italic|oblique)"
    r"|text-decoration(?:-line)?\s*:\s*(?P<strike>line-through)",
    re.IGNORECASE,
)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
# Who said it and when, as below a quoted post: a dash and a name.
_SAID_BY = re.compile(r"(?:[—–―]|--)[—–―-]?\s*[^\s—–―-]")
_LONGEST_CITATION = 160
_CITATIONS = frozenset(("footer", "cite"))
_PICTURE_ADDRESS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#]|$)", re.IGNORECASE)
_LOOKED_AT = 200
_ESCAPED = re.compile(r"\s*<(?:img|picture|iframe|figure|a|p|div|span)\b", re.IGNORECASE)
_LABEL_OF_PICTURE = 12  # characters: "Picture", "图"
_NO_SCRIPT = re.compile(r"java\s*script|browser|浏览器|瀏覽器|cookie", re.IGNORECASE)
_SHORT = 40  # characters: less than this may go on one sign

_GONE = {
    "script": "script",
    "style": "style sheet",
    "template": "script",
    "form": "form",
    "button": "form",
    "input": "form",
    "select": "form",
    "textarea": "form",
    "datalist": "form",
    "nav": "navigation",
    "svg": "drawing",
    "canvas": "drawing",
    "dialog": "dialogue box",
    "noframes": "script",
}
# Elements in a line whose ``dir`` says something; on blocks it is mostly an editor's habit.
_DIRECTED = frozenset("span bdi bdo a em strong b i cite q abbr mark small font code".split())
_SILENT = frozenset(
    ("head", "title", "meta", "link", "base", "source", "track", "param", "area", "col", "colgroup")
)
BLOCKS = frozenset(
    (
        "p div section article main aside header footer address center body html fieldset legend "
        "hgroup details summary dd dt li tr td th tbody thead tfoot caption figcaption search "
        "noscript picture amp-img"
    ).split()
) - {"noscript", "picture", "amp-img"}


class Walker:
    """Walks a tree and feeds a flow; one method a kind of element."""

    def __init__(self, base: str, parsed: Parsed) -> None:
        self.base = base
        self.targets = parsed.targets
        self.flow = Flow()
        self.findings = Findings()
        self.language = ""
        self.direction = ""  # of what stands around, where it is known
        self.languages: set[str] = set()
        self.directions: set[str] = set()
        self.elements = 0
        self.nesting = 0
        self.link = ""
        self.described: dict[str, Tag] = {}
        self.consumed: set[int] = set()
        self.notes: dict[str, Note] = {}

    # --- the walk ---

    def children(self, tag: Tag) -> None:
        """Read all that ``tag`` holds."""
        for child in tag.contents:
            if type(child) is NavigableString:  # the commonest first
                self.flow.text(str(child))
            elif isinstance(child, Tag):
                self.element(child)
            elif not isinstance(child, PreformattedString):
                self.flow.text(str(child))

    def element(self, tag: Tag) -> None:
        """Read one element by its name."""
        name = tag.name
        if tag.attrs:
            if is_hidden(tag):
                self.drop(tag, "hidden element", "is not shown")
                return
            if self.targets:
                self._identified(tag)
        method = _METHODS.get(name)
        if method is not None:
            method(self, tag)
        elif name in BLOCKS:
            self.container(tag)
        elif name in _GONE:
            self.drop(tag, _GONE[name], "no part of the text")
        elif name not in _SILENT:
            self.transparent(tag)
        elif tag.contents and name not in ("head", "title"):
            self.children(tag)  # lxml lets some void elements swallow what follows them

    def _identified(self, tag: Tag) -> None:
        """Keep the element's place where a link leads to it."""
        identifier = attribute(tag, "id") or (attribute(tag, "name") if tag.name == "a" else "")
        if identifier in self.targets and tag.name not in _HEADINGS:
            self.flow.anchor(identifier)

    def drop(self, tag: Tag, what: str, reason: str) -> None:
        """Leave ``tag`` out, and say so where it held anything."""
        name = tag.name
        text = "" if name in ("script", "style", "svg") else " ".join(tag.get_text().split())
        if text or name in ("script", "style") or tag.find(("img", "iframe")) is not None:
            links = tuple(
                resolve(attribute(link, "href"), self.base) for link in tag.find_all("a", href=True)
            )
            self.findings.drop(what, reason, clean(text), links)

    def sub(self, tag: Tag, **state: Any) -> list[Piece]:
        """Read ``tag``'s content by itself: the pieces, not yet in the flow."""
        outer, self.flow = self.flow, Flow()
        self.flow.small_depth = outer.small_depth
        for name, value in state.items():
            setattr(self.flow, name, value)
        link, self.link = self.link, ""
        self.nesting += 1
        try:
            self.children(tag)
            return self.flow.finish()
        finally:
            self.nesting -= 1
            self.flow, self.link = outer, link

    def blocks(self, tag: Tag) -> tuple[Block, ...]:
        """The blocks of a quote, an item or a cell."""
        pieces = attach_captions(self.sub(tag), self.findings)
        return tuple(piece.block for piece in pieces)

    # --- inlines ---

    def transparent(self, tag: Tag) -> None:
        """An element that only wraps: a span with a style or a language may still mean more."""
        make = _styled(tag)
        if make is None:
            self._language(tag)
            return
        self.flow.open(make)
        self._language(tag)
        self.flow.close()

    def _language(self, tag: Tag) -> None:
        """Read the content under the language and direction that ``tag`` names."""
        attrs = tag.attrs
        directed = "dir" in attrs and tag.name in _DIRECTED
        if not ("lang" in attrs or "xml:lang" in attrs or directed):
            self.children(tag)
            return
        language = normalise_tag(attribute(tag, "lang") or attribute(tag, "xml:lang")) or ""
        direction = attribute(tag, "dir").lower() if directed else ""
        outer, self.language = self.language, language or self.language
        way = self.direction
        if language == outer:
            language = ""
        elif language:
            self.languages.add(language)
        if direction not in ("ltr", "rtl") or direction == way:
            direction = ""
        if direction:
            self.directions.add(direction)
            self.direction = direction
        self.flow.open(lambda content: Span(content, language=language, direction=direction))  # type: ignore[arg-type]
        self.children(tag)
        self.flow.close()
        self.language, self.direction = outer, way

    def wrapped(self, make: Callable[[tuple[Inline, ...]], Inline], tag: Tag) -> None:
        """An inline element of the model."""
        self.flow.open(make)
        self._language(tag)
        self.flow.close()

    def emphasis(self, tag: Tag) -> None:
        """Emphasis; a paragraph that is nothing else may be a caption."""
        self.flow.italic_depth += 1
        self.wrapped(Emphasis, tag)
        self.flow.italic_depth -= 1

    def small(self, tag: Tag) -> None:
        """Small print; a paragraph that is nothing else may be a caption."""
        self.flow.small_depth += 1
        self.transparent(tag)
        self.flow.small_depth -= 1

    def anchor(self, tag: Tag) -> None:
        """A link; one that a reader cannot follow becomes its words."""
        url = self.address(tag)
        if not url or self.link:
            self.transparent(tag)
            return
        if (embed := read_media_link(tag, url)) is not None:
            self.flow.block(embed)
            return
        title = " ".join(attribute(tag, "title").split())
        if title and (title in (url, attribute(tag, "href")) or title == tag.get_text(strip=True)):
            title = ""
        outer, self.link = self.link, url
        self.flow.open(lambda content: Link(content, url, title))
        self._language(tag)
        self.flow.close()
        self.link = outer

    def address(self, tag: Tag) -> str:
        """Where a link leads: absolute and clean, ``#fragment``, or nowhere."""
        if "href" not in tag.attrs:
            return ""
        href = attribute(tag, "href").strip()
        url = resolve(href, self.base) if href.strip("#") else ""
        fragment = same_page(url, self.base)
        if fragment is not None and (fragment in self.targets or not self.base):
            return f"#{fragment}" if fragment else ""
        scheme, colon, rest = url.partition(":")
        if (
            colon
            and "/" not in scheme
            and (scheme.lower() not in LINK_SCHEMES or not rest.strip("/"))
        ):
            if _has_words(tag):
                self.findings.drop("link address", f"{scheme.lower()[:20]}: is no page", "", ())
            return ""
        cleaned = clean_link(url)
        if cleaned != url:
            self.findings.change("link address", url, cleaned)
        if not (_has_words(tag) or any(map(_is_picture, tag.descendants))):
            self.findings.drop("empty link", "has no words to click", "", (cleaned,))
        return cleaned

    def line_break(self, tag: Tag) -> None:
        """A ``br``."""
        self.flow.line_break()
        if tag.contents:  # lxml lets <br> swallow what follows in XHTML-like input
            self.children(tag)

    def code(self, tag: Tag) -> None:
        """Code in the line, its white space collapsed."""
        text = re.sub(r"\s+", " ", clean(tag.get_text()))
        if text.strip():
            self.flow.inline(Code(text.strip()))

    def quotation(self, tag: Tag) -> None:
        """A ``q``: browsers draw its quotation marks."""
        self.flow.text("“")
        self.transparent(tag)
        self.flow.text("”")

    def abbreviation(self, tag: Tag) -> None:
        """An abbreviation with its expansion."""
        title = " ".join(attribute(tag, "title").split())
        self.wrapped(lambda content: Span(content, title=title), tag)

    def ruby(self, tag: Tag) -> None:
        """Base and reading, pair by pair; ``rp`` is for programs without ruby."""
        base: list[Inline] = []
        for child in tag.contents:
            if isinstance(child, NavigableString):
                base.append(Text(str(child)))
            elif isinstance(child, Tag) and child.name in ("rt", "rtc"):
                # lxml nests what follows an unclosed <rp> inside it, so look below as well.
                reading = " ".join(child.get_text().split())
                content = trimmed(base)
                if content and reading:
                    self.flow.inline(Ruby(content, clean(reading)))
                else:
                    for item in content or (Text(reading),):
                        self.flow.inline(item)
                base = []
            elif isinstance(child, Tag) and child.name == "rp":
                self._ruby_below(child, base)
            elif isinstance(child, Tag):
                base.append(Text(child.get_text()))
        for item in trimmed(base):
            self.flow.inline(item)

    def _ruby_below(self, parenthesis: Tag, base: list[Inline]) -> None:
        reading = parenthesis.find("rt")
        if reading is not None and base:
            self.flow.inline(Ruby(trimmed(base), clean(" ".join(reading.get_text().split()))))
            base.clear()

    def math(self, tag: Tag) -> None:
        """MathML: its TeX where it carries it, else its alternative text or its characters."""
        note = tag.find("annotation", attrs={"encoding": re.compile("tex", re.IGNORECASE)})
        tex = note.get_text() if note is not None else attribute(tag, "alttext")
        if tex.strip():
            display = attribute(tag, "display") == "block"
            self.flow.inline(Math(clean(" ".join(tex.split())), display))
        else:
            self.flow.text(" ".join(tag.get_text().split()))

    def script(self, tag: Tag) -> None:
        """A script is dropped, but MathJax keeps formulas in one."""
        kind = attribute(tag, "type")
        if kind.startswith("math/tex") and tag.string:
            self.flow.inline(Math(clean(" ".join(tag.string.split())), "mode=display" in kind))
        else:
            self.drop(tag, "script", "no part of the text")

    def note(self, tag: Tag) -> None:
        """A note that the page had; further marks of the same note hold nothing."""
        key = attribute(tag, "ref")
        if tag.contents and self.nesting < _MAX_NESTING:
            blocks = without_label(self.blocks(tag), attribute(tag, "label"))
            if blocks:
                self.notes[key] = Note(blocks)
        if key in self.notes:
            self.flow.inline(self.notes[key])

    # --- pictures and frames ---

    def image(self, tag: Tag) -> None:
        """A picture: a character, something in the line, or a figure of its own."""
        if is_emoji(tag):
            self.flow.text(attribute(tag, "alt"))
            return
        if is_formula(tag):
            tex = attribute(tag, "alt").strip().strip("$")
            self.flow.inline(Math(clean(tex)))
            return
        image = read_image(tag, self.base, "" if self.link.startswith("#") else self.link)
        if image is None:
            image = self._image_without_script(tag)
        if image is None or is_tracker(tag):
            self._drop_picture(tag, image)
            return
        if is_icon(tag) and (self.flow.filled or _has_text_after(tag)):
            self.flow.inline(image)
            return
        self._proxy_change(image)
        cuts = self.flow.filled and not self.flow.breaks and _has_text_after(tag)
        if cuts and is_sign(tag, image.url):
            self.flow.inline(image)
        else:
            described = attribute(tag, "aria-describedby")
            self.flow.block(Figure((image,)), described_by=described, cuts=cuts)

    def _drop_picture(self, tag: Tag, image: Image | None) -> None:
        what = "tracking pixel" if is_tracker(tag) else "placeholder picture"
        address = (image.url,) if image else ()
        self.findings.drop(what, "shows nothing", alt_text(tag), address)

    def _proxy_change(self, image: Image) -> None:
        if image.alternatives and image.url not in image.alternatives:
            self.findings.change("picture address", image.alternatives[0], image.url)

    def _image_without_script(self, tag: Tag) -> Image | None:
        """The copy of a lazy picture that a ``noscript`` after it holds."""
        following = tag.find_next_sibling()
        if following is None and tag.parent is not None:
            following = tag.parent.find_next_sibling()
        if following is None or following.name != "noscript":
            return None
        copy = following.find("img")
        if copy is None:
            return None
        self.consumed.add(id(following))
        return read_image(copy, self.base, self.link)

    def noscript(self, tag: Tag) -> None:
        """Pictures and frames for readers without scripts, unless they were shown already."""
        if id(tag) in self.consumed:
            return
        shown = {
            image.url for piece in self.flow.pieces[-2:] for image in query(piece.block, Image)
        }
        if tag.find(True) is None and _ESCAPED.match(tag.get_text()[:_LOOKED_AT]):
            # Some pages hold the copy as text, for a script to unpack.
            tag = parse(tag.get_text()).soup
        for child in tag.find_all(("img", "iframe")):
            if child.name == "iframe":
                self.embed(child)
                continue
            image = read_image(child, self.base, self.link)
            if image is not None and image.url not in shown and not is_tracker(child):
                self.image(child)
        words = " ".join(tag.get_text().split())
        if len(words) >= _SHORT and not _NO_SCRIPT.search(words):
            self.children(tag)
        elif words:
            self.findings.drop("notice", "is for browsers without scripts", clean(words))

    def picture(self, tag: Tag) -> None:
        """A ``picture``: its ``img`` knows its sources."""
        self.transparent(tag)

    def embed(self, tag: Tag) -> None:
        """A frame, video or object: a titled link, or what stands in its place."""
        embed = read_embed(tag, self.base)
        if embed is not None:
            self.flow.block(embed)
        elif tag.name != "iframe" and (tag.find("img") is not None or tag.get_text(strip=True)):
            self.children(tag)  # what browsers show where the object cannot be
        else:
            self.findings.drop("frame", "names no address", " ".join(tag.get_text().split()))

    def figure(self, tag: Tag) -> None:
        """A ``figure``, or another container of a picture with its caption."""
        pieces = self.sub(tag, signs=self.flow.signs | Sign.FIGURE)
        if self.link and not self.link.startswith("#"):
            for piece in pieces:
                if isinstance(piece.block, Figure):
                    images = tuple(replace(i, link=i.link or self.link) for i in piece.block.images)
                    piece.block = replace(piece.block, images=images)
        if tag.name == "figure" and not any(isinstance(p.block, Figure | Embed) for p in pieces):
            pieces = [*map(_with_linked_picture, pieces)]
        self.flow.end()
        self.flow.pieces.extend(figure_of(pieces, self.findings))

    # --- blocks ---

    def container(self, tag: Tag) -> None:
        """A block that only holds others, or a paragraph."""
        names = _names(tag) if tag.attrs else ""
        if names and _FIGURE_NAME.search(names) and _is_figure(tag):
            self.figure(tag)
            return
        flow = self.flow
        flow.end()
        outer = flow.signs, flow.element, flow.identifier
        flow.signs |= self._signs(tag, names)
        self.elements += 1
        flow.element = self.elements
        flow.identifier = attribute(tag, "id") if tag.attrs else ""
        styled = _styled(tag) if "style" in tag.attrs else None
        if styled:
            flow.open(styled)
        self._language(tag)
        flow.end()
        if styled:
            flow.close()
        flow.signs, flow.element, flow.identifier = outer

    def _signs(self, tag: Tag, names: str) -> int:
        signs: int = Sign.CAPTION if tag.name == "figcaption" else Sign.NONE
        if tag.name == "center":
            signs |= Sign.CENTRED
        if not tag.attrs:
            return signs
        if ("align" in tag.attrs and attribute(tag, "align").lower() == "center") or (
            "style" in tag.attrs and _CENTRED.search(attribute(tag, "style"))
        ):
            signs |= Sign.CENTRED
        if names:
            if _CAPTION_NAME.search(names):
                signs |= Sign.CAPTION
            if _CREDIT_NAME.search(names):
                signs |= Sign.CREDIT
            if _BYLINE_NAME.search(names):
                signs |= Sign.BYLINE
        return signs

    def span(self, tag: Tag) -> None:
        """A ``span``: within a figure its class may make it the credit."""
        inside = self.flow.signs & (Sign.FIGURE | Sign.CAPTION)
        if inside and tag.attrs and _CREDIT_NAME.search(attribute(tag, "class")):
            self.container(tag)
        else:
            self.transparent(tag)

    def time(self, tag: Tag) -> None:
        """A ``time``: what a machine can read of it wins over words such as “13 minutes ago”."""
        moment = attribute(tag, "datetime")
        if moment and self.flow.signs & Sign.BYLINE and not self.flow.filled:
            self.flow.text(moment)
            self.findings.drop(
                "relative date", "the element names the date", tag.get_text(strip=True)
            )
        else:
            self.transparent(tag)

    def heading(self, tag: Tag) -> None:
        """A heading: pictures and other blocks inside it stand before it."""
        pieces = self.sub(tag)
        content: list[Inline] = []
        for piece in pieces:
            if isinstance(piece.block, Paragraph):
                content += [Text(" "), *piece.block.content] if content else piece.block.content
            else:
                self.flow.end()
                self.flow.pieces.append(piece)
        identifier = attribute(tag, "id")
        run = trimmed(content)
        if run:
            level = int(tag.name[1])
            wanted = identifier if identifier in self.targets else ""
            self.flow.block(Heading(level, run, wanted))

    def quote(self, tag: Tag) -> None:
        """A quotation, its last line the source where the markup says so."""
        if self.nesting >= _MAX_NESTING:
            self.container(tag)
            return
        blocks = self.blocks(tag)
        citation: tuple[Inline, ...] = ()
        last = blocks[-1] if len(blocks) > 1 else None
        if isinstance(last, Paragraph):
            words = plain_text(last)
            footer = _child(tag, _CITATIONS)
            named = footer is not None and _same_words(words, footer.get_text())
            if named or _is_citation(words, blocks[:-1]):
                citation, blocks = _without_dash(last.content), blocks[:-1]
        if blocks:
            self.flow.block(BlockQuote(blocks, citation))

    def bullets(self, tag: Tag) -> None:
        """A list without numbers."""
        items = self._items(tag)
        if items:
            self.flow.block(BulletList(items))

    def numbers(self, tag: Tag) -> None:
        """A numbered list."""
        items = self._items(tag)
        if items:
            start = attribute(tag, "start").strip()
            style = _LIST_STYLES.get(attribute(tag, "type").strip(), "decimal")
            number = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
            self.flow.block(OrderedList(items, number, style))  # type: ignore[arg-type]

    def _items(self, tag: Tag) -> tuple[tuple[Block, ...], ...]:
        """A list's items; what stands between them joins the item before."""
        if self.nesting >= _MAX_NESTING:
            self.container(tag)
            return ()
        items: list[tuple[Block, ...]] = []
        for child in tag.contents:
            if not isinstance(child, Tag):
                loose = inlines((Text(str(child)),)) if str(child).strip() else ()
                if loose and not isinstance(child, PreformattedString):
                    items.append((Paragraph(trimmed(loose)),))
                continue
            if child.name in _GONE or child.name in _SILENT or is_hidden(child):
                self.element(child)
                continue
            holder = child if child.name == "li" else _wrap(child)
            blocks = self.blocks(holder)
            if blocks and (child.name == "li" or not items):
                items.append(blocks)
            elif blocks:
                items[-1] += blocks
        return tuple(items)

    def loose(self, tag: Tag, parts: frozenset[str]) -> None:
        """Read what stands in a list or table outside its ``parts``: browsers show it before."""
        for child in tag.contents:
            if not isinstance(child, Tag):
                if type(child) is NavigableString:
                    self.flow.text(str(child))
            elif child.name not in parts or (child.name in _CELLS and tag.name != "tr"):
                self.element(child)
            elif child.name in _GROUPS:
                self.loose(child, parts)
        self.flow.end()

    def definitions(self, tag: Tag) -> None:
        """A list of terms and meanings."""
        self.flow.end()
        self.loose(tag, _DEFINITION_PARTS)
        items: list[Definition] = []
        term: list[Inline] = []
        meanings: list[tuple[Block, ...]] = []

        def finish() -> None:
            if term or meanings:
                items.append(Definition(trimmed(term), tuple(meanings)))
            term.clear()
            meanings.clear()

        for child in tag.find_all(("dt", "dd")):
            if not _is_part(child, tag, _DEFINITION_PARTS):
                continue
            blocks = self.blocks(child)
            if child.name == "dt":
                if meanings:
                    finish()
                words = [i for b in blocks if isinstance(b, Paragraph) for i in b.content]
                term += [LineBreak(), *words] if term else words
            elif blocks:
                meanings.append(blocks)
        finish()
        if items:
            self.flow.block(DefinitionList(tuple(items)))

    def preformatted(self, tag: Tag) -> None:
        """Preformatted text."""
        for line_break in tag.find_all("br"):
            line_break.replace_with("\n")
        text = clean(tag.get_text()).removeprefix("\n").rstrip()
        if text.strip():
            self.flow.block(CodeBlock(text, _code_language(tag)))

    def table(self, tag: Tag) -> None:
        """A table; one that only lays out the page is a container."""
        add_rows(tag)
        if self.nesting >= _MAX_NESTING or is_layout(tag):
            self.container(tag)
            return
        self.flow.end()
        self.loose(tag, TABLE_PARTS)
        table = read_table(tag, self.blocks)
        if table is not None:
            self.flow.block(table)

    def rule(self, tag: Tag) -> None:
        """A thematic break."""
        self.flow.block(ThematicBreak())

    def details(self, tag: Tag) -> None:
        """A disclosure, opened: its summary is a bold line over its content."""
        self.container(tag)

    def summary(self, tag: Tag) -> None:
        """The visible line of a disclosure."""
        self.flow.end()
        self.wrapped(Strong, tag)
        self.flow.end()


def _with_linked_picture(piece: Piece) -> Piece:
    """A figure's line that is a link to a picture, as that picture; what its words say besides
    the address, and words that only name the place of a picture, is its alternative text.

    So pages show a picture that was not at hand when they were made; ours do.
    """  # noqa: D205 - the first sentence needs two lines
    block = piece.block
    if not isinstance(block, Paragraph) or piece.signs & (Sign.CAPTION | Sign.CREDIT):
        return piece
    links = [item for item in block.content if isinstance(item, Link)]
    if len(links) != 1 or not _PICTURE_ADDRESS.search(links[0].url):
        return piece
    words = [item for item in block.content if item is not links[0]]
    said = plain_text(tuple(words)).strip()
    if len(said) > _LONGEST_CITATION:
        return piece
    alt = said if len(said) > _LABEL_OF_PICTURE else ""
    return dataclasses.replace(piece, block=Figure((Image(links[0].url, alt=alt),)))


def _names(tag: Tag) -> str:
    """What the page's author called ``tag``: its classes and its identifier."""
    return f"{attribute(tag, 'class')} {attribute(tag, 'id')}".strip()


def _is_part(part: Tag, whole: Tag, between: frozenset[str]) -> bool:
    """Whether ``part`` belongs to ``whole`` with nothing but ``between`` between them."""
    parent = part.parent
    while parent is not None and parent is not whole and parent.name in between:
        parent = parent.parent
    return parent is whole


def _child(tag: Tag, names: frozenset[str]) -> Tag | None:
    """The first element of ``names`` that stands in ``tag`` itself."""
    children = (child for child in tag.contents if isinstance(child, Tag))
    return next((child for child in children if child.name in names), None)


def _is_citation(words: str, before: tuple[Block, ...]) -> bool:
    """Whether the last words of a quote say who said it: a dash, a few words, and no dialogue."""
    if len(words) > _LONGEST_CITATION or not _SAID_BY.match(words):
        return False
    return not any(_SAID_BY.match(plain_text(block)) for block in before)


def _same_words(one: str, other: str) -> bool:
    return one.split() == clean(other).split()


def _without_dash(run: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A citation without the dash before it: each writer has its own."""
    if run and isinstance(run[0], Text):
        text = run[0].text.lstrip("—–―- ")
        return trimmed((Text(text), *run[1:]) if text else run[1:])
    return run


def _wrap(tag: Tag) -> Tag:
    """``tag`` inside a neutral holder, so that reading the holder's children reads ``tag``."""
    holder = Tag(name="li")
    holder.append(tag.__copy__())
    return holder


def _styled(tag: Tag) -> Callable[[tuple[Inline, ...]], Inline] | None:
    """What an inline style makes of a span (word processors and WeChat write bold so)."""
    if "style" not in tag.attrs:
        return None
    kinds = {
        kind for match in _STYLE.finditer(attribute(tag, "style")) for kind in (match.lastgroup,)
    }
    if not kinds:
        return None

    def make(content: tuple[Inline, ...]) -> Inline:
        result: Inline | None = None
        for kind, wrapper in (("strike", Strikeout), ("italic", Emphasis), ("bold", Strong)):
            if kind in kinds:
                result = wrapper((result,) if result else content)
        assert result is not None
        return result

    return make


def _has_words(tag: Tag) -> bool:
    """Whether there is a word in ``tag``."""
    first = tag.contents[0] if tag.contents else None
    if type(first) is NavigableString and not first.isspace():
        return True
    return bool(tag.get_text(strip=True))


def _shows_something(tag: Tag) -> bool:
    """Whether there is a word or a picture in ``tag``."""
    for node in tag.descendants:
        if _is_picture(node) or (isinstance(node, NavigableString) and node.strip()):
            return True
    return False


def _is_picture(node: PageElement) -> bool:
    return isinstance(node, Tag) and node.name in ("img", "amp-img")


def _is_figure(tag: Tag) -> bool:
    """Whether a container named like one is a picture with its caption and nothing else."""
    pictures = text = 0
    for node in tag.descendants:
        if type(node) is NavigableString:
            text += len(node.strip())
        elif _is_picture(node):
            pictures += 1
        elif isinstance(node, Tag) and node.name in _NOT_IN_FIGURES:
            return False
    return 0 < pictures < 30 and text <= 400 * pictures


_NOT_IN_FIGURES = frozenset(("h1", "h2", "table", "blockquote", "pre"))


def _has_text_after(tag: Tag) -> bool:
    """Whether words follow ``tag`` in its line."""
    following = tag.next_sibling
    return isinstance(following, NavigableString) and bool(following.strip())


def _code_language(tag: Tag) -> str:
    """The language that a code block's classes name (HTML, 4.5.15; highlighters)."""
    inner = tag.find("code")
    for element in (inner, tag, tag.parent):
        if isinstance(element, Tag):
            match = _LANGUAGE_CLASS.search(attribute(element, "class"))
            if match:
                return match[1].lower()
    return ""


_DEFINITION_PARTS = frozenset(("dt", "dd", "div"))
# Elements that only group the parts of a list or table.
_GROUPS = frozenset(("div", "thead", "tbody", "tfoot", "tr", "colgroup"))
_CELLS = frozenset(("td", "th"))
_LIST_STYLES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def _wrapper(make: Callable[[tuple[Inline, ...]], Inline]) -> Callable[[Walker, Tag], None]:
    return lambda builder, tag: builder.wrapped(make, tag)


def _methods(table: Iterable[tuple[str, Any]]) -> dict[str, Callable[[Walker, Tag], None]]:
    return {name: method for names, method in table for name in names.split()}


_METHODS = _methods(
    (
        ("strong b", _wrapper(Strong)),
        ("em i cite dfn var", Walker.emphasis),
        ("del s strike", _wrapper(Strikeout)),
        ("ins u", _wrapper(Underline)),
        ("sup", _wrapper(Superscript)),
        ("sub", _wrapper(Subscript)),
        ("mark", _wrapper(lambda content: Span(content, mark=True))),
        ("a", Walker.anchor),
        ("br", Walker.line_break),
        ("code kbd samp tt", Walker.code),
        ("q", Walker.quotation),
        ("abbr acronym", Walker.abbreviation),
        ("ruby", Walker.ruby),
        ("math", Walker.math),
        (NOTE, Walker.note),
        ("script", Walker.script),
        ("small", Walker.small),
        ("span font", Walker.span),
        ("time", Walker.time),
        ("img amp-img", Walker.image),
        ("picture", Walker.picture),
        ("noscript", Walker.noscript),
        (EMBEDS, Walker.embed),
        ("figure", Walker.figure),
        ("h1 h2 h3 h4 h5 h6", Walker.heading),
        ("blockquote", Walker.quote),
        ("ul menu dir", Walker.bullets),
        ("ol", Walker.numbers),
        ("dl", Walker.definitions),
        ("pre listing xmp", Walker.preformatted),
        ("table", Walker.table),
        ("hr", Walker.rule),
        ("details", Walker.details),
        ("summary", Walker.summary),
    )
)
