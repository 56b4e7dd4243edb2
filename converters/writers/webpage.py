"""The HTML writer: one page for reading that holds all it needs, or a small site of such pages.

Nothing is loaded when a page is opened: pictures are ``data:`` addresses, the style is in the
page, and a content security policy (https://www.w3.org/TR/CSP3/) says so to the browser. There is
no script. The markup is :class:`~converters.writers.html.HtmlRenderer`'s, ``styles/webpage.css``
dresses it. What the page knows about its article stands in ``meta`` elements of the common
vocabularies, so that programs read the page back to the same article.
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

from msgspec import Meta, Struct

from converters import __version__, styles
from converters.article import Article
from converters.edition import Edition
from converters.errors import WriteError
from converters.images import Need
from converters.languages import direction, is_cjk, label
from converters.notes import Links
from converters.writers import Context
from converters.writers._webpage_article import ArticleRenderer
from converters.writers._xhtml import (
    EMPTY,
    Attributes,
    Markup,
    element,
    join,
    language_attributes,
    language_tag,
    link_address,
    text,
)

if TYPE_CHECKING:
    from converters.writers._webpage_edition import Around, Step

__all__ = ["Options", "picture_need", "write", "write_folder"]

_IN_MEMORY = 8 * 1024 * 1024  # bytes of the articles that wait for the head of their page
# Placing a note beside its mark costs the browser more the more there are on the page.
_MOST_BESIDE = 2000


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the page is made.

    ``links``: what becomes of links. ``style``: the name of a look, or the path of a CSS file
    that is added to the style sheet. ``image_width``: how many pixels wide pictures are at most
    (0: as wide as they are); ``gray``: pictures are grey.
    """

    links: Links = "notes"
    style: str = ""
    image_width: Annotated[int, Meta(ge=0)] = 1600
    gray: bool = False


def picture_need(edition: Edition, options: Options) -> Need:
    """What a page can use of a picture: drawings stay drawings, and what moves moves."""
    return Need(width=options.image_width, grey=options.gray, vector=True, animated=True)


def write(edition: Edition, target: BinaryIO, options: Options, context: Context) -> None:
    """Write ``edition`` as one HTML page in UTF-8 to the binary ``target``.

    Several articles stand one after the other behind a list of contents; a bundle ends with its
    sources. Raises :class:`~converters.errors.WriteError` for an edition without articles and
    :class:`~converters.errors.ConversionError` for a style sheet that cannot be had.
    """
    if not edition.articles:
        raise WriteError(edition.title or "HTML", "there is no article to write")
    added = styles.style(options.style, printed=False)
    if edition.is_bundle or len(edition.articles) > 1:
        _write_many(edition, target, options, context, added)
    else:
        article = edition.articles[0]
        renderer = ArticleRenderer(article, context, options.links)
        target.writelines(_alone(article, renderer, context, added, title=edition.title))


def write_folder(
    edition: Edition, put: Callable[[str, bytes], None], options: Options, context: Context
) -> None:
    """Write ``edition`` as a small site: ``index.html`` and a page for each article.

    Each page holds all it needs, as that of :func:`write` does, and leads to the one before, the
    one after and the index by relative addresses, so that the folder can lie anywhere. ``put``
    stores a file under its name, the index first. Raises as :func:`write` does.
    """
    from converters.output import Names
    from converters.writers._webpage_edition import Around

    if not edition.articles:
        raise WriteError(edition.title or "HTML", "there is no article to write")
    added = styles.style(options.style, printed=False)
    names = Names()
    index = names.name_for("index", ".html")
    files = [names.name_for(each.title, ".html") for each in edition.members]
    around = Around(edition, [_relative(name) for name in files], _relative(index))
    put(index, b"".join(_index(edition, around, context, added)))
    for place, article in enumerate(edition.articles):
        renderer = ArticleRenderer(article, context, options.links, inside=around.inside(place))
        put(files[place], b"".join(_alone(article, renderer, context, added, around, place)))


def _relative(name: str) -> str:
    """The relative address of the file ``name`` in the same folder."""
    from urllib.parse import quote

    return quote(name)


# --- Pages ---------------------------------------------------------------------------------


