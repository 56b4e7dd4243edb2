"""What Markdown means: three parsers that are not ours, and one form to compare in.

* ``github``: cmark-gfm, the parser of GitHub, through cmarkgfm;
* ``markdown_it``: markdown-it-py with footnotes and formulas;
* ``pandoc``: its reader ``gfm``.

Each gives HTML. :func:`of_html` and :func:`of_article` bring HTML and an article into the same
plain form (nested tuples), which keeps what a person could tell apart: blocks and their nesting,
words, what marks them (whatever the order of nesting), addresses, captions, notes at their place.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any, cast

import cmarkgfm
import lxml.html
import pypandoc
from cmarkgfm.cmark import Options
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from converters.article import (
    Article,
    BlockQuote,
    BulletList,
    Code,
    CodeBlock,
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
    plain_text,
)
from converters.notes import says_again, shown_address
from converters.writers._markdown_targets import Spot, Targets

Form = tuple[Any, ...]

# --- Parsers -------------------------------------------------------------------------------

_MARKDOWN_IT = (
    MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
    .use(front_matter_plugin)
    .use(footnote_plugin, inline=False)
    .use(dollarmath_plugin, double_inline=True, allow_space=False)
)
# Addresses are shown as they stand, not decoded for the eye.
setattr(_MARKDOWN_IT, "normalizeLinkText", str)  # noqa: B010


def github(text: str) -> str:
    """``text`` in HTML, as GitHub's parser has it."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    extensions = ["table", "strikethrough", "autolink", "tasklist"]
    return cast(
        str,
        cmarkgfm.markdown_to_html_with_extensions(text, options=options, extensions=extensions),
    )


def markdown_it(text: str) -> str:
    """``text`` in HTML, as markdown-it has it."""
    html = cast(str, _MARKDOWN_IT.render(text))
    # A formula on its own is a division, which has no place in a paragraph.
    formula = r'<p><span class="math display">\1</span></p>'
    html = re.sub(r'<div class="math block">\n(.*?)\n</div>', formula, html)
    return re.sub(
        '<div class="math inline">(.*?)</div>', r'<span class="math display">\1</span>', html
    )


