"""Feeds: RSS, Atom and JSON Feed, whole and broken, and their entries' pages."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from converters.article import Article, Embed, Figure, Link, Paragraph, Text, plain_text, query
from converters.convert import read_articles
from converters.errors import UnreadableSource
from converters.fetch import Fetched, FetchPolicy
from converters.readers import ReadOptions, choose_reader
from converters.readers.feed import read, recognises
from converters.source import Document, Source

UTC = timezone.utc  # noqa: UP017 - the same name in all versions
WORDS = "These are the words of an article that says something about something. "


def document(text: str | bytes, url: str = "https://e.org/feed.xml") -> Document:
    data = text.encode() if isinstance(text, str) else text
    return Document(Source("feed.xml"), data, url)


def articles(
    text: str | bytes, url: str = "https://e.org/feed.xml", **options: Any
) -> list[Article]:
    found = document(text, url)
    assert choose_reader(found).name == "feed"
    return list(read(found, ReadOptions(**options)))


def only(text: str | bytes, **options: Any) -> Article:
    (article,) = articles(text, **options)
    return article


RSS = """<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type="text/xsl" href="x.xsl"?><!-- a comment -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>A site</title><link>https://e.org/</link><language>en-gb</language>%s</channel></rss>"""

ITEM = """<item><title>Cats &amp;amp; &lt;i&gt;dogs&lt;/i&gt;</title>
<link>https://e.org/2020/cats?utm_source=rss&amp;id=7</link><guid isPermaLink="false">tag:7</guid>
<dc:creator>Ann Author</dc:creator><dc:creator>Bob Beta</dc:creator>
<pubDate>Thu, 02 Jul 2020 18:28:24 +0800</pubDate><category>pets</category><category>cats</category>
<description>&lt;p&gt;A summary of its own.&lt;/p&gt;</description><content:encoded><![CDATA[
<p onclick="x()">These are the words of <a href="../more">an article</a>.</p>
<script>alert(1)</script><figure><img src="cat.jpg"><figcaption>A cat</figcaption></figure>]]>
</content:encoded></item>"""


def test_rss() -> None:
    article = only(RSS % ITEM)
    assert article.title == "Cats & dogs"
    assert article.url == "https://e.org/2020/cats?id=7"
    assert article.site == "A site"
    assert article.authors == ("Ann Author", "Bob Beta")
    assert article.tags == ("pets", "cats")
    when = datetime(2020, 7, 2, 18, 28, 24, tzinfo=timezone(timedelta(hours=8)))
    assert article.published == when
    assert article.published.utcoffset() == timedelta(hours=8)
    assert (article.language, article.direction) == ("en-GB", "ltr")
    assert article.summary == "A summary of its own."
    assert article.image == "https://e.org/2020/cat.jpg"
    assert plain_text(article.body[0]) == "These are the words of an article."
    assert [link.url for link in query(article.body, Link)] == ["https://e.org/more"]
    (figure,) = query(article.body, Figure)
    assert (figure.images[0].url, plain_text(figure)) == ("https://e.org/2020/cat.jpg", "A cat")
    assert {each.what for each in article.provenance.dropped} >= {"script"}
    assert [(each.name, each.value) for each in article.provenance.metadata] == [("id", "tag:7")]
    assert (article.provenance.reader, article.provenance.source) == ("feed", "feed.xml")
    assert not article.provenance.warnings


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_versions(version: str) -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    text = (
        f'<?xml version="1.0"?>{doctype}<rss version="{version}"><channel><title>S</title>'
        "<link>https://e.org</link><item><title>Caf&eacute;&nbsp;1</title><link>https://e.org/1"
        f"</link><description>{WORDS}</description></item></channel></rss>"
    )
    article = only(text)
    assert (article.title, article.url) == ("Café 1", "https://e.org/1")
    assert plain_text(article.body) == WORDS.strip()
    assert article.summary == ""


