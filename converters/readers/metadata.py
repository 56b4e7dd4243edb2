"""What a web page says about itself, in all the places where pages say it.

Sources, by worth: JSON-LD of schema.org, Open Graph (https://ogp.me/), microdata
(https://html.spec.whatwg.org/multipage/microdata.html), ``meta`` names of Dublin Core, Highwire
(``citation_author``), Parse.ly, Twitter's cards, ``rel`` links, ``time``, and what stands in the
page: headings and ``title``. No single one is trusted: values are checked for being what they
claim, and of several the one that most places agree on wins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from bs4.element import NavigableString, Tag

from converters.addresses import clean_link, resolve, site_of
from converters.article import clean
from converters.languages import normalise_tag
from converters.readers.bylines import split_names
from converters.readers.dates import Moment, find, parse
from converters.readers.jsonld import Graph, texts

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

__all__ = ["Metadata", "plain", "read_metadata", "same_words", "without_site"]

_MAX_TEXT = 2000  # characters of one value
_MAX_NAME = 80
_MAX_TAGS = 40
_RUNNING = 120  # characters: from here on a line is text
_DATE_LINE = 70  # characters that a line with a date may have
_FIRST_YEAR = 1990  # of the web
_BLANKS = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{1,500}>")

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "article.published", "citation_publication_date",
    "citation_date", "citation_online_date", "bt:pubdate", "pubdate", "publishdate",
    "publish-date", "publish_date", "published", "publication_date", "published_time",
    "date.release", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date",
    "weibo:article:create_at", "originalpublicationdate", "article_date_original", "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "article.updated", "dcterms.modified", "dc.date.modified", "weibo:article:update_at",
    "last-modified", "lastmod", "modified", "updated_time", "revised",
)  # fmt: skip
_AUTHORS = (
    "author", "authors", "parsely-author", "citation_author", "dc.creator", "dcterms.creator",
    "dc.contributor", "sailthru.author", "article:author", "og:article:author", "book:author",
    "article.author", "byl", "cxenseparse:author", "creator",
)  # fmt: skip
_WRITTEN_BY = re.compile(
    r"written by|author|von\b|verfasst|escrito|autor|écrit|auteur|scritto|autore|作者|撰|skrevet"
    r"|geschreven|автор|著者|執筆|글쓴이|napisane",
    re.IGNORECASE,
)
_SUMMARIES = (
    "og:description", "description", "dc.description", "dcterms.description", "dcterms.abstract",
    "twitter:description", "parsely-description", "sailthru.description", "abstract",
)  # fmt: skip
_IMAGES = (
    "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src",
    "thumbnail", "parsely-image-url", "sailthru.image.full",
)  # fmt: skip
_TITLES = (
    "og:title", "twitter:title", "parsely-title", "citation_title", "dc.title", "dcterms.title",
    "sailthru.title", "title",
)  # fmt: skip
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher")
_KEYWORDS = ("keywords", "news_keywords", "citation_keywords", "sailthru.tags", "parsely-tags")
# What programs tell each other in the place of keywords: "Page Type: Article", "type_news".
_MACHINE_TAG = re.compile(r"[\w -]{2,24}: \S|[a-z0-9]+_[a-z0-9_]+$")
# Pictures that stand for the site, not for the article.
_STANDING_IMAGE = re.compile(
    r"(?:^|[/_.-])(?:logos?|favicon|default|placeholder|blank|avatar|gravatar|spacer|no-?image"
    r"|site-?icon|fallback|touch-icon)(?:[/_.-]|\d|$)",
    re.IGNORECASE,
)
# Who keeps the site, not who wrote.
_NOBODY = re.compile(
    r"(?:admin(?:istrator)?|root|editor(?:s|ial)?|staff|webmaster|user|author|unknown|anonymous"
    r"|default|none|null|undefined|redaktion|redaction|redacción|wordpress|superuser|test|系统管理员"
    r"|管理员|佚名|匿名|小编|\d+)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^\s*(?:by|von|par|por|di|af|av|door|автор|作者|文|撰文|记者|記者|著者)(?:\s*[:：/／]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
# What holds readers' answers; "comments-open" on a whole page says that they may.
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|comment-?(?:area|body|list|meta)|kommentare?|respond)(?:\s|$|-?\d)",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\])\W*$")
_TAIL = re.compile(
    r"\s+[-–—|·•»«:<>/]{1,2}\s+|\s*[|｜]\s*|\s*——\s*|\s*::\s*|_+|(?<=[^\x00-\x7f])\s*[-–—]\s*"
    r"|\s*[-–—]\s*(?=[^\x00-\x7f])"
)
_URL_DATE = re.compile(r"/(?:19|20)\d{2}([/-]?)\d{2}\1\d{2}(?=[/_.-]|$)")


@dataclass(slots=True)
class Metadata:
    """What is known of a page. Unknown strings are empty.

    ``url`` is the page's canonical address, or the one that was given; ``site`` the site's name,
    or its host; the dates are as read (:func:`~converters.readers.dates.within` weighs zones that
    no one named). ``language`` is a BCP 47 tag, ``image`` an absolute address where the page's own
    is known. ``others`` are name and value of what the article model has no place for.
    """

    title: str = ""
    url: str = ""
    site: str = ""
    authors: list[str] = field(default_factory=list)
    published: Moment | None = None
    updated: Moment | None = None
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    image: str = ""
    language: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)


def read_metadata(soup: BeautifulSoup, *, url: str = "") -> Metadata:
    """What the page in ``soup`` says about itself; ``url`` is where it came from, if known.

    Nothing in the page can make this fail or take long: values are bounded, and what is not what
    it claims to be is passed over.
    """
    page = _Page(soup)
    graph = Graph(page.scripts)
    return _Reading(page, graph, url).metadata()


def plain(text: Any) -> str:
    """``text`` as one clean line: entities decoded once, tags and line breaks gone."""
    if not isinstance(text, str):
        return ""
    text = text[: 4 * _MAX_TEXT]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean(_BLANKS.sub(" ", text)).strip()[:_MAX_TEXT]


def same_words(text: str) -> str:
    """What is left of ``text`` when only letters and digits count: for comparing titles."""
    return "".join(filter(str.isalnum, text.casefold()))


def without_site(title: str, known: Iterable[str], sites: Iterable[str] = ()) -> str:
    """``title`` without the site's name at its end or start.

    A part goes only where the rest is the title elsewhere (``known``), or where the part is one of
    ``sites``, the names that the page gives its site (IN-2).
    """
    title = title[:500].strip(" |｜·-–—_")
    others = {same_words(text) for text in known} - {""}
    named = {same_words(text) for text in sites} - {""}
    best = ""
    for match in list(_TAIL.finditer(title))[:20]:
        parts = title[: match.start()].strip(), title[match.end() :].strip()
        for rest, gone in (parts, parts[::-1]):
            # A section's heading ("News") may stand elsewhere too: what stays must have weight.
            known_rest = same_words(rest) in others and 2 * len(rest) >= len(gone)
            site_gone = bool(rest) and same_words(gone) in named
            own = same_words(rest) not in named
            if own and (known_rest or site_gone) and len(rest) > len(best):
                best = rest
    return best or title


_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:title|headline)(?:[\s_-]|$)", re.IGNORECASE)
_MAX_HEADINGS = 60


class _Page:
    """One pass over the tree: everything in it that describes the page."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.meta: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.items: dict[str, list[Tag]] = {}
        self.times: list[Tag] = []
        self.headings: list[Tag] = []
        self.rel_authors: list[Tag] = []
        self.rel_tags: list[Tag] = []
        self.scripts: list[str] = []
        self.title = ""
        self.language = ""
        self.base = ""
        takers: dict[str, Callable[[Tag], None]] = {
            "meta": self._meta, "link": self._link, "script": self._script, "title": self._title,
            "html": self._html, "base": self._base, "time": self.times.append,
            "h1": self.headings.append, "h2": self.headings.append, "a": self._anchor,
        }  # fmt: skip
        for node in soup.descendants:
            if isinstance(node, Tag):
                taker = takers.get(node.name)
                if taker:
                    taker(node)
                name = node.attrs.get("class")
                if name and taker is None and len(self.headings) < _MAX_HEADINGS:
                    self._titled(node, str(name))
                prop = node.attrs.get("itemprop")
                if prop:
                    for name in str(prop).lower().split():
                        self.items.setdefault(name, []).append(node)

    def _titled(self, tag: Tag, name: str) -> None:
        """Take a line that is called a title: many sites have no element for one."""
        if ("itle" in name or "eadline" in name) and _TITLE_CLASS.search(name):
            text = tag.get_text()
            if _RUNNING // 20 < len(text.strip()) <= 2 * _RUNNING:
                self.headings.append(tag)

    def _meta(self, tag: Tag) -> None:
        content = _attribute(tag, "content")
        if not content:
            return
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = _attribute(tag, key).lower()
            if name:
                self.meta.setdefault(name, []).append(content[: 4 * _MAX_TEXT])

    def _link(self, tag: Tag) -> None:
        for rel in _attribute(tag, "rel").lower().split():
            self.links.setdefault(rel, []).append(_attribute(tag, "href"))

    def _anchor(self, tag: Tag) -> None:
        rels = _attribute(tag, "rel").lower().split()
        if "author" in rels:
            self.rel_authors.append(tag)
        if "tag" in rels:
            self.rel_tags.append(tag)
        if "license" in rels:
            self.links.setdefault("license", []).append(_attribute(tag, "href"))

    def _script(self, tag: Tag) -> None:
        if "ld+json" in _attribute(tag, "type").lower():
            self.scripts.append("".join(map(str, tag.contents)))

    def _title(self, tag: Tag) -> None:
        # Pictures (svg) have titles too; the page's is the first in its head.
        if not self.title and tag.find_parent("svg") is None:
            self.title = plain(tag.get_text())

    def _html(self, tag: Tag) -> None:
        self.language = self.language or _attribute(tag, "lang") or _attribute(tag, "xml:lang")

    def _base(self, tag: Tag) -> None:
        self.base = self.base or _attribute(tag, "href")

    def named(self, names: Iterable[str]) -> Iterator[str]:
        """The values of the ``meta`` elements of these names, in the names' order."""
        for name in names:
            yield from self.meta.get(name, ())

    def item_values(self, name: str) -> Iterator[str]:
        """The values of a microdata property, those of comments left out."""
        for tag in self.items.get(name, ())[:20]:
            if tag.name != "meta" and not _in_comment(tag):
                value = _item_value(tag)
                if value:
                    yield value


