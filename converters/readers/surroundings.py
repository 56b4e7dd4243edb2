"""What a site puts around its articles, taken off the tree before it is read.

Told by how the web is written and not by a site's names: what a short label says (in many
languages), how much of the words beside it are links and where those lead, forms, dates, ``rel``
and machine-readable marks. Whatever has 40 characters or more goes only on two signs (IN-18,
IN-19), and everything that goes is handed back with its words and addresses. The lines that say
who wrote and when are read before they go (IN-4, IN-5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from converters.addresses import resolve, site_of
from converters.readers.dates import Moment, find, parse
from converters.readers.furniture import is_share_address
from converters.readers.label_words import LABELS
from converters.readers.pictures import attribute
from converters.readers.pieces import Findings

__all__ = ["Surroundings", "kind_of_label", "take_surroundings"]

_SHORT = 40  # characters: less than this may go on one sign
_LONG = 120  # characters of a paragraph that is text
_LABEL = 48  # characters that a label may have


# What a label may say, by kind, with a count, an arrow or a mark around it.
_KINDS_OF_LABELS = "|".join(f"(?P<{kind}>{'|'.join(words)})" for kind, words in LABELS.items())
_LABEL_LINE = re.compile(
    rf"[\W\d_]*(?:{_KINDS_OF_LABELS})(?:\s*[(（]?\d*[)）]?)?[\W_]*", re.IGNORECASE
)
_HIDDEN_NAME = re.compile(
    r"(?:^|\s)(?:[\w-]*screen-?reader(?:-text|-only)?|sr-only|visually-?hidden|a11y-hidden"
    r"|element-(?:invisible|hidden)|assistive-text|u-?hidden-?visually)(?:\s|$)",
    re.IGNORECASE,
)
_HIDDEN_HINT = re.compile("reader|hidden|sr-|invisible|assist")
_COMMENT_NAME = re.compile(
    r"(?:^|[\s_#/-])(?:comments?|respond|replies|disqus|discussion)(?:[\s_/#-]|\d|$)", re.IGNORECASE
)
_TO_COMMENTS = re.compile(
    r"#(?:comments?|respond|disqus)|/comment/reply|replytocom=", re.IGNORECASE
)
_REPLY = re.compile(
    r"\W*(?:(?:log in (?:or register )?to )?(?:reply|respond)(?: to .{1,40})?|回复|回覆"
    r"|回應|返信(?:する)?|antworten|répondre|responder|rispondi|ответить|답글(?: 달기)?"
    r"|رد|beantwoorden|yanıtla)\W*",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"/(?:authors?|users?|people|profiles?|by|contributors?|staff|autor(?:en|es)?|auteurs?|writer)"
    r"/[^/?#]+/?$|/@[^/]+/?$"
)
_GROUPS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|sections?|kategorie|rubrik|themen?|etiquetas?|labels?"
    r"|columns?|channels?)/[^?#]+"
)
_DATE_WORDS = re.compile(
    r"\b(?:published|posted|updated|modified|submitted|written|by|on|in|at|and|from|von|par|por|am"
    r"|le|el|il|den|last|min(?:ute)?s?|read|lesezeit|tagged|tags?|filed under|categor(?:y|ies)|uhr"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)(?:day|nesday|rsday|urday)?)\b"
    r"|发布于|發布於|发表于|發表於|更新于|更新於|发布|發布|提交|作者|来源|來源|标签|標籤|分类|分類"
    r"|阅读时间|分钟|分鐘|星期[一二三四五六日天]|[在于於由]|公開日|更新日|投稿日|カテゴリー|タグ",
    re.IGNORECASE,
)
_NO_LETTERS = re.compile(r"[\d\W_]+")
_DAY = re.compile(r"(?:19|20)\d{2}|\d{1,2}[:：]\d{2}|\d{1,2}[./-]\d{1,2}")
_BLOCKS = frozenset(
    (
        "address article aside blockquote body center dd details div dl dt fieldset figcaption"
        " figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody"
        " td tfoot th thead tr ul"
    ).split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MAX_CANDIDATES = 400
_PORTRAIT = 100  # pixels
_MOST_LEFT = 12  # letters of a line about the article that are neither names nor dates
_LONGEST_LINE = 300  # characters of a line about the article
_CLIMB = 16  # elements that a label may be wrapped in


@dataclass(slots=True)
class Surroundings:
    """What was taken off, and what its lines said.

    ``lines`` are those of which a part has no place in the other fields; ``dropped`` are (what,
    reason, words, addresses).
    """

    authors: list[str] = field(default_factory=list)
    published: Moment | None = None
    updated: Moment | None = None
    tags: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dropped: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)

    def report(self, findings: Findings) -> None:
        """Note all that was dropped, and the tags."""
        for what, reason, text, addresses in self.dropped:
            findings.drop(what, reason, text, addresses)
        findings.tags += self.tags


def take_surroundings(soup: BeautifulSoup | Tag, *, url: str = "") -> Surroundings:
    """Take what stands around the article off ``soup``, which is changed.

    ``url`` is the page's address: links to its own site tell lists of articles from references.
    """
    return _Taking(soup, url).run()


class _Taking:
    def __init__(self, soup: BeautifulSoup | Tag, url: str) -> None:
        self.soup = soup
        self.url = url
        self.site = site_of(url)
        self.found = Surroundings()
        self.within: set[int] = set()  # lines with running text before and after

    @cached_property
    def total(self) -> int:
        """How many characters there were at the first time of asking."""
        return len(_text(self.soup))

    def run(self) -> Surroundings:
        lines, hidden, labels, bars = self._survey()
        for tag in hidden:
            if self._stands(tag) and len(_text(tag)) < _SHORT:
                self._drop(tag, "hidden text", "is there for screen readers or scripts only")
        for kind, tag in labels:
            if self._stands(tag):
                self._section(kind, tag)
        for tag in bars:
            if self._stands(tag):
                self._bar(tag)
        for tag in lines:
            if self._stands(tag):
                self._line(tag)
        return self.found

    def _bar(self, link: Tag) -> None:
        """Drop the element around ``link`` in which every link shares the page or answers it."""
        bar = link
        while bar.parent is not None and bar.parent is not self.soup:
            parent = bar.parent
            if len(_loose(parent, ("a",), _SHORT)) >= _SHORT // 2:
                break
            links = [attribute(tag, "href") for tag in parent.find_all("a", limit=40)]
            if not all(is_share_address(to) or _TO_COMMENTS.search(to) for to in links if to):
                break
            if len(links) >= 40:
                break
            bar = parent
        if len(_text(bar)) < 3 * _SHORT and (bar.name in _BLOCKS or bar.find("img") is not None):
            self._drop(bar, "share bar", "its links all share the page elsewhere, or answer it")

    def _survey(self) -> tuple[list[Tag], list[Tag], list[tuple[str, Tag]], list[Tag]]:
        """One pass: lines that may be about the article, hidden elements, labels, share links."""
        bars: list[Tag] = []
        lines: list[Tag] = []
        hidden: list[Tag] = []
        labels: list[tuple[str, Tag]] = []
        seen: set[int] = set()
        waiting: list[int] = []  # lines below the first paragraph, until another one follows
        begun = False
        for node in self.soup.descendants:
            if isinstance(node, Tag):
                name = str(node.attrs.get("class") or "")
                if name and _HIDDEN_HINT.search(name) and _HIDDEN_NAME.search(name):
                    hidden.append(node)
                if node.name == "a" and len(bars) < _MAX_CANDIDATES:
                    address = attribute(node, "href")
                    if is_share_address(address) or _TO_COMMENTS.search(address):
                        bars.append(node)
                if node.name in ("time", "a") and len(lines) < _MAX_CANDIDATES:
                    line = self._about(node)
                    if line is not None and id(line) not in seen:
                        seen.add(id(line))
                        lines.append(line)
                        waiting += [id(line)] * begun
            elif type(node) is NavigableString and len(labels) < _MAX_CANDIDATES:
                text = node.strip()
                if len(text) > _LONG // 2:
                    begun = True
                    self.within.update(waiting)
                    waiting.clear()
                elif 1 < len(text) <= _LABEL:
                    kind = kind_of_label(text)
                    tag = _whole(node, text) if kind else None
                    if kind and tag is not None:
                        labels.append((kind, tag))
        return lines, hidden, labels, bars

    def _about(self, tag: Tag) -> Tag | None:
        """The line that ``tag`` stands in, if it is a date or a link to a person or a topic."""
        if tag.name == "a":
            rel = attribute(tag, "rel")
            address = attribute(tag, "href")
            if not (
                "author" in rel
                or "tag" in rel
                or _PEOPLE.search(address)
                or _GROUPS.search(address)
            ):
                return None
        line = tag.parent
        while line is not None and line.name not in _BLOCKS:
            line = line.parent
        if line is not None and line.name == "li":
            line = line.find_parent(("ul", "ol")) or line
        return line

    def _stands(self, tag: Tag) -> bool:
        """Whether ``tag`` is still part of the tree."""
        return tag is self.soup or any(parent is self.soup for parent in tag.parents)

    def _drop(self, tag: Tag, what: str, reason: str) -> None:
        addresses = [resolve(attribute(link, "href"), self.url) for link in tag.find_all("a")]
        addresses += [resolve(attribute(image, "src"), self.url) for image in tag.find_all("img")]
        kept = tuple(address for address in addresses if address.startswith("http"))
        self.found.dropped.append((what, reason, _spaced(tag), kept))
        tag.extract()

    # --- sections under a label

    def _section(self, kind: str, label: Tag) -> None:
        region = self._region(label, kind)
        words = [_text(tag) for tag in region]
        size = sum(map(len, words))
        if kind == "comments":
            take = self._are_comments(region, label, size)
        elif kind == "related":
            take = self._are_related(region, label, size)
        elif kind == "share":
            take = self._is_shared(region, label, size)
        elif kind == "newsletter":
            take = any(tag.find(("form", "input", "button")) for tag in region) and size < 600
        elif kind == "navigation":
            take = size < 400 and _linked(region) * 2 > size
        else:
            take = size < 2 * _SHORT and label.name in _HEADINGS
        if take:
            for tag in region:
                self._drop(tag, _KINDS[kind], _REASONS[kind])

    def _region(self, label: Tag, kind: str) -> list[Tag]:
        """What a label stands over: the container that it opens, or what follows it."""
        top = label
        for _ in range(_CLIMB):
            parent = top.parent
            if parent is None or parent is self.soup:
                break
            if parent.name in ("body", "html", "main", "article"):
                break
            if _has_before(top) or self._is_text(parent):
                break
            top = parent
        if _text(top) != _text(label) or top.find(["img", "a", "form"]) is not None:
            return [top]
        region = [top]
        for node in top.next_siblings:
            if not isinstance(node, Tag):
                if str(node).strip():
                    break
                continue
            if _opens(node, label) or self._is_text(node) or _is_own(node, kind):
                break
            region.append(node)
        return region

    def _is_text(self, tag: Tag) -> bool:
        """Whether ``tag`` holds running text: paragraphs that are long and mostly no link."""
        found = (
            [tag, *tag.find_all("p", limit=60)] if tag.name == "p" else tag.find_all("p", limit=60)
        )
        long = [p for p in found if len(_text(p)) > _LONG and _linked([p]) * 3 < len(_text(p))]
        if not found and not tag.find(list(_BLOCKS)):
            return len(_text(tag)) > _LONG and _linked([tag]) * 3 < len(_text(tag))
        return bool(long) and not _COMMENT_NAME.search(_name(tag))

    def _are_related(self, region: list[Tag], label: Tag, size: int) -> bool:
        """Links to the same site, and little else; a label with nothing under it."""
        own = size - len(_text(label))
        links = [link for tag in region for link in tag.find_all("a") if attribute(link, "href")]
        if not own and not links:
            return label.name in _HEADINGS and not _follows(region[-1])
        home = sum(self._is_home(attribute(link, "href")) for link in links)
        if not links or home * 3 < len(links) * 2:
            return False
        linked = _linked(region)
        headings = sum(len(_text(h)) for tag in region for h in tag.find_all(list(_HEADINGS)))
        return max(linked, min(headings, linked + headings)) * 5 >= own * 2 and size < max(
            2500, self.total // 3
        )

    def _are_comments(self, region: list[Tag], label: Tag, size: int) -> bool:
        if size == len(_text(label)):
            return label.name in _HEADINGS and not _follows(region[-1])
        if size * 3 > self.total and not any(map(_is_answered, region)):
            return False  # contributions to a debate are an article
        signs = 0
        for tag in region:
            named = (
                _COMMENT_NAME.search(_name(tag))
                or tag.find(id=_COMMENT_NAME)
                or tag.find(class_=_COMMENT_NAME)
            )
            linked = any(
                _COMMENT_NAME.search(attribute(link, "href"))
                for link in tag.find_all("a", limit=40)
            )
            signs += bool(named) + linked + (tag.find(("form", "textarea", "time")) is not None)
        return signs > 0

    def _is_shared(self, region: list[Tag], label: Tag, size: int) -> bool:
        links = [attribute(link, "href") for tag in region for link in tag.find_all("a")]
        if not links:
            alone = label.name in (*_HEADINGS, "button", "span", "div")
            return size == len(_text(label)) and alone and not _follows(region[-1])
        return size < 400 and all(
            is_share_address(link) or link.startswith(("#", "javascript:"))
            for link in links
            if link
        )

    def _is_home(self, address: str) -> bool:
        """Whether an address is of the page's own site, or of none."""
        if not address.lower().startswith(("http", "//")):
            return not address.startswith(("mailto:", "tel:"))
        host = site_of(resolve(address, self.url))
        return bool(self.site) and (
            host == self.site or host.endswith("." + self.site) or self.site.endswith("." + host)
        )

    # --- lines about the article

    def _line(self, line: Tag) -> None:
        """Read and drop a line that says who, when, under which headings, and nothing else."""
        if _letters(_loose(line, ("a", "time"), _LONGEST_LINE)) > _MOST_LEFT:
            return  # nor would it be one with what stands beside it
        line = self._widest(line)
        people, groups, times, beside, dated, left = self._parts(line)
        if left > _MOST_LEFT or _shows_something(line):
            return
        text = _spaced(line)
        if not people and not groups and id(line) in self.within:
            return  # a date between paragraphs may be the text's own
        if not dated and len(people) + len(groups) < 2 and not (groups and left < 3):
            return
        if left > (_MOST_LEFT if dated else 8) or (not dated and not groups):
            return
        self._learn(people, groups, times, text)
        if left or beside:
            self.found.lines.append(text)
        self._drop(line, "byline", "stands in the metadata")

    def _parts(self, line: Tag) -> tuple[list[Tag], list[Tag], list[Tag], list[Tag], bool, int]:
        """Links to people, to topics, times, other links of a line; whether it names a day; how
        many letters it has besides.
        """  # noqa: D205 - the first sentence needs two lines
        text = _spaced(line)
        if not text or len(text) > _LONGEST_LINE:
            return [], [], [], [], False, _LONGEST_LINE
        links = line.find_all("a")
        people = [link for link in links if self._names(link, "author", _PEOPLE)]
        # By identity: Beautiful Soup compares and hashes elements by all that is in them.
        named = set(map(id, people))
        groups = [link for link in links if id(link) not in named]
        groups = [link for link in groups if self._names(link, "tag", _GROUPS)]
        times = line.find_all("time")
        beside: list[Tag] = []
        if times and len(text) < 2 * _SHORT:
            # Beside a date in a short line a link to the same site names a section or the site.
            beside = [link for link in links if self._is_home(attribute(link, "href"))]
            beside = beside if len(beside) < 4 else []
        rest = text
        for tag in [*times, *{id(link): link for link in (*people, *groups, *beside)}.values()]:
            rest = rest.replace(_spaced(tag), " ", 1)
        dated = bool(times) or bool(_DAY.search(rest))
        return people, groups, times, beside, dated, _letters(rest)

    def _names(self, link: Tag, rel: str, address: re.Pattern[str]) -> bool:
        """Whether a link leads to who wrote or to a topic: by its ``rel``, or on the same site."""
        if rel in attribute(link, "rel").split():
            return True
        target = attribute(link, "href")
        return bool(address.search(target)) and self._is_home(target)

    def _widest(self, line: Tag) -> Tag:
        """The element around ``line`` that still is one such line: a byline in several spans."""
        for _ in range(3):
            parent = line.parent
            if (
                parent is None
                or parent is self.soup
                or parent.name in ("body", "article", "main", "section")
            ):
                break
            if (
                len(_text(parent)) > 160
                or parent.find(("p", "h2", "h3", "blockquote", "pre")) is not None
                or _shows_something(parent)
            ):
                break
            line = parent
        return line

    def _learn(self, people: list[Tag], groups: list[Tag], times: list[Tag], text: str) -> None:
        found = self.found
        for link in people:
            name = _spaced(link)
            if 1 < len(name) <= _SHORT and name not in found.authors:
                found.authors.append(name)
        for link in groups:
            name = _spaced(link).lstrip("#")
            if 1 <= len(name) <= 60 and name not in found.tags:
                found.tags.append(name)
        for time in times:
            moment = parse(attribute(time, "datetime")) or find(_spaced(time))
            if moment and re.search(r"update|modif", _name(time), re.IGNORECASE):
                found.updated = found.updated or moment
            elif moment:
                found.published = found.published or moment
        if not times:
            found.published = found.published or find(text)


