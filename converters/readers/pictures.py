"""Pictures in HTML: which of the addresses is the picture, and what kind of picture it is.

Lazy loading, ``srcset``, ``picture`` sources, proxies and spacers: https://html.spec.whatwg.org/
multipage/images.html says how a browser chooses; an archive wants the best that was offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converters.addresses import resolve
from converters.article import Candidate, Image
from converters.proxies import original_picture
from converters.trackers import is_placeholder, is_tracking

if TYPE_CHECKING:
    from bs4 import Tag

__all__ = ["alt_text", "is_emoji", "is_formula", "is_icon", "is_sign", "is_tracker", "read_image"]

# Where lazy loaders keep the address, best first (IN-10); ``src`` then often holds a spacer.
_LAZY = (
    "data-original",
    "data-orig-file",
    "data-full-url",
    "data-large-file",
    "data-src-retina",
    "data-src",
    "data-lazy-src",
    "data-actualsrc",
    "data-original-src",
    "data-hi-res-src",
    "data-echo",
    "data-url",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_CANDIDATE = re.compile(r"[\s,]*(\S+)")
_DESCRIPTORS = re.compile(r"\s*(?:(\d{1,9}(?:\.\d{1,9})?)([wx]))?[^,]*,?")
_MOST_SIZES = 32
_UNSAFE_TYPE = re.compile(r"image/(?:svg|x-)", re.IGNORECASE)
_EMOJI_NAME = re.compile(
    r"(?:^|[\s_/.-])(?:emoji|emoticons?|smil(?:ey|ies?|e)|twemoji|face|wp-smiley)s?(?:[\s_/.-]|\d|$)",
    re.IGNORECASE,
)
# "[doge]", ":eek:", and faces of punctuation: ":D", ";-P", "xD".
_BRACKETED = re.compile(
    r"^\[[^\[\]]{1,12}\]$|^:[\w+-]+:$|^[:;=8xX]['’]?-?[DPpOoSsXx3)(|/\\*]{1,2}$"
)
_FORMULA_NAME = re.compile(
    r"(?:^|[\s_-])(?:latex|mathjax|math|formula|tex|equation)(?:[\s_-]|$)", re.IGNORECASE
)
_SIGN = re.compile(
    r"\.svgz?(?:[?#]|$)|^data:image/svg|/(?:latex|mathtex|mathjax|math|tex|equations?|formulas?)\b"
    r"|codecogs\.com|chart\?cht=tx",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"^\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$")
_STYLE_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px", re.IGNORECASE)
_FILE_NAME = re.compile(r"^[\w%() .-]{1,80}\.(?:jpe?g|png|gif|webp|bmp|avif|svg)$", re.IGNORECASE)
_LONGEST = 2000  # characters of an address that is found in any attribute
_FILE_ADDRESS = re.compile(
    r"^[^\s{}\[\]\"'<>,;]+\.(?:jpe?g|png|gif|webp|avif)(?:\?[^\s{}\"'<>]*)?$", re.IGNORECASE
)
_PATTERN = re.compile(r"(?:\{|%7B)\s*(?:width|w|size|ratio)\s*(?:\}|%7D)", re.IGNORECASE)
_ICON = 32  # CSS pixels: pictures up to this size stand in the line


def attribute(tag: Tag, name: str) -> str:
    """An attribute as text: Beautiful Soup makes lists of some."""
    value = tag.attrs.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _usable(address: str) -> bool:
    """Whether there is a picture to expect: no spacer, no pattern for a script to fill in."""
    return not (is_placeholder(address) or _PATTERN.search(address) or address.startswith("file:"))


@dataclass(frozen=True, slots=True)
class _Size:
    """A candidate of a ``srcset``: its address, and its width or density."""

    url: str
    number: float
    unit: str

    def width(self, shown: int | None) -> int:
        """Its width in pixels, where the picture is ``shown`` so wide; 0 where that is unknown."""
        return int(self.number if self.unit == "w" else self.number * (shown or 0))


def _sizes(candidates: str) -> list[_Size]:
    """The usable candidates of a ``srcset``, parsed as HTML, 4.8.4.2.2 says, largest first."""
    found: list[_Size] = []
    position = 0
    while len(found) < _MOST_SIZES and (match := _CANDIDATE.match(candidates, position)):
        address, position = match[1], match.end()
        number, unit = "1", "x"
        if address.endswith(","):
            address = address.rstrip(",")
        elif descriptors := _DESCRIPTORS.match(candidates, position):
            position = descriptors.end()
            if descriptors[1]:
                number, unit = descriptors[1], descriptors[2]
        if _usable(address):
            found.append(_Size(address, float(number), unit))
    return sorted(found, key=lambda size: -size.number)


def _own_sizes(tag: Tag) -> list[list[_Size]]:
    """The sets of sizes that ``tag`` itself offers; each shows one crop."""
    texts = (attribute(tag, name) for name in _LAZY_SETS if name in tag.attrs)
    return [sizes for text in texts if (sizes := _sizes(text))]


def _source_sizes(tag: Tag) -> list[list[_Size]]:
    """The sets of sizes that the sources of a ``picture`` around ``tag`` offer."""
    picture = tag.parent
    while picture is not None and picture.name == "source":  # lxml lets it swallow the img
        picture = picture.parent
    if picture is None or picture.name != "picture":
        return []
    texts = (
        attribute(source, name)
        for source in picture.find_all("source")
        if not _UNSAFE_TYPE.search(attribute(source, "type"))
        for name in _LAZY_SETS
        if name in source.attrs
    )
    return [sizes for text in texts if (sizes := _sizes(text))]


def _offered(tag: Tag, sets: list[list[_Size]]) -> list[str]:
    """The addresses that ``tag`` offers for one picture, best first."""
    offers = [attribute(tag, name) for name in _LAZY if name in tag.attrs]
    offers += [sizes[0].url for sizes in sets]
    offers.append(attribute(tag, "src"))
    usable = [offer.strip() for offer in offers if _usable(offer.strip())]
    if usable:
        return usable
    # A loader that nobody has heard of: any attribute of its own that names a picture's file.
    values = (attribute(tag, name).strip() for name in tag.attrs if name.startswith("data-"))
    return [value for value in values if _names_picture(value) and _usable(value)]


def _names_picture(value: str) -> bool:
    return len(value) <= _LONGEST and bool(_FILE_ADDRESS.match(value))


def _candidates(own: list[list[_Size]], others: list[list[_Size]], chosen: str) -> list[_Size]:
    """The sizes of the picture ``chosen``, smallest first.

    They come from the one set that it is in, or else from the element's own: other sets may be
    for other screens, and show another part of the picture.
    """
    sets = (each for each in (*own, *others) if any(size.url == chosen for size in each))
    return next(sets, own[0] if own else [])[::-1]


def _sized(sizes: list[_Size], shown: int | None, base: str) -> tuple[Candidate, ...]:
    """``sizes`` whose width is known; none where they are one picture behind a proxy."""
    found = {resolve(size.url, base): width for size in sizes if (width := size.width(shown)) > 1}
    if len({original_picture(url) for url in found}) < 2:
        return ()
    return tuple(Candidate(url, width) for url, width in found.items())


def read_image(tag: Tag, base: str, link: str = "") -> Image | None:
    """The picture of an ``img`` (or ``amp-img``) element; ``None`` where it shows none.

    The first address is the picture's own, a proxy's undone; every other address that was
    offered, the proxy's among them, is kept as an alternative. Sizes whose width is known are the
    candidates.
    """
    addresses: list[str] = []
    own, others = _own_sizes(tag), _source_sizes(tag)
    offers = _offered(tag, [*own, *others])
    for offer in offers:
        address = resolve(offer, base)
        addresses += [original_picture(address), address]
    addresses = list(dict.fromkeys(addresses))
    if not addresses:
        return None
    width, height = _size(tag)
    title = attribute(tag, "title").strip()
    alt = alt_text(tag)
    return Image(
        addresses[0],
        alt=alt,
        title="" if title == alt or _FILE_NAME.match(title) else title,
        width=width,
        height=height,
        alternatives=tuple(addresses[1:]),
        link="" if link in addresses else link,
        candidates=_sized(_candidates(own, others, offers[0]), width, base),
    )


def alt_text(tag: Tag) -> str:
    """The alternative text, unless it is only a file's name, which says nothing to anybody."""
    alt = " ".join(attribute(tag, "alt").split())
    return "" if _FILE_NAME.match(alt) else alt