class Pandoc:
    """One pandoc process that reads many documents: starting it takes longer than reading."""

    _SCRIPT = """
    local options = pandoc.WriterOptions{
      html_math_method = 'mathjax', wrap_text = 'none', highlight_method = 'none'
    }
    for line in io.lines() do
      local document = pandoc.read(pandoc.json.decode(line), 'gfm-emoji')
      io.write(pandoc.json.encode(pandoc.write(document, 'html', options)), '\\n')
      io.flush()
    end
    """

    def __init__(self, folder: str) -> None:
        script = f"{folder}/read.lua"
        with open(script, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(self._SCRIPT)
        self._process = subprocess.Popen(
            [pypandoc.get_pandoc_path(), "lua", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, text: str) -> str:
        """``text`` in HTML, as pandoc has it."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(text) + "\n")
        process.stdin.flush()
        html = cast(str, json.loads(process.stdout.readline()))
        # The others end code with the line feed before its closing fence.
        return html.replace("</code></pre>", "\n</code></pre>")

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


# --- The form ------------------------------------------------------------------------------

Marks = frozenset[Any]
Item = tuple[Any, ...]


class _Line:
    """A run of inlines in the making: text with its marks, and other things between."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def text(self, text: str, marks: Marks) -> None:
        if not text:
            return
        if self.items and self.items[-1][0] == "text" and self.items[-1][2] == marks:
            text = self.items.pop()[1] + text
        self.items.append(("text", text, marks))

    def thing(self, *thing: Any) -> None:
        self.items.append(thing)

    def formula(self, display: bool, tex: str, marks: Marks) -> None:
        """A formula; formulas side by side are one formula, or stand apart."""
        last = self.items[-1] if self.items else ("",)
        if last[0] == "math":
            if not (last[1] or display) and last[3] == marks:
                self.items[-1] = ("math", False, f"{last[2]} {tex}", marks)
                return
            self.text(" ", marks)
        self.thing("math", display, tex, marks)

    def finish(self) -> Form:
        """The run without what is not shown: white space at its edges and at line breaks."""
        items = self.items
        while items and items[0][0] == "break":
            items.pop(0)
        while items and items[-1][0] == "break":
            items.pop()
        for index, item in enumerate(items):
            if item[0] == "text" and "code" not in item[2]:
                text = re.sub("[ \n]+", " ", item[1])
                if _edge(items[:index][::-1]):
                    text = text.lstrip(" ")
                if _edge(items[index + 1 :]):
                    text = text.rstrip(" ")
                items[index] = ("text", text, item[2])
        line = _Line()
        for item in items:
            if item[0] == "text":
                line.text(*item[1:])
            else:
                line.items.append(item)
        return tuple(line.items)


def _edge(neighbours: Sequence[Item]) -> bool:
    """Whether a line ends where ``neighbours`` follow: nothing visible, or a break."""
    for item in neighbours:
        if item[0] == "break":
            return True
        if item[0] != "anchor":
            return False
    return True


def _address(url: str) -> str:
    """``url`` with everything encoded that a renderer may encode: comparable byte for byte."""
    return re.sub(
        "[^A-Za-z0-9%]",
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()),
        url,
    )


def _link(url: str, title: str) -> tuple[str, str, str]:
    return ("link", _address(url), title)


def _paragraph(form: Form) -> Form:
    return (("p", form),) if form else ()


# --- From an article -----------------------------------------------------------------------

_SIMPLE_MARKS = {
    Emphasis: "em",
    Strong: "strong",
    Strikeout: "del",
    Underline: "u",
    Superscript: "sup",
    Subscript: "sub",
}
_KINDS = {"video": "►", "audio": "♪", "post": "◆", "document": "■", "frame": "□"}


def of_article(article: Article, *, title: bool = True) -> Form:
    """The form of ``article``, whose notes are numbered, as the writer promises to write it."""
    made = _FromArticle(Targets().of(article, Spot()))
    heading = ((Text(article.title),),) if title and article.title else ()
    titles = tuple(("h", 1, made.line(content)) for content in heading)
    return (*titles, *made.blocks(article.body))


class _FromArticle:
    def __init__(self, targets: dict[str, str]) -> None:
        self.targets = targets

    def blocks(self, blocks: Iterable[Any]) -> Form:
        return tuple(form for block in blocks for form in self.block(block))

    def block(self, block: Any) -> Form:
        match block:
            case Paragraph():
                return _paragraph(self.line(block.content))
            case Heading():
                return (("h", max(block.level, 2), self.line(block.content)),)
            case BlockQuote():
                return (
                    ("quote", (*self.blocks(block.content), *self.marked("—", block.citation))),
                )
            case BulletList():
                return (("ul", tuple(map(self.blocks, block.items))),)
            case OrderedList():
                return (("ol", block.start, tuple(map(self.blocks, block.items))),)
            case DefinitionList():
                return (("dl", tuple(self.definitions(block))),)
            case CodeBlock():
                return (("pre", block.language, block.text + "\n"),)
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case ThematicBreak():
                return (("hr",),)
            case Embed():
                return self.embed(block)
        raise AssertionError(block)

    def marked(self, mark: str, content: tuple[Inline, ...]) -> Form:
        return _paragraph(self.line((Text(f"{mark} "), *content))) if self.line(content) else ()

    def definitions(self, block: DefinitionList) -> Iterable[Form]:
        for item in block.items:
            yield ("dt", _paragraph(self.line(item.term)))
            for definition in item.definitions:
                yield ("dd", self.blocks(definition))

    def table(self, table: Table) -> Form:
        rows = [self.row(row, table) for row in (*table.head, *table.body, *table.foot)]
        head = len(table.head)
        if head == 1 and _is_empty(rows[0]):
            rows, head = rows[1:], 0
        caption = self.line(table.caption)
        return (("table", caption, head, tuple(rows)),)

    def row(self, row: Row, table: Table) -> Form:
        return tuple((cell.colspan, cell.rowspan, self.blocks(cell.content)) for cell in row.cells)

    def figure(self, figure: Figure) -> Form:
        line = _Line()
        if figure.identifier in self.targets:
            line.thing("anchor", self.targets[figure.identifier])
        told = plain_text((*figure.caption, Text(" "), *figure.credit))
        for index, image in enumerate(figure.images):
            line.text(" " if index else "", frozenset())
            self.image(image, line, frozenset(), told)
        caption = _Line()
        for mark, content in (("▲", figure.caption), ("△", figure.credit)):
            if self.line(content):
                caption.text(" ", frozenset())
                self.items((Text(f"{mark} "), *content), caption, frozenset())
                caption.items[:] = _Kept(caption.items).finish()
        return (*_paragraph(line.finish()), *_paragraph(caption.finish()))

    def embed(self, embed: Embed) -> Form:
        line = _Line()
        title = embed.title or embed.provider or embed.url
        if embed.poster is not None:
            told = f"{embed.title} {plain_text(embed.caption)}"
            poster = embed.poster
            link = frozenset((_link(embed.url, ""),))
            self.image(_unlinked(poster), line, link, told)
            line.thing("break")
        content: tuple[Inline, ...] = (
            Text(f"{_KINDS[embed.kind]} "),
            Link((Text(title),), embed.url),
        )
        if embed.title and embed.provider:
            content += (Text(f" · {embed.provider}"),)
        self.items(content, line, frozenset())
        return (*_paragraph(line.finish()), *self.marked("▲", embed.caption))

    def line(self, content: Iterable[Inline]) -> Form:
        line = _Line()
        self.items(content, line, frozenset())
        return line.finish()

    def items(self, content: Iterable[Inline], line: _Line, marks: Marks) -> None:
        for item in content:
            self.item(item, line, marks)

    def item(self, item: Inline, line: _Line, marks: Marks) -> None:
        match item:
            case Text():
                line.text(item.text, marks)
            case Code():
                line.text(item.text, marks | {"code"})
            case LineBreak():
                line.thing("break")
            case Image():
                self.image(item, line, marks, "")
            case Math():
                line.formula(item.display, item.tex, marks)
            case Ruby():
                line.thing("ruby", self.line(item.content), item.annotation, marks)
            case Note():
                line.thing("note", item.number, self.blocks(item.content))
            case Span():
                self.span(item, line, marks)
            case Link():
                self.link(item, line, marks)
            case _:
                self.items(item.content, line, marks | {_SIMPLE_MARKS[type(item)]})

    def span(self, span: Span, line: _Line, marks: Marks) -> None:
        if span.identifier in self.targets:
            line.thing("anchor", self.targets[span.identifier])
        given = {
            ("lang", span.language),
            ("dir", span.direction),
            ("title", span.title),
        }
        more = {mark for mark in given if mark[1]} | ({"mark"} if span.mark else set())
        self.items(span.content, line, marks | more)

    def link(self, link: Link, line: _Line, marks: Marks) -> None:
        if any(isinstance(mark, tuple) and mark[0] == "link" for mark in marks):
            self.items(link.content, line, marks)
            return
        url = "#" + self.targets[link.url[1:]] if link.url.startswith("#") else link.url
        content: tuple[Inline, ...] = link.content
        if content == (Text(shown_address(url)),) and not link.title:
            # Such a link is written as its address, which then is its text, too.
            content = (Text(url.removeprefix("mailto:")),)
        inner = _Line()
        self.items(content, inner, marks | {_link(url, link.title)})
        line.items += [item for item in inner.items if item[0] != "note"]
        line.items += [item for item in inner.items if item[0] == "note"]

    def image(self, image: Image, line: _Line, marks: Marks, told: str) -> None:
        linked = any(isinstance(mark, tuple) and mark[0] == "link" for mark in marks)
        if image.link and not linked:
            marks |= {_link(image.link, "")}
        alt = "" if says_again(image.alt, told) else " ".join(image.alt.split(" "))
        line.thing("image", _address(image.url), alt, image.title, marks)


class _Kept(_Line):
    """A part of a line whose white space is settled."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__()
        self.items = items

    def finish(self) -> Form:
        return tuple(self.items)


def _unlinked(image: Image) -> Image:
    return Image(image.url, image.alt, image.title)


def _is_empty(row: Form) -> bool:
    return all(cell == (1, 1, ()) for cell in row)


# --- From HTML -----------------------------------------------------------------------------

_BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "pre", "table"),
    *("hr", "div", "section"),
}
_HTML_MARKS = {"em", "strong", "del", "u", "sup", "sub", "code", "mark"}


def of_html(html: str) -> Form:
    """Bring what a parser made into the form, its notes at their places."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    return _FromHtml(root).blocks(root)


class _FromHtml:
    def __init__(self, root: HtmlElement) -> None:
        self.notes: dict[str, HtmlElement] = {}
        for section in root.xpath("//section[contains(@class, 'footnotes')]"):
            for item in section.iter("li"):
                if item.get("id", "").startswith("fn"):
                    self.notes[item.get("id")] = item
            section.drop_tree()
        for rule in root.xpath("//hr[@class='footnotes-sep']"):
            rule.drop_tree()
        for link in root.xpath("//a[contains(@class, 'footnote-back')]"):
            link.drop_tree()
        for item in self.notes.values():
            for link in item.xpath(".//a[contains(@class, 'footnote-back')]"):
                link.drop_tree()
        self.numbers: dict[str, int] = {}

    def blocks(self, element: HtmlElement) -> Form:
        """The blocks in ``element``; words that stand in none are a paragraph."""
        forms: list[Any] = []
        line = _Line()
        line.text(element.text or "", frozenset())
        for child in element:
            if child.tag in _BLOCKS:
                forms += _paragraph(line.finish())
                line = _Line()
                forms += self.block(child)
            else:
                self.item(child, line, frozenset())
            line.text(child.tail or "", frozenset())
        return tuple(_with_captions((*forms, *_paragraph(line.finish()))))

    def block(self, element: HtmlElement) -> Form:
        tag = element.tag
        match tag:
            case "p":
                return _paragraph(self.line(element))
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return (("h", int(tag[1]), self.line(element)),)
            case "blockquote":
                return (("quote", self.blocks(element)),)
            case "ul":
                return (("ul", tuple(self.blocks(item) for item in element)),)
            case "ol":
                start = int(element.get("start", "1"))
                return (("ol", start, tuple(self.blocks(item) for item in element)),)
            case "dl":
                return (("dl", tuple((item.tag, self.blocks(item)) for item in element)),)
            case "pre":
                return (self.code(element),)
            case "table":
                return (self.table(element),)
            case "hr":
                return (("hr",),)
        return ((tag, element.get("class"), self.blocks(element)),)

    def code(self, element: HtmlElement) -> Form:
        code = element.find("code")
        assert code is not None
        language = code.get("class", "").removeprefix("language-") or element.get("class", "")
        return ("pre", language, code.text_content() or "\n")

    def table(self, element: HtmlElement) -> Form:
        caption = element.find("caption")
        line: Form = ()
        if caption is not None:
            inner = self.blocks(caption)
            line = inner[0][1] if inner else ()
        rows = [self.row(row) for row in element.iter("tr") if _nearest_table(row) is element]
        heads = element.findall("thead/tr")
        head = len(heads)
        if head == 1 and _is_empty(rows[0]):
            rows, head = rows[1:], 0
        return ("table", line, head, tuple(rows))

    def row(self, row: HtmlElement) -> Form:
        return tuple(
            (int(cell.get("colspan", "1")), int(cell.get("rowspan", "1")), self.blocks(cell))
            for cell in row
        )

    def line(self, element: HtmlElement) -> Form:
        line = _Line()
        self.children(element, line, frozenset())
        return line.finish()

    def children(self, element: HtmlElement, line: _Line, marks: Marks) -> None:
        line.text(element.text or "", marks)
        for child in element:
            self.item(child, line, marks)
            line.text(child.tail or "", marks)

    def item(self, element: HtmlElement, line: _Line, marks: Marks) -> None:
        if not isinstance(element.tag, str):
            line.thing("comment", str(element))
            return
        tag, kind = element.tag, element.get("class", "")
        if "footnote-ref" in kind:
            self.note(element, line)
        elif tag == "br":
            line.thing("break")
        elif tag == "img":
            title, alt = element.get("title", ""), element.get("alt", "")
            line.thing("image", _address(element.get("src", "")), alt, title, marks)
        elif "math" in kind.split():
            self.formula(element, line, marks)
        elif tag == "ruby":
            self.ruby(element, line, marks)
        elif tag == "s":
            self.children(element, line, marks | {"del"})
        else:
            self.marked(element, line, marks)

    def marked(self, element: HtmlElement, line: _Line, marks: Marks) -> None:
        tag = element.tag
        if element.get("id") and not element.get("id", "").startswith("fnref"):
            line.thing("anchor", element.get("id"))
        more: set[Any] = {tag} if tag in _HTML_MARKS else set()
        if tag == "a" and element.get("href") is not None:
            more.add(_link(element.get("href", ""), element.get("title", "")))
        else:
            more |= {(name, element.get(name)) for name in ("lang", "dir") if element.get(name)}
            more |= {("title", element.get("title"))} if element.get("title") else set()
        self.children(element, line, marks | more)

    def note(self, element: HtmlElement, line: _Line) -> None:
        link = element if element.tag == "a" else element.find("a")
        assert link is not None
        name = link.get("href", "")[1:]
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        line.thing("note", number, self.blocks(self.notes[name]))

    def formula(self, element: HtmlElement, line: _Line, marks: Marks) -> None:
        tex = element.text_content()
        display = "display" in element.get("class", "") or element.tag == "div"
        if tex.startswith(("\\(", "\\[")):
            tex = tex[2:-2]
        line.formula(display, tex, marks)

    def ruby(self, element: HtmlElement, line: _Line, marks: Marks) -> None:
        base, annotation = _Line(), ""
        base.text(element.text or "", frozenset())
        for child in element:
            if child.tag == "rt":
                annotation += child.text_content()
            elif child.tag != "rp":
                self.item(child, base, frozenset())
            base.text(child.tail or "", frozenset())
        line.thing("ruby", base.finish(), annotation, marks)


def _with_captions(forms: Form) -> Iterable[Form]:
    """``forms`` with each caption before a table in it."""
    for index, form in enumerate(forms):
        following = forms[index + 1 : index + 2]
        before = forms[index - 1] if index else ("",)
        if following and following[0][0] == "table" and _is_caption(form):
            continue
        if form[0] == "table" and _is_caption(before):
            (_, text, marks), *rest = cast(Any, before)[1]
            words = text.removeprefix("▼ ")
            yield ("table", ((("text", words, marks),) if words else ()) + tuple(rest), *form[2:])
        else:
            yield form


def _is_caption(form: Form) -> bool:
    return bool(form[0] == "p" and form[1][0][0] == "text" and str(form[1][0][1]).startswith("▼ "))


def _nearest_table(row: HtmlElement) -> HtmlElement | None:
    return next(iter(row.iterancestors("table")), None)