_KINDS = {
    "comments": "comments", "related": "related articles", "share": "share bar",
    "like": "share bar", "newsletter": "newsletter form", "navigation": "navigation",
}  # fmt: skip
_REASONS = {
    "comments": "its label says so, and it is built as such",
    "related": "its label says so, and it is made of links to the same site",
    "share": "its label says so, and its links all share the page elsewhere",
    "like": "its label says so, and there is nothing to read in it",
    "newsletter": "its label says so, and it holds a form",
    "navigation": "its label says so, and it is made of links",
}


# --- Parts -----------------------------------------------------------------------------------


def kind_of_label(text: str) -> str:
    """What kind of furniture a short line is the label of; empty where it is none."""
    match = _LABEL_LINE.fullmatch(text)
    return (match.lastgroup or "") if match else ""


def _text(tag: PageElement) -> str:
    """The words of an element without white space: only their number and equality count."""
    return "".join("".join(tag.get_text().split())) if isinstance(tag, Tag) else str(tag).strip()


def _spaced(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _name(tag: Tag) -> str:
    return f"{attribute(tag, 'class')} {attribute(tag, 'id')}"


def _letters(text: str) -> int:
    """How many letters of ``text`` are not of words that stand beside dates and names."""
    return len("".join(_DATE_WORDS.sub(" ", _NO_LETTERS.sub(" ", text)).split()))


def _loose(tag: Tag, outside: tuple[str, ...], enough: int) -> str:
    """The words of ``tag`` that do not stand in an element of ``outside``; little more than
    ``enough`` characters of them are looked for.
    """  # noqa: D205 - the first sentence needs two lines
    found: list[str] = []
    length = 0
    stack: list[PageElement] = tag.contents[::-1]
    while stack and length <= enough:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name not in outside:
                stack.extend(node.contents[::-1])
        elif type(node) is NavigableString and (words := node.strip()):
            found.append(words)
            length += len(words)
    return " ".join(found)


def _linked(tags: list[Tag]) -> int:
    """How many characters are links."""
    return sum(
        len(_text(link))
        for tag in tags
        for link in ([tag] if tag.name == "a" else tag.find_all("a"))
    )


def _whole(node: NavigableString, text: str) -> Tag | None:
    """The block that says nothing but ``text``: a label, not words in a sentence."""
    tag = node.parent
    words = "".join(text.split())
    for _ in range(_CLIMB):
        if not isinstance(tag, Tag) or not _says_only(tag, words):
            break
        if tag.name in _BLOCKS or tag.name == "button":
            return tag
        if tag.parent is None or not _says_only(tag.parent, words):
            # A label may be a mere span or strong, alone in its line.
            alone = _breaks(tag, before=True) and _breaks(tag, before=False)
            return tag if alone and tag.name not in ("a", "em", "i", "code") else None
        tag = tag.parent
    return None


def _says_only(tag: Tag, words: str) -> bool:
    """Whether ``words`` are all that ``tag`` says; found out without reading more of it."""
    left = words
    for text in tag.strings:
        said = "".join(text.split())
        if not left.startswith(said):
            return False
        left = left[len(said) :]
    return not left


def _breaks(tag: Tag, *, before: bool) -> bool:
    """Whether a line ends on one side of ``tag``."""
    for node in tag.previous_siblings if before else tag.next_siblings:
        if isinstance(node, Tag):
            return node.name in _BLOCKS or node.name == "br"
        if str(node).strip():
            return False
    return True


def _shows_something(tag: Tag) -> bool:
    """Whether more than words stand in ``tag``; a writer's small portrait is no more."""
    pictures = tag.find_all("img")
    small = all(
        attribute(image, "width").isdigit() and int(attribute(image, "width")) <= _PORTRAIT
        for image in pictures
    )
    return not small or tag.find(("h1", "iframe", "form", "video", "table")) is not None


def _has_before(tag: Tag) -> bool:
    """Whether words or pictures stand before ``tag`` in its parent."""
    for node in tag.previous_siblings:
        if isinstance(node, Tag):
            if _text(node) or node.name == "img" or node.find("img") is not None:
                return True
        elif not isinstance(node, PreformattedString) and str(node).strip():
            return True
    return False


def _follows(tag: Tag) -> bool:
    """Whether text of the article comes after ``tag``."""
    seen = 0
    for node in tag.next_elements:
        if type(node) is NavigableString and not any(parent is tag for parent in node.parents):
            seen += len(node.strip())
            if seen > _LONG:
                return True
    return False


def _is_own(node: Tag, kind: str) -> bool:
    """Whether ``node`` has words or a picture that no link leads from: part of the article."""
    if kind == "comments" or node.name in _HEADINGS:
        return False
    if any(
        image.find_parent("a") is None
        for image in [node, *node.find_all("img")]
        if image.name == "img"
    ):
        return True
    return node.name in ("p", "blockquote", "figure", "table", "pre") and node.find("a") is None


def _is_answered(tag: Tag) -> bool:
    """Whether readers can answer in ``tag``: a form, or links to reply."""
    if tag.find(["form", "textarea"]) is not None:
        return True
    return any(
        _TO_COMMENTS.search(attribute(link, "href")) or _REPLY.fullmatch(_spaced(link))
        for link in tag.find_all("a", limit=400)
    )


def _opens(node: Tag, label: Tag) -> bool:
    """Whether ``node`` opens another section: a heading no lower than ``label``."""
    if node.name not in _HEADINGS:
        return False
    return label.name not in _HEADINGS or node.name <= label.name
