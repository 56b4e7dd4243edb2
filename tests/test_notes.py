"""Notes: links become numbered notes, counted with those that the source had."""

import re
import unicodedata
from typing import Any, Literal
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.article import (
    Article,
    Block,
    BulletList,
    Cell,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Note,
    Paragraph,
    Row,
    Span,
    Table,
    Text,
    plain_text,
    query,
)
from converters.notes import (
    AbsentImage,
    Links,
    is_address,
    number,
    picture_words,
    says_again,
    shown_address,
)
from tests.strategies import articles

A, B = "https://example.com/a", "https://example.org/b"


def run(*items: Inline | str) -> tuple[Inline, ...]:
    return tuple(Text(item) if isinstance(item, str) else item for item in items)


def para(*items: Inline | str) -> Paragraph:
    return Paragraph(run(*items))


def link(words: str, url: str) -> Link:
    return Link(run(words), url)


def source_note(*items: Inline | str, number: int = 0) -> Note:
    return Note((para(*items),), number)


def address_note(url: str, number: int, shown: str = "") -> Note:
    return Note((para(Link(run(shown or url), url)),), number)


def numbered(*body: Block, links: Links = "notes", **options: Any) -> tuple[Block, ...]:
    return number(Article(body=body), links, **options).body


def calls(body: Any) -> list[int]:
    return [note.number for note in query(body, Note)]


# --- What becomes of links ------------------------------------------------------------------


@pytest.mark.requirement("ALL-7")
def test_links_become_notes_behind_their_words() -> None:
    assert numbered(para("x ", link("a", A), " y")) == (para("x a", address_note(A, 1), " y"),)


@pytest.mark.requirement("ALL-7")
def test_notes_are_numbered_in_reading_order_through_every_kind_of_block() -> None:
    urls = [f"https://example.com/{count}" for count in range(1, 9)]
    one, two, three, four, five, six, seven, eight = (link("w", url) for url in urls)
    body = numbered(
        para(Emphasis(run(one)), two),
        Figure((Image("i.jpg"),), run(three), run(four)),
        BulletList(((para(five),), (para(six),))),
        Table((Row((Cell((para(eight),)),)),), caption=run(seven)),
    )
    addresses = [(note.number, plain_text(note.content)) for note in query(body, Note)]
    assert addresses == list(enumerate(urls, 1))


@pytest.mark.requirement("ALL-7")
def test_one_address_is_one_note_where_notes_are_shared() -> None:
    body = (para(link("a", A), link("b", B)), para(link("c", A)))
    assert calls(numbered(*body)) == [1, 2, 1]
    assert len(set(query(numbered(*body), Note))) == 2
    assert calls(numbered(*body, shared=False)) == [1, 2, 3]


def test_addresses_that_differ_in_a_byte_are_two_notes() -> None:
    assert calls(numbered(para(link("a", A), link("b", A + "/")))) == [1, 2]


@pytest.mark.requirement("ALL-7")
def test_notes_of_the_source_share_the_sequence() -> None:
    body = numbered(para(link("a", A), source_note("n"), "x", link("b", B)))
    assert calls(body) == [1, 2, 3]
    assert list(query(body, Note))[1] == source_note("n", number=2)


def test_a_note_that_the_source_calls_twice_is_one_note() -> None:
    body = (para("x", source_note("n", number=7), "y", source_note("n", number=7)),)
    assert calls(numbered(*body)) == [1, 1]
    assert calls(numbered(*body, shared=False)) == [1, 2]
    unnumbered = (para("x", source_note("n"), "y", source_note("n")),)
    assert calls(numbered(*unnumbered)) == [1, 2], "equal words are not the same note"


@pytest.mark.requirement("ALL-7")
def test_a_note_that_is_only_an_address_is_that_address() -> None:
    body = (para("x", source_note(link(A, A)), link("a", A)),)
    assert calls(numbered(*body)) == [1, 1]
    assert calls(numbered(*body, shared=False)) == [1, 2]


def test_a_link_within_a_note_shows_its_address_and_makes_no_note() -> None:
    body = numbered(para("x", source_note("see ", link("a", A), "."), link("b", B)))
    first, second = query(body, Note)
    assert plain_text(first.content) == f"see a {A}."
    assert next(query(first.content, Link)).url == A
    assert (first.number, second.number) == (1, 2)


