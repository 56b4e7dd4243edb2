"""Escaping within a line: a backslash where words would be taken for markup, and only there.

The dialect is GitHub's (https://github.github.com/gfm/, which is https://spec.commonmark.org/ and
more) with footnotes (``[^1]``) and formulas (``$…$``). A paragraph is judged as a whole, the way
a parser meets it: a character may be markup because of what stands far behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from converters.writers._markdown_delimiters import settle
from converters.writers._markdown_pieces import LINK_CLOSE, LINK_OPEN, TEXT, Line, Piece, Place
from converters.writers._markdown_starts import escape_starts
from converters.writers._markdown_verbatim import PUNCTUATION, is_entity

__all__ = ["escape", "needs_care"]

# What may need an escape somewhere in a paragraph. Colons, full stops, parentheses and
# carets are there for addresses and for what may follow the mark of a note or picture.
_SPECIAL = re.compile(r"[\\`*_\[\]<&~$\t\n\r\f\v]|!$|^[(:^]|://|www\.", re.IGNORECASE)


def needs_care(text: str) -> bool:
    """Whether ``text`` holds anything that could be markup within a line."""
    return _SPECIAL.search(text) is not None


def escape(
    pieces: Sequence[Piece], place: Place, defined: Callable[[str], bool]
) -> tuple[str, list[int]]:
    """Join ``pieces`` into a line, escaped as little as its ``place`` allows.

    ``defined`` says whether a footnote of a label exists. The second part of the result are the
    nodes whose delimiters would not be read as such; they need other markup, and the line is of
    no use then.
    """
    line = Line(pieces, place, defined)
    escape_starts(line)
    _addresses(line)
    _backticks(line)
    _tags(line)
    _entities(line)
    _Brackets(line).run()
    _formulas(line)
    failed = settle(line)
    _backslashes(line)
    return line.assembled(), failed


# --- Addresses -----------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"(?<![A-Za-z])(?:https?|ftp)(:)//(?=[^\s<])|(?<!\w)www(\.)(?=[^\s<])", re.IGNORECASE
)
_RUNS_ON = re.compile(r"[^\s\[\]`*\\<$]*[\[`*\\<$]|[^\s\[\]]*\](?!\()")


def _addresses(line: Line) -> None:
    """Addresses in the words, which GitHub makes links of, with whatever follows them.

    Within a link's text only pandoc does, where it runs on over other escapes.
    """
    linked = 0
    for start, piece in line.placed():
        linked += (piece.kind == LINK_OPEN) - (piece.kind == LINK_CLOSE)
        if piece.kind == TEXT:
            for match in _ADDRESS.finditer(line.plain, start, start + len(piece.text)):
                if not linked or _RUNS_ON.match(line.plain, match.end()):
                    line.escapes.add(match.start(match.lastindex or 0))


# --- Code ----------------------------------------------------------------------------------

_BACKTICKS = re.compile("`+")


def _backticks(line: Line) -> None:
    """Backticks that a run of the same length follows, which would make code."""
    if "`" not in line.plain:
        return
    following: Counter[int] = Counter()
    for match in reversed(list(_BACKTICKS.finditer(line.plain))):
        start, end = match.span()
        segments = list(_segments(line, start, end))
        if len(segments) > 1:
            # Words beside a fence: they are kept off it.
            for first, last, words in segments:
                if words:
                    line.escapes.update(range(first, last))
                following.update((1, last - first))
        elif segments[0][2]:
            _backtick_run(line, start, end, following)
        else:
            following[end - start] += 1


def _segments(line: Line, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The parts of the line from ``start`` to ``end`` that are words, or are not."""
    while start < end:
        index = bisect_right(line.starts, start) - 1
        stop = line.starts[index + 1] if index + 1 < len(line.starts) else end
        yield start, min(stop, end), line.pieces[index].kind == TEXT
        start = stop


def _backtick_run(line: Line, start: int, end: int, following: Counter[int]) -> None:
    """Escape as much of a run of the words as leaves no opening fence."""
    escaped = 0
    while start + escaped in line.escapes:
        escaped += 1
    while (rest := end - start - escaped) and rest in following:
        escaped += 1
    if rest and max(following.values(), default=0) > 2:
        # After a run that nothing closes, GitHub's parser reads one span of each length, no more.
        escaped = end - start
    line.escapes.update(range(start, start + escaped))
    # Within a code span a backslash is none: a run after one can still close an earlier run.
    following[end - start - max(escaped - 1, 0)] += 1
    if escaped > 1:
        following[1] += escaped - 1


# --- HTML and entities ---------------------------------------------------------------------

_ATTRIBUTE = r"\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^ \n\"'=<>`]+|'[^']*'|\"[^\"]*\"))?"
_TAG = re.compile(rf"<[A-Za-z][A-Za-z0-9-]*(?:{_ATTRIBUTE})*\s*/?>|</[A-Za-z][A-Za-z0-9-]*\s*>")
_BRACKETED_ADDRESS = re.compile(
    r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^ \n<>]*>|<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>"
)
_DECLARATION = re.compile(r"<!--|<\?|<![A-Za-z]|<!\[CDATA\[")
_DECLARATION_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}


