"""Inlines to Markdown: one run of inlines, one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import assert_never

from converters.article import (
    Code,
    Emphasis,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from converters.notes import shown_address
from converters.writers._markdown_escapes import escape, needs_care
from converters.writers._markdown_pieces import (
    CLOSE,
    LINK_CLOSE,
    LINK_OPEN,
    LITERAL,
    OPEN,
    TEXT,
    Piece,
    Place,
)
from converters.writers._markdown_starts import starts_like_a_block
from converters.writers._markdown_verbatim import (
    autolink,
    code,
    collapse,
    destination,
    escape_attribute,
)

__all__ = ["BLOCK", "CELL", "CONTINUED", "HEADING", "ITEM", "QUOTE", "InlineWriter", "Inlines"]

Inlines = tuple[Inline, ...]

BLOCK = Place(block=True)
ITEM = Place(block=True, item=True)
QUOTE = Place(block=True, quote=True)
CONTINUED = Place(around=" \n")
HEADING = Place(heading=True, line_break="<br>", around=" \n")
CELL = Place(line_break="<br>", around="  ")

# Ways to mark emphasis, the best first. Raw HTML can say what delimiters cannot: emphasis that
# begins or ends at punctuation, inside a word.
_MARKS: Mapping[type[Inline], tuple[tuple[str, str], ...]] = {
    Emphasis: (("*", "*"), ("_", "_"), ("<em>", "</em>")),
    Strong: (("**", "**"), ("__", "__"), ("<strong>", "</strong>")),
    Strikeout: (("~~", "~~"), ("<del>", "</del>")),
}
_TAGS: Mapping[type[Inline], tuple[str, str]] = {
    Underline: ("<u>", "</u>"),
    Superscript: ("<sup>", "</sup>"),
    Subscript: ("<sub>", "</sub>"),
}


class InlineWriter:
    """Writes the inlines of one article.

    ``label`` gives a note's label and takes note of the note; ``defined`` says whether there is
    a note of a label; ``targets`` maps the identifiers that links lead to, to the fragments that
    stand for them in the file; ``picture_links`` says whether pictures keep the links they are;
    ``inside`` gives for an address where it leads within the edition, or "".
    """

    def __init__(
        self,
        label: Callable[[Note], str],
        defined: Callable[[str], bool],
        targets: Mapping[str, str],
        *,
        picture_links: bool,
        inside: Callable[[str], str] | None = None,
    ) -> None:
        self.label = label
        self.defined = defined
        self.targets = targets
        self.picture_links = picture_links
        self.inside = inside

    def line(self, content: Inlines, place: Place) -> str:
        """``content`` as it is written at ``place``: one line, but for forced breaks."""
        content = self.shown(content)
        ways: dict[int, int] = {}
        while True:
            run = _Run(self, place, ways)
            run.add_all(content)
            if not run.troubled():
                return "".join([piece.text for piece in run.pieces])
            text, failed = escape(run.pieces, place, self.defined)
            if not failed:
                return text
            _try_next(failed, run, ways)

    def cell(self, content: Inlines) -> str:
        """``content`` as it is written in a cell of a pipe table."""
        return self.line(content, CELL).replace("\n", " ").replace("|", r"\|")

    def shown(self, content: Inlines) -> Inlines:
        """``content`` without the white space and the unused targets at its edges."""
        while content and self._is_nothing(content[-1]):
            content = content[:-1]
        while content and self._is_nothing(content[0]):
            content = content[1:]
        if content and isinstance(last := content[-1], Text) and last.text.endswith(" "):
            content = (*content[:-1], Text(last.text.rstrip(" ")))
        if content and isinstance(first := content[0], Text) and first.text.startswith(" "):
            content = (Text(first.text.lstrip(" ")), *content[1:])
        return content

    def _is_nothing(self, item: Inline) -> bool:
        match item:
            case LineBreak():
                return True
            case Span(content=(), identifier=identifier):
                return identifier not in self.targets
            case Text(text=text):
                return not text.strip(" ")
            case _:
                return False

    def address(self, url: str) -> str:
        """Where ``url`` leads in the file."""
        if url.startswith("#"):
            return "#" + self.targets.get(url[1:], url[1:])
        return (self.inside(url) if self.inside is not None else "") or url


def _try_next(failed: list[int], run: _Run, ways: dict[int, int]) -> None:
    """Choose another way to mark the nodes that failed.

    One at a time, emphasis before what surrounds it: a change may mend the others. Where many
    fail they are all written as HTML.
    """
    if len(failed) > 8:
        ways.update({node: len(_MARKS[run.nodes[node]]) - 1 for node in failed})
        return
    untried = [node for node in failed if ways.get(node, 0) == 0]
    node = max(
        untried or failed, key=lambda node: (run.nodes[node] is Emphasis, -ways.get(node, 0))
    )
    ways[node] = min(ways.get(node, 0) + 1, len(_MARKS[run.nodes[node]]) - 1)


class _Run:
    """The pieces of one line."""

    def __init__(self, writer: InlineWriter, place: Place, ways: Mapping[int, int]) -> None:
        self.writer = writer
        self.place = place
        self.ways = ways
        self.pieces: list[Piece] = []
        self.nodes: list[type[Inline]] = []
        self.special = False
        self.waiting: list[Note] | None = None
        # Code or a formula that the last piece is: the next of its kind joins it.
        self.last: Code | Math | None = None
        self.end = -1

    def troubled(self) -> bool:
        """Whether anything here may need an escape or fail to be read."""
        if self.special or self.nodes or not self.pieces:
            return bool(self.pieces)
        if self.place.block:
            first = self.pieces[0]
            return first.kind == TEXT and starts_like_a_block(first.text)
        return self.place.heading and self.pieces[-1].text.endswith("#")

    def add_all(self, content: Inlines) -> None:
        for item in content:
            self.add(item)

    def add(self, item: Inline) -> None:
        """Append one inline."""
        match item:
            case Text(text=text):
                self.text(text)
            case Emphasis() | Strong() | Strikeout():
                self.emphasis(item)
            case Underline() | Superscript() | Subscript():
                before, after = _TAGS[type(item)]
                self.wrapped(before, item.content, after)
            case Code(text=text):
                self.code(text)
            case Span():
                self.span(item)
            case Link():
                self.link(item)
            case Image():
                self.image(item)
            case LineBreak():
                self.line_break()
            case Note():
                self.note(item)
            case Ruby(content=content, annotation=annotation):
                self.wrapped("<ruby>", content, "<rp>(</rp><rt>")
                self.text(annotation)
                self.literal("</rt><rp>)</rp></ruby>")
            case Math():
                self.formula(item)
            case _:
                assert_never(item)

    def text(self, text: str) -> None:
        if needs_care(text):
            self.special = True
            text = collapse(text)
        self.pieces.append(Piece(TEXT, text))

    def literal(self, markup: str) -> None:
        if markup:
            self.pieces.append(Piece(LITERAL, markup))

    def code(self, text: str) -> None:
        """Code, in one with code right before it: two fences side by side would be one."""
        if (last := self._joined()) and isinstance(last, Code):
            self.pieces.pop()
            text = last.text + text
        self.literal(code(text))
        self.last, self.end = Code(text), len(self.pieces)

    def formula(self, math: Math) -> None:
        """A formula, in one with a formula right before it; as code where it holds a dollar."""
        tex = _one_line(math.tex)
        if "$" in tex or (len(tex) - len(tex.rstrip("\\"))) % 2:
            self.code(tex)
            return
        if not tex:
            return
        if (last := self._joined()) and isinstance(last, Math):
            if last.display == math.display and not math.display:
                self.pieces.pop()
                tex = f"{last.tex} {tex}"
            else:
                self.pieces.append(Piece(TEXT, " "))
        self.special = True
        self.literal(f"$${tex}$$" if math.display else f"${tex}$")
        self.last, self.end = Math(tex, math.display), len(self.pieces)

    def _joined(self) -> Code | Math | None:
        """The code or formula that the last piece is."""
        return self.last if self.end == len(self.pieces) else None

    def wrapped(self, before: str, content: Inlines, after: str) -> None:
        self.literal(before)
        self.add_all(content)
        self.literal(after)

    def emphasis(self, item: Emphasis | Strong | Strikeout) -> None:
        """Emphasis; line breaks at its edges stand outside, where they mean the same."""
        content = item.content
        while content and isinstance(content[0], LineBreak):
            self.line_break()
            content = content[1:]
        breaks = 0
        while content and isinstance(content[-1], LineBreak):
            breaks += 1
            content = content[:-1]
        if content:
            node = len(self.nodes)
            self.nodes.append(type(item))
            before, after = _MARKS[type(item)][self.ways.get(node, 0)]
            if before.startswith("<"):
                self.wrapped(before, content, after)
            else:
                self.pieces.append(Piece(OPEN, before, node))
                self.add_all(content)
                self.pieces.append(Piece(CLOSE, after, node))
        for _ in range(breaks):
            self.line_break()

    def line_break(self) -> None:
        self.special = True
        self.literal(self.place.line_break)

    def note(self, note: Note) -> None:
        """A note's mark; one inside a link's text moves behind the link."""
        if self.waiting is None:
            self.literal(f"[^{self.writer.label(note)}]")
        else:
            self.waiting.append(note)

    def span(self, span: Span) -> None:
        writer = self.writer
        identifier = writer.targets.get(span.identifier, "") if span.identifier else ""
        attributes = (
            ("id", identifier),
            ("lang", span.language),
            ("dir", span.direction),
            ("title", span.title),
        )
        given = "".join(
            f' {name}="{escape_attribute(value)}"' for name, value in attributes if value
        )
        if not span.content:
            tag = "a" if self.waiting is None else "span"  # links hold no <a>
            self.literal(f"<{tag}{given}></{tag}>" if identifier else "")
            return
        tags = ["abbr" if span.title else "span"] if given else []
        if span.mark:
            tags = ["mark"] if given and not span.title else ["mark", *tags]
        opening = "".join(f"<{tag}>" for tag in tags[:-1]) + (
            f"<{tags[-1]}{given}>" if tags else ""
        )
        closing = "".join(f"</{tag}>" for tag in reversed(tags))
        if opening:
            self.wrapped(opening, span.content, closing)
        else:
            self.add_all(span.content)

    def link(self, link: Link) -> None:
        if self.waiting is not None:
            self.add_all(link.content)
            return
        address = self.writer.address(link.url)
        leads_out = address == link.url
        if leads_out and not link.title and (bracketed := _bracketed(link)):
            self.literal(bracketed)
            return
        self.waiting = []
        self.enclose("[", link.content, destination(address, link.title))
        waiting, self.waiting = self.waiting, None
        for note in waiting:
            self.note(note)

    def image(self, image: Image) -> None:
        """A picture, with the link that it is unless it stands in one."""
        alt = collapse(image.alt).strip()
        content = (Text(alt),) if alt else ()
        linked = image.link and self.waiting is None and self.writer.picture_links
        if linked:
            self.pieces.append(Piece(LINK_OPEN, "["))
        self.enclose("![", content, destination(image.url, image.title))
        if linked:
            target = destination(self.writer.address(image.link))
            self.pieces.append(Piece(LINK_CLOSE, f"]{target}"))

    def enclose(self, bracket: str, content: Inlines, target: str) -> None:
        """The text of a link or a picture, in brackets, and what follows it."""
        self.pieces.append(Piece(LINK_OPEN, bracket))
        self.add_all(content)
        self.pieces.append(Piece(LINK_CLOSE, f"]{target}"))


def _bracketed(link: Link) -> str:
    """``<address>`` for a link whose text is its own address, or ""."""
    match link.content:
        case (Text(text=text),) if text in (link.url, shown_address(link.url)):
            return autolink(link.url, text)
        case _:
            return ""


_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n\s*|\Z)")


def _one_line(tex: str) -> str:
    """``tex`` on one line, where its comments would reach to the end."""
    if "\n" in tex:
        tex = collapse(_COMMENT.sub(r"\1", tex))
    return tex.strip()
