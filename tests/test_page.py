"""The page reader: whole web pages to articles."""

import time
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from msgspec.structs import replace

from converters.article import (
    Article,
    BlockQuote,
    BulletList,
    CodeBlock,
    Embed,
    Figure,
    Heading,
    Image,
    Note,
    Table,
    plain_text,
    query,
)
from converters.edition import edition
from converters.errors import UnreadableSource, UnsafeSource
from converters.images import Pictures
from converters.notes import number
from converters.readers import ReadOptions, choose_reader
from converters.readers.page import read, recognises
from converters.source import Document, Source
from converters.writers import Context
from converters.writers.webpage import Options, write
from tests.pieces import TAGS, piece

ENGLISH = (
    "The ferry left the harbour a little after six, with nine passengers and a dog on board, and "
    "nobody thought of the weather.",
    "By noon the wind had turned, and the captain, who had sailed this water for thirty years, "
    "decided to wait behind the island.",
    "They reached the village in the evening. The dog, it turned out, belonged to none of them, "
    "and stayed with the captain.",
)
GERMAN = (
    "Die Fähre verließ den Hafen kurz nach sechs Uhr mit neun Fahrgästen und einem Hund an Bord, "
    "und niemand dachte an das Wetter.",
    "Gegen Mittag drehte der Wind, und der Kapitän, der dieses Wasser seit dreißig Jahren befuhr, "
    "beschloss, hinter der Insel zu warten.",
    "Am Abend erreichten sie das Dorf. Der Hund gehörte keinem von ihnen und blieb beim Kapitän.",
)
CHINESE = (
    "渡轮在六点过后不久离开港口，船上有九名乘客和一条狗，谁也没有想到天气会变。",
    "中午时分风向变了，在这片水域航行了三十年的船长决定在小岛后面等待风浪过去。",
    "傍晚他们到达了村子。原来那条狗不属于任何一位乘客，后来它就留在了船长身边。",
)
JAPANESE = (
    "フェリーは六時を少し過ぎたころ、九人の乗客と一匹の犬を乗せて港を出ました。天気のことは誰も考えていませんでした。",
    "昼ごろ風向きが変わり、この海を三十年間航海してきた船長は、島の陰で待つことに決めました。",
    "夕方、一行は村に着きました。犬は誰のものでもなく、そのまま船長のもとに残りました。",
)
ARABIC = (
    "غادرت العبّارة الميناء بعد السادسة بقليل وعلى متنها تسعة ركاب وكلب، ولم يفكر أحد في الطقس.",
    "عند الظهر تغيّر اتجاه الريح، فقرر القبطان الذي أبحر في هذه المياه ثلاثين عامًا أن ينتظر خلف الجزيرة.",
    "وصلوا إلى القرية في المساء، وتبيّن أن الكلب لا يملكه أحد منهم، فبقي مع القبطان.",
)
MENU = "".join(
    f'<li><a href="/section/{n}">{name}</a></li>'
    for n, name in enumerate(("Home", "Politics", "Business", "Culture", "Sport", "Weather"))
)
NAVIGATION = f'<nav class="site-nav"><ul>{MENU}</ul></nav>'
RELATED = "".join(
    f'<div class="teaser"><a href="/story/{n}"><img src="/thumb{n}.jpg" alt=""><h3>Another story '
    f"number {n} that nobody asked for</h3></a></div>"
    for n in range(6)
)
FOOTER = '<footer><p><a href="/imprint">Imprint</a> · <a href="/privacy">Privacy</a> © Example</p></footer>'


def page(body: str, head: str = "", language: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}</body></html>"
    )


def document(text: str | bytes, url: str = "https://example.org/2020/story") -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return Document(Source("story.html", content=data), data, url)


def article(text: str | bytes, url: str = "https://example.org/2020/story") -> Article:
    (one,) = read(document(text, url), ReadOptions())
    return one


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def dropped(one: Article) -> str:
    return " ".join(each.text for each in one.provenance.dropped)