def _attribute(tag: Tag, name: str) -> str:
    value = tag.attrs.get(name)
    if isinstance(value, list):
        value = " ".join(value)
    return str(value).strip() if value else ""


def _item_value(tag: Tag) -> str:
    """A property's value: https://html.spec.whatwg.org/multipage/microdata.html#values ."""
    named = tag.find(itemprop="name") if "itemscope" in tag.attrs else None
    if isinstance(named, Tag):
        tag = named
    for attribute in ("content", "datetime"):
        if _attribute(tag, attribute):
            return _attribute(tag, attribute)
    if tag.name in ("img", "source"):
        return _attribute(tag, "src")
    if tag.name == "link":
        return _attribute(tag, "href")
    return tag.get_text(" ", strip=True)[:_MAX_TEXT]


def _in_comment(tag: Tag) -> bool:
    """Whether ``tag`` describes a comment or another article, not the page's own."""
    for depth, parent in enumerate(tag.parents):
        if depth > 60:
            break
        kind = _attribute(parent, "itemtype").rpartition("/")[2].lower()
        if kind in ("comment", "usercomments", "answer", "userreview"):
            return True
        if _attribute(parent, "itemprop").lower() in ("comment", "review", "itemlistelement"):
            return True
        if parent.name in ("div", "section", "ol", "ul", "li", "dl", "dd") and _COMMENTS.search(
            f"{_attribute(parent, 'class')[:200]} {_attribute(parent, 'id')[:200]}"
        ):
            return True
        if parent.name in ("aside", "nav", "footer"):
            return parent.find_parent("article") is None or parent.name != "footer"
    return False