def _size(tag: Tag) -> tuple[int | None, int | None]:
    """Width and height in CSS pixels, where attributes or the style say them."""
    sizes: dict[str, int] = {}
    for name in ("width", "height"):
        match = _LENGTH.match(attribute(tag, name))
        if match:
            sizes[name] = int(match[1])
    if len(sizes) < 2 and "style" in tag.attrs:
        for name, length in _STYLE_LENGTH.findall(attribute(tag, "style")):
            sizes.setdefault(name.lower(), int(length))
    return sizes.get("width") or None, sizes.get("height") or None


def is_tracker(tag: Tag) -> bool:
    """Whether the picture is there to be counted, not seen: by its size or by its address."""
    values = [_LENGTH.match(attribute(tag, name)) for name in ("width", "height")]
    if any(match and int(match[1]) <= 2 for match in values):
        return True
    sizes = dict(_STYLE_LENGTH.findall(attribute(tag, "style").lower()))
    if any(int(size) <= 2 for size in sizes.values()):
        return True
    return is_tracking(resolve(attribute(tag, "src") or attribute(tag, "data-src")))


def is_emoji(tag: Tag) -> bool:
    """Whether the picture stands for a character that its alternative text holds (IN-13)."""
    alt = attribute(tag, "alt").strip()
    if not alt or len(alt) > 16:
        return False
    if _BRACKETED.match(alt) or not any(c.isalnum() for c in alt):
        return is_icon(tag) or bool(_EMOJI_NAME.search(_names(tag)))
    return False


def is_formula(tag: Tag) -> bool:
    """Whether the picture is a formula that its alternative text writes out."""
    return bool(attribute(tag, "alt").strip() and _FORMULA_NAME.search(attribute(tag, "class")))


def is_sign(tag: Tag, address: str) -> bool:
    """Whether a picture amid a sentence is a part of it though its size is unknown: a formula.

    Such are drawings (SVG), and what services that draw formulas give.
    """
    width, height = _size(tag)
    if width or height:
        return False
    return bool(_SIGN.search(address) or _FORMULA_NAME.search(attribute(tag, "class")))


def is_icon(tag: Tag) -> bool:
    """Whether the picture is as small as the text it stands in."""
    style = attribute(tag, "style").replace(" ", "")
    if re.search(r"(?:^|;)(?:max-)?height:1(?:\.\d+)?em", style):
        return True
    width, height = _size(tag)
    sizes = [size for size in (width, height) if size]
    return bool(sizes) and max(sizes) <= _ICON


def _names(tag: Tag) -> str:
    return f"{attribute(tag, 'class')} {attribute(tag, 'src')} {attribute(tag, 'type')}"
