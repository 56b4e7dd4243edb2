"""What two libraries say is the main text of a page, block by block.

`trafilatura <https://trafilatura.readthedocs.io/>`_ is precise; `Resiliparse
<https://resiliparse.chatnoir.eu/>`_ is generous, and ten times as fast. Both
give text, which is found again in our own tree, so that nothing of the markup is lost
(:mod:`~converters.readers.mainbody`).
"""

from __future__ import annotations

import logging
import re

from converters.readers.textblocks import TextBlock, key_of

__all__ = ["vote"]

_MAX_TAGS = 8000  # start and end tags that trafilatura gets to see: 0.02 ms each
_MAX_LENGTH = 2_000_000  # characters, most of them in scripts
_MAX_DEPTH = 200  # Resiliparse's time grows with the square of the depth
_SEARCHED = 50_000_000  # characters; then a block is looked for near the one before it only
_WINDOW = 4000
_SHORT = 25  # letters: less may stand inside any sentence, and counts as a line only
# Trafilatura makes a cell for every place that one spans, up to a million of each.
_SPAN = re.compile(r"""((?:col|row)span\s{0,9}=\s{0,9}["']?)\d{2,}""", re.IGNORECASE)
# What makes a page large and says nothing: data in addresses, classes without end.
_DATA = re.compile(
    r"""data:[a-z]+/[^\s"'<>)]{200,}|(?<=class=")[^"<>]{2000,}|(?<=class=')[^'<>]{2000,}""",
    re.IGNORECASE,
)


def vote(blocks: list[TextBlock], html: str, depth: int) -> bool:
    """Set ``precise`` and ``generous`` of ``blocks``; whether anyone voted.

    ``html`` is the page that they come from, ``depth`` that of its deepest element.
    """
    if depth > _MAX_DEPTH:
        return False
    lean = _SPAN.sub(r"\g<1>9", _DATA.sub("", html))
    generous = _generous(lean).strip()
    small = lean.count("<") <= _MAX_TAGS and len(lean) <= _MAX_LENGTH
    precise = _precise(lean).strip() if small or not generous else ""
    if not generous and not precise:
        return False
    _mark(blocks, generous or precise, "generous")
    _mark(blocks, precise or generous, "precise")
    return True


def _generous(html: str) -> str:
    """Resiliparse's main text."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, alt_texts=False, links=False))


def _precise(html: str) -> str:
    """Trafilatura's main text; nothing where it cannot make sense of the page."""
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its errors are not the person's
    try:
        return extract(html, include_comments=False, include_tables=True) or ""
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return ""  # a page that its many rules did not foresee: the other votes stand


def _mark(blocks: list[TextBlock], text: str, name: str) -> None:
    """Set ``name`` of each block that stands in ``text``, whose blocks come in the same order."""
    lines = "\n" + "\n".join(filter(None, map(key_of, text.split("\n")))) + "\n"
    place = 0
    budget = _SEARCHED
    for block in blocks:
        wanted = block.key if block.length >= _SHORT else f"\n{block.key}\n"
        found = lines.find(wanted, place, place + _WINDOW + len(wanted))
        if found < 0 and budget > 0:
            budget -= len(lines)
            found = lines.find(wanted)
        if found >= 0:
            place = found + len(wanted) - 1
            setattr(block, name, True)
        elif "\n" in block.text and budget > 0:
            budget -= len(lines)
            setattr(block, name, _mostly(block.text, lines))


def _mostly(text: str, lines: str) -> bool:
    """Whether most of a block with line breaks stands in ``lines``, which may part it there."""
    parts = [key for part in text.split("\n")[:50] if (key := key_of(part))]
    found = sum(len(part) for part in parts if part in lines)
    return found >= 0.7 * sum(map(len, parts))