def _alone(  # noqa: PLR0913 - a page is made of these
    article: Article,
    renderer: ArticleRenderer,
    context: Context,
    added: str,
    around: Around | None = None,
    place: int = 0,
    *,
    title: str = "",
) -> Iterator[bytes]:
    """The page of one article; one of a site has ways to the others."""
    pieces = renderer.document()
    title = " ".join((title or article.title).split()) or label("untitled", article.language)
    style = _sheet([renderer.rules()], added)
    head = _head(title, style, _about_article(article), policy=context.pictures.policy)
    language = language_attributes(language_tag(article.language) or "und", article.direction)
    yield _beginning(head, language, noted=renderer.below is not None, cjk=renderer.is_cjk)
    if around is not None:
        yield f"{around.way_up()}\n".encode()
    yield b"<main>"
    yield from pieces
    yield b"</main>"
    if around is not None:
        yield f"\n{around.ways(place)}".encode()
    yield _END


def _index(edition: Edition, around: Around, context: Context, added: str) -> Iterator[bytes]:
    """The page with the contents of a site."""
    policy = context.pictures.policy
    head = _head(around.title, _sheet((), added), _about_edition(edition), policy=policy)
    yield _beginning(head, _edition_language(edition))
    opening = element("header", join(around.said(), "\n"), {"class": "edition"})
    contents = element("main", around.contents(), {"class": "edition"})
    yield join(filter(None, (opening, contents, around.back())), "\n").encode()
    yield _END


def _write_many(
    edition: Edition, target: BinaryIO, options: Options, context: Context, added: str
) -> None:
    """Write several articles as one page.

    The head of the page holds the places of all notes, and with them a digest of the whole style;
    so the articles wait on the disk until it is known.
    """
    from converters.writers._webpage_edition import Around

    around = Around(edition)
    with SpooledTemporaryFile(_IN_MEMORY) as waiting:
        rules = _write_articles(edition, around, cast(BinaryIO, waiting), options, context)
        policy = context.pictures.policy
        head = _head(around.title, _sheet(rules, added), _about_edition(edition), policy=policy)
        language = _edition_language(edition)
        cjk = any(is_cjk(each.language) for each in edition.members)
        target.write(_beginning(head, language, noted=bool(rules), cjk=cjk))
        said = join((*around.said(), around.contents()), "\n")
        target.write(f"{element('header', said, {'class': 'edition'})}\n<main>".encode())
        waiting.seek(0)
        shutil.copyfileobj(waiting, target)
    target.write(b"</main>")
    if back := around.back():
        target.write(f"\n{back}".encode())
    target.write(_END)


def _write_articles(
    edition: Edition, around: Around, target: BinaryIO, options: Options, context: Context
) -> list[str]:
    """Write the articles under their sections' headings, and give the places of their notes."""
    rules: list[str] = []
    placed = 0
    articles = iter(edition.articles)
    for step in around.steps():
        if step.kind == "begin":
            assert step.section is not None
            heading = around.section_heading(step.section, step.level)
            target.write(f'<section class="part">{heading}\n'.encode())
        elif step.kind == "end":
            target.write(b"</section>\n")
        else:
            article = next(articles)
            renderer = _renderer(article, around, step, options, context)
            pieces = renderer.document()
            if renderer.below is not None:
                placed += len(renderer.notes)
                if placed <= _MOST_BESIDE:
                    rules.append(renderer.rules())
            language = language_attributes(article.language, article.direction)
            target.write(_opened("div", {"class": "member", **language}).encode())
            target.writelines(pieces)
            target.write(f"\n{around.ways(step.place)}</div>\n".encode())
    return rules if placed <= _MOST_BESIDE else []


def _renderer(
    article: Article, around: Around, step: Step, options: Options, context: Context
) -> ArticleRenderer:
    return ArticleRenderer(
        article,
        context,
        options.links,
        identifier=around.anchors[step.place],
        name=around.name(step.place),
        level_shift=step.level - 1,
        inside=around.inside(step.place),
    )


# --- What every page has -------------------------------------------------------------------

_END = b"</body></html>\n"


