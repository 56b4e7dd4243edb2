"""Who wrote it and when, from the lines that open an article.

Archives keep a byline and a date as text at the head of the body. They are metadata: where a line
is certainly one, it leaves the body and is reported (IN-4, IN-5).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from converters.article import BulletList, Figure, Heading, Paragraph
from converters.readers.dates import Moment, parse
from converters.readers.pieces import Findings, Piece, Sign

__all__ = ["Byline", "split_names", "take_bylines"]

_LOOK = 8  # pieces from the top; a byline stands above the text
_LONGEST_NAME = 40
_LABEL = re.compile(
    r"^(?:原?作者|记者|記者|撰文|撰稿|采写|採訪|文字|文|著者|By|Von|Par|Por|Di|Da|Door|Автор|بقلم|Author"
    r"|Written by)\s*(?:[:：/／|｜丨︱]\s*|(?<=[a-zر])\s+)(?P<names>\S.*)$"
)
_DATE_LABEL = re.compile(
    r"^(?:日期|时间|時間|发布时间|發布時間|发布于|發表於|发表于|更新时间|更新於|更新于"
    r"|Published|Updated|Date|Posted)"
    r"(?:\s+on)?\s*[:：]?\s*",
    re.IGNORECASE,
)
_NEXT_LABEL = re.compile(r"\s+(?=\S{1,6}[:：])")
_UPDATED = re.compile(r"^(?:更新|Updated)", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？!?；;]|(?<=\w\w)\.\s|[“”\"]")
_SEPARATORS = re.compile(r"\s*(?:[、，,;；&/／|｜丨]|\band\b|\bund\b|\bet\b(?! al)|\by\b)\s*")
# Others who had a part in it, named behind the author.
_OTHER_ROLE = re.compile(
    r"[\s；;，,|｜丨︱]*(?:授权|授權)?(?:翻译|翻譯|译者|譯者|编译|編譯|编辑|編輯|责编|責編|校对|校對"
    r"|摄影|攝影"
    r"|(?:translated|edited|photos?|photographs) by|übersetzt von|traducción)"
    r"\s*(?:[:：/／|｜丨︱].*|$|\s.*)"
)
# What stands in the place of further names.
_NO_NAMES = re.compile(r"(?:more|others|et al\.?|等|u\. ?a\.|и др\.?)$", re.IGNORECASE)
# Han names are short; longer runs without a mark between are clauses of a sentence.
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{9,}")


@dataclass(slots=True)
class Byline:
    """What the opening lines said; ``lines`` are those that also named others than authors."""

    authors: list[str] = field(default_factory=list)
    published: Moment | None = None
    updated: Moment | None = None
    lines: list[str] = field(default_factory=list)


def split_names(text: str) -> list[str]:
    """The names in a byline: ``张三、李四`` is two, ``Smith, John and Jane Roe`` are three."""
    names = (name.strip() for name in _SEPARATORS.split(html.unescape(text)))
    return [name for name in names if name and not _NO_NAMES.match(name)]


def take_bylines(pieces: list[Piece], byline: Byline, findings: Findings) -> list[Piece]:
    """``pieces`` without the lines that went into ``byline``."""
    out: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index < _LOOK and _takes(piece, byline):
            findings.drop("byline", "stands in the metadata", piece.text)
            continue
        out.append(piece)
        if _is_text(piece):
            return out + pieces[index + 1 :]
    return out


def _is_text(piece: Piece) -> bool:
    """Whether the text proper begins with ``piece``: no byline follows it."""
    if isinstance(piece.block, Figure | Heading) or piece.signs & (Sign.SMALL | Sign.CAPTION):
        return False
    return len(piece.text) > _LONGEST_NAME


def _takes(piece: Piece, byline: Byline) -> bool:
    """Whether ``piece`` is a byline or a date line; what it says goes into ``byline``."""
    if not isinstance(piece.block, Paragraph | BulletList):
        return False
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    if not lines or len(lines) > 4:
        return False
    dated = [_date(line, byline) for line in lines]
    if isinstance(piece.block, BulletList) and not piece.signs & Sign.BYLINE:
        return False
    names = [line for line, is_date in zip(lines, dated, strict=True) if not is_date]
    labelled = [match for line in names if (match := _LABEL.match(line))]
    if names and len(labelled) == len(names):
        written = [_OTHER_ROLE.sub("", match["names"]) for match in labelled]
        if any(not name for name in written):
            return False
        byline.lines += [
            match[0]
            for match, name in zip(labelled, written, strict=True)
            if name != match["names"]
        ]
        parts = [_NEXT_LABEL.split(name, maxsplit=1) for name in written]
        people = [name for part in parts for name in split_names(part[0])]
        # A line that also says something else gives its author and stays.
        return _add(people, byline) and all(len(part) == 1 for part in parts)
    if not names:
        return True
    if len(names) < len(lines):  # a date in the same block: the other lines are who
        return len(names) == 1 and _add([names[0]], byline)
    if piece.signs & Sign.BYLINE and all(len(name) <= _LONGEST_NAME for name in names):
        # Clauses between commas are a standfirst, not people.
        return not re.search("[，。]", names[0]) and _add(split_names(names[0]), byline)
    return False


def _date(line: str, byline: Byline) -> bool:
    """Whether ``line`` is a date and nothing else; the first one is when it was published."""
    moment = parse(_DATE_LABEL.sub("", line))
    if moment is None:
        return False
    if _UPDATED.match(line):
        byline.updated = byline.updated or moment
    else:
        byline.published = byline.published or moment
    return True


def _add(names: list[str], byline: Byline) -> bool:
    """Take ``names`` for authors, if they can all be names."""
    if not names or any(map(_is_no_name, names)):
        return False
    byline.authors += [name for name in names if name not in byline.authors]
    return True


def _is_no_name(text: str) -> bool:
    return len(text) > _LONGEST_NAME or bool(_SENTENCE.search(text) or _CLAUSE.search(text))