LAYOUTS = {
    "article": "<header>{nav}</header><main><article><h1>{title}</h1>{text}</article>"
    "<aside>{related}</aside></main>{foot}",
    "divs": '<div id="top">{nav}</div><div id="wrap"><div class="col-8"><div class="t">{title}</div>'
    '<div class="b">{text}</div></div><div class="col-4">{related}</div></div>{foot}',
    "table of the 1990s": "<table width=600><tr><td colspan=2>{nav}</td></tr><tr><td width=120>{related}"
    "</td><td><h1><font size=5>{title}</font></h1>{text}</td></tr><tr><td colspan=2>{foot}</td></tr></table>",
    "a form around all": '<form id="aspnetForm" action="/x"><div>{nav}</div><div class="c"><h1>{title}</h1>'
    "{text}</div><div>{related}</div>{foot}</form>",
}


@pytest.mark.requirement("IN-18", "ALL-6")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("language", "title", "texts"),
    [
        ("en", "A ferry and a dog", ENGLISH),
        ("de", "Eine Fähre und ein Hund", GERMAN),
        ("zh-Hans", "渡轮与狗", CHINESE),
        ("ja", "フェリーと犬", JAPANESE),
        ("ar", "العبّارة والكلب", ARABIC),
    ],
)
def test_the_text_stays_and_what_stands_around_it_goes(
    layout: str, language: str, title: str, texts: tuple[str, ...]
) -> None:
    markup = LAYOUTS[layout].format(
        nav=NAVIGATION, title=title, text=paragraphs(texts), related=RELATED, foot=FOOTER
    )
    one = article(page(markup, f"<title>{title} | Example</title>", language))
    words = plain_text(one.body)
    for text in texts:
        assert text in words
    for gone in ("Politics", "nobody asked for", "Imprint"):
        assert gone not in words
        assert gone in dropped(one)
    assert one.title == title
    assert title not in words
    assert one.language == language
    assert one.direction == ("rtl" if language == "ar" else "ltr")


@pytest.mark.requirement("IN-7", "IN-16", "IN-17")
def test_the_structure_of_the_text_stays() -> None:
    markup = (
        f"{NAVIGATION}<article><h1>Ferries</h1><p class='lead'>What a captain needs to know about "
        f"the strait, told in one short lesson</p>{paragraphs(ENGLISH)}"
        '<figure><img src="/ferry.jpg" width="800" height="600" alt="A ferry"><figcaption>The ferry '
        "at dawn</figcaption></figure><h2>Tides</h2>"
        f"<p>{ENGLISH[0]}</p><table><tr><th>Port</th><th>High</th></tr><tr><td>North</td><td>4 m</td>"
        "</tr><tr><td>South</td><td>5 m</td></tr></table>"
        f"<p>{ENGLISH[1]} You need:</p><ul><li>a chart</li><li>a watch</li></ul>"
        f"<blockquote><p>{ENGLISH[2]}</p></blockquote>"
        '<pre><code class="language-python">print("tide")\n</code></pre>'
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>'
        f"<p>{GERMAN[0]}</p></article><div class='related'>{RELATED}</div>{FOOTER}"
    )
    one = article(page(markup, "<title>Ferries</title>"))
    (figure,) = query(one.body, Figure)
    assert figure.images[0].url == "https://example.org/ferry.jpg"
    assert plain_text(figure.caption) == "The ferry at dawn"
    assert [plain_text(each) for each in query(one.body, Heading)] == ["Tides"]
    assert "5 m" in plain_text(next(query(one.body, Table)))
    assert plain_text(next(query(one.body, BulletList))).split("\n") == ["a chart", "a watch"]
    assert ENGLISH[2] in plain_text(next(query(one.body, BlockQuote)))
    assert next(query(one.body, CodeBlock)).language == "python"
    assert next(query(one.body, Embed)).url.endswith("abcdefghijk")
    assert plain_text(one.body).startswith("What a captain needs to know")