class _Reading:
    """Choosing among what a page says."""

    def __init__(self, page: _Page, graph: Graph, url: str) -> None:
        self.page = page
        self.graph = graph
        self.subjects = graph.subjects()[:8]
        self.given = url
        self.base = resolve(page.base, url) if page.base else url

    def metadata(self) -> Metadata:
        address = self._url()
        name = self._site_name()
        host = site_of(address)
        published = self._date(("datePublished", "dateCreated"), _PUBLISHED, "datepublished")
        title = self._title(name, host)
        published = published or self._visible_date() or _date_in(address)
        published = published or self._date_near(title)
        updated = self._date(("dateModified",), _UPDATED, "datemodified")
        if updated and published and updated.when <= published.when:
            updated = None
        return Metadata(
            title=title,
            url=address,
            site=name or host,
            authors=self._authors(name, host),
            published=published,
            updated=updated,
            summary=self._summary(name, host),
            tags=self._tags(),
            image=self._image(address),
            language=self._language(),
            others=self._others(name),
        )

    def _said(self, *keys: str) -> Iterator[Any]:
        """The values under ``keys`` in the JSON-LD, key by key, of the surest subject first."""
        for subject in self.subjects:
            for key in keys:
                if key in subject:
                    yield subject[key]

    # --- address and site

    def _url(self) -> str:
        candidates = [
            *self.page.links.get("canonical", ()),
            *self.page.named(("og:url",)),
            *(
                text
                for value in self._said("mainEntityOfPage", "url")
                for text in _addresses(value)
            ),
            *self.page.named(("twitter:url", "parsely-link", "dc.identifier")),
        ]
        found = [resolve(html.unescape(text), self.base) for text in candidates[:20]]
        found = [address for address in found if self._is_plausible(address)]
        deep = [address for address in found if not _is_home(address)]
        if deep:
            return clean_link(deep[0])
        if self.given:
            return self.given
        return found[0] if found else ""

    def _is_plausible(self, address: str) -> bool:
        host = site_of(address)
        if not address.lower().startswith(("http://", "https://")) or "." not in host:
            return False
        if any(character in address for character in ' <>"{}') or len(address) > 2000:
            return False
        if not self.given.lower().startswith("http"):
            return True
        return _owner(host) == _owner(site_of(self.given)) and (
            not _is_home(address) or _is_home(self.given)
        )

    def _site_name(self) -> str:
        names = [
            *self.page.named(_SITES[:1]),
            *(text for value in self._said("publisher") for text in self._names(value)),
            *self.graph.sites,
            *self.page.named(_SITES[1:]),
        ]
        for name in map(plain, names):
            if 1 < len(name) <= 60 and not name.startswith(("http:", "https:", "@")):
                return name
        return ""

    # --- title

    def _title(self, site: str, host: str) -> str:
        page = self.page
        headings = [plain(tag.get_text(" ")) for tag in page.headings[:_MAX_HEADINGS]]
        stated = [plain(text) for value in self._said("headline", "name") for text in texts(value)]
        stated += [plain(text) for text in page.item_values("headline")]
        stated += [plain(text) for text in page.named(_TITLES)]
        stated = [text for text in [*stated, page.title] if same_words(text)]
        sites = [site, host, host.partition(".")[0]]
        candidates = []
        for text in stated:
            others = [other for other in (*headings, *stated) if other != text]
            candidates.append(without_site(text, others, sites))
        candidates = [text for text in candidates if not _is_site(text, sites)] or candidates
        return _most_agreed(candidates, headings) or next(filter(None, headings), "")

    # --- people

    def _authors(self, site: str, host: str) -> list[str]:
        people, bodies = self._stated_authors()
        groups: list[Iterable[str]] = [people]
        groups += [
            (
                name
                for text in values
                if not _begins_with_site(text, (site, host))
                for name in _split(text)
            )
            for values in (
                self.page.named(_AUTHORS),
                self._carded_author(),
                self.page.item_values("author"),
                self.page.item_values("creator"),
                (tag.get_text(" ", strip=True) for tag in self.page.rel_authors[:3]),
            )
        ]
        groups.append(bodies)
        for group in groups:
            names = _once(filter(None, map(_name, group)))
            names = [name for name in names if not _begins_with_site(name, (site, host))]
            if names:
                return names[:20]
        return []

    def _stated_authors(self) -> tuple[list[str], list[str]]:
        """The people and the bodies (newspapers, agencies) that the JSON-LD names."""
        people: list[str] = []
        bodies: list[str] = []
        for subject in self.subjects:
            for key in ("author", "creator"):
                for item in self.graph.resolved(subject.get(key)):
                    if isinstance(item, dict):
                        into = bodies if "Organization" in texts(item.get("@type")) else people
                        into += self._names(item)
                    else:
                        people += [name for text in texts(item) for name in _split(text)]
                if people:
                    return people, bodies
        return people, bodies

    def _names(self, value: Any) -> list[str]:
        names = []
        for item in self.graph.resolved(value):
            if isinstance(item, dict) and not item.get("name"):
                parts = texts(item.get("givenName")) + texts(item.get("familyName"))
                names.append(" ".join(parts))
            else:
                names += texts(item)
        return [name for name in names if name]

    def _carded_author(self) -> Iterator[str]:
        """Twitter's card can say anything in pairs; WordPress says who wrote."""
        for number in ("1", "2"):
            labels = self.page.meta.get(f"twitter:label{number}", ())
            if labels and _WRITTEN_BY.search(labels[0]):
                yield from self.page.meta.get(f"twitter:data{number}", ())

    # --- dates

    def _date(self, keys: tuple[str, ...], names: tuple[str, ...], item: str) -> Moment | None:
        """The first date that says the time too, or else the first that names a day."""
        texts_ = [
            *(text for value in self._said(*keys) for text in texts(value)),
            *self.page.named(names),
            *self.page.item_values(item),
        ]
        moments = [moment for text in texts_[:20] if (moment := _moment(text))]
        if not moments:
            return None
        day = moments[0].when.date()
        timed = (moment for moment in moments if moment.time_known)
        near = (moment for moment in timed if abs((moment.when.date() - day).days) <= 1)
        return next(near, moments[0])

    def _visible_date(self) -> Moment | None:
        """What the ``time`` elements say: one marked as the publication, or the first by the title.

        The times of lists, comments and other articles beside this one do not count.
        """
        times = [
            tag
            for tag in self.page.times[:100]
            if not _in_comment(tag) and tag.find_parent("li") is None
        ]
        marked = [tag for tag in times if "pubdate" in tag.attrs or _says_published(tag)]
        for tag in [*marked, *times[:3]]:
            moment = _moment(_attribute(tag, "datetime")) or _moment(tag.get_text(" ", strip=True))
            if moment:
                return moment
        return None

    def _date_near(self, title: str) -> Moment | None:
        """A date in the short lines below the title, or just above it, where no text is yet."""
        wanted = same_words(title)
        shown = (
            tag
            for tag in self.page.headings[:_MAX_HEADINGS]
            if same_words(tag.get_text()) == wanted
        )
        heading = next(shown, None) if wanted else None
        if heading is None:
            return None
        for nodes, most in ((heading.next_elements, 300), (heading.previous_elements, 60)):
            for node in islice(nodes, most):
                if type(node) is not NavigableString:
                    continue
                text = node.strip()
                if len(text) > _RUNNING:
                    break
                if 6 <= len(text) <= _DATE_LINE and any(map(str.isdigit, text)):
                    moment = find(text)
                    if moment and moment.when.year > _FIRST_YEAR:
                        return moment
        return None

    # --- the rest

    def _summary(self, *sites: str) -> str:
        candidates = [
            *(text for value in self._said("description", "abstract") for text in texts(value)),
            *self.page.named(_SUMMARIES),
        ]
        found = [text for text in map(plain, candidates) if _says_something(text)]
        found = [text for text in found if not _is_site(text, sites)]
        whole = [text for text in found if not _CUT.search(text)]
        return (whole or found or [""])[0]

    def _tags(self) -> list[str]:
        tags = [plain(text) for text in self.page.meta.get("article:tag", ())]
        if not tags:
            tags = [
                plain(text)
                for value in self._said("keywords")
                for item in texts(value)
                for text in _split_tags(item)
            ]
        if not tags:
            tags = [
                plain(text) for item in self.page.named(_KEYWORDS) for text in _split_tags(item)
            ]
        if not tags and len(self.page.rel_tags) <= 15:
            tags = [plain(tag.get_text(" ")).lstrip("#") for tag in self.page.rel_tags]
        unique = {tag.casefold(): tag for tag in reversed(tags) if _is_tag(tag)}
        return list(reversed(unique.values()))[:_MAX_TAGS]

    def _image(self, address: str) -> str:
        stated = [
            text for value in self._said("image", "thumbnailUrl") for text in self._picture(value)
        ]
        candidates = [
            *self.page.named(_IMAGES),
            *stated,
            *self.page.links.get("image_src", ()),
            *self.page.item_values("image"),
        ]
        for text in candidates[:20]:
            url = resolve(html.unescape(text), self.base or address)
            if url.startswith(("http://", "https://")) and not _STANDING_IMAGE.search(
                url.partition("//")[2].partition("/")[2].partition("?")[0]
            ):
                return url
        return ""

    def _picture(self, value: Any) -> Iterator[str]:
        for item in self.graph.resolved(value):
            if isinstance(item, dict):
                yield from texts(item.get("url") or item.get("contentUrl"))
            elif isinstance(item, str):
                yield item

    def _language(self) -> str:
        candidates = [
            self.page.language,
            *self.page.named(("content-language", "language", "dc.language", "dcterms.language")),
            *(text for value in self._said("inLanguage") for text in texts(value)),
            *self.page.named(("og:locale",)),
        ]
        tags = (normalise_tag(text.partition(",")[0].strip()) for text in candidates[:12])
        return next(filter(None, tags), "")

    def _others(self, site: str) -> list[tuple[str, str]]:
        """Section, publisher, licence and such: one value each, where it says something."""
        page = self.page
        found = {
            "section": [
                *page.named(("article:section", "parsely-section", "section")),
                *(text for value in self._said("articleSection") for text in texts(value)),
            ],
            "publisher": [text for value in self._said("publisher") for text in self._names(value)],
            "license": [
                *(text for value in self._said("license") for text in _addresses(value)),
                *page.links.get("license", ()),
                *page.named(("dcterms.license", "dc.rights", "dcterms.rights")),
            ],
            "copyright": list(page.named(("copyright", "rights"))),
            "doi": list(page.named(("citation_doi", "dc.identifier.doi", "prism.doi"))),
            "journal": list(page.named(("citation_journal_title",))),
        }
        pairs = [
            (name, next(filter(None, map(plain, values)), "")) for name, values in found.items()
        ]
        return [
            (name, value)
            for name, value in pairs
            if value and len(value) <= 300 and not (name == "publisher" and value == site)
        ]


