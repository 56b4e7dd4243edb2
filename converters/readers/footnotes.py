"""Notes that a source had: marks and texts, wherever they stand, become notes (IN-15).

Marks and notes are told by how they are tied, not by what a program calls them: a short mark is a
link into the same page, and what it leads to leads back, begins with the same mark, or is the
item of that number. So written by pandoc, Word, WordPress, Substack, Ghost and Wikipedia, among
others, and by hand; roles are those of https://www.w3.org/TR/dpub-aria-1.1/ .

:func:`fold_notes` works on the tree before it is walked; the walk then finds the notes at the
place of their marks, as elements named :data:`NOTE`. :func:`fold_plain_notes` works on blocks and
knows notes that are not linked at all: ``[1]`` in the text and ``[1] …`` at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bs4.element import NavigableString, PreformattedString, Tag
from msgspec.structs import replace

from converters.addresses import same_page
from converters.article import (
    Block,
    Heading,
    Inline,
    LineBreak,
    Note,
    Paragraph,
    Superscript,
    Text,
    ThematicBreak,
    plain_text,
    query,
    trimmed,
    walk,
)
from converters.readers.pictures import attribute
from converters.readers.pieces import Findings
from converters.readers.soup import Parsed

__all__ = ["NOTE", "fold_notes", "fold_plain_notes", "without_label"]

NOTE = "broadsheet-note"
"""Name of the element that stands in a mark's place. Its ``ref`` tells equal notes, of which the
first holds the content; ``label`` is how the source called it."""

_LABEL = (
    r"(?:(?:注|註|note|fn|n)\.?\s*)?"
    r"(?P<label>\d{1,4}|[a-z]{1,2}|[ivxlc]{1,7}|\*{1,4}|[†‡§¶#]{1,3}|[①-⑳㉑-㉟㊱-㊿])"
)
_MARK = re.compile(rf"[\[(（［〔【]?\s*{_LABEL}\s*[\])）］〕】]?[.:：]?", re.IGNORECASE)
_BRACKETS = frozenset(("[]", "()", "（）", "［］", "〔〕", "【】"))
_STARTING = re.compile(
    rf"\^?\s*(?:[\[(（［〔【]\s*{_LABEL}\s*[\])）］〕】]"
    rf"|{_LABEL.replace('label', 'bare')}(?=[.:：、)\s]))",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[(（［〔【].*[\])）］〕】]")
_BACK = re.compile(
    r"[\s↩↑^⬆⤴↵⏎⇑▲←«\ufe0e\ufe0f]+"
    r"|(?:jump )?(?:back )?(?:up|to (?:the )?(?:text|content|article|top))(?: to:?)?"
    r"|back|return(?: to (?:text|article))?|zurück|retour|volver|返回(?:正文|原文)?|回到正文|戻る",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"foot-?note|end-?note|cite[_-]?note|(?:^|[\s_-])(?:fn|ftn|edn|references?|noten?)(?:[\s_\d:-]|$)|注|註",
    re.IGNORECASE,
)
_ROLES = frozenset(("doc-footnote", "doc-endnote", "doc-endnotes", "note"))
_TITLES = frozenset(
    re.sub(r"\s", "", title)
    for title in (
        "notes, note, footnotes, footnote, endnotes, references, citations, sources, "
        "notes and references, references and notes, notes & references, anmerkungen, fußnoten, "
        "einzelnachweise, quellen, références, notes et références, notes de bas de page, notas, "
        "referencias, notas y referencias, notas al pie, referências, riferimenti, noten, "
        "voetnoten, noter, fotnoter, referenser, przypisy, примечания, сноски, примітки, "
        "dipnotlar, 注释, 注釋, 註釋, 註解, 注解, 脚注, 腳註, 註脚, 注, 註, 参考, 参考资料, "
        "參考資料, 参考文献, 參考文獻, 参考来源, 引用, 出典, 각주, 출처, 주석, "
        "الهوامش, المراجع, هوامش, הערות שוליים, הערות, پانویس, منابع, chú thích, เชิงอรรถ"
    ).split(",")
)
_HOLDERS = frozenset(("li", "p", "dd", "div", "aside", "section", "td", "tr"))
_INLINE = frozenset("a span sup b i em strong small cite font".split())
_MARK_LENGTH = 16  # characters of a mark, at most
_MAX_NOTES = 5000
_MAX_SIBLINGS = 100  # that are looked at
_NEAR = 3  # how many elements above a link its identifier may stand


@dataclass(slots=True)
class _Page:
    """What of a tree matters to notes: targets and links, in the order of the text."""

    places: dict[str, tuple[int, Tag]] = field(default_factory=dict)
    links: list[tuple[int, Tag, str]] = field(default_factory=list)

    def fragments(self) -> dict[int, str]:
        """Where each link leads, by the link's identity."""
        return {id(link): fragment for _, link, fragment in self.links}


