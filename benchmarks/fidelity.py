"""How much of a folder of archived articles reading keeps.

    python -m benchmarks.fidelity FOLDER...

For every file: the share of the visible text's 6-character shingles (white space left out) that
stand in what was read; the share of links with words and of pictures whose address was kept; the
share of captions that are their picture's. The visible text is taken with lxml, not with the
reader's own code. Text that was dropped is in the report (its provenance) and is counted apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urljoin

import lxml.html

import converters
from converters.addresses import clean_link
from converters.article import Article, Embed, Figure, Image, Link, Note, plain_text, query
from converters.proxies import original_picture

SIZE = 6


BLOCKS = (
    "address blockquote br center dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p "
    "pre section table td th tr ul img"
)
BLANK = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def squeezed(text: str) -> str:
    """``text`` without white space, of zero width too."""
    return "".join(text.translate(BLANK).split())


def visible(body: str) -> list[str]:
    """The runs of characters that a page shows, parted where blocks part, white space left out."""
    root = lxml.html.fromstring(f"<div>{body}</div>")
    for element in root.xpath("//script|//style|//iframe"):
        element.drop_tree()
    for element in root.iter(*BLOCKS.split()):
        element.text = (
            f"\ue000{element.text or ''}" if element.tag not in ("br", "hr", "img") else None
        )
        element.tail = f"\ue000{element.tail or ''}"
    return [run for part in root.text_content().split("\ue000") if (run := squeezed(part))]


def shingles(*texts: str) -> set[str]:
    """Every run of :data:`SIZE` characters; a shorter text is one by itself."""
    found: set[str] = set()
    for text in texts:
        found.update(text[i : i + SIZE] for i in range(max(1, len(text) - SIZE + 1)))
    return found


def body_of(text: str) -> str:
    """What follows the prologue, found without the reader."""
    rule = text.find("\n------")
    if rule < 0 and text.startswith("---\n"):
        rule = text.find("\n---", 4)  # the end of front matter
    return text[text.index("<", max(rule, 0)) :]


def kept_text(article: Article) -> str:
    """Everything readable in the article: its body, pictures' alternative texts, its byline."""
    words = [plain_text(article.body), *article.authors]
    words += [plain_text(note.content) for note in query(article.body, Note)]
    words += [image.alt for image in query(article.body, Image)]
    return squeezed(" ".join(words))


def dropped_text(article: Article) -> str:
    return squeezed(" ".join(d.text for d in article.provenance.dropped))


def share(found: int, total: int) -> float:
    return found / total if total else 1.0


def new_totals() -> dict[str, int]:
    """Counters at zero, for :func:`measure`."""
    names = "text kept reported links linked pictures shown captions captioned"
    return dict.fromkeys(names.split(), 0)


def main(folders: Iterable[str]) -> None:
    totals = new_totals()
    for folder in folders:
        for path in sorted(Path(folder).iterdir()):
            if path.suffix not in (".md", ".txt"):
                continue
            measure(path, totals)
    for name, found, total in (
        ("text kept", "kept", "text"),
        ("text kept or reported", "reported", "text"),
        ("links kept or reported", "linked", "links"),
        ("pictures kept or reported", "shown", "pictures"),
        ("captions with their picture", "captioned", "captions"),
    ):
        print(
            f"{name}: {share(totals[found], totals[total]):.5f}",
            f"({totals[found]} of {totals[total]})",
        )


def measure(path: Path, totals: dict[str, int]) -> None:
    body = body_of(path.read_text("utf-8"))
    article = converters.read(path)
    wanted = shingles(*visible(body))
    text, report = kept_text(article), dropped_text(article)
    kept = {shingle for shingle in wanted if shingle in text}
    reported = {shingle for shingle in wanted if shingle in report} | kept
    lost = wanted - reported
    totals["text"] += len(wanted)
    totals["kept"] += len(wanted & kept)
    totals["reported"] += len(wanted & reported)
    if lost:
        print(f"{path.name[:40]}: lost {len(lost)} of {len(wanted)}: {' '.join(sorted(lost)[:6])}")
    links(path, body, article, totals)
    pictures(path, body, article, totals)


def links(path: Path, body: str, article: Article, totals: dict[str, int]) -> None:
    have = {link.url for link in query(article.body, Link)}
    have |= {image.link for image in query(article.body, Image)}
    have |= {embed.url for embed in query(article.body, Embed)}
    have |= {address for d in article.provenance.dropped for address in d.addresses}
    for element in lxml.html.fromstring(f"<div>{body}</div>").xpath("//a[@href]"):
        if not element.text_content().strip():
            continue
        url = clean_link(urljoin(article.url, element.get("href").strip()))
        totals["links"] += 1
        if url in have:
            totals["linked"] += 1
        else:
            print(f"{path.name[:40]}: link lost: {url}")


def pictures(path: Path, body: str, article: Article, totals: dict[str, int]) -> None:
    have: set[str] = set()
    captions = {}
    for figure in query(article.body, Figure):
        words = "".join((plain_text(figure.caption) + plain_text(figure.credit)).split())
        for image in figure.images:
            captions.update(dict.fromkeys((image.url, *image.alternatives), words))
    for image in query(article.body, Image):
        have.update((image.url, *image.alternatives))
    told = {address for d in article.provenance.dropped for address in d.addresses}
    root = lxml.html.fromstring(f"<div>{body}</div>")
    for element in root.xpath("//img[@src]"):
        url = urljoin(article.url, element.get("src"))
        alt = element.get("alt", "").strip()
        totals["pictures"] += 1
        if (
            url in have
            or url in told
            or original_picture(url) in have
            or (alt and alt in plain_text(article.body))
        ):
            totals["shown"] += 1
        else:
            print(f"{path.name[:40]}: picture lost: {url}")
    for caption in root.xpath(
        "//figcaption|//*[contains(@class,'caption-text')]|//div[small and not(img)]"
    ):
        words = "".join(caption.text_content().split())
        before = caption.xpath("(preceding::img|preceding-sibling::img)[last()]/@src")
        if not words or not before:
            continue
        totals["captions"] += 1
        if words in captions.get(urljoin(article.url, before[0]), ""):
            totals["captioned"] += 1
        else:
            print(f"{path.name[:40]}: caption apart: {words[:40]}")


if __name__ == "__main__":
    main(sys.argv[1:])