def test_a_note_within_a_note_becomes_words() -> None:
    body = numbered(para("x", source_note("outer", source_note("inner"))))
    assert calls(body) == [1]
    assert plain_text(next(query(body, Note)).content) == "outer (inner)"


@pytest.mark.parametrize(
    ("words", "url", "same"),
    [
        (A, A, True),
        ("example.com/a", A, True),
        ("www.example.com/a/", A, True),
        ("http://Example.com/a", A, True),
        ("https://example.com/中文", "https://example.com/%E4%B8%AD%e6%96%87", True),
        ("me@example.com", "mailto:me@example.com", True),
        ("+86 10", "tel:+86%2010", True),
        ("example.com", A, False),
        ("a", A, False),
        ("", A, False),
    ],
)
@pytest.mark.requirement("ALL-7")
def test_a_link_whose_text_is_its_address_needs_no_note(words: str, url: str, same: bool) -> None:
    written = Link(run(words) if words else (), url)
    assert is_address(written) is same
    assert calls(numbered(para(written))) == ([] if same else [1])


def test_mail_and_telephone_numbers_are_shown_without_their_scheme() -> None:
    body = numbered(para(link("post", "mailto:me@example.com"), link("ring", "tel:+8610")))
    assert list(query(body, Note)) == [
        address_note("mailto:me@example.com", 1, "me@example.com"),
        address_note("tel:+8610", 2, "+8610"),
    ]


@pytest.mark.parametrize("links", ["notes", "inline", "none"])
@pytest.mark.requirement("ALL-7")
def test_links_within_the_article_stay_links_where_the_place_exists(links: Links) -> None:
    body = (
        Heading(2, run("h"), "h"),
        para(link("to h", "#h"), link("to s", "#s"), link("to f", "#f"), link("nowhere", "#x")),
        para(Span(run("s"), identifier="s"), link("top", "#")),
        Figure((Image("i.jpg"),), identifier="f"),
    )
    out = numbered(*body, links=links)
    assert [found.url for found in query(out, Link)] == ["#h", "#s", "#f"]
    assert plain_text(out) == plain_text(body)


def test_a_relative_address_is_words_that_nobody_can_click() -> None:
    body = numbered(para(link("next", "../next.html")))
    assert list(query(body, Note)) == [Note((para("../next.html"),), 1)]


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize("links", ["notes", "inline", "none"])
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/x"]
)
def test_links_that_no_article_may_have_become_their_words(links: Links, url: str) -> None:
    article = Article(body=(para(link("press here", url)),))
    assert number(article, links).body == (para("press here"),)


def test_links_stay_or_go_as_asked_and_notes_are_counted_all_the_same() -> None:
    body = (para(link("a", A), source_note("n")),)
    assert numbered(*body, links="inline") == (para(link("a", A), source_note("n", number=1)),)
    assert numbered(*body, links="none") == (para("a", source_note("n", number=1)),)


def test_a_note_within_a_link_moves_behind_it_where_the_link_stays() -> None:
    inner = Link(run("a", Emphasis(run("b", source_note("n")))), A)
    assert numbered(para(inner), links="inline") == (
        para(Link(run("a", Emphasis(run("b"))), A), source_note("n", number=1)),
    )
    assert calls(numbered(para(inner))) == [1, 2]
    only = Link(run(source_note("n")), A)
    assert numbered(para(only), links="inline") == (para(link(A, A), source_note("n", number=1)),)


# --- Headings -------------------------------------------------------------------------------


def test_links_in_headings_become_notes_unless_the_writer_cannot_have_them() -> None:
    heading = Heading(2, run(link("a", A)))
    assert calls(numbered(heading)) == [1]
    assert numbered(heading, in_headings=False) == (heading,)
    assert numbered(heading, links="none", in_headings=False) == (Heading(2, run("a")),)


def test_notes_of_a_heading_move_to_the_next_paragraph_and_are_numbered_there() -> None:
    body = numbered(
        Heading(2, run("h", source_note("n"))),
        para("x", link("a", A)),
        para("y"),
        in_headings=False,
    )
    assert body == (
        Heading(2, run("h")),
        para("xa", address_note(A, 1), source_note("n", number=2)),
        para("y"),
    )


