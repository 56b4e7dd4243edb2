"""How well the article of a whole web page is found, beside other programs, and what survives.

    python -m benchmarks.pages FOLDER [LABELS]

``LABELS`` is a JSON file, beside the folder by default (``FOLDER.json``): for each page, segments
of text "with" (in the article) and "without" (around it), and its "url". Precision, recall and F1
count segments, white space left out; ours are given for both halves of the pages too. Structure
is counted in elements: what a program's HTML holds of the pictures, tables, code blocks and list
items that stand in our article.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lxml.html

from converters.article import (
    Article,
    BulletList,
    CodeBlock,
    Figure,
    OrderedList,
    Table,
    plain_text,
    query,
)
from converters.errors import ConversionError
from converters.readers import ReadOptions
from converters.readers.page import read
from converters.source import Document, Source

PARTS = ("pictures", "captions", "tables", "code", "lists")
Found = tuple[str, dict[str, int]]  # the text, and how many of each part


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def ours(document: Document) -> Found:
    try:
        article = next(read(document, ReadOptions()))
    except ConversionError:
        return "", {}
    return f"{article.title}\n{plain_text(article.body)}", structure(article)


def structure(article: Article) -> dict[str, int]:
    figures = list(query(article.body, Figure))
    return {
        "pictures": sum(len(figure.images) for figure in figures),
        "captions": sum(bool(figure.caption) for figure in figures),
        "tables": len(list(query(article.body, Table))),
        "code": len(list(query(article.body, CodeBlock))),
        "lists": len(list(query(article.body, BulletList, OrderedList))),
    }


def in_html(markup: str) -> Found:
    """The text of a program's HTML, and what it holds."""
    if not markup.strip():
        return "", {}
    root = lxml.html.fromstring(markup)
    counts = {
        "pictures": "count(//img | //graphic)",
        "captions": "count(//figcaption)",
        "tables": "count(//table)",
        "code": "count(//pre)",
        "lists": "count(//ul | //ol)",
    }
    return root.text_content(), {name: int(root.xpath(path)) for name, path in counts.items()}


def trafilatura(document: Document) -> Found:
    from trafilatura import extract

    options: dict[str, Any] = {"include_images": True, "include_formatting": True}
    text = extract(document.text, include_comments=False) or ""
    return text, in_html(extract(document.text, output_format="html", **options) or "")[1]


def readability(document: Document) -> Found:
    from readability import Document as Readable

    return in_html(Readable(document.text).summary())


def resiliparse(document: Document) -> Found:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(document.text, main_content=True, alt_texts=False), {}


def justext(document: Document) -> Found:
    import justext as library

    words = library.get_stoplist("English") | library.get_stoplist("German")
    kept = (each.text for each in library.justext(document.text, words) if not each.is_boilerplate)
    return "\n".join(kept), {}


PROGRAMS: Mapping[str, Callable[[Document], Found]] = {
    "Broadsheet": ours,
    "trafilatura": trafilatura,
    "readability-lxml": readability,
    "Resiliparse": resiliparse,
    "jusText": justext,
}


def score(labels: Mapping[str, Any], found: Mapping[str, Found]) -> str:
    """Precision, recall and F1 over the segments of ``labels``."""
    hits = misses = leaks = 0
    for name, want in labels.items():
        text = squeezed(found[name][0])
        kept = sum(squeezed(part) in text for part in want["with"])
        hits += kept
        misses += len(want["with"]) - kept
        leaks += sum(squeezed(part) in text for part in want["without"])
    precision, recall = hits / max(1, hits + leaks), hits / max(1, hits + misses)
    both = 2 * precision * recall / max(1e-9, precision + recall)
    return f"precision {precision:.3f}  recall {recall:.3f}  F1 {both:.3f}"


def measure(
    name: str, program: Callable[[Document], Found], folder: Path, labels: Mapping[str, Any]
) -> dict[str, Found] | None:
    """Run one program over all pages; ``None`` where it is not installed."""
    found: dict[str, Found] = {}
    seconds = 0.0
    for page, want in labels.items():
        path = folder / page
        document = Document(Source(page, path=path), path.read_bytes(), want.get("url", ""))
        assert document.text
        start = time.process_time()
        try:
            found[page] = program(document)
        except ImportError:
            print(f"{name}: not installed")
            return None
        seconds += time.process_time() - start
    parts = {part: sum(each[1].get(part, 0) for each in found.values()) for part in PARTS}
    shown = "  ".join(f"{part} {count}" for part, count in parts.items())
    speed = f"{1000 * seconds / max(1, len(labels)):.0f} ms a page"
    print(f"{name:17} {score(labels, found)}  {speed}  {shown}")
    return found


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    path = Path(arguments[1]) if len(arguments) > 1 else folder.with_suffix(".json")
    labels = json.loads(path.read_text(encoding="utf-8"))
    for name, program in PROGRAMS.items():
        found = measure(name, program, folder, labels)
        if found and name == "Broadsheet":
            pages = sorted(labels)
            for half in (pages[::2], pages[1::2]):
                print(f"  half of the pages {score({page: labels[page] for page in half}, found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
