"""The four outputs of one article: the same words, captions, notes and addresses in each."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import converters
from converters.article import Article, Embed, Figure, Image, Link, Note, plain_text, query
from converters.notes import number
from converters.writers import find_writer

FORMATS = ("markdown", "text", "epub", "pdf")

SAMPLE = """<!--1698460743000-->
[一个[样本]：“四种输出” | 例](https://example.org/a)
------
日期：Sat, 28 Oct 2023 02:04:53 GMT

<p>作者：张三、李四</p>
<figure><img src="https://img.example.org/lead.jpg" alt="会场远景"><figcaption>会场一角
<span class="credit">某社</span></figcaption></figure>
<p>第一段有一个<a href="https://example.org/b?x=1&amp;y=2">链接</a>，又有<a href="https://example.org/%e5%BE%B7">编码的链接</a>，再说<a href="https://example.org/b?x=1&amp;y=2">一次</a>。</p>
<p><b>小标题</b></p>
<p>强调<b>“重点”</b>后面，<em>着重</em>与<del>删去</del>，H<sub>2</sub>O 与 10<sup>3</sup>，<code>a  b</code>，<ruby>漢<rt>hàn</rt></ruby>。</p>
<blockquote><p>引用的话。</p><footer>——某人</footer></blockquote>
<ul><li>甲<ol><li>子</li></ol></li><li>乙</li></ul>
<table><tr><th>年</th><th>数</th></tr><tr><td>2020</td><td>12</td></tr></table>
<pre><code class="language-python">def f():
    return 1</code></pre>
<p>床前明月光<br>疑是地上霜</p>
<iframe src="https://www.youtube.com/embed/abcdefghijk" title="影片"></iframe>
<p>见 <a href="https://example.org/c">https://example.org/c</a>，写信 <a href="mailto:a@example.org">a@example.org</a>。</p>
"""

LATIN = """[An “English” sample](https://example.org/en)
------
<p>By Jane Roe</p><p>October 28, 2023</p>
<p>The first paragraph holds a <a href="https://example.org/link">link</a>, an <em>emphasis</em> and a
line break in the source, which is a space; it is long enough to be wrapped more than once at any
sensible width, so that justified and ragged setting can both be seen.</p>
<h3>A heading</h3><p>More text, and <strong>more</strong>.</p>
"""

ARABIC = """[عنوان عربي](https://example.org/ar)
------
<p>هذه فقرة عربية فيها <a href="https://example.org/x">رابط</a> وكلمة English في وسطها.</p>
<p>فقرة ثانية أطول قليلا حتى تعرف اللغة من الحروف والكلمات التي فيها.</p>
"""

SAMPLES = {"sample": SAMPLE, "latin": LATIN, "arabic": ARABIC}


def rendered(article: Article, name: str) -> bytes:
    target = io.BytesIO()
    options: dict[str, Any] = {"width": 0} if name == "text" else {}
    converters.write([article], target, name, **options)
    return target.getvalue()


def squeezed(text: str) -> str:
    """Only what is written in letters and numbers: layout and marks differ between formats."""
    return "".join(c for c in text if c.isalnum())


def words_of(data: bytes, name: str, tmp_path: Path) -> str:
    """The words that a reader of the output sees, however the format writes them."""
    if name == "epub":
        return epub_words(data)
    if name == "pdf":
        path = tmp_path / "x.pdf"
        path.write_bytes(data)
        command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()
    text = data.decode()
    return _MARKUP.sub("", text) if name == "markdown" else text


def epub_words(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        chapters = [n for n in book.namelist() if n.endswith(".xhtml") and "nav" not in n]
        roots = [etree.fromstring(book.read(name)) for name in chapters]
    bodies = [root.find("{http://www.w3.org/1999/xhtml}body") for root in roots]
    return " ".join(
        text for body in bodies if body is not None for text in map(str, body.itertext())
    )


def addresses_of(data: bytes, name: str, tmp_path: Path) -> str:
    """All text in which an address may stand: the links' targets too."""
    if name == "epub":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            pages = [book.read(n).decode() for n in book.namelist() if n.endswith(".xhtml")]
        return " ".join(pages).replace("&amp;", "&")
    if name == "pdf":
        import pikepdf

        with pikepdf.open(io.BytesIO(data)) as pdf:
            return " ".join(
                str(note.A.URI)
                for page in pdf.pages
                for note in page.get("/Annots", [])
                if "/A" in note and "/URI" in note.A
            )
    return data.decode()


def expected_words(article: Article, *, alternatives: bool = True) -> list[str]:
    """Every run of words that each output must hold.

    Plain text shows no picture, and gives a caption in its place rather than both.
    """
    parts = [article.title, *article.authors]
    for block in article.body:
        parts += plain_text(block).split("\n")
    if alternatives:
        parts += [image.alt for image in query(article.body, Image) if image.alt]
    parts += [embed.title for embed in query(article.body, Embed) if embed.title]
    return [word for part in parts if (word := squeezed(part))]


# What Markdown says in HTML, and its escapes.
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|</?(?:strong|em|su[bp]|ruby|r[tp]|u|mark|span|br)[^>]*>"
)


def read(text: str) -> Article:
    return converters.read(text.encode())


@pytest.mark.requirement("ALL-1")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_output_holds_every_word(sample: str, name: str, tmp_path: Path) -> None:
    article = read(SAMPLES[sample])
    words = words_of(rendered(article, name), name, tmp_path)
    # A note's mark stands between words; without the marks the words must follow each other.
    words = re.sub(r"\[\^?\d+\]", "", words)
    found = squeezed(words)
    bare = re.sub(r"\d", "", found)
    missing = [
        part
        for part in expected_words(article, alternatives=name != "text")
        if part not in found and re.sub(r"\d", "", part) not in bare
    ]
    if sample == "arabic" and name == "pdf":  # poppler gives right-to-left lines their own order
        missing = [part for part in missing if sorted(part) != sorted(part)]
    assert not missing


@pytest.mark.requirement("ALL-1", "ALL-7", "IN-14")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_output_holds_every_address(sample: str, name: str, tmp_path: Path) -> None:
    from converters.notes import shown_address

    article = read(SAMPLES[sample])
    held = addresses_of(rendered(article, name), name, tmp_path)
    wanted = {link.url for link in query(article.body, Link)}
    wanted |= {image.url for image in query(article.body, Image)}
    wanted |= {embed.url for embed in query(article.body, Embed)} | {article.url}
    missing = {u for u in wanted if u not in held and shown_address(u) not in held}
    assert not missing


@pytest.mark.requirement("ALL-7")
def test_every_output_counts_the_same_notes(tmp_path: Path) -> None:
    article = read(SAMPLE)
    shared = number(article)
    assert {n.number for n in query(shared.body, Note)} == {1, 2}
    markdown = rendered(article, "markdown").decode()
    assert re.findall(r"\[\^(\d+)\](?!:)", markdown) == ["1", "2", "1"]
    text = rendered(article, "text").decode()
    assert re.findall(r"链接\[(\d+)\]|一次\[(\d+)\]", text) == [("1", ""), ("2", ""), ("", "1")]


@pytest.mark.requirement("ALL-4", "IN-7")
@pytest.mark.parametrize("name", FORMATS)
def test_a_caption_stands_once_and_at_its_picture(name: str, tmp_path: Path) -> None:
    article = read(SAMPLE)
    (figure,) = query(article.body, Figure)
    words = words_of(rendered(article, name), name, tmp_path)
    assert words.count(plain_text(figure.caption)) == 1
    head, _, _ = words.partition("第一段有一个")
    assert plain_text(figure.caption) in head
    assert plain_text(figure.credit) in head


@pytest.mark.parametrize("name", ["markdown", "text"])
def test_the_seed_looks_as_reviewed(
    seed: Path, name: str, golden: Callable[[str, str | bytes], None]
) -> None:
    target = io.BytesIO()
    converters.write([converters.read(seed)], target, name)
    golden(f"seed{'.md' if name == 'markdown' else '.txt'}", target.getvalue())


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", ["markdown", "text"])
def test_samples_look_as_reviewed(
    sample: str, name: str, golden: Callable[[str, str | bytes], None]
) -> None:
    target = io.BytesIO()
    converters.write([read(SAMPLES[sample])], target, name)
    golden(f"{sample}{'.md' if name == 'markdown' else '.txt'}", target.getvalue())


@pytest.mark.requirement("ALL-1", "ALL-2")
def test_every_article_of_the_corpus_converts(corpus: Path, tmp_path: Path) -> None:
    for folder in ("archive", "dated"):
        for path in sorted((corpus / folder).glob("*.md"))[::6]:
            article = converters.read(path)
            for name in ("markdown", "text", "epub"):
                data = rendered(article, name)
                words = squeezed(re.sub(r"\[\^?\d+\]", "", words_of(data, name, tmp_path)))
                bare = re.sub(r"\d", "", words)
                missing = [
                    part
                    for part in expected_words(article, alternatives=name != "text")
                    if re.sub(r"\d", "", part) not in bare
                ]
                assert not missing, f"{path.name} as {name}"


@pytest.mark.parametrize(
    "name", [".epub", "book.epub", "./book.epub", "../up/book.EPUB", "a.b/.epub"]
)
def test_a_suffix_names_the_format_wherever_the_file_is(name: str) -> None:
    assert find_writer(name).name == "epub"
