"""Posts: front matter in its forms, bodies of either kind, tags of site generators."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import converters
from converters.article import (
    Article,
    BlockQuote,
    CodeBlock,
    Embed,
    Figure,
    Link,
    Paragraph,
    plain_text,
    query,
)
from converters.errors import UnreadableSource
from converters.readers import ReadOptions, archive, choose_reader, post
from converters.readers.frontmatter import facts, split
from converters.readers.shortcodes import expand
from converters.source import Document, Source

BODY = "<p>The tide turns twice a day, and nobody in the harbour asks why.</p>\n<p>It is so.</p>\n"


def document(text: str, name: str = "post.md", url: str = "") -> Document:
    """A post as a document."""
    source = Source(name=name, path=Path(name), url=url, content=text.encode())
    return Document(source=source, data=text.encode(), url=url)


def article(text: str, name: str = "post.md", url: str = "") -> Article:
    """The one article of a post."""
    (found,) = post.read(document(text, name, url), ReadOptions())
    return found


def others(found: Article) -> dict[str, str]:
    """The metadata that the model has no place for."""
    return {item.name: item.value for item in found.provenance.metadata}


YAML = """---
title: "Why tides turn: a history"
date: 2024-03-01 09:30:00 +0900
lastmod: 2024-03-02
author: [Ana Ruiz, {name: Bo Li, twitter: bo}]
categories: [sea]
tags:
  - moon
  - New York
description: >
  What the moon
  does