def _beginning(
    head: Markup, attributes: Attributes, *, noted: bool = False, cjk: bool = False
) -> bytes:
    """A page up to its body, whose classes say what its width depends on.

    ``noted``: notes stand beside the text. ``cjk``: there are lines of full-width characters.
    """
    kinds = " ".join(name for name, is_so in (("noted", noted), ("of-cjk", cjk)) if is_so)
    body = _opened("body", {"class": kinds or None})
    return f"<!DOCTYPE html>\n{_opened('html', attributes)}{head}\n{body}".encode()


def _opened(name: str, attributes: Attributes) -> str:
    """The start tag of an element."""
    return element(name, EMPTY, attributes).removesuffix(f"</{name}>")


def _edition_language(edition: Edition) -> Attributes:
    tag = language_tag(edition.language) or "und"
    return language_attributes(tag, direction(edition.language))


def _sheet(rules: Iterable[str], added: str) -> str:
    """The whole style sheet, as it can stand in a ``style`` element."""
    places = "\n".join(filter(None, rules))
    if places:
        places = (
            "@supports (anchor-name: --a) {\n@media screen and (min-width: 68em) {\n"
            f"{places}\n}}\n}}\n"
        )
    sheet = f"\n{styles.own('webpage')}\n{places}{added}"
    # An end tag ends the element wherever it stands; in CSS a backslash changes nothing about it.
    return sheet.replace("</", "<\\/").replace("<!--", "")


# Where pictures may come from. A file has no origin of its own to speak of.
_PICTURES_FROM = {"link": " http: https:", "folder": " 'self' file:"}


def _head(title: str, sheet: str, about: Iterable[Markup], *, policy: str) -> Markup:
    """The head: what the browser may do, and what the page is."""
    # Browsers take CR LF for LF before they compare.
    sheet = sheet.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    style_hash = b64encode(sha256(sheet.encode()).digest()).decode()
    security = (
        f"default-src 'none'; img-src data:{_PICTURES_FROM.get(policy, '')}; "
        f"style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'"
    )
    lines = [
        element("meta", EMPTY, {"charset": "utf-8"}),
        element("meta", EMPTY, {"http-equiv": "Content-Security-Policy", "content": security}),
        _meta("viewport", "width=device-width, initial-scale=1"),
        _meta("referrer", "no-referrer"),
        _meta("color-scheme", "light dark"),
        # Not every telephone number is one.
        _meta("format-detection", "telephone=no"),
        element("title", text(title)),
        _meta("generator", f"Broadsheet {__version__}"),
        *about,
        element("style", Markup(sheet)),
    ]
    return element("head", join((EMPTY, *(line for line in lines if line), EMPTY), "\n"))


def _meta(name: str, content: str, *, key: str = "name") -> Markup:
    """A ``meta`` element; nothing where there is nothing to say."""
    content = " ".join(content.split())
    return element("meta", EMPTY, {key: name, "content": content}) if content else EMPTY


def _property(name: str, content: str) -> Markup:
    return _meta(name, content, key="property")


def _about_edition(edition: Edition) -> list[Markup]:
    """What programs read of a page with several articles."""
    description = edition.description or edition.subtitle
    return [*(_meta("author", name) for name in edition.authors), _meta("description", description)]


def _about_article(article: Article) -> list[Markup]:
    """What programs read: HTML's own names, and those of https://ogp.me/ for the rest."""
    address = link_address(article.url)
    lines = [
        *(_meta("author", name) for name in article.authors),
        _meta("description", article.summary),
        _meta("keywords", ",".join(tag.replace(",", " ") for tag in article.tags)),
        element("link", EMPTY, {"rel": "canonical", "href": address}) if address else EMPTY,
        _property("og:type", "article"),
        _property("og:title", article.title),
        _property("og:site_name", article.site),
        _property("og:url", address or ""),
        _property("og:image", link_address(article.image) or ""),
    ]
    moments = (
        ("article:published_time", article.published),
        ("article:modified_time", article.updated),
    )
    lines += [_property(name, moment.isoformat()) for name, moment in moments if moment]
    lines += [_property("article:tag", tag) for tag in article.tags]
    return lines