@pytest.mark.requirement("ALL-2")
def test_notes_of_a_heading_without_a_paragraph_after_it_are_kept() -> None:
    body = numbered(para("x"), Heading(2, run("h", source_note("n"))), in_headings=False)
    assert body == (para("x"), Heading(2, run("h")), para(source_note("n", number=1)))


# --- Addresses as shown ---------------------------------------------------------------------


@pytest.mark.requirement("ALL-8")
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://zh.wikipedia.org/wiki/%E9%87%8D%E5%BA%86", "https://zh.wikipedia.org/wiki/重庆"),
        ("https://example.com/caf%C3%A9?q=%e4%b8%ad", "https://example.com/café?q=中"),
        # ASCII stays as it is: decoded it would be another address.
        ("https://example.com/a%20b%2Fc%25E4", "https://example.com/a%20b%2Fc%25E4"),
        # Not UTF-8, cut in two, or not printable: stays encoded.
        ("https://example.com/%D6%D0%B9%FA", "https://example.com/%D6%D0%B9%FA"),
        ("https://example.com/%E4%B8", "https://example.com/%E4%B8"),
        ("https://example.com/%C2%A0%E2%80%AE%E2%80%8B", "https://example.com/%C2%A0%E2%80%AE%E2%80%8B"),
        ("https://example.com/%E3%80%80", "https://example.com/%E3%80%80"),
        ("https://example.com/%e4%b8%ad%e2%80%8b%E6%96%87", "https://example.com/中%e2%80%8b文"),
        # What stands there unencoded and cannot be shown is encoded.
        ("https://example.com/a b\u202ec\u3000", "https://example.com/a%20b%E2%80%AEc%E3%80%80"),
        ("https://example.com/中", "https://example.com/中"),
        ("MAILTO:me@example.com", "me@example.com"),
        ("tel:+86", "+86"),
    ],
)  # fmt: skip
def test_addresses_are_shown_decoded_where_that_is_safe(url: str, shown: str) -> None:
    assert shown_address(url) == shown


ADDRESS = st.lists(
    st.one_of(
        st.sampled_from(("https://example.com/", "%", "%E4", "%B8%AD", "%E2%80%AE", "%20", "中")),
        st.text(st.characters(codec="utf-8"), max_size=3),
        st.binary(max_size=4).map(lambda data: "".join(f"%{byte:02X}" for byte in data)),
    ),
    max_size=6,
).map("".join)


@pytest.mark.requirement("ALL-8")
@given(ADDRESS)
def test_no_shown_address_hides_or_reorders_anything(url: str) -> None:
    shown = shown_address(url)
    for character in shown:
        assert character.isprintable(), f"U+{ord(character):04X}"
        assert not character.isspace()
        assert unicodedata.category(character) != "Cf"
    bare = re.sub("^(?:mailto|tel):", "", url, flags=re.IGNORECASE)
    assert unquote(shown, errors="surrogateescape") == unquote(bare, errors="surrogateescape")
    assert shown_address(shown) == shown


@pytest.mark.requirement("ALL-8")
def test_the_target_stays_byte_for_byte() -> None:
    url = "https://example.com/%E4%B8%AD%e6%96%87%25E5%20?utm=%2F"
    note = next(query(numbered(para(link("a", url))), Note))
    assert next(query(note.content, Link)).url == url


# --- Properties -----------------------------------------------------------------------------

LINKS: tuple[Literal["notes", "inline", "none"], ...] = ("notes", "inline", "none")


@pytest.mark.requirement("ALL-7")
@given(articles(), st.sampled_from(LINKS), st.booleans(), st.booleans())
def test_numbers_count_up_from_one_in_the_order_of_the_first_call(
    article: Article, links: Links, shared: bool, in_headings: bool
) -> None:
    out = number(article, links, shared=shared, in_headings=in_headings)
    found = calls(out.body)
    first_calls = list(dict.fromkeys(found))
    assert first_calls == list(range(1, len(first_calls) + 1))
    if not shared:
        assert len(found) == len(first_calls)
    by_number: dict[int, Note] = {}
    for note in query(out.body, Note):
        assert by_number.setdefault(note.number, note) == note, "one number, one note"
    for heading in query(out.body, Heading):
        assert in_headings or not list(query(heading, Note))
    for kept in query(out.body, Link):
        assert not list(query(kept, Note))


