"""Hypothesis strategies for canonical articles over the whole model.

Everything is built through :func:`~converters.article.inlines` and
:func:`~converters.article.trimmed`, as readers build it, so what comes out is what a writer may
meet. The texts are rich in trouble: markup characters, line-start markers, Chinese punctuation
beside everything, characters of no width, other scripts, emoji sequences.

Start with :func:`articles` (whole articles), :func:`bodies` (blocks) or :func:`runs` (the content
of a paragraph). ``depth`` bounds how far blocks or inlines nest; examples stay small (a few dozen
nodes), so that thousands of them run in a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec.structs import replace

from converters.article import (
    Alignment,
    Article,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Row,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    clean,
    inlines,
    trimmed,
    walk,
)
from converters.edition import Edition, edition

__all__ = [
    "addresses",
    "articles",
    "blocks",
    "bodies",
    "codes",
    "editions",
    "figures",
    "images",
    "runs",
    "tables",
    "texts",
    "words",
]

Inlines = tuple[Inline, ...]
Blocks = tuple[Block, ...]


def _either(*choices: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """One of ``choices``, each as likely as it is often named.

    ``st.one_of`` flattens what is nested in it, so that rare kinds come as often as text.
    """
    return st.sampled_from(choices).flatmap(lambda choice: choice)


# --- Text ----------------------------------------------------------------------------------

HAN = ("中", "文字", "重点", "一", "图", "强调", "的", "漢", "𠮷", "龍", "かな", "カナ", "한글")
CHINESE_MARKS = (*"“”‘’《》（）「」【】·、。！？，；：～", "——", "……", "”，“", "》（")
LATIN = ("word", "Broadsheet", "a", "b", "é", "naïve", "I", "http", "www", "x", "ß", "Ω", "ж")
DIGITS = ("0", "1", "2023", "3.5", "12.", "7)", "10%", "٣", "３")
ASCII_MARKS = tuple("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
SPACES = (" ", " ", " ", "\u00a0", "\u3000", "\u2009", "\n")
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\u200e", "\u202b", "\u2028")
EMOJI = ("😀", "👩‍👩‍👧", "👍🏽", "🇨🇳", "❤️", "1️⃣", "→", "€", "™")
COMBINING = ("e\u0301", "\u0301", "\u302a", "が", "\ufe0f", "葛\U000e0100")
RIGHT_TO_LEFT = ("مرحبا", "שלום", "،", "؟", "עברית")
LINE_STARTS = (
    "# ", "## ", "#", "- ", "+ ", "* ", "1. ", "1) ", "12. ", "> ", ">", "---", "***", "===", "--",
    "```", "~~~", "    ", "[^1]: ", "[a]: b", ": ", "| a | b |", "|---|", "%%", "::: ", "@",
    "<!--", "<div>", "%", "(1) ", "a. ", "i) ", "=", "~ ", "^",
)  # fmt: skip
MARKUP = (
    "**", "__", "~~", "$$", "``", "](", "![", "[^1]", "[a](b)", "[a][b]", "<b>", "</b>", "<a@b.c>",
    "<https://e.org>", "https://e.org/a_b", "www.e.org", "me@e.org", "&amp;", "&#35;", "&copy", "&",
    "\\*", "\\", "a_b", "_a_", "2*3", "C#", "==", "[[x]]", "{.c}", "{#i}", "^a^", "~a~", "$x$",
    "$5", ":smile:", "--", "...", "'s", "<br>", "?>", "]]>", "x^2", "H~2~O", "`", "[x] ", "[ ] ",
    "://", "\\[", "\\(x\\)", "-->", "a:b", "#tag", "!", "[", "]",
)  # fmt: skip

_PIECES = (
    HAN + CHINESE_MARKS + LATIN + DIGITS + ASCII_MARKS + SPACES * 3 + INVISIBLE + EMOJI + COMBINING
    + RIGHT_TO_LEFT + LINE_STARTS + MARKUP
)  # fmt: skip
_PLAIN = HAN * 2 + CHINESE_MARKS + LATIN * 2 + DIGITS + SPACES


def texts() -> SearchStrategy[str]:
    """Non-empty text of any trouble, white space and line feeds included, as in a source."""
    return _texts()


@cache
def _texts() -> SearchStrategy[str]:
    troubled = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=7).map("".join)
    plain = st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=9).map("".join)
    anything = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
    return _either(troubled, troubled, plain, anything)


def words() -> SearchStrategy[str]:
    """Make a line of text, clean and trimmed, never empty: a title, a name, alternative text."""
    return _texts().map(lambda text: " ".join(clean(text).split()) or "字")


@cache
def addresses() -> SearchStrategy[str]:
    """Absolute addresses with what addresses really hold."""
    return st.sampled_from(
        (
            "https://example.com/",
            "https://example.com",
            "http://www.example.org/2023/10/28/a_b_c.html?x=1&amp=2&copy=3#top",
            "https://example.com/%E4%B8%AD%e6%96%87/%25E5",
            "https://zh.wikipedia.org/wiki/重庆_(城市)",
            "https://example.com/中文，路径。",
            "https://example.com/a(b(c)d)e",
            "https://example.com/a)b",
            "https://example.com/*a*_b_~c~$d$",
            "https://example.com/?q[]=1&r={x}|y^z",
            "https://example.com/it's!/a'b;c,d.",
            "https://user@example.com:8080/a//b",
            "mailto:me@example.com",
            "tel:+86-10-12345678",
        )
    )


@cache
def codes() -> SearchStrategy[str]:
    """Code in a line: verbatim, with backticks, no line feed."""
    pieces = (
        "x",
        "a b",
        "`",
        "``",
        "```",
        "\\",
        "|",
        "*",
        "中",
        " ",
        "  ",
        "$",
        "<b>",
        "&amp;",
        "~",
    )
    return st.lists(st.sampled_from(pieces), min_size=1, max_size=5).map("".join)


_FORMULAS = (
    "x",
    "x^2",
    r"\frac{a}{b}",
    "a_1 < b",
    r"\text{数}",
    r"\{x\}",
    "a & b",
    "E=mc^2",
    "|x|",
)
_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "ja", "ko", "ar", "he", "fr", "und")
_IDENTIFIERS = ("a", "b-1", "Sec.2", "章", "c_d")
_READINGS = ("hàn", "ㄏㄢˋ", "かん", "a*b", "<x>", "读 法")


# --- Inlines -------------------------------------------------------------------------------


@cache
def images() -> SearchStrategy[Image]:
    """Pictures: on the web, beside the source, and ``data:`` addresses."""
    return st.builds(
        Image,
        url=st.sampled_from(
            (
                "https://example.com/a.jpg",
                "https://example.com/图片_(1).png?w=800&h=600",
                "images/photo.jpg",
                "图片/照片 1.png",
                _DOT,
            )
        ),
        alt=_either(st.just(""), words()),
        title=_either(st.just(""), st.just(""), words()),
        width=st.sampled_from((None, 1, 640)),
        height=st.sampled_from((None, 480)),
        alternatives=st.sampled_from(((), ("https://images.weserv.nl/?url=example.com/a.jpg",))),
        link=_either(st.just(""), st.just(""), addresses()),
    )


_DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # one pixel


def runs(depth: int = 2, *, links: bool = True, notes: bool = True) -> SearchStrategy[Inlines]:
    """Make the canonical content of a block, never empty.

    ``links`` and ``notes`` say whether the run may hold them: a link holds no link, and neither a
    link nor a note holds a note.
    """
    return _runs(depth, links, notes)


@cache
def _runs(depth: int, links: bool, notes: bool) -> SearchStrategy[Inlines]:
    return _pieces(depth, links, notes).map(lambda run: trimmed(run) or (Text("字"),))


@cache
def _pieces(depth: int, links: bool, notes: bool) -> SearchStrategy[Inlines]:
    """Make a canonical run whose ends may be white space."""
    return st.lists(_inline(depth, links, notes), min_size=1, max_size=4).map(inlines)


@cache
def _inline(depth: int, links: bool, notes: bool) -> SearchStrategy[Inline]:
    text = st.builds(Text, _texts())
    leaves: list[SearchStrategy[Any]] = [
        text,
        text,
        text,
        _either(
            st.builds(Code, codes()),
            st.just(LineBreak()),
            st.builds(Math, st.sampled_from(_FORMULAS), st.booleans()),
            images() if links else images().map(lambda image: replace(image, link="")),
            st.builds(Ruby, st.builds(lambda c: (Text(c),), st.sampled_from(HAN)), _readings()),
            st.builds(lambda name: Span((), identifier=name), st.sampled_from(_IDENTIFIERS)),
        ),
    ]
    if depth > 0:
        inner = _pieces(depth - 1, links, notes)
        leaves += [_wrapped(inner), _wrapped(inner)]
        if links:
            leaves.append(_link(depth - 1))
        if notes:
            leaves.append(st.builds(Note, _note_blocks(depth - 1)))
    return _either(*leaves)


def _readings() -> SearchStrategy[str]:
    return st.sampled_from(_READINGS)


def _wrapped(inner: SearchStrategy[Inlines]) -> SearchStrategy[Inline]:
    simple = _either(*[st.builds(kind, inner) for kind in (Emphasis, Strong)])
    others = [st.builds(kind, inner) for kind in (Strikeout, Underline, Superscript, Subscript)]
    return _either(simple, simple, _either(*others, _spans(inner), _rich_ruby()))


def _spans(inner: SearchStrategy[Inlines]) -> SearchStrategy[Span]:
    direction: SearchStrategy[Literal["", "ltr", "rtl"]] = st.sampled_from(("", "ltr", "rtl"))
    return _either(
        st.builds(
            lambda content, tag: Span(content, language=tag), inner, st.sampled_from(_LANGUAGES)
        ),
        st.builds(lambda content, title: Span(content, title=title), inner, words()),
        st.builds(lambda content: Span(content, mark=True), inner),
        st.builds(lambda c, name: Span(c, identifier=name), inner, st.sampled_from(_IDENTIFIERS)),
        st.builds(
            Span,
            inner,
            language=st.sampled_from(("", *_LANGUAGES)),
            direction=direction,
            mark=st.booleans(),
        ),
    )


def _rich_ruby() -> SearchStrategy[Ruby]:
    base = st.sampled_from(
        (
            (Strong((Text("漢"),)), Text("字")),
            (Text("A&B*"),),
            (Code("x"),),
            (Emphasis((Text("字"),)),),
        )
    )
    return st.builds(Ruby, base, _readings())


@cache
def _link(depth: int) -> SearchStrategy[Link]:
    url = _either(
        addresses(), addresses(), st.sampled_from(_IDENTIFIERS).map(lambda name: f"#{name}")
    )
    content = _pieces(depth, False, False)
    title = _either(st.just(""), st.just(""), words())
    return _either(
        st.builds(Link, content, url, title),
        addresses().map(lambda address: Link((Text(address),), address)),
    )


# --- Blocks --------------------------------------------------------------------------------


@cache
def _note_blocks(depth: int) -> SearchStrategy[Blocks]:
    content = _runs(max(depth, 0), True, False)
    paragraph = st.builds(Paragraph, content)
    one = paragraph.map(lambda block: (block,))
    if depth <= 0:
        return one
    return _either(one, one, _sequence(depth, notes=False, headings=False))


def blocks(depth: int = 2, *, notes: bool = True) -> SearchStrategy[Block]:
    """One block, nesting ``depth`` deep at most."""
    return _block(depth, notes, True)


@cache
def _block(depth: int, notes: bool, headings: bool) -> SearchStrategy[Block]:
    run = _runs(2, True, notes)
    paragraph = st.builds(Paragraph, run)
    flat: list[SearchStrategy[Any]] = [
        code_blocks(),
        figures(notes=notes),
        st.just(ThematicBreak()),
        _embeds(notes),
    ]
    if headings:
        level = st.integers(2, 6)
        name = st.sampled_from(("", "", *_IDENTIFIERS))
        flat += [st.builds(Heading, level, _runs(1, True, notes), name)] * 2
    choices: list[SearchStrategy[Any]] = [paragraph, paragraph, _either(*flat)]
    if depth > 0:
        choices.append(_either(*_nested(depth, notes, headings)))
    return _either(*choices)


def _nested(depth: int, notes: bool, headings: bool) -> list[SearchStrategy[Any]]:
    inner = _sequence(depth - 1, notes, headings)
    # An item may be empty, as <li></li> is.
    items = st.lists(_either(inner, inner, inner, st.just(())), min_size=1, max_size=3).map(tuple)
    citation = _either(st.just(()), _runs(1, True, notes))
    bullets = st.builds(BulletList, items)
    numbers = st.builds(
        OrderedList,
        items,
        st.sampled_from((1, 1, 1, 0, 3, 10, 1999)),
        st.sampled_from(("decimal", "decimal", "lower-alpha", "upper-roman", "lower-roman")),
    )
    definition = st.builds(
        Definition, _runs(1, True, notes), st.lists(inner, min_size=0, max_size=2).map(tuple)
    )
    return [
        bullets,
        bullets,
        numbers,
        st.builds(BlockQuote, inner, citation),
        st.builds(DefinitionList, st.lists(definition, min_size=1, max_size=2).map(tuple)),
        tables(depth, notes=notes, headings=headings),
    ]


@cache
def _sequence(depth: int, notes: bool, headings: bool) -> SearchStrategy[Blocks]:
    return st.lists(_block(depth, notes, headings), min_size=1, max_size=3).map(tuple)


@cache
def code_blocks() -> SearchStrategy[CodeBlock]:
    """Preformatted text: fences inside, tabs, blank lines at every place."""
    lines = st.sampled_from(
        (
            "x = 1",
            "    y",
            "\tz",
            "",
            "",
            "```",
            "````python",
            "~~~",
            "中文 `a`",
            "# no",
            "- n",
            "&lt;<b>",
        )
    )
    text = st.lists(lines, min_size=1, max_size=4).map("\n".join)
    languages = st.sampled_from(("", "", "python", "c++", "c#", "objective-c", "x`y"))
    return st.builds(CodeBlock, text, languages)


@cache
def figures(*, notes: bool = True) -> SearchStrategy[Figure]:
    """Figures of one to three pictures, with and without caption and credit."""
    maybe = _either(st.just(()), _runs(1, True, notes))
    return st.builds(
        Figure,
        st.lists(images(), min_size=1, max_size=3).map(tuple),
        maybe,
        maybe,
        st.sampled_from(("", "", "", *_IDENTIFIERS)),
    )


@cache
def _embeds(notes: bool) -> SearchStrategy[Embed]:
    return st.builds(
        Embed,
        addresses(),
        st.sampled_from(("video", "audio", "post", "document", "frame")),
        _either(st.just(""), words()),
        st.sampled_from(("", "YouTube", "哔哩哔哩", "A*B")),
        _either(st.none(), images()),
        _either(st.just(()), _runs(1, True, notes)),
    )


@cache
def tables(depth: int = 1, *, notes: bool = True, headings: bool = False) -> SearchStrategy[Table]:
    """Tables: of words alone, or with spans and blocks in their cells."""
    word = st.builds(lambda run: (Paragraph(run),), _runs(1, True, notes))
    simple = _either(word, word, st.just(()))
    rich = _either(word, st.just(()), _sequence(depth - 1, notes, headings))
    return _either(_table(simple, False, notes), _table(rich, True, notes))


@st.composite
def _table(draw: DrawFn, content: SearchStrategy[Blocks], spans: bool, notes: bool) -> Table:
    columns = draw(st.integers(1, 3))
    aligned: SearchStrategy[Alignment] = st.sampled_from(("", "left", "center", "right"))
    alignments = draw(_either(st.just(()), st.tuples(*[aligned] * columns)))
    head = draw(st.sampled_from((0, 1, 1, 1, 2 if spans else 1)))
    foot = draw(st.integers(0, 1)) if spans else 0
    cell = _grid_cells(content, spans)
    return Table(
        body=draw(_rows(cell, draw(st.integers(1, 3)), columns, header=False)),
        head=draw(_rows(cell, head, columns, header=True)),
        foot=draw(_rows(cell, foot, columns, header=False)),
        caption=draw(_either(st.just(()), _runs(1, True, notes))),
        alignments=alignments,
    )


MakeCell = Callable[[int, int], SearchStrategy[Cell]]


def _grid_cells(content: SearchStrategy[Blocks], spans: bool) -> MakeCell:
    """Cells for a place that has ``columns`` free to the right and ``rows`` downwards."""

    def cell(columns: int, rows: int) -> SearchStrategy[Cell]:
        if not spans:
            return st.builds(Cell, content)
        return st.builds(
            Cell,
            content,
            st.sampled_from((False, False, True)),
            st.integers(1, columns),
            st.integers(1, rows),
        )

    return cell


@st.composite
def _rows(
    draw: DrawFn, cell: MakeCell, count: int, columns: int, *, header: bool
) -> tuple[Row, ...]:
    """``count`` rows whose cells fill the grid once, spans included."""
    taken: set[tuple[int, int]] = set()
    rows: list[Row] = []
    for y in range(count):
        cells: list[Cell] = []
        for x in range(columns):
            if (x, y) in taken:
                continue
            free = 1
            while x + free < columns and (x + free, y) not in taken:
                free += 1
            made = draw(cell(free, count - y))
            taken |= {(x + i, y + j) for i in range(made.colspan) for j in range(made.rowspan)}
            cells.append(replace(made, header=True) if header else made)
        rows.append(Row(tuple(cells)))
    return tuple(rows)


# --- Articles ------------------------------------------------------------------------------


def bodies(depth: int = 2, *, max_blocks: int = 5) -> SearchStrategy[Blocks]:
    """Make the body of an article: headings skip no level, identifiers are there once."""
    return st.lists(_block(depth, True, True), min_size=1, max_size=max_blocks).map(_settled)


def _settled(body: list[Block]) -> Blocks:
    """``body`` with what only a whole article can promise."""
    level = 1
    seen: dict[str, int] = {}

    def settle(node: Any) -> Any:
        nonlocal level
        if isinstance(node, Heading):
            level = min(node.level, level + 1)
            node = replace(node, level=level)
        name = getattr(node, "identifier", "")
        if name:
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                node = replace(node, identifier=f"{name}.{seen[name]}")
        return node

    return walk(tuple(body), settle)


_ZONES = st.sampled_from(
    (
        UTC,
        timezone(timedelta(hours=8)),
        timezone(timedelta(hours=-3, minutes=-30)),
        timezone(timedelta(hours=5, minutes=45)),
    )
)


def moments() -> SearchStrategy[datetime]:
    """Points in time, with their zone."""
    return st.datetimes(
        min_value=datetime(1995, 1, 1),  # noqa: DTZ001
        max_value=datetime(2035, 12, 31),  # noqa: DTZ001
        timezones=_ZONES,
    ).map(lambda moment: moment.replace(microsecond=0))


@cache
def articles(depth: int = 2) -> SearchStrategy[Article]:
    """Whole articles: metadata known and unknown, bodies of every kind of block."""
    name = _either(st.just(""), words())
    names = st.lists(words(), max_size=3, unique=True).map(tuple)
    when = _either(st.none(), moments())
    made: SearchStrategy[Article] = st.builds(
        Article,
        title=_either(words(), words(), st.just("")),
        url=_either(st.just(""), addresses().filter(lambda url: url.startswith("http"))),
        site=name,
        authors=names,
        published=when,
        updated=when,
        archived=when,
        language=st.sampled_from(("", "zh-Hans", "zh-Hant", "en", "ja", "ko", "ar", "he", "fr-CA")),
        summary=name,
        tags=names,
        image=st.sampled_from(("", "https://example.com/a.jpg")),
        body=bodies(depth),
    )
    return made.map(_directed)


def _directed(article: Article) -> Article:
    return replace(article, direction="rtl") if article.language in ("ar", "he") else article


def editions(max_articles: int = 3) -> SearchStrategy[Edition]:
    """Editions of one article or several."""
    return st.lists(articles(1), min_size=1, max_size=max_articles).map(edition)