@dataclass(slots=True)
class _Found:
    """A note: the element that holds it, and the marks that call it."""

    holder: Tag
    label: str
    identifiers: set[str] = field(default_factory=set)
    marks: list[Tag] = field(default_factory=list)


def fold_notes(parsed: Parsed, base: str, findings: Findings) -> None:
    """Put the notes of a tree where their marks stand, each in an element :data:`NOTE`.

    ``base`` is the page's own address, since a mark may carry it. What is left out (ways back,
    the emptied list's title) is noted in ``findings``.
    """
    if not parsed.targets:
        return
    page = _survey(parsed, base)
    notes = _pair(page)
    if not notes:
        return
    called = {name for note in notes for mark in note.marks for name in _names_near(mark)}
    holders = {id(note.holder) for note in notes}
    parents: dict[int, tuple[Tag | None, list[Tag]]] = {}
    for note in notes:
        _, before = parents.setdefault(id(note.holder.parent), (note.holder.parent, []))
        previous = _previous(note.holder)
        if previous is not None and id(previous) not in holders:
            before.append(previous)
    fragments = page.fragments()
    for number, note in enumerate(notes):
        _remove_ways_back(note.holder, called, fragments, findings)
        note.holder.extract()
        for index, mark in enumerate(note.marks):
            element = parsed.soup.new_tag(NOTE, attrs={"ref": str(number), "label": note.label})
            if index == 0:
                element.extend(list(note.holder.contents))
            _remove_brackets(mark)
            mark.replace_with(element)
    for parent, before in parents.values():
        _remove_emptied(parent, before, findings)
    parsed.targets -= called | {name for note in notes for name in note.identifiers}


def _remove_brackets(mark: Tag) -> None:
    """Take away the brackets that stand around a mark, outside its link."""
    left, right = mark.previous_sibling, mark.next_sibling
    if type(left) is NavigableString and type(right) is NavigableString:
        start, end = str(left).rstrip(), str(right).lstrip()
        if start[-1:] + end[:1] in _BRACKETS:
            left.replace_with(NavigableString(start[:-1]))
            right.replace_with(NavigableString(end[1:]))


def _survey(parsed: Parsed, base: str) -> _Page:
    """Every target of a link, and every link to one, with their places."""
    page = _Page()
    for place, tag in enumerate(parsed.soup.find_all(True)):
        attrs = tag.attrs
        if not attrs:
            continue
        for name in ("id", "name"):
            identifier = attrs.get(name)
            if identifier in parsed.targets and identifier not in page.places:
                page.places[identifier] = (place, tag)
        if tag.name == "a" and "#" in (href := attribute(tag, "href")):
            fragment = same_page(href.strip(), base)
            if fragment is None:  # the page under another address: a way back must confirm it
                fragment = href.partition("#")[2]
            if fragment in parsed.targets:
                page.links.append((place, tag, fragment))
    return page


def _pair(page: _Page) -> list[_Found]:
    """The notes of a page with their marks, in the order of the first marks."""
    found: dict[int, _Found] = {}
    items: dict[int, dict[int, int]] = {}
    back_to: dict[str, list[Tag]] = {}
    for _, link, fragment in page.links:
        back_to.setdefault(fragment, []).append(link)
    for place, link, fragment in page.links:
        target_place, target = page.places.get(fragment, (0, link))
        if target_place <= place or not _is_short(link):
            continue
        match = _MARK.fullmatch(link.get_text().strip())
        if match is None or len(found) >= _MAX_NOTES:
            continue
        holder = _holder(target)
        if holder is None or _contains(holder, link):
            continue
        leads_back = any(
            _contains(holder, back) for name in _names_near(link) for back in back_to.get(name, ())
        )
        if leads_back or _looks_like(link, target, holder, match["label"], items):
            note = found.setdefault(id(holder), _Found(holder, match["label"]))
            note.identifiers.add(fragment)
            note.marks.append(_whole_mark(link))
    return [note for note in found.values() if _has_words(note.holder)]


