"""What a site puts around its articles goes; the article stays."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from converters.article import Article, Figure, Heading, Link, plain_text, query
from converters.readers import ReadOptions, post
from converters.readers.soup import parse
from converters.readers.surroundings import Surroundings, take_surroundings
from converters.source import Document, Source

URL = "https://example.org/2024/tides"
TEXT = {
    "zh-Hans": "潮水每天两次涨落，港口里的人早已习惯，没有谁再去追问其中的缘由，直到那一年的秋天水没有再回来。" * 3,
    "zh-Hant": "潮水每天兩次漲落，港口裡的人早已習慣，沒有誰再去追問其中的緣由，直到那一年的秋天水沒有再回來。" * 3,
    "en": "The tide turns twice a day, and nobody in the harbour asks why any more. " * 3,
    "es": "La marea cambia dos veces al día y nadie en el puerto pregunta ya por qué lo hace. " * 3,
    "ar": "يتغير المد مرتين في اليوم ولم يعد أحد في الميناء يسأل عن السبب الذي يجعله يعود كل مرة. " * 3,
    "ja": "潮は一日に二度変わり、港ではもう誰もその理由を尋ねなくなっていた。それでも海は静かに満ちてくる。" * 3,
}  # fmt: skip
RELATED = {
    "zh-Hans": "相关阅读", "zh-Hant": "延伸閱讀", "en": "You may also like", "es": "Te puede interesar",
    "ar": "اقرأ أيضاً", "ja": "あわせて読みたい",
}  # fmt: skip
COMMENTS = {
    "zh-Hans": "评论 (2)", "zh-Hant": "網友評論", "en": "2 Comments", "es": "Comentarios",
    "ar": "التعليقات", "ja": "コメント",
}  # fmt: skip
SHARE = {
    "zh-Hans": "分享到：", "zh-Hant": "分享此文", "en": "Share this:", "es": "Compartir", "ar": "شارك المقال",
    "ja": "シェアする",
}  # fmt: skip


def taken(html: str, url: str = URL) -> tuple[BeautifulSoup, Surroundings]:
    """What is left of a page, and what was taken off it."""
    soup = parse(html).soup
    return soup, take_surroundings(soup, url=url)


def article(html: str, front: str = "title: Tides") -> Article:
    """A post as an article."""
    text = f"---\n{front}\nurl: {URL}\n---\n{html}"
    document = Document(source=Source(name="a.md", content=text.encode()), data=text.encode())
    (found,) = post.read(document, ReadOptions())
    return found


def told(found: Article) -> str:
    """All words that were left out."""
    return "\n".join(drop.text for drop in found.provenance.dropped)


@pytest.mark.requirement("IN-18", "IN-19")
@pytest.mark.parametrize("language", list(TEXT))
def test_the_furniture_of_a_site_goes_in_every_language(language: str) -> None:
    text = TEXT[language]
    found = article(
        f"<article><p>{text}</p><figure><img src='/tide.jpg'><figcaption>{text[:9]}</figcaption></figure>"
        f"<h2>{text[:5]}</h2><p>{text}</p>"
        f"<div><h3>{SHARE[language]}</h3><ul><li><a href='https://twitter.com/intent/tweet?x'>X</a>"
        "<li><a href='/2024/tides?share=facebook'>Facebook</a></ul></div>"
        f"<section><h3>{RELATED[language]}</h3><ul><li><a href='/2024/moon'>{text[:20]}</a>"
        f"<li><a href='/2024/sun'><img src='/sun.jpg'>{text[5:30]}</a></ul></section>"
        f"<div id=comments><h3>{COMMENTS[language]}</h3><div class=comment><p>{text}</p>"
        "<time datetime=2024-03-02>2 March</time><a href='#respond'>Reply</a></div></div></article>"
    )
    assert [type(block).__name__ for block in found.body] == [
        "Paragraph", "Figure", "Heading", "Paragraph"
    ]  # fmt: skip
    for label in (SHARE, RELATED, COMMENTS):
        assert label[language] in told(found)
    addresses = {address for drop in found.provenance.dropped for address in drop.addresses}
    assert {"https://example.org/2024/moon", "https://example.org/sun.jpg"} <= addresses


@pytest.mark.requirement("IN-19")
@pytest.mark.parametrize(
    "html",
    [
        # Further reading that leads elsewhere is the author's own.
        "<h2>Related reading</h2><ul><li><a href='https://a.example/x'>A long title of a book</a>"
        "<li><a href='https://b.example/y'>Another long title of a book</a></ul>",
        # A heading of the text that happens to be such a word.
        f"<h2>Comments</h2><p>{TEXT['en']}</p>",
        f"<h2>Share</h2><p>{TEXT['en']}</p><p><a href='/2024/moon'>A link</a></p>",
        f"<h2>More</h2><p>{TEXT['en']}</p>",
        # Names alone are no reason.
        f"<div class='related share newsletter'><p>{TEXT['en']}</p></div>",
        f"<div class=comments><p>{TEXT['en']}</p></div>",
        f"<div class=sr-only><p>{TEXT['en']}</p></div>",
        # A chronology.
        f"<p>{TEXT['en']}</p><p><time datetime=1969-07-20>20 July 1969</time></p><p>{TEXT['en']}</p>",
        "<p>More</p><p>or less, she said.</p>",
        "<p>Read <b>more</b> about it in the library.</p>",
        "<h3>Share</h3><img src='/chart.png'>",
    ],
)
def test_what_only_looks_like_furniture_stays(html: str) -> None:
    before = f"<p>{TEXT['en']}</p>{html}<p>{TEXT['en']}</p>"
    soup, found = taken(before)
    assert not found.dropped
    assert soup.get_text() == parse(before).soup.get_text()


@pytest.mark.requirement("IN-19")
def test_a_debate_whose_contributions_are_called_comments_stays() -> None:
    parts = "".join(
        f"<article class=comment><h3><a href='/contributors/{n}'>Ana {n}</a></h3><p>{TEXT['en']}</p></article>"
        for n in range(4)
    )
    _, found = taken(f"<p>{TEXT['en']}</p><div id=comments><h2>Comments</h2>{parts}</div>")
    assert not any(what == "comments" for what, *_ in found.dropped)


@pytest.mark.requirement("IN-4", "IN-5")
def test_a_line_of_author_topics_and_dates_becomes_metadata() -> None:
    found = article(
        "<header><h1>Tides</h1></header><div class=meta><span><a rel=author href='/author/ana'>Ana Ruiz</a>"
        "</span> in <span><a rel='category tag' href='/category/sea'>Sea</a></span> <span>"
        "<time class=published datetime='2024-03-01T09:00:00Z'>1 March</time>"
        "<time class=updated datetime='2024-03-02T09:00:00Z'>2 March</time></span> 3 min read</div>"
        f"<p>{TEXT['en']}</p><p>Published <time datetime='2024-03-01T09:00:00Z'>1 March 2024</time></p>"
        "<ul><li>Tagged</li><li><a rel=tag href='/tag/moon'>moon</a></ul>"
    )
    assert found.authors == ("Ana Ruiz",)
    assert found.published == datetime(2024, 3, 1, 9, tzinfo=UTC)
    assert found.updated == datetime(2024, 3, 2, 9, tzinfo=UTC)
    assert found.tags == ("Sea", "moon")
    assert len(found.body) == 1
    assert "3 min read" in told(found)


@pytest.mark.requirement("IN-4", "IN-5")
def test_a_byline_in_words_with_a_date() -> None:
    found = article(
        "<div><span><a href='/author/18'>长平</a> 在 星期三, 02/05/2014 - 11:54 提交</span></div>"
        f"<p>{TEXT['zh-Hans']}</p>"
    )
    assert found.authors == ("长平",)
    assert found.published
    assert found.published.year == 2014
    assert len(found.body) == 1


@pytest.mark.requirement("IN-5")
def test_other_roles_in_a_byline_are_no_authors() -> None:
    found = article(f"<p>撰稿丨安娜·鲁伊斯；翻译丨它们</p><p>{TEXT['zh-Hans']}</p>")
    assert found.authors == ("安娜·鲁伊斯",)
    assert ("byline", "撰稿丨安娜·鲁伊斯；翻译丨它们") in {
        (item.name, item.value) for item in found.provenance.metadata
    }


@pytest.mark.requirement("IN-5")
def test_a_standfirst_is_no_byline() -> None:
    found = article(
        "<div class='status-publish'><p class=description>巅峰时期，产量居世界第一，难觅对手</p>"
        f"<p>{TEXT['zh-Hans']}</p></div>"
    )
    assert found.authors == ()
    assert len(found.body) == 2


@pytest.mark.requirement("IN-2")
def test_the_title_in_the_body_goes_and_its_sites_name_too() -> None:
    found = article(
        f"<h1>Why tides turn</h1><p>{TEXT['en']}</p>", "title: Why tides turn - Example Times"
    )
    assert found.title == "Why tides turn"
    assert not list(query(found.body, Heading))
    kept = article(f"<p>{TEXT['en']}</p>", "title: Why tides turn - Example Times")
    assert kept.title == "Why tides turn - Example Times"


@pytest.mark.requirement("IN-2", "IN-6")
def test_a_title_below_the_lead_picture_goes() -> None:
    found = article(f"<figure><img src=/a.jpg></figure><h2>Tides</h2><p>{TEXT['en']}</p>")
    assert [type(block) for block in found.body][:1] == [Figure]
    assert found.image == "https://example.org/a.jpg"
    assert not list(query(found.body, Heading))


@pytest.mark.requirement("IN-18")
def test_pictures_that_share_and_links_to_answer_go() -> None:
    found = article(
        f"<p>{TEXT['en']}</p><div><a href='https://www.facebook.com/sharer.php?u=x'><img src=/f.png></a>"
        "<a href='https://twitter.com/share?u=x'><img src=/t.png></a></div>"
        "<ul><li><a href='/2024/tides#comment-form'>Say something</a></ul>"
        f"<p>{TEXT['en']}<a href='https://twitter.com/share?u=x'>Tweet</a></p>"
    )
    assert not list(query(found.body, Figure))
    assert [len(list(query(block, Link))) for block in found.body] == [0, 1]


@pytest.mark.requirement("IN-18")
@pytest.mark.parametrize(
    "line",
    [
        "微信搜索“潮汐书评”（Tides）：重申文化想象。",
        "<a href='https://example.org/2024/tides'>Continue reading on Example »</a>",
        "<a href='https://example.org/x'>阅读全文</a>",
        "Follow us on Mastodon",
    ],
)
def test_last_lines_that_ask_for_something_go(line: str) -> None:
    found = article(f"<p>{TEXT['en']}</p><p>———</p><p>{line}</p>")
    assert len(found.body) == 1
    assert BeautifulSoup(line, "lxml").get_text() in told(found)


@pytest.mark.requirement("IN-18")
def test_hidden_labels_go_and_forms_are_told() -> None:
    found = article(
        f"<h2 class='element-invisible'><a href=/file/1>sea-1.jpg</a></h2><p>{TEXT['en']}</p>"
        "<div><h4>Newsletter</h4><p>Every Friday.</p><form><input name=mail><button>Go</button></form></div>"
    )
    assert plain_text(found.body).strip() == TEXT["en"].strip()
    assert "sea-1.jpg" in told(found)
    assert "Every Friday." in told(found)


def test_a_hostile_page_takes_no_time() -> None:
    deep = "<div>" * 3000 + "Comments" + "</div>" * 3000
    many = "<div><h3>Related</h3><p><a href=/x>x</a></p></div>" * 2000
    taken(deep)
    taken(many)
    taken("<p>" + "<a href=/tag/x rel=tag>more</a> " * 8000)
    taken("<p>" + "<time>2020</time><a rel=tag href=/tag/x>x</a>" * 3000)
