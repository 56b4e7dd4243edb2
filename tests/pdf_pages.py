"""What a finished PDF holds, as other programs see it: poppler for text and places, pikepdf for
structure.
"""  # noqa: D205 - the first sentence needs two lines

import html
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from converters.article import Article, Block, Inline, Paragraph, Text, inlines
from converters.edition import Edition, edition
from converters.images import Pictures
from converters.writers import Context
from converters.writers import pdf as writer

__all__ = [
    "Page",
    "Word",
    "annotations",
    "article",
    "fonts",
    "made",
    "outline",
    "pages",
    "paragraph",
    "printed",
    "squeezed",
    "structure",
    "text",
]


def paragraph(*pieces: str | Inline) -> Paragraph:
    """Return a paragraph of texts and inlines."""
    items = [Text(piece) if isinstance(piece, str) else piece for piece in pieces]
    return Paragraph(inlines(items))


def article(*blocks: Block, language: str = "zh-Hans", **fields: Any) -> Article:
    """Return an article of ``blocks``."""
    return Article(**{"title": "标题", "language": language, "body": blocks, **fields})


def made(
    *articles: Article, warn: Callable[[str], None] = lambda message: None, **options: Any
) -> bytes:
    """Return the PDF of ``articles``."""
    return printed(edition(articles), Context(pictures=Pictures(), warn=warn), **options)


def printed(whole: Edition, context: Context | None = None, **options: Any) -> bytes:
    """Return ``whole`` as a PDF."""
    target = io.BytesIO()
    writer.write(whole, target, writer.Options(**options), context or Context())
    return target.getvalue()


def text(data: bytes, *options: str) -> str:
    """Return the text as poppler takes it out."""
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode("utf-8", "replace")  # half a character of a font that lacks it


def squeezed(words: str) -> str:
    """Return ``words`` without white space."""
    return re.sub(r"\s", "", words)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place, in points from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the words on it."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """All words without white space."""
        return "".join(word.text for word in self.words)

    def find(self, start: str) -> Word:
        """Return the first word that begins with ``start``."""
        return next(word for word in self.words if word.text.startswith(start))


_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


def pages(data: bytes) -> list[Page]:
    """Return the pages with the places of their words."""
    return list(_pages(text(data, "-bbox")))


def _pages(markup: str) -> Iterator[Page]:
    for width, height, content in _PAGE.findall(markup):
        words = (
            Word(html.unescape(word), float(left), float(top), float(right), float(bottom))
            for left, top, right, bottom, word in _WORD.findall(content)
        )
        yield Page(float(width), float(height), tuple(words))


def structure(data: bytes) -> list[tuple[str, Any]]:
    """Return the elements of the structure tree, each with its type, in reading order."""
    with pikepdf.open(io.BytesIO(data)) as document:
        root = document.Root.StructTreeRoot
        found: list[tuple[str, Any]] = []
        stack: list[Any] = [root.K]
        while stack:
            item = stack.pop()
            if isinstance(item, pikepdf.Array):
                stack.extend(reversed(list(item)))
            elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
                identifier = str(item.ID) if "/ID" in item else None
                found.append((str(item.S)[1:], identifier))
                if "/K" in item:
                    stack.append(item.K)
        return found


def outline(data: bytes) -> list[tuple[int, str]]:
    """Return the bookmarks: level and label."""
    with pikepdf.open(io.BytesIO(data)) as document, document.open_outline() as bookmarks:
        found: list[tuple[int, str]] = []
        stack = [(1, item) for item in reversed(bookmarks.root)]
        while stack:
            level, item = stack.pop()
            found.append((level, str(item.title)))
            stack.extend((level + 1, child) for child in reversed(item.children))
        return found


def annotations(data: bytes) -> list[tuple[int, str, str]]:
    """Return the annotations: page, subtype, and where they lead."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return [
            (number, str(item.Subtype), str(item.A.URI) if "/A" in item else f"#{item.Dest}")
            for number, page in enumerate(document.pages)
            for item in page.get("/Annots", [])
        ]


def fonts(data: bytes) -> dict[str, bool]:
    """Return the fonts by name, and whether their file is embedded."""
    with pikepdf.open(io.BytesIO(data)) as document:
        found: dict[str, bool] = {}
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item.FontName).lstrip("/")
                found[name] = any(f"/FontFile{n}" in item for n in ("", "2", "3"))
        return found