def _names_near(link: Tag) -> list[str]:
    """The identifiers by which a way back may call a mark: its own, and of what wraps it."""
    names: list[str] = []
    node: Tag | None = link
    for _ in range(_NEAR):
        if node is None or not _is_short(node):
            break
        names += [attribute(node, "id"), attribute(node, "name")]
        node = node.parent
    for child in link.find_all(True, limit=4):
        names.append(attribute(child, "id"))
    before = link.previous_sibling  # <a id="back1"></a><a href="#note1">1</a>
    if isinstance(before, Tag) and not before.get_text(strip=True):
        names += [attribute(before, "id"), attribute(before, "name")]
    return [name for name in names if name]


def _is_short(tag: Tag) -> bool:
    """Whether ``tag`` holds no more than a mark; no more of it is looked at than that takes."""
    length = 0
    for number, node in enumerate(tag.descendants):
        length += len(node) if isinstance(node, NavigableString) else 0
        if length > 2 * _MARK_LENGTH or number > 2 * _MARK_LENGTH:
            return False
    return True


def _holder(target: Tag) -> Tag | None:
    """The element that holds the whole note that ``target`` begins; ``None`` where none does."""
    node = target
    while node.name in _INLINE:
        if node.parent is None or _text_before(node):
            return None
        node = node.parent
    if node.name == "td" and node.parent is not None and node.parent.name == "tr":
        node = node.parent
    if node.name not in _HOLDERS:
        return None
    # A note of several blocks: its own box, so called, or its item of a list.
    while (parent := node.parent) is not None and not _text_before(node):
        own = parent.name in ("li", "dd") or (
            parent.name in ("div", "aside")
            and _NAMED.search(f"{attribute(parent, 'class')} {attribute(parent, 'id')}")
            and _is_alone(node, parent)
        )
        if not own:
            break
        node = parent
    return node


def _is_alone(node: Tag, parent: Tag) -> bool:
    """Whether no other element of ``parent`` is tied to a link of its own, as ``node`` is."""
    others = (tag for tag in parent.find_all(True, recursive=False) if tag is not node)
    return not any("id" in tag.attrs or tag.find(id=True) is not None for tag in others)


def _text_before(node: Tag) -> bool:
    """Whether words stand before ``node`` within its parent."""
    for number, sibling in enumerate(node.previous_siblings):
        text = _opening(sibling) if isinstance(sibling, Tag) else str(sibling)
        text = text.strip()
        # Of so many marks and blanks in a row none belongs to this one.
        if number > _MAX_SIBLINGS or (text and not _MARK.fullmatch(text)):
            return True
    return False


def _opening(tag: Tag) -> str:
    """The words of ``tag``, or so many of them that they are no mark."""
    words = ""
    for text in tag.strings:
        words += text
        if len(words) > 4 * _MARK_LENGTH and len(words.strip()) > _MARK_LENGTH:
            break
    return words


def _contains(holder: Tag, tag: Tag) -> bool:
    return any(parent is holder for parent in (tag, *tag.parents))


def _looks_like(
    link: Tag, target: Tag, holder: Tag, label: str, items: dict[int, dict[int, int]]
) -> bool:
    """Whether a mark that nothing leads back to is one all the same: raised or in brackets, to
    a note that is called one, begins with the same mark, or is the item of that number. ``items``
    keeps the places of items in the lists that were counted, both by their identities.
    """  # noqa: D205 - the first sentence needs two lines
    raised = link.find_parent("sup") is not None or link.find("sup") is not None
    if not raised and not _BRACKETED.fullmatch(link.get_text().strip()):
        return False
    for node in (target, holder, holder.parent, holder.parent and holder.parent.parent):
        if isinstance(node, Tag) and (
            attribute(node, "role") in _ROLES
            or _NAMED.search(f"{attribute(node, 'class')} {attribute(node, 'id')}")
        ):
            return True
    start = holder.get_text()[:80].strip()
    found = _starting_label(start)
    if found and found[0] == label.casefold():
        return True
    if holder.name == "li" and holder.parent is not None and label.isdigit():
        if id(holder.parent) not in items:
            listed = holder.parent.find_all("li", recursive=False)
            items[id(holder.parent)] = {id(item): place for place, item in enumerate(listed, 1)}
        return items[id(holder.parent)].get(id(holder)) == int(label)
    return False


def _starting_label(text: str) -> tuple[str, int] | None:
    """The mark that ``text`` begins with (in brackets, with a stop, before a space), its end."""
    match = _STARTING.match(text)
    if match is None:
        return None
    return (match["label"] or match["bare"]).casefold(), match.end()


