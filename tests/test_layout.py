"""The proofs of layout, proved: each finds the fault that it is there for, and none in a good page.

The pages are made by WeasyPrint from plain HTML and CSS, in a process without anything of ours; the
broken ones differ from the good one in a line.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from PIL import Image as Raster

from tests import layout
from tests.printed import Box, Printed, read

# Fixed heights wherever a fault depends on them: fonts differ from machine to machine.
_CSS = """
@page { size: 300pt 400pt; margin: 50pt;
  @top-left { content: string(head, first-except); font-size: 8pt;
    vertical-align: bottom; padding-bottom: 4pt }
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font-size: 8pt;
    vertical-align: top; padding-top: 4pt }
  @footnote { margin-top: 8pt } }
html { font: 10pt/15pt "Noto Serif", "DejaVu Serif", serif }
body, p, section, h1, h2, figure, ul { margin: 0; orphans: 1; widows: 1 }
h1 { font-size: 18pt; line-height: 30pt }
article h1 { string-set: head content() }
h2 { font-size: 12pt; break-after: avoid }
article, .back { break-before: page }
.space { height: 225pt }
.fill { height: 5pt }
img { width: 100pt; height: 60pt; display: block }
figcaption { font-size: 8pt; line-height: 12pt }
.call { font-size: 6.5pt; vertical-align: 3pt; line-height: 0 }
.note { float: footnote; font-size: 8pt; line-height: 12pt }
.note a { font-size: 8pt }
::footnote-call, ::footnote-marker { content: none }
a { color: inherit; text-decoration: none }
.entry { display: block }
.entry::after { content: leader(". ") " " target-counter(attr(href), page) }
"""
_ADDRESS = "https://example.org/a/very-long/address?that=is&amp;cut=by-the-end-of-its-line-here"
_NOTE = (
    '<div class="note" id="a1-note-1"><p><a href="#a1-ref-1">1</a> '
    f'<a href="{_ADDRESS}">{_ADDRESS}</a></p></div>'
)
_BODY = """<html lang="en"><head><title>Paper</title></head><body>
<h1>The Paper</h1><p>Three articles.</p>
<nav><a class="entry" href="#a1-top">First</a><a class="entry" href="#a2-top">Second</a>
<a class="entry" href="#a3-top">Third</a></nav>
<article id="a1-top"><h1>First</h1><section class="one">One line<a class="call" id="a1-ref-1"
href="#a1-note-1">1</a>NOTE of the first<br/>article and a second.</section>
<figure><img src="PICTURE" alt="A picture"/><figcaption>What it shows.</figcaption></figure>
<div class="mid"></div>
<div class="space"></div>
<h2>A heading</h2><p>Line one of text,<br/>line two of it.</p></article>
<article id="a2-top"><h1>Second</h1><div class="space"></div><div class="fill"></div>
<p class="cut">Alpha is here,<br/>beta is here,<br/>gamma is here,<br/>delta is here.</p></article>
<article id="a3-top"><h1>Third</h1><p>All there is.</p></article>
</body></html>"""


@cache
def _picture() -> str:
    target = io.BytesIO()
    Raster.linear_gradient("L").resize((20, 12)).save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


_WEASYPRINT = """
import base64, json, logging, sys
import weasyprint
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
made = {}
for name, (body, css) in json.load(sys.stdin).items():
    style = weasyprint.CSS(string=css)
    data = weasyprint.HTML(string=body).write_pdf(stylesheets=[style], pdf_tags=True)
    made[name] = base64.b64encode(data).decode()
json.dump(made, sys.stdout)
"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the PDFs: the good one, each of :data:`FAULTS`, and one to be moved."""
    body = _BODY.replace("NOTE", _NOTE)
    sources = {"good": (body, _CSS), "moved": (_MOVED, "@page { size: 200pt; margin: 40pt }")}
    for name, (_, old, new, css) in FAULTS.items():
        assert old in body, name
        sources[name] = (body.replace(old, new, 1) if old else body, _CSS + css)
    filled = {
        name: (html.replace("PICTURE", _picture()), css) for name, (html, css) in sources.items()
    }
    done = subprocess.run(
        [sys.executable, "-c", _WEASYPRINT],
        input=json.dumps(filled).encode(),
        capture_output=True,
        check=True,
    )
    return {name: base64.b64decode(data) for name, data in json.loads(done.stdout).items()}


_NAMES = {"/Div": "/Note", "/Sect": "/P"}


