"""Escaping for Markdown: a backslash where the text would be taken for markup, and only there.

The dialect is GitHub's (https://github.github.com/gfm/, the specification of GFM on top of
https://spec.commonmark.org/) with footnotes (``[^1]``) and formulas (``$…$``). A paragraph is
judged as a whole, the way a parser meets it: a character may be markup because of what stands
far behind it. :func:`escape` takes the pieces of a paragraph and gives back the finished line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import NamedTuple

from converters.writers._markdown_emphasis import Match, Run, pair, runs

__all__ = [
    "CLOSE",
    "LINK_CLOSE",
    "LINK_OPEN",
    "LITERAL",
    "OPEN",
    "TEXT",
    "Piece",
    "Place",
    "collapse",
    "escape",
    "escape_attribute",
    "escape_title",
    "needs_care",
]

TEXT, LITERAL, OPEN, CLOSE, LINK_OPEN, LINK_CLOSE = range(6)


class Piece(NamedTuple):
    """A part of a line: words (``TEXT``), which may need escapes, or markup, which is finished.

    ``node`` numbers the emphasis whose delimiters an ``OPEN`` and a ``CLOSE`` piece are.
    """

    kind: int
    text: str
    node: int = -1


class Place(NamedTuple):
    """Where a line stands: what it could begin, what surrounds it, how a line is broken in it.

    ``block``: its first line begins a block; ``item``: the first of a list item; ``quote``: the
    first of a quotation; ``around``: the characters before and after it.
    """

    block: bool = False
    item: bool = False
    quote: bool = False
    heading: bool = False
    line_break: str = "\\\n"
    around: str = "\n\n"


_SPACES = re.compile("[ \t\n\r\f\v]+")
# What may need an escape somewhere in a paragraph. Colons, full stops and parentheses are there
# for addresses and for what may follow a note's mark.
_SPECIAL = re.compile(r"[\\`*_\[\]<&~$\t\n\r\f\v]|!$|^[(:]|://|www\.", re.IGNORECASE)
_START = re.compile(r"[#>+=|:0-9-]")

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def needs_care(text: str) -> bool:
    """Whether ``text`` holds anything that could be markup within a line."""
    return _SPECIAL.search(text) is not None


def starts_like_a_block(text: str) -> bool:
    """Whether ``text`` begins with a character that could begin a block."""
    return _START.match(text) is not None


def collapse(text: str) -> str:
    """``text`` on one line: each run of white space is one space."""
    return _SPACES.sub(" ", text)


# --- Attributes of links and tags ----------------------------------------------------------


@cache
def _entity_names() -> frozenset[str]:
    from html.entities import html5

    return frozenset(name for name in html5 if name.endswith(";"))


_ENTITY = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]*;))")


def _is_entity(text: str, position: int) -> bool:
    """Whether a character reference stands at ``position``."""
    match = _ENTITY.match(text, position)
    return match is not None and (match[1] is None or match[1] in _entity_names())


_BACKSLASH_OR_AMPERSAND = re.compile(r"[\\&]")


def escape_title(text: str, quote: str) -> str:
    """Escape ``text`` for a place without inline markup, ended by ``quote`` (may be empty)."""
    text = collapse(text)

    def escaped(match: re.Match[str]) -> str:
        position = match.start()
        if match[0] == "&":
            return r"\&" if _is_entity(text, position) else "&"
        following = text[position + 1 : position + 2] or quote
        return "\\\\" if following and following in _PUNCTUATION else "\\"

    result = _BACKSLASH_OR_AMPERSAND.sub(escaped, text)
    return result.replace(quote, f"\\{quote}") if quote else result


def escape_attribute(text: str) -> str:
    """Escape ``text`` for an HTML attribute in double quotes."""
    text = collapse(text).replace("&", "&amp;").replace('"', "&quot;")
    return text.replace("<", "&lt;").replace(">", "&gt;")


# --- A line --------------------------------------------------------------------------------


def escape(
    pieces: Sequence[Piece], place: Place, defined: Callable[[str], bool]
) -> tuple[str, list[int]]:
    """Join ``pieces`` into a line, escaped as little as its ``place`` allows.

    ``defined`` says whether a footnote of a label exists. The second part of the result are the
    nodes whose delimiters would not be read as such; they need other markup, and the line is of
    no use then.
    """
    return _Line(pieces, place, defined).run()


class _Line:
    """One line in the making: ``plain`` is all of it without escapes, ``escapes`` are places."""

    def __init__(
        self, pieces: Sequence[Piece], place: Place, defined: Callable[[str], bool]
    ) -> None:
        self.pieces = pieces
        self.place = place
        self.defined = defined
        self.plain = "".join([piece.text for piece in pieces])
        self.escapes: set[int] = set()
        self.starts: list[int] = []
        position = 0
        for piece in pieces:
            self.starts.append(position)
            position += len(piece.text)

    def run(self) -> tuple[str, list[int]]:
        self._line_starts()
        self._addresses()
        self._backticks()
        self._tags()
        self._entities()
        self._brackets()
        self._formulas()
        failed = _Delimiters(self).run()
        self._backslashes()
        return self._assembled(), failed

    def is_text(self, position: int) -> bool:
        """Whether the character at ``position`` is one of the words'."""
        if not 0 <= position < len(self.plain):
            return False
        return self.pieces[bisect_right(self.starts, position) - 1].kind == TEXT

    def texts(self) -> Iterator[tuple[int, str]]:
        """The words, with their places."""
        for start, piece in zip(self.starts, self.pieces, strict=True):
            if piece.kind == TEXT:
                yield start, piece.text

    def places(self, character: str) -> Iterator[int]:
        """The places of ``character`` in the words that are not escaped yet."""
        for start, text in self.texts():
            at = text.find(character)
            while at >= 0:
                if start + at not in self.escapes:
                    yield start + at
                at = text.find(character, at + 1)

    def _assembled(self) -> str:
        if not self.escapes:
            return self.plain
        parts: list[str] = []
        last = 0
        for position in sorted(self.escapes):
            parts.append(self.plain[last:position])
            last = position
        parts.append(self.plain[last:])
        return "\\".join(parts)

    # Blocks

    def _line_starts(self) -> None:
        """What would begin a block where a line begins."""
        if self.place.heading:
            if match := _CLOSING_SEQUENCE.search(self.plain):
                self._escape(match.start(1))
            return
        start = 0 if self.place.block else self.plain.find("\n") + 1
        while start or self.place.block:
            self._line_start(start)
            following = self.plain.find("\n", start) + 1
            if not following:
                return
            start = following

    def _line_start(self, start: int) -> None:
        plain, first = self.plain, start == 0
        match = _BLOCK_START.match(plain, start)
        match = match or (_FIRST_START if first else _LATER_START).match(plain, start)
        if match is None and first and self.place.item:
            match = _TASK.match(plain)
        if match is None and first and self.place.quote:
            match = _ALERT.match(plain)
        if match is None:
            if not first and _is_delimiter_row(plain, start):
                self._escape(start)
            return
        position = match.start(match.lastindex or 0)
        if not self._escape(position):
            # The mark of a note begins the line, so that a colon makes it that note's text.
            self._escape(match.end() - 1)

    def _escape(self, position: int) -> bool:
        if self.is_text(position):
            self.escapes.add(position)
            return True
        return False

    # Inlines

    def _addresses(self) -> None:
        """Addresses in the words, which GitHub makes links of, with whatever follows them."""
        linked = 0
        for start, piece in zip(self.starts, self.pieces, strict=True):
            linked += (piece.kind == LINK_OPEN) - (piece.kind == LINK_CLOSE)
            if piece.kind == TEXT and not linked:
                for match in _ADDRESS.finditer(self.plain, start, start + len(piece.text)):
                    self.escapes.add(match.start(match.lastindex or 0))

    def _backticks(self) -> None:
        """Backticks that a run of the same length follows, which would make code."""
        if "`" not in self.plain:
            return
        following: set[int] = set()
        for match in reversed(list(_BACKTICKS.finditer(self.plain))):
            start, end = match.span()
            segments = list(self._segments(start, end))
            if len(segments) > 1:
                for a, b, words in segments:
                    if words:
                        self.escapes.update(range(a, b))
                    following.add(b - a)
                following.add(1)
            elif not segments[0][2]:
                following.add(end - start)
            else:
                self._backtick_run(start, end, following)

    def _segments(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """The parts of ``plain[start:end]`` that are words or not."""
        while start < end:
            index = bisect_right(self.starts, start) - 1
            stop = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.plain)
            yield start, min(stop, end), self.pieces[index].kind == TEXT
            start = stop

    def _backtick_run(self, start: int, end: int, following: set[int]) -> None:
        escaped = 0
        while start + escaped in self.escapes:
            escaped += 1
        while (rest := end - start - escaped) and rest in following:
            escaped += 1
        self.escapes.update(range(start, start + escaped))
        # Within a code span a backslash is none: a run after one can still close an earlier run.
        following.add(end - start - max(escaped - 1, 0))
        if escaped > 1:
            following.add(1)

    def _tags(self) -> None:
        """Raw HTML and addresses in angle brackets."""
        for position in self.places("<"):
            if _TAG.match(self.plain, position) or self._is_bracketed_address(position):
                self.escapes.add(position)
            elif declaration := _DECLARATION.match(self.plain, position):
                end = _DECLARATION_ENDS.get(declaration[0], ">")
                if self.plain.rfind(end) >= position + 2:
                    self.escapes.add(position)

    def _is_bracketed_address(self, position: int) -> bool:
        match = _BRACKETED_ADDRESS.match(self.plain, position)
        return match is not None and not any(
            place in self.escapes for place in range(match.start(), match.end())
        )

    def _entities(self) -> None:
        for position in self.places("&"):
            if _is_entity(self.plain, position):
                self.escapes.add(position)

    def _brackets(self) -> None:
        """Brackets that would make a link, a picture or a note, or end a link too early."""
        # Open brackets: where, whether the writer's own, and whether they could open a link.
        stack: list[tuple[int, bool, bool]] = []
        for position, kind in self._bracket_places():
            if kind == "(":
                if _LINK_TAIL.match(self.plain, position):
                    self.escapes.add(position)
            elif kind == "!":
                self.escapes.add(position)
            elif kind == "[":
                if self._is_note(position):
                    self.escapes.add(position)
                else:
                    stack.append((position, False, True))
            elif kind == "]":
                self._closing_bracket(position, stack)
            elif kind == "open":
                stack.append((position, True, True))
            else:
                self._closed_link(stack)

    def _bracket_places(self) -> Iterator[tuple[int, str]]:
        for index, (start, piece) in enumerate(zip(self.starts, self.pieces, strict=True)):
            if piece.kind == LINK_OPEN:
                yield start, "open"
            elif piece.kind == LINK_CLOSE:
                yield start, "close"
            elif piece.kind == TEXT:
                if piece.text[:1] == "(" and index and self.pieces[index - 1].text[:2] == "[^":
                    yield start, "("
                for match in _BRACKET.finditer(piece.text):
                    if start + match.start() not in self.escapes:
                        yield start + match.start(), match[0]
                if piece.text.endswith("!") and self._link_follows(index):
                    yield start + len(piece.text) - 1, "!"

    def _link_follows(self, index: int) -> bool:
        """Whether the piece after ``index`` begins with a bracket that is no note's."""
        following = self.pieces[index + 1 : index + 2]
        return bool(following) and re.match(r"\[(?!\^)", following[0].text) is not None

    def _is_note(self, position: int) -> bool:
        match = _NOTE.match(self.plain, position)
        return match is not None and self.defined(match[1])

    def _closing_bracket(self, position: int, stack: list[tuple[int, bool, bool]]) -> None:
        if not stack:
            if self.place.around[1] == "]":
                self.escapes.add(position)
            return
        _, own, active = stack[-1]
        if own or (active and _LINK_TAIL.match(self.plain, position + 1)):
            self.escapes.add(position)
        else:
            stack.pop()

    def _closed_link(self, stack: list[tuple[int, bool, bool]]) -> None:
        while stack and not stack[-1][1]:
            self.escapes.add(stack.pop()[0])
        stack.pop()
        # Links hold no links: what was open before this one is open for a picture only.
        for index, (position, own, active) in enumerate(stack):
            if active and not own and self.plain[position - 1 : position] != "!":
                stack[index] = (position, own, False)

    def _formulas(self) -> None:
        """Dollar signs that another one follows, so that there would be a formula between."""
        plain = self.plain
        if plain.count("$") < 2:
            return
        last_end = last_pair = following = -1
        for match in reversed(list(_DOLLAR.finditer(plain))):
            position = match.start()
            if self.is_text(position) and self._opens_formula(position, last_end, last_pair):
                self.escapes.add(position)
                continue
            if last_end < 0 and position and not plain[position - 1].isspace():
                last_end = position
            if following == position + 1 and last_pair < 0:
                last_pair = position
            following = position

    def _opens_formula(self, position: int, last_end: int, last_pair: int) -> bool:
        """Whether a formula would begin at ``position``: a later dollar sign could end it."""
        after = self.plain[position + 1 : position + 2]
        if after == "$" and position + 1 not in self.escapes:
            if not self.is_text(position + 1) or last_pair > position + 1:
                return True
        elif after and not after.isspace() and last_end > position + 1:
            return True
        return position > 0 and self.plain[position - 1] == "$" and not self.is_text(position - 1)

    def _backslashes(self) -> None:
        for position in self.places("\\"):
            following = self.plain[position + 1 : position + 2] or self.place.around[1]
            if following == "\n" and position + 1 == len(self.plain):
                continue
            if following in _PUNCTUATION or following == "\n":
                self.escapes.add(position)