lang: en_GB
canonical_url: https://example.org/tides
cover: {image: /img/tide.jpg, alt: The sea}
weight: 10
draft: false
version: "1.0"
---
"""
TOML = """+++
title = "Why tides turn: a history"
date = 2024-03-01T09:30:00+09:00
lastmod = 2024-03-02
authors = ["Ana Ruiz", "Bo Li"]
description = "What the moon does"
canonical = "https://example.org/tides"
language = "en-gb"
images = ["/img/tide.jpg"]
weight = 10
draft = false
[taxonomies]
categories = ["sea"]
tags = ["moon", "New York"]
+++
"""
JSON = """{
  "title": "Why tides turn: a history", "date": "2024-03-01T09:30:00+09:00",
  "lastmod": "2024-03-02", "author": "Ana Ruiz and Bo Li", "summary": "What the moon does",
  "link": "https://example.org/tides", "locale": "en_GB", "thumbnail": "/img/tide.jpg",
  "categories": "sea", "tags": ["moon", "New York"], "weight": 10, "draft": false
}
"""
HEXO = """title: "Why tides turn: a history"
date: 2024-03-01T09:30:00+09:00
updated: 2024-03-02
author: Ana Ruiz、Bo Li
excerpt: What the moon does
source: https://example.org/tides
language: en-GB
thumbnail: /img/tide.jpg
categories:
- sea
tags: [moon, New York]
weight: 10
draft: false
---
"""
HEXO_JSON = JSON.strip().strip("{}").strip() + ",\n;;;\n"


@pytest.mark.requirement("IN-2", "IN-3", "IN-4", "IN-5")
@pytest.mark.parametrize("front", [YAML, TOML, JSON, HEXO, HEXO_JSON, "\ufeff\n" + YAML])
def test_front_matter_in_every_form_says_the_same(front: str) -> None:
    found = article(front + BODY)
    assert found.title == "Why tides turn: a history"
    assert found.authors == ("Ana Ruiz", "Bo Li")
    assert found.published == datetime(2024, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=9)))
    assert found.updated == datetime(2024, 3, 2, tzinfo=UTC)
    assert (found.url, found.language) == ("https://example.org/tides", "en-GB")
    assert sorted(found.tags) == ["New York", "moon", "sea"]
    assert found.summary == "What the moon does"
    assert found.image == "https://example.org/img/tide.jpg"
    assert others(found)["weight"] == "10"
    assert others(found)["draft"] == "false"
    assert len(found.body) == 2
    assert not found.provenance.warnings


def test_nothing_of_front_matter_is_lost() -> None:
    found = others(article(YAML + BODY))
    assert found["version"] == "1.0"
    assert '"alt": "The sea"' in found["cover"]
    assert '"twitter": "bo"' in found["author"]


@pytest.mark.parametrize("front", [YAML, TOML, JSON, HEXO, HEXO_JSON])
def test_posts_are_recognised_by_content(front: str) -> None:
    assert choose_reader(document(front + BODY, "x.dat")).name == "post"


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule above, a rule below.\n\n---\n\nand words",
        "A title\n---\nwords",
        '{"title": "only JSON"}',
        "<p>a: b</p>\n---\n",
        "Note: this is a sentence.\nSo is this.\n---\n",
        "",
        "+++",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert split(text) is None
    assert post.recognises(document(text)) == 0


@pytest.mark.requirement("IN-1")
def test_the_archive_form_below_front_matter_wins() -> None:
    text = (
        "---\ntitle: 别的 - 站\nauthor: 长平\nfrom: https://e.org/b\ntags: [甲]\n---\n"
        "<!--NaN-->\n[题](https://e.org/a)\n------\n\n<p>正文第一段，说的是一件事。</p>"
    )
    assert choose_reader(document(text)).name == "archive"
    (found,) = archive.read(document(text), ReadOptions())
    assert (found.title, found.url) == ("题", "https://e.org/a")
    assert (found.authors, found.tags) == (("长平",), ("甲",))
    assert any("NaN" in warning for warning in found.provenance.warnings)


@pytest.mark.requirement("IN-4")
def test_the_name_of_the_file_dates_what_nothing_else_does() -> None:
    found = article(f"---\nlayout: post\n---\n{BODY}", "_posts/2014-02-05-why-tides-turn.md")
    assert found.published == datetime(2014, 2, 5, tzinfo=UTC)
    assert found.title == "why tides turn"
    dated = article("---\ndate: 2020-01-01\n---\n" + BODY, "2014-02-05-a.md")
    assert dated.published == datetime(2020, 1, 1, tzinfo=UTC)


# --- trouble ---


def test_front_matter_that_is_not_closed() -> None:
    found = article(f"---\ntitle: Tides\ndate: 2024-03-01\n\n{BODY}")
    assert found.title == "Tides"
    assert len(found.body) == 2
    assert any("not closed" in warning for warning in found.provenance.warnings)


def test_a_colon_in_a_title_costs_only_a_warning() -> None:
    found = article(f"---\ntitle: Tides: why\nauthor: Ana\nodd: [a, b\n---\n{BODY}")
    assert (found.title, found.authors) == ("Tides: why", ("Ana",))
    assert others(found)["odd"] == "[a, b"
    (warning,) = found.provenance.warnings
    assert "line" in warning


@pytest.mark.requirement("IN-4")
def test_a_date_that_cannot_be_read_is_kept_and_told() -> None:
    found = article(f"---\ntitle: Tides\ndate: 2024-13-45\nupdated: soon enough\n---\n{BODY}")
    assert found.published is None
    assert others(found)["date"] == "2024-13-45"
    assert any("2024-13-45" in warning for warning in found.provenance.warnings)


def test_tags_aliases_and_bombs_of_yaml_do_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n"
        for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    found = article(
        f"---\ntitle: &t Tides\nsummary: *t\nauthor: !!python/object/apply:os.system ['true']\n{bomb}---\n{BODY}"
    )
    assert (found.title, found.summary, found.authors) == ("Tides", "Tides", ("true",))
    assert len(str(found.provenance.metadata)) < 3000
    assert any("tag" in warning for warning in found.provenance.warnings)
    assert any("alias" in warning for warning in found.provenance.warnings)


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: " + "[" * 5000 + "\n---\n",
        "---\n" + "a:\n" * 3000 + "---\n",
        "+++\ntitle = \n+++\n",
        "+++\ntitle = 'Tides'\nx = {a = [1\n+++\n",
        "---\ntitle: {a: b}\nauthor: 7\ntags: {x: y}\ndate: [1, 2]\nurl: 3\ncover: []\n---\n",
        "---\n- a\n- title: b\n---\n",
        '---\ntitle: "never closed\ndate: 2024-01-01\n---\n',
        "---\n\ttitle: tab\n---\n",
        "---\n---\n",
        "---\ntitle: no\ndate: yes\n? [a, b]\n: c\n---\n",
    ],
)
def test_bad_front_matter_never_costs_the_article(front: str) -> None:
    found = article(front + BODY)
    assert plain_text(found.body).startswith("The tide turns")


@given(st.text(alphabet="ab:-[]{}'\"\n &*!|>#~%@`=+;\t1", max_size=120))
def test_any_front_matter_is_read_or_kept(text: str) -> None:
    front = split(f"---\ntitle: x\n{text}\n---\nbody")
    assert front is not None
    facts(front)


def test_a_post_without_text_says_so() -> None:
    with pytest.raises(UnreadableSource, match="no text"):
        article("---\nlayout: post\n---\n<p> </p>")
    assert article("---\ntitle: Tides\n---\n").title == "Tides"


@pytest.mark.requirement("IN-5")
def test_the_body_knows_its_author_better_than_the_site() -> None:
    text = (
        "---\ntitle: 潮汐\nauthor: Example\nfrom: https://example.org/a\n---\n"
        f"<p class='byline'>作者：张三</p>{BODY}"
    )
    found = article(text)
    assert found.authors == ("张三",)
    assert others(found)["author"] == "Example"


# --- bodies ---


@pytest.mark.requirement("IN-17")
def test_markdown_with_html_in_it_is_markdown() -> None:
    found = article("---\ntitle: x\n---\n## One\n\nText with <b>bold</b> and `code`.\n\n- a\n- b\n")
    kinds = [type(block).__name__ for block in found.body]
    assert kinds == ["Heading", "Paragraph", "BulletList"]


def test_code_of_liquid_hugo_and_hexo() -> None:
    for text in (
        "{% highlight python linenos %}\nif a < b:\n    {{ x }}\n{% endhighlight %}",
        '{{< highlight python "linenos=table" >}}\nif a < b:\n    {{ x }}\n{{< /highlight >}}',
        "{% codeblock lang:python %}\nif a < b:\n    {{ x }}\n{% endcodeblock %}",
    ):
        for body in (f"Words.\n\n{text}\n", f"<p>Words.</p>\n{text}\n<p>More.</p>"):
            (code,) = query(article(f"---\ntitle: x\n---\n{body}").body, CodeBlock)
            assert (code.text.strip("\n"), code.language) == ("if a < b:\n    {{ x }}", "python")


@pytest.mark.requirement("IN-7", "IN-16")
def test_pictures_films_and_quotations_of_site_generators() -> None:
    found = article(
        "---\ntitle: x\nurl: https://e.org/p/\n---\nWords first.\n\n"
        '{{< figure src="a.jpg" alt="sea" caption="The sea" >}}\n\n'
        "{% youtube dQw4w9WgXcQ %}\n\n"
        "{% blockquote Ana Ruiz https://e.org/q %}\nAll turns.\n{% endblockquote %}\n\n"
        '{% asset_img b.png 400 300 "A boat" %}\n\nLast words {{ site.baseurl }}.\n'
    )
    figures = [block for block in found.body if isinstance(block, Figure)]
    assert [f.images[0].url for f in figures] == ["https://e.org/p/a.jpg", "https://e.org/p/b.png"]
    assert plain_text(figures[0].caption) == "The sea"
    assert next(query(found.body, Embed)).provider == "YouTube"
    (quote,) = query(found.body, BlockQuote)
    assert plain_text(quote.content) == "All turns."
    assert "Ana Ruiz" in plain_text(quote.citation)
    assert next(query(quote.citation, Link)).url == "https://e.org/q"
    assert "{" not in plain_text(found.body)


def test_tags_around_a_text_go_and_are_told() -> None:
    found = article(
        "---\ntitle: x\n---\n{% include toc.html %}\n\n{% note info %}\nKept.\n{% endnote %}\n\nEnd."
    )
    assert [plain_text(block) for block in found.body] == ["Kept.", "End."]
    told = " ".join(item.text for item in found.provenance.dropped)
    assert "{% include toc.html %}" in told
    assert "{% note info %}" in told


@pytest.mark.parametrize(
    "text",
    ["`{% raw %}`", "```\n{% highlight x %}\n```", "<pre>{{< figure >}}</pre>", "In {{ user.name }} we",
     "50{%} of", "say {% what %} now"],
)  # fmt: skip
def test_tags_that_are_the_text_stay(text: str) -> None:
    assert expand(text, markup=False) == (text, [])


@pytest.mark.parametrize(
    "text", ["{% a " * 30_000, "{{< a " * 30_000, "{% highlight %}" * 20_000, "```\n" * 50_000, "<pre" * 50_000]
)  # fmt: skip
def test_hostile_tags_take_no_time(text: str) -> None:
    assert expand(text, markup=False)[0]


def test_more_marks_and_blank_lines_leave_nothing() -> None:
    found = article("---\ntitle: x\n---\nFirst.\n\n<!--more-->\n\nSecond.\n{: .note }\n")
    assert [type(block) for block in found.body] == [Paragraph, Paragraph]
    assert plain_text(found.body[1]) == "Second."


@pytest.mark.requirement("MD-1")
def test_our_own_markdown_says_the_same_again(tmp_path: Path) -> None:
    first = article(YAML + BODY)
    target = tmp_path / "own.md"
    converters.write(first, target)
    again = article(target.read_text("utf-8"))
    for name in (
        "title", "url", "site", "authors", "published", "updated", "language", "tags", "summary",
        "image", "body",
    ):  # fmt: skip
        assert getattr(again, name) == getattr(first, name), name
