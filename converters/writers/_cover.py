"""The cover of a book: typeset from the edition, or the file that a person chose.

A page in three fields, one above the other: the lead picture, where there is one; a field of one
colour with the title; a light one with dates, numbers and sources. 1600 by 2560 pixels is what
shops ask for (https://kdp.amazon.com/en_US/help/topic/G6GTK3T3NUHKLEFX ). All letters stand on an
even ground, dark on light or light on dark, so that they can be read on grey electronic ink and
as a thumbnail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw

from converters.edition import Edition, Member
from converters.edition.naming import named
from converters.images.need import Need
from converters.languages import format_date, is_cjk_char, join_names, label
from converters.writers import Context
from converters.writers._chosen import chosen_picture
from converters.writers._cover_type import (
    Direction,
    Frame,
    Setting,
    Type,
    direction_of,
    drawn,
    printable,
)
from converters.writers._lead import Lead
from converters.writers._pdf_fonts import advice

if TYPE_CHECKING:
    from converters.images.raster import Encoded

__all__ = ["HEIGHT", "NONE", "WIDTH", "Cover", "chosen_cover", "cover"]

WIDTH, HEIGHT = 1600, 2560
"""The size of a cover that is drawn, in pixels."""

NONE = "none"
"""What a person chooses who wants no cover."""

_QUALITY = 84


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover: ``data`` is a whole file of ``media_type``, ``width`` and ``height`` are pixels."""

    data: bytes
    media_type: Literal["image/jpeg"]
    width: int
    height: int


def cover(
    edition: Edition,
    lead: Lead | None,
    context: Context,
    *,
    chosen: str = "",
    grey: bool = False,
    direction: str = "ltr",
) -> Cover | None:
    """The cover of ``edition``, always a JPEG; ``None`` where ``chosen`` is ``"none"``.

    Without ``chosen`` it is drawn, with the picture of ``lead`` where there is one; ``direction``
    is the book's. ``context.warn`` hears of characters that no font has. With ``chosen`` it is
    what :func:`chosen_cover` makes of that file.
    """
    if chosen == NONE:
        return None
    if chosen:
        return chosen_cover(chosen, grey=grey)
    return _encoded(_Design(edition, context, direction).page(lead), grey=grey)


# --- A person's own ------------------------------------------------------------------------


def chosen_cover(path: str, *, grey: bool = False) -> Cover:
    """The picture in the file ``path``, upright, on white, in its own shape, no larger than drawn.

    Raises :class:`~converters.errors.ConversionError` where there is no file, or none that holds
    a picture which can be decoded (:func:`converters.images.raster.encoded`).
    """
    need = Need(width=WIDTH, height=HEIGHT, grey=grey)
    return _as_jpeg(chosen_picture(path, "the cover", need, _INSTEAD), grey=grey)


_INSTEAD = "choose another picture, or leave --cover out to have one drawn"


def _as_jpeg(picture: Encoded, *, grey: bool) -> Cover:
    if picture.media_type == "image/jpeg" and picture.height <= HEIGHT:
        return Cover(picture.data, "image/jpeg", picture.width, picture.height)
    with Image.open(BytesIO(picture.data), formats=("JPEG", "PNG")) as raster:
        flat = raster.convert("RGB")
    if flat.height > HEIGHT:  # a strip, which elsewhere keeps its width
        flat = flat.resize((max(1, round(flat.width * HEIGHT / flat.height)), HEIGHT))
    return _encoded(flat, grey=grey)


def _encoded(raster: Image.Image, *, grey: bool) -> Cover:
    out = BytesIO()
    flat = raster.convert("L") if grey else raster
    flat.save(out, "JPEG", quality=_QUALITY)
    return Cover(out.getvalue(), "image/jpeg", *raster.size)


# --- Colours -------------------------------------------------------------------------------

_Colour = tuple[int, int, int]
_PAPER: _Colour = (250, 247, 240)
_INK: _Colour = (32, 30, 28)
_SOFT: _Colour = (88, 84, 78)
# Dark enough that paper's colour on them has a contrast of 7 to 1, also in grey (WCAG 2, 1.4.6).
_GROUNDS: tuple[_Colour, ...] = (
    (22, 52, 92),  # ultramarine
    (122, 26, 30),  # oxblood
    (18, 78, 60),  # bottle green
    (8, 78, 92),  # petrol
    (84, 36, 84),  # aubergine
    (112, 56, 18),  # umber
    (48, 60, 76),  # slate
    (56, 48, 118),  # indigo
    (74, 74, 22),  # olive
    (146, 48, 22),  # brick
    (108, 24, 66),  # wine
    (38, 66, 40),  # fir
)


def _ground(key: str) -> _Colour:
    digest = blake2s(key.encode("utf-8", "replace"), digest_size=2).digest()
    return _GROUNDS[int.from_bytes(digest) % len(_GROUNDS)]


