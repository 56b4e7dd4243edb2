"""Notes that a source had: every way in which pages tie them, read as notes (IN-15)."""

import pytest

from converters.article import (
    Block,
    Heading,
    Link,
    Note,
    OrderedList,
    Paragraph,
    Superscript,
    plain_text,
    query,
)
from converters.readers.markup import Body, read_html

pytestmark = pytest.mark.requirement("IN-15")

PAGE = "https://example.org/2020/essay"


def notes_of(body: Body) -> list[str]:
    return [plain_text(note.content) for note in query(body.blocks, Note)]


def words_of(blocks: tuple[Block, ...]) -> list[str]:
    return [plain_text(block) for block in blocks]


PANDOC = """
<p>One claim<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> and
another.<a href="#fn2" class="footnote-ref" id="fnref2" role="doc-noteref"><sup>2</sup></a></p>
<p>The end.</p>
<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes"><hr />
<ol><li id="fn1"><p>First, with <a href="https://a.example/">a source</a>.<a href="#fnref1"
class="footnote-back" role="doc-backlink">↩︎</a></p></li>
<li id="fn2"><p>Second.</p><p>In two paragraphs.<a href="#fnref2" class="footnote-back"
role="doc-backlink">↩︎</a></p></li></ol></section>"""

WORDPRESS = """
<p>One claim<sup data-fn="aa-bb" class="fn"><a id="aa-bb-link" href="#aa-bb">1</a></sup> and
another.<sup data-fn="cc-dd" class="fn"><a id="cc-dd-link" href="#cc-dd">2</a></sup></p>
<p>The end.</p>
<ol class="wp-block-footnotes"><li id="aa-bb">First, with <a href="https://a.example/">a source</a>.
<a href="#aa-bb-link" aria-label="Jump to footnote reference 1">↩︎</a></li>
<li id="cc-dd">Second. <a href="#cc-dd-link">↩︎</a></li></ol>"""

SUBSTACK = """
<p>One claim<a class="footnote-anchor" data-component-name="FootnoteAnchorToDOM"
id="footnote-anchor-1-77" href="#footnote-1-77" target="_self">1</a> and another.<a
class="footnote-anchor" id="footnote-anchor-2-77" href="#footnote-2-77" target="_self">2</a></p>
<p>The end.</p>
<div class="footnote" data-component-name="FootnoteToDOM"><a id="footnote-1-77"
href="#footnote-anchor-1-77" class="footnote-number" contenteditable="false">1</a>
<div class="footnote-content"><p>First, with <a href="https://a.example/">a source</a>.</p></div></div>
<div class="footnote" data-component-name="FootnoteToDOM"><a id="footnote-2-77"
href="#footnote-anchor-2-77" class="footnote-number">2</a>
<div class="footnote-content"><p>Second.</p><p>In two paragraphs.</p></div></div>"""

GHOST = """
<p>One claim<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup> and
another.<sup class="footnote-ref"><a href="#fn2" id="fnref2">[2]</a></sup></p>
<p>The end.</p>
<hr class="footnotes-sep"><section class="footnotes"><ol class="footnotes-list">
<li id="fn1" class="footnote-item"><p>First, with <a href="https://a.example/">a source</a>.
<a href="#fnref1" class="footnote-backref">↩︎</a></p></li>
<li id="fn2" class="footnote-item"><p>Second. <a href="#fnref2" class="footnote-backref">↩︎</a></p>
</li></ol></section>"""