@pytest.mark.requirement("IN-18")
def test_comments_go() -> None:
    comments = "".join(
        f'<li class="comment"><b>Reader {n}</b><p>I was on that ferry too, and it was not like this.'
        "</p></li>"
        for n in range(5)
    )
    one = article(
        page(
            f"<article><h1>Ferry</h1>{paragraphs(ENGLISH * 2)}</article>"
            f'<div id="comments"><h3>5 comments</h3><ol class="comment-list">{comments}</ol></div>',
            "<title>Ferry</title>",
        )
    )
    assert "I was on that ferry" not in plain_text(one.body)
    assert "5 comments" not in plain_text(one.body)


SAVED = [
    (
        "<!--\n Page saved with SingleFile \n url: https://example.com/a \n saved date: Sat Nov 21 "
        "2020 10:11:12 GMT+0100 (Central European Standard Time)\n-->",
        "https://example.com/a",
        datetime(2020, 11, 21, 10, 11, 12, tzinfo=timezone(timedelta(hours=1))),
    ),
    ("<!-- saved from url=(0022)https://example.com/a -->", "https://example.com/a", None),
    (
        "<!-- Mirrored from example.com/a by HTTrack Website Copier/3.x [XR&CO'2014], Sat, 01 Jan "
        "2022 00:00:00 GMT -->",
        "http://example.com/a",
        datetime(2022, 1, 1, tzinfo=UTC),
    ),
    (
        '<meta name="savepage-url" content="https://example.com/a"><meta name="savepage-date" '
        'content="Sat Nov 21 2020 10:11:12 GMT+0000 (GMT)">',
        "https://example.com/a",
        datetime(2020, 11, 21, 10, 11, 12, tzinfo=UTC),
    ),
]


@pytest.mark.requirement("IN-3", "IN-4")
@pytest.mark.parametrize(("mark", "url", "archived"), SAVED)
def test_what_the_saving_program_says(mark: str, url: str, archived: datetime | None) -> None:
    text = f"<!DOCTYPE html> <html><head>{mark}<title>Ferry</title></head><body><h1>Ferry</h1>"
    text += paragraphs(ENGLISH) + '<p><a href="/tides">Tides of the strait</a></p></body></html>'
    assert recognises(document(text)) > 40
    one = article(text, url="")
    assert one.url == url
    assert one.archived == archived


@pytest.mark.requirement("IN-3", "IN-4")
def test_a_page_from_the_wayback_machine_gets_its_own_addresses_back() -> None:
    wayback = "https://web.archive.org/web/20200102030405"
    text = page(
        "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp'>10 captures</div>"
        "<!-- END WAYBACK TOOLBAR INSERT -->"
        f'<article><h1>Ferry</h1>{paragraphs(ENGLISH)}<p>See <a href="{wayback}/http://example.com/'
        f'tides">the tides</a>.</p><img src="/web/20200102030405im_/http://example.com/f.jpg" '
        f'width="640" height="480">{paragraphs(GERMAN)}</article>',
        f'<script>__wm.wombat("http://example.com/a","20200102030405");</script><title>Ferry</title>'
        f'<link rel="canonical" href="{wayback}/http://example.com/a">',
    )
    one = article(text, url="")
    assert one.url == "http://example.com/a"
    assert one.archived == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert next(query(one.body, Figure)).images[0].url == "http://example.com/f.jpg"
    assert "web.archive.org" not in str(one.body)
    assert "captures" not in plain_text(one.body)


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><p>x",
        "\ufeff\n<!-- a --><!-- b -->\n<HTML><BODY>x",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>',
        "<title>x</title>text",
    ],
)
def test_whole_pages_are_recognised(text: str) -> None:
    assert choose_reader(document(text)).name == "page"


@pytest.mark.parametrize(
    "text",
    [
        "<p>A fragment</p>",
        "<!--1698460743000-->\n[T](https://example.org/)\n------\n<html><body><p>x</p></body></html>",
        "<!-- never closed <html>",
        "plain words about <html> elements",
        '<?xml version="1.0"?><rss version="2.0"></rss>',
    ],
)
def test_other_sources_are_left_to_others(text: str) -> None:
    assert choose_reader(document(text)).name != "page"