# --- Parts -----------------------------------------------------------------------------------


def _addresses(value: Any) -> list[str]:
    items = value[:5] if isinstance(value, list) else [value]
    named = (
        (item.get("@id") or item.get("url")) if isinstance(item, dict) else item for item in items
    )
    return [item.strip() for item in named if isinstance(item, str) and item.strip()]


def _is_home(address: str) -> bool:
    """Whether an address is a site's front page, which is no article's own."""
    rest = address.partition("//")[2].partition("/")[2]
    return not rest.strip("/#?") or rest.lower().rstrip("/") in ("index.html", "index.php", "home")


def _owner(host: str) -> str:
    """The part of a host that does not change between its desktop, mobile and AMP addresses."""
    parts = [part for part in host.lower().split(".") if part]
    short = len(parts) > 2 and len(parts[-2]) <= 3 and len(parts[-1]) == 2  # co.uk, com.cn
    return ".".join(parts[-3:] if short else parts[-2:])


def _is_site(text: str, sites: Iterable[str]) -> bool:
    words = same_words(text)
    return any(words == same_words(site) for site in sites if site)


def _begins_with_site(name: str, sites: Iterable[str]) -> bool:
    """Whether a name is the site's, or that of its publishing house (``Example Ltd, London``)."""
    words = same_words(name)
    known = [same_words(site) for site in sites]
    return words in known or any(len(site) > 5 and words.startswith(site) for site in known)