# Line starts. The last group that took part is the character to escape, or else the first one.
_HTML_BLOCKS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|"
    "header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|"
    "param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_BLOCK_START = re.compile(
    r"\#{1,6}(?=[ \n]|\Z)|>|~~~|```(?=[^`\n]*(?:\n|\Z))|[-+*]\ |([-*_])(?:\ *\1){2,}\ *(?:\n|\Z)"
    r"|\[\^[^\]\s]+\]:"
    rf"|<(?:pre|script|style|textarea)(?=[\s>]|\Z)|<(?:!--|\?|![A-Za-z]|!\[CDATA\[)"
    rf"|</?(?:{_HTML_BLOCKS})(?=\s|/?>|\Z)",
    re.IGNORECASE,
)
# A list that interrupts a paragraph begins with 1 and is not empty.
_FIRST_START = re.compile(
    r"[-+*]\Z|[0-9]{1,9}([.)])(?=\ |\Z)"
    r"|\[(?!\s*\])(?:[^\[\]\\]|\\.){1,999}\]:[ \n]*"
    r"(?:<[^<>\n]*>|(?!<)[^\s]+)[ \n]*(?:\Z|\n|\"[^\"]*\"\ *\Z|'[^']*'\ *\Z|\([^()]*\)\ *\Z)"
)
_LATER_START = re.compile(r"(?:=+|-+)\ *(?:\n|\Z)|1([.)])\ ")
_CLOSING_SEQUENCE = re.compile(r"(?:^| )(#+)\Z")
_TASK = re.compile(r"\[[ xX]\](?=\s|\Z)")
_ALERT = re.compile(r"\[!(?:note|tip|important|warning|caution)\](?=\n|\Z)", re.IGNORECASE)
_DELIMITER_ROW = re.compile(r"\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *(?:\n|\Z)")