@pytest.mark.parametrize(
    "text",
    [
        page('<div id="root"></div><script>render()</script>', "<title>App</title>"),
        page("", "<title>Nothing</title>"),
        page(f"{NAVIGATION}{FOOTER}", "<title>Only links</title>"),
        "<html></html>",
    ],
)
def test_a_page_without_an_article_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableSource, match="holds no article"):
        article(text)


def test_a_page_with_little_text_warns() -> None:
    one = article(page("<h1>Log in</h1><p>Please log in to read this story.</p>"))
    assert any("little text" in warning for warning in one.provenance.warnings)


@pytest.mark.requirement("IN-4", "IN-5")
def test_a_line_of_date_source_and_author_becomes_metadata() -> None:
    one = article(
        page(
            f'<div class="nav">{NAVIGATION}</div><div><h1>渡轮与狗</h1><div class="info"><span>2023年10月28日'
            " 10:20</span> <span>来源：某某日报</span> <span>作者：张三</span></div>"
            f"{paragraphs(CHINESE)}</div>",
            '<title>渡轮与狗</title><meta property="article:published_time" '
            'content="2023-10-28T10:20:00+08:00">',
            "zh-CN",
        )
    )
    assert one.authors == ("张三",)
    assert one.published is not None
    assert "来源" not in plain_text(one.body)
    assert any("某某日报" in each.value for each in one.provenance.metadata)


def test_a_list_of_articles_warns() -> None:
    cards = "".join(
        f'<div class="card"><a href="/n{n}"><h3>News item {n} happened in the town</h3></a></div>'
        for n in range(20)
    )
    one = article(page(f"{NAVIGATION}<div>{cards}</div>", "<title>News</title>"))
    assert any("list of articles" in warning for warning in one.provenance.warnings)


def test_boxes_and_paths_of_links_go_with_their_pictures() -> None:
    jobs = "".join(
        f'<li><div><img src="/logo{n}.png" width="300" height="200"></div><div><a href="/job/{n}">Sailor '
        f"wanted {n}</a></div></li>"
        for n in range(8)
    )
    one = article(
        page(
            '<div id="c"><h1>Ferry and dog</h1><p><a href="/">Home</a> <a href="/sea">Everything about '
            "the sea and the coast, day by day</a> Ferry and dog</p>"
            f'{paragraphs(ENGLISH)}<div class="box"><ul>{jobs}</ul></div>'
            f'<p><img src="/ferry.jpg" width="640" height="480"></p>{paragraphs(GERMAN)}</div>',
            "<title>Ferry and dog</title>",
        )
    )
    pictures = [image.url for figure in query(one.body, Figure) for image in figure.images]
    assert pictures == ["https://example.org/ferry.jpg"]
    assert plain_text(one.body).startswith(ENGLISH[0])


@pytest.mark.requirement("IN-10")
def test_lazy_pictures_are_had_from_their_copies_for_readers_without_scripts() -> None:
    first, second, third = (f"<p>{text}</p>" for text in ENGLISH)
    a, b, c, other = (f'<noscript><img src="/{name}.jpg"></noscript>' for name in "abcx")
    one = article(
        page(
            f"{other}<nav>{other}{NAVIGATION}</nav><article><h1>A ferry and a dog</h1>{first}"
            f'<div><img src="/spacer.gif">{a}</div>{second}'
            f'<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">{b}</p>{third}{c}'
            f"<noscript>Please enable JavaScript.</noscript>{paragraphs(GERMAN)}</article>",
            "<title>A ferry and a dog</title>",
        )
    )
    urls = [image.url for image in query(one.body, Image)]
    assert urls == [f"https://example.org/{name}.jpg" for name in "abc"]
    assert "JavaScript" not in plain_text(one.body)


