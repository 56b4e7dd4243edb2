"""What is known of each text block of a page, and how much of it speaks for being the article.

The signs are the votes of two libraries (:mod:`~converters.readers.votes`) for the block and its
neighbours, what the block is (length, links, a label), where it stands (in the core of the
article, after its last long block, in a list) and what the elements between it and the core are
called. The weights are those of a logistic regression over labelled blocks of several hundred
pages, rounded; docs/design.md has the figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul

from converters.readers.surroundings import kind_of_label
from converters.readers.textblocks import Element, Outline, TextBlock

__all__ = ["SIGNS", "Ground", "signs", "weigh"]

_CORE = 0.8  # of the kept letters: the smallest element with so many is the article's
_LONG = 60  # letters: a block that marks where the text begins and ends
_FULL = 200  # letters: beyond that more do not say more
_LINKED = 0.5  # of its letters: such a block leads elsewhere
_NEAR = 3  # blocks on either side count as neighbours
_LABEL = 48  # characters that a label may have
_CALL_LOOK = 40  # characters in which a call to act begins

# How a line begins that leads elsewhere, asks for something or says where a thing is from.
_CALL = re.compile(
    r"\W*(?:read (?:more|also|next)|see also|related|also read|more:|watch:|sign up|subscribe"
    r"|newsletter|follow|click here|share|tags?:|posted|filed|photo|image|credit|by |©|copyright"
    r"|advertisement|comments?|source:|lesen sie|mehr (?:zum|lesen|dazu)|siehe auch|foto:|bild:"
    r"|von |anzeige|quelle|lire aussi|à lire|leggi anche|lea también|lee también"
    r"|te puede interesar|leia também|czytaj także|читайте также|lees ook|läs också|相关阅读"
    r"|相關閱讀|延伸閱讀|延伸阅读|関連記事|관련 ?기사|اقرأ أيضا)",
    re.IGNORECASE,
)

# What authors and publishing systems call parts of a page, by kind: the words of a name, of which
# those that end in "*" may go on. No site's names.
_NAMES = {
    "about": "meta* date* time* posted* published info* credit* source copyright kicker eyebrow "
    "category categories dateline timestamp views",
    "author": "author* autor* bio biography byline* avatar contributor* profile writer",
    "caption": "caption* figure image* img photo* gallery picture media video*",
    "foot": "foot* bottom colophon disclaimer legal imprint impressum copyright",
    "sign-up": "newsletter* subscri* signup sign login paywall cta donat* membership regist* form",
}


def _by_start(names: dict[str, str]) -> tuple[dict[str, frozenset[str]], dict[str, set[str]]]:
    whole: dict[str, set[str]] = {}
    starts: dict[str, set[str]] = {}
    for kind, words in names.items():
        for word in words.split():
            into = starts if word.endswith("*") else whole
            into.setdefault(word.rstrip("*"), set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in whole.items()}, starts


_WHOLE, _STARTS = _by_start(_NAMES)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _kinds_of_word(word: str) -> frozenset[str]:
    word = word.lower()
    kinds = set(_WHOLE.get(word, _NOTHING))
    for end in range(3, min(len(word), 12) + 1):
        kinds |= _STARTS.get(word[:end], _NOTHING)
    return frozenset(kinds)


@lru_cache(maxsize=4096)
def _kinds_of(names: str) -> frozenset[str]:
    """The kinds of parts that a class or identifier (its words parted as usual) may mean."""
    found = {_kinds_of_word(word) for word in _WORD.findall(names)}
    return frozenset().union(*found)


class Ground:
    """What blocks stand on: the core of the article, and what the elements below it are called.

    ``core`` is the smallest element with most of what the precise vote keeps; where that is no
    more than a title and its lines, the element around it that has the pictures. ``first`` and
    ``last`` are the places of the first and last long block in it that this vote keeps.
    """

    def __init__(self, page: Outline) -> None:
        self.page = page
        _count_kept(page)
        everything = sum(block.length for block in page.blocks if block.precise)
        self.core: Element | None = None
        for element in page.elements:
            deeper = self.core is None or element.level > self.core.level
            if deeper and everything and element.kept >= _CORE * everything:
                self.core = element
        if (title := _lone_title(page)) is not None:
            self.core = _with_pictures(page, title) or self.core
        _settle_elements(page, self.core)
        self.kept = everything
        self.first, self.last = self.ends([block.precise for block in page.blocks])

    def ends(self, kept: Sequence[bool]) -> tuple[int, int]:
        """Where the text in the core begins and ends, of the blocks that are ``kept``."""
        blocks = self.page.blocks
        inside = [
            place for place, block in enumerate(blocks) if kept[place] and block.element.inside
        ]
        long = [place for place in inside if blocks[place].length >= _LONG] or inside
        return (long[0], long[-1]) if long else (0, -1)


def _lone_title(page: Outline) -> Element | None:
    """The title, if the precise vote keeps nothing else but short lines and what is linked."""
    title: Element | None = None
    for block in page.blocks:
        element = block.element
        if not block.precise or block.density >= _LINKED or element.nav or element.aside:
            continue
        if title is None and block.is_heading:
            title = element
        elif block.length >= _LONG:  # a heading, too: some set their text as such
            return None
    return title


def _with_pictures(page: Outline, title: Element) -> Element | None:
    """What holds the pictures below a title without a text: the article, or what comes nearest."""
    holding = {id(each) for medium in page.media for each in medium.element.path()}
    around = [element for element in title.path() if id(element) in holding]
    stated = [element for element in around if element.tag.name in {"article", "main"}]
    return next(iter(stated + around), None)


def _count_kept(page: Outline) -> None:
    """Count for each element the letters in it that the precise vote keeps."""
    for element in page.elements:
        element.kept = 0
    for block in page.blocks:
        if block.precise:
            block.element.kept += block.length
    for element in reversed(page.elements):  # what stands in others comes after them
        if element.parent is not None:
            element.parent.kept += element.kept


def _settle_elements(page: Outline, core: Element | None) -> None:
    """Say of each element whether it is in the core, and what leads from there to it."""
    floor = core.level if core is not None else 0
    for element in page.elements:
        parent = element.parent
        element.inside = element is core or (parent is not None and parent.inside)
        if core is not None and element.kept and (element is core or element.level < floor):
            element.outermost, element.named, element.kinds = None, False, _NOTHING
            continue
        own = _kinds_of(element.names) if element.names else _NOTHING
        if parent is None or parent.outermost is None:
            element.outermost, element.named, element.kinds = element, element.furniture, own
        else:
            element.outermost = parent.outermost
            element.named = element.furniture or parent.named
            element.kinds = own | parent.kinds if parent.kinds else own


def _is_label(block: TextBlock) -> bool:
    text = block.text.strip()
    return 1 < len(text) <= _LABEL and bool(kind_of_label(text))


_WEIGHTS = {
    "always": -3.2,
    "precise": 1.6,
    "generous": 0.9,
    "linked share": -2.9,
    "mostly linked": 1.3,
    "wholly linked": 0.8,
    "length": 4.3,
    "in a list": 1.4,
    "heading": 0.5,
    "in the core": 2.2,
    "after the text": -2.0,
    "kept around": -0.7,
    "like the text": 1.5,
    "precise near": 1.1,
    "precise beside": 0.4,
    "linked near": -2.0,
    "long near": -1.4,
    "twice": -1.2,
    "calls": -2.1,
    "label": -2.1,
    "linked within the text": -2.1,
    "long in the core": -2.9,
    "furniture": -1.3,
    "aside": -0.7,
    "about": -1.4,
    "author": -1.2,
    "caption": -1.3,
    "foot": -1.1,
    "sign-up": -2.1,
}
SIGNS = tuple(_WEIGHTS)
"""What :func:`signs` gives, in its order."""


def signs(ground: Ground) -> list[tuple[float, ...]]:
    """What is known of each block of a page, in the order of :data:`SIGNS`."""
    blocks = ground.page.blocks
    count = len(blocks)
    precise = [0, *accumulate(block.precise for block in blocks)]
    letters = [0, *accumulate(block.length for block in blocks)]
    linked = [0, *accumulate(block.linked for block in blocks)]
    long = [0, *accumulate(min(block.length, _FULL) for block in blocks)]
    seen = Counter(block.key for block in blocks)
    alike: Counter[tuple[str, str, int]] = Counter()
    for block in blocks:
        if block.precise:
            alike[block.element.look] += block.length
    found = []
    for place, block in enumerate(blocks):
        element = block.element
        low, high = max(0, place - _NEAR), min(count, place + _NEAR + 1)
        beside = precise[min(count, place + 2)] - precise[max(0, place - 1)] - block.precise
        outermost = element.outermost
        density = block.density
        length = min(block.length, _FULL) / _FULL
        kinds = element.kinds
        within = ground.first <= place <= ground.last
        text = block.text
        found.append(
            (
                1.0,
                block.precise,
                block.generous,
                density,
                density > 0.5,
                density > 0.9,
                length,
                element.listed,
                block.is_heading,
                element.inside,
                place > ground.last,
                outermost.kept / max(1, outermost.total) if outermost is not None else 1.0,
                alike[element.look] / max(1, ground.kept),
                (precise[high] - precise[low] - block.precise) / (2 * _NEAR),
                beside / 2,
                (linked[high] - linked[low]) / max(1, letters[high] - letters[low]),
                (long[high] - long[low] - min(block.length, _FULL))
                / (_FULL * max(1, high - low - 1)),
                seen[block.key] > 1,
                block.length < _FULL and bool(_CALL.match(text.lstrip()[:_CALL_LOOK])),
                _is_label(block),
                within and density > 0.5,
                element.inside * length,
                element.named,
                element.aside,
                *(kind in kinds for kind in _NAMES),
            )
        )
    return found


def weigh(ground: Ground) -> list[float]:
    """How much speaks for each block: above zero it stays."""
    weights = tuple(_WEIGHTS.values())
    return [sum(map(mul, weights, each)) for each in signs(ground)]