def _most_agreed(candidates: list[str], headings: list[str]) -> str:
    """Of ``candidates`` (by worth) the one that most of them, and a heading, agree with.

    A title that was cut (``…``) gives way to one that goes on.
    """
    if not candidates:
        return ""
    words = [same_words(text) for text in candidates]
    shown = {same_words(text) for text in headings}

    def worth(place: int) -> tuple[int, int]:
        own = words[place]
        votes = sum(other == own for other in words) + 2 * (own in shown)
        if _CUT.search(candidates[place]) and any(
            other != own and other.startswith(own) for other in (*words, *shown)
        ):
            votes = 0
        return votes, -place

    return candidates[max(range(len(candidates)), key=worth)]


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, whether in capitals or not: as it is not, where a page has both."""
    found: dict[str, str] = {}
    for name in names:
        key = name.casefold()
        if key not in found or found[key].isupper():
            found[key] = name
    return list(found.values())


def _split(text: str) -> list[str]:
    """The names in a string that may hold several; an address is none."""
    if "://" in text:
        return []
    return split_names(_BY.sub("", plain(text)))


def _split_tags(text: str) -> list[str]:
    marks = [mark for mark in ("、", "，", ";", "；", ",", "|") if mark in text]
    parts = re.split("[" + "".join(marks) + "]", text) if marks else [text]
    return [part.strip() for part in parts]


def _says_something(text: str) -> bool:
    """Whether a summary is more than a word or an address."""
    return " " in text or len(text) > 24 or (len(text) > 8 and not text.isascii())


def _is_tag(text: str) -> bool:
    return bool(text) and len(text) <= _MAX_NAME and not _MACHINE_TAG.match(text)


def _name(text: str) -> str:
    """``text`` if it can be the name of who wrote; else empty."""
    name = _BY.sub("", plain(text)).strip(" ,;:|·-–—")
    if not 1 < len(name) <= _MAX_NAME or len(name.split()) > 8:
        return ""
    if "://" in name or name.startswith(("@", "www.", "/")) or _NOBODY.fullmatch(name):
        return ""
    if re.search(r"[{}<>\[\]=→©]|copyright|rights reserved", name, re.IGNORECASE) or not any(
        map(str.isalpha, name)
    ):
        return ""
    if "@" in name:  # "jane@example.org (Jane Roe)"
        match = re.search(r"\(([^()]+)\)", name)
        return match[1].strip() if match else ""
    return name


def _moment(text: str) -> Moment | None:
    moment = parse(plain(text))
    # A date of zero is a program's, not an article's.
    return moment if moment and moment.when > datetime(1970, 1, 2, tzinfo=UTC) else None


def _says_published(tag: Tag) -> bool:
    names = f"{_attribute(tag, 'class')} {_attribute(tag, 'itemprop')}".lower()
    return "publish" in names or "entry-date" in names


def _date_in(address: str) -> Moment | None:
    """The day that many blogs write into their addresses: ``/2019/03/12/``."""
    match = _URL_DATE.search(address)
    if not match:
        return None
    digits = "".join(filter(str.isdigit, match[0]))
    moment = parse(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    return moment if moment and moment.when.month == int(digits[4:6]) else None