@pytest.mark.requirement("IN-15")
def test_notes_below_the_text_stay() -> None:
    text = "".join(
        f'<p>{words}<sup><a href="#fn{n}" id="r{n}">{n}</a></sup></p>'
        for n, words in enumerate(ENGLISH, 1)
    )
    notes = "".join(f'<li id="fn{n}">Smith 200{n}. <a href="#r{n}">↩</a></li>' for n in range(1, 4))
    one = article(
        page(
            f'{NAVIGATION}<div class="post"><h1>Ferry</h1>{text}<hr><ol class="footnotes">{notes}'
            f'</ol></div><div id="sidebar">{RELATED}</div>',
            "<title>Ferry</title>",
        )
    )
    assert [plain_text(note.content).strip() for note in query(one.body, Note)] == [
        "Smith 2001.",
        "Smith 2002.",
        "Smith 2003.",
    ]


@pytest.mark.requirement("IN-17")
def test_a_box_of_facts_above_the_text_stays() -> None:
    one = article(
        page(
            f'{NAVIGATION}<div id="content"><h1>Ferry</h1><div id="text"><table class="infobox"><tr>'
            "<th>Length</th><td>80 m</td></tr><tr><th>Built</th><td>1990</td></tr><tr><th>Crew</th>"
            f"<td>12</td></tr></table>{paragraphs(ENGLISH)}<h2>History</h2>{paragraphs(GERMAN)}"
            f"</div></div>{FOOTER}",
            "<title>Ferry - Encyclopedia</title>",
        )
    )
    assert "80 m" in plain_text(next(query(one.body, Table)))


def test_the_text_in_json_ld_is_the_last_resort() -> None:
    one = article(
        page(
            '<div id="root"></div>',
            '<title>Ferry</title><script type="application/ld+json">{"@type": "NewsArticle", '
            f'"headline": "Ferry", "articleBody": "{ENGLISH[0]}\\n{ENGLISH[1]}"}}</script>',
        )
    )
    assert ENGLISH[1] in plain_text(one.body)
    assert any("JSON-LD" in warning for warning in one.provenance.warnings)


def test_a_page_too_large_is_refused() -> None:
    with pytest.raises(UnsafeSource, match="too large"):
        article("<html><body>" + "<p>word</p>" * 250_000)


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>" + "<div>" * 5000 + f"<p>{ENGLISH[0]}</p>" * 3,
        "<html><body>" + "<b>" * 3000 + ENGLISH[0],
        "<html><body>" + "".join(f"<p>{ENGLISH[0]}{n}</p>" for n in range(8000)),
        "<html><body>"
        + '<div class="a"><a href="/x">link</a></div>' * 8000
        + f"<p>{ENGLISH[0]}</p>",
        b"<html><body>\xff\xfe\x00<p>" + ENGLISH[0].encode() + b"\x00</p>",
        f"<html><body><p>{ENGLISH[0]}</p><table>"
        + '<tr><td colspan="1000" rowspan="1000">x</td></tr>' * 300,
    ],
    ids=["deep", "deep inlines", "long", "wide", "bytes", "spans"],
)
def test_pages_of_any_shape_are_read(text: str | bytes) -> None:
    assert ENGLISH[0] in plain_text(article(text).body)


def test_a_page_of_unclosed_scripts_ends_in_a_clear_error() -> None:
    with pytest.raises(UnreadableSource, match="holds no article"):
        article("<html><head><script>" * 2000)


@pytest.mark.requirement("HT-4", "IN-15", "IN-17")
@pytest.mark.parametrize("tag", TAGS)
def test_our_own_page_comes_back_whole(tag: str) -> None:
    one = piece(tag)
    # A picture on the web stands on the page as its address, a frame as a link to it.
    kept = tuple(
        block
        for block in one.body
        if not (isinstance(block, Figure) and block.images[0].url.startswith("https:"))
        and not isinstance(block, Embed)
    )
    out = BytesIO()
    numbered = number(replace(one, body=kept), shared=False, links="inline")
    write(edition([numbered]), out, Options(links="inline"), Context(Pictures()))
    again = article(out.getvalue(), url="")
    assert "".join(plain_text(again.body).split()) == "".join(plain_text(kept).split())
    for kind in (Heading, CodeBlock, Table, BulletList, BlockQuote, Figure):
        assert len(list(query(again.body, kind))) == len(list(query(kept, kind)))
    notes = [plain_text(note.content) for note in query(numbered.body, Note)]
    assert [plain_text(note.content) for note in query(again.body, Note)] == notes


