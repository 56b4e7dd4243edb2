"""The words that an article opens with, for those who say in two lines what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    as a sentence does, one of the body before one within a list or a quotation. Without any it is
    the first that has words at all.
    """
    blocks = article.body[:_LOOKED_AT]
    own = (plain_text(block) for block in blocks if isinstance(block, Paragraph))
    within = (plain_text(block).split("\n") for block in blocks if isinstance(block, _CONTAINERS))
    first = ""
    for lines in (own, chain.from_iterable(within)):
        found: list[str] = []
        for words in _lines(lines, article.title):
            first = first or words
            if _is_text(words):
                found.append(words)
            if (found and found[-1] != words) or sum(map(len, found)) >= _ENOUGH:
                break
        if found:
            return fold_lines("\n".join(found))[:_LONGEST]
    return first[:_LONGEST]


def _lines(lines: Iterable[str], title: str) -> Iterator[str]:
    """Those of ``lines`` that have letters and are not the title again, each on one line."""
    title = " ".join(title.split())
    for each in lines:
        words = fold_lines(each).strip()
        if _LETTERS.search(words) and words != title:
            yield words


def _is_text(words: str) -> bool:
    if len(words) >= _LONG:
        return True
    letters = sum(2 if is_cjk_char(letter) else 1 for letter in _LETTERS.findall(words))
    return letters >= _FEW and _SENTENCE.search(words) is not None