WIKIPEDIA = """
<p>One claim<sup id="cite_ref-a_1-0" class="reference"><a href="#cite_note-a-1"><span
class="cite-bracket">[</span>1<span class="cite-bracket">]</span></a></sup> and another.<sup
id="cite_ref-2" class="reference"><a href="#cite_note-2">[2]</a></sup></p>
<p>The end.<sup id="cite_ref-a_1-1" class="reference"><a href="#cite_note-a-1">[1]</a></sup></p>
<h2 id="References">References</h2>
<div class="reflist"><ol class="references">
<li id="cite_note-a-1"><span class="mw-cite-backlink">^ <a href="#cite_ref-a_1-0"><sup><i><b>a</b>
</i></sup></a> <a href="#cite_ref-a_1-1"><sup><i><b>b</b></i></sup></a></span> <span
class="reference-text">First, with <a href="https://a.example/">a source</a>.</span></li>
<li id="cite_note-2"><span class="mw-cite-backlink"><b><a href="#cite_ref-2">^</a></b></span>
<span class="reference-text">Second.</span></li></ol></div>"""

WORD = """
<p class=MsoNormal>One claim<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""
><span class=MsoFootnoteReference><span>[1]</span></span></a> and another.<a href="#_ftn2"
name="_ftnref2" title=""><span class=MsoFootnoteReference>[2]</span></a></p>
<p class=MsoNormal>The end.</p>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"
title=""><span class=MsoFootnoteReference>[1]</span></a> First, with <a href="https://a.example/">a
source</a>.</p></div>
<div style='mso-element:footnote' id=ftn2><p class=MsoFootnoteText><a href="#_ftnref2" name="_ftn2"
title=""><span>[2]</span></a> Second.</p></div></div>"""

BY_HAND = """
<p>One claim<sup><a href="#n1">1</a></sup> and another.<sup><a href="#n2">2</a></sup></p>
<p>The end.</p>
<p><b>Notes</b></p>
<p><a name="n1"></a>1. First, with <a href="https://a.example/">a source</a>.</p>
<p><a name="n2"></a>2. Second.</p>"""

FULL_ADDRESS = GHOST.replace('href="#', f'href="{PAGE}#')
OTHER_ADDRESS = GHOST.replace('href="#', 'href="http://www.example.org/old-name#')
IN_BRACKETS = """
<p>One claim[<a href="#note1" id="ref1">1</a>] and another.[<a href="#note2" id="ref2">2</a>]</p>
<p>The end.</p>
<h3>Notes</h3>
<p id="note1">[<a href="#ref1">1</a>] First, with <a href="https://a.example/">a source</a>.</p>
<p id="note2">[<a href="#ref2">2</a>] Second.</p>"""

ALL = {
    "pandoc": PANDOC,
    "wordpress": WORDPRESS,
    "substack": SUBSTACK,
    "ghost": GHOST,
    "wikipedia": WIKIPEDIA,
    "word": WORD,
    "by hand": BY_HAND,
    "full address": FULL_ADDRESS,
    "another address": OTHER_ADDRESS,
    "brackets outside the link": IN_BRACKETS,
}


@pytest.mark.parametrize("html", ALL.values(), ids=ALL)
def test_linked_notes_stand_at_their_marks_and_nothing_of_them_elsewhere(html: str) -> None:
    body = read_html(html, base=PAGE)
    notes = list(dict.fromkeys(notes_of(body)))
    assert notes[0] == "First, with a source."
    assert notes[1].startswith("Second.")
    first, last = body.blocks
    assert isinstance(first, Paragraph)
    assert plain_text(first) == "One claim and another."
    kinds = [type(item) for item in first.content]
    assert kinds == [type(first.content[0]), Note, type(first.content[2]), Note]
    assert plain_text(last) == "The end."
    assert next(link.url for link in query(body.blocks, Link)) == "https://a.example/"


def test_a_note_keeps_its_paragraphs() -> None:
    for html in (PANDOC, SUBSTACK):
        second = list(query(read_html(html).blocks, Note))[1]
        assert words_of(second.content) == ["Second.", "In two paragraphs."]


def test_a_note_called_twice_is_one_note() -> None:
    body = read_html(WIKIPEDIA, base=PAGE)
    first, _, again = query(body.blocks, Note)
    assert first == again


def test_what_is_left_out_of_the_lists_is_reported() -> None:
    dropped = {drop.what: drop for drop in read_html(WIKIPEDIA).findings.dropped()}
    assert dropped["way back from a note"].count == 3
    assert dropped["title of notes"].text == "References"