@pytest.mark.requirement("ALL-1")
@given(articles(), st.sampled_from(LINKS), st.booleans())
def test_numbering_keeps_all_words_and_every_address(
    article: Article, links: Links, in_headings: bool
) -> None:
    out = number(article, links, in_headings=in_headings)
    words = "".join(plain_text(article.body).split())
    assert "".join(plain_text(out.body).split()) == words
    if links != "none":
        before = {node.url for node in query(article.body, Link) if node.url[0] != "#"}
        after = {node.url for node in query(out.body, Link) if node.url[0] != "#"}
        assert before == after


@given(articles(), st.sampled_from(LINKS))
def test_other_fields_stay(article: Article, links: Links) -> None:
    out = number(article, links)
    assert (out.title, out.url, out.provenance) == (article.title, article.url, article.provenance)


# --- Pictures ------------------------------------------------------------------------------

FAR, LOST = Image("https://example.com/far.jpg", alt="far"), Image("lost.jpg")


def absent(*body: Block, links: Links = "notes") -> tuple[Block, ...]:
    return number(Article(body=body), links, absent=lambda image: "near" not in image.url).body


@pytest.mark.requirement("ALL-4", "ALL-7")
def test_addresses_of_absent_pictures_are_notes_in_reading_order() -> None:
    near = Image("https://example.com/near.jpg")
    before, figure, after = absent(
        para("x", link("a", A)), Figure((near, FAR, LOST), run("says ", link("b", B))), para(FAR)
    )
    assert calls((before, figure, after)) == [1, 2, 3, 2]
    assert isinstance(figure, Figure)
    assert figure.images[0] is near
    assert figure.images[2] is LOST
    shown = figure.images[1]
    assert isinstance(shown, AbsentImage)
    assert (shown.url, shown.alt) == (FAR.url, FAR.alt)
    assert shown.content == (address_note(FAR.url, 2),)


def test_absent_pictures_have_notes_only_where_links_have() -> None:
    body = (Figure((FAR,)), para(FAR))
    assert absent(*body, links="inline") == absent(*body, links="none") == body
    assert numbered(*body) == body


def test_neither_signs_nor_stills_nor_pictures_in_notes_have_notes_of_their_own() -> None:
    sign = Image("https://example.com/sign.png", width=20, height=20)
    embed = Embed("https://example.com/v", poster=FAR, caption=run(link("a", A)))
    made = absent(para(sign), embed, para("x", source_note(FAR)))
    assert not list(query(made, AbsentImage))
    assert calls(made) == [1, 2]
    assert list(query(made, Image)) == [sign, FAR, FAR]


@given(articles())
def test_numbers_count_up_where_every_picture_is_absent(article: Article) -> None:
    body = number(article, shared=False, absent=lambda _: True).body
    assert calls(body) == list(range(1, len(calls(body)) + 1))


@pytest.mark.parametrize(
    ("words", "caption"),
    [
        ("A dog", "A dog."),
        ("a DOG", "Photo: A dog, 1999 (Reuters)"),
        ("Photo: A dog in the snow", "A dog in the snow"),
        ("山下的田野", "山下的 田野。（摄影：某某）"),
        ("\uff21\uff11", "A1 road"),
        ("Bello — the dog", "Bello, the dog"),
    ],
)
def test_words_that_say_the_same_are_told(words: str, caption: str) -> None:
    assert says_again(words, caption)


@pytest.mark.parametrize(
    ("words", "caption"),
    [
        ("", ""),
        ("A dog", ""),
        ("…", "A dog"),
        ("A dog asleep on a red sofa", "A dog"),
        ("Do", "Dogma"),
        ("山下的田野与太阳和一条河", "山下"),
        ("A cat", "A dog"),
    ],
)
def test_words_that_say_something_else_are_kept(words: str, caption: str) -> None:
    assert not says_again(words, caption)


def test_a_file_name_says_nothing_of_a_picture() -> None:
    assert picture_words(Image("x", alt="IMG_2034.jpg")) == ""
    assert picture_words(Image("x", alt="图1.PNG", title=" A  dog ")) == "A dog"
    assert picture_words(Image("x", alt="The file a.jpg")) == "The file a.jpg"
