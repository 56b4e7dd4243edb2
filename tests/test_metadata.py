"""What a page says about itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.readers.jsonld import Graph
from converters.readers.metadata import Metadata, read_metadata, without_site
from converters.readers.soup import parse

ADDRESS = "https://example.org/2024/tides"


def read(head: str, body: str = "", *, url: str = "", lang: str = "") -> Metadata:
    """The metadata of a small page."""
    page = f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return read_metadata(parse(page).soup, url=url)


def ld(text: str) -> str:
    """A script of JSON-LD."""
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.requirement("IN-3")
def test_canonical_address_is_taken_when_plausible() -> None:
    assert read('<link rel="canonical" href="/2024/tides">', url=f"{ADDRESS}?page=2").url == ADDRESS
    # A front page is no article's address, and another owner's page is not this one.
    head = '<link rel=canonical href="https://example.org/"><meta property=og:url content=/>'
    assert read(head, url=ADDRESS).url == ADDRESS
    other = '<link rel=canonical href="https://elsewhere.example/other">'
    assert read(other, url=ADDRESS).url == ADDRESS
    assert read(other).url == "https://elsewhere.example/other"
    assert (
        read('<link rel=canonical href="javascript:x"><meta property=og:url content="//">').url
        == ""
    )


@pytest.mark.requirement("IN-3")
def test_percent_encoding_of_the_address_stays() -> None:
    url = "https://example.org/%25E5%25A4%25A9/%E5%a4%a9?a=%20"
    assert read(f'<meta property="og:url" content="{url}">').url == url


@pytest.mark.requirement("IN-5")
@pytest.mark.parametrize(
    "author",
    [
        '"Ana Ruiz"',
        '["Ana Ruiz"]',
        '{"@type": "Person", "name": "Ana Ruiz"}',
        '[{"@type": ["Person"], "name": ["Ana Ruiz"]}]',
        '{"@type": "Person", "givenName": "Ana", "familyName": "Ruiz"}',
        '{"@id": "#ana"}',
        '[{"@type": "Organization", "name": "Example"}, {"name": "By Ana Ruiz"}]',
    ],
)
def test_authors_in_every_shape_of_json_ld(author: str) -> None:
    graph = (
        '{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Example"},'
        '{"@type": "Person", "@id": "#ana", "name": "Ana Ruiz", "url": "/ana"},'
        f'{{"@type": "NewsArticle", "headline": "Tides", "author": {author}}}]}}'
    )
    assert read(ld(graph)).authors == ["Ana Ruiz"]


@pytest.mark.requirement("IN-5")
@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ('<meta name="author" content="By Ana Ruiz and Bo Li">', ["Ana Ruiz", "Bo Li"]),
        ('<meta name=citation_author content="Ruiz Ana"><meta name=citation_author content="Li Bo">',
         ["Ruiz Ana", "Li Bo"]),
        ('<meta name="DC.Creator" content="作者：张三、李四">', ["张三", "李四"]),
        ('<meta property="article:author" content="https://social.example/ana">', []),
        ('<meta name="author" content="admin"><meta name=parsely-author content="Ana">', ["Ana"]),
        ('<meta name=twitter:label1 content="Verfasst von"><meta name=twitter:data1 content=Ana>',
         ["Ana"]),
        ('<meta name="author" content="Example Ltd, London">'
         '<meta property="og:site_name" content="Example">', []),
        ('<meta name="author" content="ana@example.org (Ana Ruiz)">', ["Ana Ruiz"]),
        # Some pages name people once as they print them, in capitals.
        ('<meta name="byl" content="By ANA RUIZ, BO LI"><meta name="author" content="Ana Ruiz">',
         ["Ana Ruiz", "BO LI"]),
    ],
)  # fmt: skip
def test_authors_of_meta_elements(head: str, authors: list[str]) -> None:
    assert read(head).authors == authors


@pytest.mark.requirement("IN-5")
def test_authors_of_microdata_and_links_but_not_of_comments() -> None:
    body = (
        '<div itemscope itemtype="https://schema.org/Comment"><b itemprop="author">Troll</b></div>'
        '<p itemprop="author" itemscope>By <span itemprop="name">Ana Ruiz</span>, editor</p>'
    )
    assert read("", body).authors == ["Ana Ruiz"]
    assert read("", '<a rel="author" href="/ana">Ana Ruiz</a>').authors == ["Ana Ruiz"]


@pytest.mark.requirement("IN-4")
def test_dates_keep_their_zone_and_publication_is_apart_from_change() -> None:
    found = read(
        '<meta property="article:published_time" content="2024-03-01T09:30:00+09:00">'
        '<meta property="article:modified_time" content="2024-03-02T00:00:00Z">'
    )
    assert found.published
    assert found.published.when == datetime(2024, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=9)))
    assert found.published.zone_known
    assert found.updated
    assert found.updated.when == datetime(2024, 3, 2, tzinfo=UTC)


@pytest.mark.requirement("IN-4")
def test_a_date_with_its_time_is_worth_more_than_its_day() -> None:
    found = read(
        ld('{"@type": "Article", "datePublished": "2024-03-01"}')
        + '<meta name="date" content="2024-03-01T09:30:00Z">'
    )
    assert found.published
    assert found.published.time_known
    zero = read('<meta name="date" content="1970-01-01T00:00:00Z">')
    assert zero.published is None


@pytest.mark.requirement("IN-4")
def test_dates_of_time_elements_and_addresses() -> None:
    body = (
        "<aside><time datetime=2020-01-01>x</time></aside><ul><li><time datetime=2020-02-02>x</li></ul>"
        "<time datetime=2024-03-01>1 March</time>"
    )
    found = read("", body).published
    assert found
    assert found.when.date().isoformat() == "2024-03-01"
    assert not found.time_known
    named = read("", url="https://example.org/2019/03/12/title/").published
    assert named
    assert named.when.date().isoformat() == "2019-03-12"
    assert read("", url="https://example.org/2019/31/12/title/").published is None


@pytest.mark.requirement("IN-2")
@pytest.mark.parametrize(
    "tail", [" - Example", " | Example", "_Example", "——Example", " » Example"]
)
def test_the_site_is_stripped_only_where_the_rest_stands_elsewhere(tail: str) -> None:
    title = "潮汐如何转向"
    assert read(f"<title>{title}{tail}</title>", f"<h1>{title}</h1>").title == title
    assert read(f"<title>{title}{tail}</title>", "<h1>别的</h1>").title == f"{title}{tail}"


@pytest.mark.requirement("IN-2")
def test_parts_of_a_title_that_are_its_own_stay() -> None:
    title = "Tides - a history | of the sea"
    assert read(f"<title>{title}</title>", "<h1>Tides</h1>").title == title
    assert without_site("News | Tides turn - Example", ["News"], ["Example"]) == "News | Tides turn"
    head = '<meta property="og:title" content="A &amp;amp; B"><title>A &amp;amp; B - X</title>'
    assert read(head).title == "A & B"


def test_a_cut_title_gives_way_to_the_whole_one() -> None:
    head = (
        '<meta property="og:title" content="How the tides turn…"><title>How the tides turn…</title>'
    )
    assert read(head, "<h1>How the tides turned in 1700</h1>").title.startswith(
        "How the tides turn"
    )
    whole = '<meta name="twitter:title" content="How the tides turn at night">'
    assert read(head + whole).title == "How the tides turn at night"


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Article", "headline": "Tides"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Tides"}\n//]]>',
        '{"@type": "Article", /* c */ "headline": "Tides", } // end',
        '{"@type": "Article", "description": "a\nb\tc", "headline": "Tides"};',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Tides&quot;}",
        '{"@type": "WebSite"} {"@type": "http://schema.org/Article", "headline": "Tides"}',
        '{"@type": "Article", "url": "a\\/b", "headline": "Tides", "x": "\\d"}',
        '{"@type": "ItemList", "itemListElement": [{"@type": "Article", "headline": "Other"}]}'
        '{"@type": "Article", "headline": "Tides"}',
    ],
)
def test_broken_json_ld_is_read(script: str) -> None:
    assert read(ld(script)).title == "Tides"


@pytest.mark.parametrize(
    "script",
    ["", "{", "null", "[[", '"a', "[" * 100_000, '{"a":' * 100_000, "/*" * 100_000, '"\\' * 50_000,
     '{"@type": 7, "author": {"name": {"name": [[]]}}}', '{"@type": "Article", "author": [null, 3]}'],
)  # fmt: skip
def test_hopeless_json_ld_does_no_harm(script: str) -> None:
    assert read(ld(script) + "<title>Tides</title>").title == "Tides"


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "author", "name", "datePublished", "url", "image",
                         "headline", "keywords", "publisher", "mainEntityOfPage"]),
        inner | st.sampled_from(["Article", "#a", "2024-01-01"]), max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_no_value_of_json_ld_breaks_the_reading(value: object) -> None:
    import json

    found = read(ld(json.dumps(value).replace("<", "\\u003c")))
    assert all(name.strip() for name in found.authors)
    assert Graph([]).subjects() == []


def test_tags_summary_picture_language_and_the_rest() -> None:
    found = read(
        '<meta property="article:tag" content="海"><meta property="article:tag" content="月">'
        '<meta name="keywords" content="spam, more spam">'
        '<meta name="description" content="Why the sea &amp;amp; the moon are one">'
        '<meta property="og:description" content="Why the sea…">'
        '<meta property="og:image" content="/img/site-logo.png">'
        '<meta property="og:image" content="/img/tide.jpg">'
        '<meta property="og:locale" content="en_US">'
        '<meta property="article:section" content="Science">'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">',
        url=ADDRESS,
        lang="zh-TW",
    )
    assert found.tags == ["海", "月"]
    assert found.summary == "Why the sea & the moon are one"
    assert found.image == "https://example.org/img/tide.jpg"
    assert found.language == "zh-Hant"
    assert found.others == [
        ("section", "Science"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
    ]
    assert found.site == "example.org"


def test_keywords_are_split_and_machine_words_left_out() -> None:
    assert read('<meta name=keywords content="潮汐，月亮，Page Type: News">').tags == [
        "潮汐",
        "月亮",
    ]
    assert read('<meta name=keywords content="New York, type_news">').tags == ["New York"]


def test_an_empty_page_says_nothing() -> None:
    assert read("") == Metadata()


@pytest.mark.requirement("IN-4")
def test_a_date_beside_the_title_is_the_last_resort() -> None:
    long = "The tide of 3 May 1999 came at night. " * 5
    body = f"<h1>Tides</h1><p>Nachrichten</p><p>21. April 2020, 10:30 Uhr</p><p>{long}</p>"
    found = read("<title>Tides</title>", body).published
    assert found
    assert found.when == datetime(2020, 4, 21, 10, 30, tzinfo=UTC)
    assert read("<title>Tides</title>", f"<h1>Tides</h1><p>{long}</p>").published is None


@pytest.mark.requirement("IN-2")
def test_the_sites_own_name_is_no_title() -> None:
    name = '<meta property="og:site_name" content="The Sea Film">'
    page = read(f"{name}<title>History | The Sea Film</title>", "<h1>The Sea Film</h1>")
    assert page.title == "History"


def test_a_line_that_is_called_the_title_parts_the_site_from_it_and_leads_to_the_date() -> None:
    found = read(
        "<title>江边的城市和它的人们 - 某某网</title><div class='h-title'>江边的城市和它的人们</div>"
        "<div class='h-info'><span>2020-02-19 20:29:58</span> <span>来源：某某</span></div>"
        + "<p>很长的一段正文，说的是江边的城市。</p>"
        * 20
    )
    assert found.title == "江边的城市和它的人们"
    assert found.published is not None
    assert found.published.when.isoformat().startswith("2020-02-19T20:29:58")


@pytest.mark.requirement("IN-4")
def test_the_date_of_a_comment_is_not_the_article_s() -> None:
    html = (
        "<html><body><div id='comments'><div class='comment'><time datetime='2021-05-06T10:00:00Z'>"
        "6 May 2021</time><p>Nice.</p></div></div><div class='entry'><h1>Ferry</h1>"
        "<time datetime='2020-01-02T08:00:00Z'>2 January 2020</time></div></body></html>"
    )
    found = read_metadata(parse(html).soup)
    assert found.published is not None
    assert found.published.when.year == 2020