def _tags(line: Line) -> None:
    """Raw HTML, and addresses in angle brackets."""
    for position in line.places("<"):
        if _TAG.match(line.plain, position) or _is_bracketed_address(line, position):
            line.escapes.add(position)
        elif declaration := _DECLARATION.match(line.plain, position):
            end = _DECLARATION_ENDS.get(declaration[0], ">")
            if line.plain.rfind(end) >= position + 2:
                line.escapes.add(position)


def _is_bracketed_address(line: Line, position: int) -> bool:
    match = _BRACKETED_ADDRESS.match(line.plain, position)
    return match is not None and line.escapes.isdisjoint(range(*match.span()))


def _entities(line: Line) -> None:
    for position in line.places("&"):
        if is_entity(line.plain, position):
            line.escapes.add(position)


# --- Links, pictures, notes ----------------------------------------------------------------

_BRACKET = re.compile(r"[\[\]]")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_BALANCED = r"(?:[^ \n()\\]|\\.|\((?:[^ \n()\\]|\\.|\((?:[^ \n()\\]|\\.|\([^ \n()]*\))*\))*\))"
_LINK_TAIL = re.compile(
    rf"\([ \n]*(?:(?:<[^<>\n]*>|(?!<){_BALANCED}+)"
    r"(?:[ \n]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \n]*)?\)"
)


class _Brackets:
    """Brackets that would make a link, a picture or a note, or end a link too early.

    ``open`` are the brackets that wait for their other half: where they are, whether they are the
    writer's own, and whether they could begin a link.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.open: list[tuple[int, bool, bool]] = []

    def run(self) -> None:
        for index, (start, piece) in enumerate(self.line.placed()):
            if piece.kind == LINK_OPEN:
                self.open.append((start, True, True))
            elif piece.kind == LINK_CLOSE:
                self.close_link()
            elif piece.kind == TEXT:
                self.words(index, start, piece.text)

    def words(self, index: int, start: int, text: str) -> None:
        pieces, escapes = self.line.pieces, self.line.escapes
        if text[:1] == "^" and index and pieces[index - 1].text == "![":
            # GitHub's parser would look for a note.
            escapes.add(start)
        follows_note = text[:1] == "(" and index and pieces[index - 1].text.startswith("[^")
        if follows_note and _LINK_TAIL.match(self.line.plain, start):
            escapes.add(start)
        for match in _BRACKET.finditer(text):
            position = start + match.start()
            if position in escapes:
                continue
            if match[0] == "]":
                self.close(position)
            elif self.is_note(position):
                escapes.add(position)
            else:
                self.open.append((position, False, True))
        if text.endswith("!") and _opens_link(pieces[index + 1 : index + 2]):
            escapes.add(start + len(text) - 1)

    def is_note(self, position: int) -> bool:
        match = _NOTE.match(self.line.plain, position)
        return match is not None and self.line.defined(match[1])

    def close(self, position: int) -> None:
        """A closing bracket of the words."""
        if not self.open:
            return
        _, own, active = self.open[-1]
        if own or (active and _LINK_TAIL.match(self.line.plain, position + 1)):
            self.line.escapes.add(position)
        else:
            self.open.pop()

    def close_link(self) -> None:
        """The end of a link's text or a picture's."""
        while not self.open[-1][1]:
            self.line.escapes.add(self.open.pop()[0])
        start, _, _ = self.open.pop()
        if self.line.plain[start] == "!":
            return
        # Links hold no links: what was open before this one is open for a picture only.
        for index, (position, own, _) in enumerate(self.open):
            if not own and self.line.plain[position - 1 : position] != "!":
                self.open[index] = (position, own, False)


def _opens_link(following: Sequence[Piece]) -> bool:
    """Whether a link follows, which an exclamation mark before it would make a picture."""
    return bool(following) and re.match(r"\[(?!\^)", following[0].text) is not None


# --- Formulas ------------------------------------------------------------------------------

_DOLLAR = re.compile(r"\$")


def _formulas(line: Line) -> None:
    """Dollar signs that another one follows, so that there would be a formula between."""
    plain = line.plain
    if plain.count("$") < 2:
        return
    last_end = last_pair = following = -1
    for match in reversed(list(_DOLLAR.finditer(plain))):
        position = match.start()
        if line.is_text(position) and _opens_formula(line, position, last_end, last_pair):
            line.escapes.add(position)
            continue
        if last_end < 0 and position and not plain[position - 1].isspace():
            last_end = position
        if following == position + 1 and last_pair < 0:
            last_pair = position
        following = position


def _opens_formula(line: Line, position: int, last_end: int, last_pair: int) -> bool:
    """Whether a formula would begin at ``position``: a later dollar sign could end it."""
    after = line.plain[position + 1 : position + 2]
    if after == "$" and position + 1 not in line.escapes:
        if not line.is_text(position + 1) or last_pair > position + 1:
            return True
    elif after and not after.isspace() and last_end > position + 1:
        return True
    return position > 0 and line.plain[position - 1] == "$" and not line.is_text(position - 1)


# --- Backslashes ---------------------------------------------------------------------------


def _backslashes(line: Line) -> None:
    """Backslashes before what they would escape, or before a line end that they would force."""
    last = len(line.plain) - 1
    for position in line.places("\\"):
        following = line.plain[position + 1] if position < last else line.place.around[1]
        if following in PUNCTUATION or (following == "\n" and position < last):
            line.escapes.add(position)