def _is_delimiter_row(plain: str, start: int) -> bool:
    """Whether the line at ``start`` would make a table's head of the line before it."""
    match = _DELIMITER_ROW.match(plain, start)
    if match is None:
        return False
    above = plain[plain.rfind("\n", 0, start - 1) + 1 : start - 1]
    return _columns(above) == _columns(match[0])


def _columns(row: str) -> int:
    return len(re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|")))


# Inlines.
_ADDRESS = re.compile(
    r"(?<![A-Za-z])(?:https?|ftp)(:)//(?=[^\s<])|(?<!\w)www(\.)(?=[^\s<])", re.IGNORECASE
)
_BACKTICKS = re.compile("`+")
_ATTRIBUTE = r"\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?"
_TAG = re.compile(rf"<[A-Za-z][A-Za-z0-9-]*(?:{_ATTRIBUTE})*\s*/?>|</[A-Za-z][A-Za-z0-9-]*\s*>")
_BRACKETED_ADDRESS = re.compile(
    r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>"
)
_DECLARATION = re.compile(r"<!--|<\?|<![A-Za-z]|<!\[CDATA\[")
_DECLARATION_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_BRACKET = re.compile(r"[\[\]]")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_DOLLAR = re.compile(r"\$")
_BALANCED = r"(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*\))"
_LINK_TAIL = re.compile(
    rf"\([ \n]*(?:(?:<[^<>\n]*>|(?!<){_BALANCED}+)"
    r"(?:[ \n]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \n]*)?\)"
)


# --- Emphasis ------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """The delimiters of one emphasis, as the writer means them."""

    node: int
    match: Match


_ROUNDS = 24
"""How often a line is judged anew, escape by escape, before all its delimiters are escaped."""


class _Delimiters:
    """Makes the delimiters of a line mean what they should."""

    def __init__(self, line: _Line) -> None:
        self.line = line
        self.scopes: list[list[int]] = []
        self.own: list[_Mark] = []
        self.words: set[int] = set()

    def run(self) -> list[int]:
        """Escape what the words hold; the nodes whose delimiters fail are the result."""
        self._collect()
        if not self.own and len(self.words) < 2:
            return []
        intended = {mark.match: mark.node for mark in self.own}
        for _ in range(_ROUNDS):
            found = self._matches()
            wrong = found - intended.keys()
            culprits = self._culprits(wrong) if wrong else set()
            if not culprits:
                break
            self._escape(culprits)
        else:
            wrong = {Match(0, 0, 0)}
        if wrong or intended.keys() - self._certain():
            self._escape(set(self.words))
        failed = sorted(intended[match] for match in intended.keys() - self._certain())
        if not failed:
            self._relax(intended.keys())
        return failed

    def _collect(self) -> None:
        """Find the delimiters, by scope: each link's text is one, and the rest."""
        line = self.line
        stack: list[list[int]] = [[]]
        self.scopes.append(stack[0])
        opened: dict[int, int] = {}
        for start, piece in zip(line.starts, line.pieces, strict=True):
            if piece.kind == LINK_OPEN:
                stack.append([])
                self.scopes.append(stack[-1])
            elif piece.kind == LINK_CLOSE:
                stack.pop()
            elif piece.kind == TEXT:
                for match in _DELIMITER.finditer(piece.text):
                    position = start + match.start()
                    if position not in line.escapes:
                        self.words.add(position)
                        stack[-1].append(position)
            elif piece.kind in (OPEN, CLOSE):
                stack[-1].extend(range(start, start + len(piece.text)))
                if piece.kind == OPEN:
                    opened[piece.node] = start
                else:
                    match_ = Match(opened[piece.node], start, len(piece.text))
                    self.own.append(_Mark(piece.node, match_))

    def _runs(self, *, symbols: bool) -> Iterator[list[Run]]:
        escaped = self.line.escapes
        for scope in self.scopes:
            left = [place for place in scope if place not in escaped]
            if left:
                yield runs(self.line.plain, left, self.line.place.around, symbols)

    def _both(self) -> tuple[set[Match], set[Match]]:
        """What is marked, by parsers that take symbols for punctuation and by those that do not."""
        one = {match for found in self._runs(symbols=False) for match in pair(found)}
        other = {match for found in self._runs(symbols=True) for match in pair(found)}
        return one, other

    def _matches(self) -> set[Match]:
        one, other = self._both()
        return one | other

    def _certain(self) -> set[Match]:
        one, other = self._both()
        return one & other

    def _culprits(self, wrong: set[Match]) -> set[int]:
        """The words' delimiters to blame: openers, or else closers."""
        found: set[int] = set()
        for match in wrong:
            for start in (match.opener, match.closer):
                mine = self.words.intersection(range(start, start + match.length))
                mine -= self.line.escapes
                if mine:
                    found |= mine
                    break
        return found

    def _escape(self, places: set[int]) -> None:
        self.line.escapes |= places

    def _relax(self, intended: AbstractSet[Match]) -> None:
        """Take back each escape without which everything still means the same."""
        mine = sorted(self.words & self.line.escapes, reverse=True)
        if len(mine) > _ROUNDS:
            return
        for place in mine:
            self.line.escapes.discard(place)
            one, other = self._both()
            if one != intended or other != intended:
                self.line.escapes.add(place)


_DELIMITER = re.compile(r"[*_~]")