def _mixed(one: _Colour, other: _Colour, share: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


# --- The words -----------------------------------------------------------------------------

_SITES = 200  # names that are looked at; more never fit


@dataclass(frozen=True, slots=True)
class _Words:
    """What a cover says: each may be empty."""

    head: str  # above the title: series, or the one site
    title: str
    second: str  # authors, or a subtitle that somebody wrote
    facts: str  # dates and numbers
    sources: tuple[str, ...]  # names, the most frequent first


def _words(edition: Edition) -> _Words:
    language = edition.language
    sites = _sites(edition.members)
    title = printable(edition.title) or (sites[0] if sites else "") or label("untitled", language)
    one = sites[0] if len(sites) == 1 and sites[0] != title else ""
    if not edition.is_bundle and len(edition.members) == 1:
        day = edition.members[0].published
        facts = format_date(day, language) if day is not None else ""
        return _Words(one, title, join_names(edition.authors, language), facts, ())
    series = " ".join(filter(None, (edition.series, edition.series_index)))
    own = {*edition.subtitle.split(_DOT)} - {*_derived(edition)}
    second, facts = edition.subtitle if own else "", _facts(edition)
    return _Words(series or one, title, second, facts, tuple(sites) if len(sites) > 1 else ())


def _derived(edition: Edition) -> list[str]:
    """What an edition that nobody named is called, in parts: its site, its days, its numbers."""
    return _DOT.join(named(edition.members, edition.language)).split(_DOT)


def _facts(edition: Edition) -> str:
    """Dates and numbers, but for what the title says."""
    sites = {" ".join(each.site.split()) for each in edition.members}
    shown = (part for part in _derived(edition) if part not in sites and part not in edition.title)
    return _DOT.join(dict.fromkeys(shown))


def _sites(members: Sequence[Member]) -> list[str]:
    """The names of sources, the most frequent first; among equals the first."""
    counts = Counter(" ".join(each.site.split()) for each in members)
    counts.pop("", None)
    return [name for name, _ in counts.most_common()]


_DOT = " · "


# --- The page ------------------------------------------------------------------------------

_MARGIN = 136
_MEASURE = WIDTH - 2 * _MARGIN
_GAP = 120  # between an edge of a field and its words
# The picture's field: how much of the page it may take, and at most how much it is enlarged.
_LEAST_PICTURE, _MOST_PICTURE, _ENLARGED = 880, 1500, 2.7
_KEPT_WIDTH = 0.8  # of a picture wider than its field, at least
_LEAST_TITLE = 520
_RULE = 34  # from the words above the title to the rule below them
# Where the colour ends without a picture: near the golden section, lower where little stands below.
_SPLIT, _LOW_SPLIT = 1660, 1920
_CROP = 0.36  # what is cut off a tall picture is cut off below, more than above

# Sizes of type, in pixels: Latin letters look larger than they are beside ideographs.
_LARGEST, _LARGEST_LATIN, _SMALLEST = 300, 230, 76
_HEAD = Frame(_MEASURE, 100, 60, 40)
_SECOND = Frame(_MEASURE, 200, 80, 56)
_FACTS = Frame(_MEASURE, 190, 72, 54)
_SOURCES = 54
_LINES = 3  # of sources below a picture, and more without one


class _Design:
    """One cover being made."""

    def __init__(self, edition: Edition, context: Context, direction: str) -> None:
        self.edition, self.context = edition, context
        self.words = _words(edition)
        default: Direction = "rtl" if direction == "rtl" else "ltr"
        self.align = direction_of(self.words.title, default)
        self.bold = Type(edition.language, "bold")
        self.plain = Type(edition.language, "regular")
        sites = _sites(edition.members)
        self.ground = _ground(edition.series or (sites[0] if sites else "") or edition.title)

    def page(self, lead: Lead | None) -> Image.Image:
        """The whole page."""
        shape = _shape(lead) if lead is not None else None
        foot = self._foot(2 * _LINES if shape is None else _LINES)
        foot_top = HEIGHT - sum(part.height + gap for part, gap, _ in foot) - _GAP
        split = foot_top - _GAP
        head = self._fitted(self.plain, self.words.head, _HEAD)
        top = 0
        if shape is None:
            split = min(_SPLIT if self.words.sources else _LOW_SPLIT, split)
        else:
            title = self._title_setting(split - _LEAST_PICTURE - self._around(head))
            needed = max(_LEAST_TITLE, title.height + self._around(head))
            top = min(_highest(*shape), split - needed)
        # The page is made after the picture, so that they are never in memory all three.
        picture = _cropped(lead, top) if lead is not None and shape is not None else None
        canvas = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        if picture is not None:
            canvas.paste(picture, (0, 0))
            del picture
        ImageDraw.Draw(canvas).rectangle((0, top, WIDTH, split - 1), fill=self.ground)
        self._draw_title(canvas, head, top, split)
        self._draw_foot(canvas, foot, split)
        self._tell()
        return canvas

    def _tell(self) -> None:
        missing = dict.fromkeys((*self.bold.missing, *self.plain.missing))
        for sentence in advice(missing, "left out of the cover"):
            self.context.warn(sentence)

    # --- The field of colour ---------------------------------------------------------------

    @staticmethod
    def _around(head: Setting) -> int:
        """The height that the title's field takes beside the title."""
        return 2 * _GAP + (head.height + _RULE + _GAP // 2 if head.lines else 0)

    def _title_setting(self, height: int) -> Setting:
        words = self.words.title
        largest = _LARGEST if any(map(is_cjk_char, words)) else _LARGEST_LATIN
        return self._fitted(self.bold, words, Frame(_MEASURE, height, largest, _SMALLEST, 1.22))

    def _draw_title(self, canvas: Image.Image, head: Setting, top: int, split: int) -> None:
        """The words above the title, at the head of the field, and the title at its foot."""
        title = self._title_setting(split - top - self._around(head))
        place = (_MARGIN, split - _GAP - title.height)
        drawn(canvas, title, place, width=_MEASURE, colour=_PAPER, align=self.align)
        if head.lines:
            pale = _mixed(_PAPER, self.ground, 0.22)
            place = (_MARGIN, top + _GAP)
            drawn(canvas, head, place, width=_MEASURE, colour=pale, align=self.align)
            line = top + _GAP + head.height + _RULE
            box = (_MARGIN, line, WIDTH - _MARGIN - 1, line + 3)
            ImageDraw.Draw(canvas).rectangle(box, fill=pale)

    def _fitted(self, type_: Type, text: str, frame: Frame, parts: str = "") -> Setting:
        return type_.fitted(text, frame, direction_of(text, self.align), parts)

    # --- The light field -------------------------------------------------------------------

    def _foot(self, lines: int) -> list[tuple[Setting, int, _Colour]]:
        """The lines of the light field, each with the space above it, and its colour."""
        words = self.words
        parts = (
            (self._fitted(self.bold, words.second, _SECOND, _DOT), _INK),
            (self._fitted(self.bold, words.facts, _FACTS, _DOT), _INK),
            (self._sources(words.sources, lines), _SOFT),
        )
        kept = [(part, colour) for part, colour in parts if part.lines]
        return [(part, 64 if number else 0, colour) for number, (part, colour) in enumerate(kept)]

    def _sources(self, names: Sequence[str], lines: int) -> Setting:
        """As many names of sources as there is room for."""
        size, leading = _SOURCES, 1.5
        height = size + round(leading * size) * (lines - 1)
        frame = Frame(_MEASURE, height, size, size, leading)
        shown = list(filter(None, map(self.plain.shown, names[:_SITES])))
        setting = Setting((), size, size)
        low, high = 0, len(shown)
        while low < high:  # the most names that fit
            middle = (low + high + 1) // 2
            text = _listed(shown[:middle], len(names))
            tried = self._fitted(self.plain, text, frame, _DOT)
            if _is_whole(tried):
                low, setting = middle, tried
            else:
                high = middle - 1
        return setting

    def _draw_foot(
        self, canvas: Image.Image, foot: Iterable[tuple[Setting, int, _Colour]], split: int
    ) -> None:
        y = split + _GAP - 10
        for part, gap, colour in foot:
            y += gap
            if colour == _SOFT:  # at the foot of the page
                y = HEIGHT - _GAP - part.height
            drawn(canvas, part, (_MARGIN, y), width=_MEASURE, colour=colour, align=self.align)
            y += part.height


def _listed(names: Sequence[str], count: int) -> str:
    return _DOT.join(names) + (f"{_DOT}…" if len(names) < count else "")


def _is_whole(setting: Setting) -> bool:
    """Whether nothing was cut off."""
    last = setting.lines[-1].text if setting.lines else ""
    return not last.endswith("…") or last.endswith(_DOT.lstrip() + "…")


# --- The picture ---------------------------------------------------------------------------


def _shape(lead: Lead) -> tuple[int, int] | None:
    """The size of a lead that can be shown as wide as the page."""
    picture = lead.picture
    is_sharp = _ENLARGED * picture.width >= WIDTH
    is_known = picture.media_type in ("image/jpeg", "image/png")
    return (picture.width, picture.height) if is_sharp and is_known else None


def _highest(width: int, height: int) -> int:
    """The most height of its field that a picture fills without losing too much of itself."""
    natural = WIDTH * height / width
    return round(min(max(natural / _KEPT_WIDTH, _LEAST_PICTURE), _MOST_PICTURE))


def _cropped(lead: Lead, height: int) -> Image.Image:
    """The lead as wide as the page and ``height`` pixels high; what does not fit is cut off."""
    with Image.open(BytesIO(lead.picture.data), formats=("JPEG", "PNG")) as raster:
        raster.draft("RGB", (WIDTH, height))
        scale = max(WIDTH / raster.width, height / raster.height)
        across, down = WIDTH / scale, height / scale
        left, top = (raster.width - across) / 2, (raster.height - down) * _CROP
        box = (left, top, left + across, top + down)
        size = (WIDTH, height)
        flat: Image.Image = raster if raster.mode in ("L", "RGB") else raster.convert("RGB")
        return flat.resize(size, Image.Resampling.LANCZOS, box)