def _whole_mark(link: Tag) -> Tag:
    """The element that is nothing but the mark: the link, or the ``sup`` or span around it."""
    node = link
    while node.parent is not None and node.parent.name in _INLINE:
        if not _is_short(node.parent):
            break
        rest = "".join(
            child.get_text() if isinstance(child, Tag) else str(child)
            for child in node.parent.contents
            if child is not node
        )
        if rest.strip("[]()（）［］〔〕【】 \n\t,，"):
            break
        if any(
            isinstance(c, Tag) and c is not node and c.name == "a" for c in node.parent.contents
        ):
            break
        node = node.parent
    return node


def _remove_ways_back(
    holder: Tag, called: set[str], fragments: dict[int, str], findings: Findings
) -> None:
    """Take the links back to the marks out of a note."""
    for link in holder.find_all("a"):
        if fragments.get(id(link)) not in called:
            continue
        words = link.get_text().strip()
        if _BACK.fullmatch(words) or _MARK.fullmatch(words) or not words:
            findings.drop("way back from a note", "each writer has its own", words)
            parent = link.parent
            _remove_brackets(link)
            link.extract()
            while parent is not None and parent is not holder and not _has_words(parent):
                emptied, parent = parent, parent.parent
                emptied.extract()


def _has_words(tag: Tag) -> bool:
    """Whether there is more than a mark or an arrow in ``tag``."""
    text = tag.get_text().strip().strip("^[]()")
    return bool(text) or tag.find(("img", "table", "math")) is not None


def _previous(tag: Tag) -> Tag | None:
    """The element before ``tag``, within its parent."""
    found = tag.find_previous_sibling()
    return found if isinstance(found, Tag) else None


def _remove_emptied(parent: Tag | None, before: list[Tag], findings: Findings) -> None:
    """Remove the box that held notes once nothing else is in it, and the title above them."""
    while parent is not None and parent.name not in ("body", "html", "[document]", "article"):
        words = _squeezed(parent)
        if (words and words not in _TITLES) or parent.find(("img", "iframe", NOTE)) is not None:
            break
        if words:
            findings.drop("title of notes", "its notes stand at their marks", parent.get_text())
        emptied, parent = parent, parent.parent
        previous = _previous(emptied)
        before = [previous] if previous is not None else []
        emptied.extract()
    for title in before:
        is_box = title.name in ("section", "article")
        if not is_box and _squeezed(title) in _TITLES and _ends_with(title):
            findings.drop("title of notes", "its notes stand at their marks", title.get_text())
            title.extract()


def _squeezed(tag: Tag) -> str:
    """The words of ``tag`` as :data:`_TITLES` has them."""
    return "".join(tag.get_text().split()).casefold().strip(":：[]")


def _ends_with(title: Tag) -> bool:
    """Whether nothing that belongs to ``title`` follows it: no text before the next heading."""
    following = title.next_sibling
    while following is not None:
        if isinstance(following, Tag):
            if re.fullmatch("h[1-6]", following.name):
                return True
            if following.get_text(strip=True) or following.find("img") is not None:
                return False
        elif not isinstance(following, PreformattedString) and str(following).strip():
            return False
        following = following.next_sibling
    return True


# --- Notes without links -------------------------------------------------------------------

_PLAIN = re.compile(r"\s*(?:[\[［【](?P<number>\d{1,3})[\]］】]|(?P<circled>[①-⑳]))[.、:：]?\s*")
_IN_TEXT = re.compile(r"\s?(?:[\[［【](?P<number>\d{1,3})[\]］】]|(?P<circled>[①-⑳]))")


def fold_plain_notes(blocks: tuple[Block, ...], findings: Findings) -> tuple[Block, ...]:
    """``blocks`` with notes that are only written, not linked, put where their marks stand.

    They count as notes where the last of the blocks are ``[1] …``, ``[2] …`` without a gap, and
    every one of these marks stands in the text before; a single one needs a title such as “Notes”
    as well, and so do circled numbers, which also count the parts of a text.
    """
    start, end, notes = _written_notes(blocks)
    if not notes:
        return blocks
    title = _title_before(blocks, start)
    circled = not all(map(str.isascii, notes))
    ruled = start > 0 and isinstance(blocks[start - 1], ThematicBreak)
    if (len(notes) == 1 or circled) and not (title or ruled):
        return blocks
    text = blocks[: start - 1] if title or ruled else blocks[:start]
    if not set(notes) <= _marks(text):
        return blocks
    if title:
        findings.drop(
            "title of notes", "its notes stand at their marks", plain_text(blocks[start - 1])
        )
    return walk(text, lambda node: _with_notes(node, notes)) + blocks[end:]


