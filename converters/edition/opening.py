"""The words that an article opens with, for those who say in two lines what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from converters.article import (
    Article,
    BlockQuote,
    BulletList,
    DefinitionList,
    OrderedList,
    Paragraph,
    plain_text,
)
from converters.languages import fold_lines, is_cjk_char

__all__ = ["opening"]

# So many characters are enough for two lines of any page, and a text is looked at so far.
_LONGEST = 400
_ENOUGH = 160
_LOOKED_AT = 40
# A line of letters that ends without a mark of a sentence is a byline, a place, a label.
_SENTENCE = re.compile(r"""[.!?…。！？؟۔।։။][\s"'”’」』）)\]》】〉»]*$""")
_LETTERS = re.compile(r"[^\W\d_]")
# Letters, of which those of Chinese, Japanese and Korean count twice.
_FEW = 12
_LONG = 200
_CONTAINERS = (BlockQuote, BulletList, OrderedList, DefinitionList)


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
    blocks = article.body[:_LOOKED_AT]
    own = (plain_text(block) for block in blocks if isinstance(block, Paragraph))
    within = (plain_text(block).split("\n") for block in blocks if isinstance(block, _CONTAINERS))
    title = " ".join(article.title.split())
    for each in chain(own, chain.from_iterable(within)):
        words = fold_lines(each).strip()
        if _LETTERS.search(words) and words != title:
            yield words


def _is_text(words: str) -> bool:
    if len(words) >= _LONG:
        return True
    letters = sum(2 if is_cjk_char(letter) else 1 for letter in _LETTERS.findall(words))
    return letters >= _FEW and _SENTENCE.search(words) is not None