def test_a_stated_text_with_furniture_in_it_is_not_taken_whole() -> None:
    one = article(
        page(
            '<article itemscope itemtype="https://schema.org/Article"><h1>Ferry</h1>'
            f'<div itemprop="articleBody">{paragraphs(ENGLISH)}<div class="related">{RELATED}</div>'
            "</div></article>",
            "<title>Ferry</title>",
        )
    )
    assert ENGLISH[2] in plain_text(one.body)
    assert "nobody asked for" not in plain_text(one.body)


def test_a_short_article_is_an_article() -> None:
    one = article(page("<div>It rains.</div>", "<title>Weather</title>"))
    assert plain_text(one.body) == "It rains."
    assert any("little text" in warning for warning in one.provenance.warnings)


def test_lines_that_lead_elsewhere_go() -> None:
    first, second, third = ENGLISH
    one = article(
        page(
            f'<div class="text"><h1>Ferry</h1><p>{first}</p><p><strong><a href="/other">Read also: '
            f"Nobody swims to the island in winter</a></strong></p><p>{second}</p><p>{third}</p></div>"
            f'<div class="author-bio"><p>Jane Roe writes about boats and lives in Hull.</p></div>{FOOTER}',
            "<title>Ferry</title>",
        )
    )
    assert plain_text(one.body).split("\n") == [first, second, third]


@pytest.mark.parametrize(
    "markup",
    [
        f"<div class='{'promo-a ' * 125_000}'>{paragraphs(ENGLISH)}</div>",
        f"<div class='{'a' * 1_000_000}'>{paragraphs(ENGLISH)}</div>",
        "".join(f'<p>{ENGLISH[0]}<sup><a href="#n{n}">{n + 1}</a></sup></p>' for n in range(2000))
        + "<ol>"
        + "".join(f'<li id="n{n}">{ENGLISH[2]}</li>' for n in range(2000))
        + "</ol>",
    ],
    ids=["classes", "one class", "notes"],
)
def test_time_stays_in_proportion(markup: str) -> None:
    start = time.process_time()
    assert ENGLISH[0] in plain_text(article(page(f"<h1>Ferry</h1>{markup}")).body)
    assert time.process_time() - start < 6


@pytest.mark.parametrize("hiding", ["hidden", 'style="display:none"', 'aria-hidden="true"'])
def test_what_nobody_sees_goes_unless_it_is_the_text(hiding: str) -> None:
    ghost = "<p>This long paragraph, which no reader of the page has ever seen, goes away.</p>"
    one = article(page(f"<h1>Ferry</h1>{paragraphs(ENGLISH)}<div {hiding}>{ghost}</div>"))
    assert "no reader" not in plain_text(one.body)
    whole = article(page(f"<h1>Ferry</h1><div {hiding}>{paragraphs(ENGLISH)}</div>"))
    assert ENGLISH[1] in plain_text(whole.body)


def test_a_table_keeps_its_columns_where_cells_are_empty() -> None:
    text = "<p>" + "Running text about prices and what they were in those years. " * 8 + "</p>"
    rows = "".join(
        f"<tr><td>Item {n}</td><td>{'' if n % 2 else n}</td><td>total of {n} in euros</td></tr>"
        for n in range(1, 7)
    )
    html = f"""<!doctype html><html lang="en"><head><title>Prices</title></head><body><main>
    <h1>Prices</h1>{text}<table><thead><tr><th></th><th>2020</th><th>2021</th></tr></thead>
    <tbody>{rows}</tbody></table>{text}</main></body></html>"""
    (table,) = query(article(html).body, Table)
    assert {len(row.cells) for row in (*table.head, *table.body)} == {3}
    assert plain_text(table.body[0].cells[2]) == "total of 1 in euros"