def test_a_list_that_also_holds_other_things_keeps_them() -> None:
    html = PANDOC.replace("</ol></section>", '<li id="fn9">Never called.</li></ol></section>')
    body = read_html(html)
    assert len(notes_of(body)) == 2
    assert plain_text(body.blocks[-1]) == "Never called."


@pytest.mark.parametrize(
    "html",
    [
        '<p>See <a href="#part2">2</a> and more text here.</p><h2 id="part2">Part two</h2><p>Text.</p>',
        '<ul><li><a href="#a">1</a></li><li><a href="#b">2</a></li></ul>'
        '<p id="a">The first part of it.</p><p id="b">The second part of it.</p>',
        '<p>Up <a href="#top">↑</a></p><p id="top">Top.</p>',
    ],
    ids=["a part", "a contents list", "an arrow"],
)
def test_links_within_a_page_that_are_no_notes_stay_links(html: str) -> None:
    body = read_html(html)
    assert notes_of(body) == []
    assert any(link.url.startswith("#") for link in query(body.blocks, Link))


def test_notes_in_a_table_of_numbers_and_texts() -> None:
    html = """<p>A word<sup><a href="#t1" id="b1">1</a></sup>.</p><table>
    <tr><td><a href="#b1" id="t1">1</a></td><td>What it means.</td></tr></table>"""
    body = read_html(html)
    assert notes_of(body) == ["What it means."]
    assert len(body.blocks) == 1


PLAIN = """<p>第一个说法[1]，第二个说法[2]。再说一次[1]。</p><p>结束。</p><p>{title}</p>
<p>[1] 出处甲，<a href="https://a.example/">链接</a>。</p><p>[2] 出处乙。</p>"""


def test_written_notes_are_found_at_the_end() -> None:
    body = read_html(PLAIN.format(title="注释："))
    assert notes_of(body) == ["出处甲，链接。", "出处乙。", "出处甲，链接。"]
    assert words_of(body.blocks) == ["第一个说法，第二个说法。再说一次。", "结束。"]
    assert len(notes_of(read_html(PLAIN.format(title="")))) == 3


def test_written_notes_in_lines_and_raised_marks() -> None:
    html = """<p>A claim<sup>1</sup> and one more<sup>[2]</sup>.</p><h2>Notes</h2>
    <p>[1] Here.<br>[2] There.</p><p>© 2020 Example</p>"""
    body = read_html(html)
    assert notes_of(body) == ["Here.", "There."]
    assert not any(isinstance(block, Heading) for block in body.blocks)


@pytest.mark.parametrize(
    "html",
    [
        "<p>No marks in the text at all.</p><p>[1] One.</p><p>[2] Two.</p>",
        "<p>Only the first[1] is called.</p><p>[1] One.</p><p>[2] Two.</p>",
        "<p>A gap[1][3].</p><p>[1] One.</p><p>[3] Three.</p>",
        "<p>Parts ① and ②.</p><p>① One.</p><p>② Two.</p>",
        "<p>x<sup>2</sup> and y<sup>1</sup></p><ol><li>a</li><li>b</li></ol>",
    ],
    ids=["no marks", "one without a mark", "a gap", "parts of a text", "powers"],
)
def test_what_only_looks_like_written_notes_stays(html: str) -> None:
    body = read_html(html)
    assert notes_of(body) == []
    kept = list(query(body.blocks, Paragraph, OrderedList, Superscript))
    assert len(kept) >= 3


def test_many_notes_and_deep_marks_take_no_time() -> None:
    marks = "".join(f'<sup><a href="#f{n}" id="r{n}">{n}</a></sup> word ' for n in range(1, 2001))
    items = "".join(f'<li id="f{n}">Note {n}. <a href="#r{n}">↩</a></li>' for n in range(1, 2001))
    body = read_html(f"<p>{marks}</p><ol>{items}</ol>")
    assert notes_of(body)[-1] == "Note 2000."
    assert len(body.blocks) == 1