def test_rss_1() -> None:
    article = only(
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://e.org/"><title>S</title><link>https://e.org/</link></channel>'
        '<item rdf:about="https://e.org/1"><title>T</title><link>https://e.org/1</link>'
        f"<dc:date>2020-07-02T18:28:24+09:00</dc:date><description>{WORDS}</description></item>"
        "</rdf:RDF>"
    )
    assert (article.title, article.site) == ("T", "S")
    assert article.published == datetime(2020, 7, 2, 9, 28, 24, tzinfo=UTC)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://e.org/blog/">
<title type="html">Die &amp;amp; Seite</title><link href="/"/><author><name>Alle</name></author>
<entry xml:lang="fr" xml:base="2020/"><title type="text">a &lt; b &amp;amp; c</title>
<link rel="alternate" href="post/"/><link rel="enclosure" type="audio/mpeg" href="ton.mp3"/>
<id>urn:x</id><published>2020-07-02T18:28:24+02:00</published><updated>2020-07-03T00:00:00Z</updated>
<category term="t" label="Thème"/><summary>Le résumé de cet article.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Voici les <b>mots</b> de cet
article qui sont dans la page.</p><img src="a.png" alt="x"/></div></content></entry>
<entry><title>Nur Text</title><link href="b"/><id>b</id><updated>2020-07-02T00:00:00Z</updated>
<author><name>Eva</name></author><content type="text">1 &lt; 2

