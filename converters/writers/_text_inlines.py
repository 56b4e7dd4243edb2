"""Inlines as plain text: words, with as few marks as keep them readable."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias, assert_never

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
    clean,
)
from converters.languages import joins_without_space, label
from converters.notes import is_address, shown_address
from converters.writers._text_layout import Flow

__all__ = ["Emphases", "InlineWriter", "one_line"]

Emphases: TypeAlias = Literal["plain", "marks"]
"""What becomes of emphasis: its words alone, or its words between marks."""

_LINE_SEPARATORS = re.compile("[\n\r\v\f\u0085\u2028\u2029]")
_CONTROLS = re.compile("[\t\n\r\v\f\u2028\u2029]+")
# Endings of ordinal numbers and abbreviations that read well on the line: 4th, 1er, nº, Mlle.
_ENDINGS = frozenset("st nd rd th er re e ème d de º ª o a lle me".split())
_ATOM = re.compile(r"[+−-]?[^\W_]+|[+−∗*′″]+|\[.*\]|\(.*\)")


def one_line(text: str) -> str:
    """``text`` on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", clean(text)).split(" ")).strip()


class InlineWriter:
    """Turns runs of inlines into flows; one for each article.

    ``language`` decides the brackets, ``emphasis`` whether emphasis is marked, ``links`` whether
    links that stayed show their address; ``inside`` gives the number of the edition's article of
    an address, which then stands in its place.
    """

    def __init__(
        self,
        language: str,
        emphasis: Emphases,
        *,
        addresses: bool,
        inside: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.brackets = (label("open", language), label("close", language))
        self.marks = emphasis == "marks"
        self.addresses = addresses
        self.inside = inside
        self.expanded: set[tuple[str, str]] = set()

    def flow(self, run: Sequence[Inline]) -> Flow:
        """``run`` as text to wrap."""
        out = _Text()
        self._run(run, out)
        return out.flow()

    def _run(self, run: Sequence[Inline], out: _Text) -> None:
        for item in run:
            self._inline(item, out)

    def _inline(self, item: Inline, out: _Text) -> None:  # noqa: C901, PLR0912 - one a type
        match item:
            case Text():
                out.add(_words(item.text))
            case Note():
                out.add(f"[{item.number}]")
            case Link():
                self._link(item, out)
            case Emphasis():
                self._marked(item.content, "*", out)
            case Strong():
                self._marked(item.content, "**", out)
            case Underline():
                self._marked(item.content, "_", out)
            case Strikeout():
                out.add("~~")
                self._run(item.content, out)
                out.add("~~")
            case Superscript():
                self._shifted(item.content, "^", out)
            case Subscript():
                self._shifted(item.content, "_", out)
            case Span():
                self._span(item, out)
            case Code():
                out.add(f"`{_CONTROLS.sub(' ', clean(item.text))}`")
            case Math():
                tex = one_line(item.tex)
                out.add(f"\n{tex}\n" if item.display else tex)
            case LineBreak():
                out.add("\n")
            case Ruby():
                self._ruby(item, out)
            case Image():  # the writer has put words and notes in their place
                out.add(one_line(item.alt))
            case _:
                assert_never(item)

    def _marked(self, content: Sequence[Inline], mark: str, out: _Text) -> None:
        marks = mark if self.marks else ""
        out.add(marks)
        self._run(content, out)
        out.add(marks)

    def _shifted(self, content: Sequence[Inline], mark: str, out: _Text) -> None:
        """Raised or lowered text: ``10^3``, ``H_2O``, ``x^(a+b)``; what reads well alone, alone."""
        inner = _Text()
        self._run(content, inner)
        text = "".join(inner.parts)
        reads = text in _ENDINGS and mark == "^"
        if reads or text.startswith("[") or not text:
            out.append(inner)
        elif _ATOM.fullmatch(text):
            out.add(mark)
            out.append(inner)
        else:
            out.add(f"{mark}(")
            out.append(inner)
            out.add(")")

    def _span(self, span: Span, out: _Text) -> None:
        """A span: an abbreviation is expanded where it first stands, a highlight is words."""
        start = len(out.parts)
        if span.mark:
            self._marked(span.content, "=", out)
        else:
            self._run(span.content, out)
        words = "".join(out.parts[start:])
        title = one_line(span.title)
        if title and title != words and (words, title) not in self.expanded:
            self.expanded.add((words, title))
            out.add(title.join(self.brackets))

    def _ruby(self, ruby: Ruby, out: _Text) -> None:
        self._run(ruby.content, out)
        reading = one_line(ruby.annotation)
        if reading:
            wide = joins_without_space(out.last(), "中")
            out.add(f"（{reading}）" if wide else f" ({reading})")

    def _link(self, link: Link, out: _Text) -> None:
        """A link that stayed: its own address, a place in the article, or an address to show."""
        if link.url.startswith("#"):
            self._run(link.content, out)
        elif is_address(link):
            inner = _Text()
            self._run(link.content, inner)
            out.add_solid("".join(inner.parts))
        else:
            self._run(link.content, out)
            if self.addresses and (other := self.inside(link.url)):
                out.add(f" [{other}]")
            elif self.addresses:
                out.add(" ")
                out.add_solid(f"<{shown_address(link.url)}>")


def _words(text: str) -> str:
    """Text of the article, without what no line may hold."""
    if text.isprintable():
        return text
    return _LINE_SEPARATORS.sub(_separated, clean(text))


def _separated(match: re.Match[str]) -> str:
    """What stands for a separator: Unicode's own are line breaks, the others spaces."""
    return "\n" if match[0] in "\u2028\u2029" else " "


class _Text:
    """A flow in the making."""

    __slots__ = ("length", "parts", "solid")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.solid: list[tuple[int, int]] = []

    def add(self, text: str) -> None:
        """Append text."""
        if text:
            self.parts.append(text)
            self.length += len(text)

    def add_solid(self, text: str) -> None:
        """Append an address, which is never split."""
        if text and not re.search(r"\s", text):
            self.solid.append((self.length, self.length + len(text)))
        self.add(text)

    def append(self, other: _Text) -> None:
        """Append another text."""
        self.solid += [(start + self.length, end + self.length) for start, end in other.solid]
        for part in other.parts:
            self.add(part)

    def last(self) -> str:
        """The last character."""
        return self.parts[-1][-1] if self.parts else ""

    def flow(self) -> Flow:
        """The whole text, without the blank lines that breaks beside each other would leave."""
        return _without_blank_lines(Flow("".join(self.parts), tuple(self.solid)))


def _without_blank_lines(flow: Flow) -> Flow:
    if "\n" not in flow.text:
        return flow
    rows, solid = [], []
    start = length = 0
    for row in flow.text.split("\n"):
        end = start + len(row)
        if row.strip():
            shift = length - start
            solid += [(a + shift, b + shift) for a, b in flow.solid if a >= start and b <= end]
            rows.append(row)
            length += len(row) + 1
        start = end + 1
    return Flow("\n".join(rows), tuple(solid))
