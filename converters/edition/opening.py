"""The words that an article opens with, for those who say in two lines what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from converters.article import Article, Paragraph, plain_text, query
from converters.languages import fold_lines

__all__ = ["opening"]

# So many characters are enough for two lines of any page, and a text is looked at so far.
_LONGEST = 400
_ENOUGH = 160
_LOOKED_AT = 40
# A line of letters that ends without a mark of a sentence is a byline, a place, a label.
_SENTENCE = re.compile(r"""[.!?…。！？؟۔।։။][\s"'”’」』）)\]》】〉»]*$""")
_LETTERS = re.compile(r"[^\W\d_]")
_FEW = 12
_LONG = 200


def opening(article: Article) -> str:
    """The first sentences of ``article`` on one line, at most 400 characters; "" without any.

    Bylines, dates and labels that stand above them are passed over: a paragraph counts that ends
    as a sentence does. Without one it is the first that has words at all.
    """
    found: list[str] = []
    first = ""
    for words in _lines(article):
        first = first or words
        if _is_text(words):
            found.append(words)
            if sum(map(len, found)) >= _ENOUGH:
                break
        elif found:
            break
    return (fold_lines("\n".join(found)) or first)[:_LONGEST]


def _lines(article: Article) -> Iterator[str]:
    """The first paragraphs, those of the body itself before those within lists and quotations."""
    blocks = islice(article.body, _LOOKED_AT)
    own: Iterable[Paragraph] = (block for block in blocks if isinstance(block, Paragraph))
    title = " ".join(article.title.split())
    for paragraph in chain(own, islice(query(article.body, Paragraph), _LOOKED_AT)):
        words = fold_lines(plain_text(paragraph)).strip()
        if _LETTERS.search(words) and words != title:
            yield words


def _is_text(words: str) -> bool:
    if len(words) >= _LONG:
        return True
    return len(_LETTERS.findall(words)) >= _FEW and _SENTENCE.search(words) is not None