def test_what_a_figure_has_around_it_is_not_what_it_is() -> None:
    text = "<p>" + "Running text about whales and the people who wait for them. " * 8 + "</p>"
    figure = """<figure class="element fig--has-shares photo with-comments"><img src="/a.jpg"
    width="900" height="600"><figcaption>A whale</figcaption></figure>"""
    html = f"""<!doctype html><html lang="en"><head><title>Whales</title></head><body><main>
    <h1>Whales</h1>{text}{figure}{text}</main></body></html>"""
    (found,) = query(article(html).body, Figure)
    assert plain_text(found.caption) == "A whale"


def test_a_short_page_made_by_hand_is_whole() -> None:
    """The libraries take short paragraphs for furniture; without furniture there is none."""
    body = (
        "<nav><a href='/'>Home</a> <a href='/about'>About</a></nav><h1>Notes on tea</h1>"
        "<p>Green tea is made in spring.</p><figure><img src='tea.jpg'><figcaption>A cup."
        "</figcaption></figure><p>Short.</p><ul><li>one</li><li>two</li></ul><h2>Black tea</h2>"
        "<p>Made later. Made later.</p><p>Made later. Made later.</p><figure><img src='end.jpg'></figure>"
        "<p>The end.</p><footer>Copyright</footer>"
    )
    one = article(page(body, "<title>Notes on tea</title>"))
    words = plain_text(one.body)
    for part in ("in spring", "A cup", "Short", "two", "Black tea"):
        assert part in words
    assert words.count("Made later. Made later.") == 2
    assert [image.url.rpartition("/")[2] for image in query(one.body, Image)] == [
        "tea.jpg",
        "end.jpg",
    ]
    assert "Copyright" not in words
    assert "About" not in words
    assert one.provenance.warnings == ()


def test_pictures_with_buttons_or_links_of_their_subject_stay() -> None:
    share = "<div class='mbShareBtn'><span>Share it</span></div>"
    person = "<a href='/wiki/person'><img src='person.jpg' width='150'></a>"
    body = (
        f"<article><h1>Ferry</h1><div class='mbSharePic'>{share}<img src='boat.jpg'></div>"
        f"{paragraphs(ENGLISH)}<div>{person}<div>The <a href='/wiki/person'>minister</a> of boats,"
        f" who came to see the harbour that day and was seen by many.</div></div>"
        f"{paragraphs(ENGLISH)}</article>"
        "<div class='sidebar'><ul><li><a href='/wiki/person'>Minister</a></li></ul></div>"
    )
    one = article(page(body, "<title>Ferry</title>"))
    shown = [image.url.rpartition("/")[2] for image in query(one.body, Image)]
    assert shown == ["boat.jpg", "person.jpg"]
    assert "Share it" not in plain_text(one.body)


HEADS = {
    "article": "{nav}<article><h1>Boats</h1>{pictures}</article>",
    "article with its day": "{nav}<article><header><h1>Boats</h1><p>12 October 2020</p></header>"
    "{pictures}</article>",
    "divs": "{nav}<div class='wrap'><div><h1>Boats</h1></div><div class='b'>{pictures}</div></div>",
}


@pytest.mark.requirement("IN-18")
@pytest.mark.parametrize("head", HEADS)
def test_a_page_of_pictures_alone_keeps_them(head: str) -> None:
    pictures = "".join(f"<p><img src='boat{n}.jpg' alt='a boat'></p>" for n in range(4))
    body = HEADS[head].format(nav=NAVIGATION, pictures=pictures) + FOOTER
    around = f"<img src='/logo.png'>{body}<div class='related'>{RELATED}</div>"
    one = article(page(around, "<title>Boats</title>"))
    shown = [image.url.rpartition("/")[2] for image in query(one.body, Image)]
    assert shown == [f"boat{n}.jpg" for n in range(4)]
    assert "Boats" not in plain_text(one.body)
