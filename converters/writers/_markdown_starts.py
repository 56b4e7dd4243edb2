"""Escaping where a line begins: words that would begin a list, a heading, a quotation, a table.

What begins a block is defined in https://github.github.com/gfm/#leaf-blocks and
https://github.github.com/gfm/#container-blocks.
"""

from __future__ import annotations

import re

from converters.writers._markdown_pieces import Line

__all__ = ["escape_starts", "starts_like_a_block"]

_START = re.compile(r"[#>+=|:0-9-]")


def starts_like_a_block(text: str) -> bool:
    """Whether ``text`` begins with a character that could begin a block.

    Those are left out that need care wherever they stand.
    """
    return _START.match(text) is not None


def escape_starts(line: Line) -> None:
    """Escape what would begin a block where the line, or one after a forced break, begins."""
    if line.place.heading:
        if match := _CLOSING_SEQUENCE.search(line.plain):
            line.escape(match.start(1))
        return
    start = 0 if line.place.block else line.plain.find("\n") + 1
    while start or line.place.block:
        _escape_start(line, start)
        following = line.plain.find("\n", start) + 1
        if not following:
            return
        start = following


def _escape_start(line: Line, start: int) -> None:
    plain = line.plain
    first = start == 0
    while plain.startswith(" ", start):
        start += 1
    match = _BLOCK_START.match(plain, start) or (
        _other_first(line) if first else _LATER_START.match(plain, start)
    )
    if match is not None:
        # Where the mark of a note begins the line, the colon behind it makes it that note's text.
        line.escape(match.start(match.lastindex or 0)) or line.escape(match.end() - 1)
    elif not first and _is_delimiter_row(plain, start):
        line.escape(start)


def _other_first(line: Line) -> re.Match[str] | None:
    """What only the first line of a block could begin."""
    match = _FIRST_START.match(line.plain)
    if match is None and line.place.item:
        match = _TASK.match(line.plain)
    if match is None and line.place.quote:
        match = _ALERT.match(line.plain)
    return match


# The last group that took part is the character to escape, or else the first one.
_HTML_BLOCKS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|"
    "header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|"
    "param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_BLOCK_START = re.compile(
    r"\#{1,6}(?=[ \n]|\Z)|>|~~~|```(?=[^`\n]*(?:\n|\Z))|[-+*]\ |([-*_])(?:\ *\1){2,}\ *(?:\n|\Z)"
    r"|\[\^[^\]\s]+\]:|\$\$"
    rf"|<(?:pre|script|style|textarea)(?=[\s>]|\Z)|<(?:!--|\?|![A-Za-z]|!\[CDATA\[)"
    rf"|</?(?:{_HTML_BLOCKS})(?=\s|/?>|\Z)",
    re.IGNORECASE,
)
# A list that interrupts a paragraph begins with 1 and is not empty.
_FIRST_START = re.compile(
    r"[-+*]\Z|[0-9]{1,9}([.)])(?=\ |\Z)"
    r"|\[(?!\s*\])(?:[^\[\]\\]|\\.){1,999}\]:[ \n]*"
    r"(?:<[^<>\n]*>|(?!<)[^ \n]+)[ \n]*(?:\Z|\n|\"[^\"]*\"\ *\Z|'[^']*'\ *\Z|\([^()]*\)\ *\Z)"
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