def _named(data: bytes) -> bytes:
    """Call notes what they are: WeasyPrint has no name for them.

    In the good page notes are the only ``div`` with text; the paragraph that calls one is a
    ``section``, since HTML allows no ``div`` in a ``p``.
    """
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem":
                if str(item.S) in _NAMES:
                    item.S = pikepdf.Name(_NAMES[str(item.S)])
                if "/A" in item:
                    del item.A  # its boxes count from another corner
        pdf.save(target)
    return target.getvalue()


TITLES = ("First", "Second", "Third")
PARAGRAPHS = ("Alpha is here, beta is here, gamma is here, delta is here.",)
CHECKS: dict[str, Callable[[Printed], list[str]]] = {
    "outside": layout.outside,
    "overlaps": layout.overlaps,
    "gaps": layout.wide_gaps,
    "captions": layout.captions_astray,
    "notes": layout.notes_astray,
    "headings": layout.headings_alone,
    "bare": layout.bare_pages,
    "columns": layout.empty_columns,
    "lonely": lambda printed: layout.lonely_lines(printed, PARAGRAPHS),
    "tiny": layout.tiny,
    "feet": layout.footless,
    "heads": lambda printed: layout.headless(printed, TITLES),
    "contents": lambda printed: layout.untrue_contents(printed, 3),
    "addresses": layout.cut_addresses,
}


# These have to know what the text should be; the others are part of faults().
_NEED_MORE = ("lonely", "heads", "contents", "columns")


def test_good_pages_have_no_fault(files: dict[str, bytes]) -> None:
    printed = read(_named(files["good"]))
    assert printed.count == 6
    assert layout.faults(printed) == []
    assert [found for check in CHECKS.values() for found in check(printed)] == []
    # What was looked at is there.
    assert [
        (words.rstrip("0123456789").rstrip(". "), number)
        for _, words, number in layout.entries(printed)
    ] == [
        ("First", 2),
        ("Second", 4),
        ("Third", 6),
    ]
    assert layout.paragraph_lines(printed, PARAGRAPHS[0]) == [[4, 2], [5, 2]]
    assert [picture.box.height for picture in printed.sheet(2).pictures] == [pytest.approx(60)]
    assert [line.text for line in printed.sheet(3).lines if line.heading] == ["Aheading"]