def _written_notes(blocks: Sequence[Block]) -> tuple[int, int, dict[str, Note]]:
    """The last run of blocks that begin with marks: its start, its end, its notes."""
    end = len(blocks)
    lowest = max(0, end - 4)  # a line or two may stand below: who wrote it, what is reserved
    while end > lowest and not _lines_with_marks(blocks[end - 1]):
        end -= 1
    start = end
    lines: list[tuple[str, tuple[Inline, ...]]] = []
    while start > 0 and (found := _lines_with_marks(blocks[start - 1])):
        lines = found + lines
        start -= 1
        if found[0][0] in ("1", "①"):
            break
    keys = [key for key, _ in lines]
    wanted = [str(n + 1) for n in range(len(keys))]
    circled = [chr(ord("①") + n) for n in range(len(keys))]
    if not keys or keys not in (wanted, circled):
        return 0, 0, {}
    return start, end, {key: Note((Paragraph(run),)) for key, run in lines}


def _lines_with_marks(block: Block) -> list[tuple[str, tuple[Inline, ...]]]:
    """The lines of a paragraph, each with its mark, where all of them begin with one."""
    if not isinstance(block, Paragraph):
        return []
    lines: list[list[Inline]] = [[]]
    for item in block.content:
        if isinstance(item, LineBreak):
            lines.append([])
        else:
            lines[-1].append(item)
    found = []
    for line in filter(None, lines):
        first = line[0]
        match = _PLAIN.match(first.text) if isinstance(first, Text) else None
        if match is None or not isinstance(first, Text):
            return []
        rest = trimmed((Text(first.text[match.end() :] or " "), *line[1:]))
        if not rest:
            return []
        found.append((match["number"] or match["circled"], rest))
    return found


def _title_before(blocks: Sequence[Block], start: int) -> bool:
    if not start or not isinstance(blocks[start - 1], Heading | Paragraph):
        return False
    words = "".join(plain_text(blocks[start - 1]).split()).casefold().strip(":：[]")
    return words in _TITLES


def _marks(blocks: tuple[Block, ...]) -> set[str]:
    """The marks that stand in the text."""
    found: set[str] = set()
    for node in query(blocks, Text, Superscript):
        if isinstance(node, Text):
            matches = _IN_TEXT.finditer(node.text)
            found.update(match["number"] or match["circled"] for match in matches)
        else:
            found.add(plain_text(node).strip())
    return found


def _with_notes(node: Any, notes: dict[str, Note]) -> Any:
    """A text with its marks made notes; a raised number that is one."""
    if isinstance(node, Superscript):
        # What it holds was rewritten before it.
        if len(node.content) == 1 and isinstance(node.content[0], Note):
            return node.content
        return notes.get(plain_text(node.content).strip(), node)
    if not isinstance(node, Text):
        return node
    out: list[Inline] = []
    place = 0
    for match in _IN_TEXT.finditer(node.text):
        note = notes.get(match["number"] or match["circled"])
        if note is not None:
            if match.start() > place:
                out.append(Text(node.text[place : match.start()]))
            out.append(note)
            place = match.end()
    if not out:
        return node
    if place < len(node.text):
        out.append(Text(node.text[place:]))
    return out


def without_label(blocks: tuple[Block, ...], label: str) -> tuple[Block, ...]:
    """A note's blocks without the mark ``label`` that it begins with: each writer has its own."""
    if not blocks or not isinstance(blocks[0], Paragraph):
        return blocks
    content = blocks[0].content
    first = content[0]
    if isinstance(first, Superscript) and _starts_with(plain_text(first), label):
        rest = trimmed(content[1:])
    elif isinstance(first, Text):
        start = _starting_label(first.text)
        cut = first.text[start[1] :] if start and start[0] == label.casefold() else first.text
        cut = cut.lstrip("^").lstrip(".:：、) ")
        rest = trimmed((Text(cut), *content[1:]) if cut else content[1:])
    else:
        return blocks
    if not rest:
        return blocks[1:] or blocks
    return (replace(blocks[0], content=rest), *blocks[1:])


def _starts_with(text: str, label: str) -> bool:
    match = _MARK.fullmatch(text.strip())
    return match is not None and match["label"].casefold() == label.casefold()