Das ist der zweite Absatz und nicht der erste.
Neue Zeile</content></entry></feed>"""


def test_atom() -> None:
    first, second = articles(ATOM)
    assert (first.title, first.site) == ("a < b &amp; c", "Die & Seite")
    assert first.url == "https://e.org/blog/2020/post/"
    assert first.authors == ("Alle",)
    assert first.published == datetime(2020, 7, 2, 16, 28, 24, tzinfo=UTC)
    assert first.updated == datetime(2020, 7, 3, tzinfo=UTC)
    assert first.language == "fr"
    assert first.tags == ("Thème",)
    assert first.summary == "Le résumé de cet article."
    assert first.image == "https://e.org/blog/2020/a.png"
    (embed,) = query(first.body, Embed)
    assert (embed.url, embed.kind) == ("https://e.org/blog/2020/ton.mp3", "audio")
    assert second.authors == ("Eva",)
    assert second.language == "de"
    assert second.published == datetime(2020, 7, 2, tzinfo=UTC)
    assert second.updated is None
    texts = [plain_text(each) for each in second.body]
    assert texts == ["1 < 2", "Das ist der zweite Absatz und nicht der erste.\nNeue Zeile"]


JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "A site",
    "home_page_url": "https://e.org/",
    "language": "en",
    "authors": [{"name": "Everybody"}],
    "items": [
        {
            "id": 7,
            "url": "/a",
            "title": "One  title",
            "content_html": f"<p>{WORDS}</p><p><a href='b'>b</a></p>",
            "summary": "Of its own.",
            "image": "https://e.org/i.jpg",
            "banner_image": "https://e.org/banner.jpg",
            "date_published": "2020-07-02T18:28:24+08:00",
            "date_modified": "2020-07-03T18:28:24Z",
            "authors": [{"name": "Ann"}, {"url": "x"}],
            "tags": ["x", "y", 3],
            "attachments": [
                {"url": "https://e.org/s.mp4", "mime_type": "video/mp4", "title": "The film"},
                {"url": "javascript:alert(1)", "mime_type": "audio/mpeg"},
                {"url": "file:///etc/passwd", "mime_type": "application/pdf"},
                "nonsense",
            ],
        },
        {"id": "8", "external_url": "https://f.org/", "content_text": "1 < 2\n\nand so on"},
        "nonsense",
    ],
}


def test_json_feed() -> None:
    first, second = articles(json.dumps(JSON_FEED))
    assert (first.title, first.url, first.site) == ("One title", "https://e.org/a", "A site")
    assert (first.authors, first.tags) == (("Ann",), ("x", "y", "3"))
    assert first.published == datetime(2020, 7, 2, 10, 28, 24, tzinfo=UTC)
    assert first.updated == datetime(2020, 7, 3, 18, 28, 24, tzinfo=UTC)
    assert first.summary == "Of its own."
    assert [link.url for link in query(first.body, Link)] == ["https://e.org/b"]
    assert isinstance(first.body[0], Figure)
    assert first.image == first.body[0].images[0].url == "https://e.org/i.jpg"
    (embed,) = query(first.body, Embed)
    assert (embed.url, embed.kind, embed.title) == ("https://e.org/s.mp4", "video", "The film")
    assert [plain_text(each) for each in second.body] == ["1 < 2", "and so on"]
    assert (second.title, second.url, second.authors) == ("1 < 2", "https://f.org/", ("Everybody",))
    assert [change.what for change in second.provenance.changes] == ["title"]


def test_json_feed_of_the_first_version() -> None:
    old = {**JSON_FEED, "version": "https://jsonfeed.org/version/1", "author": {"name": "Old"}}
    del old["authors"]
    assert articles(json.dumps(old, indent=1).replace("/", "\\/"))[1].authors == ("Old",)


# --- What goes with the text ---------------------------------------------------------------


def item(*parts: str) -> str:
    return RSS % f"<item><title>T</title><link>https://e.org/p/</link>{''.join(parts)}</item>"


def test_a_podcast() -> None:
    article = only(
        item(
            f"<description>{WORDS}</description>",
            '<enclosure url="https://e.org/s/folge%201.mp3?x=1" type="audio/mpeg" length="9"/>',
            '<enclosure url="https://e.org/notes.pdf" type="application/pdf"/>',
            '<itunes:image href="https://e.org/cover.jpg"/>',
        )
    )
    sound, notes = query(article.body, Embed)
    assert (sound.url, sound.kind) == ("https://e.org/s/folge%201.mp3?x=1", "audio")
    assert sound.title == "folge 1.mp3"
    assert (notes.kind, notes.title) == ("document", "notes.pdf")
    assert article.image == "https://e.org/cover.jpg"


MEDIA = (
    '<media:group><media:content url="https://e.org/s.jpg" type="image/jpeg" width="100"/>'
    '<media:content url="https://e.org/l.jpg" medium="image" width="1200"/></media:group>'
    '<media:thumbnail url="https://e.org/t.jpg"/><media:credit>A. Photographer</media:credit>'
)


def test_pictures_beside_the_text() -> None:
    article = only(item(f"<description>{WORDS}</description>", MEDIA))
    (figure,) = query(article.body, Figure)
    assert article.body[0] == figure
    assert [image.url for image in figure.images] == ["https://e.org/l.jpg"]
    assert figure.credit == (Text("A. Photographer"),)
    with_own = f"<description>{WORDS}&lt;p&gt;&lt;img src='own.png'&gt;</description>"
    article = only(item(with_own, MEDIA))
    assert article.image == "https://e.org/p/own.png"
    assert len(list(query(article.body, Figure))) == 1


def test_an_entry_without_a_title() -> None:
    long = "word " * 40
    article = only(RSS % f"<item><description>{long}</description></item>")
    assert article.title.endswith("word…")
    assert len(article.title) <= 81
    assert article.body == (Paragraph((Text(long.strip()),)),)


def test_a_summary_that_begins_the_text_is_no_summary() -> None:
    body = f"<content:encoded>{WORDS * 3}</content:encoded>"
    article = only(item(f"<description>{WORDS.strip()} […]</description>", body))
    assert article.summary == ""
    assert plain_text(article.body) == (WORDS * 3).strip()


def test_another_encoding() -> None:
    text = RSS % "<item><title>文章</title><description>这是一篇关于东西的文章</description></item>"
    found = articles(text.replace('"utf-8"', '"gb2312"').encode("gbk"))
    assert (found[0].title, found[0].language) == ("文章", "zh-Hans")
    assert found[0].provenance.encoding == "gb18030"


def test_a_right_to_left_entry() -> None:
    article = only(
        item(
            "<description>قال الرئيس إن الحكومة التي تعمل على هذا المشروع سوف تعلن عن النتائج في نهاية العام، وأضاف أن ذلك كان من أهم ما تم في هذه السنة</description>"
        )
    )
    assert (article.language, article.direction) == ("ar", "rtl")


# --- Broken and hostile --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        (RSS % (ITEM + "<item><title>Cut off</title><description>x")).removesuffix(
            "</channel></rss>"
        ),
        (RSS % ITEM).replace("<language>", "<language><b>"),
        (RSS % ITEM).replace("A site", "A & site"),
    ],
)
def test_broken_xml(text: str) -> None:
    found = articles(text)
    assert found[0].title == "Cats & dogs"
    assert "These are the words" in plain_text(found[0].body)
    assert "XML is broken" in found[0].provenance.warnings[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RSS % "", "without entries"),
        ('<rss version="2.0"><channel', "broken"),
        (RSS % "<item></item>", "entries are empty"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "not JSON"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', "without entries"),
        ('{"version": "https://jsonfeed.org/version/1", "x": ' + "[" * 100_000, "not JSON"),
    ],
)
def test_feeds_that_hold_nothing(text: str, words: str) -> None:
    with pytest.raises(UnreadableSource, match=words):
        articles(text)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><head><title>RSS</title></head><body><p>About &lt;rss&gt;</p>",
        "<html><body><rss></rss></body></html>",
        "<opml><body><outline xmlUrl='https://e.org/'/></body></opml>",
        "<!-- <rss version='2.0'> --><p>text</p>",
        '{"type": "article", "title": "x"}',
        '{"note": "https://jsonfeed.org/version/1"}',
        "[About jsonfeed.org](https://jsonfeed.org/version/1)\n\n---\n\n<p>x</p>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x/></rdf:RDF>",
    ],
)
def test_what_is_no_feed(text: str) -> None:
    assert recognises(document(text)) == 0


@pytest.mark.parametrize("text", ["<rss", "\0", "<feed/>", "<\ufffe>", "&" * 99, "\ud800"])
def test_garbage_that_somebody_calls_a_feed(text: str) -> None:
    with pytest.raises(UnreadableSource):
        list(read(document(text.encode("utf-8", "replace")), ReadOptions()))


def test_binary_is_no_feed() -> None:
    assert recognises(document(b"\x89PNG\r\n\x1a\n<rss>")) == 0


@pytest.mark.requirement("SEC-2", "SEC-6")
def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("planted secret")
    text = (RSS % item_with("&x; &y; &z;")).replace(
        "<rss",
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "{secret}">'
        '<!ENTITY y "yyyy"><!ENTITY z "&y;&y;">]><rss',
        1,
    )
    for found in articles(text):
        assert "planted" not in repr(found)
        assert "yyyy" not in repr(found)


def item_with(text: str) -> str:
    return f"<item><title>{text}</title><description>{WORDS}{text}</description></item>"


@pytest.mark.requirement("SEC-6", "SEC-7")
def test_an_entity_bomb() -> None:
    entities = '<!ENTITY a0 "lollollol">' + "".join(
        f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12)
    )
    text = (RSS % item_with("&a12;")).replace("<rss", f"<!DOCTYPE rss [{entities}]><rss", 1)
    began = time.monotonic()
    assert all(len(plain_text(each.body)) < 1000 for each in articles(text))
    assert time.monotonic() - began < 8


@pytest.mark.requirement("SEC-2")
def test_no_address_or_name_is_opened(tmp_path: Path) -> None:
    """Feedparser opens what looks like one when it is given text."""
    secret = tmp_path / "secret.xml"
    secret.write_text(RSS % ITEM)
    for text in (str(secret), secret.as_uri()):
        with pytest.raises(UnreadableSource):
            list(read(document(text), ReadOptions()))


@pytest.mark.requirement("SEC-7", "ALL-10")
@pytest.mark.parametrize(
    "text",
    [
        RSS % (ITEM * 1500),
        "<rss><channel>" + "<item><title>x</title>" * 3000,
        "<rss><channel><item><description>" + "<" * 100_000,
        "<rss><channel><item><description>" + "&" * 100_000,
        "<rss>" + "<a>" * 30_000,
        "<rss><channel><item><title>" + "<![CDATA[" * 10_000,
        '<rss><channel><item a="' + "x" * 200_000,
    ],
)
def test_large_and_hostile_feeds_take_bounded_time(text: str) -> None:
    began = time.monotonic()
    with contextlib.suppress(UnreadableSource):
        list(read(document(text), ReadOptions()))
    assert time.monotonic() - began < 20


# --- The entries' pages --------------------------------------------------------------------

SUMMARY = "<description>These are the first words of an article […]</description>"
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><title>Page title</title></head><body><article>"
    f"<h1>Page title</h1><p>{WORDS * 8}</p><p>{WORDS * 8}</p></article></body></html>"
)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fetched | UnreadableSource]:
    """What addresses answer; the policies that were given are checked."""
    answers: dict[str, Fetched | UnreadableSource] = {}

    def fetched(url: str, policy: FetchPolicy) -> Fetched:
        assert policy.user_agent == "test"
        answer = answers[url]
        if isinstance(answer, UnreadableSource):
            raise answer
        return answer

    monkeypatch.setattr("converters.fetch.fetch", fetched)
    return answers


FULL: dict[str, Any] = {"full": True, "fetch": FetchPolicy(user_agent="test")}


def test_the_page_of_a_summary(web: dict[str, Fetched | UnreadableSource]) -> None:
    web["https://e.org/p/"] = Fetched("https://e.org/p/final", PAGE.encode(), "text/html")
    article = only(
        item(SUMMARY, "<dc:creator>Ann</dc:creator><pubDate>Thu, 02 Jul 2020 18:28:24 GMT</pubDate>"
             "<category>tag</category>"),
        **FULL,
    )  # fmt: skip
    assert plain_text(article.body).count("something about something") == 16
    assert (article.title, article.site, article.authors) == ("T", "A site", ("Ann",))
    assert article.url == "https://e.org/p/final"
    assert article.tags == ("tag",)
    assert article.published == datetime(2020, 7, 2, 18, 28, 24, tzinfo=UTC)
    assert article.provenance.source == "feed.xml"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (UnreadableSource("https://e.org/p/", "is not there (HTTP 404)"), "404"),
        (Fetched("https://e.org/p/", b"<p>short</p>"), "holds "),
        (Fetched("https://e.org/p/", b"  "), "empty"),
        (Fetched("https://e.org/p/", b"\x89PNG\r\n\x1a\n"), "PNG"),
    ],
)
def test_a_page_that_cannot_be_had(
    web: dict[str, Fetched | UnreadableSource], answer: Fetched | UnreadableSource, words: str
) -> None:
    web["https://e.org/p/"] = answer
    article = only(item(SUMMARY), **FULL)
    assert plain_text(article.body).startswith("These are the first words")
    (warning,) = article.provenance.warnings
    assert words in warning
    assert "https://e.org/p/" in warning


def test_whole_texts_need_no_page(web: dict[str, Fetched | UnreadableSource]) -> None:
    """Nothing is answered here, so asking would fail."""
    whole = f"<description>{WORDS * 30}</description>"
    content = f"<content:encoded>{WORDS}</content:encoded>"
    for parts in (whole, content):
        assert not only(item(parts), **FULL).provenance.warnings
    assert only(item(SUMMARY)).provenance.warnings == ()  # it was not asked for


def test_a_feed_through_the_command_s_way(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS % (ITEM * 2), "utf-8")
    found = list(read_articles(Source(str(path), path=path)))
    assert [each.title for each in found] == ["Cats & dogs"] * 2