FAULTS = {
    "text at the paper's edge": ("outside", "", "", ".one { margin-left: -40pt }"),
    "a picture at the paper's edge": ("outside", "", "", "img { margin-left: -45pt }"),
    "a rule at the paper's edge": (
        "outside",
        *("", "", ".mid { border-top: 1pt solid; margin: 0 -35pt }"),
    ),
    "a foot at the paper's edge": (
        "outside",
        *("", "", "@page { @bottom-center { padding-top: 25pt } }"),
    ),
    "lines over each other": (
        "overlaps",
        *("", "", "figcaption { font-size: 10pt; line-height: 4pt; width: 40pt }"),
    ),
    "text over a picture": ("overlaps", "", "", "figcaption { margin-top: -30pt }"),
    "pictures over each other": (
        "overlaps",
        '<figure><img src="PICTURE" alt="A picture"/>',
        '<figure><img src="PICTURE" alt="A picture"/><img src="PICTURE" alt="Another" '
        'style="position: absolute; margin-top: -20pt"/>',
        "",
    ),
    "words torn apart": ("gaps", "", "", ".one { word-spacing: 12pt }"),
    "a caption on the next page": ("captions", "", "", "figcaption { break-before: page }"),
    "a caption away from its picture": ("captions", "", "", "figcaption { margin-top: 45pt }"),
    "a caption without a picture": (
        "captions",
        *('<img src="PICTURE" alt="A picture"/>', "", ""),
    ),
    "a note two pages on": (
        "notes",
        "<p>Three articles.</p>",
        '<p>Three articles.<a href="#a1-note-1">1</a></p><p style="break-before: page">More.</p>',
        "",
    ),
    "a note before its mark": (
        "notes",
        "<p>Three articles.</p>",
        '<p id="a1-note-2">Three articles.</p><p style="break-before: page">'
        '<a href="#a1-note-2">2</a></p>',
        "",
    ),
    "a note without its place": ("notes", 'id="a1-note-1"', "", ""),
    "a note printed twice": ("notes", _NOTE, _NOTE + _NOTE.replace(' id="a1-note-1"', ""), ""),
    "a heading at the foot": ("headings", "", "", "h2 { break-after: page }"),
    "a heading with a single line": (
        "headings",
        *(
            "Line one of text,<br/>",
            "Line one of text,<br/><b style='display: block; break-before: page'/>",
            "",
        ),
    ),
    "a heading at the foot of a column": (
        "headings",
        "<p>All there is.</p>",
        '<main style="columns: 2; column-gap: 30pt"><p>Left.</p><h2>High</h2>'
        '<p style="break-before: column">Right.<br/>More.<br/>End.</p></main>',
        "",
    ),
    "an empty page": (
        "bare",
        *(
            '<div class="mid">',
            '<div class="mid" style="break-before: page; break-after: page">',
            "",
        ),
    ),
    "a page with a line": (
        "bare",
        *(
            '<div class="mid"></div>',
            "<p style='break-before: page; break-after: page'>Lost</p>",
            "",
        ),
    ),
    "a column of text beside nothing": (
        "columns",
        "<p>All there is.</p>",
        f"<main style='columns: 2; column-fill: auto; height: 180pt'><p>{'Word.<br/>' * 9}</p></main>",
        "",
    ),
    "a first line alone": ("lonely", "", "", ".fill { height: 25pt }"),
    "a last line alone": ("lonely", "", "", ".fill { height: 0 }"),
    "text that is not there": ("lonely", "beta is", "beta was", ""),
    "small print": ("tiny", "", "", "figcaption { font-size: 7pt }"),
    "small words in a line": (
        "tiny",
        *("Alpha is here,", '<span style="font-size: 6pt">Alpha is here,</span>', ""),
    ),
    "no foot": ("feet", "", "", "@page { @bottom-center { content: none } }"),
    "a foot that counts wrongly": (
        "feet",
        *("", "", '@page { @bottom-center { content: "Page " counter(page) " of 99" } }'),
    ),
    "pages counted from another number": ("feet", "", "", "@page:first { counter-reset: page 4 }"),
    "no head": ("heads", "", "", "@page { @top-left { content: none } }"),
    "another article's head": ("heads", "", "", 'article h1 { string-set: head "Third" }'),
    "a head above a first page": (
        "heads",
        *("", "", "@page { @top-left { content: string(head, first) } }"),
    ),
    "wrong numbers in the contents": (
        "contents",
        *("", "", '.entry::after { content: leader(". ") " 3" }'),
    ),
    "numbers that the pages do not bear": (
        "contents",
        *("", "", '@page { @bottom-center { content: "Page 7 of " counter(pages) } }'),
    ),
    "a line without a number": (
        "contents",
        *('<a class="entry" href="#a2-top">', '<a href="#a2-top">', ""),
    ),
    "a number away from the edge": (
        "contents",
        *(
            '<a class="entry" href="#a2-top">',
            '<a class="entry" style="width: 90%" href="#a2-top">',
            "",
        ),
    ),
    "an address with a hyphen": (
        "addresses",
        f">{_ADDRESS}<",
        ">https://example.org/a/very-long/address?that=is&amp;cut=by-the-end-of-its-li-<br/>ne-here<",
        "",
    ),
    "an address cut short": (
        "addresses",
        *(f">{_ADDRESS}<", ">https://example.org/a/very-long/addr<", ""),
    ),
}


def test_each_fault_is_found(files: dict[str, bytes]) -> None:
    for fault, (name, *_) in FAULTS.items():
        printed = read(_named(files[fault]))
        found = CHECKS[name](printed)
        assert found, fault
        if name not in _NEED_MORE:
            assert set(found) <= set(layout.faults(printed)), fault


_MOVED = "<html lang='en'><p id='x' style='margin: 0'>Word<a href='#x'>link</a></html>"


def test_places_count_from_the_page_that_is_seen(files: dict[str, bytes]) -> None:
    # Pages for binding are moved within a larger paper: only their boxes tell where they are.
    data, target = files["moved"], io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[0].mediabox = pikepdf.Array([-15, -25, 185, 175])
        pdf.save(target)
    plain, moved = read(data), read(target.getvalue())
    (before,), (after,) = plain.sheets[0].lines, moved.sheets[0].lines
    assert after.left == pytest.approx(before.left + 15)
    assert after.baseline == pytest.approx(before.baseline - 25)
    assert moved.places["x"][1] == pytest.approx(plain.places["x"][1] - 25)
    assert [moved.sheets[0].under(link) for link in moved.sheets[0].links] == ["link"]


def test_boxes() -> None:
    box = Box(0, 0, 10, 10)
    assert box.covers(Box(9, 9, 20, 20))
    assert not box.covers(Box(9.6, 0, 20, 20))
    assert not box.covers(Box(11, 0, 20, 20))
    assert (box.width, box.height) == (10, 10)
    assert str(box) == "(0, 0)–(10, 10)"
